"""Which lines a case is about: the touches of its scope, and what its findings point at.

Comes in: the incident with its findings, the access journal, what is held already. Goes out: the lines that are not,
by the file they were read from.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from detector.acquire import LogFile, WantedLine, stream_of
from detector.schema.detection.findings import Finding
from detector.schema.events.lines import Position

HASHED = 24
"""Digits of a hash by which lines are told apart: as many as the journal has at hand."""
Place = tuple[str, int, str]
"""The file's identity (or its path, where that is not known), the offset, the beginning of the hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One line.

    Attributes:
        wanted: Where it stood, and its hash.
        at: Event time.
        event_id: Of a finding's pointer; empty: it follows from the file, the offset and the hash.
    """

    wanted: WantedLine
    at: datetime
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Lines of one file.

    Attributes:
        source: Name of the source; empty where it is not known.
        file_id: Identity of the file; empty likewise.
        path: As events name it.
        log: Where to look for it; None: it is no file.
    """

    source: str
    file_id: str
    path: str
    log: LogFile | None
    lines: tuple[CaseLine, ...]


class KnownFiles:
    """The files that lines were read from, as their positions tell.

    Args:
        positions: Of them.
        unfiled: Names of sources that are no files.
    """

    def __init__(self, positions: Collection[Position], unfiled: Collection[str]) -> None:
        self._by_id = {position.file_id: position for position in positions}
        self._unfiled = frozenset(unfiled)

    def log(self, source: str, file_id: str, path: str) -> LogFile | None:
        """Return where lines of a file are looked for; None: its source is no file."""
        if source in self._unfiled or not path.startswith("/"):
            return None
        known = self._by_id.get(file_id)
        if known is None:
            return LogFile(path=path, stream=stream_of(path))
        return LogFile(path=known.path, stream=known.stream, head_length=known.head_length, head_hash=known.head_hash)


def lines_of(
    touches: Sequence[tuple[datetime, str, str, int, str, str]], findings: Sequence[Finding], files: KnownFiles
) -> list[CaseFile]:
    """Return all lines of a case by their files.

    Args:
        touches: Of its scope: event time, hash, identity of the file, offset, log, source.
        findings: Behind it.
        files: That they were read from.
    """
    found: dict[tuple[str, str, str], dict[Place, CaseLine]] = defaultdict(dict)
    named: set[tuple[str, int, str]] = set()
    for at, line_hash, file_id, offset, stream, source in touches:
        line = CaseLine(wanted=WantedLine(offset, line_hash[:HASHED]), at=at)
        found[source, file_id, stream].setdefault((file_id, offset, line_hash[:HASHED]), line)
        named.add((stream, offset, line_hash[:HASHED]))
    for finding in findings:
        for each in finding.evidence:
            short = each.line_hash[:HASHED]
            if short and (stream_of(each.path), each.offset, short) not in named:
                line = CaseLine(wanted=WantedLine(each.offset, short), at=each.at, event_id=each.event_id)
                found["", "", each.path].setdefault((each.path, each.offset, short), line)
    return [
        CaseFile(
            source=source,
            file_id=file_id,
            path=path,
            log=files.log(source, file_id, path),
            lines=tuple(lines.values()),
        )
        for (source, file_id, path), lines in sorted(found.items())
    ]


def place_of(file: CaseFile, line: CaseLine) -> Place:
    """Return what tells a line from all others of a case: its event, or where it stood."""
    if line.event_id:
        return (line.event_id, 0, "")
    return (file.file_id, line.wanted.offset, line.wanted.line_hash)
