"""Whose data was touched: the query behind an incident's blast radius, and its list for people.

Comes in: the journal and a span of actors, addresses and time. Goes out: a ``Scope``, a table of subjects, a CSV file
no spreadsheet takes for a formula. Raw ids of clients leave here; who may see them is for the caller to know.

How records are counted. An event that failed, or was sent nothing (its count is 0), touched nothing and is not counted
at all; what changes client data is counted, whatever was sent. An event read twice counts once, and so does an act that
several logs tell of (``detector.detect.rules.correlation.same_act`` says when it is one; here also when one of them
names no account). Records are told apart by kind of object and id. ``record_low`` is how many different records the
lines name, and ``nameless`` how many of these never stand beside a client. ``record_high`` adds, for every act, the
records it returned without naming them: ``record.count`` minus the ids in the line, never less than 0. The same unnamed
record seen twice counts twice in it, which is what "at most" means. What lists, finds or exports and neither names nor
counts its records is counted apart (``uncounted``), unless another log counts them; so is what names some in a line of
which parts are missing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from detector import frames
from detector.schema.case.incidents import Scope
from detector.schema.events.columns import ACCOUNT, ACTIONS, AT_LEAST, OF_MANY
from detector.store import atomic_file
from detector.store.journal.access_journal import Anyone, Journal
from detector.store.journal.client_rows import client_rows
from detector.store.journal.journal_schema import KEYS, LINE_KEY
from detector.store.journal.journal_slice import ClientRows, JournalSlice, TouchSource
from detector.store.journal.packed_slices import read_slices
from detector.store.journal.records_by_subject import records_by_subject
from detector.store.journal.returned_touches import each_once, in_pieces, read_returned, returned

_COUNTED = tuple(action for action in ACTIONS if action not in ("login", "logout"))
_SEEN = ("service.name", "source.ip", "session.id")
_MOMENT = "%Y-%m-%dT%H:%M:%S%.6fZ"
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
# Where a comma parts numbers, a spreadsheet parts cells at semicolons, within quotes, too.
_PARTED_FORMULA = r"(;[\s\"]*)([=+\-@＝＋－＠])"
_UNSEEN = r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]"
F = TypeVar("F", pl.DataFrame, pl.LazyFrame)
T = TypeVar("T")

# Touches of so many incidents' actors are in memory together, and so many touches; or those of one incident.
_TOGETHER = 128
_MOST_ROWS = 80_000
# In a slice they stay while each incident is parted; packed ones, of forty bytes each, wait for their turn.
_MOST_IN_SLICE = 40_000
_MOST_PACKED = 1_000_000
_PAIR = ("actor.id", "source.ip")
WHO = (*_PAIR, "session.id", "host.name", "service.name", "@timestamp")
"""What tells whose touch it is, and when it was made."""
LINES = ("@timestamp", "event.hash", "log.file.identity", "log.offset", "log.stream", "log.source")
"""Where an event stands, and what shows that it does."""
# What a scope is made of.
_SUMMED = (
    "@timestamp",
    "event.action",
    "object.type",
    "object.classes",
    "record.ids",
    "subject.ids",
    *_SEEN,
    "unnamed",
    "uncounted",
    "counts",
)
# As in ``detector.detect.rules.correlation.same_act``: how far apart two logs may tell of one act, and the longest
# request.
_TOLERANCE = timedelta(seconds=3)
_LONGEST = timedelta(minutes=10)
_BETWEEN = "\x1f"
_ALIKE = ("service.name", "event.action", "event.outcome", "object.type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whose touches are counted, and when.

    Attributes:
        whose: All touches by these; of its addresses those by anybody, ``known`` aside.
        known: Actors who are not counted for the address alone: they came from there before.
        usual: Accounts and addresses whose touches are not counted though the account or the session is: the holder's
            own, known before.
        since: From this event time on. until: before this one.
        lines: Those of these that count (``LINE_KEY``), where that was told already; None: all.
    """

    whose: Anyone
    since: datetime
    until: datetime
    known: frozenset[str] = frozenset()
    usual: frozenset[tuple[str, str]] = frozenset()
    lines: pl.Series | None = field(default=None, compare=False)

    def narrowed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return those that count of some touches by those whose touches may; the frame has columns of the journal."""
        named = [] if self.lines is None else [pl.col(LINE_KEY).is_in(self.lines.implode())]
        some = [self.who] if self.usual or self.whose.addresses else []
        return frame.filter(*some, *named) if some or named else frame

    @property
    def who(self) -> pl.Expr:
        """Which rows are counted, by whom and from where."""
        found = self.whose.named & self._strange if self.usual else self.whose.named
        if self.whose.addresses:
            found |= frames.from_addresses(self.whose.addresses) & ~pl.col("actor.id").is_in(sorted(self.known))
        return found.fill_null(value=False)

    @property
    def _strange(self) -> pl.Expr:
        """Which rows are none of a holder's own."""
        own = sorted(map(_BETWEEN.join, self.usual))
        return ~pl.concat_str("actor.id", "source.ip", separator=_BETWEEN).is_in(own).fill_null(False)


def _narrowing(asked: Sequence[Reach]) -> dict[str, Any]:
    """Return what narrows the journal to the rows that any of them may count."""
    return {
        "either": Anyone.of_all([reach.whose for reach in asked]),
        "since": min(reach.since for reach in asked),
        "until": max(reach.until for reach in asked),
    }


def compute_scope(
    journal: Journal,
    *,
    actors: Collection[str] | None = None,
    source_ips: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    skip_bad: bool = False,
) -> Scope:
    """Return the blast radius of actors within a span of time.

    Args:
        journal: Where touches are kept.
        actors: The actors concerned.
        source_ips: Only from these addresses (a stolen session); without ``actors`` everybody there.
        since: From this event time on.
        until: Before this event time.
        skip_bad: Count what can be read when a part of the journal is damaged.

    Raises:
        StoreError: The journal cannot be read.
    """
    frame = _touched(journal, skip_bad, actors=actors, source_ips=source_ips, since=since, until=until)
    return _scopes(frame.with_columns(asked=pl.lit(0)), 1)[0]


def compute_scopes(
    journal: TouchSource, asked: Sequence[Reach], *, skip_bad: bool = False, most_rows: int = _MOST_ROWS
) -> list[Scope]:
    """Return the blast radius of each, reading the journal once for as many of them as have room in memory.

    Args:
        journal: Where touches are kept.
        asked: Whose touches, and when.
        skip_bad: Count what can be read when a part of the journal is damaged.
        most_rows: About so many touches are in memory together; more only where one alone has more.

    Raises:
        StoreError: The journal cannot be read.
    """
    found: list[Scope] = []
    for some in _in_groups(journal, asked, skip_bad, most_rows):
        found += _scopes(_asked(_touched(journal, skip_bad, **_narrowing(some)), some, _SUMMED), len(some))
    return found


def scopes_and_subjects(
    journal: TouchSource, asked: Sequence[Reach], *, skip_bad: bool = False
) -> list[tuple[Scope, frozenset[str]]]:
    """Return for each what ``compute_scopes`` and ``subject_ids`` do, reading and joining the touches once for both.

    Raises:
        StoreError: The journal cannot be read.
    """
    found: list[tuple[Scope, frozenset[str]]] = []
    for some in _in_groups(journal, asked, skip_bad):
        touched = _asked(_touched(journal, skip_bad, **_narrowing(some)), some, _SUMMED)
        found += zip(_scopes(touched, len(some)), _subjects(touched, len(some)), strict=True)
    return found


def reached(journal: Journal, asked: Sequence[Reach], *, skip_bad: bool = False) -> list[pl.DataFrame]:
    """Return for each which actors touched client data from which addresses, reading the journal once for many of them.

    Columns ``actor.id`` and ``source.ip``, each pair once. No lines are named (``Reach.lines``).

    Raises:
        StoreError: The journal cannot be read.
    """
    found: list[pl.DataFrame] = []
    for some in _in_groups(journal, asked, skip_bad):
        pairs = pl.concat(journal.read_files(partial(_met, journal, some, skip_bad))).unique()
        by_place = pairs.partition_by("asked", include_key=False, as_dict=True)
        found += [by_place.get((place,), pairs.clear().drop("asked")) for place in range(len(some))]
    return found


def _met(journal: Journal, asked: Sequence[Reach], skip_bad: bool) -> list[pl.DataFrame]:
    """Return the pairs of each, from as many pieces of the journal at once as have room: each is looked for in turn."""
    found: list[pl.DataFrame] = []
    held: list[pl.DataFrame] = []
    for lazy in journal.pieces(skip_bad=skip_bad, **_narrowing(asked)):
        held.append(returned(lazy, WHO))
        if sum(each.height for each in held) > _MOST_ROWS:
            found.append(_pairs(asked, held))
            held = []
    return [*found, _pairs(asked, held)] if held else found


def _pairs(asked: Sequence[Reach], some: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return _asked(pl.concat(some), asked, _PAIR).select("asked", *_PAIR).unique()


def _in_groups(
    journal: TouchSource, asked: Sequence[Reach], skip_bad: bool, most_rows: int = _MOST_ROWS
) -> list[list[Reach]]:
    """Return them in groups whose touches have room in memory together."""
    return [
        some for some, _ in _grouped(zip(asked, _weights(journal, asked, skip_bad, most_rows), strict=True), most_rows)
    ]


def _grouped(weighed: Iterable[tuple[T, int]], most: int) -> list[tuple[list[T], int]]:
    """Return things in groups that weigh no more than so much, or are one thing; and what each group weighs."""
    found: list[tuple[list[T], int]] = []
    for each, weight in weighed:
        if not found or found[-1][1] + weight > most or len(found[-1][0]) == _TOGETHER:
            found.append(([], 0))
        found[-1] = ([*found[-1][0], each], found[-1][1] + weight)
    return found


def _weights(journal: TouchSource, asked: Sequence[Reach], skip_bad: bool, most_rows: int) -> list[int]:
    """Return about how many touches each asks for; nothing is weighed where all there are have room, or one asks."""
    narrowing = _narrowing(asked) if len(asked) > 1 else {}
    if (
        not narrowing
        or isinstance(journal, JournalSlice)
        or journal.most(narrowing["since"], narrowing["until"]) <= most_rows
    ):
        return [0] * len(asked)
    counted = pl.concat(in_pieces(journal, skip_bad, _by_day, **narrowing))
    return [int(counted.filter(*_about(reach)).get_column("len").sum()) for reach in asked]


def _about(reach: Reach) -> tuple[pl.Expr, pl.Expr]:
    whom = pl.col("actor.id").is_in(sorted(reach.whose.actors))
    there = frames.from_addresses(reach.whose.addresses | reach.whose.places)
    first, last = (moment.astimezone(UTC).date() for moment in (reach.since, reach.until))
    return whom | there, pl.col("day").is_between(first, last)


def _by_day(lazy: pl.LazyFrame) -> pl.DataFrame:
    """Return how many events a day touched client data by whom and where; those that returned none are among them."""
    day = pl.col("@timestamp").dt.date().alias("day")
    return lazy.group_by("actor.id", "source.ip", day).len().collect()


def _asked(frame: pl.DataFrame, asked: Sequence[Reach], columns: Collection[str]) -> pl.DataFrame:
    """Return for each place in ``asked`` some columns of the events it is about, with the place in ``asked``."""
    named = {at: reach for at, reach in enumerate(asked) if reach.lines is not None}
    free = {at: reach for at, reach in enumerate(asked) if reach.lines is None}
    found = [_of_lines(frame, named, columns)] if named else []
    if free or not named:
        found += [each.select(*columns, "asked") for each in _of_whom(frame, free, columns)]
    return pl.concat(found)


def _of_lines(frame: pl.DataFrame, asked: Mapping[int, Reach], columns: Collection[str]) -> pl.DataFrame:
    """Return the events of those places whose lines are named: these were told from others already."""
    lines = [
        pl.DataFrame({LINE_KEY: reach.lines, "asked": pl.repeat(at, reach.lines.len(), dtype=pl.Int32(), eager=True)})
        for at, reach in asked.items()
        if reach.lines is not None
    ]
    return frame.select({*columns, LINE_KEY}).join(pl.concat(lines), on=LINE_KEY).select(*columns, "asked")


def _of_whom(frame: pl.DataFrame, asked: Mapping[int, Reach], columns: Collection[str]) -> Iterator[pl.DataFrame]:
    """Yield the events of those places that are about somebody, within a span of time."""
    time = frame.schema["@timestamp"]
    span = {"since": time, "until": time}
    by_actor = [
        (at, each, reach.since, reach.until) for at, reach in asked.items() for each in sorted(reach.whose.actors)
    ]
    wanted = pl.DataFrame(by_actor, {"asked": pl.Int32(), "actor.id": frame.schema["actor.id"], **span}, orient="row")
    # A join writes every column anew, so none is in it that nobody looks at.
    met = _within(frame.select({*columns, *_PAIR, "@timestamp"}).join(wanted, on="actor.id"))
    own = [(at, *pair) for at, reach in asked.items() for pair in sorted(reach.usual)]
    if own:
        names = {"asked": pl.Int32(), **{name: frame.schema[name] for name in _PAIR}}
        met = met.join(pl.DataFrame(own, names, orient="row"), on=list(names), how="anti")
    yield met
    for at, reach in asked.items():
        if reach.whose.others:
            mine = frame.filter(reach.who & ~pl.col("actor.id").is_in(sorted(reach.whose.actors)).fill_null(False))
            limits = (pl.lit(reach.since, time).alias("since"), pl.lit(reach.until, time).alias("until"))
            yield _within(mine.with_columns(pl.lit(at, pl.Int32()).alias("asked"), *limits))


def _within(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("@timestamp") >= pl.col("since"), pl.col("@timestamp") < pl.col("until"))


def _scopes(frame: pl.DataFrame, count: int) -> list[Scope]:
    """Return what was touched in events that returned client data, each event once, for each place asked about.

    All at once: a query costs more than the few thousand rows it looks at.
    """
    lazy, subject = frame.lazy(), pl.col("subject.ids").n_unique()
    classes = _named(lazy, "object.classes")
    whose = _named(lazy.with_columns(owned=pl.col("subject.ids").list.len().fill_null(0) > 0), "record.ids")
    queries = (
        lazy.group_by("asked").agg(
            pl.col("counts").sum().alias("events"),
            pl.col("unnamed").sum(),
            pl.col("uncounted").sum(),
            pl.col("@timestamp").min().alias("first"),
            pl.col("@timestamp").max().alias("last"),
            *(pl.col(name).drop_nulls().unique().sort() for name in _SEEN),
        ),
        whose.group_by("asked", "object.type", "record.ids")
        .agg(pl.col("owned").any())
        .group_by("asked")
        .agg(pl.len(), pl.col("owned").not_().sum()),
        _named(lazy, "subject.ids").group_by("asked").agg(subject),
        _named(classes, "subject.ids").group_by("asked", "object.classes").agg(subject).sort("object.classes"),
        lazy.group_by("asked", "event.action").agg(pl.col("counts").sum()).sort("event.action"),
        classes.select("asked", "object.classes").unique().sort("object.classes"),
    )
    whole, *parts = pl.collect_all(queries)
    records, subjects, by_class, by_action, kinds = map(_by_place, parts)
    scopes = [Scope()] * count
    for row in whole.iter_rows(named=True):
        place = row["asked"]
        named = sum(count for count, _ in records[place])
        scopes[place] = Scope(
            subjects=sum(count for (count,) in subjects[place]),
            record_low=named,
            record_high=named + int(row["unnamed"]),
            nameless=sum(count for _, count in records[place]),
            uncounted=row["uncounted"],
            data_classes=tuple(kind for (kind,) in kinds[place]),
            by_class=tuple(by_class[place]),
            by_action=tuple(by_action[place]),
            events=row["events"],
            services=tuple(row["service.name"]),
            source_ips=tuple(row["source.ip"]),
            sessions=tuple(row["session.id"]),
            first_event_at=_moment(row["first"]),
            last_event_at=_moment(row["last"]),
        )
    return scopes


def _by_place(frame: pl.DataFrame) -> defaultdict[int, list[Any]]:
    """Return the rows of each place asked about, without it."""
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for place, *rest in frame.iter_rows():
        rows[place].append(tuple(rest))
    return rows


def subject_ids(journal: TouchSource, asked: Sequence[Reach], *, skip_bad: bool = False) -> list[frozenset[str]]:
    """Return the subjects alone of each: of an answer that names 30,000, the table holds every pair with a record.

    Raises:
        StoreError: The journal cannot be read.
    """
    found: list[frozenset[str]] = []
    for some in _in_groups(journal, asked, skip_bad):
        touched = _asked(read_returned(journal, skip_bad, **_narrowing(some)), some, ("subject.ids",))
        found += _subjects(touched, len(some))
    return found


def _subjects(frame: pl.DataFrame, count: int) -> list[frozenset[str]]:
    """Return the subjects that events name, for each place asked about."""
    clients = _named(frame, "subject.ids").group_by("asked").agg(pl.col("subject.ids").unique())
    by_place = dict(clients.iter_rows())
    return [frozenset(by_place.get(place, ())) for place in range(count)]


def class_subjects(journal: TouchSource, reach: Reach, *, skip_bad: bool = False) -> dict[str, frozenset[str]]:
    """Return whose data of each class was touched.

    Raises:
        StoreError: The journal cannot be read.
    """
    named = ("object.classes", "subject.ids")
    touched = _asked(read_returned(journal, skip_bad, **_narrowing([reach])), [reach], named)
    pairs = _named(_named(touched, "object.classes"), "subject.ids").group_by("object.classes")
    found = pairs.agg(pl.col("subject.ids").unique()).select("object.classes", "subject.ids")
    return {name: frozenset(clients) for name, clients in found.iter_rows()}


def touched_records(journal: TouchSource, reach: Reach, *, skip_bad: bool = False) -> pl.DataFrame:
    """Return which records and subjects events name that a scope counts, as ``records_by_label`` wants them.

    Raises:
        StoreError: The journal cannot be read.
    """
    named = ("object.type", "record.ids", "subject.ids")
    return _asked(read_returned(journal, skip_bad, **_narrowing([reach])), [reach], named).select(named)


def slices(
    journal: Journal,
    asked: Sequence[Reach],
    *,
    skip_bad: bool = False,
    rows: ClientRows = client_rows,
    most_rows: int = _MOST_IN_SLICE,
    most_packed: int = _MOST_PACKED,
) -> Iterator[tuple[JournalSlice, int]]:
    """Yield the touches of as many of them as have room in memory together, in their order, and how many these are.

    Args:
        journal: Where touches are kept.
        asked: Whose touches, and when.
        skip_bad: Take what can be read when a part of the journal is damaged.
        rows: Makes the rows of the clients that touches name, once a slice.
        most_rows: About so many touches are in a slice, or those that one asks for.
        most_packed: About so many are read in one pass, or one slice.

    Raises:
        StoreError: The journal cannot be read.
    """
    weights = _weights(journal, asked, skip_bad, most_rows)
    together = _grouped(zip(asked, weights, strict=True), most_rows)
    for at_once, _ in _grouped(together, most_packed):
        read = read_slices(journal, list(map(_narrowing, at_once)), rows, skip_bad=skip_bad)
        yield from zip(read, map(len, at_once), strict=True)


def touching(journal: TouchSource, reach: Reach, *, skip_bad: bool = False) -> pl.DataFrame:
    """Return the events that returned client data of those a scope counts, each once, in columns of the journal.

    Raises:
        StoreError: The journal cannot be read.
    """
    return reach.narrowed(read_returned(journal, skip_bad, **_narrowing([reach])))


def touched_lines(journal: Journal, reach: Reach, *, skip_bad: bool = False) -> pl.DataFrame:
    """Return where the events that a scope counts stand, each once, in some columns of the journal (``LINES``).

    Raises:
        StoreError: The journal cannot be read.
    """
    columns: list[str | pl.Expr] = [*dict.fromkeys((*WHO, *LINES)), *KEYS]
    found = in_pieces(journal, skip_bad, partial(returned, columns=columns), **_narrowing([reach]))
    return reach.narrowed(each_once(pl.concat(found))).select(LINES)


def touching_clients(
    journal: Journal, which: pl.Expr, since: datetime, until: datetime, *, skip_bad: bool = False
) -> pl.DataFrame:
    """Return the events that returned client data for which an expression over the journal's columns holds, each once.

    Raises:
        StoreError: The journal cannot be read.
    """
    return read_returned(journal, skip_bad, which=which, since=since, until=until)


def subjects_table(
    journal: TouchSource,
    *,
    actors: Collection[str] | None = None,
    source_ips: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    subjects: Collection[str] | None = None,
    reach: Reach | None = None,
    skip_bad: bool = False,
) -> pl.DataFrame:
    """Return one row a subject: data classes, events in all and by action, records, span of time; sorted by subject.

    ``reach`` says the same as actors, addresses and times do, for one incident.

    A line names subjects and records side by side, not which belongs to whom: ``record_low`` counts the records of
    events that name this subject alone, ``record_high`` those of all events that name it, unnamed ones included.
    """
    if reach is not None:
        frame = reach.narrowed(_touched(journal, skip_bad, subjects=subjects, **_narrowing([reach])))
    else:
        frame = _touched(
            journal, skip_bad, actors=actors, source_ips=source_ips, since=since, until=until, subjects=subjects
        )
    frame = frame.with_columns(subjects=pl.col("subject.ids").list.unique())
    records = records_by_subject(frame.select("object.type", "record.ids", "subjects"))
    # The lists go: an export of 20,000 clients must not stand beside each of them.
    people = _named(frame.with_columns(subject="subjects").drop("subjects", "subject.ids", "record.ids"), "subject")
    if subjects is not None:
        people = people.filter(pl.col("subject").is_in(sorted(subjects)))
    classes = _named(people, "object.classes").group_by("subject").agg(pl.col("object.classes").unique().sort())
    counts = people.group_by("subject").agg(
        pl.col("counts").sum().alias("events"),
        *(pl.col("counts").filter(pl.col("event.action") == action).sum().alias(action) for action in _COUNTED),
        pl.col("unnamed").sum().alias("unnamed"),
        pl.col("@timestamp").min().alias("first_event_at"),
        pl.col("@timestamp").max().alias("last_event_at"),
    )
    joined = counts.join(records, on="subject", how="left").join(classes, on="subject", how="left")
    return joined.sort("subject").select(
        pl.col("subject").alias("subject_id"),
        pl.col("object.classes").list.join("; ").fill_null("").alias("data_classes"),
        "events",
        *_COUNTED,
        pl.col("record_low").fill_null(0).cast(pl.Int64),
        (pl.col("named").fill_null(0).cast(pl.Int64) + pl.col("unnamed")).alias("record_high"),
        "first_event_at",
        "last_event_at",
    )


def client_touches(journal: TouchSource, reach: Reach, *, skip_bad: bool = False) -> pl.DataFrame:
    """Return what was done with each client's data: a row a client, class of data and action, with its span of time.

    A class is empty where the record map names none. Sorted.

    Raises:
        StoreError: The journal cannot be read.
    """
    kept = ("object.classes", "event.action", "@timestamp")
    frame = touching(journal, reach, skip_bad=skip_bad)
    each = frame.select(pl.col("subject.ids").list.unique().alias("client"), *kept)
    rows = _named(each, "client").explode("object.classes")
    by = (pl.col("object.classes").fill_null("").alias("data_class"), pl.col("event.action").alias("action"))
    spans = (pl.col("@timestamp").min().alias("first_at"), pl.col("@timestamp").max().alias("last_at"))
    return rows.group_by("client", *by).agg(*spans).sort("client", "data_class", "action")


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with a quote before every text a spreadsheet would take for a formula, and nothing unseen.

    Control, direction and other unseen characters are written as pages write them: ``‹U+001B›``.
    """
    text = pl.col(pl.String)
    begun = pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep()
    quoted = frame.with_columns(begun).with_columns(text.str.replace_all(_PARTED_FORMULA, "$1'$2"))
    unseen = {
        one
        for column in quoted.select(text.str.extract_all(_UNSEEN).explode().drop_nulls().unique().implode())
        for one in column.explode().drop_nulls().to_list()
    }
    shown = {one: f"‹U+{ord(one):04X}›" for one in sorted(unseen)}
    return quoted.with_columns(text.str.replace_many(shown)) if shown else quoted


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a table with client ids as CSV, readable by its owner only, whole or not at all."""
    safe = safe_cells(frame)
    atomic_file.write_whole(path, lambda file: safe.write_csv(file, datetime_format=_MOMENT))


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Return a table with client ids as such a CSV, for whoever asked for it."""
    return safe_cells(frame).write_csv(datetime_format=_MOMENT).encode("utf-8", "replace")


def write_text(path: Path, text: str) -> None:
    """Write a text that names clients, readable by its owner only, whole or not at all."""
    atomic_file.write_whole(path, lambda file: file.write(text.encode("utf-8", "replace")))


def _touched(journal: TouchSource, skip_bad: bool, **narrowing: Any) -> pl.DataFrame:
    """Return the same with how many records they did not name, and which of them count as acts."""
    frame = read_returned(journal, skip_bad, **narrowing)
    named = pl.col("record.ids").list.n_unique().fill_null(0).cast(pl.Int64)
    shortened = pl.col("record.count_basis").eq_missing(AT_LEAST)
    untold = (pl.col("record.count").is_null() & (named == 0)) | shortened
    unknown = pl.col("event.action").is_in(OF_MANY) & untold
    frame = frame.with_columns(
        unnamed=(pl.col("record.count").fill_null(0) - named).clip(lower_bound=0),
        uncounted=unknown.fill_null(value=False).cast(pl.Int64),
    )
    logs = frame.select("log.stream", "log.source").n_unique()
    return _acts(frame) if logs > 1 else frame.with_columns(counts=pl.lit(1, dtype=pl.Int64))


def _acts(frame: pl.DataFrame) -> pl.DataFrame:
    """Let one event of each act count, with the most records any log says it returned; all name what they saw.

    A log that names no account (a proxy's) tells of the account that did the same from the same address, where that is
    one alone; and it is another log than the one that names it, whatever their formats.
    """
    took = pl.duration(microseconds=pl.col("event.duration").fill_null(0) // 1_000).clip(timedelta(0), _LONGEST)
    ids = [pl.col(name).list.sort().list.join("\x1f") for name in ("subject.ids", "record.ids")]
    account = pl.when(pl.col("actor.id").str.starts_with(ACCOUNT)).then("actor.id")
    same = pl.struct("source.ip", *_ALIKE, *ids)
    alone = (account.drop_nulls().n_unique().over(same) == 1) & pl.col("source.ip").is_not_null()
    lent = pl.when(account.is_null() & alone).then(account.drop_nulls().first().over(same))
    alike = pl.struct(pl.coalesce("lent", "actor.id"), *_ALIKE, *ids).rank("dense").alias("alike")
    before = pl.col("reach").cum_max().shift(1).over("alike")
    begins = (pl.col("@timestamp") - pl.col("took") - before > _TOLERANCE).fill_null(value=False)
    again = ~pl.struct("alike", "@timestamp", "log.offset").is_first_distinct()
    log = pl.when("again").then(pl.concat_str("log.stream", "log.source", separator="\x1f", ignore_nulls=True))
    act = ("alike", "episode", "number")
    return (
        frame.sort("@timestamp", "log.stream", "log.offset", "log.source")
        .with_columns(lent=lent)
        .with_columns(alike, took=took, unnamed_by=pl.col("lent").is_not_null())
        .with_columns(reach=pl.col("@timestamp") + pl.col("took"), again=again)
        .with_columns(episode=begins.cum_sum().over("alike"), copied=log)
        .with_columns(number=pl.int_range(pl.len()).over("alike", "episode", "event.dataset", "unnamed_by", "copied"))
        # The line with the account counts: whose it is decides who is asked for.
        .sort("unnamed_by", maintain_order=True)
        .with_columns(pl.col("unnamed").max().over(act), uncounted=pl.col("uncounted").min().over(act))
        .with_columns(counts=pl.struct(act).is_first_distinct().cast(pl.Int64))
        .with_columns(pl.col("unnamed", "uncounted") * pl.col("counts"))
    )


def _named(frame: F, column: str) -> F:
    """Return a row for each entry of a list column; rows without entries are left out."""
    return frame.filter(pl.col(column).list.len() > 0).explode(column).filter(pl.col(column).is_not_null())


def _moment(value: Any) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) else None
