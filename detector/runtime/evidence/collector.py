"""Copying the raw lines of cases into sealed archives, in small steps between turns, before rotation takes them.

Comes in: once a second the time. Goes out: segments, and how far each archive is. What is held follows from the
database and the segments alone: after ``kill -9`` at any point the same lines are looked for again, and a file that no
row tells of is written anew under its name, so nothing is lost or doubled. An incident is looked at when it opens, and
again when it has changed, ever more slowly.
"""

import getpass
import os
import socket
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from detector import __version__
from detector.acquire import RawLine, Steps, WantedLine, find_raw_lines
from detector.clock import monotonic, passed
from detector.errors import StoreError
from detector.incident import Playbook
from detector.runtime.evidence.case_lines import HASHED, CaseFile, CaseLine, KnownFiles, Place, lines_of, place_of
from detector.runtime.evidence.recent_lines import LinesAsRead
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase
from detector.schema.case.evidence_archive import CustodyAct, EvidenceSegment, EvidenceState, MissingLine
from detector.schema.case.incidents import Incident
from detector.schema.ids import derive
from detector.settings import Settings
from detector.store import Journal, SegmentFiles, Store, WriteCounts
from detector.telemetry import FaultLog
from detector.telemetry.metrics import Metrics

NABAT = "nabat"
FOLDER = "evidence"
_STEP_SECONDS = 0.03
_SOONEST = timedelta(seconds=5)
# The next look comes after this part of the incident's age.
_PART = 10
_CLOSED_WITHIN = timedelta(days=1)
# A segment is written when so many lines, or so many bytes of them, have been found.
_LINES, _BYTES = 2_000, 4 << 20
# Bytes of a segment beside its lines, at most.
_OVERHEAD = 16 << 10


@cache
def collector_name() -> str:
    """Return what collects here: program, version, account and host."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # in a container nobody may have named the account
        account = f"uid {os.getuid()}"
    return f"nabat {__version__} {account}@{socket.gethostname()}"


@dataclass(slots=True)
class _Pass:
    """One look at an incident: what was found and is not written yet, what is missing."""

    incident: Incident
    number: int
    held: set[Place]
    rows: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0
    room: int = 0
    wanted: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    def has_room(self, raw: bytes) -> bool:
        """Tell whether a line fits; what is not written yet counts with its full size."""
        return self.size + len(raw) + _OVERHEAD <= self.room


class EvidenceCollector:
    """Copies lines a step at a time.

    Args:
        store: Where cases and archives are known.
        journal: What was touched, and in which line.
        files: The archives.
        now: Tells the time.
        metrics: Where it counts.

    Attributes:
        recent: The latest lines of sources that are no files: to be told of all events.
        problem: Why lines cannot be kept: ``no-room``, or an error in words; empty when they can.
    """

    def __init__(
        self, store: Store, journal: Journal, files: SegmentFiles, now: Callable[[], datetime], metrics: Metrics
    ) -> None:
        self._store, self._journal, self._files, self._now = store, journal, files, now
        self._metrics = metrics
        self.recent, self.problem = LinesAsRead(), ""
        self._faults = FaultLog("evidence")
        self._changes: WriteCounts | None = None
        self._waiting: list[str] = []
        self._looked: dict[str, tuple[datetime, timedelta]] = {}
        self._work: Generator[None, None, None] | None = None

    def beat(
        self,
        settings: Settings,
        playbooks: Mapping[str, Playbook],
        watched: frozenset[str],
        *,
        seconds: float = _STEP_SECONDS,
    ) -> bool:
        """Work for a short while, one step at least; return whether a look at an incident has been begun.

        What cannot be read or written is ``problem`` until a look succeeds; it is tried again.
        """
        ends = monotonic() + seconds
        try:
            while self._step(settings, playbooks, watched):
                if monotonic() >= ends:
                    break
        except StoreError as error:
            self._work = self._changes = None
            if self.problem != str(error):
                self._faults.report("evidence_not_kept", error)
            self.problem = str(error)
        except BaseException:
            self._work = self._changes = None
            raise
        return self._work is not None

    def _step(self, settings: Settings, playbooks: Mapping[str, Playbook], watched: frozenset[str]) -> bool:
        """Do one step; return whether there was anything to do."""
        if self._work is None:
            incident = self._next()
            if incident is None:
                return False
            self._work = self._collect(incident, settings, playbooks, watched)
        if next(self._work, self) is self:
            self._work = None
        return True

    def _next(self) -> Incident | None:
        """Return an incident that changed and whose time has come."""
        now = self._now()
        with self._store.read() as unit:
            changes = unit.changes()
            started = self._changes is None
            if self._changes is None or changes.matters != self._changes.matters:
                self._waiting = unit.evidence.due(now - _CLOSED_WITHIN)
                self._changes = changes
            incident_id = next((each for each in self._waiting if self._late(each, now)), None)
            known = unit.incidents.by_ids([incident_id]) if incident_id else {}
        if started:
            self._count()
        if incident_id is not None:
            self._waiting.remove(incident_id)
        for incident in known.values():
            self._looked[incident.id] = now, max(_SOONEST, (now - incident.opened_at) / _PART)
            return incident
        return None

    def _late(self, incident_id: str, now: datetime) -> bool:
        looked = self._looked.get(incident_id)
        return looked is None or passed(now, *looked)

    def _collect(
        self, incident: Incident, settings: Settings, playbooks: Mapping[str, Playbook], watched: frozenset[str]
    ) -> Generator[None, None, None]:
        with self._store.read() as unit:
            findings = unit.incidents.incident_findings(incident.id)
            summary = unit.evidence.summary(incident.id)
        yield
        scopes = IncidentScopes(self._journal, watched, playbooks, skip_bad=True)
        touches = scopes.lines(ScopeCase(incident, findings)).rows()
        yield
        unfiled = {source.name for source in settings.sources if source.journald is not None or "-" in source.paths}
        with self._store.read() as unit:
            positions = unit.positions.of_files({file_id for _, _, file_id, *_ in touches})
        files = lines_of(touches, findings, KnownFiles(positions, unfiled))
        held: set[Place] = set()
        for segment in summary.segments:
            held.update(self._held(segment))
            yield
        its = _Pass(incident, len(summary.segments) + 1, held)
        for file in files:
            yield from self._of_file(file, its, settings.evidence.max_bytes)
        if its.rows:
            self._write(its)
        self._end(its)

    def _held(self, segment: EvidenceSegment) -> Iterator[Place]:
        """Return what tells the lines of a segment apart; of one that cannot be read nothing: they are copied anew."""
        try:
            frame = self._files.read(segment, ("event_id", "file_id", "offset", "sha256"))
        except StoreError as error:
            self._faults.report("segment_unreadable", error)
            return
        for event_id, file_id, offset, digest in frame.iter_rows():
            yield (event_id, 0, "")
            yield (file_id, offset, digest[:HASHED])

    def _of_file(self, file: CaseFile, its: _Pass, most: int) -> Generator[None, None, None]:
        its.wanted += len(file.lines)
        left = {line.wanted: line for line in file.lines if place_of(file, line) not in its.held}
        if not left:
            return
        its.room = self._room(most)
        finding = self._read_before(file, left) if file.log is None else find_raw_lines(file.log, left)
        while True:
            try:
                found = next(finding)
            except StopIteration as ended:
                its.missing.update(why.value for why in ended.value.values())
                return
            if found is None:
                yield
                continue
            if not its.has_room(found.raw):
                finding.close()
                its.missing[MissingLine.BUDGET.value] += len(left)
                return
            self._take_line(file, left.pop(found.wanted), found, its)
            yield
            if len(its.rows) >= _LINES or its.size >= _BYTES:
                self._write(its)
                its.room = self._room(most)

    def _read_before(self, file: CaseFile, wanted: Collection[WantedLine]) -> Steps:
        """Yield lines of a source that is no file, as far as what was read is remembered."""
        found = self.recent.find(wanted)
        for one, raw in found.items():
            yield RawLine(wanted=one, raw=raw, path=file.path, device=0, inode=0)
        return {one: MissingLine.NO_FILE for one in wanted if one not in found}

    def _room(self, most: int) -> int:
        with self._store.read() as unit:
            return most - unit.evidence.bytes()

    def _take_line(self, file: CaseFile, line: CaseLine, found: RawLine, its: _Pass) -> None:
        digest = sha256(found.raw).hexdigest()
        event_id = line.event_id or derive("event", file.file_id, line.wanted.offset, digest)
        if (event_id, 0, "") in its.held:
            return
        its.held |= {(event_id, 0, ""), (file.file_id, line.wanted.offset, digest[:HASHED])}
        its.size += len(found.raw)
        its.rows.append(
            {
                "event_id": event_id,
                "at": line.at,
                "source": file.source,
                "stream": file.log.stream if file.log else file.path,
                "file_id": file.file_id,
                "path": found.path,
                "device": found.device,
                "inode": found.inode,
                "offset": line.wanted.offset,
                "length": len(found.raw),
                "sha256": digest,
                "taken_at": self._now(),
                "raw": found.raw,
            }
        )

    def _write(self, its: _Pass) -> None:
        rows, its.rows, its.size = its.rows, [], 0
        name, now = collector_name(), self._now()
        segment = self._files.write(its.incident.id, its.number, rows, taken_at=now, collector=name)
        with self._store.begin() as unit:
            unit.evidence.add(segment)
            detail = f"{segment.lines} lines, {segment.path}"
            unit.evidence.log(its.incident.id, CustodyAct.COLLECTED, by=NABAT, at=now, detail=detail)
        its.number += 1
        self._metrics.evidence_lines.inc(segment.lines)

    def _end(self, its: _Pass) -> None:
        missing = tuple(sorted((reason, count) for reason, count in its.missing.items() if count))
        state = EvidenceState(
            incident_id=its.incident.id,
            version=its.incident.version,
            wanted=its.wanted,
            held=its.wanted - sum(its.missing.values()),
            missing=missing,
            at=self._now(),
        )
        with self._store.begin() as unit:
            unit.evidence.save(state)
        self._count()

    def _count(self) -> None:
        with self._store.read() as unit:
            missing, size = unit.evidence.missing(), unit.evidence.bytes()
        self.problem = "no-room" if missing.get(MissingLine.BUDGET.value) else ""
        for reason in MissingLine:
            self._metrics.evidence_missing.labels(reason.value).set(missing.get(reason.value, 0))
        self._metrics.evidence_bytes.set(size)
