"""A line that ends the process costs that line, not the service: what no exception tells of is found by restarts.

Comes in: batches before they are judged, and the news that they were. Goes out: the same batches, in smaller parts
where the last runs ended while the same lines were in hand, and without the lines that are known to end it.

Before each turn that has lines the state folder says which are in hand, behind it no more. When the process died twice
with the same lines in hand, they are gone over in parts the next time, and in smaller ones after each further death,
until one line alone was in hand. That is put aside: a reject (``poison``), what it holds kept as a file, a blind spot.
Kills from outside look the same, but hardly hit the same line alone twice in a row.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import polars as pl

from detector.errors import StoreError
from detector.frames import LineBatch
from detector.runtime.intake.batch_pieces import cut
from detector.runtime.intake.fault_isolation import set_aside
from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.schema.events.lines import RejectReason
from detector.schema.ids import derive
from detector.store.atomic_file import write_whole
from detector.telemetry import Logger

log = Logger("poison")

_FEWEST = 2
"""Deaths with the same lines in hand before these are gone over in parts."""
_PARTS = 64
_REMEMBERED = 1_000
_SHOWN = timedelta(days=1)


class _Range(msgspec.Struct, frozen=True):
    """Lines of a file: from one byte to another, and how many they are."""

    source: str
    file_id: str
    start: int
    end: int
    lines: int

    def common(self, other: "_Range") -> "_Range | None":
        """Return what two ranges have in common."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        if (self.source, self.file_id) != (other.source, other.file_id) or start >= end:
            return None
        return _Range(self.source, self.file_id, start, end, min(self.lines, other.lines))


class _Aside(msgspec.Struct, frozen=True):
    """A line that is not read any more."""

    source: str
    file_id: str
    offset: int
    at: datetime


class _Known(msgspec.Struct):
    suspects: list[_Range] = []
    deaths: int = 0
    aside: list[_Aside] = []


class PoisonLines:
    """Lines in hand, those that may have ended the process, and those that surely did.

    Args:
        folder: Where it keeps what must outlive a death.
        now: The present.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._in_hand = folder / "in-hand.json"
        self._known = _Known()
        held: list[_Range] = []
        with suppress(OSError), SkipUnreadable("poison lines"):
            self._known = msgspec.json.decode((folder / "known.json").read_bytes(), type=_Known)
        with suppress(OSError), SkipUnreadable("lines in hand"):
            held = msgspec.json.decode(self._in_hand.read_bytes(), type=list[_Range])
        if held:
            self._died(held, now)

    def parts(self, batches: Sequence[LineBatch]) -> Iterator[tuple[list[LineBatch], dict[str, str]]]:
        """Give what is to be judged in one go each, in the order read, at least once.

        Each is in hand until the next is asked for. With it come the streams of which more is to be judged behind it,
        with their sources.
        """
        left = [self._without_poison(batch) for batch in batches] if self._known.aside else list(batches)
        parts = self._careful(left) if self._known.deaths >= _FEWEST else [left]
        for number, part in enumerate(parts, 1):
            held = [_range(batch) for batch in part if batch.size]
            if held:
                self._hold(held)
            yield part, {batch.stream: batch.source for later in parts[number:] for batch in later}
            if held:
                self._survived(held)

    def spots(self, now: datetime) -> list[BlindSpot]:
        """Return the sources of which lines were put aside within a day."""
        lately: dict[str, list[_Aside]] = {}
        for one in self._known.aside:
            if now - one.at < _SHOWN:
                lately.setdefault(one.source, []).append(one)
        return [
            BlindSpot(
                kind=Blind.POISON, name=source, why="poison", count=len(those), args=(("position", those[-1].offset),)
            )
            for source, those in lately.items()
        ]

    def _died(self, held: list[_Range], now: datetime) -> None:
        """Take in that the process ended with these lines in hand."""
        known = self._known
        common = [both for one in held for other in known.suspects if (both := one.common(other)) is not None]
        known.deaths = known.deaths + 1 if common else 1
        known.suspects = common or held
        if common and sum(one.lines for one in held) == 1:
            found = held[0]
            log.error("line_put_aside", source=found.source, position=found.start, deaths=known.deaths)
            known.aside = [*known.aside, _Aside(found.source, found.file_id, found.start, now)][-_REMEMBERED:]
            known.suspects, known.deaths = [], 0
        elif known.deaths >= _FEWEST:
            log.warning("lines_suspected", sources=sorted({one.source for one in common}), deaths=known.deaths)
        self._keep()
        self._in_hand.unlink(missing_ok=True)

    def _careful(self, batches: Iterable[LineBatch]) -> list[list[LineBatch]]:
        """Return batches in parts, suspected lines few at a time; in their order, or all but the newest were late."""
        parts: list[list[LineBatch]] = [[]]
        for batch in batches:
            own = _range(batch)
            if any(own.common(one) for one in self._known.suspects):
                parts += [*([piece] for piece in cut(batch, self._borders(batch))), []]
            else:
                parts[-1].append(batch)
        return [part for part in parts if part] or [[]]

    def _borders(self, batch: LineBatch) -> list[int]:
        """Return where to cut a batch: around suspected lines, and between each few of them."""
        own = _range(batch)
        starts = _starts(batch)
        borders: set[int] = set()
        for one in self._known.suspects:
            if own.common(one) is None:
                continue
            within = starts.filter((starts >= one.start) & (starts < one.end))
            borders.update(within.gather_every(max(len(within) // _PARTS, 1)).to_list())
            behind = starts.filter(starts >= one.end)
            borders.update(behind.head(1).to_list())
        return sorted(border for border in borders if border > starts[0])

    def _without_poison(self, batch: LineBatch) -> LineBatch:
        """Return a batch in which lines that were put aside are rejects."""
        own = _range(batch)
        bad = [
            one.offset
            for one in self._known.aside
            if (one.source, one.file_id) == (own.source, own.file_id) and own.start <= one.offset < own.end
        ]
        if not bad:
            return batch
        in_lines = batch.offsets.is_in(bad)
        left, poison = set_aside(batch, in_lines, lambda one: one.offset in bad, RejectReason.POISON)
        self._keep_evidence(poison)
        return left

    def _keep_evidence(self, poison: LineBatch) -> None:
        """Keep what stands in lines that are put aside, each in a file of its own."""
        texts = [*zip(poison.offsets.to_list(), poison.lines.to_list(), strict=True)]
        for offset, text in (*texts, *((one.offset, one.text) for one in poison.rejects)):
            self._write(f"{derive('poison', poison.source, poison.file_id, offset)}.line", text.encode(), once=True)

    def _hold(self, held: list[_Range]) -> None:
        self._write(self._in_hand.name, msgspec.json.encode(held), durable=False)

    def _survived(self, held: Iterable[_Range]) -> None:
        with suppress(OSError):
            self._in_hand.unlink(missing_ok=True)
        if not self._known.suspects:
            return
        left = list(self._known.suspects)
        for passed in held:
            left = [rest for one in left if (rest := _behind(one, passed)) is not None]
        if left != self._known.suspects:
            self._known.suspects = left
            self._known.deaths = self._known.deaths if left else 0
            self._keep()

    def _keep(self) -> None:
        self._write("known.json", msgspec.json.encode(self._known))

    def _write(self, name: str, raw: bytes, *, durable: bool = True, once: bool = False) -> None:
        path = self._folder / name
        if once and path.exists():
            return
        with suppress(StoreError):  # a full disk: a death teaches nothing then, and the lines are read all the same
            write_whole(path, lambda file: file.write(raw), durable=durable)


def _range(batch: LineBatch) -> _Range:
    return _Range(batch.source, batch.file_id, batch.start, batch.end, len(batch.lines) + len(batch.rejects))


def _starts(batch: LineBatch) -> pl.Series:
    """Return where lines and rejects start, in order."""
    rejects = pl.Series("offset", [one.offset for one in batch.rejects], dtype=pl.Int64())
    return pl.concat([batch.offsets.rename("offset"), rejects]).sort()


def _behind(suspect: _Range, passed: _Range) -> _Range | None:
    """Return what is left of a suspected range when another was passed: lines are read in order."""
    if (suspect.source, suspect.file_id) != (passed.source, passed.file_id) or passed.end <= suspect.start:
        return suspect
    if passed.end >= suspect.end:
        return None
    return msgspec.structs.replace(suspect, start=max(suspect.start, passed.end))
