"""What is known of each actor of an incident: what stands out, what is usual, which past days were like it.

Comes in: an incident, its findings, the access journal, and which incidents there were. Goes out: an ``Explanation``
of numbers. Everything is made from what is kept, so that the command says the same as the page of a running service.

What stands out is said by the findings of behaviour where there are some; else the same numbers are computed from the
journal, for the day of the incident on which the actor did most. What a usual day has is the mean of the days before
the incident on the logarithmic scale of behaviour, of its own and of its colleagues'.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour import (
    DAY_NUMBERS,
    KNOWN_DAYS,
    SLOTS,
    above_usual,
    amount_of_day,
    days_apart,
    facet_of,
    usual_day,
)
from detector.runtime.incidents.companions import find_companions
from detector.runtime.incidents.explain.local_days import LocalDay, day_of
from detector.runtime.incidents.explain.read_days import SHOWN_DAYS, ReadDays, ReadingLimits, choose, read
from detector.runtime.incidents.scopes.incident_scope import counted_for
from detector.schema.case.incidents import STORM_MATTER, Incident, IncidentKind
from detector.schema.detection.findings import Detector, Finding, Reason
from detector.store import Journal
from detector.web.explained import ActorDay, ActorExplained, Explanation, Facet, SimilarDay

MOST_ACTORS = 5
MOST_FACETS = 4
MOST_SIMILAR = 3
MOST_SPANS = 200
LEAST_COLLEAGUES = 5
"""Of fewer nothing is said: a number for four people says much of each."""
_LOW, _HIGH = 10, 90
_BEHAVIOUR = "behaviour-"

Past = Callable[[str, datetime, datetime], Sequence[Incident]]
Ints = npt.NDArray[np.int64]


def explain(
    journal: Journal,
    incident: Incident,
    findings: Sequence[Finding],
    past: Past,
    zone: ZoneInfo,
    limits: ReadingLimits | None = None,
) -> Explanation:
    """Explain one incident; of what is about no actor, there is nothing to explain.

    Args:
        journal: What is kept.
        incident: Which.
        findings: Those behind it.
        past: Returns the incidents about an actor with events in a span of time.
        zone: Where the company is.
        limits: How much is read at most.

    Raises:
        StoreError: The journal cannot be read at all.
    """
    actors = _actors(incident)
    if not actors:
        return Explanation()
    first, last = (day_of(each, zone) for each in (incident.first_event_at, incident.last_event_at))
    asked = choose(journal, first, last, zone, limits)
    shown = actors[:MOST_ACTORS]
    found = read(journal, {actor: counted_for({actor}) for actor in shown}, asked)
    begins = journal.begins()
    return Explanation(
        actors=tuple(_Explained(found, incident, findings, actor, past, zone, begins).whole() for actor in shown),
        more=len(actors) - len(shown),
        kept_since=begins,
        read_since=asked.days[-1].day,
        whole=found.whole,
        fewer=asked.fewer,
        together=None if incident.matter == STORM_MATTER else find_companions(journal, incident, actors, past),
    )


def _actors(incident: Incident) -> list[str]:
    """Return whom an incident is about, the first of them first; of a storm, a drill and what is blind nobody."""
    if incident.kind in (IncidentKind.BLIND_SPOT, IncidentKind.DRILL, IncidentKind.HISTORY):
        return []
    first = [] if incident.matter == STORM_MATTER else [incident.actor_id]
    return list(dict.fromkeys((*first, *incident.related_actors)))


class _Explained:
    """One actor of an incident."""

    def __init__(
        self,
        found: ReadDays,
        incident: Incident,
        findings: Sequence[Finding],
        actor: str,
        past: Past,
        zone: ZoneInfo,
        begins: datetime | None,
    ) -> None:
        self._found, self._incident, self._actor, self._past, self._zone = found, incident, actor, past, zone
        self._findings = [each for each in findings if each.actor_id == actor]
        spans = [(each.first_event_at, each.last_event_at) for each in self._findings]
        self._spans = spans[:MOST_SPANS] or [(incident.first_event_at, incident.last_event_at)]
        self._days = found.own[actor]
        self._role = found.roles.get(actor)
        self._begins = begins
        self._first = min(day_of(since, zone) for since, _ in self._spans)
        self._last = max(day_of(until, zone) for _, until in self._spans)

    def whole(self) -> ActorExplained:
        """Return what is known of it."""
        before = [day for day in self._days if day < self._first]
        day = self._loudest([each for each in self._days if self._first <= each <= self._last])
        judged = _judged(self._findings)
        return ActorExplained(
            actor_id=self._actor,
            actor_type=self._findings[0].actor_type if self._findings else self._role.kind if self._role else "unknown",
            role=f"{self._role.kind}:{self._role.name}" if self._role else "",
            facets=judged or self._computed(day, before),
            judged=bool(judged),
            day=self._day(day) if day else None,
            own_days=len(before),
            similar=self._similar(day, before) if day else (),
            days=tuple(map(self._day, self._drawn())),
            band=self._band(),
            colleagues=len(self._colleagues),
            colleague_days=self._others().shape[0],
            first_kept=min(self._days, default=None),
        )

    # -- days ----------------------------------------------------------------------------------------------------

    def _values(self, day: date) -> Ints:
        values: Ints = self._days[day].values[0]
        return values

    def _loudest(self, days: Sequence[date]) -> date | None:
        """Return the day of some that brought the most, all numbers together."""
        return max(days, key=lambda day: amount_of_day(self._values(day)), default=None)

    def _drawn(self) -> list[date]:
        """Return the days that are drawn, the oldest first: up to the last day of the incident."""
        last = self._found.asked.days[0].day
        return [last - timedelta(days=ago) for ago in range(SHOWN_DAYS - 1, -1, -1)]

    def _day(self, day: date) -> ActorDay:
        calendar, numbers = LocalDay(day, self._zone), self._days.get(day)
        slots = numbers.touches[0] if numbers else np.zeros(SLOTS, dtype=np.int64)
        hours = calendar.by_hour(slots)
        within = {hour for since, until in self._spans for hour in calendar.hours_within(since, until)}
        # An attacker may be quiet for hours: what is marked are hours in which something was done.
        marked = frozenset(hour for hour in within if hours[hour])
        return ActorDay(
            day=day,
            numbers=dict(zip(DAY_NUMBERS, self._values(day).tolist() if numbers else _NOTHING, strict=True)),
            touches=int(slots.sum()),
            clients=int(numbers.clients[0]) if numbers else 0,
            taken=int(numbers.taken[0]) if numbers else 0,
            uncounted=int(numbers.uncounted[0]) if numbers else 0,
            hours=hours,
            marked=marked,
            of_incident=bool(marked),
            known=self._known(calendar),
        )

    def _known(self, day: LocalDay) -> bool:
        """Tell whether a day was read, and touches were kept on it at all."""
        read_since = self._found.asked.days[-1].day
        return day.day >= read_since and self._begins is not None and day.end > self._begins

    def _similar(self, day: date, before: Sequence[date]) -> tuple[SimilarDay, ...]:
        """Return the past days whose numbers differ least from those of ``day``; of equal ones the latest."""
        if not before:
            return ()
        apart = days_apart(np.stack([self._values(each) for each in before]), self._values(day))
        order = sorted(zip(apart.tolist(), before, strict=True), key=lambda each: (each[0], -each[1].toordinal()))
        return tuple(
            SimilarDay(day=self._day(each), apart=round(factor, 3), incidents=self._incidents(each))
            for factor, each in order[:MOST_SIMILAR]
        )

    def _incidents(self, day: date) -> tuple[tuple[str, str, str], ...]:
        calendar = LocalDay(day, self._zone)
        about = self._past(self._actor, calendar.start, calendar.end)
        return tuple((each.number, each.code_name, each.code_name_ru) for each in about if each.id != self._incident.id)

    # -- what is usual -------------------------------------------------------------------------------------------

    @property
    def _colleagues(self) -> set[str]:
        return self._found.colleagues.get(self._role, set()) if self._role else set()

    def _others(self) -> Ints:
        """Return the days of its colleagues, one row each; none of too few."""
        days = self._found.others.get(self._role, []) if self._role else []
        if len(self._colleagues) < LEAST_COLLEAGUES or not days:
            return np.zeros((0, len(DAY_NUMBERS)), dtype=np.int64)
        return np.concatenate([each.values for each in days])

    def _band(self) -> Mapping[str, tuple[int, int]]:
        if len(self._colleagues) < LEAST_COLLEAGUES or not self._role:
            return {}
        days = self._found.others[self._role]
        numbers = {
            "clients": np.concatenate([each.clients for each in days]),
            "taken": np.concatenate([each.taken for each in days]),
        }
        return {
            name: (int(np.percentile(each, _LOW)), int(np.percentile(each, _HIGH))) for name, each in numbers.items()
        }

    def _computed(self, day: date | None, before: Sequence[date]) -> tuple[Facet, ...]:
        """Return what stands out of a day by the journal: of each facet the number farthest above what is usual."""
        if day is None:
            return ()
        values, others = self._values(day), self._others()
        own = usual_day(np.stack([self._values(each) for each in before])) if before else None
        peers = usual_day(others) if others.size else None
        known = own if own is not None and (peers is None or len(before) >= KNOWN_DAYS) else peers
        above = above_usual(values, known if known is not None else np.zeros(len(DAY_NUMBERS)))
        worst: dict[str, int] = {}
        for at in np.argsort(-above, kind="stable"):
            if above[at] > 0:
                worst.setdefault(facet_of(DAY_NUMBERS[at]), int(at))
        return tuple(
            _facet(DAY_NUMBERS[at], int(values[at]), _rounded(own, at), _rounded(peers, at))
            for at in list(worst.values())[:MOST_FACETS]
        )


_NOTHING = [0] * len(DAY_NUMBERS)


def _rounded(usual: npt.NDArray[np.float64] | None, at: int) -> int | None:
    return None if usual is None else round(float(usual[at]))


def _facet(name: str, value: int, own: int | None, peers: int | None) -> Facet:
    """Return a number in words: what there was, then what is usual, as far as it is known."""
    known = {"own": own, "peer": peers}
    args = tuple((each, number) for each, number in known.items() if number is not None)
    which = {(True, True): "both", (True, False): "own", (False, True): "peers", (False, False): "unknown"}
    span = "day" if name.endswith("_day") else "hour"
    told = which[own is not None, peers is not None]
    did = Reason(message=f"explain-did-{name}", args=(("value", value),))
    usual = Reason(message=f"explain-usual-{span}-{told}" if args else "explain-usual-unknown", args=args)
    return Facet(name=name, value=value, own=own, peers=peers, said=(did, usual))


def _judged(findings: Sequence[Finding]) -> tuple[Facet, ...]:
    """Return what findings of behaviour say, those of the most unusual one first, each number once."""
    facets: dict[str, Facet] = {}
    for finding in sorted(findings, key=lambda each: (-each.score, each.at, each.id)):
        if finding.detector is not Detector.BEHAVIOUR:
            continue
        for reason in finding.reasons:
            name = reason.message.removeprefix(_BEHAVIOUR).removesuffix("-new")
            args = dict(reason.args)
            numbers = [args.get(key) for key in ("value", "high", "peer")]
            value, own, peers = (int(each) if isinstance(each, int | float) else None for each in numbers)
            facets.setdefault(name, Facet(name=name, value=value, own=own, peers=peers, said=(reason,)))
    return tuple(facets.values())[:MOST_FACETS]
