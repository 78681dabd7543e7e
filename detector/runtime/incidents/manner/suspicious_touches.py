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
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.runtime.incidents.manner.finding_manner import Manner, counts_since, days_added_up, manners
from detector.runtime.incidents.manner.touch_following import FollowedTouches
from detector.runtime.incidents.manner.touch_rows import TAKEN, by_account, micros
from detector.runtime.incidents.manner.touch_runs import Mask, fast_part, usual_pause, walk
from detector.schema.detection.findings import Detector, Finding
from detector.schema.events.columns import ACCOUNT
from detector.schema.levels import Severity
from detector.store import LINE_KEY

BEYOND: Final = timedelta(days=10)
"""So far before its first and after its last event a matter is followed, from one stretch of work to the next."""
_DAY: Final = timedelta(days=1)
_NUMBER: Final = pl.col("client").str.extract(r"(\d{1,15})$").cast(pl.Float64)
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
    accounts: Sequence[str],
    watched: Collection[str] = (),
) -> PartedTouches:
    """Tell the suspicious touches from usual work.

    Args:
        events: All touches from ``followed_for`` before the incident to as long after it (``touched_clients``).
        clients: A row for each client they name (``described``).
        findings: Behind the incident.
        span: Its first moment, and the one after its last.
        accounts: Its accounts: what others did in it (in their sessions, from their addresses) is suspicious.
        watched: Ids of watched clients.
    """
    rows = _Judged(clients, accounts, watched)
    marked, mine = rows.suspicious(findings), by_account(events, accounts) >= 0
    lines = _Lines(events.get_column(LINE_KEY).to_numpy(), rows.keys)
    times = events.get_column("@timestamp").to_physical().to_numpy()
    within = (times >= micros(span[0])) & (times < micros(span[1]))
    during, nameless = lines.of_events(within), lines.of_events(mine & _unnamed(events, findings))
    if not (marked & rows.within(*span)).any():
        return PartedTouches(lines.named(during | nameless), lines.named(during & ~during))
    found = lines.of_rows(marked) | nameless
    unmarked = ~marked & ~found[lines.rows]
    usual = lines.of_rows(unmarked)
    # Of a second log's line no reason is known, and some lines name nobody: these go with the clients they name.
    rest = mine & ~lines.of_rows(np.ones_like(marked))[lines.events]
    if rest.any():
        known = rows.frame.select("actor.id", "client").filter(pl.Series(unmarked))
        left = events.select("actor.id", "clients", at=pl.Series(lines.events)).filter(pl.Series(rest))
        alike = left.explode("clients").join(
            known, left_on=["actor.id", "clients"], right_on=["actor.id", "client"], how="semi"
        )
        usual[alike.get_column("at").to_numpy()] = True
    counted = found | (during & ~usual)
    return PartedTouches(lines.named(counted | lines.of_events(within & ~mine)), lines.named(during & ~counted))


class _Lines:
    """The lines of events and of rows of clients, each line numbered once.

    Attributes:
        events / rows: The number of each one's line.
    """

    def __init__(self, events: npt.NDArray[np.uint64], rows: npt.NDArray[np.uint64]) -> None:
        self._keys, numbers = np.unique(np.concatenate([events, rows]), return_inverse=True)
        self.events, self.rows = numbers[: events.size], numbers[events.size :]

    def of_events(self, some: Mask) -> Mask:
        """Say which lines are those of some events."""
        return self._marked(self.events[some])

    def of_rows(self, some: Mask) -> Mask:
        """Say which lines are those of some rows."""
        return self._marked(self.rows[some])

    def named(self, some: Mask) -> pl.Series:
        """Return some lines, each once (``LINE_KEY``)."""
        return pl.Series(LINE_KEY, self._keys[some])

    def _marked(self, numbers: npt.NDArray[np.intp]) -> Mask:
        found = np.zeros(self._keys.size, dtype=np.bool_)
        found[numbers] = True
        return found


def without(lines: pl.Series, others: pl.Series) -> pl.Series:
    """Return the lines that are none of others."""
    return lines.filter(~lines.is_in(others.implode()))


@dataclass(frozen=True, slots=True)
class _Alike:
    """What is of the manner of a finding, wherever it was done.

    Attributes:
        same: It belongs to the matter where it was done in runs like those of the finding.
        strangers: Those among whom other clients count that stand between them.
        pause: The longest pause in such a run, in seconds; None: the manner is followed without one (``_FOLLOWED``).
    """

    same: Mask
    strangers: Mask
    pause: float | None = None


class _Said(NamedTuple):
    """A finding, and what it names.

    Attributes:
        who: What is done by whom it is about. base: of that, what lies within its span.
        shown: What is its evidence. nothing: no touch at all.
    """

    finding: Finding
    who: Mask
    base: Mask
    shown: Mask
    nothing: Mask


class _Judged(FollowedTouches):
    """The same touches, and what findings are about."""

    def suspicious(self, findings: Sequence[Finding]) -> Mask:
        """Say which touches the findings are about, and which belong to these."""
        touched = [each for each in findings if each.touched]
        # What is an incident by itself says whose data it is about; what only adds points to that saw more widely.
        graver = [each for each in touched if each.severity.rank >= Severity.HIGH.rank] or touched
        found = np.zeros(self.times.size, dtype=np.bool_)
        alike: list[_Alike] = []
        for finding in graver:
            for selected, same in self._about(finding):
                found |= selected
                alike.append(same)
        # Of another matter than these, though, it speaks alone: one planted client does not hide three hundred others.
        lesser = [each for each in touched if each not in graver and each.severity.rank >= Severity.MEDIUM.rank]
        known = found.copy()
        for selected, same in (about for finding in lesser for about in self._about(finding)):
            if 2 * int((selected & known).sum()) < int(selected.sum()):
                found |= selected
                alike.append(same)
        for each in alike:
            self.follow(found, each.same, each.pause)
            self.pass_between(found, found & each.strangers)
        return self._with_later(found)

    def _about(self, finding: Finding) -> Iterator[tuple[Mask, _Alike]]:
        """Yield what a finding is about, and what else is of that manner."""
        base = (self.times >= micros(counts_since(finding))) & (self.times <= micros(finding.last_event_at))
        who = np.ones(base.size, dtype=np.bool_)
        if finding.actor_id.startswith(ACCOUNT):
            who = self.by(finding.actor_id)
        shown = self.shown(finding.evidence)
        said = _Said(finding, who, base & who, shown, np.zeros(base.size, dtype=np.bool_))
        for manner in manners(finding):
            if manner is Manner.TARGETS:
                yield self._of_targets(said)
            else:
                yield self._in_manner(manner, said)

    def _in_manner(self, manner: Manner, said: _Said) -> tuple[Mask, _Alike]:
        finding, shown, nothing = said.finding, said.shown, said.nothing
        if manner is Manner.ALIKE and shown.any() and _names_all(finding):
            # No honest work leads to a planted client: whatever strangers lie around it were passed on the way.
            return shown, _Alike(self.new if finding.severity is Severity.CRITICAL else nothing, nothing)
        taken = bool((shown & self.taken).any())
        if manner is Manner.ADDED_UP and (taken or days_added_up(finding) > 1):
            return said.base & ((self.taken & taken) | self._of_kind(Manner.ALIKE, shown)), _Alike(nothing, nothing)
        if manner in (Manner.ADDED_UP, Manner.ALIKE, Manner.OPENED, Manner.SHOWN):
            return self._at_pace(self._of_kind(manner, shown), said)
        if manner is Manner.WATCHED and self.watched.any():
            # Whom a search showed before counts in such a finding: the thief has to find them by their names.
            new = said.base & self.watched & ~self.showed & ~self.dealt
            return self.between(new, said.base & self.watched & ~self.showed) | (shown & self.watched), _Alike(
                nothing, nothing
            )
        same = self._of_manner(manner)
        if manner is Manner.STRANGERS:
            return self._among_strangers(same, said)
        return said.base & same, _Alike(self._followed(said, same) if manner in _FOLLOWED else nothing, nothing)

    def _at_pace(self, kind: Mask, said: _Said) -> tuple[Mask, _Alike]:
        """Return acts of a kind, as fast as the fastest of them."""
        selected = said.base & kind
        fast, pause = self._fast(selected & ~self.out)
        if pause is None:
            fast |= self.rest_of_runs(fast, said.who & kind & ~self.out)
        elif said.finding.actor_type == "service":
            kind &= ~self.clockwork(kind, fast, pause, said.finding.first_event_at)
        # No pace is usual of what is taken out: each such act is one of those that are counted.
        return (fast & kind) | (selected & self.out), _Alike(kind if pause else said.nothing, said.nothing, pause)

    def _of_targets(self, said: _Said) -> tuple[Mask, _Alike]:
        """Return what a rule counts that is neither clients nor their ids, as its evidence shows it."""
        shown = said.shown
        if not shown.any() or 2 * int((shown & self.watched).sum()) >= int(shown.sum()):
            return self._in_manner(Manner.WATCHED, said)
        if self.new[shown].all():
            return self._among_strangers(self.new & self._of_kind(Manner.ALIKE, shown), said)
        return self._in_manner(Manner.ALIKE, said)

    def _among_strangers(self, same: Mask, said: _Said) -> tuple[Mask, _Alike]:
        selected = said.base & same
        return selected & ~self.strays(selected), _Alike(self._followed(said, same), same)

    def _followed(self, said: _Said, same: Mask) -> Mask:
        """Say what of a manner is followed beyond a finding: of a service, not what it does again and again."""
        selected = said.base & same
        if said.finding.actor_type != "service" or not selected.any():
            return same
        pause = usual_pause(self.times[selected])
        return same & ~self.clockwork(same, selected, pause, said.finding.first_event_at)

    def _of_manner(self, manner: Manner) -> Mask:
        if manner is Manner.WALK:
            numbers = self.frame.select(_NUMBER.fill_null(float("nan"))).to_series().to_numpy()
            some = np.flatnonzero(self.opened & ~self.again)
            found = np.zeros(self.times.size, dtype=np.bool_)
            for actor in np.unique(self.actors[some]):
                mine = some[self.actors[some] == actor]
                found[mine] = walk(self.times[mine], numbers[mine], self.steps[mine], self.untold[mine])
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

    def _with_later(self, found: Mask) -> Mask:
        """Return the same with what each account did later with the clients: lists and exports of many aside."""
        if not found.any():
            return found
        return np.asarray(found | (self.cards.since(found) & self.opened & self.again))


def _unnamed(events: pl.DataFrame, findings: Sequence[Finding]) -> Mask:
    """Say what was taken out without a name on the days that findings add up."""
    spans = [
        pl.col("@timestamp").is_between(counts_since(each), each.last_event_at)
        for each in findings
        if days_added_up(each)
    ]
    if not spans:
        return np.zeros(events.height, dtype=np.bool_)
    nameless = (pl.col("clients").list.drop_nulls().list.len().fill_null(0) == 0) & pl.col("event.action").is_in(TAKEN)
    found = events.select((nameless & pl.any_horizontal(*spans)).fill_null(value=False))
    return np.asarray(found.to_series().to_numpy(), dtype=np.bool_)


def _names_all(finding: Finding) -> bool:
    """Tell whether the evidence of a finding is all it is about; a count names only what passed the limit."""
    return finding.detector is not Detector.CORRELATION and finding.events <= len(finding.evidence)
