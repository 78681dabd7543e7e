"""A plain isolation forest, as a team would build one in an afternoon: what everything else has to be worth more than.

Comes in: events of the days learned from and of those judged. Goes out: incidents like those of any other way of
judging. It counts what each actor did in each hour of the clock, takes logarithms, fits scikit-learn's forest as it
comes, and alerts on the hours that are easiest to isolate. It knows nothing of accounts' own habits, of roles, of rules
or of leaks. Its threshold is set on the days learned from: there it gives as many incidents as the budget allows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.behaviour import DAYS_A_MONTH
from detector.runtime.evaluate.matching import JudgedIncident
from detector.runtime.evaluate.trial import Judgement
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Detector, Finding
from detector.schema.ids import derive
from detector.schema.levels import Severity

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest

TOGETHER = timedelta(hours=8)
"""Alerts about one actor within this time after the first are one incident."""
NAME = "plain-forest"
TITLE = "An hour that is easy to isolate"
_SEED = 1
_COLUMNS = (
    "@timestamp", "actor.id", "actor.type", "event.action", "event.outcome", "object.type", "subject.ids",
    "record.count", "source.ip", "http.response.body.bytes",
)  # fmt: skip
_COUNTS = {
    "events": pl.len(),
    "failures": (pl.col("event.outcome") == "failure").sum(),
    "lists": pl.col("event.action").is_in(["list", "search"]).sum(),
    "exports": pl.col("event.action").is_in(["export", "print", "download"]).sum(),
    "clients": pl.col("subject.ids").explode().drop_nulls().n_unique(),
    "records": pl.col("record.count").fill_null(0).sum(),
    "types": pl.col("object.type").n_unique(),
    "addresses": pl.col("source.ip").n_unique(),
    "bytes": pl.col("http.response.body.bytes").fill_null(0).sum(),
}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlainForest:
    """A fitted forest and the hours of its days.

    Attributes:
        past: Hours learned from, with their ``score``. judged: those to be judged, in order of time.
        days: How many days were learned from.
    """

    past: pl.DataFrame
    judged: pl.DataFrame
    days: int

    @classmethod
    def fitted(cls, past: Iterable[Path], judged: Iterable[Path], days: int) -> "PlainForest":
        """Fit a forest to files of events, and score the hours of others by it."""
        before, after = hours_of(past), hours_of(judged)
        if not before.height:
            return cls(_scored(before, np.empty(0)), _scored(after, np.zeros(after.height)), 0)
        forest = _fit(_features(before))
        return cls(_scored(before, _scores(forest, before)), _scored(after, _scores(forest, after)), days)

    def limit(self, budget: float) -> float:
        """Return the score above which an hour is alerted on, for so many incidents a month.

        As low as it may be without more incidents in the days learned from; what happened there is not asked. Hours of
        one score are alerted on together or not at all. Without any day learned from nothing is.
        """
        if not self.past.height:
            return np.inf
        allowed = int(budget * self.days / DAYS_A_MONTH)
        hours = self.past.sort("score", descending=True)
        begun: dict[str, list[datetime]] = {}
        for actor, hour, score in hours.select("actor.id", "hour", "score").iter_rows():
            begun.setdefault(actor, []).append(hour)
            if sum(len(_openings(sorted(some))) for some in begun.values()) > allowed:
                return float(score)
        return -1.0

    def judge(self, budget: float) -> Judgement:
        """Return the incidents of the judged days, by so many a month."""
        alerts = [
            (_finding(hour), frozenset(hour["subjects"]))
            for hour in self.judged.filter(pl.col("score") > self.limit(budget)).iter_rows(named=True)
        ]
        by_actor: dict[str, list[tuple[Finding, frozenset[str]]]] = {}
        for finding, subjects in alerts:
            by_actor.setdefault(finding.actor_id, []).append((finding, subjects))
        cases = [case for some in by_actor.values() for case in _incidents(some)]
        cases.sort(key=lambda case: (case.incident.opened_at, case.incident.id))
        return Judgement(tuple(cases), tuple(finding for finding, _ in alerts))


def hours_of(files: Iterable[Path]) -> pl.DataFrame:
    """Return what each actor did in each hour of the clock (UTC): one row an actor and hour, in order of time."""
    some = [pl.read_parquet(file, columns=list(_COLUMNS)).filter(pl.col("actor.id").is_not_null()) for file in files]
    some = [each for each in some if each.height]
    if not some:
        return pl.DataFrame(schema={"actor.id": pl.String, "hour": pl.Datetime("us", "UTC")})
    return (
        pl.concat(some)
        .group_by("actor.id", pl.col("@timestamp").dt.truncate("1h").alias("hour"))
        .agg(
            *(count.cast(pl.Float64).alias(name) for name, count in _COUNTS.items()),
            pl.col("subject.ids").explode().drop_nulls().unique().alias("subjects"),
            pl.col("actor.type").cast(pl.String).first(),
            first=pl.col("@timestamp").min(),
            last=pl.col("@timestamp").max(),
        )
        .sort("hour", "actor.id")
    )


def _features(hours: pl.DataFrame) -> Floats:
    counts = [np.log1p(hours.get_column(name).to_numpy().astype(np.float64)) for name in _COUNTS]
    return np.column_stack([*counts, hours.get_column("hour").dt.hour().to_numpy().astype(np.float64)])


def _fit(columns: Floats) -> "IsolationForest":
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - takes a second to load

    return IsolationForest(random_state=_SEED).fit(columns)


def _scores(forest: "IsolationForest", hours: pl.DataFrame) -> Floats:
    return -np.asarray(forest.score_samples(_features(hours))) if hours.height else np.empty(0)


def _scored(hours: pl.DataFrame, scores: Floats) -> pl.DataFrame:
    return hours.with_columns(pl.Series("score", scores, dtype=pl.Float64))


def _openings(hours: Sequence[datetime]) -> list[datetime]:
    """Return the hours, in order, that open an incident: those that lie in none of before."""
    opened: list[datetime] = []
    for hour in hours:
        if not opened or hour - opened[-1] > TOGETHER:
            opened.append(hour)
    return opened


def _finding(hour: Mapping[str, object]) -> Finding:
    actor, begins, first, last = hour["actor.id"], hour["hour"], hour["first"], hour["last"]
    counted = {name: int(float(str(hour[name]))) for name in ("events", "clients", "records")}
    if not (isinstance(begins, datetime) and isinstance(first, datetime) and isinstance(last, datetime)):
        raise TypeError("hours are times")
    return Finding(
        id=derive("finding", NAME, str(actor), begins.isoformat()),
        detector=Detector.BEHAVIOUR,
        rule_id=NAME,
        title=TITLE,
        actor_id=str(actor),
        actor_type=str(hour["actor.type"]),
        at=(begins + timedelta(hours=1)).astimezone(UTC),
        first_event_at=first.astimezone(UTC),
        last_event_at=last.astimezone(UTC),
        severity=Severity.HIGH,
        score=float(str(hour["score"])),
        risk=0,
        events=counted["events"],
        subject_count=counted["clients"],
        record_low=counted["records"],
        record_high=counted["records"],
    )


def _incidents(alerts: Sequence[tuple[Finding, frozenset[str]]]) -> list[JudgedIncident]:
    """Return the incidents of one actor; ``alerts`` in order of time."""
    opened: list[list[tuple[Finding, frozenset[str]]]] = []
    for alert in alerts:
        if not opened or alert[0].at - opened[-1][0][0].at > TOGETHER:
            opened.append([])
        opened[-1].append(alert)
    return [
        JudgedIncident(
            _incident(some[0][0]),
            tuple(finding for finding, _ in some),
            frozenset[str]().union(*(subjects for _, subjects in some)),
        )
        for some in opened
    ]


def _incident(first: Finding) -> Incident:
    key = derive("incident", NAME, first.id)
    return Incident(
        id=key,
        number=key[:8],
        code_name=key[:8],
        code_name_ru=key[:8],
        title=TITLE,
        severity=first.severity,
        score=first.score,
        risk=0,
        matter=first.matter,
        playbook=first.playbook,
        service="",
        actor_id=first.actor_id,
        actor_type=first.actor_type,
        opened_at=first.at,
        first_event_at=first.first_event_at,
        last_event_at=first.last_event_at,
    )
