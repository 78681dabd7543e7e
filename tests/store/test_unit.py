from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from detector.errors import ConflictError, StoreError
from detector.schema.case.incidents import Decisions, IncidentKind, IncidentStatus, StepStatus
from detector.schema.detection.alerts import AlertStatus
from detector.schema.detection.findings import Evidence
from detector.schema.events.lines import Position
from detector.schema.levels import Severity
from detector.schema.team.delivery import Delivery, Message, MessageKind, MessageStatus
from detector.schema.team.drills import drill_matter
from detector.store import Store, StoreCounts
from tests.store.values import NOON, after, alert, entry, finding, incident, message, position, step


def write(store: Store, messages: Sequence[Message] = (), positions: Sequence[Position] = (), **parts: Any) -> None:
    with store.begin() as unit:
        unit.incidents.save(Decisions(**parts))
        unit.outbox.add(messages)
        unit.positions.save(positions)


def test_a_finding_stated_again_is_merged_with_what_is_there(store: Store) -> None:
    seen = Evidence(at=NOON, event_id="e1", path="/srv/access", offset=1, line_hash="h")
    first = finding(events=3, evidence=(seen,), source_ips=("192.0.2.1",))
    later = finding(events=9, last_event_at=after(minutes=5), source_ips=("192.0.2.2",))
    write(store, findings=(later,))
    write(store, findings=(first, later))
    with store.read() as unit:
        assert unit.incidents.findings([first.id]) == {first.id: first.merge(later)}


def test_a_repeated_transaction_changes_nothing(store: Store) -> None:
    matter = incident()
    everything = Decisions(
        findings=(finding(),),
        alerts=(alert(incident_id=matter.id, finding_ids=(finding().id,)),),
        incidents=(matter,),
        steps=(step(matter.id),),
        entries=(entry(matter.id),),
    )
    said, read = message(incident_id=matter.id), position(offset=10)
    seen = []
    for _ in range(2):
        with store.begin() as unit:
            unit.incidents.save(everything)
            unit.outbox.add([said])
            unit.positions.save([read])
        with store.read() as unit:
            seen.append(
                (
                    unit.incidents.incident_findings(matter.id),
                    unit.incidents.incident_alerts(matter.id),
                    unit.incidents.newest(),
                    unit.incidents.steps(matter.id),
                    unit.incidents.entries(matter.id),
                    unit.outbox.messages(matter.id),
                    unit.positions.all(),
                )
            )
    assert (
        seen[0]
        == seen[1]
        == (
            list(everything.findings),
            list(everything.alerts),
            list(everything.incidents),
            list(everything.steps),
            list(everything.entries),
            [said],
            (read,),
        )
    )


def test_everything_is_read_out_in_the_order_of_moments(store: Store) -> None:
    findings = tuple(finding(str(number), at=after(minutes=-number), score=number / 8) for number in range(1201))
    alerts = tuple(alert(str(number), opened_at=after(minutes=-number), muted_by=None) for number in range(3))
    write(store, findings=findings, alerts=alerts)
    with store.read() as unit:
        assert list(unit.incidents.all_findings()) == list(reversed(findings))
        assert list(unit.incidents.all_alerts()) == list(reversed(alerts))


def test_muted_alerts_are_open_and_closed_ones_are_not(store: Store) -> None:
    muted = alert("muted", status=AlertStatus.MUTED)
    write(store, alerts=(muted, alert("closed", status=AlertStatus.CLOSED, opened_at=after(hours=-2))))
    with store.read() as unit:
        assert unit.incidents.open_alerts("user:anna") == [muted]
        assert unit.incidents.alerts_opened_since(after(hours=-1), "bulk-read") == 1


def test_what_a_drill_makes_is_counted_with_nothing_real(store: Store) -> None:
    """Neither for a storm, read anew or remembered, nor among open cases and overdue steps."""
    drilled = incident("drilled", kind=IncidentKind.DRILL, matter=drill_matter(1))
    write(store, alerts=(alert("real", opened_at=NOON),), incidents=(drilled,))
    write(store, steps=(step(drilled.id, due_at=after(hours=-1)),))
    with store.begin() as unit:
        past = unit.incidents.cached_reads()
        assert past.alerts_opened_since(NOON, "bulk-read") == 1
        unit.incidents.save(Decisions(alerts=(alert("drilled", opened_at=NOON, matter=drill_matter(1)),)))
        assert past.alerts_opened_since(NOON, "bulk-read") == 1
    with store.read() as unit:
        assert unit.incidents.alerts_opened_since(NOON, "bulk-read") == 1
        counts = unit.counts(after(hours=1))
        assert unit.incidents.of_matter(drill_matter(1)) == [drilled]
    assert (counts.open_by_severity, counts.unacknowledged, counts.overdue_steps) == ((), 0, 0)


def test_more_ids_than_a_statement_takes_are_all_found(store: Store) -> None:
    many = tuple(finding(str(number)) for number in range(1201))
    write(store, findings=many)
    with store.read() as unit:
        assert len(unit.incidents.findings([each.id for each in many])) == 1201


@pytest.mark.parametrize("ref", ["{id}", "{prefix}", "{number}", "amber I", "ЯНТАРНЫЙ i", " Amber i "])
def test_an_incident_is_found_by_everything_people_call_it(store: Store, ref: str) -> None:
    wanted = incident("i")
    write(store, incidents=(wanted, incident("j")))
    with store.read() as unit:
        said = ref.format(id=wanted.id.upper(), prefix=wanted.id[:6], number=wanted.number)
        assert unit.incidents.find(said) == wanted


@pytest.mark.parametrize("ref", ["", "abc", "abcd", "abcd%", "Amber", "nobody"])
def test_an_unclear_reference_names_no_incident(store: Store, ref: str) -> None:
    twins = (incident("i", id="abcd" + "0" * 28), incident("j", id="abcd" + "1" * 28))
    write(store, incidents=twins)
    with store.read() as unit:
        assert unit.incidents.find(ref) is None


def test_of_two_incidents_with_one_code_name_the_open_one_is_meant(store: Store) -> None:
    closed, still = incident("i", code_name="Amber", status=IncidentStatus.CLOSED), incident("j", code_name="Amber")
    write(store, incidents=(closed, still))
    with store.read() as unit:
        assert unit.incidents.find("amber") == still


def test_incidents_come_newest_first_in_portions(store: Store) -> None:
    matters = tuple(incident(str(number), opened_at=after(hours=number)) for number in range(4))
    closed = replace(matters[3], status=IncidentStatus.CLOSED)
    write(store, incidents=(*matters[:3], closed))
    with store.read() as unit:
        assert unit.incidents.newest(limit=2) == [closed, matters[2]]
        assert unit.incidents.newest(limit=2, offset=2) == [matters[1], matters[0]]
        assert unit.incidents.newest(open_only=True, limit=1) == [matters[2]]


def test_open_incidents_of_an_actor_include_those_it_was_joined_to(store: Store) -> None:
    joined = incident("i", actor_id="ip:192.0.2.1", related_actors=("user:anna",))
    write(store, incidents=(joined, incident("j", actor_id="user:boris")))
    with store.read() as unit:
        assert unit.incidents.open_incidents("user:anna") == [joined]
        assert len(unit.incidents.open_incidents()) == 2


def test_open_incidents_of_an_actor_with_a_hostile_name_are_found(store: Store) -> None:
    named = incident("i", actor_id="user:a\0b")
    joined = incident("j", actor_id="user:c", related_actors=("user:a\0b", "user:Анна"))
    write(store, incidents=(named, joined))
    with store.read() as unit:
        assert {each.id for each in unit.incidents.open_incidents("user:a\0b")} == {named.id, joined.id}
        assert [each.id for each in unit.incidents.open_incidents("user:Анна")] == [joined.id]


def test_a_stale_version_is_refused_and_nothing_is_committed(store: Store) -> None:
    matter = incident()
    write(store, incidents=(matter,))
    write(store, incidents=(replace(matter, version=2, acknowledged_by="anna"),))
    with pytest.raises(ConflictError, match="changed by somebody else"):
        write(store, findings=(finding(),), incidents=(replace(matter, version=2, acknowledged_by="boris"),))
    with store.read() as unit:
        assert unit.incidents.findings([finding().id]) == {}
        assert unit.incidents.newest()[0].acknowledged_by == "anna"


def test_a_timeline_entry_cannot_be_rewritten(store: Store) -> None:
    matter = incident()
    write(store, incidents=(matter,), entries=(entry(matter.id, 1), entry(matter.id, 2)))
    with pytest.raises(ConflictError, match="entry 2"):
        write(store, entries=(entry(matter.id, 2, text="something else"),))
    with store.read() as unit:
        assert unit.incidents.last_entry(matter.id) == entry(matter.id, 2)


def test_a_message_decided_again_is_left_as_it_is(store: Store) -> None:
    write(store, messages=(message(),))
    sent = replace(message(), status=MessageStatus.SENT, sent_at=NOON)
    with store.begin() as unit:
        unit.outbox.save(sent)
        unit.outbox.add([message()])
    with store.read() as unit:
        assert unit.outbox.messages("") == [sent]


def test_due_messages_are_pending_ones_whose_time_has_come(store: Store) -> None:
    due = message("due", next_attempt_at=after(seconds=-1))
    others = (
        message("later", due_at=after(minutes=5), next_attempt_at=after(minutes=5)),
        message("backing off", next_attempt_at=after(seconds=10)),
        message("sent", status=MessageStatus.SENT),
    )
    write(store, messages=(due, *others))
    with store.read() as unit:
        assert unit.outbox.due(NOON) == [due]
        assert len(unit.outbox.due(after(hours=1), limit=2)) == 2


def test_a_retry_does_not_revive_a_page_that_was_cancelled(store: Store) -> None:
    page, told = message("page", incident_id="i"), message("info", incident_id="i", kind=MessageKind.INFO)
    write(store, messages=(page, told))
    with store.begin() as unit:
        unit.outbox.save(replace(page, status=MessageStatus.CANCELLED))
        unit.outbox.save(replace(page, attempts=1, error="no answer"))
    with store.read() as unit:
        kept = {each.id: each.status for each in unit.outbox.messages("i")}
    assert kept == {page.id: MessageStatus.CANCELLED, told.id: MessageStatus.PENDING}


def test_a_page_that_went_out_in_spite_of_its_cancelling_is_recorded_as_sent(store: Store) -> None:
    page = message(incident_id="i", status=MessageStatus.CANCELLED)
    write(store, messages=(page,))
    with store.begin() as unit:
        unit.outbox.save(replace(page, status=MessageStatus.SENT))
    with store.read() as unit:
        assert unit.outbox.messages("i")[0].status is MessageStatus.SENT


def test_tries_are_kept_in_their_order(store: Store) -> None:
    write(store, messages=(message(),))
    tries = [
        Delivery(message_id=message().id, attempt=number, target="phone", at=after(seconds=number), ok=False, seconds=1)
        for number in (2, 1)
    ]
    with store.begin() as unit:
        for each in (*tries, tries[0]):
            unit.outbox.add_delivery(each)
    with store.read() as unit:
        assert unit.outbox.deliveries(message().id) == tries[::-1]


def test_the_last_success_and_the_last_failure_of_each_target_are_known(store: Store) -> None:
    write(store, messages=(message(),))
    tries = (("phone", 1, True), ("phone", 2, False), ("phone", 3, True), ("mail", 4, False))
    with store.begin() as unit:
        assert unit.outbox.target_results() == {}
        for target, number, ok in tries:
            at = after(seconds=number)
            tried = Delivery(message_id=message().id, attempt=number, target=target, at=at, ok=ok, seconds=1)
            unit.outbox.add_delivery(tried)
    with store.read() as unit:
        found = unit.outbox.target_results()
    assert found == {"phone": (after(seconds=3), after(seconds=2)), "mail": (None, after(seconds=4))}


def test_a_link_is_used_once(store: Store) -> None:
    with store.begin() as unit:
        assert unit.outbox.use_link("t1", NOON)
        assert not unit.outbox.use_link("t1", NOON)
    with store.begin() as unit:
        assert not unit.outbox.use_link("t1", after(hours=1))
        assert unit.outbox.use_link("t2", NOON)


def test_positions_move_and_those_of_finished_and_empty_files_can_be_forgotten(store: Store) -> None:
    old = position("old", 5, finished=True, seen_at=after(days=-9))
    empty = position("", 0, seen_at=after(days=-9))
    write(store, positions=(position("f1", 1), old, empty))
    write(store, positions=(position("f1", 2), old, empty))
    with store.begin() as unit:
        assert unit.positions.forget(after(days=-1)) == 2
    with store.read() as unit:
        assert unit.positions.all() == (position("f1", 2),)
    write(store, positions=(old,))
    with store.read() as unit:
        assert set(unit.positions.all()) == {position("f1", 2), old}


def test_positions_of_a_transaction_that_failed_are_written_by_the_next(store: Store) -> None:
    def fail() -> None:
        with store.begin() as unit:
            unit.positions.save([position(offset=2)])
            raise RuntimeError("power cut")

    write(store, positions=(position(offset=1),))
    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    write(store, positions=(position(offset=2),))
    with store.read() as unit:
        assert unit.positions.all() == (position(offset=2),)


def test_a_named_text_is_kept_and_replaced(store: Store) -> None:
    with store.begin() as unit:
        assert unit.kv.get("model") is None
        unit.kv.set("model", "v1")
        unit.kv.set("model", "v2")
    with store.read() as unit:
        assert unit.kv.get("model") == "v2"


def test_counts_tell_what_is_open_unacknowledged_overdue_and_waiting(store: Store) -> None:
    low = incident("low", severity=Severity.LOW, acknowledged_at=NOON, acknowledged_by="anna")
    high, closed = incident("high"), incident("closed", status=IncidentStatus.CLOSED)
    steps = (
        step(high.id, "A1", due_at=after(minutes=1)),
        step(high.id, "A2", due_at=after(minutes=2)),
        step(high.id, "A3", due_at=after(days=2)),
        step(high.id, "A4", due_at=after(minutes=1), status=StepStatus.DONE),
        step(high.id, "A5"),
        step(closed.id, "A1", due_at=after(minutes=-5)),
    )
    write(store, incidents=(high, low, closed), steps=steps, messages=(message(),))
    with store.read() as unit:
        assert unit.counts(after(hours=1)) == StoreCounts(
            open_by_severity=(("low", 1), ("high", 1)),
            unacknowledged=1,
            overdue_steps=2,
            oldest_overdue=after(minutes=1),
            pending_messages=1,
        )


def test_a_reading_unit_changes_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="read-only"), store.read() as unit:
        unit.kv.set("a", "b")
    with store.begin() as unit:
        assert unit.kv.get("a") is None


def test_a_reader_sees_one_moment_while_a_writer_commits(store: Store) -> None:
    with store.read() as reader:
        assert reader.kv.get("a") is None
        with store.begin() as writer:
            writer.kv.set("a", "b")
        assert reader.kv.get("a") is None
    with store.read() as reader:
        assert reader.kv.get("a") == "b"


def test_whoever_writes_incidents_or_messages_is_noticed_once_a_transaction_and_nobody_else(
    url: str, store: Store
) -> None:
    matter, said = incident(), message(incident_id=incident().id)

    def changes() -> tuple[int, int]:
        with store.read() as unit:
            return unit.changes().matters, unit.changes().messages

    assert changes() == (0, 0)
    outside = Store.open(url)
    write(outside, incidents=(matter,), messages=(said,))
    outside.close()
    assert changes() == (1, 1)
    with store.begin() as unit:
        unit.outbox.save(replace(said, attempts=1))
        unit.outbox.save(replace(said, attempts=2))
    assert changes() == (1, 2)
    with store.begin() as unit:
        unit.outbox.add([replace(said, id="another")])
    write(store, positions=(position(offset=10),))
    assert changes() == (1, 3)
    with store.read() as unit:
        assert unit.incidents.open_versions() == {matter.id: 1}
    write(store, incidents=(replace(matter, version=2, status=IncidentStatus.CLOSED),))
    assert changes() == (2, 3)
    with store.read() as unit:
        assert unit.incidents.open_versions() == {}
