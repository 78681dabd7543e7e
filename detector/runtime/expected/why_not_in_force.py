"""Why an exception that two people agreed to covers nothing: one answer for grouping and for what is shown.

Comes in: the exception, whose accounts are whose, whom open incidents are about. Goes out: the reason; None: it covers.
Nothing of judging is loaded here.
"""

from typing import TYPE_CHECKING

from detector.runtime.expected.own_actors import own_actors
from detector.schema.detection.mute_orders import NotInForce
from detector.schema.detection.work_exceptions import WorkException
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.auth import Suspected  # a replay has nobody at a door


def why_not_in_force(exception: WorkException, settings: Settings, suspected: "Suspected | None") -> NotInForce | None:
    """Return why an exception covers nothing, whatever its times; ``suspected``: None: nobody is (replay)."""
    people = (exception.asked_by, exception.reviewed_by)
    if suspected is not None and any(map(suspected.has_name, people)):
        return NotInForce.MAKER_IN_CASE
    if any(exception.actor_id in own_actors(settings, each) for each in people):
        return NotInForce.OWN_ACCOUNT
    return None
