"""A frame of events as it lies in memory, written to a file and found in it again without copying.

Comes in: a frame, and an open file. Goes out: where the columns lie in the file; and of that, the frame. Columns share
memory: those cut from a line lie in its bytes, those made together in one table. So memory is written by stretches,
each of them once. What holds one text in every row is told, not written.

Raw memory is several times faster than Arrow's stream, which gathers the texts of each column anew.
"""

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from detector import frames

_NEWEST = pl.CompatLevel.newest()
# What lies on such a border in memory lies on one in the file.
_BORDER = 64


class FileSlice(NamedTuple):
    """Where something lies in a file."""

    begin: int
    size: int


_NOWHERE = FileSlice(0, -1)  # no buffer at all, which is not the same as one of no bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """How a column lies in a file.

    Attributes:
        length / offset / nulls: As Arrow means them.
        buffers: Where its buffers are.
        elements: The same of the elements of lists.
    """

    length: int
    offset: int
    nulls: int
    buffers: tuple[FileSlice, ...]
    elements: "Lying | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """How a frame lies in a file; columns that are named nowhere are empty.

    Attributes:
        height: Rows.
        columns: How columns lie there, by name.
        same: The text of columns that hold one in every row.
        packed: Columns of another make, together, as an Arrow stream.
        end: Behind all of it.
    """

    height: int = 0
    columns: Mapping[str, Lying] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    packed: FileSlice = _NOWHERE
    end: int = 0


def write(file: int, events: pl.DataFrame) -> Parcel:
    """Write a complete event frame from the beginning of a file on, over what is there."""
    arrays: dict[str, pa.Array] = {}
    same: dict[str, str] = {}
    others: list[pl.Series] = []
    for column in events.get_columns():
        if column.null_count() == events.height:
            continue
        if not _raw(_kinds()[column.name]):
            others.append(column)
            continue
        array = (column.rechunk() if column.n_chunks() > 1 else column).to_arrow(compat_level=_NEWEST)
        if _one_text(array):
            same[column.name] = column[0]
        else:
            arrays[column.name] = array
    memory = _Memory(each for array in arrays.values() for each in _all_buffers(array))
    memory.write(file)
    columns = {name: _lying(array, memory) for name, array in arrays.items()}
    packed = _pack(file, memory.end, others) if others else _NOWHERE
    end = memory.end + max(packed.size, 0)
    return Parcel(height=events.height, columns=columns, same=same, packed=packed, end=end)


def read(parcel: Parcel, file: pa.Buffer) -> pl.DataFrame:
    """Return the frame; its columns lie in the file, which goes with the last of them."""
    if not parcel.height:
        return frames.empty_events()
    columns = {name: pl.Series(name, _array(_kinds()[name], lying, file)) for name, lying in parcel.columns.items()}
    for name, text in parcel.same.items():
        columns[name] = pl.Series(name, [text], dtype=pl.String()).new_from_index(0, parcel.height)
    if parcel.packed.size > 0:
        arrived = pl.DataFrame(pa.ipc.open_stream(file.slice(*parcel.packed)).read_all())
        columns.update((each.name, each) for each in arrived.get_columns())
    return frames.completed(columns, parcel.height)


@cache
def _kinds() -> dict[str, pa.DataType]:
    """Return what Arrow calls the types of the event columns."""
    return {each.name: each.to_arrow(compat_level=_NEWEST).type for each in frames.empty_events().get_columns()}


def _raw(kind: pa.DataType) -> bool:
    """Say whether a column is of a make that is written as it lies: numbers, texts, lists of these."""
    element = kind.value_type if pa.types.is_large_list(kind) else kind
    return bool(pa.types.is_primitive(element) or element == pa.string_view())


def _one_text(array: pa.Array) -> bool:
    """Say whether a column holds one text in every row, all of them at one place where it is a long one."""
    if array.type != pa.string_view() or array.null_count:
        return False
    words = np.frombuffer(array.buffers()[1], np.uint64)[2 * array.offset : 2 * (array.offset + len(array))]
    # A look at both ends spares a look at all rows of nearly every column that is not meant.
    return bool((words[:2] == words[-2:]).all() and (words.reshape(-1, 2) == words[:2]).all())


def _buffers(array: pa.Array) -> list[pa.Buffer | None]:
    """Return the buffers of a column, without those of the elements of lists."""
    held: list[pa.Buffer | None] = array.buffers()
    return held[:2] if pa.types.is_large_list(array.type) else held


def _elements(array: pa.Array) -> pa.Array | None:
    return array.values if pa.types.is_large_list(array.type) else None


def _all_buffers(array: pa.Array | None) -> Iterator[pa.Buffer]:
    while array is not None:
        yield from filter(None, _buffers(array))
        array = _elements(array)


class _Memory:
    """Stretches of memory, and where they come to lie in a file one behind the other.

    Attributes:
        end: Behind the last one.
    """

    def __init__(self, buffers: Iterable[pa.Buffer]) -> None:
        self._held = list(buffers)
        self._stretches: list[tuple[int, int, int]] = []
        self.end = 0
        for begin, stop in _united({(each.address, each.address + each.size) for each in self._held if each.size}):
            place = self.end + (begin - self.end) % _BORDER
            self._stretches.append((begin, stop, place))
            self.end = place + stop - begin
        self._begins = [begin for begin, _, _ in self._stretches]

    def write(self, file: int) -> None:
        """Write them."""
        for begin, stop, place in self._stretches:
            write_at(file, memoryview(pa.foreign_buffer(begin, stop - begin, self._held)), place)

    def place(self, buffer: pa.Buffer | None) -> FileSlice:
        """Return where a buffer comes to lie."""
        if buffer is None or not buffer.size:
            return _NOWHERE if buffer is None else FileSlice(0, 0)
        begin, _, place = self._stretches[bisect_right(self._begins, buffer.address) - 1]
        return FileSlice(place + buffer.address - begin, buffer.size)


def _united(spans: Iterable[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Return spans in their order, those that overlap as one."""
    united: list[tuple[int, int]] = []
    for begin, stop in sorted(spans):
        if united and begin < united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], stop))
        else:
            united.append((begin, stop))
    return united


def write_at(file: int, data: memoryview, place: int) -> None:
    """Write bytes to a place in a file."""
    while data:
        written = os.pwrite(file, data, place)
        data, place = data[written:], place + written


def _pack(file: int, begin: int, columns: Sequence[pl.Series]) -> FileSlice:
    with open(file, "wb", buffering=0, closefd=False) as out:
        out.seek(begin)
        pl.DataFrame(columns).write_ipc_stream(out, compat_level=_NEWEST)
        return FileSlice(begin, out.tell() - begin)


def _lying(array: pa.Array, memory: _Memory) -> Lying:
    elements = _elements(array)
    return Lying(
        length=len(array),
        offset=array.offset,
        nulls=array.null_count,
        buffers=tuple(map(memory.place, _buffers(array))),
        elements=None if elements is None else _lying(elements, memory),
    )


def _array(kind: pa.DataType, lying: Lying, file: pa.Buffer) -> pa.Array:
    buffers = [None if place.size < 0 else file.slice(*place) for place in lying.buffers]
    elements = None if lying.elements is None else [_array(kind.value_type, lying.elements, file)]
    return pa.Array.from_buffers(kind, lying.length, buffers, lying.nulls, lying.offset, elements)
