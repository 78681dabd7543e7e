"""Standing orders: what is recorded and shown but not sent, until when, and why.

Comes in: orders of people (silences, exceptions) and standing rules (inhibitions). Goes out: whether a finding is muted
and by what. A muted alert adds no points and opens no incident.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from detector.schema.detection.alerts import Alert, AlertStatus, MutedBy
from detector.schema.detection.findings import Detector, Finding

NARROW = ("actor", "matter", "rule", "service", "playbook")
"""Labels one of which an order of a person must name."""
MOST_ACTORS: Final = 5
"""So many actors one person's word covers, by all its orders; what fits others pages until a second person agrees."""
_NAMING = ("actor", "matter", "rule")
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

    @property
    def narrow(self) -> bool:
        """Whether it keeps an order from being about nearly everything."""
        return not self.negate and self.label in NARROW and bool(self.value.strip("*"))

    def fits(self, labels: dict[str, str]) -> bool:
        """Tell whether the label is as demanded."""
        return _like(labels[self.label], self.value) is not self.negate


def read_matcher(text: str) -> LabelMatcher:
    """Return the demand that a person wrote: ``label=value`` or ``label!=value``.

    Raises:
        ValueError: It is none, or the label is unknown.
    """
    label, sign, value = text.strip().partition("=")
    negate, label, value = label.endswith("!"), label.removesuffix("!").strip(), value.strip()
    if not sign or not value:
        raise ValueError(f"{text!r} says nothing of a label: write label=value or label!=value")
    return LabelMatcher(label, value, negate)


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
        span: Event time from which, and before which, all that a finding says must lie; None: only ``until`` counts.
        rules / reasons: Ids of the rules that are meant, and messages of the reasons behaviour may give; both empty:
            any. A finding of behaviour is meant when each of its reasons is.
        at_most: So many clients (records, where clients are not known) are covered, of all findings of one rule; 0: any
            number. What nobody counted is not covered then.
        unless: Tells of a finding that fits that the order is not about it all the same; None: of none.
    """

    id: str
    by: MutedBy
    matchers: tuple[LabelMatcher, ...]
    reason: str
    until: datetime | None = None
    source: tuple[LabelMatcher, ...] = ()
    span: tuple[datetime, datetime] | None = None
    rules: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    at_most: int = 0
    unless: Callable[[Finding], bool] | None = None

    def __post_init__(self) -> None:
        if not self.matchers:
            raise ValueError(f"the order {self.id!r} would mute everything: give it at least one matcher")
        if self.by is not MutedBy.INHIBITION and self.until is None:
            raise ValueError(f"the order {self.id!r} has no end: a silence or exception needs `until`")

    def means(self, finding: Finding) -> bool:
        """Tell whether the finding is what the order is about, whatever its size."""
        if self.span is not None and not (self.span[0] <= finding.at and finding.last_event_at < self.span[1]):
            return False
        if not (_all_fit(self.matchers, labels_of(finding)) and self._of_rules(finding)):
            return False
        return self.unless is None or not self.unless(finding)

    def has_room(self, finding: Finding, before: int) -> bool:
        """Tell whether the finding is covered beside the clients (or records) that others of its rule told of."""
        if not self.at_most:
            return True
        return not finding.uncounted and before + size_of(finding) <= self.at_most

    def _of_rules(self, finding: Finding) -> bool:
        if not self.rules and not self.reasons:
            return True
        if finding.detector is Detector.BEHAVIOUR:
            told = {reason.message for reason in finding.reasons}
            return bool(told) and self.reasons.issuperset(told)
        return finding.rule_id in self.rules


def is_wide(matchers: Iterable[LabelMatcher]) -> bool:
    """Tell whether an order is about all of a severity: it names one, and neither an actor, a matter nor a rule.

    A pattern names none: `user:*` is everybody.
    """
    matchers = list(matchers)
    named = any(each.narrow and each.label in _NAMING and "*" not in each.value for each in matchers)
    return not named and any(each.label == "severity" for each in matchers)


def size_of(finding: Finding) -> int:
    """Return how many clients a finding tells of; where they are not named, how many records at most."""
    return max(finding.subject_count, finding.record_high)


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


def muting(
    orders: Sequence[Mute],
    finding: Finding,
    alerts: Iterable[Alert],
    now: datetime,
    before: Callable[[Mute], int] = lambda order: 0,
) -> Mute | None:
    """Return the first order, by id, that mutes the finding; None when it is to be sent.

    Args:
        orders: The standing orders.
        finding: What is judged.
        alerts: The actor's alerts that are not closed, for inhibitions.
        now: The moment the orders are asked at; one that has a span of event time is not measured by it.
        before: How many clients earlier findings of the same rule, meant by an order, told of.
    """
    labels = labels_of(finding)
    speaking = [labels_of(alert) for alert in alerts if alert.status is AlertStatus.OPEN]
    for order in sorted(orders, key=lambda order: order.id):
        if order.span is None and order.until is not None and order.until <= now:
            continue
        if not order.means(finding) or not _source_open(order, speaking, labels):
            continue
        if not order.at_most or order.has_room(finding, before(order)):
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
