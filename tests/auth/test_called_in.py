"""Whom messages about a case called into it, and whom only a role that is over."""

from datetime import UTC, datetime, timedelta

from detector.auth import called_in
from detector.schema.team.delivery import MessageKind, WrittenTo
from detector.schema.team.role_assignments import RoleAssignment

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def said(minutes: int, role: str, kind: MessageKind = MessageKind.PAGE, rung: int = 0, again: int = 0) -> WrittenTo:
    return WrittenTo(incident_id="i", person="boris", role=role, kind=kind, rung=rung, round=again, at=at(minutes))


ASKED = RoleAssignment(
    incident_id="i",
    role="soc",
    number=1,
    person="boris",
    by="anna",
    at=at(10),
    reason="r",
    accepted_at=at(12),
    declined_at=at(30),
    declined_why="w",
)


def called(*written: WrittenTo) -> bool:
    return called_in(written, [ASKED], {3}) == {"boris"}


def test_what_reached_somebody_in_the_role_while_it_was_theirs_calls_them_no_more() -> None:
    assert not called(said(10, "soc", MessageKind.REMINDER), said(20, "soc"), said(30, "soc", MessageKind.REMINDER))
    # Those who were paged are told who has it: that calls nobody whom the page did not.
    assert not called(said(20, "soc"), said(40, "", MessageKind.INFO), said(41, "", MessageKind.DELIVERY_FAILED))


def test_what_they_would_have_been_told_anyway_calls_them() -> None:
    assert called(said(9, "soc")), "before they were asked"
    assert called(said(31, "soc")), "the team's order calls them"
    assert called(said(20, "own")), "in another role"
    assert called(said(20, "soc", rung=3)), "everybody was called"
    assert called(said(20, "soc", again=1)), "everybody was called again"
    assert called(said(20, "soc"), said(25, "own", MessageKind.REMINDER))
    assert called(said(40, "", MessageKind.INFO)), "history is told by a note alone"
