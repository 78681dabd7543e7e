"""Exceptions as the orders that grouping obeys: what is expected opens no incident and pages nobody.

Comes in: findings and an open unit of work. Goes out: orders of the exceptions that may be about them, by event time,
so that service and replay answer alike. An exception is not in force where the actor turns out to be an account of
whoever asked for it or reviewed it, nor while an open incident is about one of these two, and it is never about
a planted client, whatever rules it names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.detect.behaviour import reason_facets
from detector.detect.rules import Rules
from detector.group import LabelMatcher, Mute
from detector.runtime.expected.expected_kinds import CANARY
from detector.runtime.expected.why_not_in_force import why_not_in_force
from detector.schema.detection.alerts import MutedBy
from detector.schema.detection.findings import Finding
from detector.schema.detection.work_exceptions import WorkException
from detector.settings import Settings
from detector.store import UnitOfWork

if TYPE_CHECKING:
    from detector.auth import Suspected  # a replay has nobody at a door


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionMutes:
    """What is needed to say which exceptions are in force.

    Attributes:
        settings: Whose accounts are whose.
        never: Ids of rules that no exception covers.
        suspected: Returns whom the open incidents are about; None: nobody works on the incidents (replay).
    """

    settings: Settings
    never: frozenset[str]
    suspected: "Callable[[UnitOfWork], Suspected] | None" = None

    @classmethod
    def of(
        cls, settings: Settings, rules: Rules, suspected: "Callable[[UnitOfWork], Suspected] | None" = None
    ) -> "ExceptionMutes":
        """Return that of the rules in use."""
        return cls(settings=settings, never=rules.reading(CANARY), suspected=suspected)

    def orders(self, unit: UnitOfWork, findings: Sequence[Finding]) -> tuple[Mute, ...]:
        """Return the orders that may be about some findings."""
        if not findings:
            return ()
        since = min(finding.first_event_at for finding in findings)
        found = unit.exceptions.reviewed({finding.actor_id for finding in findings}, since)
        if not found:
            return ()
        suspected = self.suspected(unit) if self.suspected is not None else None
        return tuple(order for each in found if (order := self._order(each, suspected)) is not None)

    def _order(self, exception: WorkException, suspected: "Suspected | None") -> Mute | None:
        span, rules = exception.span, frozenset(exception.rules) - self.never
        reasons = frozenset(message for message, facet in reason_facets().items() if facet in exception.facets)
        if span is None or span[0] >= span[1] or not (rules or reasons):
            return None
        if why_not_in_force(exception, self.settings, suspected) is not None:
            return None
        return Mute(
            id=exception.id,
            by=MutedBy.EXCEPTION,
            matchers=(LabelMatcher("actor", exception.actor_id),),
            reason=exception.reason,
            until=span[1],
            span=span,
            rules=rules,
            reasons=reasons,
            at_most=exception.at_most,
        )
