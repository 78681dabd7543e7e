"""How ready the company is: a hundred points, less what lacks, each with its reason.

Comes in: ``ReadinessFacts``, the time. Goes out: ``Readiness``. Pure. Points are given for what is shown: what was not
checked loses them as what is missing does, and is said to be unchecked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from detector.incident.preparation.data_map import DataMap, MappedSource
from detector.incident.preparation.training_status import LATE, TrainingState, TrainingStatus
from detector.schema.detection.findings import Reason

Channel = tuple[str, str]
"""A person, and a target of theirs."""

_COVERED: Final = 0.95
"""From this share of requests on that routes name a source is covered."""


class ReadinessArea(StrEnum):
    """What points are given for."""

    PLAN = "plan"
    ROSTER = "roster"
    CHANNELS = "channels"
    DRILLS = "drills"
    TRAINING = "training"
    TEXTS = "texts"
    DATA_MAP = "data_map"


WORTH: Final[Mapping[ReadinessArea, int]] = {
    ReadinessArea.PLAN: 15,
    ReadinessArea.ROSTER: 20,
    ReadinessArea.CHANNELS: 15,
    ReadinessArea.DRILLS: 15,
    ReadinessArea.TRAINING: 10,
    ReadinessArea.TEXTS: 10,
    ReadinessArea.DATA_MAP: 15,
}
"""The points of each area; together a hundred."""


class NameKind(StrEnum):
    """Of what the names of a shortfall are."""

    NOTHING = ""
    ROLE = "role"
    PERSON = "person"
    SOURCE = "source"
    TEXT = "text"
    CHANNEL = "channel"
    DATA_CLASS = "data_class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """One thing that lacks.

    Attributes:
        key: What it is, from a closed list: messages say it, and how it is mended.
        points: What it costs.
        count / whole: How many of how many. days: since when it is overdue.
        names: Which, as the configuration or the register calls them.
        unchecked: Nobody knows how it is.
    """

    area: ReadinessArea
    key: str
    points: int
    count: int = 0
    whole: int = 0
    days: int = 0
    names: tuple[str, ...] = ()
    of: NameKind = NameKind.NOTHING
    unchecked: bool = False

    @property
    def reason(self) -> Reason:
        """What it is, without the names."""
        numbers = (("count", self.count), ("whole", self.whole), ("days", self.days))
        return Reason(message=f"readiness-{self.key}", args=numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """The company's plan as it was filed.

    Attributes:
        document_id: Empty: none was filed. version: the newest.
        agreed_version: The newest that a second person approved; 0: none was. agreed_by / agreed_at: who and when.
        owner: Whose the next review is; empty: nobody's.
    """

    document_id: str = ""
    title: str = ""
    version: int = 0
    agreed_version: int = 0
    agreed_by: str = ""
    agreed_at: datetime | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessFacts:
    """All that is known.

    Attributes:
        due: When what comes round by the calendar is due, by name; what is not kept is left out.
        roles: Who holds each role that the checklists ask for, the first first.
        one_way: Who is paged and has one target at most. paged: how many are.
        channels: Who is to be reached over what; None: channels are not tested.
        answered: When somebody last said that a test came. fresh: so long such a word counts.
        drills: How many were played to their end within a year.
        last_drill_answered: Whether somebody answered the page of the last one that paged anybody; None: none did.
        training: How it stands; None: no register is kept, or it cannot be read.
        training_problem: Why it cannot be read.
        texts: The SHA-256 of each template now. reviewed: as they were at the last review.
        mapped: The data map.
        blind: How many blind spots the running service tells of; None: it does not run, or has not said.
    """

    plan: PlanFacts = field(default_factory=PlanFacts)
    due: Mapping[str, datetime] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    one_way: tuple[str, ...] = ()
    paged: int = 0
    channels: tuple[Channel, ...] | None = None
    answered: Mapping[Channel, datetime] = field(default_factory=dict)
    fresh: timedelta = timedelta(0)
    drills: int = 0
    last_drill_answered: bool | None = None
    training: TrainingStatus | None = None
    training_problem: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    reviewed: Mapping[str, str] = field(default_factory=dict)
    mapped: DataMap
    blind: int | None = None

    def silent_channels(self, now: datetime) -> tuple[Channel, ...]:
        """Return the channels of which nobody has said for too long that a test came."""
        return tuple(
            each for each in self.channels or () if (last := self.answered.get(each)) is None or now - last > self.fresh
        )


@dataclass(frozen=True, slots=True)
class Readiness:
    """What it comes to; the dearest shortfall first."""

    shortfalls: tuple[Shortfall, ...]

    @property
    def lost(self) -> dict[ReadinessArea, int]:
        """The points that each area loses; those that lose none are left out."""
        found: dict[ReadinessArea, int] = {}
        for each in self.shortfalls:
            found[each.area] = found.get(each.area, 0) + each.points
        return found

    @property
    def score(self) -> int:
        """What is left of a hundred."""
        return sum(WORTH.values()) - sum(self.lost.values())


def assess_readiness(facts: ReadinessFacts, now: datetime) -> Readiness:
    """Return how ready the company is."""
    found: list[Shortfall] = []
    for area, of in _AREAS.items():
        left = WORTH[area]
        for each in of(facts, now):
            points = min(each.points, left)  # an area is worth no more than its points
            left -= points
            found.append(replace(each, points=points))
    return Readiness(tuple(sorted(found, key=lambda each: (-each.points, list(ReadinessArea).index(each.area)))))


def _lacking(
    area: ReadinessArea,
    key: str,
    points: int,
    some: Sequence[str],
    whole: int,
    of: NameKind,
    *,
    unchecked: bool = False,
) -> Iterator[Shortfall]:
    """Yield that some of a whole lack something, for their share of the points, rounded up: what lacks costs."""
    if some:
        yield Shortfall(
            area=area,
            key=key,
            points=-(-points * len(some) // whole),
            count=len(some),
            whole=whole,
            names=tuple(some),
            of=of,
            unchecked=unchecked,
        )


def _late(facts: ReadinessFacts, now: datetime, area: ReadinessArea, name: str, points: int) -> Iterator[Shortfall]:
    """Yield that something of the calendar is overdue, or that nobody keeps it here."""
    key, due = name.replace("_", "-"), facts.due.get(name)
    if due is None:
        yield Shortfall(area=area, key=f"{key}-unkept", points=points, unchecked=True)
    elif due <= now:
        yield Shortfall(area=area, key=f"{key}-late", points=points, days=(now - due).days)


def _plan(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area, plan = ReadinessArea.PLAN, facts.plan
    if not plan.document_id:
        yield Shortfall(area=area, key="plan-none", points=WORTH[area])
        return
    if not plan.agreed_version:
        yield Shortfall(area=area, key="plan-unapproved", points=8)
    elif plan.agreed_version != plan.version:
        yield Shortfall(area=area, key="plan-newer", points=3, count=plan.version, whole=plan.agreed_version)
    yield from _late(facts, now, area, "plan_review", 7)


def _roster(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area = ReadinessArea.ROSTER
    if not facts.paged:
        yield Shortfall(area=area, key="roster-none", points=WORTH[area])
        return
    nobody = [role for role, holders in facts.roles.items() if not holders]
    alone = [role for role, holders in facts.roles.items() if len(holders) == 1]
    yield from _lacking(area, "role-empty", 10, nobody, len(facts.roles), NameKind.ROLE)
    yield from _lacking(area, "role-alone", 5, alone, len(facts.roles), NameKind.ROLE)
    yield from _lacking(area, "one-way", 3, facts.one_way, facts.paged, NameKind.PERSON)
    yield from _late(facts, now, area, "roster_check", 2)


def _channels(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area = ReadinessArea.CHANNELS
    if facts.channels is None:
        yield Shortfall(area=area, key="channels-unkept", points=WORTH[area], unchecked=True)
        return
    if not facts.channels:
        yield Shortfall(area=area, key="channels-none", points=WORTH[area])
        return
    silent, never, stale = facts.silent_channels(now), list[str](), list[str]()
    for person, target in silent:
        (stale if (person, target) in facts.answered else never).append(f"{person}: {target}")
    points, whole = WORTH[area], len(facts.channels)
    yield from _lacking(area, "channels-never", points, never, whole, NameKind.CHANNEL, unchecked=True)
    yield from _lacking(area, "channels-stale", points, stale, whole, NameKind.CHANNEL)


def _drills(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area = ReadinessArea.DRILLS
    if not facts.drills:
        yield Shortfall(area=area, key="drill-none", points=WORTH[area])
        return
    if facts.last_drill_answered is None:
        yield Shortfall(area=area, key="drill-at-table", points=5, unchecked=True)
    elif not facts.last_drill_answered:
        yield Shortfall(area=area, key="drill-unanswered", points=5)
    yield from _late(facts, now, area, "drill", 8)


def _training(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area, status = ReadinessArea.TRAINING, facts.training
    if status is None:
        key = "training-unread" if facts.training_problem else "training-unkept"
        yield Shortfall(area=area, key=key, points=WORTH[area], unchecked=True)
        return
    people, unlisted = status.people(), status.unlisted
    whole = len(people) + len(unlisted)
    new = status.people(TrainingState.NEWCOMER_LATE)
    late = [each for each in status.people(*LATE) if each not in new]
    yield from _lacking(area, "training-late", 5, late, whole, NameKind.PERSON)
    yield from _lacking(area, "training-newcomer", 3, new, whole, NameKind.PERSON)
    yield from _lacking(area, "training-unlisted", 2, unlisted, whole, NameKind.PERSON, unchecked=True)
    if not people:
        yield Shortfall(area=area, key="training-empty", points=WORTH[area], unchecked=True)


def _texts(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area = ReadinessArea.TEXTS
    if not facts.reviewed:
        yield Shortfall(area=area, key="texts-never", points=WORTH[area], unchecked=True)
        return
    other = [name for name, digest in facts.texts.items() if facts.reviewed.get(name) != digest]
    yield from _lacking(area, "texts-changed", 6, other, len(facts.texts), NameKind.TEXT)
    yield from _late(facts, now, area, "template_review", 4)


def _data_map(facts: ReadinessFacts, now: datetime) -> Iterator[Shortfall]:
    area, mapped = ReadinessArea.DATA_MAP, facts.mapped
    if not mapped.sources:
        yield Shortfall(area=area, key="sources-none", points=WORTH[area])
        return
    if facts.blind is None:
        yield Shortfall(area=area, key="service-unseen", points=4, unchecked=True)
    elif facts.blind:
        yield Shortfall(area=area, key="blind-spots", points=4, count=facts.blind)
    yield from _of_sources(mapped)
    unsaid = [each.name for each in mapped.classes if each.retention is None]
    yield from _lacking(area, "class-unsaid", 1, unsaid, len(mapped.classes), NameKind.DATA_CLASS)
    yield from _late(facts, now, area, "data_map", 2)


def _of_sources(mapped: DataMap) -> Iterator[Shortfall]:
    clients = [each for each in mapped.sources if each.client_data]
    measured = [each for each in clients if each.coverage is not None]

    def lacking(
        key: str, points: int, some: Iterable[MappedSource], whole: Sequence[MappedSource], *, unchecked: bool = False
    ) -> Iterator[Shortfall]:
        names = [each.name for each in some]
        return _lacking(ReadinessArea.DATA_MAP, key, points, names, len(whole), NameKind.SOURCE, unchecked=unchecked)

    yield from lacking("source-unmapped", 3, (each for each in clients if not each.classes), clients)
    unmeasured = (each for each in clients if each.coverage is None)
    yield from lacking("source-unmeasured", 2, unmeasured, clients, unchecked=True)
    uncovered = (each for each in measured if (each.coverage or 0) < _COVERED)
    yield from lacking("source-uncovered", 2, uncovered, measured)
    unsaid = (each for each in mapped.sources if not each.owner or each.retention is None)
    yield from lacking("source-unsaid", 1, unsaid, mapped.sources)


_AREAS: Final = {
    ReadinessArea.PLAN: _plan,
    ReadinessArea.ROSTER: _roster,
    ReadinessArea.CHANNELS: _channels,
    ReadinessArea.DRILLS: _drills,
    ReadinessArea.TRAINING: _training,
    ReadinessArea.TEXTS: _texts,
    ReadinessArea.DATA_MAP: _data_map,
}
