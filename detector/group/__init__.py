"""Findings become alerts: dedup, risk an actor, silences and inhibitions, joining to incidents, storms. Pure."""

from detector.group.board import counts_since
from detector.group.group import group
from detector.group.growing import fingerprint
from detector.group.orders import LABELS, Matcher, Order
from detector.group.outcomes import Decision, GroupResult, Merged, Muted, Opened, Repeated, Settled, Storm, Stormed
from detector.group.ports import GroupStore
from detector.group.risk import reached

__all__ = [
    "LABELS",
    "Decision",
    "GroupResult",
    "GroupStore",
    "Matcher",
    "Merged",
    "Muted",
    "Opened",
    "Order",
    "Repeated",
    "Settled",
    "Storm",
    "Stormed",
    "counts_since",
    "fingerprint",
    "group",
    "reached",
]
