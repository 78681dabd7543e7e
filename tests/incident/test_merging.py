"""What is learned late: that an address was somebody, that two incidents are one, who it was that answered."""

from dataclasses import replace

from detector.group import Opened
from detector.incident import with_scope
from detector.schema.case.incidents import CloseReason, IncidentStatus, Scope, StepStatus
from detector.schema.levels import Severity
from detector.settings import Settings
from detector.settings.sections.response import Person, TeamSettings
from tests.fakes.acts import acknowledge, set_aware
from tests.fakes.story import Story, a_finding, clock

HERE = ("192.0.2.7",)


def entries(story: Story, incident_id: str) -> list[str]:
    return [entry.kind for entry in story.past.entries(incident_id)]


def test_an_address_that_turns_out_to_be_an_account_keeps_its_incident():
    story = Story()
    story.at("09:00").found("scan", by="ip:192.0.2.7", source_ips=HERE)
    first = story.incident()
    assert first.actor_id == "ip:192.0.2.7"
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:02")))
    late = a_finding("bulk-read", clock("08:55"), by="user:anna", source_ips=HERE)
    story.at("09:05").take([late])
    incident = story.incident()
    assert (incident.id, incident.number) == (first.id, first.number)
    assert (incident.actor_id, incident.related_actors) == ("user:anna", ("ip:192.0.2.7",))
    assert "actor" in entries(story, incident.id)
    # Who answered knew of an address that probes, not of an account that reads.
    assert (incident.acknowledged_by, incident.called_at) == ("", clock("09:05"))
    assert incident.t0 == first.t0


def two_incidents() -> Story:
    """An address and an account, each with an incident that was told; nothing joins them yet."""
    story = Story()
    story.at("09:00").found("scan", by="ip:192.0.2.7", source_ips=HERE)
    story.at("09:10").found("bulk-read", by="user:anna", source_ips=("198.51.100.1",))
    return story


def test_a_late_finding_that_joins_two_incidents_closes_the_address_s_as_a_duplicate():
    story = two_incidents()
    address, account = sorted(story.incidents(), key=lambda incident: incident.actor_id)
    story.write(
        set_aware(story.dossier(address.id), now=clock("09:20"), by="boris", reason="It is true.", at=clock("09:15"))
    )
    result = story.at("09:30").take([a_finding("night", clock("09:05"), risk=10, source_ips=HERE)])
    (decision,) = (each for _, each in result.decisions)
    assert isinstance(decision, Opened)
    gone, kept = (story.past.known_incidents[each.id] for each in (address, account))
    assert (gone.status, gone.close_reason) == (IncidentStatus.CLOSED, CloseReason.DUPLICATE)
    assert kept.number in gone.close_note
    assert StepStatus.OPEN not in {step.status for step in story.past.steps(gone.id) if step.due_at}
    assert (kept.status, kept.related_actors) == (IncidentStatus.NEW, ("ip:192.0.2.7",))
    assert (kept.opened_at, kept.number) == (address.opened_at, account.number)
    assert kept.aware_at == clock("09:15")
    assert "merged" in entries(story, kept.id)
    again = story.at("09:40").found("scan", by="ip:192.0.2.7", risk=35, source_ips=HERE)
    assert [alert.incident_id for alert in again.alerts] == [kept.id]


def acked() -> Story:
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", source_ips=HERE)
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:02")))
    return story


def test_an_answer_covers_what_goes_on_and_not_what_is_worse_or_done_by_somebody_else():
    story = acked()
    story.at("09:05").found("night", by="user:anna", risk=35)
    story.at("09:06").found("scan", by="ip:192.0.2.7", risk=10, source_ips=HERE)
    assert story.incident().acknowledged_by == "boris"
    assert story.incident().related_actors == ("ip:192.0.2.7",)
    assert story.incident().acknowledged_by == "boris"
    story.at("09:07").found("walk", by="ip:192.0.2.7", source_ips=HERE)
    assert story.incident().acknowledged_by == ""


def test_another_theft_by_an_address_of_the_same_place_calls_again():
    story = acked()
    story.at("09:07").found("walk", by="ip:192.0.2.7", source_ips=HERE)
    assert (story.incident().acknowledged_by, story.incident().called_at) == ("", clock("09:07"))


def test_what_is_worse_than_when_somebody_answered_calls_again():
    story = acked()
    result = story.at("09:07").found("canary", by="user:anna", risk=100, severity=Severity.CRITICAL)
    assert result.alerts
    assert (story.incident().acknowledged_by, story.incident().called_at) == ("", clock("09:07"))


def test_another_act_that_would_be_an_incident_alone_calls_again_whoever_answered_the_first():
    story = acked()
    story.at("09:30").found("bulk-read", by="user:anna", subject_count=9)  # more of what was answered
    story.at("09:31").found("night", by="user:anna", risk=35)  # not enough alone
    story.at("09:32").found("walk", by="user:anna", first_event_at=clock("09:01"))  # begun before the answer
    assert story.incident().acknowledged_by == "boris"
    story.at("18:00").found("night-export", by="user:anna")
    assert (story.incident().acknowledged_by, story.incident().called_at) == ("", clock("18:00"))
    assert entries(story, story.incident().id).count("unacknowledged") == 1
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("18:05")))
    story.at("18:10").found("night-export", by="user:anna", subject_count=8)
    assert story.incident().acknowledged_by == "boris"


def test_twice_as_many_by_the_same_rule_call_again_and_what_grows_on_waits_for_a_pause():
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", subject_count=500)
    called = {}
    for minute, people in ((10, 550), (11, 999), (12, 1_000), (13, 1_999), (14, 2_100), (40, 4_000), (41, 4_200)):
        story.write(acknowledge(story.dossier(), by="boris", via="cli", now=story.now))
        story.at(f"09:{minute}").found("bulk-read", by="user:anna", subject_count=people)
        if not story.incident().acknowledged_by:
            called[people] = story.incident().called_at
    # A high incident rests for a quarter of an hour between two calls; what is known meanwhile is said by the second.
    assert called == {1_000: clock("09:12"), 2_100: clock("09:27"), 4_200: clock("09:42")}
    assert entries(story, story.incident().id).count("unacknowledged") == 3
    assert [dict(each.args) for each in story.incident().called_for] == [{"before": 2_100, "after": 4_200}]


def test_a_doubled_scope_calls_again_unless_the_findings_had_said_so():
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", subject_count=500)
    story.write(with_scope(story.dossier(), Scope(subjects=500, events=500), now=story.now))
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=story.now))
    known, more = story.behind(), Scope(subjects=20_000, events=20_000)
    told = with_scope(story.dossier(), more, now=clock("09:05"), findings=[replace(known[0], subject_count=12_000)])
    assert told.incidents[0].acknowledged_by == "boris"
    story.write(with_scope(story.dossier(), more, now=clock("09:05"), findings=known))
    assert (story.incident().acknowledged_by, story.incident().called_at) == ("", clock("09:05"))
    assert entries(story, story.incident().id)[-2:] == ["scope", "unacknowledged"]
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:06")))
    story.at("09:07").found("bulk-read", by="user:anna", subject_count=20_000)
    assert story.incident().acknowledged_by == "boris"


def test_an_incident_that_nobody_answered_is_not_silenced_by_one_that_somebody_has():
    story = two_incidents()
    account = max(story.incidents(), key=lambda incident: incident.actor_id)
    story.write(acknowledge(story.dossier(account.id), by="boris", via="cli", now=clock("09:12")))
    story.at("09:30").take([a_finding("night", clock("09:05"), risk=10, source_ips=HERE)])
    assert story.past.known_incidents[account.id].called_at == clock("09:30")


def test_an_answer_of_whom_it_turns_out_to_be_about_does_not_count():
    story = Story()
    anna = Person(name="anna", accounts=("user:anna",), targets=("push",))
    story.settings = Settings.model_validate({"timezone": "UTC"})
    story.settings = story.settings.model_copy(update={"team": TeamSettings(people=(anna,))})
    story.at("09:00").found("scan", by="ip:192.0.2.7", source_ips=HERE)
    story.write(acknowledge(story.dossier(), by="anna", via="link", now=clock("09:02")))
    assert story.incident().acknowledged_by == "anna"
    story.at("09:05").take([replace(a_finding("bulk-read", clock("09:01"), source_ips=HERE))])
    assert (story.incident().acknowledged_at, story.incident().acknowledged_by) == (None, "")
    assert "unacknowledged" in entries(story, story.incident().id)


def an_answered_flood(count: int = 10) -> tuple[Story, str]:
    story = Story(storm_count=3, storm_span="10m")
    for n in range(count):
        story.at("09:00").found("ids", by=f"user:portal{n}")
    (flood,) = [each for each in story.incidents() if each.matter == "storm"]
    answer(story, flood.id)
    return story, flood.id


def answer(story: Story, incident: str) -> None:
    story.write(acknowledge(story.dossier(incident), by="anna", via="cli", now=story.now))


def test_who_joins_an_answered_flood_calls_the_team_and_then_at_most_once_in_its_span():
    story, flood = an_answered_flood()
    story.at("09:01").found("ids", by="user:portal5", subject_count=2)
    assert story.past.find(flood).acknowledged_by == "anna"
    story.at("09:02").found("ids", by="user:mallory")
    called = story.past.find(flood)
    assert (called.acknowledged_by, called.called_at) == ("", clock("09:02"))
    assert entries(story, flood).count("unacknowledged") == 1
    moments = set()
    for n in range(50):
        story.at(f"09:{3 + n // 10:02}")
        answer(story, flood)
        story.found("ids", by=f"user:new{n}")
        moments.add(story.past.find(flood).called_at)
    assert moments == {clock("09:12")}
    assert story.past.find(flood).acknowledged_by == ""


def test_scanners_that_join_an_answered_flood_call_nobody_unless_they_touch_client_data():
    story = Story(storm_count=3)
    nothing = {"risk": 35, "subject_count": 0, "record_low": 0}
    for n in range(9):
        story.at("09:00").found("scanner", by=f"ip:192.0.2.{n}", **(nothing if n < 8 else {"risk": 35}))
    (flood,) = story.incidents()
    answer(story, flood.id)
    story.at("09:01").found("scanner", by="ip:192.0.2.99", **nothing)
    assert story.incident().acknowledged_by == "anna"
    story.at("09:02").found("scanner", by="ip:192.0.2.100", risk=35)
    assert story.incident().acknowledged_by == ""


def test_who_joins_a_flood_beyond_the_thousand_it_names_calls_the_team():
    story = Story(storm_count=3)
    story.at("09:00").take(a_finding("ids", story.now, f"user:portal{n}") for n in range(1010))
    (flood,) = [each for each in story.incidents() if each.matter == "storm"]
    answer(story, flood.id)
    story.at("09:02").found("ids", by="user:mallory")
    assert story.past.find(flood.id).called_at == clock("09:02")


def test_a_call_that_waits_for_a_storms_span_waits_no_longer_once_it_is_worse():
    story, flood = an_answered_flood()
    for minute, name in (("09:02", "mallory"), ("09:03", "trudy")):
        answer(story.at(minute), flood)
        story.found("ids", by=f"user:{name}")
    assert story.past.find(flood).called_at == clock("09:12")
    story.at("09:04").found("ids", by="user:oscar", risk=100)
    assert story.past.find(flood).called_at == clock("09:04")
