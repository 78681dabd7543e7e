"""Which touches of an incident's accounts are suspicious, and which are their usual work.

Comes in: the touches, each with what explains it, and the findings. Goes out: the lines of either. A finding is about
certain touches within its span (``Manner``), and these are suspicious. What the same account did in the same manner
before and after, in runs like these, is so as well, up to a day away: a finding knows less than was done. What an
account did with a client after that is part of it. All else is usual work: it is counted, listed and shown beside the
others, with what explains it, and never left out in silence. Where this tells nothing apart, all of it is suspicious.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbits
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.runtime.incidents.finding_manner import Manner, counts_since, days_added_up, manners
from detector.runtime.incidents.touch_runs import Mask, as_fast, fast_part, runs, usual_pace, usual_pause, walk
from detector.schema.columns import ACCOUNT
from detector.schema.findings import Detector, Evidence, Finding
from detector.schema.levels import Severity
from detector.schema.touches import TouchReason
from detector.store import LINE_KEY

BEYOND: Final = timedelta(days=10)
"""So far before its first and after its last event a matter is followed, from one stretch of work to the next."""
_AWAY: Final = int(timedelta(days=1) / timedelta(microseconds=1))
# A pause longer than this parts one stretch of work, a shift or a day at the desk, from the next.
_REST: Final = int(timedelta(hours=6) / timedelta(microseconds=1))
# So soon after a card was opened a change of it is the work it was opened for.
_SOON: Final = int(timedelta(minutes=30) / timedelta(microseconds=1))
_CHANGES: Final = ("create", "update", "delete")
# Runs of one manner are alike if at most so much more of their cards is worked on, and so much is for like reasons.
_MORE_WORK: Final = 0.1
_LIKE_REASONS: Final = 0.5
_FREQUENT: Final = 0.1
# What lies beside a run is part of it up to so many times its pace, and so many seconds, away.
_SLOWER: Final = 8
_MOST_BESIDE: Final = 900.0
_SECOND: Final = 1_000_000
_DAY: Final = timedelta(days=1)
_SHOWS: Final = ("search", "list")
_TAKES_OUT: Final = ("export", "print")
_TAKEN: Final = (*_TAKES_OUT, "download")
_EXPLAINED: Final = [
    reason.label
    for reason in (TouchReason.DEALT_BEFORE, TouchReason.SAME_CARD, TouchReason.FROM_LIST, TouchReason.LISTED)
]
_PICKED: Final = [TouchReason.FROM_LIST.label, TouchReason.LISTED.label]
# A service that made so many runs of acts before makes them again and again.
_OFTEN: Final = 3
_SEED: Final = randbits(64)
_NUMBER: Final = pl.col("client").str.extract(r"(\d{1,15})$").cast(pl.Float64)
_ARRAYS: Final = (
    *("us", "log.offset", "actor.id", "kinds", "sessions", "labels", "showed", "out", "opened", "taken", "new"),
    *("steps", "again", "dealt", "picked"),
)
_FOLLOWED: Final = frozenset((Manner.WALK, Manner.STRANGERS))


def followed_for(findings: Iterable[Finding]) -> timedelta:
    """Return how far before and after its events a matter is followed: what is told by its pace alone, a day."""
    return BEYOND if any(manners(each) & _FOLLOWED for each in findings) else _DAY


@dataclass(frozen=True, slots=True)
class PartedTouches:
    """Lines of touches (``LINE_KEY``).

    Attributes:
        suspicious: Those of the matter, those before and after the incident's events included.
        usual: The others between its first and last event.
    """

    suspicious: pl.Series
    usual: pl.Series


def part_touches(
    events: pl.DataFrame,
    clients: pl.DataFrame,
    findings: Sequence[Finding],
    span: tuple[datetime, datetime],
    accounts: Collection[str],
    watched: Collection[str] = (),
) -> PartedTouches:
    """Tell the suspicious touches from usual work.

    Args:
        events: All touches from ``followed_for`` before the incident to as long after it (``touched_clients``).
        clients: A row for each client they name.
        findings: Behind the incident.
        span: Its first moment, and the one after its last.
        accounts: Its accounts: what others did in it (in their sessions, from their addresses) is suspicious.
        watched: Ids of watched clients.
    """
    rows = _Rows(clients.filter(pl.col("actor.id").is_in(sorted(accounts))), watched)
    marked = rows.suspicious(findings)
    mine = pl.col("actor.id").is_in(sorted(accounts)).fill_null(value=False)
    within = events.filter(pl.col("@timestamp").is_between(*span, closed="left"))
    during, others = within.get_column(LINE_KEY), within.filter(~mine).get_column(LINE_KEY)
    judged = events.filter(mine)
    nameless = _unnamed(judged, findings).get_column(LINE_KEY)
    if not (marked & rows.within(*span)).any():
        return PartedTouches(pl.concat([during, nameless]).unique(), during.clear())
    lines = pl.concat([rows.lines.filter(pl.Series(marked)), nameless]).unique()
    unmarked = rows.frame.select(LINE_KEY, "actor.id", "client").filter(~pl.Series(marked) & ~_among(lines))
    usual = [unmarked.get_column(LINE_KEY)]
    # Of a second log's line no reason is known, and some lines name nobody: these go with the clients they name.
    rest = judged.filter(~_among(rows.lines))
    if rest.height:
        alike = rest.explode("clients").join(
            unmarked, left_on=["actor.id", "clients"], right_on=["actor.id", "client"], how="semi"
        )
        usual.append(alike.get_column(LINE_KEY))
    counted = pl.concat([lines, without(during, pl.concat(usual))])
    return PartedTouches(pl.concat([counted, others]).unique(), without(during, counted))


def without(lines: pl.Series, others: pl.Series) -> pl.Series:
    """Return the lines that are none of others."""
    return lines.filter(~lines.is_in(others.implode()))


def _among(lines: pl.Series) -> pl.Expr:
    return pl.col(LINE_KEY).is_in(lines.implode())


class _Rows:
    """Clients that accounts touched, as columns in the order of events."""

    def __init__(self, clients: pl.DataFrame, watched: Collection[str]) -> None:
        action, label, out = pl.col("event.action"), pl.col("label"), pl.col("out")
        kind = pl.concat_str(action, pl.col("object.type"), separator=" ", ignore_nulls=True)
        takes_out = action.is_in(_TAKES_OUT) | ((action == "download") & (pl.col("named") > 1))
        # All at once: a query costs more than what it does with a few thousand rows.
        self.frame = (
            clients.sort("@timestamp", "log.offset", maintain_order=True)
            .with_columns(
                us=pl.col("@timestamp").dt.timestamp("us"),
                showed=action.is_in(_SHOWS).fill_null(value=False),
                out=takes_out.fill_null(value=False),
                taken=action.is_in(_TAKEN).fill_null(value=False),
                again=label == TouchReason.SAME_CARD.label,
                dealt=label == TouchReason.DEALT_BEFORE.label,
                picked=label.is_in(_PICKED),
                kinds=_code(kind),
                sessions=_code(pl.col("session.id")),
                labels=_code(label),
            )
            .with_columns(opened=~pl.col("showed") & ~out)
            .with_columns(
                new=pl.col("opened") & ~label.is_in(_EXPLAINED),
                steps=pl.col("opened") & (label == TouchReason.NEIGHBOUR.label),
            )
        )
        self.lines = self.frame.get_column(LINE_KEY)
        get = {name: self.frame.get_column(name).to_numpy() for name in _ARRAYS}
        self.times: npt.NDArray[np.int64] = get["us"]
        self.offsets: npt.NDArray[np.int64] = get["log.offset"]
        self.actors, self.kinds, self.sessions, self.labels = (
            get[name] for name in ("actor.id", "kinds", "sessions", "labels")
        )
        self.showed: Mask = get["showed"]
        self.out: Mask = get["out"]
        self.opened: Mask = get["opened"]
        self.taken: Mask = get["taken"]
        self.new: Mask = get["new"]
        self.steps: Mask = get["steps"]
        self.again: Mask = get["again"]
        self.dealt: Mask = get["dealt"]
        self.picked: Mask = get["picked"]
        self.watched: Mask = self._watched(watched)
        self.worked: Mask = self._worked()
        self.shifts: npt.NDArray[np.int64] = np.cumsum(np.diff(self.times, prepend=self.times[:1]) > _REST)

    def _watched(self, watched: Collection[str]) -> Mask:
        if not watched:
            return np.zeros(self.times.size, dtype=np.bool_)
        bare = pl.col("client").str.replace(r"(?s)^.*/", "")
        listed = sorted(watched)
        found = self.frame.select(pl.col("client").is_in(listed) | bare.is_in(listed)).to_series()
        return np.asarray(found.to_numpy(), dtype=np.bool_)

    def _worked(self) -> Mask:
        """Say which cards were changed by whoever opened them, soon afterwards."""
        keys = self.frame.select("actor.id", "client", "us", change=pl.col("event.action").is_in(_CHANGES))
        changes = keys.filter("change").select("actor.id", "client", "us", changed=pl.col("us"))
        joined = keys.join_asof(
            changes, on="us", by=["actor.id", "client"], strategy="forward", tolerance=_SOON, check_sortedness=False
        )
        return np.asarray(self.opened & joined.get_column("changed").is_not_null().to_numpy())

    def within(self, first: datetime, end: datetime) -> Mask:
        """Say which touches lie between two moments."""
        return np.asarray((self.times >= _micros(first)) & (self.times < _micros(end)))

    def suspicious(self, findings: Sequence[Finding]) -> Mask:
        """Say which touches the findings are about, and which belong to these."""
        touched = [each for each in findings if each.touched]
        # What is an incident by itself says whose data it is about; what only adds points to that saw more widely.
        graver = [each for each in touched if each.severity.rank >= Severity.HIGH.rank] or touched
        found = np.zeros(self.times.size, dtype=np.bool_)
        alike: list[tuple[Mask, float | None]] = []
        for finding in graver:
            for selected, same, pause in self._about(finding):
                found |= selected
                alike.append((same, pause))
        # Of another matter than these, though, it speaks alone: one planted client does not hide three hundred others.
        lesser = [each for each in touched if each not in graver and each.severity.rank >= Severity.MEDIUM.rank]
        known = found.copy()
        for selected, same, pause in (about for finding in lesser for about in self._about(finding)):
            if 2 * int((selected & known).sum()) < int(selected.sum()):
                found |= selected
                alike.append((same, pause))
        for same, pause in alike:
            self._follow(found, same, pause)
        return self._with_later(found)

    def _about(self, finding: Finding) -> Iterator[tuple[Mask, Mask, float | None]]:
        """Yield what a finding is about; what else is of that manner, and the longest pause in a run of it.

        Without a pause it is followed beyond the finding for as long as the manner is (``_FOLLOWED``).
        """
        base = (self.times >= _micros(counts_since(finding))) & (self.times <= _micros(finding.last_event_at))
        if finding.actor_id.startswith(ACCOUNT):
            base &= self.actors == finding.actor_id
        shown = self._shown(finding.evidence)
        taken = bool((shown & self.taken).any())
        nothing = np.zeros(base.size, dtype=np.bool_)
        for manner in manners(finding):
            if manner is Manner.ALIKE and shown.any() and _names_all(finding):
                # No honest work leads to a planted client: whatever strangers lie around it were passed on the way.
                yield shown, self.new if finding.severity is Severity.CRITICAL else nothing, None
            elif manner is Manner.ADDED_UP and (taken or days_added_up(finding) > 1):
                yield base & ((self.taken & taken) | self._of_kind(Manner.ALIKE, shown)), nothing, None
            elif manner in (Manner.ADDED_UP, Manner.ALIKE, Manner.OPENED, Manner.SHOWN):
                kind = self._of_kind(manner, shown)
                selected = base & kind
                fast, pause = self._fast(selected & ~self.out)
                if pause and finding.actor_type == "service":
                    kind &= ~self._clockwork(kind, fast, pause, finding.first_event_at)
                # No pace is usual of what is taken out: each such act is one of those that are counted.
                yield (fast & kind) | (selected & self.out), kind if pause else nothing, pause
            elif manner is Manner.WATCHED and self.watched.any():
                # Whom a search showed before counts in such a finding: the thief has to find them by their names.
                new = self.watched & ~self.showed & ~self.dealt
                yield (
                    self._between(base & new, base & self.watched & ~self.showed) | (shown & self.watched),
                    nothing,
                    None,
                )
            else:
                same = self._of_manner(manner)
                yield base & same, self._followed(finding, same, base) if manner in _FOLLOWED else nothing, None

    def _followed(self, finding: Finding, same: Mask, base: Mask) -> Mask:
        """Say what of a manner is followed beyond a finding: of a service, not what it does again and again."""
        if finding.actor_type != "service" or not (base & same).any():
            return same
        pause = usual_pause(self.times[base & same])
        return same & ~self._clockwork(same, base & same, pause, finding.first_event_at)

    def _of_manner(self, manner: Manner) -> Mask:
        if manner is Manner.WALK:
            numbers = self.frame.select(_NUMBER.fill_null(float("nan"))).to_series().to_numpy()
            some = np.flatnonzero(self.opened & ~self.again)
            found = np.zeros(self.times.size, dtype=np.bool_)
            for actor in np.unique(self.actors[some]):
                mine = some[self.actors[some] == actor]
                found[mine] = walk(self.times[mine], numbers[mine], self.steps[mine])
            return found
        if manner is Manner.TAKEN_OUT:
            return self.out
        return self.new if manner in (Manner.STRANGERS, Manner.WATCHED) else np.ones(self.times.size, dtype=np.bool_)

    def _of_kind(self, manner: Manner, shown: Mask) -> Mask:
        if manner is Manner.SHOWN:
            return self.showed
        if manner is Manner.OPENED:
            return self.opened
        if not shown.any():
            return np.ones(self.times.size, dtype=np.bool_)
        return np.asarray(np.isin(self.kinds, np.unique(self.kinds[shown])))

    def _fast(self, selected: Mask) -> tuple[Mask, float | None]:
        at = np.flatnonzero(selected)
        fast, pause = fast_part(self.times[at])
        found = np.zeros(selected.size, dtype=np.bool_)
        found[at] = fast
        return found, pause

    def _clockwork(self, same: Mask, fast: Mask, pause: float, first: datetime) -> Mask:
        """Say which touches a service makes again and again, in runs no longer than those before some moment.

        Where it made few runs before, or most of what is fast would be among them, none are.
        """
        at = np.flatnonzero(same)
        some = runs(self.times[at], pause)
        before = some.sizes[some.last < _micros(first)]
        found = np.zeros(same.size, dtype=np.bool_)
        if before.size >= _OFTEN:
            for run in np.flatnonzero(some.sizes <= before.max()):
                found[at[some.rows(run)]] = True
        return found if 2 * int((fast & found).sum()) < int(fast.sum()) else np.zeros(same.size, dtype=np.bool_)

    def _shown(self, evidence: Sequence[Evidence]) -> Mask:
        """Say which touches are evidence of a finding."""
        found = np.zeros(self.times.size, dtype=np.bool_)
        for each in evidence:
            moment = slice(*np.searchsorted(self.times, (_micros(each.at), _micros(each.at) + 1)))
            found[moment] |= self.offsets[moment] == each.offset
        return found

    def _follow(self, found: Mask, same: Mask, pause: float | None) -> None:
        """Mark the runs of one manner among, before and after what is marked: in its sessions, or at its pace."""
        mine = found & same
        if not mine.any():
            return
        at = np.flatnonzero(same)
        pace, sessions = usual_pace(self.times[mine]), np.unique(self.sessions[mine])
        ours, like = np.isin(self.sessions, sessions), self._like(mine)
        some = runs(self.times[at], pause or usual_pause(self.times[mine]))
        as_ours = as_fast(some.paces, pace) | ((pause is None) & (some.shares(ours[at]) > 0))
        worked_on = some.shares(self.worked[at]) > self.worked[mine].mean() + _MORE_WORK
        alike = as_ours & ~worked_on & (some.shares(like[at]) >= _LIKE_REASONS)
        first, last = int(self.times[found].min()), int(self.times[found].max())
        chosen = alike & (some.last >= first) & (some.first <= last)
        for run in np.flatnonzero(alike)[::-1]:
            if some.first[run] < first and self._near(some.last[run], first, pause):
                first, chosen[run] = some.first[run], True
        for run in np.flatnonzero(alike):
            if some.last[run] > last and self._near(last, some.first[run], pause):
                last, chosen[run] = some.last[run], True
        for run in np.flatnonzero(chosen):
            # Meanwhile the same account may work elsewhere as usual, in a session of its own.
            rows = at[some.rows(run)]
            found[rows[ours[rows]] if 2 * int(ours[rows].sum()) >= rows.size else rows] = True
        self._beside(found, same & np.isin(self.sessions, np.unique(self.sessions[found & same])), pace)

    def _between(self, new: Mask, others: Mask) -> Mask:
        """Return some acts with those others that stand between them in one run: whom one knows is passed as well."""
        times, at = self.times[new], np.flatnonzero(others & ~new)
        found = new.copy()
        if times.size:
            after = np.searchsorted(times, self.times[at])
            inside = (after > 0) & (after < times.size)
            gaps = times[after[inside]] - times[after[inside] - 1]
            found[at[inside][gaps <= 2 * usual_pause(times) * _SECOND]] = True
        return found

    def _beside(self, found: Mask, same: Mask, pace: float) -> None:
        """Mark what lies between runs and is too little for one: cards nobody worked on, at nearly the same pace."""
        anchors = self.times[found & same]
        left = np.flatnonzero(same & ~found & ~self.worked & ~self.again & ~self.picked)
        if not anchors.size or not left.size:
            return
        place = np.searchsorted(anchors, self.times[left])
        before, after = anchors[np.maximum(place - 1, 0)], anchors[np.minimum(place, anchors.size - 1)]
        apart = np.minimum(np.abs(self.times[left] - before), np.abs(after - self.times[left]))
        found[left[apart <= min(pace * _SLOWER, _MOST_BESIDE) * _SECOND]] = True

    def _like(self, mine: Mask) -> Mask:
        """Say which touches have a reason that is frequent among what is marked."""
        labels, counts = np.unique(self.labels[mine], return_counts=True)
        return np.asarray(np.isin(self.labels, labels[counts >= _FREQUENT * counts.sum()]))

    def _near(self, earlier: int, later: int, pause: float | None) -> bool:
        """Tell whether one moment is within a day of another; what needs no pace to be told, in the next shift."""
        if pause is not None:
            return later - earlier <= _AWAY
        shifts = self.shifts[np.searchsorted(self.times, (earlier, later))]
        return later - earlier <= _AWAY or bool(shifts[1] - shifts[0] <= 1)

    def _with_later(self, found: Mask) -> Mask:
        """Return the same with what each account did later with the clients: lists and exports of many aside."""
        if not found.any():
            return found
        keys = self.frame.select("actor.id", "client", "us", found=pl.Series(found))
        first = keys.filter("found").group_by("actor.id", "client").agg(pl.col("us").min().alias("since"))
        joined = keys.join(first, on=["actor.id", "client"], how="left", maintain_order="left")
        later = joined.select((pl.col("us") >= pl.col("since")).fill_null(value=False)).to_series().to_numpy()
        return np.asarray(found | (later & self.opened & self.again))


def _unnamed(events: pl.DataFrame, findings: Sequence[Finding]) -> pl.DataFrame:
    """Return what was taken out without a name on the days that findings add up."""
    spans = [
        pl.col("@timestamp").is_between(counts_since(each), each.last_event_at)
        for each in findings
        if days_added_up(each)
    ]
    nameless = (pl.col("clients").list.drop_nulls().list.len().fill_null(0) == 0) & pl.col("event.action").is_in(_TAKEN)
    return events.filter(nameless & pl.any_horizontal(*spans)) if spans else events.clear()


def _names_all(finding: Finding) -> bool:
    """Tell whether the evidence of a finding is all it is about; a count names only what passed the limit."""
    return finding.detector is not Detector.CORRELATION and finding.events <= len(finding.evidence)


def _code(text: pl.Expr) -> pl.Expr:
    """Return a number for each text, the same for the same; null counts as the empty one."""
    return text.fill_null("").hash(_SEED)


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
