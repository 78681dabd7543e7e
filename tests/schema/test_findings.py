from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from detector.schema.detection.findings import MAX_EVIDENCE, Evidence, Finding, Reason, merged
from detector.schema.levels import Confidence, Severity
from tests.store.values import NOON, finding

FIRST = finding()


def seen(number: int) -> Evidence:
    return Evidence(
        at=NOON + timedelta(seconds=number), event_id=str(number), path="a.log", offset=number, line_hash=""
    )


MOMENTS = st.integers(0, 4).map(lambda minutes: NOON + timedelta(minutes=minutes))
WORDS = st.sets(st.sampled_from("abc")).map(lambda words: tuple(sorted(words)))
STATEMENTS = st.builds(
    replace,
    st.just(FIRST),
    at=MOMENTS,
    first_event_at=MOMENTS,
    last_event_at=MOMENTS,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    score=st.sampled_from((0.25, 0.5)),
    risk=st.integers(0, 2),
    events=st.integers(1, 3),
    reasons=st.sampled_from(((), (Reason(message="one"),), (Reason(message="two", args=(("count", 2),)),))),
    source_ips=WORDS,
    data_classes=WORDS,
    subject_count=st.integers(0, 2),
    record_low=st.integers(0, 2),
    record_high=st.integers(0, 2),
    evidence=st.sets(st.integers(0, 40), max_size=MAX_EVIDENCE).map(lambda numbers: tuple(map(seen, sorted(numbers)))),
)


@given(st.lists(STATEMENTS, min_size=1, max_size=6))
def test_statements_joined_at_once_are_the_same_as_joined_one_after_the_other(told: list[Finding]) -> None:
    assert merged(told) == reduce(Finding.merge, told)


@given(STATEMENTS)
def test_a_statement_joined_with_itself_says_nothing_more(told: Finding) -> None:
    assert merged([told, told]) == told.merge(told) == told


def test_of_many_pointers_the_first_in_time_are_kept() -> None:
    late, early = (
        replace(FIRST, evidence=tuple(map(seen, range(first, first + MAX_EVIDENCE)))) for first in (MAX_EVIDENCE, 1)
    )
    assert late.merge(early).evidence == early.evidence == early.merge(late).evidence


POINTERS = st.lists(st.integers(0, 60), max_size=2 * MAX_EVIDENCE).map(lambda numbers: tuple(map(seen, numbers)))
NAMES = st.lists(st.sampled_from("abc"), max_size=4).map(tuple)
# Statements nobody has put in order: as an older version, or another hand, may have written them.
UNTIDY = st.builds(replace, STATEMENTS, evidence=POINTERS, source_ips=NAMES, data_classes=NAMES)


def words_of(told: Sequence[Finding]) -> Finding:
    """Return the statement whose words count, beginning with the first."""
    best = told[0]
    for number, each in enumerate(told[1:], 1):
        before = told[:number]
        known = [max(getattr(one, name) for one in before) for name in ("last_event_at", "events", "score")]
        if (each.last_event_at, each.events, each.score, each.reasons) > (*known, best.reasons):
            best = each
    return best


def joined(told: Sequence[Finding]) -> Finding:
    """Join statements in the plainest way: each part by itself, whether they agree in it or not."""

    def names(part: str) -> tuple[str, ...]:
        said = [getattr(each, part) for each in told]
        return said[0] if len(set(said)) == 1 else tuple(sorted(set().union(*said)))

    proofs = [each.evidence for each in told if each.evidence]
    every = sorted({(proof.at, proof.event_id, proof) for some in proofs for proof in some})
    least, most = ("at", "first_event_at"), ("last_event_at", "score", "risk", "events", "severity", "confidence")
    counts = ("subject_count", "record_low", "record_high")
    return replace(
        words_of(told),
        **{part: min(getattr(each, part) for each in told) for part in least},
        **{part: max(getattr(each, part) for each in told) for part in (*most, *counts)},
        source_ips=names("source_ips"),
        data_classes=names("data_classes"),
        evidence=proofs[0] if len(proofs) == 1 else tuple(proof for *_, proof in every[:MAX_EVIDENCE]),
    )


@given(st.lists(UNTIDY, min_size=2, max_size=5), st.booleans(), st.booleans())
def test_joining_takes_each_part_by_itself_though_the_statements_agree_in_it(
    told: list[Finding], one_evidence: bool, one_statement: bool
) -> None:
    if one_evidence:
        told = [replace(each, evidence=told[0].evidence) for each in told]
    if one_statement:
        told = [told[0]] * len(told)
    assert merged(told) == joined(told)


def test_what_goes_on_for_longer_than_a_copy_is_said_until_it_is_counted() -> None:
    counted = replace(FIRST, last_event_at=NOON, subject_count=75)
    copy = replace(counted, provisional=True, last_event_at=NOON + timedelta(seconds=30))
    assert merged([counted, copy]) == counted
    second_walk = replace(copy, last_event_at=NOON + timedelta(minutes=14))
    together = merged([counted, second_walk])
    assert (together.last_event_at, together.provisional) == (second_walk.last_event_at, True)
    counted_too = replace(counted, last_event_at=second_walk.last_event_at)
    assert merged([together, counted_too]) == counted_too
    assert merged([counted_too, second_walk]) == counted_too


def test_evidence_all_agree_in_is_cut_and_in_order_too() -> None:
    many = tuple(map(seen, range(MAX_EVIDENCE + 5)))
    statement = replace(FIRST, evidence=many[::-1])
    assert merged([statement, statement]).evidence == many[:MAX_EVIDENCE]


@given(st.lists(STATEMENTS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_statements_whose_counts_grow_together_are_joined_in_any_order(told: list[Finding], turns: Any) -> None:
    grown = [
        replace(
            each,
            last_event_at=NOON + timedelta(minutes=number // 2),
            events=number // 2 + 1,
            score=0.25 + number / 100,
        )
        for number, each in enumerate(told)
    ]
    shuffled = list(grown)
    turns.shuffle(shuffled)
    assert merged(shuffled) == merged(grown) == reduce(lambda one, more: more.merge(one), shuffled)


@given(st.lists(STATEMENTS, min_size=1, max_size=4), STATEMENTS, st.lists(STATEMENTS, max_size=3))
def test_a_statement_that_corrects_stands_for_all_before_it(
    before: list[Finding], by: Finding, later: list[Finding]
) -> None:
    correcting = replace(by, corrects=NOON)
    assert merged([*before, correcting, *later]) == merged([by, *later])
    # However they wait: joined in parts, what was said before those is still corrected.
    assert merged([*before, merged([correcting, *later])]) == merged([by, *later])
    assert reduce(Finding.merge, [*before, correcting]) == by


def test_what_began_before_all_that_was_counted_again_keeps_its_addresses_and_first_events() -> None:
    before = replace(FIRST, at=NOON, source_ips=("192.0.2.1",), evidence=(seen(1),), events=9, subject_count=9)
    by = replace(before, source_ips=("192.0.2.2",), evidence=(seen(2),), events=8, subject_count=7)
    known = before.merge(replace(by, corrects=NOON + timedelta(minutes=1)))
    assert (known.events, known.subject_count) == (8, 7)
    assert (known.source_ips, known.evidence) == (("192.0.2.1", "192.0.2.2"), (seen(1), seen(2)))


def test_what_waits_beyond_a_correction_is_said_until_it_is_counted() -> None:
    counted = replace(FIRST, events=5, last_event_at=NOON)
    waiting = replace(FIRST, events=9, last_event_at=NOON + timedelta(minutes=5), provisional=True)
    known = counted.merge(waiting).merge(replace(FIRST, events=4, last_event_at=NOON, corrects=NOON))
    assert (known.events, known.provisional) == (9, True)
    settled = replace(FIRST, events=7, last_event_at=NOON + timedelta(minutes=5))
    assert known.settled == counted.merge(replace(FIRST, events=4, last_event_at=NOON, corrects=NOON))
    assert known.settled.corrects is None
    assert known.merge(settled) == settled
