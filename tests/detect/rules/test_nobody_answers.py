"""Answers that hand client records to nobody, whatever the cut, and over a restart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.habits.nobody_answers import KNOWN, LEAST, TIMES, NobodyAnswers
from detector.detect.rules.rule_checks import events_frame

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
CARD = {"service.name": "crm", "object.type": "client", "event.outcome": "success", "event.action": "read"}
Row = dict[str, Any]


def by(name: str | None, day: float, records: int = 1, **more: Any) -> Row:
    who = {"user.id": name, "source.ip": "192.0.2.7"} if name else {"source.ip": "203.0.113.5"}
    return CARD | who | {"record.count": records, "@timestamp": START + timedelta(days=day)} | more


def usual(days: int) -> list[Row]:
    return [by("anna", day + n / 100) for day in range(days) for n in range(5)]


def beyond(rows: list[Row], cut: int = 10_000, *, restart: bool = False) -> list[int]:
    """Return the records of the answers that hand too many to nobody."""
    frame = events_frame(sorted(rows, key=lambda row: row["@timestamp"]))
    known, found = NobodyAnswers(), list[int]()
    for at in range(0, frame.height, cut):
        part = frame[at : at + cut]
        marked = known.step(FrameView(part, 1))
        found += [] if marked is None else part.filter(marked)["record.count"].to_list()
        if restart:
            known = NobodyAnswers.from_table(known.to_table())
    return found


@pytest.mark.parametrize(("cut", "restart"), [(1, False), (1, True), (3, True), (7, False), (10_000, False)])
def test_an_answer_to_nobody_is_told_where_there_was_none_like_it(cut: int, restart: bool) -> None:
    cards = [by(None, day + 0.01) for day in range(6)]
    rows = usual(6) + cards + [by(None, 5.2, LEAST - 1), by(None, 5.3, LEAST), by(None, 5.4, 915)]
    assert beyond(rows, cut, restart=restart) == [LEAST, 915]


@pytest.mark.parametrize("cut", [1, 4, 10_000])
def test_what_is_open_to_all_is_usual_when_its_three_days_are_over(cut: int) -> None:
    rows = usual(9) + [by(None, day + 0.5, 200) for day in range(9)] + [by(None, 8.6, 200 * TIMES + 1)]
    assert beyond(rows, cut) == [200 * TIMES + 1]
    late = usual(9) + [by(None, day + 0.5, 200) for day in range(4, 9)]
    assert beyond(late, cut) == [200, 200]  # days 4 and 5; days 3 to 5 are over on day 6


@pytest.mark.parametrize(
    "rows",
    [
        [*usual(KNOWN), by(None, KNOWN - 0.5, 915)],
        [by(None, day + n / 100) for day in range(6) for n in range(5)] + [by(None, 5.9, 915)],
        [*usual(6), by(None, 5.9, 915, **{"service.name": "portal"})],
        [*usual(6), by("boris", 5.9, 915)],
        [*usual(6), by(None, 5.9, 915, **{"actor.id": "session:7f"})],
        [*usual(6), by(None, 5.9, 915, **{"event.outcome": "failure"})],
        [*usual(6), by(None, 5.9, 915, **{"object.type": None})],
    ],
    ids=["first days", "no accounts", "another service", "an account", "a session", "refused", "no client data"],
)
def test_nothing_is_told_of(rows: list[Row]) -> None:
    assert beyond(rows) == []


def test_of_too_many_services_those_with_most_accounts_stay() -> None:
    known = NobodyAnswers(most=4)
    rows = [by("anna", n / 100, **{"service.name": f"s{n}"}) for n in range(20)] + usual(6)
    for row in sorted(rows, key=lambda row: row["@timestamp"]):
        known.step(FrameView(events_frame([row]), 1))
    marked = known.step(FrameView(events_frame([by(None, 5.9, 915)]), 1))
    assert marked is not None
    assert marked.to_list() == [True]
