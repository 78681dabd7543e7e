"""Exceptions as the orders that grouping obeys: what is expected opens no incident and pages nobody.

Comes in: findings and an open unit of work. Goes out: orders of the exceptions that may be about them, by event time,
so that service and replay answer alike. An exception is not in force where the actor turns out to be an account of
whoever asked for it or reviewed it, and it is never about a planted client, whatever rules it names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from detector.detect.behaviour import reason_facets
from detector.detect.rules import Rules
from detector.group import LabelMatcher, Mute
from detector.runtime.expected.expected_kinds import CANARY
from detector.runtime.expected.own_accounts import holds
from detector.schema.detection.alerts import MutedBy
from detector.schema.detection.findings import Finding
from detector.schema.detection.work_exceptions import WorkException
from detector.settings import Settings
from detector.store import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionMutes:
    """What is needed to say which exceptions are in force.

    Attributes:
        settings: Whose accounts are whose.
        never: Ids of rules that no exception covers.
    """

    settings: Settings
    never: frozenset[str]

    @classmethod
    def of(cls, settings: Settings, rules: Rules) -> "ExceptionMutes":
        """Return that of the rules in use."""
        return cls(settings=settings, never=rules.reading(CANARY))

    def orders(self, unit: UnitOfWork, findings: Sequence[Finding]) -> tuple[Mute, ...]:
        """Return the orders that may be about some findings."""
        if not findings:
            return ()
        since = min(finding.first_event_at for finding in findings)
        found = unit.exceptions.reviewed({finding.actor_id for finding in findings}, since)
        return tuple(order for each in found if (order := self._order(each)) is not None)

    def _order(self, exception: WorkException) -> Mute | None:
        span, rules = exception.span, frozenset(exception.rules) - self.never
        reasons = frozenset(message for message, facet in reason_facets().items() if facet in exception.facets)
        if span is None or span[0] >= span[1] or not (rules or reasons):
            return None
        if any(holds(self.settings, each, exception.actor_id) for each in (exception.asked_by, exception.reviewed_by)):
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
