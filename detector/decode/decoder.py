"""Lines become events: the whole of the stage in the order it happens.

Comes in: ``LineBatch``. Goes out: ``EventBatch`` with every column of the table (``event.id`` and ``event.hash`` stay
null until a row is kept). A line is an event or a reject with a reason; none is dropped and none costs another.
"""

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import groupby, pairwise

import numpy as np
import polars as pl

from detector import frames
from detector.decode.autodetect import FORMAT, Chosen, classify_rejects, parse_auto
from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import index
from detector.decode.columns.text_bytes import Mask
from detector.decode.enrich.annotate import Annotator
from detector.decode.enrich.claimed_actors import ClaimedActor
from detector.decode.enrich.path_labels import named
from detector.decode.envelope import BY
from detector.decode.flaws import Flawed, flag, with_mended
from detector.decode.format import AUTO, Format
from detector.decode.framing_detection import Framings
from detector.decode.line_context import Beside, LineContext, nothing_beside
from detector.decode.parse_result import LAST_RESORT, METHOD, UNNAMED, Rows
from detector.decode.record_map.apply import RecordMapper
from detector.decode.record_map.routes import compile_routes, wanted_fields
from detector.decode.registry import Formats, candidates, format_hint, format_names, is_format, load_formats
from detector.decode.weblog.request_line import METHODS
from detector.errors import ConfigError, Problem
from detector.frames import EventBatch, LineBatch
from detector.schema.events.lines import LineReject, RejectReason
from detector.settings import Settings, SourceSettings
from detector.settings.placeholders import values_in

_PROBE = 64
_SHORT = 5_000
_METHODS = [*METHODS, None]
_FILE = {"log.file.path": "path", "log.file.identity": "file_id", "log.stream": "stream"}
"""Columns that tell the file of a line, and what of its batch they hold."""
Kind = tuple[str, str, bool]
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Decoder:
    """The decoder for one version of the settings. It remembers which format each stream has: no answer needs more.

    Attributes:
        framing: Tells the reader how a source's file is cut into records.

    Args:
        settings: Sources, formats, record map, accounts, networks.
        session_key: Key of the session hashes.
        beside: Reads a file that lies beside a log, by its full path (see ``LineContext``).

    Raises:
        ConfigError: With every mistake in formats, routes, the roles file and the sources' formats.
    """

    def __init__(self, settings: Settings, *, session_key: bytes, beside: Beside = nothing_beside) -> None:
        problems: list[Problem] = []
        self._formats = Formats()
        try:
            self._formats = load_formats(settings, wanted_fields(settings.records))
        except ConfigError as error:
            problems += error.problems
        problems += _unknown(settings)
        try:
            self._touches = RecordMapper(compile_routes(settings.records))
        except ConfigError as error:
            problems += error.problems
        try:
            self._annotator = Annotator(settings.actors, session_key)
        except ConfigError as error:
            problems += error.problems
        if problems:
            raise ConfigError(map(settings.with_location, problems))
        self._sources = {source.name: source for source in settings.sources}
        for source in settings.sources:
            self._tried(source)
        self._streams: dict[str, str] = {}
        self._beside = beside
        self.framing = Framings(self._formats)

    def make_formats(self) -> None:
        """Make the formats of the sources now: files that they are made from may be replaced while a service runs."""
        for source in self._sources.values():
            self._formats.make_all(one.name for one in self._tried(source))

    def format_of(self, stream: str) -> str:
        """Return the name of the format a stream has; empty while no line of it could be decoded."""
        return self._streams.get(stream, "")

    def decode(self, batch: LineBatch) -> EventBatch:
        """Decode one batch; what could be mended of its lines is read as they are."""
        source = self._source(batch.source)
        batch, flawed = with_mended(batch)
        chosen = self._read(batch, source)
        rejects = _rejects(batch, chosen.parsed.failures, flawed)
        rows, numbers = chosen.parsed.rows, batch.numbers
        numbers = numbers if numbers is None or rows is None else numbers[rows]
        if not chosen.parsed.frame.height:
            return EventBatch(frame=frames.empty_events(), rejects=rejects, numbers=numbers)
        columns = self._columns(chosen, batch, source)
        flag(columns, flawed, chosen.parsed.places())
        self._annotator.annotate(columns, source, self._empty_words(columns[FORMAT]))
        routes = pl.Series("route", self._touches.apply(columns))
        self._annotator.charge_failed_logins(columns)
        return EventBatch(
            frame=columns.frame(),
            rejects=rejects,
            numbers=numbers,
            routes=routes,
            tables=columns.get(UNNAMED),
            last_resort=_last_resort(chosen.parsed.frame, chosen.parsed.places()),
        )

    def claims(self, batch: LineBatch, offsets: Sequence[int]) -> list[ClaimedActor]:
        """Return what some rejected lines of a batch, named by their first bytes, claim of who they are about.

        A line of which no text is known claims nothing, and is left out.
        """
        wanted = set(offsets)
        rows = index(np.flatnonzero(np.isin(batch.offsets.to_numpy(), offsets)))
        lines = zip(batch.offsets[rows].to_list(), batch.lines[rows].to_list(), strict=True)
        known = [(offset, text, "") for offset, text in lines]
        known += [(one.offset, one.text, one.line_hash) for one in batch.rejects if one.text and one.offset in wanted]
        found = self._annotator.actors_in([text for _, text, _ in known], self._source(batch.source))
        return [ClaimedActor(*line, *actors) for line, actors in zip(known, found, strict=True)]

    def decode_all(self, batches: Sequence[LineBatch]) -> list[EventBatch]:
        """Decode several batches; short ones of one source and format go through together, with the same result.

        But for ``event.ingested``, which is that of the first of them.

        A batch has a price of its own, about that of a hundred lines. Where a thousand containers write a line each, it
        would be all there is to pay.
        """
        made: list[EventBatch] = []
        for key, some in groupby(batches, self._kind):
            each = list(some)
            made += self._decode_together(each) if key is not None and len(each) > 1 else map(self.decode, each)
        return made

    def retain_streams(self, streams: Collection[str]) -> None:
        """Forget the formats of all other streams."""
        self._streams = {stream: name for stream, name in self._streams.items() if stream in streams}

    def _kind(self, batch: LineBatch) -> Kind | None:
        """Return what batches must share to be decoded together; None for one that is decoded alone."""
        source = self._source(batch.source)
        finding = source.reads == AUTO or self._formats.finds_inside(source.reads)
        name = self._streams.get(batch.stream, "") if finding else source.reads
        if not name or not self._formats[name].steady or batch.header or len(batch.lines) > _SHORT:
            return None
        if any(reject.text for reject in batch.rejects):
            return None
        if _parts(source.paths, batch.stream):
            return None
        return batch.source, name, batch.numbers is None

    def _decode_together(self, batches: Sequence[LineBatch]) -> list[EventBatch]:
        first = batches[0]
        ends = np.cumsum([len(batch.lines) for batch in batches])
        starts = [0, *ends[:-1].tolist()]
        whole = replace(
            first,
            lines=pl.concat([batch.lines for batch in batches], rechunk=True),
            offsets=pl.concat([batch.offsets for batch in batches], rechunk=True),
        )
        source = self._source(first.source)
        chosen = self._read(whole, source)
        height = chosen.parsed.frame.height
        if not height or not self._steady(chosen):
            return [self.decode(batch) for batch in batches]
        self._streams.update((batch.stream, self._streams[first.stream]) for batch in batches)
        places = chosen.parsed.places()
        owners = np.searchsorted(ends, places, side="right")
        columns = self._columns(chosen, whole, source)
        for name, of in _FILE.items():
            columns.put_distinct(
                name, Dictionary([*(getattr(batch, of) for batch in batches), None], owners, full=True)
            )
        self._annotator.annotate(columns, source, self._empty_words(columns[FORMAT]))
        routes = pl.Series("route", self._touches.apply(columns))
        self._annotator.charge_failed_logins(columns)
        tables, frame = columns.get(UNNAMED), columns.frame()
        failures: list[dict[int, RejectReason]] = [{} for _ in batches]
        for place, reason in chosen.parsed.failures.items():
            owner = int(np.searchsorted(ends, place, side="right"))
            failures[owner][place - starts[owner]] = reason
        cuts = [0, *np.searchsorted(owners, np.arange(1, len(batches))).tolist(), height]
        read = chosen.parsed.frame
        return [
            EventBatch(
                last_resort=_last_resort(read[begin:end], places[begin:end]),
                frame=frame[begin:end] if end > begin else frames.empty_events(),
                rejects=_rejects(batch, failures[at], {}),
                numbers=None if batch.numbers is None else batch.numbers[index(places[begin:end] - starts[at])],
                routes=routes[begin:end],
                tables=None if tables is None else tables[begin:end],
            )
            for at, (batch, (begin, end)) in enumerate(zip(batches, pairwise(cuts), strict=True))
        ]

    def _steady(self, chosen: Chosen) -> bool:
        """Say whether lines that were read together gave what each would have given with its own file."""
        directives = RejectReason.HEADER in chosen.parsed.failures.values()
        return not directives and all(self._formats[name].steady for name in chosen.parsed.frame[FORMAT].unique())

    def _tried(self, source: SourceSettings) -> tuple[Format, ...]:
        return self._candidates if source.reads == AUTO else (self._formats[source.reads],)

    @cached_property
    def _candidates(self) -> tuple[Format, ...]:
        return candidates(self._formats)

    def _source(self, name: str) -> SourceSettings:
        known = self._sources.get(name)
        if known is None:
            known = self._sources[name] = SourceSettings.model_construct(
                **{**SourceSettings(name="unknown", paths=("-",), service="unknown").__dict__, "name": name}
            )
        return known

    def _read(self, batch: LineBatch, source: SourceSettings) -> Chosen:
        automatic = source.reads == AUTO
        lines = batch.lines
        formats = self._tried(source)
        finding = automatic or self._formats.finds_inside(source.reads)
        if finding:
            found = self._streams.get(batch.stream) or self._probe(batch, source, formats)
            formats = self._order(found, formats)
        else:
            self._streams[batch.stream] = source.reads
        chosen = parse_auto(lines, formats, LineContext.of(batch, source.zone, self._beside), told=finding)
        return classify_rejects(lines, chosen, automatic=automatic)

    def _order(self, name: str, tried: tuple[Format, ...]) -> tuple[Format, ...]:
        """Return the formats in the order they are asked in: the stream's own first, unless it is one for the rest."""
        if name and self._formats[name].last:
            return tried
        return (self._formats[name], *(one for one in tried if one.name != name)) if name else tried

    def _probe(self, batch: LineBatch, source: SourceSettings, tried: tuple[Format, ...]) -> str:
        """Find the format of the stream's first decodable line and remember it."""
        place = LineContext.of(batch, source.zone, self._beside)
        for start in range(0, len(batch.lines), _PROBE):
            found = parse_auto(batch.lines.slice(start, _PROBE), tried, place, told=True).format
            if found:
                self._streams[batch.stream] = found
                return found
        return ""

    def _columns(self, chosen: Chosen, batch: LineBatch, source: SourceSettings) -> BatchBuilder:
        """Return what was read, and beside it what is the same in every row, the raw lines and their places."""
        frame, rows = chosen.parsed.frame, chosen.parsed.rows
        parts = _parts(source.paths, batch.stream)
        if parts:
            frame = named(frame, parts)
        height = frame.height
        columns = BatchBuilder(frame.get_columns(), height)
        if METHOD in columns and not columns[METHOD].null_count():
            numbers = columns[METHOD].to_numpy().astype(np.int64)
            columns.set_distinct("http.request.method", Dictionary(_METHODS, numbers, full=True))
        service = Dictionary.constant(source.service, height)
        said = columns.distinct("service.name") if "service.name" in columns else service
        same = {name: getattr(batch, of) for name, of in _FILE.items()} | {"log.source": batch.source}
        columns.put_distinct("service.name", said.or_else(service))
        columns.put_distinct("event.dataset", self._dataset(columns[FORMAT], source))
        for name, text in same.items():
            columns.put_distinct(name, Dictionary.constant(text, height))
        columns.set_column(_moment("event.ingested", batch.ingested, height))
        columns.set_column((batch.lines if rows is None else batch.lines[index(rows)]).alias("event.original"))
        columns.set_column(_offsets(batch.offsets, rows).alias("log.offset"))
        return columns

    def _empty_words(self, formats: pl.Series) -> Mask:
        """Say in which rows a word such as ``null`` may stand for nobody."""
        first = formats[0]
        used = Dictionary.constant(first, len(formats)) if (formats == first).all() else Dictionary.of(formats)
        # In an envelope the format inside decides.
        told = [int(self._formats[name.rpartition(BY)[2]].empty_words) for name in used.values]
        found: Mask = used.numbers(told) > 0
        return found

    def _dataset(self, formats: pl.Series, source: SourceSettings) -> Dictionary:
        if source.dataset:
            return Dictionary.constant(source.dataset, len(formats))
        first = formats[0]
        if (formats == first).all():
            return Dictionary.constant(self._formats[first].dataset, len(formats))
        used = Dictionary.of(formats)
        return used.answered([self._formats[name].dataset for name in used.values])


def _last_resort(frame: pl.DataFrame, places: Rows) -> dict[str, int]:
    """Return how many lines each format only kept as text, or read with parts missing."""
    if LAST_RESORT not in frame.columns:
        return {}
    rows = np.flatnonzero(frame[LAST_RESORT].fill_null(value=False).to_numpy())
    if not len(rows):
        return {}
    _, first = np.unique(places[rows], return_index=True)
    return dict(Counter(frame[FORMAT][index(rows[first])].to_list()))


def _moment(name: str, moment: datetime, height: int) -> pl.Series:
    """Return a column of one moment; polars takes long over a moment of Python."""
    return pl.Series(name, np.full(height, (moment - _EPOCH) // _MICROSECOND, np.int64)).cast(frames.TIME)


@lru_cache(maxsize=1024)
def _parts(paths: tuple[str, ...], stream: str) -> dict[str, str]:
    return values_in(paths, os.path.abspath(stream))  # replay may name a file from here


def _unknown(settings: Settings) -> list[Problem]:
    try:
        names = format_names(settings)
    except ConfigError:
        return []  # a folder is missing, which is told: the format may lie in it
    return [
        Problem(
            where=("sources", number, "format"),
            what=f"source {source.name}: there is no format {source.format!r}",
            fix=format_hint(source.format, names) or "docs/formats.md lists them",
        )
        for number, source in enumerate(settings.sources)
        if not source.log_format and not is_format(source.format, names)
    ]


def _offsets(offsets: pl.Series, rows: Rows | None) -> pl.Series:
    """Return where each event stands; events of one line are counted on from its first byte, so that ids differ."""
    if rows is None:
        return offsets
    if (rows[1:] != rows[:-1]).all():
        return offsets[index(rows)]
    return offsets[index(rows)] + pl.Series("at", np.arange(len(rows)) - np.searchsorted(rows, rows))


def _rejects(batch: LineBatch, failures: Mapping[int, RejectReason], flawed: Flawed) -> tuple[LineReject, ...]:
    """Return the rejects of a batch; of what could be mended in vain, why it was no clean text."""
    if not failures:
        return batch.rejects
    known = [replace(flawed[at], text="", line_hash="") for at in failures if at in flawed]
    places = [at for at in failures if at not in flawed]
    offsets = batch.offsets[places].to_list()
    lengths = batch.lines[places].str.len_bytes().to_list()
    numbers = [0] * len(places) if batch.numbers is None else batch.numbers[places].to_list()
    made = [
        LineReject(offset=offset, reason=failures[at], number=number, length=length)
        for at, offset, length, number in zip(places, offsets, lengths, numbers, strict=True)
    ]
    return tuple(sorted((*batch.rejects, *known, *made), key=lambda one: one.offset))
