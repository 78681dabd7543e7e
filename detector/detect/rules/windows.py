"""Sliding windows of one correlation: for each group the events, or the distinct values, of the last span.

Comes in: events of a group in order of time. Goes out: how many there are in the window that ends with the latest, and
when the oldest of them was. A window holds what is not older than ``time - span``. It is tidied only when its count
could matter, so that an event costs the same whatever the window holds.

Distinct values are remembered by their latest sight, so the oldest is the value not seen again for longest: an earlier
sight of a value that came again tells nothing, and would not be there after a cut. Memory is bounded: a window holds
``MAX_HELD`` entries (more when the rule's limit is higher), about 5 MB, and counts to there exactly; what is counted
beyond is "at least" so many.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass

from detector.detect.rules.ruleset import CorrelationRule

MAX_HELD = 20_000
MAX_GROUPS = 100_000

Times = deque[int]
Values = OrderedDict[int, int]


@dataclass(slots=True)
class Group:
    """One group of a correlation: its window, and where its statement stands.

    Attributes:
        window: Times of events, or values with the time of their latest sight.
        last: Time of the latest event.
        true: The condition held at the latest event.
        began / first / peak: Of the statement: its beginning, its oldest event, its highest count.
    """

    window: Times | Values
    last: int = 0
    true: bool = False
    began: int = 0
    first: int = 0
    peak: int = 0


def held(rule: CorrelationRule) -> int:
    """Return how many entries a window may hold: no more than the condition can tell apart."""
    if rule.kind == "event_count" and rule.operation in ("gte", "gt"):
        return rule.count + 1
    return max(MAX_HELD, rule.count + 1)


def quiet_up_to(rule: CorrelationRule) -> int:
    """Return the highest count at which the condition is surely false; -1 when there is no such count."""
    return {"gt": rule.count, "gte": rule.count - 1}.get(rule.operation, -1)


def tidy(window: Times | Values, edge: int, most: int) -> None:
    """Let go of what is older than ``edge``, and of the oldest beyond ``most``; the latest stays."""
    if isinstance(window, deque):
        while len(window) > most or window[0] < edge:
            window.popleft()
        return
    while len(window) > most or window[next(iter(window))] < edge:
        window.popitem(last=False)


def oldest(window: Times | Values) -> int:
    """Return the oldest time in a window that is not empty."""
    return window[0] if isinstance(window, deque) else window[next(iter(window))]
