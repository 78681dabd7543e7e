"""Orders of people to be quiet about something until a moment: silences, and inhibitions while something else is open.

Comes in: nothing. Goes out: values that are kept. What they mute is ``detector.group``'s affair.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from detector.schema.detection.alerts import MutedBy

LONGEST_ORDER = timedelta(days=31)
"""The longest span of one order; what lasts longer is made again."""


class OrderState(StrEnum):
    """Where an order stands at a moment."""

    PLANNED = "planned"
    RUNNING = "running"
    NOT_IN_FORCE = "not_in_force"
    ENDED = "ended"


class NotInForce(StrEnum):
    """Why an order mutes nothing though its time has come."""

    MAKER_LEFT = "maker_left"
    MAKER_IN_CASE = "maker_in_case"
    OWN_ACCOUNT = "own_account"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteOrder:
    """One order: what it means is recorded and shown, opens no incident and pages nobody.

    Attributes:
        id: 128-bit hex; people write the beginning of it.
        kind: A silence, or an inhibition.
        matchers: What a finding must be, all of it: ``label=value`` or ``label!=value``.
        source: For an inhibition: what must be open about the same actor.
        reason: Why, in words of whoever made it.
        made_by: Its owner.
        confirmed_by: The second person, by whose word it covers what is critical and about clients, too; empty: nobody.
        ended_by: Who ended it early; empty: nobody.
        notices: How often its owner was told of its end.
    """

    id: str
    kind: MutedBy
    matchers: tuple[str, ...]
    source: tuple[str, ...] = ()
    reason: str
    made_by: str
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    notices: int = 0

    @property
    def until(self) -> datetime:
        """When it ends, or ended."""
        return min(self.ends_at, self.ended_at or self.ends_at)

    def state(self, now: datetime) -> OrderState:
        """Return where it stands by its times alone."""
        if self.until <= now:
            return OrderState.ENDED
        return OrderState.PLANNED if self.starts_at > now else OrderState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredOrder:
    """An order and what it muted so far.

    Attributes:
        state: Where it stands now.
        why: Why it is not in force though its time has come; None: it is, or its time has not come or is over.
        confirmed: A second person stands for it.
        findings: How many findings it muted.
    """

    order: MuteOrder
    state: OrderState
    why: NotInForce | None = None
    confirmed: bool = False
    findings: int = 0
