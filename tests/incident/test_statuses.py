"""Where an incident may go: one table; holds end, and a closed incident is opened again by a person."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from detector import incident
from detector.errors import ConflictError, InputError
from detector.incident import ALLOWED, Dossier, owed, with_scope
from detector.incident.acts.transitions import said
from detector.incident.playbook.playbooks import Gate
from detector.incident.status_machine import moved
from detector.incident.timeline import MAX_TEXT
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.incidents import CloseReason, IncidentStatus, Scope, StepStatus
from detector.schema.detection.alerts import AlertStatus
from detector.schema.levels import Severity
from detector.schema.team.grants import PersonAct
from detector.settings.sections.records import DataClass
from tests.fakes.acts import acknowledge, close, complete_step, reopen, set_status, skip_step
from tests.fakes.people import grant
from tests.fakes.story import PLAYBOOKS, Story, clock

HELD = IncidentStatus.ON_HOLD


def answered() -> Story:
    story = Story()
    story.at("09:00").found("bulk-read", subject_count=500)
    story.write(acknowledge(story.dossier(), by="anna", via="cli", now=clock("09:05")))
    return story


def held(until: str = "2d 09:00") -> Story:
    story = answered()
    say = {"by": "anna", "reason": "waits for the provider", "now": clock("10:00")}
    story.write(set_status(story.dossier(), HELD, until=clock(until), **say))
    return story


def test_every_status_leads_on_and_none_but_the_close_is_left_by_opening_again() -> None:
    assert ALLOWED.keys() == set(IncidentStatus)
    assert {status for status, then in ALLOWED.items() if IncidentStatus.REOPENED in then} == {IncidentStatus.CLOSED}
    assert not any(IncidentStatus.NEW in then for then in ALLOWED.values())
    case = answered().incident()
    with pytest.raises(ValueError, match="does not go from in_progress to reopened"):
        moved(case, IncidentStatus.REOPENED)


def test_a_hold_has_an_end_a_reason_and_both_are_said_at_once_where_they_lack() -> None:
    story = answered()
    for until, what in (
        (None, "a hold needs an end"),
        (clock("09:00"), "2026-03-02T09:00:00Z is over"),
        (clock("40d 09:00"), "2026-04-11T09:00:00Z is too far: a hold lasts 31 days at most"),
    ):
        with pytest.raises(InputError) as told:
            set_status(story.dossier(), HELD, by="anna", reason=" ", until=until, now=clock("10:00"))
        assert [problem.what for problem in told.value.problems] == ["why the status changes is missing", what]
    said = {"by": "anna", "reason": "Over.", "now": clock("10:00")}
    with pytest.raises(InputError, match="only a hold has an end"):
        set_status(story.dossier(), IncidentStatus.RESOLVED, until=clock("11:00"), **said)
    story = held()
    assert (story.incident().status, story.incident().hold_until) == (HELD, clock("2d 09:00"))
    longer = set_status(story.dossier(), HELD, by="anna", reason="longer", until=clock("3d 09:00"), now=clock("11:00"))
    assert longer.incidents[0].hold_until == clock("3d 09:00")
    back = set_status(story.dossier(), IncidentStatus.IN_PROGRESS, by="anna", reason="it came", now=clock("11:00"))
    assert back.incidents[0].hold_until is None


def test_the_end_of_a_hold_is_owed_and_so_is_that_of_one_from_before_holds_ended() -> None:
    story = held()
    for case, due in (
        (story.incident(), clock("2d 09:00")),
        (replace(story.incident(), hold_until=None), clock("10:00") + timedelta(days=31)),
    ):
        found = story.dossier()
        hour = timedelta(hours=1)
        items = owed(case, (), found.terms, progress_at=clock("10:00"), lapse=hour, pace=hour)
        assert [(item.kind, item.due_at) for item in items] == [(AgendaKind.HOLD, due)]


def test_what_calls_the_team_again_ends_a_hold() -> None:
    story = held()
    cards = {"cards": DataClass(title="Cards", title_ru="Карты", confidentiality="confidential")}
    scope = Scope(subjects=32_000, events=900, data_classes=("cards",))
    story.write(with_scope(story.dossier(), scope, now=clock("11:00"), classes=cards))
    case = story.incident()
    assert (case.severity, case.status, case.hold_until) == (
        Severity.CRITICAL,
        IncidentStatus.IN_PROGRESS,
        None,
    )
    story = held()
    story.at("11:00").found("export", risk=100, subject_count=5000)
    assert (story.incident().status, story.incident().hold_until) == (IncidentStatus.IN_PROGRESS, None)


@pytest.mark.parametrize("reason", [CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED, CloseReason.DUPLICATE])
def test_a_person_opens_a_closed_incident_again_with_clocks_steps_and_alerts_as_they_were(reason: CloseReason) -> None:
    story = answered()
    story.write(complete_step(story.dossier(), "C1", by="anna", now=clock("09:30")))
    before = story.dossier()
    story.at("10:00").close(reason=reason)
    story.write(reopen(story.dossier(), by="boris", reason="the order was forged", now=clock("11:00")))
    after = story.dossier()
    case = after.incident
    assert (case.status, case.closed_at, case.close_reason) == (IncidentStatus.REOPENED, None, None)
    assert (case.acknowledged_by, case.called_at, case.t0) == ("", clock("11:00"), before.incident.t0)
    assert after.steps == before.steps
    assert [(duty.ref, duty.due_at, duty.state) for duty in after.duties] == [
        (duty.ref, duty.due_at, duty.state) for duty in before.duties
    ]
    assert {alert.status for alert in after.alerts} == {AlertStatus.OPEN}
    entry = story.past.entries(case.id)[-1]
    assert (entry.kind, entry.by) == ("reopened", "boris")
    assert "the order was forged" in entry.text
    # What goes on is its own again, and whoever takes it up works on it.
    story.at("11:30").found("export")
    assert len(story.incidents()) == 1
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("11:31")))
    assert story.incident().status is IncidentStatus.IN_PROGRESS


def test_an_open_incident_is_not_opened_again_and_nothing_without_a_reason() -> None:
    story = answered()
    with pytest.raises(ConflictError, match="is open"):
        reopen(story.dossier(), by="boris", reason="x", now=clock("10:00"))
    story.at("10:00").close()
    with pytest.raises(InputError, match="why it is opened again is missing"):
        reopen(story.dossier(), by="boris", reason=" ", now=clock("11:00"))


def closed_by_two(found: Dossier) -> Dossier:
    """Return the incident under a playbook whose closing step takes two persons."""
    playbook = PLAYBOOKS["client-data-leak"]
    two = {"gate": Gate(two_persons=True)}
    steps = tuple(step.model_copy(update=two) if step.done_when == "closed" else step for step in playbook.steps)
    return replace(found, playbook=playbook.model_copy(update={"steps": steps}))


@pytest.mark.parametrize("reason", list(CloseReason))
def test_a_playbook_that_asks_for_two_to_close_is_closed_by_no_fewer_whatever_the_reason(reason: CloseReason) -> None:
    story = answered()
    story.fulfil()
    found = closed_by_two(story.dossier())
    others = (replace(each, status=StepStatus.DONE) if each.step_id != "Z1" else each for each in found.steps)
    found = replace(found, steps=tuple(others))
    said: dict[str, Any] = {"note": "looked into", "now": clock("10:00"), "correction": "told by letter"}
    for by in ({"by": "boris"}, {"by": "boris", "approved_by": "boris"}):
        with pytest.raises(ConflictError, match="needs two persons"):
            close(found, reason, (), **by, **said)
    changes = close(found, reason, (), by="boris", approved_by="dina", **said)
    assert changes.incidents[0].status is IncidentStatus.CLOSED
    assert "dina" in changes.entries[-1].text
    (closing,) = [each for each in found.steps if each.step_id == "Z1"]
    passed = tuple(replace(each, status=StepStatus.DONE) if each is closing else each for each in found.steps)
    alone = close(replace(found, steps=passed), reason, (), by="boris", **said)
    assert alone.incidents, "the step passed its gate already"


def test_a_playbook_that_asks_for_two_to_close_asks_for_two_to_take_a_close_back() -> None:
    story = answered()
    story.at("10:00").close()
    found = closed_by_two(story.dossier())
    with pytest.raises(ConflictError, match="needs two persons"):
        reopen(found, by="boris", reason="forged", now=clock("11:00"))
    with pytest.raises(ConflictError, match="boris is no second one"):
        reopen(found, by="boris", reason="forged", now=clock("11:00"), approved_by="boris")
    changes = reopen(found, by="boris", reason="forged", now=clock("11:00"), approved_by="dina")
    assert changes.incidents[0].status is IncidentStatus.REOPENED
    assert "dina" in changes.entries[-1].text


def test_an_alert_that_goes_on_in_another_incident_since_the_close_stays_there() -> None:
    story = answered()
    story.at("10:00").close()
    first = story.incident()
    story.at("12:00").found("bulk-read", subject_count=5000, risk=100)
    (second,) = [each for each in story.incidents() if each.id != first.id]
    taken = {each for alert in story.past.open_alerts("user:anna") for each in alert.finding_ids}
    found = story.dossier(first.id)
    changes = incident.reopen(
        found, grant(found, "boris", PersonAct.REOPEN), reason="x", now=clock("13:00"), elsewhere=taken
    )
    assert all(taken.isdisjoint(alert.finding_ids) for alert in changes.alerts)
    assert second.status is IncidentStatus.NEW


def test_steps_that_people_left_out_before_the_close_stay_left_out() -> None:
    story = answered()
    story.write(skip_step(story.dossier(), "C5", by="own", reason="no card left", now=clock("09:40")))
    story.at("10:00").close()
    story.write(reopen(story.dossier(), by="boris", reason="forged", now=clock("11:00")))
    assert story.dossier().step("C5").status is StepStatus.SKIPPED


def test_what_is_longer_than_is_kept_is_refused_and_not_cut() -> None:
    assert said("a" * MAX_TEXT, "the reason") == "a" * MAX_TEXT
    with pytest.raises(InputError, match=f"the reason has {MAX_TEXT + 1} characters"):
        said("a" * (MAX_TEXT + 1), "the reason")
