"""Standing orders: what is recorded and shown but not sent, until when, and why.

Comes in: orders of people (silences, exceptions) and standing rules (inhibitions). Goes out: whether a finding is muted
and by what. A muted alert adds no points and opens no incident.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from detector.schema.alerts import Alert, AlertStatus, MutedBy
from detector.schema.findings import Finding

LABELS = ("actor", "actor_type", "matter", "rule", "severity", "service", "playbook")


@dataclass(frozen=True, slots=True)
class LabelMatcher:
    """One demand on a label.

    Attributes:
        label: One of ``LABELS``.
        value: What it must be; a ``*`` at the beginning or the end stands for anything. No regular expressions: an
            order must be readable at a glance, and must not be slow whatever a log holds.
        negate: The label must not be that.
    """

    label: str
    value: str
    negate: bool = False

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ValueError(f"unknown label {self.label!r}; labels are {', '.join(LABELS)}")

    def fits(self, labels: dict[str, str]) -> bool:
        """Tell whether the label is as demanded."""
        return _like(labels[self.label], self.value) is not self.negate


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One standing order.

    Attributes:
        id: Its name, shown with what it mutes.
        by: Silence, exception or inhibition.
        matchers: All must fit the finding.
        reason: Why, in a person's words.
        until: When it ends; None for a standing rule.
        source: For an inhibition: what must fit an open alert of the same actor for the order to work.
    """

    id: str
    by: MutedBy
    matchers: tuple[LabelMatcher, ...]
    reason: str
    until: datetime | None = None
    source: tuple[LabelMatcher, ...] = ()

    def __post_init__(self) -> None:
        if not self.matchers:
            raise ValueError(f"the order {self.id!r} would mute everything: give it at least one matcher")
        if self.by is not MutedBy.INHIBITION and self.until is None:
            raise ValueError(f"the order {self.id!r} has no end: a silence or exception needs `until`")


def labels_of(thing: Finding | Alert) -> dict[str, str]:
    """Return what identifies and routes a finding or an alert."""
    return {
        "actor": thing.actor_id,
        "actor_type": thing.actor_type,
        "matter": thing.matter,
        "rule": thing.rule_id,
        "severity": thing.severity.value,
        "service": thing.service,
        "playbook": thing.playbook,
    }


def muting(orders: Sequence[Mute], finding: Finding, alerts: Iterable[Alert], now: datetime) -> Mute | None:
    """Return the first order, by id, that mutes the finding; None when it is to be sent.

    Args:
        orders: The standing orders.
        finding: What is judged.
        alerts: The actor's alerts that are not closed, for inhibitions.
        now: The moment the orders are asked at.
    """
    labels = labels_of(finding)
    speaking = [labels_of(alert) for alert in alerts if alert.status is AlertStatus.OPEN]
    for order in sorted(orders, key=lambda order: order.id):
        if order.until is not None and order.until <= now:
            continue
        if _all_fit(order.matchers, labels) and _source_open(order, speaking, labels):
            return order
    return None


def _source_open(order: Mute, speaking: list[dict[str, str]], labels: dict[str, str]) -> bool:
    if order.by is not MutedBy.INHIBITION:
        return True
    return any(_all_fit(order.source, other) for other in speaking if other["rule"] != labels["rule"])


def _all_fit(matchers: Iterable[LabelMatcher], labels: dict[str, str]) -> bool:
    return all(matcher.fits(labels) for matcher in matchers)


def _like(value: str, wanted: str) -> bool:
    core = wanted.removeprefix("*").removesuffix("*") if len(wanted) > 1 else wanted.strip("*")
    if wanted.startswith("*") and wanted.endswith("*"):
        return core in value
    if wanted.startswith("*"):
        return value.endswith(core)
    if wanted.endswith("*"):
        return value.startswith(core)
    return value == wanted
