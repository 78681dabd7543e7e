from dataclasses import replace
from datetime import timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from detector.schema.findings import MAX_EVIDENCE, Evidence, Finding, Reason, merged
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
