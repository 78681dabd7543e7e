"""In which manner data was taken, as a finding says it: which touches within its span it is about.

Comes in: a finding. Goes out: ``Manner``s, by the messages of its reasons. What a finding is about decides what excuses
a touch: that a client is the actor's own excuses it from a finding about strangers, and not from one about an export.
"""

from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Final

from detector.schema.detection.findings import Detector, Finding


class Manner(Enum):
    """What sets the touches that a finding is about apart from the other work of its actor."""

    WALK = auto()
    """Clients whose numbers follow each other."""
    STRANGERS = auto()
    """Clients with whom the actor never dealt, and whom no list showed it."""
    WATCHED = auto()
    """Watched clients, new to the actor."""
    TARGETS = auto()
    """What a rule counts that is neither clients nor their ids: watched ones, strangers or acts, as its evidence is."""
    SHOWN = auto()
    """What lists and searches show, one after the other."""
    TAKEN_OUT = auto()
    """Exports and prints."""
    ADDED_UP = auto()
    """Acts like those that are its evidence, of whole days: exports, downloads and prints are one kind here."""
    ALIKE = auto()
    """Acts like those that are its evidence, as fast as these."""
    OPENED = auto()
    """Cards and documents opened, as fast as the fastest of them."""
    ALL = auto()
    """Whatever the actor did."""


_OF_FEATURE: Final = {
    "neighbours": Manner.WALK,
    "strangers": Manner.STRANGERS,
    "waking": Manner.STRANGERS,
    "shown": Manner.SHOWN,
    "exports": Manner.TAKEN_OUT,
    "documents": Manner.ALIKE,
    "events": Manner.OPENED,
    "records": Manner.OPENED,
    "clients": Manner.OPENED,
    "new_network": Manner.ALL,
}
"""By the feature of behaviour that speaks."""
_OF_RULE: Final = {"rule-run": Manner.WALK, "rule-pieces": Manner.WALK, "rule-targets": Manner.TARGETS}


def manners(finding: Finding) -> frozenset[Manner]:
    """Return the manners a finding speaks of, at least one."""
    if finding.detector is Detector.BEHAVIOUR:
        spoken = frozenset(_OF_FEATURE.get(reason.feature or "", Manner.ALL) for reason in finding.reasons)
        return spoken or frozenset((Manner.ALL,))
    if days_added_up(finding):
        return frozenset((Manner.ADDED_UP,))
    return frozenset(_OF_RULE[each.message] for each in finding.reasons if each.message in _OF_RULE) or frozenset(
        (Manner.ALIKE,)
    )


def days_added_up(finding: Finding) -> int:
    """Return over how many days (UTC, that of its first event included) a finding adds up; 0: it does not."""
    return max((int(value) for each in finding.reasons for name, value in each.args if name == "days"), default=0)


def counts_since(finding: Finding) -> datetime:
    """Return when that begins which a finding is about: its first event, or the first of the days it adds up."""
    first = finding.first_event_at.astimezone(UTC)
    if not (days := days_added_up(finding)):
        return first
    return first.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
