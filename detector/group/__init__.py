"""Turn findings into alerts: deduplication, risk of an actor, silences, inhibitions, storms, joining. Pure."""

from detector.group.extend_alert import fingerprint
from detector.group.grouping import group
from detector.group.grouping_state import counts_since
from detector.group.mutes import LABELS, MOST_ACTORS, NARROW, LabelMatcher, Mute, is_wide, read_matcher
from detector.group.outcomes import Decision, GroupResult, Merged, Muted, Opened, Repeated, Settled, Storm, Stormed
from detector.group.ports import GroupStore
from detector.group.risk import reached

__all__ = [
    "LABELS",
    "MOST_ACTORS",
    "NARROW",
    "Decision",
    "GroupResult",
    "GroupStore",
    "LabelMatcher",
    "Merged",
    "Mute",
    "Muted",
    "Opened",
    "Repeated",
    "Settled",
    "Storm",
    "Stormed",
    "counts_since",
    "fingerprint",
    "group",
    "is_wide",
    "reached",
    "read_matcher",
]
