"""Run the pipeline over old lines in event time: own database, nobody paged, the same input gives the same bytes.

Comes in: log files and the configuration. Goes out: findings.jsonl, alerts.jsonl, incidents.jsonl in a folder. Several
files are read side by side, always the one that lies furthest back, so that their events meet in the order of time.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from detector.acquire import files_of, fits, read_archive
from detector.clock import SystemClock
from detector.decode import framings_for, try_format
from detector.detect.core import Judged
from detector.errors import InputError, Problem
from detector.frames import EventBatch, LineBatch
from detector.incident import alert_json, finding_json, incident_json, json_line
from detector.keys import Keys
from detector.runtime.beside import BesideFiles
from detector.runtime.decide import Decider
from detector.runtime.merge import Log, Merge
from detector.runtime.parts import build
from detector.runtime.scope import scopes_of
from detector.schema.findings import Finding
from detector.schema.incidents import Incident
from detector.settings import Settings, SourceSettings
from detector.settings.placeholders import as_glob
from detector.store import Journal, Store, Unit

# Lines a batch. Larger ones are faster; the answer is the same.
BATCH_LINES = 10_000

# Touches kept in memory before they are written to the journal.
PENDING_TOUCHES = 25_000

# Findings kept in memory before they are decided about together. What a rule says again of a matter that goes on has
# been merged by then, so that deciding costs by matters, not by batches.
HELD_FINDINGS = 2_000

# How many first lines are tried to learn which source a file belongs to.
_TRIED = 100

# Where an installation has no key of its own: equal sessions must stay equal from one replay to the next.
REPLAY_KEY = b"nabat replay without an installation"


@dataclass(slots=True)
class Replayed:
    """What a replay did.

    Attributes:
        rejects: Lines that gave no event, by reason.
        late: Events behind the watermark.
        first / last: Span of event time.
    """

    lines: int = 0
    events: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    late: int = 0
    findings: int = 0
    alerts: int = 0
    incidents: int = 0
    bytes: int = 0
    first: datetime | None = None
    last: datetime | None = None


def logs_of(settings: Settings, given: Sequence[str]) -> list[Log]:
    """Return the files to replay with their sources: those given, else those the sources' patterns find.

    A given file belongs to the source one of whose patterns fits it, or that it was rotated from, else to the only
    source there is, else to the only one whose format reads it.

    Raises:
        InputError: A file is not there, or it is not clear which source it belongs to; all of them are named.
    """
    if not given:
        found = [Log(path, source) for source in settings.sources for path in files_of(source)]
        if not found:
            raise InputError(Problem(what="the sources' patterns find no file", fix="name the LOG files to replay"))
        return found
    problems, logs = [], []
    for name in given:
        source = _source_of(settings, Path(name))
        if name != "-" and not Path(name).is_file():
            problems.append(Problem(file=name, what="is not there, or is not a file"))
        elif source is None:
            problems.append(
                Problem(
                    file=name,
                    what="no source's pattern fits it, and not just one source's format reads it",
                    fix="name it so that a source's `paths` fits, or replay with a configuration of one source",
                )
            )
        else:
            logs.append(Log(name, source))
    if problems:
        raise InputError(problems)
    return logs


def _source_of(settings: Settings, path: Path) -> SourceSettings | None:
    """Return the source a file belongs to: by pattern, by the name it was rotated from, else by what reads it."""
    for source in settings.sources:
        if fits(source, str(path)):
            return source
    for source in settings.sources:
        if any(path.match(as_glob(Path(pattern).name)) for pattern in source.paths):
            return source
    for source in settings.sources:
        if any(path.name.startswith(Path(pattern).name) for pattern in source.paths):
            return source
    return settings.sources[0] if len(settings.sources) == 1 else _reading(settings, path)


def _reading(settings: Settings, path: Path) -> SourceSettings | None:
    """Return the one source whose format reads most of the file's first lines; None when none does, or several do."""
    if not path.is_file():
        return None
    counts: dict[str, int] = {}
    framing = framings_for(settings)
    for source in settings.sources:
        batch = next(read_archive([path], source, clock=SystemClock(), lines=_TRIED, framing=framing), None)
        tried = try_format(batch, settings, source, BesideFiles()) if batch is not None else {}
        read = max(tried.values(), default=0) if source.reads == "auto" else tried.get(source.reads, 0)
        if batch is not None and read > batch.lines.len() / 2:
            counts[source.name] = read
    best = [name for name, count in counts.items() if count == max(counts.values())]
    return next((s for s in settings.sources if [s.name] == best), None)


class Replay:
    """One replay.

    Args:
        settings: The configuration.
        out: Folder for the answers, the replay's own database and journal; made if need be.
        since / until: Only events at or after / before these moments of event time.
        batch_lines: Lines a batch.
    """

    def __init__(
        self,
        settings: Settings,
        out: Path,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        batch_lines: int = BATCH_LINES,
    ) -> None:
        self._settings = settings
        self._out = out
        self._since, self._until = since, until
        self._batch_lines = batch_lines
        out.mkdir(parents=True, exist_ok=True)
        # Session hashes must not depend on where the replay runs, or its answers would differ from one to the next.
        keys = Keys(settings.state)
        self._session_key = keys.session if (settings.state / "keys").is_dir() else REPLAY_KEY
        parts = build(settings, session_key=self._session_key, replay=True)
        self._decoder, self._core = parts.decoder, parts.core
        self._decider = Decider(
            settings=settings, playbooks=parts.playbooks, regulations=parts.regulations, event_time=True
        )
        self._held: dict[str, Finding] = {}
        self.done = Replayed()

    def run(self, logs: Sequence[Log], on_progress: Callable[[int], None] = lambda done: None) -> Replayed:
        """Replay the logs and write the answers."""
        for old in ("nabat.db", "nabat.db-wal", "nabat.db-shm"):
            (self._out / old).unlink(missing_ok=True)
        shutil.rmtree(self._out / "journal", ignore_errors=True)
        # Nothing here has to outlive a power cut: a replay can be repeated.
        store = Store.open(f"sqlite:///{(self._out / 'nabat.db').absolute()}", durable=False)
        try:
            journal = Journal(self._out / "journal", store, durable=False)
            self._judge(logs, store, journal, on_progress)
            self._answer(store, journal)
        finally:
            store.close()
        return self.done

    def _judge(self, logs: Sequence[Log], store: Store, journal: Journal, on_progress: Callable[[int], None]) -> None:
        merge = Merge(logs, self._decoder, self._batch_lines)
        state = self._core.empty()
        for batch, events in merge:
            self._count(batch, events)
            frame = self._within(events.frame)
            journal.append(frame)
            state, judged = self._core.step(state, [frame], opened=merge.opened, idle=merge.idle(), closed=merge.closed)
            self._keep(store, journal, judged)
            on_progress(self.done.bytes)
        _, judged = self._core.step(state, [], final=True)
        self._keep(store, journal, judged, last=True)

    def _keep(self, store: Store, journal: Journal, judged: Judged, *, last: bool = False) -> None:
        """Write decisions and touches when there are many: a year of them does not fit into memory."""
        self.done.late += judged.late
        for finding in judged.findings:
            known = self._held.get(finding.id)
            self._held[finding.id] = known.merge(finding) if known else finding
        ripe = bool(self._held) and (last or len(self._held) >= HELD_FINDINGS)
        full = last or journal.pending > PENDING_TOUCHES
        if not ripe and not full:
            return
        with store.begin() as unit:
            if ripe:
                findings = tuple(self._held.values())
                self._decider.decide(unit, findings, max(finding.at for finding in findings))
            if full:
                journal.flush(unit)
        if ripe:
            self._held = {}

    def _within(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self._since is not None:
            frame = frame.filter(pl.col("@timestamp") >= self._since)
        if self._until is not None:
            frame = frame.filter(pl.col("@timestamp") < self._until)
        return frame

    def _count(self, batch: LineBatch, events: EventBatch) -> None:
        done = self.done
        done.lines += batch.lines.len() + len(batch.rejects)
        done.events += events.frame.height
        done.bytes += batch.size
        for reject in events.rejects:
            done.rejects[reject.reason.value] = done.rejects.get(reject.reason.value, 0) + 1

    def _answer(self, store: Store, journal: Journal) -> None:
        """Write the three files, everything in the order of time and id."""
        language, done = self._settings.language, self.done
        with store.read() as unit:
            incidents = sorted(_all(unit), key=lambda i: (i.opened_at, i.id))
            found, alerts = unit.all_findings(), unit.all_alerts()
            done.findings = _write(self._out / "findings.jsonl", (finding_json(each, language) for each in found))
            done.alerts = _write(self._out / "alerts.jsonl", (alert_json(each, language) for each in alerts))
        scoped = [
            replace(incident, scope=scope)
            for incident, scope in zip(incidents, scopes_of(journal, incidents), strict=True)
        ]
        rows = (incident_json(incident, None, language) for incident in scoped)
        done.incidents = _write(self._out / "incidents.jsonl", rows)


def _all(unit: Unit) -> list[Incident]:
    found: list[Incident] = []
    while page := unit.incidents(limit=1000, offset=len(found)):
        found += page
    return found


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there were
            out.write(json_line(row) + "\n")
    return count
