"""What a loaded rule is: its own words, its condition, or the correlation it makes of other rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from detector.detect.rules.condition import Node, fields_of
from detector.detect.rules.facts.id_sequences import OF_ACTOR, OF_ADDRESS, RunColumns
from detector.detect.rules.field_mapping import Source
from detector.errors import Problem
from detector.schema.levels import Confidence, Severity

Ints = npt.NDArray[np.int64]

MOST_AMOUNT: Final = (1 << 40) - 1
"""The highest amount and the highest sum that is told apart: a terabyte."""
_OPERATIONS: dict[str, Callable[[Any, int], npt.NDArray[np.bool_]]] = {
    "gte": lambda counts, limit: counts >= limit,
    "gt": lambda counts, limit: counts > limit,
    "lte": lambda counts, limit: counts <= limit,
    "lt": lambda counts, limit: counts < limit,
    "eq": lambda counts, limit: counts == limit,
    "neq": lambda counts, limit: counts != limit,
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """A rule about one event. ``reported`` is False for the base of a correlation that does not generate."""

    about: About
    source: Source
    condition: Node
    reported: bool = True

    @property
    def run(self) -> RunColumns | None:
        """Whose runs of neighbouring ids it asks for: its findings are about the whole run. None: nobody's."""
        asked = fields_of(self.condition)
        return next((columns for columns in (OF_ACTOR, OF_ADDRESS) if columns.fact in asked), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationRule:
    """A rule about several events in a span of time.

    Attributes:
        kind: event_count, value_count or value_sum.
        bases: Ids of the rules whose events are counted.
        group_by: For each group-by field the column in the events of each base: ``(field, ((base id, column), …))``.
        values: Columns whose distinct values are counted, the one that is summed; empty for event_count.
        operation / count: The condition.
        most_groups: About so many groups are remembered.
        most_values: So much of what a window holds is counted exactly, or as much as the condition asks for.
    """

    about: About
    kind: str
    bases: tuple[str, ...]
    group_by: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    values: tuple[str, ...]
    span: timedelta
    operation: str
    count: int
    reported: bool = True
    most_groups: int = 50_000
    most_values: int = 20_000

    @property
    def sums(self) -> bool:
        """Whether it adds numbers up."""
        return self.kind == "value_sum"

    @property
    def span_us(self) -> int:
        """The span in microseconds."""
        return round(self.span.total_seconds() * 1_000_000)

    def hold(self, counts: Ints) -> npt.NDArray[np.bool_]:
        """Say of which counts the condition is true."""
        return _OPERATIONS[self.operation](counts, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules ready to judge. Correlations stand behind the ones they count."""

    events: tuple[EventRule, ...] = ()
    correlations: tuple[CorrelationRule, ...] = ()
    skipped: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.events) + len(self.correlations)

    def abouts(self) -> list[About]:
        """Return what every rule says of itself, by id."""
        abouts = [rule.about for rule in self.events] + [rule.about for rule in self.correlations]
        return sorted(abouts, key=lambda about: about.id)
