"""What a loaded rule is: its own words, its condition, or the correlation it makes of other rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from detector.detect.rules.columns.expressions import COUNTED
from detector.detect.rules.condition import AnyOf, Node, fields_of
from detector.detect.rules.facts.id_sequences import OF_ACTOR, OF_ADDRESS, RunColumns
from detector.detect.rules.facts.touch_facts import OF_WALK, OF_WALKS
from detector.detect.rules.logsources.event_scope import EventScope
from detector.errors import Problem
from detector.schema.levels import Confidence, Severity

Ints = npt.NDArray[np.int64]

MOST_AMOUNT: Final = (1 << 40) - 1
"""The highest amount and the highest sum that is told apart: a terabyte."""
Way = tuple[tuple[str, ...], tuple[str, ...]]
"""A way to meet a condition over bases: those that must match, in order where order counts, and those that must not."""
Field = tuple[str, tuple[tuple[str, str], ...]]
"""A field of a correlation, and the column it is in the events of each base: ``(field, ((base id, column), …))``."""
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "gte": lambda counts, limit: counts >= limit,
    "gt": lambda counts, limit: counts > limit,
    "lte": lambda counts, limit: counts <= limit,
    "lt": lambda counts, limit: counts < limit,
    "eq": lambda counts, limit: counts == limit,
    "neq": lambda counts, limit: counts != limit,
}


def exact(number: int | float) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth, not what a float makes of it."""
    return Fraction(repr(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a rule says of itself.

    Attributes:
        id: Its identifier, else its name or title.
        name: Short name other rules refer to it by; empty when it has none.
        matter / playbook / dedup / actor: From the block ``nabat``, or the defaults.
        file / line: Where it stands.
    """

    id: str
    name: str = ""
    title: str
    title_ru: str = ""
    description: str = ""
    description_ru: str = ""
    severity: Severity = Severity.MEDIUM
    confidence: Confidence = Confidence.MEDIUM
    tags: tuple[str, ...] = ()
    playbook: str = "client-data-leak"
    matter: str = "access"
    dedup: timedelta = timedelta(hours=1)
    actor: str = "actor.id"
    file: str = ""
    line: int = 1


_ADDED_UP: Final = {
    "nabat.exported_days": 7,
    "nabat.exported_today": 1,
    "nabat.hasty_more": 1,
    "nabat.listed_more": 1,
    "nabat.reopened_more": 1,
    "nabat.service_more": 1,
}
"""Facts that add up what an account does, and over how many days (UTC)."""


@dataclass(frozen=True, kw_only=True)
class EventRule:
    """A rule about one event.

    Attributes:
        source: Its log source, in words.
        conditions: For each way in which events of its source are written, which these are and its condition; any of
            them makes it match.
        reported: False for the base of a correlation that does not generate.
        filters: Titles of the filters that narrow it.
    """

    about: About
    source: str
    conditions: tuple[tuple[EventScope, Node], ...]
    reported: bool = True
    filters: tuple[str, ...] = ()

    @property
    def condition(self) -> Node:
        """All it asks for, of whichever events."""
        nodes = tuple(node for _, node in self.conditions)
        return nodes[0] if len(nodes) == 1 else AnyOf(nodes)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every field its condition reads."""
        return frozenset(fields_of(self.condition))

    @property
    def cut_by(self) -> str:
        """The column by which its events may be cut into shards: its findings are about an actor, or an address."""
        return COUNTED if self.about.actor == "source.ip" else "actor.id"

    @property
    def run(self) -> RunColumns | None:
        """Whose runs of neighbouring ids it asks for: its findings are about the whole run. None: nobody's."""
        known = (OF_ACTOR, OF_ADDRESS, OF_WALK, OF_WALKS)
        return next((columns for columns in known if columns.fact in self.fields), None)

    @property
    def days(self) -> int:
        """Over how many days (UTC, an event's own included) what it asks for is added up; 0: it asks of single events.

        Its findings begin with the event that passes the limit, though they are about what led to it as well.
        """
        return max((days for fact, days in _ADDED_UP.items() if fact in self.fields), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationRule:
    """A rule about several events in a span of time.

    Attributes:
        kind: event_count, value_count, value_sum, value_avg, value_median, value_percentile, temporal or
            temporal_ordered.
        bases: Ids of the rules whose events are counted.
        group_by: The fields whose values make a group.
        values: The fields whose distinct values are counted together, the one that is summed or averaged; empty where
            events alone count.
        amounts: What is summed are whole numbers that are never below 0.
        conditions: Operations and limits that all must hold; of the kind temporal, for how many bases matched.
        ways: For the temporal kinds, the ways to meet it.
        percentile: For value_median and value_percentile.
        most_groups: About so many groups are remembered.
        most_values: So much of what a window holds is counted exactly, or as much as the condition asks for.
    """

    about: About
    kind: str
    bases: tuple[str, ...]
    group_by: tuple[Field, ...]
    values: tuple[Field, ...]
    span: timedelta
    conditions: tuple[tuple[str, int | float], ...]
    amounts: bool = False
    ways: tuple[Way, ...] = ()
    percentile: int = 50
    reported: bool = True
    most_groups: int = 50_000
    most_values: int = 20_000

    @property
    def cut_by(self) -> str:
        """The column by which events of its bases may be cut into shards: the first it groups by; empty: by none."""
        first = {column for _, columns in self.group_by[:1] for _, column in columns}
        return first.pop() if len(first) == 1 else ""

    @property
    def sums(self) -> bool:
        """Whether it adds numbers up."""
        return self.kind == "value_sum"

    @property
    def rises(self) -> bool:
        """Whether more events can only make the condition true: it asks for many."""
        return bool(self.conditions) and all(operation in ("gt", "gte") for operation, _ in self.conditions)

    @property
    def is_refutable(self) -> bool:
        """Whether an event more may make the condition false: it asks for something not to be, for few, for a mean."""
        if self.kind in ("temporal", "temporal_ordered"):
            return any(absent for _, absent in self.ways) or (bool(self.conditions) and not self.rises)
        return self.kind in ("value_avg", "value_median", "value_percentile") or not self.rises

    @property
    def counts(self) -> bool:
        """Whether the counts of windows are all there is to know: no order, no average, no sum that may fall."""
        if self.kind == "value_sum":
            whole = self.amounts and all(isinstance(limit, int) and limit < MOST_AMOUNT for _, limit in self.conditions)
            return whole and self.rises and self.quiet_up_to >= 0
        return self.kind in ("event_count", "value_count")

    @property
    def limit(self) -> int:
        """The highest number the condition speaks of."""
        return int(max((limit for _, limit in self.conditions), default=0))

    @property
    def quiet_up_to(self) -> int:
        """The highest count at which the condition is surely false; -1 when there is no such count."""
        edges = {"gt": 0, "gte": -1}
        return int(max((limit + edges[name] for name, limit in self.conditions if name in edges), default=-1))

    @property
    def span_us(self) -> int:
        """The span in microseconds."""
        return round(self.span.total_seconds() * 1_000_000)

    def values_of(self, base: str) -> tuple[str, ...]:
        """Return the columns of the values in the events of a base."""
        return tuple(dict(columns)[base] for _, columns in self.values)

    @property
    def counted(self) -> tuple[str, ...]:
        """The columns of the values, in the events of any base."""
        return tuple(dict.fromkeys(column for _, columns in self.values for _, column in columns))

    def hold(self, counts: Ints) -> npt.NDArray[np.bool_]:
        """Say of which counts the condition is true."""
        held = np.ones(counts.shape, dtype=np.bool_)
        for operation, limit in self.conditions:
            held &= OPERATIONS[operation](counts, limit)
        return held

    def hold_number(self, number: Fraction) -> bool:
        """Say whether the condition is true of one number."""
        return all(OPERATIONS[operation](number, exact(limit)) for operation, limit in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRule:
    """A rule whose events nothing reads here.

    Attributes:
        source: Its log source, in words; of a correlation those of the rules it counts.
        needs: What would feed it, by language; empty where nobody knows more than the name.
    """

    about: About
    source: str
    needs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules ready to judge. Correlations stand behind the ones they count.

    Attributes:
        waiting: Rules that are right and have no events to judge.
        skipped: What is wrong with rules that cannot be used.
        refused: How many rules these are; a file that cannot be read is one.
    """

    events: tuple[EventRule, ...] = ()
    correlations: tuple[CorrelationRule, ...] = ()
    waiting: tuple[WaitingRule, ...] = ()
    skipped: tuple[Problem, ...] = ()
    refused: int = 0

    def __len__(self) -> int:
        return len(self.events) + len(self.correlations)

    def reading(self, field: str) -> frozenset[str]:
        """Return the ids of rules that ask for a field, and of correlations that count one of them."""
        found = {rule.about.id for rule in self.events if field in rule.fields}
        for rule in self.correlations:  # they stand behind the ones they count
            if not found.isdisjoint(rule.bases):
                found.add(rule.about.id)
        return frozenset(found)

    def cut_by(self) -> dict[str, str]:
        """Return by which column the events of each rule may be cut into shards; empty: they must lie together.

        So must those of a correlation over correlations that are grouped by another column: which rows stand behind
        these is known only where they are counted.
        """
        found = {rule.about.id: rule.cut_by for rule in self.events}
        correlated: dict[str, str] = {}
        for rule in self.correlations:  # they stand behind the ones they count
            below = {correlated[base] for base in rule.bases if base in correlated}
            correlated[rule.about.id] = rule.cut_by if below <= {rule.cut_by} else ""
        return found | correlated

    def abouts(self) -> list[About]:
        """Return what every rule says of itself, by id."""
        abouts = [rule.about for rule in self.events] + [rule.about for rule in self.correlations]
        return sorted(abouts, key=lambda about: about.id)
