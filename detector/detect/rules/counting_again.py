"""Rules go back for events that come late: what was counted without them is counted again, in the order of time.

Comes in: the settled state of the rules, what is judged in a step, and events that came behind others. Goes out: the
state as it would be had they come in time, and findings that say so, each in place of what was said of it before
(``Finding.corrects``). So the service and a replay of its files end with the same counts, times and words, whichever
lines were late in either. Until then late events are judged beforehand (``detector.detect.rules.provisional``), at
once: no page waits for this.

What is counted hangs on all that was before, so nothing is put right in place: an earlier state is kept, as tables,
with all events since, packed. Two such states are kept, and events may lie as far back as the older one reaches:
``REACH`` at least while lines are followed, or ``MOST_ROWS`` events. Of those further back, those that may not be
counted in order at all, while a source is judged in a lane, and while the state is too large to be kept, all
stays as judging beforehand has it.

In a snapshot stands the older state, with what came since: who begins with it counts that again.
No clock and no file here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.ordering.buffer import in_order, instants
from detector.detect.ordering.reorder import instant, moment_at
from detector.detect.rules.detector import APART, RuleDetector, RuleState
from detector.detect.rules.packed_rows import pack, unpack
from detector.detect.rules.provisional import Provisional, replacing
from detector.schema.detection.findings import Finding, merged

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

REACH: Final = timedelta(minutes=10)
"""So far back late events are counted in their place, at least; twice as far at most."""
MOST_ROWS: Final = 50_000
"""After so many events another state is kept, however little time has gone by."""
MOST_BYTES: Final = 16_000_000
"""A state with larger tables is not kept: some 400,000 values that windows of correlations hold make so many. Two of
them and the events since take 40 MB."""
FEW_BYTES: Final = 4_000_000
"""Nor is a state with larger tables than these, as long as no event came late."""
RESTING: Final = 500_000
"""After one that was too large so many events are let pass before it is tried again."""
SETTLING: Final = timedelta(seconds=10)
"""So long further late events are waited for, at least."""
_ROWS_A_SECOND: Final = 1_000
"""The more there is to count again the seldomer it is done: a second is waited for each so many rows."""
_TOGETHER: Final = 8_192
_PIECES: Final = 64
_MOST_SAID: Final = 10_000
_LATE_BY, _STRETCH = "late_by", "stretch"
_SINCE: Final = {"since": pl.Int64(), "kept_at": frames.TIME}


@dataclass(slots=True)
class _Stretch:
    """What was judged from one state on, up to the next one.

    Attributes:
        tables: The state. since: Events before this moment are counted in it, in microseconds.
        kept_at: When it was kept, where lines are followed.
        packed / loose: The events that were counted in order since. height: how many these are.
        apart: Late events that are counted in no order, with how late each was.
    """

    tables: Mapping[str, pl.DataFrame]
    since: int
    kept_at: datetime | None = None
    packed: list[bytes] = field(default_factory=list)
    loose: list[pl.DataFrame] = field(default_factory=list)
    height: int = 0
    apart: list[tuple[pl.DataFrame, Ints]] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        """Take further events in."""
        if rows.height:
            self.loose.append(rows)
            self.height += rows.height
            if len(self.loose) > _PIECES or sum(each.height for each in self.loose) >= _TOGETHER:
                self.loose = [frames.own(frames.concat(self.loose))]
            if self.loose[0].height >= _TOGETHER:
                self.packed.append(pack(self.loose.pop(0)))

    def rows(self) -> pl.DataFrame:
        """Return the events that were counted in order."""
        return frames.concat([*map(unpack, self.packed), *self.loose])

    def packs(self) -> list[bytes]:
        """Return the events that were counted in order, packed."""
        rest = frames.concat(self.loose)
        return [*self.packed, pack(frames.own(rest))] if rest.height else self.packed

    def refill(self, rows: pl.DataFrame) -> None:
        """Hold these events instead."""
        self.packed = [pack(frames.own(some)) for some in rows.iter_slices(_TOGETHER)] if rows.height else []
        self.loose, self.height = [], rows.height


@dataclass(slots=True)
class RulePast:
    """What the rules can go back to. Changed in place.

    Attributes:
        stretches: At most two; the earlier first.
        late: Events that came behind others and are not counted in order yet.
        late_at: When the first of them came, where lines are followed.
        said: What was said for certain of what lies in the stretches, by id.
        most_rows: After how many events another state is kept.
        most_bytes: A larger state is not kept.
        late_came: Events come late here: a larger state is worth its room.
        resting: So many events are let pass before another one is, since the last one was too large.
    """

    stretches: list[_Stretch] = field(default_factory=list)
    late: pl.DataFrame = field(default_factory=frames.empty_events)
    late_at: datetime | None = None
    said: dict[str, Finding] = field(default_factory=dict)
    most_rows: int = MOST_ROWS
    most_bytes: int = MOST_BYTES
    late_came: bool = False
    resting: int = 0

    def begin(self, state: RuleState, upto: datetime, now: datetime | None) -> None:
        """Keep a state, if there is none, before a step judges anything."""
        if not self.stretches:
            self._keep(state, upto, None)
        if not self.stretches:
            return
        # Where nothing was followed until now, or after a restart, it is not known when they were kept, and came.
        self.stretches[-1].kept_at = self.stretches[-1].kept_at or now
        self.late_at = self.late_at or (now if self.late.height else None)

    def _keep(self, state: RuleState, upto: datetime, now: datetime | None) -> None:
        """Keep a state behind the last one that was; if it is too large, keep none at all for a while."""
        if self.resting > 0:
            return
        tables = state.counted_tables()
        most = self.most_bytes if self.late_came else min(self.most_bytes, FEW_BYTES)
        if sum(each.estimated_size() for each in tables.values()) > most:
            self.clear()
            self.resting = RESTING
            return
        self.stretches = [*self.stretches[-1:], _Stretch(tables, instant(upto), now)]

    def clear(self) -> None:
        """Go back no further than the next step."""
        self.stretches, self.late, self.late_at, self.said = [], frames.empty_events(), None, {}

    def add(self, ordered: pl.DataFrame, late: pl.DataFrame, late_by: Ints, now: datetime | None) -> None:
        """Take in what a step judges: events in order, and late ones with how late they came."""
        self.resting -= ordered.height
        if late.height and not self.late_came:
            self.late_came, self.resting = True, 0
        if not self.stretches:
            return
        last = self.stretches[-1]
        last.add(ordered)
        if not late.height:
            return
        counts = (late_by >= 0) & (late_by <= APART) & (instants(late) >= self.stretches[0].since)
        if not counts.all():
            last.apart.append((frames.own(late.filter(pl.Series(~counts))), late_by[~counts]))
            last.height += int((~counts).sum())
        if counts.any():
            self.late = frames.concat([self.late, frames.own(late.filter(pl.Series(counts)))])
            self.late_at = self.late_at or now

    def note(self, findings: Sequence[Finding]) -> None:
        """Remember what a step said for certain."""
        for each in findings if self.stretches else ():
            if not each.provisional:
                known = self.said.get(each.id)
                self.said[each.id] = merged((known, each)) if known else each
        while len(self.said) > _MOST_SAID:
            del self.said[next(iter(self.said))]

    def is_due(self, upto: datetime, now: datetime | None, *, final: bool) -> bool:
        """Say whether to count again: late events lie before ``upto``, and it is not sooner than it pays."""
        if not self.late.height or not (instants(self.late) < instant(upto)).any():
            return False
        if final or self._is_leaving(now):
            return True
        rows = sum(each.height for each in self.stretches)
        wait = max(SETTLING, timedelta(seconds=rows / _ROWS_A_SECOND))
        return now is not None and self.late_at is not None and not self.late_at <= now < self.late_at + wait

    def _is_full(self, now: datetime | None) -> bool:
        """Say whether another state is to be kept."""
        last = self.stretches[-1]
        old = now is not None and last.kept_at is not None and not last.kept_at <= now < last.kept_at + REACH
        return last.height >= self.most_rows or (old and last.height > 0)

    def _is_leaving(self, now: datetime | None) -> bool:
        """Say whether some of the late events could not be gone back to any more after this step."""
        return len(self.stretches) > 1 and self._is_full(now)

    def advance(self, state: RuleState, upto: datetime, now: datetime | None) -> None:
        """Keep the state when the last one that was is far behind."""
        if not self.stretches or not self._is_full(now):
            return
        self._keep(state, upto, now)
        if not self.stretches:
            return
        first = self.stretches[0].since
        self.late = self.late.filter(pl.Series(instants(self.late) >= first))
        self.said = {key: each for key, each in self.said.items() if instant(each.last_event_at) >= first}

    def again(
        self, rules: RuleDetector, state: RuleState, told: Provisional, upto: datetime
    ) -> tuple[RuleState, list[Finding], list[pl.DataFrame]]:
        """Count again what late events lie among.

        Args:
            rules: Judges.
            state: As it was counted without them; what it remembers is changed.
            told: Which findings were said; changed.
            upto: Every event before it has been judged.

        Returns:
            The state with them, the findings that are otherwise than was said, and why clients were touched by them.
        """
        end = instant(upto)
        passed = pl.Series(instants(self.late) < end)
        due, self.late, self.late_at = self.late.filter(passed), self.late.filter(~passed), None
        times = instants(due)
        at = max(place for place, each in enumerate(self.stretches) if each.since <= int(times.min()))
        since = self.stretches[at].since
        made = RuleState.from_tables(self.stretches[at].tables, rules.seed)
        found: list[Finding] = []
        touches: list[pl.DataFrame] = []
        for place, stretch in enumerate(self.stretches[at:], at):
            last = place + 1 == len(self.stretches)
            until = end if last else self.stretches[place + 1].since
            mine = due.filter(pl.Series((times >= stretch.since) & (times < until)))
            rows = in_order(frames.concat([stretch.rows(), mine]))
            stretch.refill(rows)
            found += _counted(rules, made, stretch, rows, until, touches)
            if not last:
                self.stretches[place + 1].tables = made.counted_tables()
        state.recent.add(due, np.arange(due.height), times)
        state.belated.remove(due)
        exact = _by_id(found)
        changed = self._otherwise(exact, since, end)
        self.said |= exact
        own = due.select(frames.LINE)
        seen = [each.join(own, on=frames.LINE, how="semi", nulls_equal=True) for each in touches]
        return state.counting_from(made), told.recount(changed), [each for each in seen if each.height]

    def _otherwise(self, exact: Mapping[str, Finding], since: int, end: int) -> list[Finding]:
        """Return the findings that were said otherwise, or not at all; those that are none stand for others."""
        gone = [
            each
            for each in self.said.values()
            if each.id not in exact and since <= instant(each.at) and instant(each.last_event_at) < end
        ]
        for each in gone:
            del self.said[each.id]
        moment = moment_at(since)
        return [
            replace(each, corrects=moment)
            for each in replacing(exact.values(), gone)
            if each.replaces or not _said_alike(self.said.get(each.id), each, whole=each.at >= moment)
        ]

    def to_tables(self) -> dict[str, pl.DataFrame]:
        """Return what a snapshot holds beside the older state."""
        packs = [(number, each) for number, stretch in enumerate(self.stretches) for each in stretch.packs()]
        apart = [
            frames.known(rows).with_columns(pl.Series(_LATE_BY, late_by), pl.lit(number).alias(_STRETCH))
            for number, stretch in enumerate(self.stretches)
            for rows, late_by in stretch.apart
        ]
        since = [(stretch.since, stretch.kept_at) for stretch in self.stretches]
        return {
            "rows": pl.DataFrame(packs, schema={_STRETCH: pl.Int64(), "rows": pl.Binary()}, orient="row"),
            "apart": pl.concat(apart, how="diagonal") if apart else pl.DataFrame(),
            "late": frames.known(self.late),
            "since": pl.DataFrame(since, schema=_SINCE, orient="row"),
        }

    @classmethod
    def from_tables(
        cls,
        tables: Mapping[str, pl.DataFrame],
        counted: Mapping[str, pl.DataFrame],
        rules: RuleDetector,
        upto: datetime,
    ) -> tuple["RulePast", RuleState]:
        """Return what a snapshot holds, and the state after all of it.

        Args:
            tables: As ``to_tables`` gave them; without them nothing can be gone back to.
            counted: The older state.
            rules: Judges.
            upto: Every event before it had been judged.
        """
        state = RuleState.from_tables(counted, rules.seed)
        past = cls()
        if "since" not in tables:
            return past, state
        names = RuleState().row_tables().keys()
        known: Mapping[str, pl.DataFrame] = {key: each for key, each in counted.items() if key not in names}
        starts = list(tables["since"].select(*_SINCE).iter_rows())
        for number, (since, kept_at) in enumerate(starts):
            stretch = _Stretch(known if number == 0 else state.counted_tables(), since, kept_at)
            stretch.packed = tables["rows"].filter(pl.col(_STRETCH) == number).get_column("rows").to_list()
            apart = tables["apart"]
            if apart.height and (own := apart.filter(pl.col(_STRETCH) == number)).height:
                stretch.apart = [(frames.complete(own), own.get_column(_LATE_BY).to_numpy())]
            rows = stretch.rows()
            stretch.height = rows.height + sum(late.height for late, _ in stretch.apart)
            end = instant(upto) if number + 1 == len(starts) else starts[number + 1][0]
            _counted(rules, state, stretch, rows, end, [])
            past.stretches.append(stretch)
        past.late = frames.complete(tables["late"])
        return past, state


def _counted(
    rules: RuleDetector,
    state: RuleState,
    stretch: _Stretch,
    rows: pl.DataFrame,
    until: int,
    touches: list[pl.DataFrame],
) -> list[Finding]:
    """Count a stretch of events again; return what is found."""
    found, seen = rules.count_again(state, rows)
    touches += seen
    for late, late_by in stretch.apart:
        found += rules.judge_singly(state, late, late_by, np.zeros(late.height, np.bool_))
    return found + rules.place(state, until)


def _by_id(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Return the statements of each id as one."""
    told: dict[str, list[Finding]] = {}
    for each in findings:
        told.setdefault(each.id, []).append(each)
    return {key: merged(some) for key, some in told.items()}


def _said_alike(said: Finding | None, finding: Finding, *, whole: bool) -> bool:
    """Tell whether a finding was said as it is; ``whole``: all that is behind it was counted again."""
    if said is None or whole:
        return said == finding
    kept = {name: getattr(said, name) for name in ("source_ips", "data_classes", "evidence")}
    return said == replace(finding, **kept)
