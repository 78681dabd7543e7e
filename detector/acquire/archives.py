"""Read files once, from beginning to end: archives, old logs, standard input.

Comes in: paths (plain, .gz, .bz2, .xz, .zst, .evtx, told by their first bytes, or "-"). Goes out: batches of numbered
lines. A file's identity is its content, never its inode or path, so the same bytes give the same ids anywhere. A
damaged archive gives what can be read and then an error with the place. Nothing is followed or remembered.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from detector.acquire.files.identity import HEAD, archive_id, stream_of
from detector.acquire.framing.base import Ending
from detector.acquire.framing.content import Content, StreamContent, compression_of, open_content, open_stream
from detector.acquire.framing.directive import last_directive
from detector.acquire.framing.line_reader import MIN_READ, LineChunk
from detector.acquire.framing.record_reader import cutter_for
from detector.acquire.framing.text_columns import together
from detector.acquire.source import FramingOf, by_lines
from detector.clock import Clock
from detector.errors import InputError, Problem
from detector.frames import LineBatch
from detector.schema.events.framing import LINES, Framing
from detector.schema.events.lines import LineReject, RejectReason
from detector.settings.sections.sources import SourceSettings

_CHUNK = 1024 * 1024


def read_archive(
    paths: Iterable[str | Path],
    source: SourceSettings,
    *,
    clock: Clock,
    lines: int = 10_000,
    framing: FramingOf = by_lines,
    on_damage: Callable[[Problem], None] = lambda _: None,
) -> Iterator[LineBatch]:
    """Yield the lines of these files, in the order given, in batches of ``lines`` (the last of a file is shorter).

    ``framing`` tells how a file is cut into records, by its first bytes. ``on_damage`` is told of a file of which parts
    could not be read, and all others were: the parts are rejects of its last batch.

    Raises:
        InputError: A file cannot be opened or is damaged; what can be read of it was yielded before.
    """
    for path in map(str, paths):
        content = _open(path)
        try:
            yield from _read(path, content, source, clock, max(lines, 1), framing, on_damage)
        finally:
            if path != "-":
                content.close()


def bare_returns(path: str | Path, source: SourceSettings, framing: FramingOf = by_lines) -> bool:
    """Tell whether the lines of a file end with CR alone, as old Macs wrote them: all of it would be one line to us.

    Raises:
        InputError: It cannot be read.
    """
    content = _open(str(path))
    try:
        head = content.read_at(0, MIN_READ)
    except OSError as error:
        raise InputError(Problem(file=str(path), what=f"cannot be read: {error.strerror or error}")) from None
    finally:
        content.close()
    return b"\r" in head.rstrip(b"\r") and b"\n" not in head and framing(source, head[:HEAD]) == LINES


def name_problem(path: str) -> Problem | None:
    """Return what is wrong with a file's name; None when an event can say it. A name of Linux can be any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        fix = "rename it, or link to it by another name"
        return Problem(file=path, what="its name is not UTF-8, so that no event could name it", fix=fix)
    return None


def _open(path: str) -> Content:
    if path == "-":
        return _standard_input()
    unnamable = name_problem(path)
    if unnamable is not None:
        raise InputError(unnamable)
    try:
        return open_content(path)
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise InputError(Problem(file=path, what=what)) from None


def _standard_input() -> StreamContent:
    stream = sys.stdin.buffer
    peek = getattr(stream, "peek", None)
    return open_stream(stream, compression_of(peek(8)) if peek else "")


def _read(
    path: str,
    content: Content,
    source: SourceSettings,
    clock: Clock,
    lines: int,
    framing_of: FramingOf,
    on_damage: Callable[[Problem], None],
) -> Iterator[LineBatch]:
    head = content.read_at(0, HEAD)
    framing, file_id, header = framing_of(source, head), archive_id(head), ""
    written = clock.now() if path == "-" else datetime.fromtimestamp(content.stat().st_mtime, UTC)
    stream = path if path == "-" else stream_of(path)
    read = False
    for cut, last in _regular(_cuts(path, content, framing), lines):
        yield LineBatch(
            source=source.name,
            stream=stream,
            path=path,
            file_id=file_id,
            lines=cut.lines,
            offsets=cut.offsets,
            start=cut.start,
            end=cut.end,
            ingested=clock.now(),
            first_number=cut.first_number,
            numbers=cut.numbers,
            rejects=cut.rejects + (_damaged(content) if last else ()),
            header=header,
            written=written,
            at_end=last,
            finished=last,
        )
        read = True
        if framing.header:
            header = last_directive(cut.lines, framing.header) or header
    damage = content.damage if isinstance(content, StreamContent) else None
    if damage is not None and damage.parts and read:
        more = f" (and {len(damage.parts) - 1} more like it)" if len(damage.parts) > 1 else ""
        fix = "all else was read; if the log is still on its machine, save it anew: wevtutil epl LOG FILE"
        on_damage(Problem(file=path, what=f"is damaged: {damage.why}{more}", fix=fix))
        return
    if damage is not None:
        what = f"is damaged behind byte {damage.offset} of its content: {damage.why}"
        raise InputError(Problem(file=path, what=what, fix="what stands before it was read"))


def _damaged(content: Content) -> tuple[LineReject, ...]:
    """Return a reject for each part that could not be read, of a file that was read to its end."""
    damage = content.damage if isinstance(content, StreamContent) else None
    if damage is None:
        return ()
    return tuple(LineReject(offset=damage.offset, reason=RejectReason.DAMAGED) for _ in damage.parts)


def _cuts(path: str, content: Content, framing: Framing) -> Iterator[LineChunk]:
    cutter = cutter_for(framing, first_number=1)
    while True:
        seen = cutter.seen
        try:
            cut = cutter.read_chunk(content, _CHUNK) or (
                None
                if cutter.skipping and cutter.seen > seen
                else cutter.read_chunk(content, MIN_READ, ending=Ending.FINAL)
            )
        except OSError as error:
            what = f"cannot be read behind byte {cutter.offset}: {error.strerror or error}"
            raise InputError(Problem(file=path, what=what)) from None
        if cut is not None:
            yield cut
        elif cutter.seen == seen:
            return


def _regular(cuts: Iterator[LineChunk], lines: int) -> Iterator[tuple[LineChunk, bool]]:
    """Cut anew into batches of ``lines`` good lines; tell which one is the last."""
    held: LineChunk | None = None
    for cut in cuts:
        held = cut if held is None else _joined(held, cut)
        while len(held.lines) > lines:
            first, held = _parted(held, lines)
            yield first, False
            del first  # or it lies in memory beside the next one
    if held is not None:
        held = replace(held, lines=together(held.lines))
        yield held, True


def _joined(left: LineChunk, right: LineChunk) -> LineChunk:
    return LineChunk(
        lines=pl.concat([left.lines, right.lines]),
        offsets=pl.concat([left.offsets, right.offsets]),
        numbers=_chained(left.numbers, right.numbers),
        rejects=left.rejects + right.rejects,
        start=left.start,
        end=right.end,
        first_number=left.first_number,
        size=left.size + right.size,
    )


def _chained(left: pl.Series | None, right: pl.Series | None) -> pl.Series | None:
    return None if left is None or right is None else pl.concat([left, right])


def _parted(cut: LineChunk, lines: int) -> tuple[LineChunk, LineChunk]:
    border = int(cut.offsets[lines])
    before = tuple(reject for reject in cut.rejects if reject.offset < border)
    after = cut.rejects[len(before) :]
    return _part(cut, 0, lines, cut.start, border, before), _part(cut, lines, None, border, cut.end, after)


def _part(
    cut: LineChunk, first: int, count: int | None, start: int, end: int, rejects: tuple[LineReject, ...]
) -> LineChunk:
    return LineChunk(
        lines=together(cut.lines.slice(first, count)),
        offsets=cut.offsets.slice(first, count),
        numbers=None if cut.numbers is None else cut.numbers.slice(first, count),
        rejects=rejects,
        start=start,
        end=end,
        first_number=cut.first_number if cut.numbers is None or not first else int(cut.numbers[first]),
        size=end - start,
    )
