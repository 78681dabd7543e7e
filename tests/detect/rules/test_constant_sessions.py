"""A value that a log writes as everybody's session is none; a session that is shared by few, or for hours, is one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.detect.ordering.buffer import Affected, ReorderBuffer
from detector.detect.rules import RuleDetector, RuleSet, RuleState
from detector.detect.rules.provisional import again
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.schema.detection.findings import Finding
from detector.settings import Settings

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ACCOUNTS, MOVED = "357cfbbb-831e-5620-ad38-c5c23c4ec636", "0f3ab0a4-9c6b-5a5e-8b62-5d8d6f1b7c11"
Event = dict[str, Any]


@pytest.fixture(scope="module")
def detector() -> RuleDetector:
    return RuleDetector(RuleSet.load([Path(shipped("rules"))]), Settings(), 1)


def read(at: datetime, number: int, *, who: str | None, address: str, session: str = "S") -> Event:
    network = "office" if address.startswith("192.0.2.") else "internet"
    actor = {"user.id": who} if who else {"actor.id": f"session:{session}", "actor.type": "unknown"}
    return actor | {
        "@timestamp": at, "session.id": session, "source.ip": address, "network.name": network,
        "event.action": "read", "object.type": "client", "subject.ids": [f"c{number * 37}"],
    }  # fmt: skip


def staff(days: Iterable[int], people: int = 12, *, named: bool = True, session: str = "S") -> Iterator[Event]:
    """Return the reads of people at their desks, each 48 a day, in what their program logs as a session."""
    for day in days:
        for n in range(people * 48):
            who = f"clerk{n % people}"
            at = START + day * DAY + n * 8 * 60 * MINUTE / (people * 48)
            yield read(
                at, day * 1_000 + n, who=who if named else None, address=f"192.0.2.{20 + n % people}", session=session
            )


def judged(detector: RuleDetector, events: Iterable[Event], cut: int = 100_000) -> list[Finding]:
    frame = events_frame(events).sort("@timestamp", maintain_order=True)
    state, found = detector.empty(), {}
    for at in range(0, frame.height, cut):
        state, told = detector.step(state, frame[at : at + cut])
        state = RuleState.from_tables(state.to_tables(), 1)
        found |= {finding.id: finding for finding in told}
    assert not detector.take_errors()
    return list(found.values())


@pytest.mark.parametrize("cut", [97, 100_000])
def test_what_everybody_bears_for_a_day_is_no_session(detector: RuleDetector, cut: int) -> None:
    found = judged(detector, staff(range(4)), cut)
    assert {finding.at.date() for finding in found if finding.rule_id == ACCOUNTS} <= {START.date()}


def test_lines_without_an_account_are_their_address_then(detector: RuleDetector) -> None:
    nobody = [*staff(range(1)), *staff(range(2, 4), people=60, named=False)]
    assert not [each for each in judged(detector, nobody) if each.at > START + DAY]
    thief = [read(START + 3 * DAY + n * MINUTE / 20, 90_000 + n, who=None, address="192.0.2.99") for n in range(200)]
    told = [each for each in judged(detector, [*nobody, *thief]) if each.at > START + DAY]
    assert {each.actor_id for each in told} == {"ip:192.0.2.99"}


def test_a_session_that_a_thief_shares_is_one_however_long(detector: RuleDetector) -> None:
    thief = [
        read(START + day * DAY + n * MINUTE, day * 100 + n, who="clerk1", address=address)
        for day in range(3)
        for n, address in enumerate(["192.0.2.21"] * 5 + ["198.51.100.7"] * 5)
    ]
    others = staff(range(3), people=5)
    found = [each for each in judged(detector, [*others, *thief]) if each.rule_id == MOVED]
    assert {each.at.date() for each in found} == {(START + day * DAY).date() for day in range(3)}


def test_who_gives_himself_names_in_a_session_is_found_in_its_first_hour(detector: RuleDetector) -> None:
    names = [read(START + 2 * DAY + n * MINUTE, n, who=f"x{n}", address="198.51.100.7", session="T") for n in range(9)]
    found = [each for each in judged(detector, [*staff(range(3)), *names]) if each.rule_id == ACCOUNTS]
    assert [each.actor_id for each in found if each.at >= START + 2 * DAY] == ["session:T"]


@pytest.mark.share(2)
def test_any_cut_of_the_lines_says_the_same(detector: RuleDetector) -> None:
    events = [*staff(range(3)), *staff(range(1, 3), people=40, named=False)]

    def told(cut: int) -> set[Finding]:
        return {replace(each, evidence=()) for each in judged(detector, events, cut)}

    assert told(53) == told(1_000) == told(100_000)


def test_lines_that_come_late_make_no_session_of_it(detector: RuleDetector) -> None:
    state, _ = detector.step(detector.empty(), events_frame(staff(range(2))))
    late = events_frame(
        read(START + DAY + n * MINUTE, n, who=f"clerk{n}", address=f"192.0.2.{20 + n}") for n in range(12)
    )
    nowhere = np.zeros(late.height, dtype=np.bool_)
    detector.judge_late(state, late, np.full(late.height, 60_000_000), nowhere, nowhere)
    told = again(detector, state, Affected.of(late), ReorderBuffer())
    assert ACCOUNTS not in {finding.rule_id for finding in told}
