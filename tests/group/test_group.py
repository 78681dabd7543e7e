from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from detector.group import Merged, Mute, Muted, Opened, Repeated, Settled, Stormed
from detector.group.mutes import LabelMatcher
from detector.schema.case.incidents import CloseReason, IncidentKind
from detector.schema.detection.alerts import AlertStatus, MutedBy
from detector.schema.detection.findings import Detector, Reason
from detector.schema.ids import derive
from detector.schema.levels import Severity
from tests.fakes.acts import acknowledge
from tests.fakes.story import Story, a_finding, clock


def only_decision(result):
    ((_, decision),) = result.decisions
    return decision


def test_one_strong_finding_opens_an_alert_and_an_incident():
    story = Story()
    result = story.at("09:00").found("bulk-read", risk=70)
    (alert,) = result.alerts
    assert only_decision(result) == Opened(alert=alert.id)
    finding = result.findings[0]
    assert story.incident().id == alert.incident_id == derive("incident", "user:anna", "access", finding.id)


def test_weak_findings_of_different_rules_add_up_to_one_incident_named_after_the_first():
    story = Story()
    first = story.at("09:00").found("night", risk=35).findings[0]
    assert story.incidents() == []
    story.at("10:00").found("new-network", risk=35)
    incident = story.incident()
    assert incident.id == derive("incident", "user:anna", "access", first.id)
    assert incident.risk == 70
    assert len(incident.alert_ids) == 2
    assert incident.first_event_at == clock("08:59")


def test_findings_of_one_rule_count_less_and_less():
    story = Story()
    for time in ("09:00", "10:00", "11:00", "12:00"):
        story.at(time).found("night", risk=35)
    assert story.incidents() == []
    (alert,) = story.past.open_alerts("user:anna")
    assert alert.risk == 35 + 17 + 8 + 4
    assert len(alert.finding_ids) == 4


def test_points_are_forgotten_after_the_horizon():
    story = Story()
    story.at("09:00").found("night", risk=35)
    story.at("1d 09:00").found("new-network", risk=35)
    assert story.incidents() == []


def test_points_of_two_matters_do_not_add_up():
    story = Story()
    story.at("09:00").found("scanner", risk=35, matter="web-attack")
    story.at("09:01").found("night", risk=35)
    assert story.incidents() == []


def test_a_finding_said_again_is_silent_and_one_that_says_more_is_merged():
    story = Story()
    result = story.at("09:00").found("bulk-read")
    finding, alert = result.findings[0], result.alerts[0]
    again = story.take([finding])
    assert (only_decision(again), again.alerts, again.findings) == (Repeated(), (), ())
    more = story.take([replace(finding, last_event_at=clock("09:30"), events=50, severity=Severity.CRITICAL)])
    assert only_decision(more) == Merged(into=alert.id)
    assert story.incident().last_event_at == clock("09:30")
    assert story.incident().severity is Severity.CRITICAL


def test_what_was_counted_again_and_is_less_is_taken_back_from_alert_and_incident():
    story = Story()
    result = story.at("09:00").found("bulk-read")
    finding, alert = result.findings[0], result.alerts[0]
    told = replace(
        finding,
        at=clock("08:50"),
        last_event_at=clock("09:30"),
        events=90,
        subject_count=90,
        source_ips=("198.51.100.1", "203.0.113.1"),
    )
    story.take([told])
    assert story.incident().last_event_at == clock("09:30")
    less = replace(
        told,
        at=clock("08:55"),
        last_event_at=clock("09:20"),
        events=85,
        subject_count=85,
        source_ips=("198.51.100.1",),
        corrects=clock("08:00"),
    )
    corrected = story.take([less])
    assert only_decision(corrected) == Merged(into=alert.id)
    (kept,) = corrected.alerts
    assert (kept.opened_at, kept.last_event_at, kept.reached_at) == (less.at, less.last_event_at, less.at)
    incident = story.incident()
    assert (incident.last_event_at, incident.source_ips) == (clock("09:20"), ("198.51.100.1",))
    assert incident.severity is finding.severity


def test_one_actor_and_matter_have_one_incident():
    story = Story()
    for time, rule in (("09:00", "bulk-read"), ("11:00", "export"), ("23:00", "bulk-read"), ("1d 20:00", "ids")):
        story.at(time).found(rule)
    assert len(story.incident().alert_ids) == 3
    assert story.incident().rules == ("bulk-read", "export", "ids")


def test_a_weak_finding_joins_the_open_incident():
    story = Story()
    story.at("09:00").found("bulk-read")
    story.at("10:00").found("night", risk=10)
    assert len(story.incident().alert_ids) == 2


def test_after_a_long_quiet_a_new_incident_opens():
    story = Story()
    story.at("09:00").found("bulk-read")
    story.at("3d 09:00").found("bulk-read")
    first, second = story.incidents()
    assert first.id != second.id
    assert first.alert_ids != second.alert_ids


def test_two_actors_have_two_incidents():
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna")
    story.at("09:00").found("bulk-read", by="user:boris")
    assert [incident.actor_id for incident in story.incidents()] != []
    assert len(story.incidents()) == 2


def test_brute_force_from_an_address_joins_the_incident_of_the_account():
    story = Story()
    story.at("09:00").found("brute-force", by="ip:192.0.2.7", risk=35, source_ips=("192.0.2.7",))
    assert story.incidents() == []
    story.at("09:05").found("bulk-read", by="user:anna", source_ips=("192.0.2.7",))
    incident = story.incident()
    assert (incident.actor_id, incident.related_actors) == ("user:anna", ("ip:192.0.2.7",))
    assert incident.first_event_at == clock("08:59")
    story.at("09:10").found("scanner", by="ip:192.0.2.7", risk=10, source_ips=("192.0.2.7",))
    assert len(story.incident().alert_ids) == 3


@pytest.mark.parametrize("first", ["ip:192.0.2.7", "ip:192.0.2.0/24"])
def test_a_network_belongs_to_the_incident_of_an_address_in_it_whichever_is_told_of_first(first: str) -> None:
    story = Story()
    for by in (first, *({"ip:192.0.2.7", "ip:192.0.2.0/24"} - {first})):
        story.at("09:00").found("bulk-read", by=by, source_ips=("192.0.2.7", "192.0.2.8"))
    (incident,) = (each for each in story.incidents() if each.closed_at is None)
    assert (incident.actor_id, incident.related_actors) == ("ip:192.0.2.7", ("ip:192.0.2.0/24",))


def test_a_session_from_the_same_address_joins_and_one_from_elsewhere_does_not():
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", source_ips=("192.0.2.7",))
    story.at("09:05").found("night", by="session:ab", risk=10, source_ips=("192.0.2.7",))
    story.at("09:05").found("night", by="session:cd", risk=10, source_ips=("192.0.2.8",))
    assert story.incident().related_actors == ("session:ab",)


def test_another_account_from_the_same_address_is_not_drawn_in():
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", source_ips=("192.0.2.7",))
    story.at("09:05").found("night", by="user:boris", risk=10, source_ips=("192.0.2.7",))
    assert story.incident().related_actors == ()


def test_a_closed_incident_is_not_opened_by_an_old_finding_and_a_new_one_opens_another():
    story = Story()
    finding = story.at("09:00").found("bulk-read").findings[0]
    story.at("10:00").close()
    result = story.at("10:05").take([replace(finding, last_event_at=clock("10:04"), events=9)])
    assert only_decision(result) == Settled()
    assert len(story.incidents()) == 1
    story.at("11:00").found("bulk-read", risk=35)
    assert len(story.incidents()) == 1
    story.at("11:30").found("export", risk=35)
    assert len(story.incidents()) == 2
    assert len(story.past.open_alerts("user:anna")) == 2


def test_a_blind_spot_opens_an_incident_whatever_its_points():
    story = Story()
    story.at("09:00").found(
        "source crm", by="nabat", risk=10, detector=Detector.BLIND_SPOT, matter="crm", playbook="blind-spot"
    )
    incident = story.incident()
    assert (incident.kind, incident.playbook) == (IncidentKind.BLIND_SPOT, "blind-spot")
    assert "source crm" in incident.title


def test_a_storm_becomes_one_alert_that_counts():
    story = Story(storm_count=5)
    results = [story.at(f"09:0{n // 10}").found("bulk-read", by=f"user:u{n:03}") for n in range(60)]
    assert len(story.incidents()) == 6
    (storm,) = story.past.open_alerts("nabat")
    assert storm.storm == 55
    assert len(storm.finding_ids) == 55
    assert isinstance(only_decision(results[-1]), Stormed)
    assert results[-1].storms[0].total == 55
    assert len(story.past.known_findings) == 60
    assert [incident.matter for incident in story.incidents()].count("storm") == 1


def test_after_a_storm_alerts_are_told_apart_again():
    story = Story(storm_count=3)
    for n in range(10):
        story.at("09:00").found("bulk-read", by=f"user:u{n}")
    story.at("12:00").found("bulk-read", by="user:late")
    assert story.incidents()[-1].actor_id == "user:late"


def test_a_storm_hides_no_critical_finding_about_client_data():
    story = Story(storm_count=3)
    for n in range(10):
        story.at("09:00").found("scanner", by=f"ip:192.0.2.{n}", matter="web-attack")
    story.at("09:01").found("canary", by="user:anna", risk=100, record_high=1)
    assert "user:anna" in [incident.actor_id for incident in story.incidents()]


def test_what_happened_before_a_storm_and_comes_late_is_no_part_of_it():
    story = Story(storm_count=3)
    for n in range(10):
        story.at("09:00").found("scanner", by=f"ip:192.0.2.{n}", matter="web-attack")
    story.take([a_finding("bulk-read", clock("08:00"), by="user:eve")])
    assert "user:eve" in [incident.actor_id for incident in story.incidents()]


def test_alerts_opened_after_a_late_moment_make_no_storm_of_it():
    story = Story(storm_count=4)
    for n in range(9):
        story.at(f"09:{5 * n:02}").found("scanner", by=f"ip:192.0.2.{n}", matter="web-attack")
    story.take([a_finding("bulk-read", clock("09:01"), by="user:eve")])
    assert [incident.matter for incident in story.incidents()].count("storm") == 0


def test_what_belongs_to_an_open_incident_joins_it_in_a_storm():
    story = Story(storm_count=3)
    story.at("08:00").found("bulk-read", by="user:anna")
    for n in range(10):
        story.at("09:00").found("bulk-read", by=f"user:u{n}")
    story.at("09:01").found("export", by="user:anna", risk=35)
    (mine,) = [incident for incident in story.incidents() if incident.actor_id == "user:anna"]
    assert len(mine.alert_ids) == 2


def silence(**changes):
    given = {
        "id": "scan of March",
        "by": MutedBy.SILENCE,
        "matchers": (LabelMatcher("actor", "user:an*"), LabelMatcher("rule", "bulk-read")),
        "reason": "agreed with the auditor",
        "until": clock("12:00"),
    }
    return Mute(**{**given, **changes})


def test_a_silence_mutes_what_fits_until_its_end_and_says_why():
    story = Story()
    story.orders = (silence(),)
    result = story.at("09:00").found("bulk-read")
    (alert,) = result.alerts
    assert only_decision(result) == Muted(by=MutedBy.SILENCE, alert=alert.id, reason="agreed with the auditor")
    assert (alert.status, alert.muted_by) == (AlertStatus.MUTED, MutedBy.SILENCE)
    assert story.incidents() == []
    story.at("09:30").found("export", risk=35)
    assert story.incidents() == []
    story.at("12:00").found("bulk-read")
    assert len(story.incident().alert_ids) == 2


@pytest.mark.parametrize("before", [0, 2])
def test_what_a_silence_muted_and_what_goes_on_after_its_end_is_an_incident(before):
    story = Story()
    story.orders = (silence(),)
    for n in range(before):
        story.at(f"1{n}:00").found("bulk-read")
    finding = story.at("11:30").found("bulk-read").findings[0]
    goes_on(story.at("11:59"), finding, events=500)
    assert story.incidents() == []
    goes_on(story.at("12:00"), finding, events=501)
    (alert,) = (each for each in story.past.open_alerts("user:anna") if each.status is AlertStatus.OPEN)
    assert (story.incident().alert_ids, alert.finding_ids) == ((alert.id,), (finding.id,))
    muted = [each for each in story.past.open_alerts("user:anna") if each.status is AlertStatus.MUTED]
    assert sum(len(each.finding_ids) for each in muted) == before, "what was over stays muted, and adds no points"


def test_an_inhibition_mutes_only_while_its_source_is_open():
    story = Story()
    story.orders = (
        silence(
            id="scanner first",
            by=MutedBy.INHIBITION,
            until=None,
            matchers=(LabelMatcher("rule", "night"),),
            source=(LabelMatcher("rule", "scanner"),),
        ),
    )
    assert isinstance(only_decision(story.at("09:00").found("night", risk=10)), Opened)
    story.at("09:01").found("scanner", risk=10)
    assert isinstance(only_decision(story.at("09:02").found("night", risk=10)), Muted)


def test_a_repeat_of_the_same_turn_changes_nothing():
    story = Story()
    findings = [a_finding("bulk-read", clock("09:00") + timedelta(minutes=n), by=f"user:{n % 3}") for n in range(9)]
    story.take(findings)
    before = (
        dict(story.past.known_alerts),
        dict(story.past.known_incidents),
        dict(story.past.known_entries),
    )
    story.take(findings)
    assert (
        story.past.known_alerts,
        story.past.known_incidents,
        story.past.known_entries,
    ) == before


def goes_on(story, finding, **more):
    """The same finding is stated again now, with more."""
    return story.take([replace(finding, last_event_at=story.now, **more)])


def test_a_close_covers_what_was_known_and_as_much_again_opens_an_incident_that_names_it():
    story = Story()
    finding = story.at("09:00").found("bulk-read", subject_count=150, record_high=150, events=150).findings[0]
    story.at("09:30").close()
    closed = story.incident()
    more = {"subject_count": 299, "record_high": 299, "events": 900}
    assert only_decision(goes_on(story.at("09:31"), finding, **more)) == Settled()
    assert len(story.incidents()) == 1
    goes_on(story.at("09:40"), finding, subject_count=300, record_high=300, events=901)
    first, again = story.incidents()
    assert (first.id, again.actor_id, again.alert_ids != first.alert_ids) == (closed.id, "user:anna", True)
    assert again.opened_at == clock("09:40")
    assert again.reasons[0].message == "incident-goes-on"
    assert dict(again.reasons[0].args) == {"number": closed.number, "reason": "false_positive"}
    assert again.number in story.past.last_entry(closed.id).text
    goes_on(story.at("09:50"), finding, subject_count=10_000, record_high=10_000, events=20_000)
    assert len(story.incidents()) == 2, "it joins the incident that is open"
    story.at("10:00").close()
    for count in range(10_001, 20_000, 1111):
        goes_on(story.at("10:30"), finding, subject_count=count, record_high=count, events=20_000 + count)
    assert len(story.incidents()) == 2
    goes_on(story.at("11:00"), finding, subject_count=20_000, record_high=20_000, events=40_000)
    assert len({incident.id for incident in story.incidents()}) == 3


@pytest.mark.parametrize(
    ("known", "more", "opens"),
    [
        ({}, {"events": 5000}, False),
        ({}, {"severity": Severity.CRITICAL, "risk": 100}, True),
        ({}, {"data_classes": ("health",)}, True),
        ({}, {"subject_count": 20}, True),
        ({}, {"record_high": 79}, False),
        ({}, {"record_high": 80}, True),
        ({"record_low": 0, "record_high": 0}, {"record_low": 1, "record_high": 1}, True),
        ({"record_low": 0, "record_high": 0, "subject_count": 0}, {"events": 9}, False),
        ({"record_low": 0, "record_high": 0, "subject_count": 0}, {"events": 10}, True),
        ({"record_low": 0, "record_high": 0, "subject_count": 0}, {"subject_count": 1}, True),
    ],
)
def test_what_outgrows_a_close(known, more, opens):
    story = Story()
    said = {"subject_count": 10, "record_low": 10, "record_high": 40, "events": 5, "data_classes": ("contact",)}
    finding = story.at("09:00").found("bulk-read", **{**said, **known}).findings[0]
    story.at("09:30").close()
    goes_on(story.at("10:00"), finding, **more)
    assert len(story.incidents()) == (2 if opens else 1)


def test_what_outgrows_a_close_is_an_incident_though_its_points_alone_do_not_suffice():
    story = Story()
    weak = story.at("09:00").found("night", risk=35, subject_count=20).findings[0]
    story.at("09:10").found("new-network", risk=35)
    story.at("09:30").close()
    goes_on(story.at("10:00"), weak, subject_count=40)
    assert [incident.rules for incident in story.incidents() if incident.closed_at is None] == [("night",)]


def test_a_late_line_that_moves_what_a_close_covers_opens_nothing():
    story = Story()
    finding = story.at("09:00").found("bulk-read", subject_count=150).findings[0]
    story.at("09:30").close()
    moved = replace(finding, id=derive("finding", "moved"), replaces=(finding.id,), at=clock("08:59"))
    assert only_decision(story.at("09:31").take([moved])) == Settled()
    goes_on(story.at("10:00"), moved, subject_count=300)
    assert len(story.incidents()) == 2


def test_what_a_late_line_adds_is_said_by_the_incident_though_the_matter_is_no_longer() -> None:
    """A line in the midst changes what a finding counts, and neither where it begins nor where it ends."""
    story = Story()
    finding = story.at("09:00").found("bulk-read", subject_count=150).findings[0]
    more = (Reason(message="reason-bulk-read", args=(("count", 751),)),)
    story.at("09:01").take([replace(finding, events=finding.events + 1, reasons=more)])
    assert story.incident().reasons == more


def test_what_stands_again_opens_nothing_that_a_close_covers():
    story = Story()
    finding = story.at("09:00").found("bulk-read", subject_count=150).findings[0]
    story.at("09:30").close()
    moved = replace(finding, id=derive("finding", "moved"), replaces=(finding.id,), at=clock("08:59"))
    story.at("09:31").take([moved])
    goes_on(story.at("09:40"), finding, stands=True)
    assert len(story.incidents()) == 1
    goes_on(story.at("10:00"), finding, subject_count=300)
    assert len(story.incidents()) == 2


def test_what_is_replaced_and_stands_again_at_one_time_is_replaced():
    story = Story()
    finding = story.at("09:00").found("bulk-read", subject_count=150).findings[0]
    moved = replace(finding, id=derive("finding", "moved"), replaces=(finding.id,), at=clock("08:59"))
    story.at("09:01").take([moved, replace(finding, stands=True)])
    assert story.past.known_findings[finding.id].replaced_by == moved.id


def test_an_exception_mutes_what_outgrows_a_close():
    story = Story()
    finding = story.at("09:00").found("bulk-read", subject_count=150).findings[0]
    story.at("09:30").close()
    story.orders = (silence(),)
    assert isinstance(only_decision(goes_on(story.at("10:00"), finding, subject_count=900)), Muted)
    assert len(story.incidents()) == 1


def test_what_goes_on_after_a_storm_was_closed_is_an_incident_of_its_own():
    story = Story(storm_count=3)
    for n in range(10):
        story.at("09:00").found("bulk-read", by=f"user:u{n}", subject_count=20, risk=35)
    (storm,) = story.past.open_alerts("nabat")
    story.at("09:30").close(storm.incident_id)
    stormed = story.past.known_findings[storm.finding_ids[0]]
    goes_on(story.at("12:00"), stormed, subject_count=41, severity=Severity.HIGH, risk=70)
    assert story.incidents()[-1].actor_id == stormed.actor_id


def test_what_is_blind_again_after_a_close_opens_again():
    story = Story()
    blind = {"by": "nabat", "detector": Detector.BLIND_SPOT, "matter": "crm", "playbook": "blind-spot"}
    finding = story.at("09:00").found("source crm", **blind).findings[0]
    story.at("09:30").close()
    assert only_decision(story.take([finding])) == Repeated()
    goes_on(story.at("10:00"), finding)
    assert len(story.incidents()) == 2


def scanners(story, count=10, **more):
    for n in range(count):
        story.found("scanner", by=f"ip:192.0.2.{n}", matter="web-attack", risk=35, **NO_TOUCH, **more)


NO_TOUCH = {"subject_count": 0, "record_low": 0}


def test_an_answered_storm_hides_neither_what_an_account_did_to_client_data_nor_what_is_grave():
    story = Story(storm_count=3)
    scanners(story.at("09:00"))
    (storm,) = [incident for incident in story.incidents() if incident.matter == "storm"]
    story.write(acknowledge(story.dossier(storm.id), by="anna", via="cli", now=clock("09:00")))
    story.at("09:01").found("export", by="user:mallory", risk=70)
    story.at("09:01").found("guessed", by="ip:198.51.100.9", risk=70, **NO_TOUCH)
    for rule in ("night", "new-network"):
        story.at("09:02").found(rule, by="user:eve", risk=35)
    own = {incident.actor_id for incident in story.incidents() if incident.matter == "access"}
    assert own == {"user:mallory", "ip:198.51.100.9", "user:eve"}


def test_a_flood_of_one_grave_kind_is_one_incident_that_counts_and_hides_no_other():
    story = Story(storm_count=3)
    for n in range(300):
        story.at(f"09:{n // 6:02}").found("canary", by=f"user:u{n}", risk=100, record_high=1)
    story.found("export", by="user:mallory")
    by_matter = Counter(incident.matter for incident in story.incidents())
    assert by_matter == {"access": 3 + 1, "storm": 1}
    (flood,) = [incident for incident in story.incidents() if incident.matter == "storm"]
    assert flood.severity is Severity.CRITICAL
    assert flood.kind is IncidentKind.LEAK
    assert flood.title == "Flood of one kind, more than people can read: Rule canary"
    assert flood.title_ru == "Поток одного рода, больше, чем можно прочесть: Rule canary"
    (alert,) = story.past.open_alerts("nabat")
    assert alert.storm == 297


@pytest.mark.parametrize("actor", ["user:mallory", "ip:198.51.100.9"])
@pytest.mark.parametrize("rules", [("night", "many-cards"), ("scanner", "many-cards"), ("many-cards", "scanner")])
def test_noise_takes_no_points_away_from_what_somebody_does_beside_it(actor, rules):
    story = Story(storm_count=3)
    scanners(story.at("09:00"))
    for time, rule in zip(("09:01", "09:05"), rules, strict=True):
        story.at(time).found(rule, by=actor, risk=35, matter="web-attack")
    (own,) = [incident for incident in story.incidents() if incident.matter != "storm"]
    assert own.actor_id == actor
    assert {finding.rule_id for finding in story.behind(own.id)} == set(rules)
    (storm,) = story.past.open_alerts("nabat")
    assert storm.storm == len(storm.finding_ids) == 7


def test_what_grows_inside_a_storm_adds_up_with_what_lies_apart():
    story = Story(storm_count=3)
    scanners(story.at("09:00"))
    story.at("09:01").found("many-cards", by="user:mallory", risk=35, matter="web-attack")
    small = a_finding("scanner", clock("09:02"), "user:mallory", 10, matter="web-attack")
    story.at("09:02").take([small])
    assert "user:mallory" not in {incident.actor_id for incident in story.incidents()}
    story.at("09:03").take([replace(small, risk=35, severity=Severity.MEDIUM, last_event_at=clock("09:03"))])
    assert "user:mallory" in {incident.actor_id for incident in story.incidents()}


def test_a_storm_that_held_only_what_belongs_apart_goes_on_there():
    story = Story(storm_count=3)
    scanners(story.at("09:00"), count=3)
    story.at("09:01").found("scanner", by="user:mallory", risk=35, matter="web-attack")
    storm = story.incident()
    story.at("09:05").found("many-cards", by="user:mallory", risk=35, matter="web-attack")
    (own,) = [incident for incident in story.incidents() if incident.id != storm.id]
    assert own.actor_id == "user:mallory"
    assert story.past.known_incidents[storm.id].close_reason is CloseReason.DUPLICATE


def test_a_flood_makes_no_incident_of_each_who_was_a_little_odd_before():
    story = Story(storm_count=3)
    for n in range(40):
        story.at(f"{8 + n // 10:02}:{n % 10 * 6:02}").found("night", by=f"user:u{n}", risk=10)
    for n in range(40):
        story.at("13:00").found("canary", by=f"user:u{n}", risk=100, record_high=1)
    assert Counter(incident.matter for incident in story.incidents()) == {"access": 3, "storm": 1}


def test_a_flood_hides_no_account_that_the_same_rule_says_took_much_until_these_are_a_flood_themselves():
    story = Story(storm_count=3)
    for n in range(40):
        story.at("09:00").found("bulk-read", by=f"user:u{n}", subject_count=5)
    for n in range(40):
        story.at("09:01").found("bulk-read", by=f"user:thief{n}", subject_count=150)
    own = [incident.actor_id for incident in story.incidents() if incident.matter == "access"]
    assert {actor for actor in own if "thief" in actor} == {f"user:thief{n}" for n in range(27)}
    assert Counter(incident.matter for incident in story.incidents()) == {"access": 30, "storm": 1}
    (alert,) = story.past.open_alerts("nabat")
    assert alert.storm == 37 + 13


def test_what_grows_to_a_theft_inside_a_flood_leaves_it():
    story = Story(storm_count=3)
    for n in range(10):
        story.at("09:00").found("documents", by=f"user:u{n}", subject_count=5)
    (grows,) = [each for each in story.past.known_findings.values() if each.actor_id == "user:u9"]
    story.at("09:05").take(
        [replace(grows, subject_count=150, record_low=150, events=150, last_event_at=clock("09:05"))]
    )
    assert "user:u9" in {incident.actor_id for incident in story.incidents()}
    (alert,) = story.past.open_alerts("nabat")
    assert alert.storm == 6


def test_two_floods_by_the_same_names_are_two_incidents_and_not_one_of_each_name():
    story = Story(storm_count=3)
    for n in range(60):
        for rule in ("canary", "ids"):
            story.at("09:00").found(rule, by=f"user:u{n}", risk=100, record_high=1)
    assert Counter(incident.matter for incident in story.incidents()) == {"access": 3, "storm": 2}


def test_the_incident_of_a_storm_names_its_actors_and_addresses_and_makes_nobody_of_them_a_suspect():
    story = Story(storm_count=3)
    scanners(story.at("09:00"), source_ips=("198.51.100.1",))
    (storm,) = [incident for incident in story.incidents() if incident.matter == "storm"]
    assert storm.related_actors == tuple(f"ip:192.0.2.{n}" for n in range(3, 10))
    assert storm.source_ips == ("198.51.100.1",)
    assert storm.suspects == frozenset()
