"""One frame as arrays: times, numbers that stand for texts, hashes of values; each made once and shared by all rules.

Comes in: an event frame. Goes out: numpy arrays, one place a row. A small operation of numpy costs a fiftieth of one of
polars, which plans each anew; so columns are read once here, and the rest of detection works with what was read.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import arrow_array, from_arrow, not_null, numpy_array
from detector.detect.hash_index import FRESH, Keys
from detector.detect.rules.columns.expressions import COUNTED, EITHER, EVERYTHING, LABEL, NATIVE, OBJECT, source, times
from detector.detect.rules.columns.native_values import LIST, label_object, label_texts, label_values
from detector.detect.rules.columns.text_codes import NONE as NONE
from detector.detect.rules.columns.text_codes import Encoded, encode, encode_texts
from detector.detect.sorted_groups import begins_of
from detector.schema.events.columns import AT_LEAST, CHANGES, OF_MANY

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MARK: Final = "\x1f"  # between the parts of a key
_SPARSE: Final = 8  # so many times fewer rows than the frame has are few
_NO_TEXTS: Final = pl.Series([], dtype=pl.String())
_SHORT: Final = 4_000  # rows of a frame that are sooner hashed than some are taken out


class TextCodes(NamedTuple):
    """A column of texts as numbers: equal texts have equal ones, ``NONE`` where nothing stands."""

    of: Ints
    texts: list[str]

    def text(self, code: int) -> str | None:
        """Return the text behind a number."""
        return None if code == NONE else self.texts[code]


class Acts(NamedTuple):
    """What events tell of.

    Attributes:
        ids: The act of each event; the same for all that tell of it.
        repeated: Another log has told of it before.
        at_address: The same for who counts by address: a log that knows no account tells of the same logins.
        unsure: Of late events: another log told of an act that is alike and later, so that whether it told of this one
            is not known any more. None: of none.
    """

    ids: Keys
    repeated: Mask
    at_address: Mask
    unsure: Mask | None = None

    def of(self, rows: Mask) -> "Acts":
        """Return what some events tell of."""
        unsure = None if self.unsure is None else self.unsure[rows]
        return Acts(self.ids[rows], self.repeated[rows], self.at_address[rows], unsure)


class Lists(NamedTuple):
    """Some numbers for each row: those of row r stand from ``begin[r]`` up to ``begin[r + 1]``."""

    begin: Ints
    values: Ints

    def at(self, rows: Ints) -> "Lists":
        """Return the numbers of some rows."""
        first = self.begin[rows]
        many = self.begin[rows + 1] - first
        begin = np.zeros(rows.size + 1, dtype=np.int64)
        np.cumsum(many, out=begin[1:])
        if begin[-1] == rows.size and bool((many == 1).all()):
            return Lists(begin, self.values[first])
        return Lists(begin, self.values[np.repeat(first - begin[:-1], many) + np.arange(begin[-1])])

    def owners(self) -> Ints:
        """Return for each number the place of its row."""
        return np.repeat(np.arange(self.begin.size - 1), np.diff(self.begin))


class FrameView:
    """A frame, and what was read of it so far.

    Attributes:
        seed: Of the hashes made of its texts: that of the state they are compared with.
        acts: Which events tell of one act; None where nobody asked, and each event is one.
    """

    def __init__(self, frame: pl.DataFrame, seed: int = FRESH) -> None:
        self._frame = frame
        self.seed = seed
        self.acts: Acts | None = None
        self._added: list[pl.Series] = []
        self.height = frame.height
        self._names = set(frame.columns)
        self._columns: dict[str, pl.Series] = {}
        self._arrows: dict[str, pa.Array] = {}
        self._encoded: dict[str, Encoded] = {}
        self._codes: dict[tuple[str, ...], TextCodes] = {}
        self._marks: dict[tuple[str, ...], Keys] = {}
        self._lists: dict[str, Lists] = {}
        self._listed: dict[str, tuple[Ints, pa.Array]] = {}
        self._numbers: dict[str, Ints] = {}
        self._elements: dict[str, tuple[Lists, list[str]]] = {}
        self._made: dict[str, pl.Series | None] = {}
        self._label_keys: TextCodes | None = None
        self._time: Ints | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """The frame, with what was added. It is put together when somebody asks for it: few frames need that."""
        if self._added:
            self._frame, self._added = self._frame.hstack(self._added), []
        return self._frame

    @property
    def time(self) -> Ints:
        """Event times in microseconds."""
        if self._time is None:
            self._time = times(self._frame)
        return self._time

    def column(self, name: str) -> pl.Series:
        """Return a column of the frame in one piece."""
        found = self._columns.get(name)
        if found is None:
            column = self._frame.get_column(name)  # what was added is found already
            found = self._columns[name] = column.rechunk() if column.n_chunks() > 1 else column
        return found

    def arrow(self, name: str) -> pa.Array:
        """Return a column as arrow keeps it, texts where polars has them."""
        found = self._arrows.get(name)
        if found is None:
            found = self._arrows[name] = _arrow(self.column(name))
        return found

    def empty(self, name: str) -> bool:
        """Say whether a column holds nothing at all."""
        return self.column(name).null_count() == self.height

    def there(self, name: str) -> Mask:
        """Say where a column holds something."""
        return not_null(self.arrow(name))

    def holds(self, name: str, *texts: str) -> Mask:
        """Say where a column of few texts holds one of these."""
        return self.among(name, [text in texts for text in self.codes(name).texts])

    def among(self, name: str, wanted: Sequence[bool]) -> Mask:
        """Say where a column holds a text that is wanted; ``wanted`` says so of each of the column's texts."""
        if not any(wanted):
            return np.zeros(self.height, dtype=np.bool_)
        table = np.array([*wanted, False])  # NONE is the last place
        found: Mask = table[self.codes(name).of]
        return found

    def number(self, name: str) -> Ints:
        """Return a column of whole numbers, nothing as 0."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = numpy_array(self.arrow(name)).astype(np.int64, copy=False)
        return found

    def truth(self, name: str) -> Mask:
        """Return a column of truth values, nothing as False."""
        column = self.column(name)
        if column.null_count() == self.height:
            return np.zeros(self.height, dtype=np.bool_)
        found: Mask = numpy_array(self.arrow(name), missing=False)
        return found

    def touches(self) -> Mask:
        """Say where client data was sent or changed: where it is not known that nothing was (a count of 0)."""
        found: Mask = ~((self.number("record.count") == 0) & self.there("record.count"))
        return found

    def sent(self) -> Mask:
        """Say where client data was sent to whoever asked, as far as is known."""
        return self.touches() & ~self.holds("event.action", *CHANGES)

    def uncounted(self) -> Mask:
        """Say where client data was sent by what may hold many records, and the log does not tell how many."""
        unknown = ~self.there("record.count") | self.shortened()
        found = self.holds("event.action", *OF_MANY) & unknown & self.there("object.classes")
        if found.any():
            found &= ~self.holds("event.outcome", "failure")
            found &= ~self.holds("http.request.method", "HEAD", "OPTIONS", "head", "options")
            status = self.number("http.response.status_code")
            found &= ~((status >= 300) & (status < 400) & self.holds("http.request.method", "GET"))
        return found

    def shortened(self) -> Mask:
        """Say of which lines parts are missing, so that their ids are not all."""
        return self.holds("record.count_basis", AT_LEAST)

    def codes(self, name: str) -> TextCodes:
        """Return a field as numbers for its texts; a list is its elements with commas between."""
        found = self._codes.get((name,))
        if found is None:
            found = self._codes[name,] = _codes(*self.encoded(name))
        return found

    def is_encoded(self, name: str) -> bool:
        """Say whether a field is known as numbers already."""
        return (name,) in self._codes

    def encoded(self, name: str) -> Encoded:
        """Return a field as numbers and its texts as they are kept: making many of them texts of Python is dear."""
        found = self._encoded.get(name)
        if found is None and name == COUNTED and self.empty("source.subnet"):
            found = self._encoded[name] = self.encoded("source.ip")
        if found is None:
            column = self._text(name)
            nothing = Encoded(np.full(self.height, NONE, dtype=np.int64), None)
            found = self._encoded[name] = nothing if column is None else encode(column)
        return found

    def key(self, names: Sequence[str]) -> TextCodes:
        """Return several fields as one key; ``NONE`` where one of them is missing."""
        if len(names) == 1:
            return self.codes(names[0])
        found = self._codes.get(tuple(names))
        if found is None:
            found = self._codes[tuple(names)] = self._joined(names)
        return found

    def marks(self, *names: str) -> Keys:
        """Return the hash of each text of a key, by its number: what state remembers instead of the text."""
        found = self._marks.get(names)
        if found is None:
            texts = self._kept(names[0]) if len(names) == 1 else pl.Series(self.key(names).texts, dtype=pl.String())
            found = self._marks[names] = marks_of(texts, self.seed)
        return found

    def mark(self, names: Sequence[str], more: pl.Series) -> Keys:
        """Hash the texts of several columns at once, and more texts; return the hashes of the latter.

        A call of polars for a hundred texts takes no longer than one for ten, and small steps were made of such calls.
        """
        texts = [self._kept(name) for name in names]
        whole = more.clear()
        for each in (*texts, more):
            if len(each):
                whole.append(each)
        parts = np.split(marks_of(whole, self.seed), np.cumsum([len(each) for each in texts]))
        self._marks.update(((name,), part) for name, part in zip(names, parts, strict=False))
        return parts[-1]

    def _kept(self, name: str) -> pl.Series:
        """Return the distinct texts of a column, by their numbers."""
        texts = self.encoded(name).dictionary
        return _NO_TEXTS if texts is None else from_arrow("", texts)

    def only(self, rows: Mask) -> "FrameView":
        """Return some rows of the frame, with what they tell of; what was added to it is left out."""
        some = FrameView(self._frame.filter(pl.Series(rows)), self.seed)
        some.acts = None if self.acts is None else self.acts.of(rows)
        return some

    def knows(self, name: str) -> bool:
        """Tell whether there is such a column in the frame, or was added to it."""
        return name in self._names

    def spread(self, name: str, rows: Ints, values: Ints) -> pl.Series:
        """Return a column of whole numbers that holds something in some rows."""
        whole = np.zeros(self.height, dtype=np.int64)
        whole[rows] = values
        if rows.size == self.height:
            return pl.Series(name, whole)
        known = np.zeros(self.height, dtype=np.bool_)
        known[rows] = True
        return from_arrow(name, arrow_array(whole, known))

    def values(self, name: str, rows: Ints) -> list[Any]:
        """Return what a column holds in some rows: for few of them cheaper than numbers for the whole of it."""
        return self.column(name)[pl.Series(rows.astype(np.uint32))].to_list()

    def part(self, names: Sequence[str], rows: Ints) -> "FrameView":
        """Return a view of some rows, and of some columns alone."""
        index = pl.Series(rows.astype(np.uint32))
        return FrameView(pl.DataFrame([self.column(name)[index] for name in names]), self.seed)

    def add(self, columns: list[pl.Series]) -> None:
        """Add more columns to the frame, of its height."""
        if any(len(column) != self.height for column in columns):
            raise ValueError("a column of another height")
        self._added += columns
        self._columns |= {column.name: column for column in columns}
        self._names.update(column.name for column in columns)

    def make(self, column: pl.Series) -> None:
        """Know a column that is made of others, and stands in no frame."""
        self._columns[column.name] = column
        self._names.add(column.name)

    def _joined(self, names: Sequence[str]) -> TextCodes:
        if not names:
            return TextCodes(np.zeros(self.height, dtype=np.int64), [""])
        parts = [self.codes(name) for name in names]
        whole = np.all([part.of != NONE for part in parts], axis=0)
        rows = np.flatnonzero(whole)
        joined = np.zeros(rows.size, dtype=np.int64)
        for part in parts:
            joined = np.unique(joined * max(1, len(part.texts)) + part.of[rows], return_inverse=True)[1]
        codes = np.full(self.height, NONE, dtype=np.int64)
        codes[rows] = joined
        first = rows[np.unique(joined, return_index=True)[1]]
        texts = [MARK.join(part.texts[part.of[row]] for part in parts) for row in first.tolist()]
        return TextCodes(codes, texts)

    def hashes(self, name: str) -> Lists:
        """Return hashes of what a field holds in each row; a list holds several, nothing holds none."""
        found = self._lists.get(name)
        if found is None:
            column = self.field(name)
            listed = column is not None and column.dtype == pl.List
            lists = None
            if column is not None and listed and column.null_count() < self.height:
                lists = self.listed(name) if name in self._names else _list(_arrow(column))
            found = self._lists[name] = _hashed(column, lists, self.height, self.seed)
        return found

    def hashes_at(self, name: str, rows: Ints) -> Lists:
        """Return the hashes of some rows: of few of them those alone are made, unless all have been already."""
        few = self.height > _SHORT and _SPARSE * rows.size < self.height
        few = few and name in self._names and name not in self._lists
        return self.part([name], rows).hashes(name) if few else self.hashes(name).at(rows)

    def elements(self, name: str) -> tuple[Lists, list[str]]:
        """Return the elements of a column of lists as numbers for their texts, nulls left out."""
        found = self._elements.get(name)
        if found is None:
            begin, texts = self.listed(name)
            codes = _codes(*encode_texts(texts))
            found = self._elements[name] = (without(Lists(begin, codes.of), codes.of == NONE), codes.texts)
        return found

    def lengths(self, name: str) -> Ints:
        """Return how long each list of a column is, nulls in it too."""
        begin = self.listed(name)[0]
        return begin[1:] - begin[:-1]

    def firsts(self, name: str) -> tuple[Ints, pl.Series]:
        """Return the rows whose lists have an element, and the first one of each."""
        begin, values = self.listed(name)
        rows = np.flatnonzero(begin[1:] != begin[:-1])
        elements = from_arrow("", values)
        if rows.size == len(elements):
            return rows, elements
        return rows, elements[pl.Series(begin[rows].astype(np.uint32))]

    def listed(self, name: str) -> tuple[Ints, pa.Array]:
        """Return where the rows of a column of lists begin and end, and all elements in one array."""
        found = self._listed.get(name)
        if found is None:
            found = self._listed[name] = _list(self.arrow(name))
        return found

    def field(self, name: str) -> pl.Series | None:
        """Return a field, made of others where it is no column; None: there is none such."""
        if name in self._names:
            return self.column(name)
        if name not in self._made:
            self._made[name] = self._derived(name)
        return self._made[name]

    def field_at(self, name: str, rows: Ints) -> pl.Series | None:
        """Return a field of some rows: where it is made of others, it is made for these alone."""
        if name in self._names:
            return self.column(name)[pl.Series(rows.astype(np.uint32))]
        if name.startswith(NATIVE) or EITHER in name:  # many rules ask for them: made once
            column = self.field(name)
            return None if column is None else column[pl.Series(rows.astype(np.uint32))]
        found = source(name, self._frame.schema)
        return None if found is None else self.part(sorted(set(found[0].meta.root_names())), rows).field(name)

    def _derived(self, name: str) -> pl.Series | None:
        if EITHER in name:
            return self._first(name.split(EITHER))
        if name.startswith(LABEL):
            return self._label(name.removeprefix(LABEL))
        return self._native(name) if name.startswith(NATIVE) else self._make(name)

    def _first(self, names: Sequence[str]) -> pl.Series | None:
        """Return what the first of several fields that holds something holds, as text."""
        made: pl.Series | None = None
        for name in names:
            texts = self._text(name)
            if texts is not None:
                made = texts if made is None else made.zip_with(made.is_not_null(), texts)
        return made

    def _make(self, name: str) -> pl.Series | None:
        found = source(name, self.frame.schema)
        if found is None:
            return None
        column = self.frame.select(found[0].alias("")).to_series()
        return column.rechunk() if column.n_chunks() > 1 else column

    def _labels(self) -> tuple[Ints, pa.Array, TextCodes] | None:
        """Return where the labels of each row begin and end, all of them, and their names; None: there are none."""
        if "labels" not in self._names or self.empty("labels"):
            return None
        begin, entries = self.listed("labels")
        if self._label_keys is None:
            self._label_keys = _codes(*encode_texts(entries.field("key")))
        return begin, entries, self._label_keys

    def below(self, path: str) -> Mask | None:
        """Say where the log has an object at a path: labels that begin with it; None: nowhere."""
        found = self._labels()
        if found is None:
            return None
        begin, _, keys = found
        named = np.array([key.startswith(f"{path}.") for key in keys.texts], dtype=np.bool_)
        places = np.flatnonzero(named[keys.of])
        if not places.size:
            return None
        mask = np.zeros(self.height, dtype=np.bool_)
        mask[np.searchsorted(begin, places, side="right") - 1] = True
        return mask

    def _label(self, key: str) -> pl.Series | None:
        """Return the first label of a name in each row; None where no row has one."""
        found = self._labels()
        if found is None or key not in found[2].texts:
            return None
        begin, entries, keys = found
        places = np.flatnonzero(keys.of == keys.texts.index(key))
        rows = np.searchsorted(begin, places, side="right") - 1
        first = begins_of(rows)
        at = self.spread("", rows[first], places[first])
        return from_arrow("", entries.field("value")).gather(at.cast(pl.UInt32()))

    def _native(self, name: str) -> pl.Series | None:
        """Return a field under the name its log gives it: texts, or lists of them where some row holds several."""
        found = self._labels()
        if found is None:
            return None
        begin, entries, _ = found
        path = name.removeprefix(NATIVE)
        if name == EVERYTHING:
            made: pl.Series = _plain_values(name, begin, from_arrow("", entries.field("value")))
        elif path.endswith(OBJECT):
            made = self._objects(name, path.removesuffix(OBJECT), found)
        else:
            steps = path.split(".")
            above = {".".join(steps[:count]): ".".join(steps[count:]) for count in range(len(steps), 0, -1)}
            some = [(label, rest) for key, rest in above.items() if (label := self._label(key)) is not None]
            if not some:
                return None
            plain = some[0][0]
            if some[0][1] == "" and not plain.str.starts_with(LIST).any() and len(some) == 1:
                return plain
            made = self._within(name, some)
        self._columns[name] = made  # what is asked of lists is asked of columns
        return made

    def _within(self, name: str, labels: Sequence[tuple[pl.Series, str]]) -> pl.Series:
        """Return the values of a field that is a label or stands in a list of one, of several labels the first."""
        values: list[list[str | None] | None] = [None] * self.height
        for label, rest in labels:
            for row in label.is_not_null().arg_true().to_list():
                if values[row] is None:
                    values[row] = label_values(label[row], rest)
        return pl.Series(name, values, dtype=pl.List(pl.String()))

    def _objects(self, name: str, path: str, found: tuple[Ints, pa.Array, TextCodes]) -> pl.Series:
        begin, entries, keys = found
        below = np.array([key.startswith(f"{path}.") for key in keys.texts], dtype=np.bool_)
        rows = np.unique(np.searchsorted(begin, np.flatnonzero(below[keys.of]), side="right") - 1)
        values: list[list[str | None] | None] = [None] * self.height
        for row in rows.tolist():
            pairs = entries.slice(int(begin[row]), int(begin[row + 1] - begin[row])).to_pylist()
            values[row] = label_object([(pair["key"], pair["value"]) for pair in pairs], path)
        return pl.Series(name, values, dtype=pl.List(pl.String()))

    def _text(self, name: str) -> pl.Series | None:
        column = self.field(name)
        if column is None or column.dtype == pl.String():
            return column
        if column.dtype != pl.List:
            return texts_of(column)
        there = column.list.drop_nulls()
        texts = pl.select(pl.when(there.list.len() > 0).then(there.cast(pl.List(pl.String())).list.join(",")))
        return texts.to_series()


def _arrow(column: pl.Series) -> pa.Array:
    return column.to_arrow(compat_level=pl.CompatLevel.newest())


def _codes(of: Ints, dictionary: pa.Array | None) -> TextCodes:
    return TextCodes(of, [] if dictionary is None else dictionary.to_pylist())


def _list(lists: pa.Array) -> tuple[Ints, pa.Array]:
    """Return where the rows of a column of lists begin and end, and all elements in one array."""
    begin = numpy_array(lists.offsets)
    values = lists.values.slice(int(begin[0]), int(begin[-1] - begin[0]))
    begin = begin - begin[0]
    if lists.null_count:
        many = np.where(not_null(lists), np.diff(begin), 0)
        if int(many.sum()) != begin[-1]:
            # A null may still own elements underneath.
            return _list(_arrow(from_arrow("", lists).fill_null([]).rechunk()))
    return begin, values


def _lists(name: str, begin: Ints, values: pl.Series) -> pl.Series:
    """Return lists whose elements stand one behind the other."""
    return from_arrow(name, pa.LargeListArray.from_arrays(arrow_array(begin), values.to_arrow()))


def texts_of(column: pl.Series) -> pl.Series:
    """Return plain values as texts, times as ISO 8601 writes them."""
    if not column.dtype.is_temporal():
        return column.cast(pl.String())
    return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").str.replace(".000000Z", "Z", literal=True)


def _plain_values(name: str, begin: Ints, values: pl.Series) -> pl.Series:
    """Return the values of labels, of a label that is a list all that stands in it."""
    listed = np.flatnonzero(values.str.starts_with(LIST).fill_null(value=False).to_numpy())
    if not listed.size:
        return _lists(name, begin, values)
    parts: list[list[str | None]] = [[text] for text in values.to_list()]
    for place in listed.tolist():
        parts[place] = label_texts(str(values[place]))
    ends = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    return _lists(name, ends[begin], pl.Series([text for part in parts for text in part], dtype=pl.String()))


def hashes_of(texts: pl.Series, seed: int) -> Ints:
    """Return the hash of each text. A frame hashes its rows at once; a column would plan a query for it."""
    if not len(texts):
        return np.empty(0, dtype=np.int64)
    hashes: Ints = texts.to_frame().hash_rows(seed=seed).to_numpy().view(np.int64)
    return hashes


def marks_of(texts: pl.Series, seed: int = FRESH) -> Keys:
    """Return the hash of each text as a key."""
    return hashes_of(texts, seed).view(np.uint64)


def _hashed(column: pl.Series | None, lists: tuple[Ints, pa.Array] | None, height: int, seed: int) -> Lists:
    """Return the hashes of a column, or of the elements of its lists, as texts; ``lists``: where they begin and all."""
    if column is None or column.null_count() == height:
        return Lists(np.zeros(height + 1, dtype=np.int64), np.empty(0, dtype=np.int64))
    begin, elements = np.arange(height + 1), column
    if lists is not None:
        begin, values = lists
        elements = from_arrow("", values)
    texts = elements if elements.dtype == pl.String() else elements.cast(pl.String())
    found = Lists(begin, hashes_of(texts, seed))
    return without(found, elements.is_null().to_numpy()) if elements.null_count() else found


def without(lists: Lists, left_out: Mask) -> Lists:
    """Return lists without some of their numbers."""
    if not left_out.any():
        return lists
    before = np.zeros(left_out.size + 1, dtype=np.int64)
    np.cumsum(~left_out, out=before[1:])
    return Lists(before[lists.begin], lists.values[~left_out])
