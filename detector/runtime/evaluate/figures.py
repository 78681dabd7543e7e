"""The figures of judged companies, as plain values.

Comes in: outcomes of leaks, and what incidents were about. Goes out: what a page and a program ask of them. Figures of
several companies are added by looking at all of them together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from detector.runtime.evaluate.matching import Fate, Outcome, Topic
from detector.runtime.evaluate.trial import WayGroup

SHORT = 3 * 3600
"""A leak shorter than this many seconds should be told of while it lasts."""
SOON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakFigures:
    """One leak that began in the judged days.

    Attributes:
        span: Seconds from the first to the last client taken.
        outcomes: By way of judging.
    """

    id: str
    kind: str
    strength: str
    own: bool
    role: str
    subjects: int
    begins: str
    span: float
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayFigures:
    """The incidents of one way of judging.

    Attributes:
        about: How many there were about what.
        by_behaviour: How many of the false ones hold a finding about behaviour.
        causes: How many of the false ones hold a finding of that title.
        group: What the way is there for. budget: that of behaviour, false incidents a month; 0: none was set.
        announced / planned: How many oddities were announced, of those planned in nature.
        seconds: CPU time of what is this way's alone.
    """

    about: Mapping[Topic, int]
    by_behaviour: int = 0
    causes: Mapping[str, int] = field(default_factory=dict)
    group: WayGroup = WayGroup.COLUMN
    budget: float = 0.0
    announced: int = 0
    planned: int = 0
    seconds: float = 0.0

    @property
    def false(self) -> int:
        """Incidents that are about no leak: about ordinary work and about honest oddities."""
        return sum(count for what, count in self.about.items() if what is not Topic.LEAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFigures:
    """One judged company.

    Attributes:
        days: Judged days. history: Days before them.
        lines, rejects: Of the judged days.
        budget: The setting ``behaviour.false_incidents_a_month``.
        seconds: CPU time of learning and judging. steps: of what several ways have in common.
        hidden: Leaks asked for, those of the days learned from included.
        oddities: Honest oddities that ended in the judged days.
    """

    company: str
    world: str
    seed: int
    logs: str
    staff: int
    days: int
    history: int
    lines: int
    rejects: int
    budget: float
    seconds: float
    leaks: tuple[LeakFigures, ...]
    ways: Mapping[str, WayFigures]
    steps: Mapping[str, float] = field(default_factory=dict)
    hidden: int = 12
    oddities: int = 0

    def titles(self, *groups: WayGroup) -> list[str]:
        """Return the titles of the ways of some groups, in their order."""
        return [title for title, way in self.ways.items() if way.group in groups]

    @property
    def spent(self) -> dict[str, float]:
        """CPU seconds by what they were spent on: what ways have in common, then what is each way's alone."""
        return {**self.steps, **{title: way.seconds for title, way in self.ways.items() if way.seconds}}


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of several companies, for one way of judging.

    Attributes:
        leaks: With the outcome of each. ways: Of each company. days: Judged days of all.
    """

    leaks: Sequence[tuple[LeakFigures, Outcome]]
    ways: Sequence[WayFigures]
    days: int

    @classmethod
    def of(cls, companies: Iterable[CompanyFigures], way: str) -> "Totals":
        """Add companies up."""
        some = tuple(companies)
        return cls(
            leaks=[(leak, leak.outcomes[way]) for each in some for leak in each.leaks],
            ways=[each.ways[way] for each in some],
            days=sum(each.days for each in some),
        )

    def count(self, fate: Fate) -> int:
        """Return how many leaks met a fate."""
        return sum(outcome.fate is fate for _, outcome in self.leaks)

    def a_day(self, *what: Topic) -> float:
        """Return how many incidents about something there were a day."""
        return sum(way.about.get(each, 0) for way in self.ways for each in what) / max(self.days, 1)

    @property
    def false(self) -> int:
        """How many incidents told of no leak."""
        return sum(way.false for way in self.ways)

    @property
    def false_a_day(self) -> float:
        """The same a day, of one company."""
        return self.false / max(self.days, 1)

    @property
    def recall(self) -> float:
        """Share of the leaks that were found."""
        return self.count(Fate.FOUND) / max(len(self.leaks), 1)

    @property
    def by_behaviour_a_day(self) -> float:
        """How many false incidents a day hold a finding about behaviour."""
        return sum(way.by_behaviour for way in self.ways) / max(self.days, 1)

    @property
    def waits(self) -> list[float]:
        """Seconds from the first client taken until people were told, of the leaks found."""
        return [outcome.seconds for _, outcome in self.leaks if outcome.seconds is not None]

    @property
    def median_wait(self) -> float | None:
        """The median of these."""
        return median(self.waits) if self.waits else None

    @property
    def soon(self) -> tuple[int, int, int]:
        """Of the leaks shorter than ``SHORT``: told of within ``SOON``, found, all."""
        short = [outcome for leak, outcome in self.leaks if leak.span < SHORT]
        found = [outcome.seconds for outcome in short if outcome.seconds is not None]
        return sum(seconds <= SOON for seconds in found), len(found), len(short)

    @property
    def scope(self) -> tuple[float | None, float | None]:
        """Mean precision and recall of the scopes of leaks found, where ids are logged."""
        return self._mean("precision"), self._mean("recall")

    @property
    def listed(self) -> tuple[float | None, float | None]:
        """The same of both lists together: the scope, and the clients of usual work."""
        return self._mean("listed_precision"), self._mean("listed_recall")

    def _mean(self, name: str) -> float | None:
        values = [value for _, outcome in self.leaks if (value := getattr(outcome, name)) is not None]
        return fmean(values) if values else None

    @property
    def causes(self) -> Counter[str]:
        """In how many false incidents a finding of each title stands."""
        return sum((Counter(way.causes) for way in self.ways), Counter[str]())


def runs_by_name(companies: Iterable[CompanyFigures]) -> dict[str, list[CompanyFigures]]:
    """Return runs by company, world and logs, those of several seeds together."""
    found: dict[str, list[CompanyFigures]] = {}
    for each in companies:
        found.setdefault(f"{each.company}, {each.world}, {each.logs}", []).append(each)
    return found
