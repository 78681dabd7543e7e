"""How often the open form is taken: so often from one place, so often from all together.

Comes in: where somebody comes from, the time. Goes out: whether it is enough for now. Nothing of it outlives the
service: how many of the form's reports wait does, and is bounded where they are kept.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

FROM_ONE_PLACE: Final = 5
FROM_ALL: Final = 60
WITHIN: Final = timedelta(hours=1)
"""So many within such a time."""


class FormLimits:
    """Counts forms. What comes from no known place (no proxy says it) shares the places' count of one hour."""

    def __init__(self) -> None:
        self._all: deque[tuple[datetime, str]] = deque()

    def allow(self, place: str, now: datetime) -> bool:
        """Count a form, unless there were enough; tell whether it is taken."""
        while self._all and now - self._all[0][0] >= WITHIN:
            self._all.popleft()
        here = sum(each == place for _, each in self._all) if place else 0
        if len(self._all) >= FROM_ALL or here >= FROM_ONE_PLACE:
            return False
        self._all.append((now, place))
        return True
