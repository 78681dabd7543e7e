"""Findings between detection and decision: each once, and what cannot wait."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.runtime.pending_findings import DecidedFindings, PendingFindings
from detector.schema.detection.findings import Finding
from detector.schema.levels import Severity
from tests.store.values import finding

STATED = st.lists(
    st.builds(
        lambda key, events, severity, risk: finding(key, events=events, severity=severity, risk=risk),
        st.sampled_from(["f1", "f2", "f3"]),
        st.integers(1, 50),
        st.sampled_from(Severity),
        st.integers(0, 100),
    ),
    max_size=60,
)


@given(STATED)
def test_what_waits_is_each_finding_once_with_all_that_was_said_of_it(stated: list[Finding]) -> None:
    held = PendingFindings()
    for each in stated:
        held.add([each])
    wanted = {key: reduce(Finding.merge, [e for e in stated if e.id == key]) for key in {e.id for e in stated}}
    assert {each.id: each for each in held.joined()} == wanted
    assert len(held) == len(wanted)
    held.clear()
    assert held.joined() == ()


@pytest.mark.parametrize("many", [1, 20])
def test_of_what_is_replaced_and_stands_again_the_last_counts(many: int) -> None:
    first, moved = finding("f1", id="f1"), finding("f2", id="f2", replaces=("f1",))
    back = finding("f1", id="f1", stands=True)
    for stated, replaces, stands in (
        ([[first], [moved], [first]], ("f1",), False),
        ([[first], [moved], [back]], (), True),
        ([[first], [moved], [back], [moved]], ("f1",), False),
        ([[moved], [back], [moved], [back], [first]], (), True),
        ([[moved, back]], ("f1",), False),
    ):
        held = PendingFindings()
        for turn in stated:
            for _ in range(many):
                held.add(turn)
        found = {each.id: each for each in held.joined()}
        assert (found["f2"].replaces, found["f1"].stands) == (replaces, stands)


@given(STATED, STATED)
def test_only_what_is_new_or_worse_cannot_wait(before: list[Finding], now: list[Finding]) -> None:
    decided = DecidedFindings()
    for each in before:
        decided.note([each])
    assert decided.needs_commit_now(now) == any(worse(each, [e for e in before if e.id == each.id]) for each in now)


def worse(new: Finding, known: Sequence[Finding]) -> bool:
    return not known or new.severity > max(e.severity for e in known) or new.risk > max(e.risk for e in known)


def test_what_was_forgotten_is_news_again() -> None:
    decided, one = DecidedFindings(), finding("f1")
    decided.note([one])
    assert not decided.needs_commit_now([one])
    decided.note([replace(one, id=f"other-{number}") for number in range(20_000)])
    assert decided.needs_commit_now([one])
