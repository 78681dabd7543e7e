"""What rules say before every line has come: of rows that wait, and of rows that came behind others.

Comes in: the settled state of the rules, rows that wait for the watermark, rows that came behind it. Goes out:
findings, some of which stand for others from now on. The settled state is not changed, and what is said here is said
again, or corrected, when more lines come. No clock and no I/O.

*Preview.* A row that waits is judged at once as if the watermark let it go: the rows of its actor, address and account
that wait are folded, with the ordinary fold, over a copy of what is known of them. So a page never waits for another
source; the order only decides what is finally counted. Such a finding says of itself that it is provisional. What a row
that comes later may refute (one rule matched and another did not) is no such finding: it is said when it is counted.

*Judging again.* Where a row came behind others that are settled, what its actor, address and account did within an hour
of it is folded twice from nothing but what accounts were seen with: with the rows that came late, and without them.
What differs is due to them, and is said. Both are functions of the rows alone, so any cut of the lines ends in the
same.

*Judging among themselves.* Rows that came over an hour behind their own stream (a server that writes the time of a
request's beginning, a writer that kept its lines back) are too late for that: what was done around them may be
forgotten, here or in a replay. All that an actor, address or account has are folded from nothing each time more of
them come.

*Correcting.* A line that comes later may move the beginning of what was said, and with it its id. Then the finding that
is true now names the one it replaces (``Finding.replaces``). The same id may be said anew later, of what went on: then
it says so (``Finding.stands``). Of what judging again replaced, only judging again knows that: the ordinary fold goes
on to say it, since it has no part of the late line.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.ordering.buffer import Affected, ReorderBuffer, in_order, instants
from detector.detect.ordering.reorder import instant
from detector.detect.ordering.watermark import BEGINNING
from detector.detect.rules.detector import APART, RuleDetector, RuleState
from detector.detect.rules.fair_share import Claims, fair
from detector.schema.case.first_reading import OVER
from detector.schema.detection.findings import Finding

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

MOST_REMEMBERED: Final = 10_000
_NEVER: Final = instant(BEGINNING)
_REPLACED: Final = {"id": pl.String(), "by_again": pl.Boolean()}
Subject = tuple[str, str]  # rule and actor


def preview(
    rules: RuleDetector,
    state: RuleState,
    affected: Affected,
    waiting: ReorderBuffer,
    known: Callable[[pl.DataFrame], Mask] | None = None,
) -> list[Finding]:
    """Judge the rows of some actors, addresses and accounts that wait, as if they were let go now.

    ``known`` says which of them what is known of accounts was learned from already.

    What is over of a first reading is left to the order: it pages nobody, and of several logs that are read from their
    beginnings those that lag by days know what makes it usual.
    """
    rows = _few(in_order(waiting.of_those(affected)), state)
    told = rules.fold(state.overlay(), rows, known(rows) if known is not None else None)
    found = [each for each in told if each.rule_id not in rules.refutable]
    read = rows.get_column("event.ingested").max()
    over = read - OVER if isinstance(read, datetime) else BEGINNING
    told = [each for each in found if not (each.history and each.last_event_at < over)]
    return [replace(finding, provisional=True) for finding in _of_those(affected, told)]


def again(
    rules: RuleDetector,
    state: RuleState,
    affected: Affected,
    waiting: ReorderBuffer,
    replaced: Container[str] = (),
    unfinished: pl.DataFrame | None = None,
) -> list[Finding]:
    """Judge anew what some actors, addresses and accounts did around rows of theirs that came late.

    Only what those rows change is returned, and what stands again of findings that were ``replaced``. Where they are
    all judged in a lane as well, rules that an hour is too short for are left to it (``detector.detect.lanes``).
    ``unfinished``: rows of records that may go on, and would come late.
    """
    by_themselves, in_lanes = (memory.of_those(affected) for memory in state.behind)
    if unfinished is not None and unfinished.height:
        by_themselves = frames.concat([by_themselves, unfinished.filter(pl.Series(affected.of_rows(unfinished)))])
    belated = frames.concat([by_themselves, in_lanes])
    if not belated.height:
        return []
    others = frames.concat([state.recent.of_those(affected), waiting.of_those(affected)])
    others = _few(in_order(others.filter(pl.Series(_near(others, belated)))), state)
    without = {finding.id: finding for finding in _ordered(rules, state, others)}
    with_them = _ordered(rules, state, in_order(frames.concat([others, _few(belated, state)])))
    known = {finding.id for finding in with_them}
    changed = [each for each in with_them if each != without.get(each.id) or each.id in replaced]
    if in_lanes.height:
        times = np.sort(instants(by_themselves))
        changed = [each for each in changed if each.rule_id not in rules.long or _around(each, times)]
    moved = _of_those(affected, [finding for finding in without.values() if finding.id not in known])
    return replacing(_of_those(affected, changed), moved)


def unfinished_late(rules: RuleDetector, state: RuleState, rows: pl.DataFrame) -> list[Finding]:
    """Judge rows of records that may go on and would come late, by rules about single events."""
    found = rules.fold(state.overlay(), in_order(rows))
    return [replace(finding, provisional=True) for finding in found if finding.rule_id not in rules.ordered]


def among_themselves(rules: RuleDetector, state: RuleState, affected: Affected) -> list[Finding]:
    """Judge anew the rows of some actors, addresses and accounts that came over an hour behind their own stream."""
    return _of_those(affected, _ordered(rules, state, _few(in_order(state.stragglers.of_those(affected)), state)))


def _few(rows: pl.DataFrame, state: RuleState) -> pl.DataFrame:
    """Return no more rows than are remembered, in their order, fairly: so many may be judged beforehand in a turn."""
    most = state.recent.most
    return rows if rows.height <= most else rows.filter(pl.Series(fair(Claims.of(rows), most)))


def _ordered(rules: RuleDetector, state: RuleState, rows: pl.DataFrame) -> list[Finding]:
    """Fold rows from what accounts were seen with; return the findings of rules that ask for the events before one."""
    begin = rules.empty()
    begin.facts.seen = state.facts.seen.overlay()
    return [finding for finding in rules.fold(begin, rows) if finding.rule_id in rules.ordered]


def _near(rows: pl.DataFrame, late: pl.DataFrame) -> Mask:
    """Say which rows lie within an hour of one that came late."""
    times, around = instants(rows), np.sort(instants(late))
    behind = np.searchsorted(around, times)
    before = np.abs(times - around[np.maximum(behind - 1, 0)])
    after = np.abs(times - around[np.minimum(behind, around.size - 1)])
    found: Mask = np.minimum(before, after) <= APART
    return found


def _around(finding: Finding, times: Ints) -> bool:
    """Say whether one of some moments, which rise, lies within an hour of a finding's events."""
    first, last = instant(finding.first_event_at) - APART, instant(finding.last_event_at) + APART
    return bool(np.searchsorted(times, first) < np.searchsorted(times, last, side="right"))


def _of_those(affected: Affected, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings about actors and addresses of which every row was judged."""
    whole = affected.whole([finding.actor_id for finding in findings])
    return [finding for finding, all_there in zip(findings, whole, strict=True) if all_there]


def _subject(finding: Finding) -> Subject:
    return finding.rule_id, finding.actor_id


def replacing(findings: Iterable[Finding], moved: Iterable[Finding]) -> list[Finding]:
    """Return findings, each with those of its rule and actor that it stands for from now on."""
    found = list(findings)
    for gone in moved:
        places = [place for place, finding in enumerate(found) if _subject(finding) == _subject(gone)]
        if places:
            nearest = min(places, key=lambda place: (abs(found[place].at - gone.at), found[place].id))
            found[nearest] = _instead_of(gone, found[nearest])
    return found


def _instead_of(gone: Finding, finding: Finding) -> Finding:
    """Return a finding that stands for another, too, from now on."""
    return replace(finding, replaces=tuple(sorted({*finding.replaces, gone.id})))


@dataclass(slots=True)
class Provisional:
    """Which findings were said of rows that were not settled. Changed in place.

    Attributes:
        waiting: Those of rows that waited, by id.
        belated: Those that rows which came late have changed, by id.
        settled: The latest settled finding of each rule and actor.
        replaced: Ids that another finding stands for, and whether judging again has said so.
        restored: The state comes from a snapshot: what was said of rows that wait has to be said again.
    """

    waiting: dict[str, Finding] = field(default_factory=dict)
    belated: dict[str, Finding] = field(default_factory=dict)
    settled: dict[Subject, Finding] = field(default_factory=dict)
    replaced: dict[str, bool] = field(default_factory=dict)
    restored: bool = False

    def correct(
        self,
        settled: Sequence[Finding],
        previewed: Sequence[Finding],
        changed: Sequence[Finding],
        affected: Affected | None,
        upto: int = _NEVER,
    ) -> list[Finding]:
        """Return the findings of a step, those that stand for earlier ones with their ids.

        Args:
            settled: Of rows that were let go.
            previewed: Of rows that wait.
            changed: By rows that came late.
            affected: Whose rows were judged provisionally.
            upto: The watermark, in microseconds: what waited before it is settled by now.
        """
        for finding in settled:
            self.waiting.pop(finding.id, None)
            self.settled[_subject(finding)] = finding
        found = [*settled, *previewed, *changed]
        ids = {finding.id for finding in found}
        gone = self._unsaid(ids, affected)
        found = replacing(found, gone)
        overtaken = [each for each in self.waiting.values() if instant(each.at) < upto and each.id not in ids]
        unsaid = {finding.id for finding in gone}
        found += self._instead(finding for finding in overtaken if finding.id not in unsaid)
        old = [each for each in self.belated.values() if instant(each.at) < upto - 2 * APART]
        for finding in (*gone, *overtaken):
            self.waiting.pop(finding.id, None)
        found = self._standing(found, {finding.id for finding in changed})
        for finding in (*gone, *old):
            self.belated.pop(finding.id, None)
        self._remember(settled, previewed, changed)
        return found

    def recount(self, found: Sequence[Finding]) -> list[Finding]:
        """Return findings of what was counted again in order, those that were replaced and are true after all as such.

        Of what they replace the ordinary fold knows: where it goes on to say it, that stands again.
        """
        gone = {old for finding in found for old in finding.replaces}
        back = {finding.id for finding in found if finding.id not in gone} & self.replaced.keys()
        for finding in found:
            self.settled[_subject(finding)] = finding
        for each in (*gone, *(finding.id for finding in found)):
            self.belated.pop(each, None)
            self.replaced.pop(each, None)
        self.replaced |= dict.fromkeys(gone, False)
        return [replace(finding, stands=True) if finding.id in back else finding for finding in found]

    def _standing(self, found: Sequence[Finding], again: set[str]) -> list[Finding]:
        """Return findings, those that were replaced and are true again as such; note which are replaced now."""
        gone = {old for finding in found for old in finding.replaces}
        by_again = {old for finding in found if finding.id in again for old in finding.replaces}
        back = {
            finding.id
            for finding in found
            if finding.id not in gone and (finding.id in again or self.replaced.get(finding.id) is False)
        }
        back &= self.replaced.keys()
        for each in back:
            del self.replaced[each]
        for old in gone:
            self.replaced[old] = self.replaced.pop(old, False) or old in by_again or old in self.belated
        return [replace(finding, stands=True) if finding.id in back else finding for finding in found]

    def _unsaid(self, ids: set[str], affected: Affected | None) -> list[Finding]:
        """Return earlier findings about actors that were judged again and are not found any more."""
        if affected is None:
            return []
        said = {**self.waiting, **self.belated}
        return _of_those(affected, [finding for finding in said.values() if finding.id not in ids])

    def _instead(self, overtaken: Iterable[Finding]) -> list[Finding]:
        """Return the settled findings that replace findings whose rows were settled otherwise."""
        found: dict[str, Finding] = {}
        for gone in overtaken:
            instead = self.settled.get(_subject(gone))
            if instead is not None and instead.id != gone.id:
                found[instead.id] = _instead_of(gone, found.get(instead.id, replace(instead, replaces=())))
        return list(found.values())

    def _remember(self, settled: Iterable[Finding], previewed: Iterable[Finding], changed: Iterable[Finding]) -> None:
        known = {finding.id for finding in settled}
        self.waiting |= {finding.id: finding for finding in previewed if finding.id not in known}
        self.belated |= {finding.id: finding for finding in changed}
        for kept in (self.waiting, self.belated):
            _bound(kept)
        _bound(self.settled)
        while len(self.replaced) > MOST_REMEMBERED:
            del self.replaced[next(iter(self.replaced))]

    def to_table(self) -> pl.DataFrame:
        """Return what a snapshot keeps: which ids are replaced. All else is said again of the rows it holds."""
        return pl.DataFrame(list(self.replaced.items()), schema=_REPLACED, orient="row")

    @classmethod
    def from_table(cls, table: pl.DataFrame | None) -> "Provisional":
        """Return what a snapshot holds."""
        replaced = {} if table is None else dict(table.select(*_REPLACED).iter_rows())
        return cls(replaced=replaced, restored=True)


def _bound(kept: dict[Any, Finding]) -> None:
    """Forget of too many findings the mildest, of equals those said first; some more, so that it is seldom done."""
    if len(kept) > MOST_REMEMBERED + MOST_REMEMBERED // 4:
        mildest = sorted(kept, key=lambda key: kept[key].risk)[: len(kept) - MOST_REMEMBERED]
        for key in mildest:
            del kept[key]
