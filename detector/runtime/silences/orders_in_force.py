"""Orders of people as grouping obeys them: read from the database with each decision.

Comes in: an open unit of work, the moment. Goes out: ``Mute`` values of those in force (``order_standing``).
Whatever an order matches, it is never about a planted client, nor about an account of whoever made or confirmed it;
without a second person's word it is not about what is critical and about clients, nor about blind spots, nor about more
than a few actors in all that its maker has made and that ran within a day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from detector.detect.rules import Rules
from detector.group import MOST_ACTORS, Mute, read_matcher
from detector.incident import severity_of
from detector.runtime.expected.expected_kinds import CANARY
from detector.runtime.silences.order_standing import OrderStanding, order_standing
from detector.schema.case.incidents import Scope
from detector.schema.detection.findings import Detector, Finding
from detector.schema.detection.mute_orders import MuteOrder, OrderState
from detector.schema.levels import Severity
from detector.settings import Settings
from detector.store import UnitOfWork

if TYPE_CHECKING:
    from detector.auth import Suspected  # a replay has nobody at a door

_COUNTED = timedelta(days=1)
"""So long the actors of an order count after its end: ending one and making another must cover no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersInForce:
    """What is needed to say which orders count.

    Attributes:
        settings: Whose accounts are whose, and how sensitive data is.
        never: Ids of rules that no order covers.
        suspected: Returns whom the open incidents are about.
    """

    settings: Settings
    never: frozenset[str]
    suspected: "Callable[[UnitOfWork], Suspected]"

    @classmethod
    def of(cls, settings: Settings, rules: Rules, suspected: "Callable[[UnitOfWork], Suspected]") -> "OrdersInForce":
        """Return that of the rules in use."""
        return cls(settings=settings, never=rules.reading(CANARY), suspected=suspected)

    def mutes(self, unit: UnitOfWork, now: datetime) -> tuple[Mute, ...]:
        """Return the orders in force at a moment."""
        recent = unit.mute_orders.between(now - _COUNTED, now)
        if not any(each.state(now) is OrderState.RUNNING for each in recent):
            return ()
        suspected = self.suspected(unit)
        orders = [(each, order_standing(each, self.settings, suspected, now)) for each in recent]
        alone = [order for order, standing in orders if not standing.confirmed]
        actors: dict[str, set[str]] = {each.made_by: set() for each in alone}
        for each in alone:
            actors[each.made_by] |= unit.incidents.actors_of_exception(each.id)
        return tuple(
            self._mute(order, standing, None if standing.confirmed else actors[order.made_by])
            for order, standing in orders
            if standing.state is OrderState.RUNNING
        )

    def _mute(self, order: MuteOrder, standing: OrderStanding, actors: set[str] | None) -> Mute:
        """Return an order as grouping obeys it.

        Args:
            order: The order.
            standing: Where it stands.
            actors: Of whom one person's word has muted anything, by all of theirs in force or lately; None: two stand
                for it.
        """

        def unless(finding: Finding) -> bool:
            if finding.actor_id in standing.own or finding.rule_id in self.never:
                return True
            if actors is None:
                return False
            if finding.detector is Detector.BLIND_SPOT or self._grave(finding):
                return True
            if finding.actor_id not in actors and len(actors) >= MOST_ACTORS:
                return True
            actors.add(finding.actor_id)
            return False

        return Mute(
            id=order.id,
            by=order.kind,
            matchers=tuple(map(read_matcher, order.matchers)),
            reason=order.reason,
            until=order.ends_at,
            source=tuple(map(read_matcher, order.source)),
            unless=unless,
        )

    def _grave(self, finding: Finding) -> bool:
        """Tell whether a finding by itself makes a critical incident about clients."""
        if not finding.touched:
            return False
        classes = dict(self.settings.records.data_classes)
        return severity_of((finding,), Scope(), classes) is Severity.CRITICAL
