"""Batches as columns: what acquire hands to decode (lines) and decode to detect (events), as polars types.

Comes in: the column table of ``detector.schema.events.columns``. Goes out: the polars schema of an event frame, the two
batch types, and the lazy identities ``event.id`` and ``event.hash``. It holds no decision and does no I/O.

An event frame has *every* column of the table, in its order, so that frames of different formats can be put together.
``event.id`` and ``event.hash`` stay null until ``identify`` is called on the few rows that are kept (journal,
evidence): hashing each of 300,000 lines a second would cost a third of the whole budget.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache, partial
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

import polars as pl

from detector.arrow_buffers import from_arrow
from detector.schema import ids
from detector.schema.events import columns
from detector.schema.events.lines import LineReject

TIME = pl.Datetime("us", "UTC")

_FEW: Final = 64  # rows: of so many the values are taken out one by one
_DTYPES: dict[str, pl.DataType] = {
    "datetime (UTC, µs)": TIME,
    "int64 (ns)": pl.Int64(),
    "int64": pl.Int64(),
    "int16": pl.Int16(),
    "bool": pl.Boolean(),
    "list[str]": pl.List(pl.String()),
    # Key and value pairs; polars has no map type. Read one with frames.label(name).
    "dict[str, str]": pl.List(pl.Struct({"key": pl.String(), "value": pl.String()})),
}


def _dtype(column: columns.Column) -> pl.DataType:
    return _DTYPES.get(column.dtype, pl.String())


EVENT_SCHEMA: dict[str, pl.DataType] = {column.name: _dtype(column) for column in columns.COLUMNS}

LINE: Final = ("log.file.identity", "log.offset", "@timestamp")
"""The line an event stands in."""
REASONS = "touch.reasons"
TOUCH_SCHEMA: dict[str, pl.DataType] = {
    **{name: EVENT_SCHEMA[name] for name in ("@timestamp", "log.file.identity", "log.offset", "actor.id")},
    REASONS: pl.List(pl.UInt8()),
}
"""Why events touched the clients they name: where the line of each stands, whose it is, and of each of its
``subject.ids`` the number of a ``TouchReason``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBatch:
    """Lines of one file, in the order they stand there.

    Attributes:
        source: Name of the source in the configuration.
        stream: The logical log (see ``Position.stream``).
        path: Where the file lies now.
        file_id: Stable key of the file's identity.
        lines: Series of pl.String, without line ends; valid UTF-8, at most 64 KiB each. Where the framing knows
            records of several lines, each is one of these "lines": line ends within it, at most 256 KiB.
        offsets: Series of pl.Int64, the byte where each line starts.
        start: Byte where the batch starts. end: byte behind its last complete line, rejects included.
        first_number: Number of the batch's first line in the file (1-based), 0 when the reader does not count.
        numbers: Number of each line in the file (1-based; rejects take numbers too), None when not counted.
        rejects: Lines that could not be text, with their place.
        header: The directive line in force before the first line (see ``schema.events.framing``); empty: none.
        written: When the file was last written, as far as the system knows; None when unknown.
        ingested: When it was read, UTC.
        at_end: The reader stood at the end of this file after the batch: no older line is waiting there.
        finished: The file is complete and will not grow (an archive, a rotated file read to its end).
        history: Lines that start before this byte stood in the file before the service first opened its log; 0: none.
        provisional: Its last record may go on: the batch is told beforehand, and is read again from the same byte on.
    """

    source: str
    stream: str
    path: str
    file_id: str
    lines: pl.Series
    offsets: pl.Series
    start: int
    end: int
    ingested: datetime
    first_number: int = 0
    numbers: pl.Series | None = None
    rejects: tuple[LineReject, ...] = ()
    header: str = ""
    written: datetime | None = None
    at_end: bool = False
    finished: bool = False
    history: int = 0
    provisional: bool = False

    @property
    def size(self) -> int:
        """Bytes the batch covers."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBatch:
    """Events of one line batch: a frame of ``EVENT_SCHEMA``, and the lines that gave none.

    Attributes:
        frame: The events.
        rejects: The lines that gave none.
        numbers: Line numbers of the frame's rows, when the reader counted.
        routes: For each row the number of the record map's route that fits it, -1 for none; None: nobody asked.
        tables: For rows about SQL statements, the tables that no route of the record map names, as patterns; null for
            other rows, and for statements about no table. None: no row is about one.
        last_resort: How many lines were only kept as text, or read with parts missing, by each format that did.
    """

    frame: pl.DataFrame
    rejects: tuple[LineReject, ...] = ()
    numbers: pl.Series | None = None
    routes: pl.Series | None = None
    tables: pl.Series | None = None
    last_resort: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTouches:
    """Touches of the access journal, read a span at a time: its files change while the service runs.

    Attributes:
        first / last: Event time of the first and the last of them; None: there are none.
        between: Reads those from one moment on and before another.
    """

    first: datetime | None
    last: datetime | None
    between: Callable[[datetime, datetime], pl.DataFrame]


def joined(batches: Sequence[EventBatch]) -> EventBatch:
    """Return the events of pieces of one line batch as those of the whole."""
    return EventBatch(
        frame=concat([each.frame for each in batches]),
        rejects=tuple(reject for each in batches for reject in each.rejects),
        numbers=_beside(batches, "numbers"),
        routes=_beside(batches, "routes"),
        tables=_beside(batches, "tables"),
        last_resort=sum((Counter(each.last_resort) for each in batches), Counter()),
    )


def _beside(batches: Sequence[EventBatch], name: str) -> pl.Series | None:
    """Return what stands beside the rows of all batches, null where one says nothing; None: none says anything."""
    columns = [(getattr(each, name), each.frame.height) for each in batches]
    known = next((column for column, _ in columns if column is not None), None)
    if known is None:
        return None
    parts = [
        pl.Series(known.name, [None], dtype=known.dtype).new_from_index(0, height) if column is None else column
        for column, height in columns
    ]
    return pl.concat(parts)


@cache
def empty_events() -> pl.DataFrame:
    """Return an event frame without rows."""
    return pl.DataFrame(schema=EVENT_SCHEMA)


@cache
def _nulls(height: int) -> pl.DataFrame:
    return pl.DataFrame(
        [pl.Series(name, [None], dtype=dtype).new_from_index(0, height) for name, dtype in EVENT_SCHEMA.items()]
    )


def complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with every event column, in order; missing ones are null. Extra columns are dropped.

    It begins as a slice of a prepared frame of nulls: making 30 such columns anew costs more than decoding a batch of
    100 lines.
    """
    return completed({column.name: column for column in frame.get_columns()}, frame.height)


def completed(have: Mapping[str, pl.Series], height: int) -> pl.DataFrame:
    """Return the event frame of these columns by name, as ``complete`` does."""
    frame = _nulls(1 << max(height - 1, 0).bit_length()).head(height)
    for at, name in enumerate(EVENT_SCHEMA):
        column = have.get(name)
        if column is not None:
            frame.replace_column(at, column if column.name == name else column.alias(name))
    return frame


def known(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that hold something, for keeping; ``complete`` gives the others back."""
    return pl.DataFrame([column for column in frame.get_columns() if column.null_count() < frame.height])


def concat(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put complete event frames together, in the order given."""
    full = [frame for frame in frames if frame.height]
    if not full:
        return empty_events()
    return full[0] if len(full) == 1 else pl.concat(full)


def compact(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame in one piece: rows are taken out of one nine times as fast as out of two.

    Columns that hold nothing are not copied: all frames share them, and of a web log's they are a third.
    """
    if frame.n_chunks() == 1 or frame.width != len(EVENT_SCHEMA):
        return frame.rechunk()
    return _with_nulls(known(frame).rechunk(), frame.height)


def gather(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Return some rows of a complete event frame, by their numbers; columns that hold nothing are shared."""
    return _with_nulls(known(frame)[rows], len(rows))


def _with_nulls(some: pl.DataFrame, height: int) -> pl.DataFrame:
    return completed({column.name: column for column in some.get_columns()}, height)


def own(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a complete event frame in memory of its own.

    Rows taken out of a frame share its texts: some of them that are remembered keep all of it alive. Columns that hold
    nothing take no memory: all frames share them.
    """
    return complete(copied(known(frame)))


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame in memory of its own."""
    oldest = pl.CompatLevel.oldest()
    return pl.DataFrame([from_arrow(each.name, each.to_arrow(compat_level=oldest)) for each in frame.get_columns()])


def chosen(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Return some columns; ``select`` does the same and plans a query first."""
    return pl.DataFrame([frame.get_column(name) for name in names])


def mark_history(frame: pl.DataFrame, batch: LineBatch) -> pl.DataFrame:
    """Return the events of a batch with ``log.history`` said of each; null where the batch holds no such line."""
    if batch.start >= batch.history or not frame.height:
        return frame
    known = (frame.get_column("log.offset") < batch.history).alias("log.history")
    return frame.clone().replace_column(frame.get_column_index("log.history"), known)


def counted_addresses(frame: pl.DataFrame) -> pl.Series:
    """Return what the address of each row counts by: itself, or of IPv6 its network."""
    subnets, addresses = frame.get_column("source.subnet"), frame.get_column("source.ip")
    if subnets.null_count() == frame.height:
        return addresses
    return subnets.zip_with(subnets.is_not_null(), addresses)


def wide_networks(frame: pl.DataFrame) -> pl.Series:
    """Return the /24 of IPv4 or /48 of IPv6 that each address on the internet lies in; null for all others.

    Whoever rents machines has such a network as easily as one address. An office or a net of the house is none.
    """
    networks, addresses = frame.get_column("network.name"), frame.get_column("source.ip")
    nobody = pl.Series("source.ip", [None], dtype=pl.String()).new_from_index(0, frame.height)
    if networks.null_count() == frame.height or addresses.null_count() == frame.height:
        return nobody
    if frame.height <= _FEW:
        pairs = zip(networks.to_list(), addresses.to_list(), strict=True)
        wide = [wide_network(each) if name == columns.INTERNET and each is not None else None for name, each in pairs]
        return pl.Series("source.ip", wide, dtype=pl.String())
    addresses = addresses.zip_with((networks == columns.INTERNET).fill_null(value=False), nobody)
    known = addresses.drop_nulls().unique()
    if not known.len():
        return nobody
    wide_of = pl.Series([wide_network(each) for each in known.to_list()], dtype=pl.String())
    return addresses.replace_strict(known, wide_of, default=None, return_dtype=pl.String())


@lru_cache(maxsize=1 << 14)
def wide_network(address: str) -> str | None:
    """Return the /24 of IPv4 or /48 of IPv6 an address lies in; None for what is no address."""
    try:
        return str(ip_network((address, 48 if ":" in address else 24), strict=False))
    except ValueError:
        return None


def from_addresses(wanted: Iterable[str]) -> pl.Expr:
    """Say which rows come from one of some addresses, or from an address of one of some networks; null without one."""
    some = sorted(wanted)
    networks = [ip_network(each) for each in some if "/" in each]
    found = pl.col("source.ip").is_in([each for each in some if "/" not in each])
    if not networks:
        return found
    inside = partial(_inside, networks=networks)
    return found | pl.col("source.ip").map_batches(inside, return_dtype=pl.Boolean(), is_elementwise=True)


def names_one_of(clients: Iterable[str], client: pl.Expr | None = None) -> pl.Expr:
    """Say which rows name one of some clients, however many these are; null where a row names none.

    Args:
        clients: Their ids. They are hashed once: an intersection of lists would be made of all of them for each row.
        client: What of an element of ``subject.ids`` is the client; None: all of it.
    """
    wanted = (pl.element() if client is None else client).is_in(sorted(clients))
    return pl.col("subject.ids").list.eval(wanted).list.any()


def _inside(addresses: pl.Series, networks: Sequence[IPv4Network | IPv6Network]) -> pl.Series:
    # Where polars looks at a file it shows an empty text for null.
    known = {each: any(ip_address(each) in network for network in networks) for each in addresses.unique() if each}
    return pl.Series(addresses.name, [known.get(each) for each in addresses], dtype=pl.Boolean())


def counted_address() -> pl.Expr:
    """Return the same as an expression."""
    return pl.coalesce("source.subnet", "source.ip")


def first_role() -> pl.Expr:
    """Return the first of an account's roles, by which it is compared with others; empty where it has none."""
    return pl.col("user.roles").list.get(0, null_on_oob=True).fill_null("")


def label(name: str) -> pl.Expr:
    """Return the expression for one entry of ``labels``, null where it is absent."""
    key, value = pl.element().struct.field("key"), pl.element().struct.field("value")
    return pl.col("labels").list.eval(value.filter(key == name)).list.first()


def digests(lines: pl.Series) -> pl.Series:
    """Return the SHA-256 of each raw line, as bytes; no line counts as an empty one."""
    raw = (lines.fill_null("") if lines.null_count() else lines).cast(pl.Binary).to_list()
    return pl.Series("event.hash", [sha256(line).digest() for line in raw], dtype=pl.Binary())


def line_hashes(known: Sequence[str | None], lines: Sequence[str | None]) -> list[str]:
    """Return the SHA-256 of each raw line, in hexadecimal digits, unless it is known."""
    return [
        sha256((line or "").encode()).hexdigest() if line_hash is None else line_hash
        for line_hash, line in zip(known, lines, strict=True)
    ]


def ids_of(files: Sequence[str], offsets: Sequence[int], hashes: Sequence[str]) -> list[str]:
    """Return the id of each event, of the file it stands in, its place there and the hash of its line."""
    of_file: dict[str, Callable[..., str]] = {}
    found: list[str] = []
    for file_id, offset, line_hash in zip(files, offsets, hashes, strict=True):
        event_id = of_file.get(file_id) or of_file.setdefault(file_id, ids.deriving("event", file_id))
        found.append(event_id(offset, line_hash))
    return found


def identify(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with ``event.id`` and ``event.hash`` filled in.

    ``event.hash`` is SHA-256 of the raw line; where it is known already the line is not needed. ``event.id`` is
    ``derive("event", file identity, offset, event.hash)``.
    """
    hashes = frame.get_column("event.hash").to_list()
    if None in hashes:
        hashes = line_hashes(hashes, frame.get_column("event.original").to_list())
    files, offsets = (frame.get_column(name).to_list() for name in ("log.file.identity", "log.offset"))
    event_ids = ids_of(files, offsets, hashes)
    made = {column.name: column for column in frame.get_columns()} | {
        "event.id": pl.Series("event.id", event_ids, dtype=pl.String()),
        "event.hash": pl.Series("event.hash", hashes, dtype=pl.String()),
    }
    # Laid out anew: putting columns into a frame plans a query, which costs more than the ids of a handful of rows.
    return pl.DataFrame(list(made.values()))
