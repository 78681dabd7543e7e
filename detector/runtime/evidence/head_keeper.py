"""The heads of the chain, kept outside the database: who cuts the newest records there cannot cut them here.

Comes in: once a second the time. Goes out: a line a case that changed, appended to a file, and to syslog: when, the
number and the hash of its newest record, the incident's id (``-``: the company's), its number within the case. Nothing
of it is about client data. What could not be written is written with the next beat.
"""

import os
import socket
import sys
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from logging import INFO, LogRecord, makeLogRecord
from logging.handlers import SysLogHandler
from pathlib import Path

from detector.errors import StoreError
from detector.schema.case.chain import ChainHead
from detector.settings import EvidenceSettings
from detector.store import Store, heads_since, newest_head
from detector.telemetry import FaultLog, Logger

_log = Logger("heads")
_NOBODY = "-"
_MOST = 10_000
_TAIL = 64 << 10
_HANGS = timedelta(seconds=30)
_AT_THE_END = 2.0
_FIELDS = 5


class HeadKeeper:
    """Appends heads as they come.

    Args:
        store: Where the chain is.

    Attributes:
        failed: To how many places the newest heads could not be written.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._faults = store, FaultLog("heads")
        self._written: dict[str, int] = {}
        self._cut = False
        self._problems: dict[str, str] = {}
        self._thread: threading.Thread | None = None
        self._begun: datetime | None = None
        self.failed = 0

    @property
    def problem(self) -> str:
        """Why heads are not kept: ``heads-disagree``, or an error in words; empty when they are."""
        return "heads-disagree" if self._cut else next(iter(self._problems.values()), "")

    def begin_beat(self, settings: EvidenceSettings, now: datetime) -> None:
        """Do a beat in a thread of its own: a file on another machine may hang, and the service must not."""
        if self._thread is not None and self._thread.is_alive():
            if self._begun is not None and now - self._begun > _HANGS:
                self._problems["thread"] = "heads-hang"
                self.failed = max(1, self.failed)
            return
        self._problems.pop("thread", None)
        if settings.heads or settings.syslog:
            self._thread = threading.Thread(target=self._safely, args=(settings, now), name="heads", daemon=True)
            self._begun = now
            self._thread.start()

    def finish(self, settings: EvidenceSettings, now: datetime) -> None:
        """Write what is new at the end of the service, and wait for it a little."""
        self.begin_beat(settings, now)
        if self._thread is not None:
            self._thread.join(_AT_THE_END)

    def _safely(self, settings: EvidenceSettings, now: datetime) -> None:
        try:
            self.failed = self.beat(settings, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next beat tries again
            self._faults.report("heads_not_kept", error)

    def beat(self, settings: EvidenceSettings, now: datetime) -> int:
        """Write what is new to where it is asked for; return to how many places that could not be written.

        Raises:
            StoreError: The database cannot be read.
        """
        places = [settings.heads, settings.syslog]
        with self._store.read() as unit:
            newest = newest_head(unit)
            if newest is None:
                return 0
            behind, failed = dict[str, int](), 0
            for place in filter(None, places):
                try:
                    behind[place] = self._last(place, settings, newest)
                except OSError as error:
                    failed += 1
                    self._tell(place, error)
            # The newest covers all before it: of a long way only the end is written case by case.
            since = max(min(behind.values(), default=newest.number), newest.number - _MOST)
            new = heads_since(unit, since) if since < newest.number else []
        for place, number in behind.items():
            heads = [head for head in new if head.number > number]
            failed += bool(heads) and not self._write(place, settings, heads, now)
        return failed

    def _last(self, place: str, settings: EvidenceSettings, newest: ChainHead) -> int:
        """Return the number of the last record whose head stands in a place, as far as it can be known.

        A file that knows of more records than there are is told of. What is written on is then at odds with what stands
        there, and `nabat verify` says so.
        """
        if place not in self._written and place != settings.heads:
            self._written[place] = newest.number - 1  # what a log was sent before nobody can ask it
        if place not in self._written:
            known = _newest_in(Path(place))
            self._written[place] = max(known, default=0)
            if self._written[place] > newest.number or known.get(newest.number, newest.hash) != newest.hash:
                self._cut = True
                _log.error("heads_disagree", file=place, what="the chain was cut or altered: run `nabat verify`")
                self._written[place] = newest.number - 1
        return self._written[place]

    def _write(self, place: str, settings: EvidenceSettings, heads: Iterable[ChainHead], now: datetime) -> bool:
        lines = [_line(head, now) for head in heads]
        try:
            if place == settings.heads:
                _append(Path(place), lines)
            else:
                _send(settings, lines)
        except OSError as error:
            self._tell(place, error)
            return False
        self._written[place] = max(head.number for head in heads)
        self._problems.pop(place, None)
        return True

    def _tell(self, place: str, error: OSError) -> None:
        why = f"{place}: {error.strerror or error}"
        if self._problems.get(place) != why:
            self._faults.report("heads_not_kept", StoreError(why), place=place)
        self._problems[place] = why


def _line(head: ChainHead, now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%SZ} {head.number} {head.hash} {head.incident_id or _NOBODY} {head.sequence}"


def _append(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(file)
    finally:
        os.close(file)


def _send(settings: EvidenceSettings, lines: Iterable[str]) -> None:
    address = settings.syslog_address
    if address is None:
        return
    sender = _Syslog(address, socktype=socket.SOCK_DGRAM)
    try:
        for line in lines:
            sender.emit(makeLogRecord({"msg": f"nabat head {line}", "levelno": INFO, "levelname": "INFO"}))
    finally:
        sender.close()


class _Syslog(SysLogHandler):
    """Raises what could not be sent, instead of printing it."""

    def handleError(self, record: LogRecord) -> None:
        error = sys.exception()
        if error is not None:
            raise error


def _newest_in(path: Path) -> dict[int, str]:
    """Return the heads at the end of a file: of a long one nobody wants to read all at each start."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return _heads_in(file.read())[0]


def read_heads(path: Path) -> tuple[dict[int, str], tuple[int, ...]]:
    """Return the hashes in a file of heads by the number of their record, and the lines that are none.

    A last line without an end was being written when the machine went down, and is left out.

    Raises:
        OSError: It cannot be read.
    """
    return _heads_in(path.read_bytes())


def _heads_in(data: bytes) -> tuple[dict[int, str], tuple[int, ...]]:
    found: dict[int, str] = {}
    wrong: list[int] = []
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        words = line.decode("utf-8", "replace").split(" ")
        if len(words) == _FIELDS and words[1].isdecimal():
            known = found.setdefault(int(words[1]), words[2])
            if known == words[2]:
                continue
        wrong.append(number)
    return found, tuple(wrong)
