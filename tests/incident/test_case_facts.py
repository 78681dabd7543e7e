"""Facts of a case: each a statement with source and author, the newest lawful one counts, and none is overwritten."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from detector.errors import ConflictError, DeniedError, InputError
from detector.incident import (
    IncidentChanges,
    StatedFact,
    all_readings,
    approve_receipt,
    ask_fact,
    ask_receipt,
    asked_fact,
    fact_act,
    load_regulations,
    loosened,
    record_fact,
    rfc3339,
    with_scope,
)
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import CloseReason, IncidentStatus, Scope, StepStatus
from detector.schema.levels import Severity
from detector.schema.team.grants import PersonAct
from detector.settings import Settings
from detector.settings.sections.records import DataClass
from detector.web.texts import PageTexts
from tests.fakes import acts
from tests.fakes.people import grant
from tests.fakes.story import Story, a_finding, clock

GDPR, RUSSIA, HIPAA = "gdpr-72h", "ru-24h", "hipaa-hhs-500"
HERE = ("192.0.2.7",)


@pytest.fixture
def story() -> Story:
    made = Story()
    made.settings = Settings.model_validate({"timezone": "UTC", "legal": {"sectors": ["hipaa-covered"]}})
    made.regulations = load_regulations(("ru-152fz", "eu-gdpr-33", "us-hipaa"))
    made.at("09:00").found("bulk-read", subject_count=40)
    return made


def state(
    story: Story,
    kind: str,
    value: str | datetime,
    at: str,
    by: str = "lev",
    *,
    source: str = "client, complaint 77",
    reason: str = "she said so",
    approved_by: str = "",
    ref: str = "",
    classes: dict[str, DataClass] | None = None,
) -> None:
    """Somebody states a fact at a time."""
    text = rfc3339(value) if isinstance(value, datetime) else value
    stated = StatedFact(kind=CaseFactKind(kind), value=text, source=source, reason=reason)
    ref = ref or story.incident().id
    found, behind = story.dossier(ref), story.behind(ref)
    given: dict[str, Any] = {"by": by, "now": clock(at), "approved_by": approved_by, "findings": behind}
    given["classes"] = classes
    story.write(acts.record_fact(found, stated, **given))


def readings(story: Story, kind: str, ref: str = "") -> list[tuple[str, bool]]:
    """Return the readings of a fact, and which counts."""
    found = story.dossier(ref)
    return [
        (each.fact.value, each.counts)
        for each in all_readings(found.incident, found.facts)
        if each.fact.kind is CaseFactKind(kind)
    ]


def test_an_outside_report_that_came_before_detection_moves_what_counts_from_t0(story):
    incident = story.incident()
    assert story.duty(RUSSIA).due_at == clock("1d 09:00")
    state(story, "t0", clock("06:30"), "10:00")
    assert story.incident().t0 == clock("06:30")
    assert story.duty(RUSSIA).due_at == clock("1d 06:30")
    assert story.duty(GDPR).due_at == clock("3d 06:30"), "no T1 yet: T0 counts for it"
    assert story.dossier().step("A5").due_at == clock("10:30")
    assert readings(story, "t0") == [("2026-03-02T06:30:00Z", True), (rfc3339(incident.opened_at), False)]
    entry = story.past.last_entry(incident.id)
    assert (entry.kind, entry.by, dict(entry.data)["fact"]) == ("fact", "lev", "t0")
    assert "client, complaint 77" in entry.text
    (fact,) = story.past.facts(incident.id)
    assert (fact.number, fact.author, fact.source, fact.reason) == (1, "lev", "client, complaint 77", "she said so")


def test_what_a_report_cannot_be_is_refused_all_at_once(story):
    with pytest.raises(InputError, match="not earlier than detection, 2026-03-02T09:00:00Z"):
        state(story, "t0", clock("09:30"), "10:00")
    with pytest.raises(InputError) as refused:
        state(story, "t0", "yesterday", "10:00", source="", reason=" ")
    assert [each.what for each in refused.value.problems] == [
        "'yesterday' is no value of the fact t0",
        "why it is so is missing",
        "the source of the fact t0 is missing",
    ]
    with pytest.raises(InputError, match="T0 2026-03-02T12:00:00Z is in the future"):
        state(story, "t0", clock("12:00"), "10:00")
    for reason in ("she said so", "a letter of 2020-01-11", "a letter of January"):
        with pytest.raises(InputError, match="the reason does not name 2020-01-01"):
            state(story, "t0", "2020-01-01T00:00:00Z", "10:00", reason=reason)
    assert story.past.facts(story.incident().id) == []


def test_a_report_may_be_old_where_the_reason_names_its_day_and_t1_may_follow_it(story):
    with pytest.raises(InputError, match="T1 2026-01-10T09:00:00Z lies more than 30 days"):
        state(story, "t1", "2026-01-10T09:00:00Z", "10:00", reason="known since 2026-01-10")
    state(story, "t0", "2026-01-10T08:00:00Z", "10:00", reason="letter of the regulator of 2026-01-10")
    assert story.duty(RUSSIA).due_at == datetime(2026, 1, 11, 8, 0, tzinfo=UTC)
    state(story, "t1", "2026-01-10T09:00:00Z", "10:00", approved_by="dina")
    said = {"number": "1", "at": datetime(2026, 1, 10, 12, 0, tzinfo=UTC), "now": clock("10:00")}
    story.write(acts.file_receipt(story.dossier(), RUSSIA, by="lev", **said))
    assert story.duty(RUSSIA).ended_at is not None


def test_a_report_is_taken_back_or_made_later_by_two(story):
    state(story, "t0", clock("06:30"), "10:00")
    for later in (clock("07:00"), "none"):
        with pytest.raises(ConflictError, match=r"ru-152fz/ru-24h.* needs two persons"):
            state(story, "t0", later, "10:30")
    state(story, "t0", clock("07:00"), "10:30", approved_by="dina")
    assert story.duty(RUSSIA).due_at == clock("1d 07:00")
    state(story, "t0", "none", "10:40", approved_by="dina")
    assert story.incident().t0 == clock("09:00")
    shown = readings(story, "t0")
    assert shown[0] == ("2026-03-02T09:00:00Z", True)
    assert [value for value, _ in shown[1:]] == ["", "2026-03-02T07:00:00Z", "2026-03-02T06:30:00Z"]


def test_t1_set_again_later_takes_two_where_a_duty_would_be_due_later(story):
    def aware(at: str, approved_by: str = "") -> None:
        state(story, "t1", clock(at), "1d 09:00", approved_by=approved_by)

    aware("10:00")
    for approver in ("", "lev"):
        with pytest.raises(ConflictError, match=r"t1.*gdpr-72h.*needs two persons"):
            aware("12:00", approver)
    assert story.duty(GDPR).due_at == clock("3d 10:00")
    aware("09:30")
    assert story.duty(GDPR).due_at == clock("3d 09:30"), "earlier by one person's word"
    # A receipt that came late does not become one in time by it either.
    late = {"number": "1", "by": "dina", "at": clock("4d 10:00"), "now": clock("4d 10:01")}
    story.write(acts.file_receipt(story.dossier(), GDPR, **late))
    stated = StatedFact(kind=CaseFactKind.T1, value=rfc3339(clock("1d 09:00")))
    assert "eu-gdpr-33/gdpr-72h" in loosened(story.dossier(), stated, clock("1d 09:00"))
    aware("12:00", "dina")
    assert story.duty(GDPR).due_at == clock("3d 12:00")
    assert dict(story.past.last_entry(story.incident().id).data)["approved_by"] == "dina"
    assert readings(story, "t1")[0] == ("2026-03-02T12:00:00Z", True)


def test_a_first_t1_that_comes_later_than_it_is_asked_for_moves_no_running_clock_by_one_persons_word(story):
    with pytest.raises(ConflictError, match=r"gdpr-72h.*needs two persons"):
        state(story, "t1", clock("14:00"), "14:05")
    assert story.duty(GDPR).due_at == clock("3d 09:00")
    found = story.dossier()
    author, second = grant(found, "lev", PersonAct.AWARE), grant(found, "dina", PersonAct.APPROVE)
    stated = StatedFact(kind=CaseFactKind.T1, value=rfc3339(clock("14:00")), reason="confirmed only then")
    changes, asked = ask_fact(found, author, stated, now=clock("14:05"))
    story.write(changes)
    assert (story.incident().aware_at, asked.step_id, asked.act) == (None, "fact:t1", PersonAct.AWARE)
    story.write(record_fact(story.dossier(), author, asked_fact(asked), now=clock("15:00"), second=second))
    assert (story.incident().aware_at, story.duty(GDPR).due_at) == (clock("14:00"), clock("3d 14:00"))
    assert story.dossier().step("A5").status is StepStatus.DONE


def test_a_first_t1_makes_neither_a_missed_duty_nor_a_late_receipt_one_in_time_by_one_persons_word(story):
    aware = StatedFact(kind=CaseFactKind.T1, value=rfc3339(clock("12:00")), reason="said when it was over")
    assert loosened(story.dossier(), aware, clock("3d 08:59")) == [], "as it was meant: it is not over yet"
    assert loosened(story.dossier(), aware, clock("3d 10:00")) == ["eu-gdpr-33/gdpr-72h"]
    with pytest.raises(ConflictError, match=r"gdpr-72h.*needs two persons"):
        state(story, "t1", clock("12:00"), "3d 10:00")
    late = {"number": "1", "by": "dina", "at": clock("3d 10:00"), "now": clock("3d 10:01")}
    story.write(acts.file_receipt(story.dossier(), GDPR, **late))
    assert loosened(story.dossier(), aware, clock("3d 10:02")) == ["eu-gdpr-33/gdpr-72h"]
    assert story.duty(GDPR).late(clock("3d 10:02"))
    state(story, "t1", clock("12:00"), "3d 10:02", approved_by="dina")
    assert not story.duty(GDPR).late(clock("3d 10:02"))


def test_a_receipt_that_was_late_becomes_none_in_time_by_one_persons_correction(story):
    state(story, "t1", clock("10:00"), "10:05")
    late = {"number": "1", "at": clock("4d 10:00"), "now": clock("4d 10:01")}
    story.write(acts.file_receipt(story.dossier(), GDPR, by="dina", **late))
    right = {"number": "1", "at": clock("2d 10:00"), "now": clock("4d 11:00"), "reason": "it was sent two days before"}
    with pytest.raises(ConflictError, match=r"receipt of .*gdpr-72h.*needs two persons"):
        story.write(acts.file_receipt(story.dossier(), GDPR, by="dina", **right))
    author, second = grant(story.dossier(), "dina", PersonAct.RECEIPT), grant(story.dossier(), "lev", PersonAct.APPROVE)
    changes, asked = ask_receipt(story.dossier(), GDPR, author, **right)
    story.write(changes)
    assert (asked.step_id, story.duty(GDPR).receipt_at) == ("receipt:eu-gdpr-33/gdpr-72h", clock("4d 10:00"))
    story.write(approve_receipt(story.dossier(), asked, author, second, clock("4d 12:00")))
    assert story.duty(GDPR).receipt_at == clock("2d 10:00")
    assert "lev" in story.past.last_entry(story.incident().id).text
    story.write(acts.file_receipt(story.dossier(), GDPR, by="dina", **late | {"reason": "later, after all"}))
    assert story.duty(GDPR).late(clock("4d 12:00")), "one person's word makes it worse"


def test_a_cause_without_intent_takes_two_as_long_as_the_case_is_open(story):
    with pytest.raises(ConflictError, match=r"cause = human_error.*intent.*needs two persons"):
        state(story, "cause", "human_error", "10:00")
    state(story, "cause", "human_error", "10:01", approved_by="dina")
    state(story, "cause", "failure", "10:02")
    state(story, "cause", "insider", "10:03")
    found = replace(story.dossier(), incident=replace(story.incident(), status=IncidentStatus.CLOSED))
    error = StatedFact(kind=CaseFactKind.CAUSE, value="human_error", reason="the review found it")
    assert (loosened(story.dossier(), error, clock("10:04")), loosened(found, error, clock("10:04"))) == (
        ["intent"],
        [],
    )


def test_a_word_that_waited_in_an_earlier_version_can_still_be_given(story):
    state(story, "t1", clock("10:00"), "12:00")
    stated = StatedFact(kind=CaseFactKind.T1, value=rfc3339(clock("11:00")), reason="Later.")
    _, asked = ask_fact(story.dossier(), grant(story.dossier(), "lev", PersonAct.AWARE), stated, now=clock("12:00"))
    before = replace(asked, step_id="aware", data=(("at", "2026-03-02T11:00:00Z"),))
    assert asked_fact(before) == stated


def test_a_t1_from_before_facts_were_kept_is_a_reading_too(story):
    story.past.save(IncidentChanges(incidents=(replace(story.incident(), aware_at=clock("10:00"), version=2),)))
    assert readings(story, "t1") == [("2026-03-02T10:00:00Z", True)]
    (shown,) = [each.fact for each in all_readings(story.incident(), ()) if each.fact.kind is CaseFactKind.T1]
    for language, said in (("en", "see the timeline"), ("ru", "см. хронологию")):
        assert said in PageTexts(story.settings, language, clock("10:00")).fact_source(shown)
    state(story, "persons", "12", "10:30")
    assert story.incident().aware_at == clock("10:00"), "another fact leaves it as it is"
    state(story, "t1", clock("09:30"), "11:00")
    assert readings(story, "t1") == [("2026-03-02T09:30:00Z", True), ("2026-03-02T10:00:00Z", False)]
    assert [each.author for each in story.past.facts(story.incident().id)] == ["lev", "nabat", "lev"]


def test_people_counted_outside_the_logs_count_beside_the_scope(story):
    assert story.duty(HIPAA).verdict is DutyVerdict.ASK
    state(story, "persons", "~1200", "10:00", source="billing department")
    assert story.duty(HIPAA).verdict is DutyVerdict.ASK, "an estimate makes nothing certain"
    with pytest.raises(ConflictError, match=r"people 1200.* needs two persons"):
        state(story, "persons", "~300", "10:02", source="billing department")
    state(story, "persons", "1200", "10:05")
    assert story.duty(HIPAA).verdict is DutyVerdict.YES
    for fewer in ("120", "none"):
        with pytest.raises(ConflictError, match=r"us-hipaa/hipaa-hhs-500.* needs two persons"):
            state(story, "persons", fewer, "10:10")
    state(story, "persons", "120", "10:10", approved_by="dina")
    assert (story.incident().people_low, story.duty(HIPAA).verdict) == (120, DutyVerdict.ASK)
    assert [value for value, _ in readings(story, "persons")] == ["120", "1200", "~1200"]


@pytest.mark.parametrize(
    "scope",
    [
        Scope(subjects=600, record_low=600, events=600),
        Scope(subjects=3, record_low=3, record_high=3, events=3, imported_subjects=597),
        Scope(imported_subjects=600),
    ],
)
def test_fewer_people_than_the_scope_names_make_no_duty_smaller(story, scope):
    story.write(with_scope(story.dossier(), scope, now=clock("09:30")))
    assert story.duty(HIPAA).verdict is DutyVerdict.YES
    state(story, "persons", "40", "10:00", source="sales: the others are test records")
    assert story.duty(HIPAA).verdict is DutyVerdict.YES
    assert readings(story, "persons") == [("600", True), ("40", False)]
    more = Scope(subjects=600, record_low=600, record_high=900, events=600)
    story.write(with_scope(story.dossier(), more, now=clock("10:30")))
    assert readings(story, "persons")[0] == ("600-900", True)
    story.write(with_scope(story.dossier(), replace(more, uncounted=2), now=clock("10:40")))
    assert readings(story, "persons")[0] == ("600+", True)


def test_a_decision_is_open_again_when_more_people_are_stated(story):
    said = {"owed": False, "reason": "40 people", "now": clock("09:30"), "by": "dina", "approved_by": "lev"}
    story.write(acts.decide_duty(story.dossier(), HIPAA, **said))
    state(story, "persons", "~1200", "10:00")
    assert story.duty(HIPAA).decided_at is None
    assert [each.kind for each in story.past.entries(story.incident().id)][-2:] == ["fact", "duty_reopened"]


def test_more_people_that_somebody_states_make_it_graver_and_fewer_never_slighter(story):
    classes = {"card": DataClass(confidentiality="confidential")}
    scope = Scope(subjects=40, record_low=40, events=40, data_classes=("card",))
    story.write(with_scope(story.dossier(), scope, now=clock("09:02"), classes=classes))
    story.write(acts.acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:10")))
    assert story.incident().severity is Severity.HIGH
    state(story, "persons", "49", "10:00", classes=classes)
    assert (story.incident().severity, story.incident().acknowledged_by) == (Severity.HIGH, "boris")
    state(story, "persons", "9999", "10:01", classes=classes)
    assert (story.incident().severity, story.incident().acknowledged_by) == (Severity.HIGH, "")
    assert dict(story.incident().called_for[-1].args) == {"before": 40, "after": 9999}
    story.write(acts.acknowledge(story.dossier(), by="boris", via="cli", now=clock("10:02")))
    state(story, "persons", "10000", "10:05", classes=classes)
    incident = story.incident()
    assert (incident.severity, incident.acknowledged_at, incident.called_at) == (
        Severity.CRITICAL,
        None,
        clock("10:05"),
    )
    assert [each.message for each in incident.called_for] == ["incident-again-severity"]
    state(story, "persons", "none", "10:10", approved_by="dina", classes=classes)
    assert story.incident().severity is Severity.CRITICAL
    state(story, "severity", "medium", "10:20", approved_by="dina")
    state(story, "persons", "60", "10:30", classes=classes)
    assert story.incident().severity is Severity.MEDIUM, "no graver than it was computed before"
    assert readings(story, "severity")[0] == ("medium", True)
    # Which data it is may become known after how many people it is about.
    worse = {**classes, "diagnosis": DataClass(confidentiality="special")}
    story.write(
        with_scope(story.dossier(), replace(scope, data_classes=("diagnosis",)), now=clock("10:50"), classes=worse)
    )
    assert story.incident().severity is Severity.MEDIUM, "critical was computed when it was lowered"


def test_the_cause_is_stated_and_corrected(story):
    state(story, "cause", "attack", "10:00")
    state(story, "cause", "Human-error", "1d 10:00", approved_by="dina")
    assert readings(story, "cause") == [("human_error", True), ("attack", False), ("unknown", False)]
    with pytest.raises(InputError, match="'ghosts' is no value of the fact cause"):
        state(story, "cause", "ghosts", "1d 11:00")


def test_a_severity_is_lowered_by_two_and_rises_again_when_more_is_known(story):
    with pytest.raises(ConflictError, match="severity high, needs two persons"):
        state(story, "severity", "low", "10:00")
    state(story, "severity", "low", "10:00", approved_by="dina")
    assert story.incident().severity is Severity.LOW
    story.at("10:10").found("again", subject_count=42)
    assert story.incident().severity is Severity.LOW, "no more is known than they knew"
    assert readings(story, "severity") == [("low", True), ("high", False)]
    story.at("10:20").found("night", subject_count=90)
    assert story.incident().severity is Severity.HIGH, "twice the people"
    assert readings(story, "severity") == [("high", True), ("low", False)]


def test_a_graver_scope_outdoes_a_severity_that_was_lowered(story):
    state(story, "severity", "low", "10:00", approved_by="dina")
    classes = {"diagnosis": DataClass(confidentiality="special")}
    scope = Scope(subjects=42, record_low=42, events=42, data_classes=("diagnosis",))
    story.write(with_scope(story.dossier(), scope, now=clock("10:10"), classes=classes))
    assert story.incident().severity is Severity.LOW, "high was computed before"
    story.write(with_scope(story.dossier(), replace(scope, subjects=100), now=clock("10:20"), classes=classes))
    assert story.incident().severity is Severity.CRITICAL


def test_a_severity_that_somebody_raises_calls_whoever_has_answered_again(story):
    story.write(acts.acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:10")))
    state(story, "severity", "critical", "10:00", by="boris")
    assert story.incident().acknowledged_by == "boris", "it is the holder's own word"
    story.write(acts.take_over(story.dossier(), by="anna", now=clock("10:05")))
    state(story, "severity", "high", "10:10", approved_by="dina")
    state(story, "severity", "critical", "10:20")
    incident = story.incident()
    assert (incident.acknowledged_at, incident.called_at) == (None, clock("10:20"))
    assert [each.message for each in incident.called_for] == ["incident-again-severity"]


def test_stopping_the_flow_is_a_fact_that_its_step_states_and_a_touch_withdraws(story):
    story.write(
        with_scope(story.dossier(), Scope(subjects=40, events=40, last_event_at=clock("09:20")), now=clock("09:25"))
    )
    story.write(acts.complete_step(story.dossier(), "C2", by="boris", now=clock("10:00"), approved_by="dina"))
    assert readings(story, "flow_stopped") == [("2026-03-02T10:00:00Z", True)]
    (fact,) = story.past.facts(story.incident().id)
    assert (fact.source, fact.author, fact.approved_by) == ("C2", "boris", "dina")
    with pytest.raises(InputError, match="lies before the last touch of client data, 2026-03-02T09:20:00Z"):
        state(story, "flow_stopped", clock("09:14"), "10:05")
    state(story, "flow_stopped", clock("09:40"), "10:05")
    grown = Scope(subjects=60, events=60, last_event_at=clock("10:30"))
    story.write(with_scope(story.dossier(), grown, now=clock("10:31")))
    assert story.dossier().step("C2").status is StepStatus.OPEN
    newest = story.past.facts(story.incident().id)[-1]
    assert (newest.number, newest.value, newest.author) == (3, "", "nabat")
    assert readings(story, "flow_stopped")[0] == ("", True)


def test_a_step_that_is_opened_again_withdraws_what_it_stated(story):
    story.write(acts.complete_step(story.dossier(), "C2", by="boris", now=clock("10:00"), approved_by="dina"))
    story.write(acts.reopen_step(story.dossier(), "C2", by="lev", reason="the token still works", now=clock("10:10")))
    newest = story.past.facts(story.incident().id)[-1]
    assert (newest.value, newest.author, newest.reason) == ("", "lev", "the token still works")


def test_a_finding_after_the_flow_was_stopped_withdraws_it(story):
    story.write(acts.complete_step(story.dossier(), "C2", by="boris", now=clock("10:00"), approved_by="dina"))
    story.at("11:00").found("again")
    assert readings(story, "flow_stopped")[0] == ("", True)


def test_what_was_stated_of_a_merged_incident_goes_on():
    story = Story()
    story.at("09:00").found("scan", by="ip:192.0.2.7", source_ips=HERE)
    story.at("09:10").found("bulk-read", by="user:anna", source_ips=("198.51.100.1",))
    address, account = sorted(story.incidents(), key=lambda incident: incident.actor_id)
    state(story, "t0", clock("07:00"), "09:20", ref=address.id)
    state(story, "persons", "~300", "09:21", ref=address.id)
    state(story, "cause", "attack", "09:22", ref=address.id)
    state(story, "persons", "20", "09:23", ref=account.id)
    story.at("09:30").take([a_finding("night", clock("09:05"), risk=10, source_ips=HERE)])
    gone, kept = (story.past.known_incidents[each.id] for each in (address, account))
    assert (gone.close_reason, kept.t0, kept.persons) == (CloseReason.DUPLICATE, clock("07:00"), 300)
    assert readings(story, "cause", kept.id)[0] == ("attack", True)
    taken = story.past.facts(kept.id)[1:]
    assert {each.source for each in taken} == {address.number}
    assert [each.number for each in taken] == [2, 3, 4]


def test_nothing_is_stated_of_a_closed_incident_or_with_another_grant(story):
    found = story.dossier()
    stated = StatedFact(kind=CaseFactKind.CAUSE, value="attack", reason="seen")
    assert fact_act(CaseFactKind.T1) is not fact_act(CaseFactKind.CAUSE)
    with pytest.raises(DeniedError):
        record_fact(found, grant(found, "lev", PersonAct.AWARE), stated, now=clock("10:00"))
    story.at("10:00").close()
    for kind, value in (("persons", "12"), ("severity", "critical"), ("t1", clock("09:30")), ("flow_stopped", "none")):
        with pytest.raises(ConflictError, match="was closed"):
            state(story, kind, value, "10:10")
    state(story, "cause", "human_error", "10:10")
    assert readings(story, "cause")[0] == ("human_error", True), "the review finds out what it was"
