"""Whether an order of a person is in force at a moment, and if not, why: one answer for grouping and for what is shown.

Comes in: the order, whose accounts are whose, whom open incidents are about. Goes out: its state and the reason.
Nothing of judging is loaded here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from detector.group import is_wide, read_matcher
from detector.runtime.expected.own_actors import own_actors
from detector.schema.detection.mute_orders import MuteOrder, NotInForce, OrderState
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.auth import Suspected  # a replay has nobody at a door


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """Where an order stands.

    Attributes:
        state: Grouping obeys those that run.
        why: Why it is not in force though its time has come; None: it is, or its time has not come or is over.
        confirmed: A second person stands for it.
        own: The actors that it never covers: of whoever made or confirmed it.
    """

    state: OrderState
    why: NotInForce | None
    confirmed: bool
    own: frozenset[str]


def order_standing(order: MuteOrder, settings: Settings, suspected: "Suspected", now: datetime) -> OrderStanding:
    """Return where an order stands at a moment.

    Args:
        order: The order.
        settings: Who is on the team, and whose accounts are whose.
        suspected: Whom the open incidents are about.
        now: The moment.
    """

    def counts(name: str) -> bool:
        return settings.team.has(name) and not suspected.has_name(name)

    confirmed = counts(order.confirmed_by)
    people = (order.made_by, order.confirmed_by)
    own = frozenset[str]().union(*(own_actors(settings, each) for each in people if each))
    state, matchers = order.state(now), [*map(read_matcher, order.matchers)]
    why = None
    if state is not OrderState.ENDED and not settings.team.has(order.made_by):
        state, why = OrderState.ENDED, NotInForce.MAKER_LEFT
    elif state is OrderState.RUNNING:
        if not counts(order.made_by):
            why = NotInForce.MAKER_IN_CASE
        elif any(each.label == "actor" and not each.negate and each.value in own for each in matchers):
            why = NotInForce.OWN_ACCOUNT
        elif is_wide(matchers) and not confirmed:
            why = NotInForce.UNCONFIRMED
        state = state if why is None else OrderState.NOT_IN_FORCE
    return OrderStanding(state, why, confirmed, own)
