"""What one actor did in one matter without a long quiet between: alerts whose spans lie near to each other.

Comes in: alerts of one actor and matter. Goes out: clusters. Which alerts stand together hangs on their spans alone,
not on the order they came in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from detector.group.extend_alert import earliest
from detector.schema.detection.alerts import Alert
from detector.schema.events.columns import ADDRESS, SESSION, WIDE

LEAST_KNOWN = 3


@dataclass(frozen=True)
class Cluster:
    """Alerts of one actor and matter, the earliest opened first; at least one."""

    alerts: tuple[Alert, ...]

    @property
    def actor(self) -> str:
        """Return whose it is."""
        return self.alerts[0].actor_id

    @property
    def matter(self) -> str:
        """Return which matter it is of."""
        return self.alerts[0].matter

    @property
    def rank(self) -> int:
        """Return how well its actor is known: an account 0, a session 1, an address 2, a whole network 3."""
        if not self.actor.startswith(ADDRESS):
            return int(self.actor.startswith(SESSION))
        return LEAST_KNOWN if self.actor.endswith(WIDE) else 2

    @property
    def first_finding(self) -> str:
        """Return the id of its earliest finding."""
        return self.alerts[0].finding_ids[0]

    @cached_property
    def addresses(self) -> dict[str, datetime]:
        """Return the addresses it saw, each with the moment since when."""
        return dict(earliest(pair for alert in self.alerts for pair in alert.addresses))

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """Return when it began and ended."""
        return min(a.first_event_at for a in self.alerts), max(a.last_event_at for a in self.alerts)

    @property
    def reached_at(self) -> datetime | None:
        """Return when its own points reached the threshold; None: they have not."""
        return min((alert.reached_at for alert in self.alerts if alert.reached_at), default=None)

    @property
    def follows(self) -> tuple[str, ...]:
        """Return the closed incident that goes on in it, if one does."""
        return tuple(sorted({alert.follows for alert in self.alerts if alert.follows})[-1:])

    @property
    def incident_ids(self) -> tuple[str, ...]:
        """Return the incidents its alerts belong to, that of the earliest alert first; nearly always one or none."""
        return tuple(dict.fromkeys(alert.incident_id for alert in self.alerts if alert.incident_id))

    def met(self, other: "Cluster") -> datetime:
        """Return since when it and an incident that has seen one of its addresses are known to belong together."""
        shared = self.addresses.keys() & other.addresses.keys()
        moments = (max(self.addresses[each], other.addresses[each]) for each in shared)
        return max(min(moments), other.reached_at or other.alerts[0].opened_at)

    def near(self, span: tuple[datetime, datetime], gap: timedelta) -> bool:
        """Tell whether it lies no further from a span than ``gap``."""
        first, last = self.span
        return first - span[1] <= gap and span[0] - last <= gap


def clusters(alerts: Iterable[Alert], gap: timedelta) -> list[Cluster]:
    """Return alerts of one actor and matter parted where nothing happened for longer than ``gap``."""
    found: list[list[Alert]] = []
    last: datetime | None = None
    for alert in sorted(alerts, key=lambda alert: alert.first_event_at):
        if last is None or alert.first_event_at - last > gap:
            found.append([])
        last = max(last or alert.last_event_at, alert.last_event_at)
        found[-1].append(alert)
    return [Cluster(_in_order(each)) for each in found]


def _in_order(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Return the earliest first; of one moment the gravest: it is what opens an incident, whatever else came beside."""
    return tuple(sorted(alerts, key=lambda alert: (alert.opened_at, -alert.severity.rank, alert.finding_ids[0])))
