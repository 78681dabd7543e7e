"""What every store must do. A test module imports these functions and gives a ``store`` fixture: an open, empty store.

from tests.contracts.store_contract import *  # noqa: F403
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from detector.errors import ConflictError
from detector.schema.case.incidents import (
    Basis,
    Decisions,
    Incident,
    IncidentStatus,
    Scope,
    Step,
    StepStatus,
    TimelineEntry,
)
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Detector, Evidence, Finding, Reason
from detector.schema.events.lines import Position
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.delivery import Delivery, Message, MessageKind, MessageStatus
from detector.schema.team.role_assignments import RoleAssignment

T0 = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class AnyStore(Protocol):
    def begin(self) -> AbstractContextManager[Any]: ...

    def read(self) -> AbstractContextManager[Any]: ...


def a_finding(name: str = "f", **changes: Any) -> Finding:
    finding = Finding(
        id=derive("finding", name),
        detector=Detector.CORRELATION,
        rule_id="bulk-read",
        title="Bulk read",
        actor_id="user:anna",
        actor_type="human",
        at=T0,
        first_event_at=T0 - MINUTE,
        last_event_at=T0,
        severity=Severity.HIGH,
        score=0.75,
        risk=70,
        service="crm",
        events=40,
        reasons=(Reason(message="reason-x", args=(("count", 40), ("usual", 3.5), ("of", "operators"))),),
        tags=("attack.t1213",),
        source_ips=("192.0.2.7", "2001:db8::7"),
        subject_count=40,
        record_low=40,
        record_high=55,
        data_classes=("contact",),
        evidence=(Evidence(at=T0, event_id="e1", path="/var/log/crm.log", offset=10, line_hash="ab"),),
    )
    return replace(finding, **changes)


def an_alert(name: str = "a", **changes: Any) -> Alert:
    alert = Alert(
        id=derive("alert", name),
        fingerprint=derive("fingerprint", name),
        actor_id="user:anna",
        actor_type="human",
        matter="access",
        rule_id="bulk-read",
        title="Bulk read",
        severity=Severity.HIGH,
        score=0.75,
        risk=70,
        playbook="client-data-leak",
        opened_at=T0,
        first_event_at=T0,
        last_event_at=T0,
        finding_ids=(derive("finding", "f"),),
    )
    return replace(alert, **changes)


def an_incident(name: str = "i", **changes: Any) -> Incident:
    id_ = derive("incident", name)
    incident = Incident(
        id=id_,
        number=f"20260302-{id_[:4]}",
        code_name="amber falcon",
        code_name_ru="янтарный сокол",
        title="Client data taken",
        severity=Severity.HIGH,
        score=0.75,
        risk=70,
        matter="access",
        playbook="client-data-leak",
        service="crm",
        actor_id="user:anna",
        actor_type="human",
        opened_at=T0,
        first_event_at=T0,
        last_event_at=T0,
        reasons=(Reason(message="reason-x", args=(("count", 40),)),),
        scope=Scope(subjects=3, by_class=(("contact", 3),), first_event_at=T0),
    )
    return replace(incident, **changes)


def a_step(incident: Incident, step_id: str, position: int, **changes: Any) -> Step:
    step = Step(
        incident_id=incident.id,
        step_id=step_id,
        position=position,
        phase="detect",
        title="Do it",
        title_ru="Сделать",
        roles=("soc", "own"),
        due_at=T0 + MINUTE,
        basis=Basis.AWARE,
    )
    return replace(step, **changes)


def an_entry(incident: Incident, number: int, **changes: Any) -> TimelineEntry:
    entry = TimelineEntry(
        incident_id=incident.id,
        number=number,
        at=T0,
        kind="note",
        by="nabat",
        text="Текст, text",
        data=(("count", 3), ("share", 0.5), ("word", "x")),
        previous="p",
        hash="h",
        said=(Reason(message="incident-entry-x", args=(("of:", "reason-x"), ("of:count", 40), ("share", 0.5))),),
    )
    return replace(entry, **changes)


def a_message(name: str = "m", **changes: Any) -> Message:
    message = Message(
        id=derive("message", name),
        incident_id="i",
        kind=MessageKind.PAGE,
        person="anna",
        target="push",
        title="t",
        body="b",
        created_at=T0,
        due_at=T0,
        next_attempt_at=T0,
    )
    return replace(message, **changes)


def write(store: AnyStore, messages: Any = (), positions: Any = (), **decided: Any) -> None:
    with store.begin() as unit:
        unit.incidents.save(Decisions(**decided))
        unit.outbox.add(messages)
        unit.positions.save(positions)


def test_what_is_written_comes_back_equal(store: AnyStore) -> None:
    finding, alert, incident = a_finding(), an_alert(), an_incident()
    step, entry = a_step(incident, "A1", 0), an_entry(incident, 1)
    write(store, findings=(finding,), alerts=(alert,), incidents=(incident,), steps=(step,), entries=(entry,))
    with store.read() as unit:
        assert unit.incidents.findings([finding.id, "none"]) == {finding.id: finding}
        assert unit.incidents.alerts([alert.id, "none"]) == {alert.id: alert}
        assert unit.incidents.find(incident.id) == incident
        assert unit.incidents.steps(incident.id) == [step]
        assert unit.incidents.entries(incident.id) == [entry]
        assert unit.incidents.last_entry(incident.id) == entry


def test_writing_twice_changes_nothing(store: AnyStore) -> None:
    incident = an_incident()
    decided = {
        "findings": (a_finding(),),
        "alerts": (an_alert(),),
        "incidents": (incident,),
        "steps": (a_step(incident, "A1", 0),),
        "entries": (an_entry(incident, 1),),
        "messages": (a_message(),),
    }
    write(store, **decided)
    write(store, **decided)
    with store.read() as unit:
        assert unit.incidents.newest() == [incident]
        assert len(unit.incidents.entries(incident.id)) == 1
        assert len(unit.outbox.messages("i")) == 1


def test_an_exception_takes_everything_back(store: AnyStore) -> None:
    def broken() -> None:
        with store.begin() as unit:
            unit.incidents.save(Decisions(incidents=(an_incident(),)))
            unit.kv.set("key", "value")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    with store.read() as unit:
        assert unit.incidents.newest() == []
        assert unit.kv.get("key") is None


def test_findings_an_actor_is_alerted_about_are_found_by_their_last_event(store: AnyStore) -> None:
    old = a_finding("old", at=T0 - 90 * MINUTE, last_event_at=T0 - 61 * MINUTE, first_event_at=T0 - 90 * MINUTE)
    long = a_finding("long", at=T0 - 90 * MINUTE, last_event_at=T0, first_event_at=T0 - 90 * MINUTE)
    other, unnamed = a_finding("other", actor_id="user:boris"), a_finding("unnamed")
    named = an_alert(finding_ids=(old.id, long.id, other.id))
    closed = an_alert("closed", finding_ids=(unnamed.id,), status=AlertStatus.CLOSED)
    write(store, findings=(old, long, other, unnamed), alerts=(named, closed))
    with store.read() as unit:
        assert unit.incidents.alerted_findings("user:anna", T0 - 60 * MINUTE) == [long]
        assert {each.id for each in unit.incidents.alerted_findings("user:anna", T0 - 61 * MINUTE)} == {old.id, long.id}
        assert unit.incidents.alerted_findings("user:boris", T0 - 60 * MINUTE) == []


def test_a_finding_said_again_is_merged(store: AnyStore) -> None:
    first = a_finding(events=40)
    again = a_finding(events=90, last_event_at=T0 + MINUTE)
    write(store, findings=(again,))
    write(store, findings=(first,))
    with store.read() as unit:
        assert unit.incidents.findings([first.id])[first.id].events == 90


def test_what_the_latest_close_covers_is_kept_with_a_finding_that_goes_on(store: AnyStore) -> None:
    finding = a_finding()
    for incident, at in (("first", T0), ("second", T0 + MINUTE)):
        write(store, findings=(finding.cover(incident, at),))
    write(store, findings=(replace(finding, events=90),), alerts=(an_alert(follows="second"),))
    with store.read() as unit:
        kept = unit.incidents.findings([finding.id])[finding.id]
        assert (kept.events, kept.covered) == (90, finding.cover("second", T0 + MINUTE).covered)
        assert unit.incidents.open_alerts("user:anna") == [an_alert(follows="second")]


def test_open_alerts_hold_muted_ones_and_not_closed_ones(store: AnyStore) -> None:
    muted = an_alert("muted", status=AlertStatus.MUTED)
    closed = an_alert("closed", status=AlertStatus.CLOSED)
    write(store, alerts=(an_alert(), muted, closed))
    with store.read() as unit:
        assert {alert.id for alert in unit.incidents.open_alerts("user:anna")} == {an_alert().id, muted.id}
        assert unit.incidents.open_alerts("user:nobody") == []


def test_alerts_opened_since_counts_whatever_became_of_them(store: AnyStore) -> None:
    closed = an_alert("closed", status=AlertStatus.CLOSED)
    early = an_alert("early", opened_at=T0 - MINUTE)
    write(store, alerts=(an_alert(), closed, early, an_alert("other", rule_id="night")))
    with store.read() as unit:
        assert unit.incidents.alerts_opened_since(T0, "bulk-read") == 2
        assert unit.incidents.alerts_opened_since(T0 - MINUTE, "bulk-read") == 3


def test_an_incident_knows_its_alerts_and_findings(store: AnyStore) -> None:
    incident = an_incident()
    alert = an_alert(incident_id=incident.id)
    write(store, findings=(a_finding(), a_finding("g")), alerts=(alert, an_alert("b")), incidents=(incident,))
    with store.read() as unit:
        assert unit.incidents.incident_alerts(incident.id) == [alert]
        assert unit.incidents.incident_findings(incident.id) == [a_finding()]


def test_people_find_an_incident_by_id_start_number_or_code_name_in_any_case(store: AnyStore) -> None:
    incident = an_incident()
    write(store, incidents=(incident,))
    with store.read() as unit:
        for ref in (incident.id, incident.id[:6], incident.number, "Amber Falcon", "amber-falcon", "Янтарный Сокол"):
            assert unit.incidents.find(ref) == incident
        for ref in ("", incident.id[:3], "no such", "zzzz"):
            assert unit.incidents.find(ref) is None


def test_incidents_come_newest_first_and_closed_ones_only_when_wanted(store: AnyStore) -> None:
    closed = an_incident("c", status=IncidentStatus.CLOSED, opened_at=T0 + 2 * MINUTE)
    newer = an_incident("n", opened_at=T0 + MINUTE, related_actors=("ip:192.0.2.7",))
    write(store, incidents=(an_incident(), newer, closed))
    with store.read() as unit:
        assert unit.incidents.newest() == [closed, newer, an_incident()]
        assert unit.incidents.newest(limit=1, offset=1) == [newer]
        assert unit.incidents.newest(open_only=True) == [newer, an_incident()]
        assert unit.incidents.open_incidents() == [newer, an_incident()]
        assert unit.incidents.open_incidents("ip:192.0.2.7") == [newer]
        assert unit.incidents.open_incidents("user:nobody") == []


def test_an_incident_changed_by_two_is_a_conflict(store: AnyStore) -> None:
    incident = an_incident()
    write(store, incidents=(incident,))
    write(store, incidents=(replace(incident, version=2, acknowledged_by="anna"),))
    with pytest.raises(ConflictError):
        write(store, incidents=(replace(incident, version=2, acknowledged_by="boris"),))
    with store.read() as unit:
        assert unit.incidents.find(incident.id).acknowledged_by == "anna"


def test_what_a_person_last_did_is_neither_a_look_nor_what_the_service_did(store: AnyStore) -> None:
    incident = an_incident()
    by_anna = an_entry(incident, 1, by="anna", kind="note", at=T0)
    looked = an_entry(incident, 2, by="anna", kind="looked", at=T0 + MINUTE)
    by_nabat = an_entry(incident, 3, by="nabat", kind="scope", at=T0 + 2 * MINUTE)
    write(store, incidents=(incident,), entries=(by_anna, looked, by_nabat))
    with store.read() as unit:
        assert unit.incidents.last_act(incident.id) == T0


def test_what_a_person_last_noted_is_a_note_or_a_fact(store: AnyStore) -> None:
    incident = an_incident()
    said = (("anna", "note"), ("anna", "fact"), ("anna", "step_done"), ("nabat", "fact"))
    entries = [
        an_entry(incident, at, by=by, kind=kind, at=T0 + at * MINUTE) for at, (by, kind) in enumerate(said, start=1)
    ]
    write(store, incidents=(incident,), entries=tuple(entries))
    with store.read() as unit:
        assert unit.incidents.last_noted(incident.id) == T0 + 2 * MINUTE
        assert unit.incidents.last_noted("another") is None


def test_a_timeline_entry_is_never_replaced(store: AnyStore) -> None:
    incident = an_incident()
    write(store, incidents=(incident,), entries=(an_entry(incident, 1), an_entry(incident, 2)))
    with pytest.raises(ConflictError):
        write(store, entries=(an_entry(incident, 2, text="other"),))
    with store.read() as unit:
        assert [entry.number for entry in unit.incidents.entries(incident.id)] == [1, 2]
        assert unit.incidents.last_entry(incident.id) == an_entry(incident, 2)
        assert unit.incidents.last_entry("none") is None


def test_steps_keep_the_order_of_the_checklist(store: AnyStore) -> None:
    incident = an_incident()
    steps = tuple(a_step(incident, name, position) for position, name in enumerate(("P1", "A1", "B1")))
    write(store, incidents=(incident,), steps=tuple(reversed(steps)))
    done = replace(steps[1], status=StepStatus.DONE, done_at=T0, done_by="anna", proof="seen")
    write(store, steps=(done,))
    with store.read() as unit:
        assert unit.incidents.steps(incident.id) == [steps[0], done, steps[2]]


def test_who_was_asked_for_a_role_is_kept_by_role_and_an_answer_changes_the_row(store: AnyStore) -> None:
    incident = an_incident()
    said = {"incident_id": incident.id, "by": "anna", "at": T0, "reason": "knows the law"}
    first = RoleAssignment(role="dpo", number=1, person="lev", **said)
    second = RoleAssignment(role="dpo", number=2, person="dina", **said)
    other = RoleAssignment(role="com", number=1, person="dina", **said)
    write(store, incidents=(incident,), assignments=(second, first, other))
    ended = replace(first, ended_at=T0, ended_by="anna")
    write(store, assignments=(ended,))
    with store.read() as unit:
        assert unit.incidents.assignments(incident.id) == [other, ended, second]
        assert unit.incidents.assignments("none") == []


def test_the_gravest_message_is_due_first_and_one_that_waited_for_an_hour_before_all(store: AnyStore) -> None:
    def due(
        name: str, kind: MessageKind = MessageKind.PAGE, *, minutes: int, severity: str = "high", turn: int = 0
    ) -> Any:
        at = T0 + timedelta(minutes=minutes)
        return a_message(name, kind=kind, severity=severity, round=turn, due_at=at, next_attempt_at=at)

    wanted = [
        due("waited", MessageKind.INFO, minutes=0, severity="low"),
        due("critical", minutes=59, severity="critical"),
        due("high", minutes=30),
        due("high, later", minutes=40),
        due("critical, repeated", minutes=20, severity="critical", turn=1),
        due("high, repeated", minutes=10, turn=2),
        due("medium", minutes=5, severity="medium"),
        due("reminder", MessageKind.REMINDER, minutes=1, severity="critical"),
    ]
    write(store, messages=tuple(reversed(wanted)))
    with store.begin() as unit:
        assert unit.outbox.due(T0 + timedelta(hours=1)) == wanted
        assert unit.outbox.due(T0 + timedelta(hours=1), limit=3) == wanted[:3]


def test_messages_wait_until_they_are_due_and_keep_their_end(store: AnyStore) -> None:
    later = a_message("later", due_at=T0 + MINUTE, next_attempt_at=T0 + MINUTE)
    write(store, messages=(a_message(), later))
    with store.begin() as unit:
        assert unit.outbox.due(T0) == [a_message()]
        unit.outbox.save(replace(a_message(), status=MessageStatus.SENT, sent_at=T0, attempts=1))
        delivery = Delivery(message_id=a_message().id, attempt=1, target="push", at=T0, ok=True, seconds=0.25)
        unit.outbox.add_delivery(delivery)
        unit.outbox.add_delivery(delivery)
    write(store, messages=(a_message(),))
    with store.begin() as unit:
        assert unit.outbox.due(T0 + MINUTE) == [later]
        assert unit.outbox.deliveries(a_message().id) == [delivery]
        unit.outbox.save(replace(later, status=MessageStatus.CANCELLED))
        assert unit.outbox.due(T0 + MINUTE) == []
        assert [each.status for each in unit.outbox.messages("i")] == [
            MessageStatus.SENT,
            MessageStatus.CANCELLED,
        ]


def test_pages_given_up_are_those_nobody_got_about_what_still_waits(store: AnyStore) -> None:
    waiting, answered = an_incident("i"), an_incident("a", acknowledged_at=T0)
    failed = {"status": MessageStatus.FAILED, "kind": MessageKind.PAGE}
    lost = a_message("lost", incident_id=waiting.id, person="anna", **failed)
    older = replace(lost, id="older", created_at=lost.created_at - MINUTE)
    elsewhere = replace(lost, id="elsewhere", target="mail", created_at=lost.created_at - MINUTE)
    covered = replace(lost, id="covered", person="boris")
    reached = replace(covered, id="reached", target="mail", status=MessageStatus.SENT)
    over = replace(lost, id="over", incident_id=answered.id)
    note = replace(lost, id="note", kind=MessageKind.INFO, person="lev")
    write(store, incidents=(waiting, answered), messages=(lost, older, elsewhere, covered, reached, over, note))
    with store.read() as unit:
        assert unit.outbox.given_up() == [lost, elsewhere]


def test_a_link_works_once(store: AnyStore) -> None:
    with store.begin() as unit:
        assert unit.outbox.use_link("token", T0)
    with store.begin() as unit:
        assert not unit.outbox.use_link("token", T0)
        assert unit.outbox.use_link("other", T0)


def test_positions_are_kept_by_file(store: AnyStore) -> None:
    position = Position(source="s", stream="/var/log/a", file_id="1", path="/var/log/a", inode=2**63, offset=10)
    write(store, positions=(position,))
    write(store, positions=(replace(position, offset=20), replace(position, file_id="2")))
    with store.read() as unit:
        assert unit.positions.all() == (replace(position, offset=20), replace(position, file_id="2"))


def test_counts_say_how_things_stand(store: AnyStore) -> None:
    incident = an_incident()
    closed = an_incident("c", status=IncidentStatus.CLOSED)
    steps = (a_step(incident, "A1", 0), a_step(closed, "A1", 0))
    write(store, incidents=(incident, closed), steps=steps, messages=(a_message(),))
    with store.read() as unit:
        counts = unit.counts(T0 + 2 * MINUTE)
    assert counts.open_by_severity == (("high", 1),)
    assert (counts.unacknowledged, counts.overdue_steps, counts.pending_messages) == (1, 1, 1)
    assert counts.oldest_overdue == T0 + MINUTE
