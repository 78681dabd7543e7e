"""One cell judged: what the service said live, what replay says of the very same files, and what the rules mean.

Comes in: a cell, a seed, an empty folder. Goes out: what is not as it must be, in sentences.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.schema.detection.findings import Detector
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.live.arrival import Line
from tests.live.cells import Cell
from tests.live.drive import Kept, Seen, account, drive, kept
from tests.live.house import write_config
from tests.live.workload import KNOWN, NAMES, Book

ORIGIN = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SOON = 2.0
# Whether these are found hangs on how sequences across logs are judged: replay alone says it.
OPEN = frozenset({"pair", "two", "twofold"})
_WORDS = ("severity", "events", "subject_count", "record_low", "at", "first_event_at", "last_event_at")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """What is not as it must be; see ``matrix`` for the names."""

    same: tuple[str, ...]
    true: tuple[str, ...]
    late: tuple[str, ...]
    words: tuple[str, ...]
    slowest: str
    lines: int
    turns: int

    @property
    def good(self) -> bool:
        return not (self.same or self.true or self.late)


def replayed(settings: Settings, out: Path) -> Kept:
    """Replay the files of a configuration into a folder and return what it says."""
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, []), out=out)).run()
    store = Store.open(f"sqlite:///{out / 'nabat.db'}", durable=False)
    try:
        return kept(store)
    finally:
        store.close()


def judge(cell: Cell, seed: int, folder: Path, lateness: str = "") -> Verdict:
    """Run a cell."""
    logs, old, lines = cell.made(seed, ORIGIN)
    settings = load_settings(write_config(folder, logs, behaviour=cell.behaviour, lateness=lateness))
    paths = {log.name: log.path(folder) for log in logs}
    for name, path in paths.items():
        path.write_text("".join(line.text for line in old if line.via == name))
    live, seen, service = drive(settings, paths, lines, ORIGIN, restarts=cell.restarts(lines), turn=cell.turn)
    again = replayed(settings, folder / "replay")
    if cell.behaviour:
        _cut(live, lines)
        _cut(again, lines)
    completed = _completed(old, lines, seen, paths)
    # Which line completes a finding about an account that is open, the plain evaluator does not know: of two logs of
    # different kinds it counts every search, the service those within three seconds of each other once.
    waits = _waits({pair: at for pair, at in completed.items() if pair[1] not in cell.open | OPEN}, seen, again)
    slowest = max((wait for wait in waits.values() if wait is not None), default=None)
    told = "never" if None in waits.values() else "-" if slowest is None else f"{slowest:.1f} s"
    return Verdict(
        same=tuple(_same(live, again)),
        true=tuple(_true(cell, completed, _done(old + lines), again)),
        late=tuple(_late(waits) if cell.timed else _missing(waits)),
        words=tuple(_words(live, again)),
        slowest=told,
        lines=len(lines),
        turns=service.turns,
    )


def _cut(what: Kept, lines: list[Line]) -> None:
    """Leave out windows of behaviour that were judged after the last line: replay ends with it, the service goes on."""
    last = max(line.said for line in lines)
    for key in [k for k, f in what.findings.items() if (f.at - ORIGIN).total_seconds() > last]:
        del what.findings[key]


def _completed(old: list[Line], lines: list[Line], seen: Seen, paths: dict[str, Path]) -> dict[Pair, float]:
    """Return what the lines lead to, each with the moment at which the line that completes it was written."""
    book, found, offsets = Book(), dict[Pair, float](), dict[str, int]()
    for line, written in [*((line, seen.written[0]) for line in old), *zip(lines, seen.written, strict=True)]:
        offset = offsets[line.via] = offsets.get(line.via, 0) + 1
        if line.counts:
            place = (line.said, str(paths[line.via]), offset)
            found |= dict.fromkeys(book.add(place, line.act), written)
    return found


def _waits(completed: dict[Pair, float], seen: Seen, again: Kept) -> dict[str, float | None]:
    """Return how long after its last line each finding, incident and page came; None: never."""
    pairs = {(finding.rule_id, account(finding.actor_id)) for finding in again.findings.values()}
    waits: dict[str, float | None] = {}
    first: dict[str, float] = {}
    for (rule, who), moment in completed.items():
        if (rule, who) in pairs:
            waits[f"finding {NAMES[rule]} of {who}"] = _wait(seen.findings.get((rule, who)), moment)
            first[who] = min(first.get(who, moment), moment)
    for who, moment in first.items():
        waits[f"incident of {who}"] = _wait(seen.incidents.get(who), moment)
        waits[f"page about {who}"] = _wait(seen.pages.get(who), moment)
    return waits


def _wait(came: float | None, moment: float) -> float | None:
    return None if came is None else came - moment


def _late(waits: dict[str, float | None]) -> list[str]:
    told = [f"{what}: {wait:.1f} s after its last line" for what, wait in waits.items() if wait and wait > SOON + 1e-6]
    return told + _missing(waits)


def _missing(waits: dict[str, float | None]) -> list[str]:
    return [f"{what}: never" for what, wait in waits.items() if wait is None]


def _named(what: Any) -> str:
    return f"{NAMES.get(what.rule_id, what.title)} of {account(what.actor_id)}"


def _same(live: Kept, again: Kept) -> list[str]:
    told = []
    for key in again.findings.keys() - live.findings.keys():
        told.append(f"finding only in replay: {_named(again.findings[key])}")
    for key in live.findings.keys() - again.findings.keys():
        told.append(f"finding only live: {_named(live.findings[key])}")
    mine, theirs = incidents_of(live), incidents_of(again)
    told += [f"incident only in replay: {who}" for who in (theirs - mine).elements()]
    told += [f"incident only live: {who}" for who in (mine - theirs).elements()]
    return sorted(told)


def incidents_of(what: Kept) -> Counter[str]:
    """Return whom incidents are about, of which kind they are, and which findings stand behind each.

    An incident has its id of the finding that was first when it was opened: live that is the one that was known first,
    in a replay the first in event time. Ids are names, and what they name must be the same.
    """
    behind = {key: sorted(one[:6] for one in ids & what.findings.keys()) for key, ids in what.behind.items()}
    return Counter(
        f"{account(each.actor_id)} ({each.kind.value}) of {behind[key]}"
        for key, each in what.incidents.items()
        if behind[key]
    )


def _done(lines: list[Line]) -> set[Pair]:
    """Return what the acts lead to in the order they were done: of lines that changed places within a tick of their
    clock the log has lost it, and who finds it nevertheless is right.
    """
    book = Book()
    for number, line in enumerate(sorted((line for line in lines if line.counts), key=lambda line: line.act.at)):
        book.add((line.act.at, "", number), line.act)
    return book.true


def _true(cell: Cell, completed: dict[Pair, float], done: set[Pair], again: Kept) -> list[str]:
    found = {(finding.rule_id, account(finding.actor_id)) for finding in again.findings.values()}
    meant = {pair for pair in completed if pair[1] not in OPEN | cell.open}
    told = [f"replay does not find {NAMES[rule]} of {who}" for rule, who in sorted(meant - found)]
    wrong = {pair for pair in found if pair[0] in KNOWN and pair[1] not in OPEN | cell.open}
    wrong -= done | set(completed)
    told += [f"replay finds {NAMES[rule]} of {who}, which is not so" for rule, who in sorted(wrong)]
    meant_of = {who for _, who in completed}  # who reads for a day and a night may pass a rule about days
    told += [f"an honest account has an incident: {who}" for who in _honest(again) if who not in meant_of]
    return told


def _honest(what: Kept) -> list[str]:
    return sorted(account(i.actor_id) for i in what.incidents.values() if account(i.actor_id).startswith("clerk"))


def _second(value: Any) -> Any:
    """Return a moment to the second: of one act in two logs one knows no more, and either may be read first."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


def _words(live: Kept, again: Kept) -> list[str]:
    told = []
    for key in sorted(live.findings.keys() & again.findings.keys()):
        here, there = live.findings[key], again.findings[key]
        if here.detector is Detector.BEHAVIOUR:
            continue  # the service judges windows behind the last line, too, with which replay ends
        for name in _WORDS:
            mine, theirs = _second(getattr(here, name)), _second(getattr(there, name))
            if mine != theirs:
                told.append(f"{_named(here)}: {name} is {mine}, in replay {theirs}")
    for key in sorted(live.incidents.keys() & again.incidents.keys()):
        for name in ("severity", "first_event_at", "last_event_at", "rules"):
            mine, theirs = (_second(getattr(what.incidents[key], name)) for what in (live, again))
            if mine != theirs:
                told.append(
                    f"incident of {account(live.incidents[key].actor_id)}: {name} is {mine}, in replay {theirs}"
                )
    return told
