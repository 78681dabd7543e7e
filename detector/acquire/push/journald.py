"""The system's journal as a source: ``journalctl`` is followed, and read on from its cursor after a restart.

Comes in: the units asked for. Goes out: batches of lines, one JSON object an entry with its keys sorted (journalctl
writes them in any order, and an event's id is derived from its line). An entry's place is its sequence number in its
journal; the position is the cursor. Nothing is written, and no shell is involved.
"""

import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from shutil import which

import msgspec
import polars as pl

from detector.acquire.framing.mend import shortened
from detector.acquire.push.push_source import PushSource
from detector.acquire.push.thread_feed import ThreadFeed
from detector.acquire.source import FramingOf, SourceStatus
from detector.errors import Problem
from detector.frames import LineBatch
from detector.schema.events.framing import MAX_LINE
from detector.schema.events.lines import LineReject, Position, RejectReason
from detector.settings.sections.sources import SourceSettings

_JOURNALD = "journald"
_READ = 1 << 18
_LONGEST = 8 * MAX_LINE
# A journal of which nothing came for so long has been read to its end.
_DRY_SECONDS = 2.0
_NEVER, _MOST_DIGITS = 1 << 62, 18
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_decode = msgspec.json.Decoder(dict[str, object]).decode
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry of a journal: its cursor, the journal's id, its number there, its text, and what is wrong with it.

    ``received`` is when the journal took it in, in microseconds: what a program says of the time stands elsewhere.
    """

    cursor: str
    journal: str
    number: int
    text: str
    reason: RejectReason | None = None
    received: int = 0


class JournalReader(PushSource):
    """Follows the journal; meets the interface that ``Reader`` asks of a source.

    Args:
        settings: The source, with ``journald``.
        positions: Where the last run stood.
        wake: Called when something came.
        first: Nothing was ever read here: ``start`` says where to begin.
    """

    def __init__(
        self, settings: SourceSettings, positions: Iterable[Position], wake: Callable[[], None], *, first: bool
    ) -> None:
        super().__init__(settings, f"journald:{settings.name}")
        self.next_scan = self.may_scan = float("-inf")
        mine = (each for each in positions if each.source == settings.name and each.cursor)
        self._position = next(mine, None)
        self._first = first and self._position is None
        # What the journal took in before this moment stood there when it was first opened.
        self._opened = self._position.history if self._position is not None else 0
        self._dry_since: float | None = None
        self._dry = False
        self._caught_up = False
        self.looked_at = not self._first
        self._wake = wake
        self._process: subprocess.Popen[bytes] | None = None
        self._feed: ThreadFeed[list[JournalEntry]] | None = None
        self._rest = b""
        self._said = ""

    def apply(self, settings: SourceSettings, framing: FramingOf) -> None:
        """Take changed settings of the same source: journalctl is started anew where it stood."""
        changed = settings.journald != self.settings.journald
        self.settings = settings
        if changed:
            self._stop()
            self.next_scan = float("-inf")

    def scan(self, now: datetime, timer: float) -> None:
        """Start journalctl when it does not run."""
        if self._feed is not None and self._feed.ended and not self._feed.size:
            self._stop()
        if self._process is None:
            if self._first and self.settings.start == "beginning":
                self._opened = (now - _BEGINNING) // timedelta(microseconds=1)
            self._start()
            self._dry_since = None
        self.looked_at = True

    def turn(self, now: datetime, timer: float, share: float = 1.0) -> list[LineBatch]:
        """Take what came, up to about a share of the budget."""
        if self._feed is None:
            return []
        entries = [entry for chunk in self._feed.drain(int(self.settings.budget * share)) for entry in chunk]
        if entries or self._waiting_bytes or self._dry_since is None:
            self._dry_since = timer
        self._dry = timer - self._dry_since >= _DRY_SECONDS
        groups = [
            list(group)
            for _, group in groupby(entries, key=lambda entry: (entry.journal, entry.received < self._opened))
        ]
        return [self._batch(group, now) for group in groups]

    def positions(self) -> Iterable[Position]:
        """Return the cursor behind what was handed out."""
        return (self._position,) if self._position is not None else ()

    def status(self) -> SourceStatus:
        """Return how the source fares."""
        problems = (Problem(file="journald", what=self._said, fix=_FIX),) if self._said else ()
        return SourceStatus(
            source=self.settings.name,
            files=int(self._process is not None),
            lag_bytes=self._waiting_bytes,
            last_line_at=self._last_line_at,
            watching=_JOURNALD,
            problems=problems,
            catching_up=bool(self._opened) and not self._caught_up and not self._dry,
        )

    def close(self) -> None:
        """End journalctl."""
        self._stop()

    # journalctl

    def _start(self) -> None:
        program = which("journalctl")
        if program is None or self.settings.journald is None:
            self._said = "journalctl is not installed"
            return
        command = [program, "--output=json", "--all", "--follow", "--quiet", *self.settings.journald.arguments()]
        if self._position is not None:
            command += ["--no-tail", f"--after-cursor={self._position.cursor}"]
        elif self._first and self.settings.start == "end":
            command += ["--lines=0"]
        else:
            command += ["--no-tail"]
        try:
            # stderr goes with stdout: what is no JSON there is what journalctl has to say.
            self._process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell; from the configuration alone
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            self._said = f"journalctl cannot be started: {error.strerror or error}"
            return
        self._rest, self._first, self._said = b"", False, ""
        self._feed = ThreadFeed(self._read, self._wake, f"read-{self.settings.name}")

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        status = process.wait()
        if self._feed is not None:
            self._feed.close()
            self._feed.join(1.0)
            self._feed = None
        if process.stdout is not None:
            process.stdout.close()
        if not self._said and status > 0:
            self._said = f"journalctl ended with status {status}"

    def _read(self) -> tuple[list[JournalEntry], int] | None:
        """Read on until an entry is whole; in the feed's thread."""
        stdout = self._process.stdout if self._process else None
        while stdout is not None:
            data = os.read(stdout.fileno(), _READ)
            if not data:
                return None
            *lines, self._rest = (self._rest + data).split(b"\n")
            if len(self._rest) > _LONGEST:
                self._rest = self._rest[:_LONGEST]  # it is a reject anyway: keep its head, which names it
            entries = [entry for line in lines if (entry := self._entry(line)) is not None]
            if entries:
                return entries, sum(map(len, lines))
        return None

    def _entry(self, line: bytes) -> JournalEntry | None:
        try:
            found = _decode(line)
            cursor = str(found.pop("__CURSOR"))
            parts = dict(part.split("=", 1) for part in cursor.split(";"))
            journal, number = parts["s"], int(parts["i"], 16)
        except (msgspec.DecodeError, KeyError, ValueError, UnicodeDecodeError):
            self._said = line[:200].decode("utf-8", "replace").strip() or self._said
            return None
        text = _encode(found).decode()
        reason = RejectReason.TOO_LONG if len(text) > MAX_LINE else None
        return JournalEntry(cursor, journal, number, text, reason, _received(found))

    def _batch(self, entries: list[JournalEntry], now: datetime) -> LineBatch:
        good = [entry for entry in entries if entry.reason is None]
        last = entries[-1]
        self._said = ""
        old = last.received < self._opened
        self._caught_up = self._caught_up or not old
        if good:
            self._last_line_at = now
        self._position = Position(
            source=self.settings.name,
            stream=self._stream,
            file_id=_JOURNALD,
            path=_JOURNALD,
            offset=last.number + 1,
            cursor=last.cursor,
            seen_at=now,
            history=self._opened,
        )
        return LineBatch(
            source=self.settings.name,
            stream=self._stream,
            path=_JOURNALD,
            file_id=last.journal,
            lines=pl.Series("line", [entry.text for entry in good], dtype=pl.String()),
            offsets=pl.Series("offset", [entry.number for entry in good], dtype=pl.Int64()),
            start=entries[0].number,
            end=last.number + 1,
            rejects=tuple(
                LineReject(
                    offset=entry.number,
                    reason=entry.reason,
                    text=shortened(entry.text),
                    line_hash=sha256(entry.text.encode()).hexdigest(),
                )
                for entry in entries
                if entry.reason is not None
            ),
            ingested=now,
            written=now,
            at_end=not self.waiting,
            history=last.number + 1 if old else 0,
        )


def _received(found: dict[str, object]) -> int:
    """Return when the journal received an entry; one without that time counts as live."""
    said = str(found.get("__REALTIME_TIMESTAMP", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < _MOST_DIGITS else _NEVER


_FIX = "let the service's account read the journal: make it a member of systemd-journal"
