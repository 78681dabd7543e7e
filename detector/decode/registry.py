"""The one table of formats: which there are, what each is made of, in what order ``auto`` tries them.

Comes in: settings. Goes out: formats by name. A format is a stock layout of a web server (``layouts``), one written in
code (``formats``), or a file ``config/formats/<name>.yml`` (``format_files``). A format within an envelope
(``docker:combined``) is made of both (``envelope``). Code is loaded, a shipped file read, and an envelope filled, when
the first line of that format is read (``format_index``): most never are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from detector.decode.envelope import BY, wrapped
from detector.decode.format import AUTO, Format
from detector.decode.formats import FORMATS, WRAPPERS, coded_format, coded_wrapper
from detector.decode.formats.format_index import LateFormat, read_index
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.weblog.combined import parse
from detector.decode.weblog.layouts import LAYOUTS, StockLayout
from detector.errors import ConfigError, Problem, did_you_mean
from detector.resources import shipped
from detector.settings import Settings, SourceSettings

_AUTO_LAYOUTS = (
    "combined",
    "common",
    "vhost_combined",
    "vhost_common",
    "combined_time",
    "combined_forwarded",
    "combined_forwarded_time",
)
"""The layouts exclude each other, so the commonest may come first."""


def _layout(name: str, dataset: str, layout: str, order: int | None) -> Format:
    shape = LAYOUTS[layout]
    reads = partial(_of_layout, shape)
    return Format(
        name,
        dataset,
        "web",
        reads,
        order,
        web=True,
        telling=shape.telling,
        steady=True,
        empty_words=False,
        ways=shape.ways,
    )


def _of_layout(shape: StockLayout, lines: pl.Series, place: LineContext) -> Parsed:
    return parse(lines, shape, place.zone)


def _stock() -> list[Format]:
    made = [_layout(name, "web.access", name, 100 + at) for at, name in enumerate(_AUTO_LAYOUTS)]
    for server in ("nginx", "apache"):
        made += [_layout(f"{server}.{name}", f"{server}.access", name, None) for name in LAYOUTS]
    return made


def shipped_formats() -> list[Format]:
    """Make every shipped format but the stock layouts, in the order of the index, which is written from them."""
    within = Formats(
        [
            *_stock(),
            *map(coded_format, FORMATS),
            *(_of_file(name, path, {}) for name, path in format_files(Settings()).items()),
        ]
    )
    return [within[name] for name in sorted(within) if name not in {one.name for one in _stock()}]


def format_files(settings: Settings) -> dict[str, Path]:
    """Return the files of formats by name: the shipped ones, then those of the operator's folders, which win."""
    folders = [_shipped(), *map(Path, settings.formats)]
    missing = [
        Problem(where=("formats", number), what=f"there is no folder {folder}", fix="correct `formats`")
        for number, folder in enumerate(map(Path, settings.formats))
        if not folder.is_dir()
    ]
    if missing:
        raise ConfigError(missing)
    return {path.name.removesuffix(".yml"): path for folder in folders for path in sorted(folder.glob("*.yml"))}


def format_names(settings: Settings) -> list[str]:
    """Return the names a source's ``format`` may have, ``auto`` first, be the files behind them right or wrong.

    Raises:
        ConfigError: A folder of formats is missing.
    """
    stock = {one.name for one in _stock()}
    return [AUTO, *sorted(stock.union(FORMATS, WRAPPERS, format_files(settings)))]


def is_format(name: str, names: Collection[str]) -> bool:
    """Say whether a source's ``format`` may be ``name``: one of ``names``, or ``WRAPPER:INNER`` made of two of them."""
    outer, by, inner = name.partition(BY)
    return name in names or (bool(by) and outer in WRAPPERS and is_inner(inner, names))


def format_hint(name: str, names: Collection[str]) -> str:
    """Return what to write instead of a format's name that nobody knows; of an envelope's, the part that is wrong."""
    outer, by, inner = name.partition(BY)
    if not by or outer not in WRAPPERS:
        envelopes = [f"{each}{BY}{inner}" for each in WRAPPERS] if by and is_inner(inner, names) else []
        return did_you_mean(name, [*names, *envelopes])
    if inner in WRAPPERS:
        return f"{inner} is an envelope itself; behind the colon stands what is in it, as in {outer}{BY}combined"
    return did_you_mean(name, [f"{outer}{BY}{each}" for each in names if is_inner(each, names)])


def is_inner(name: str, names: Collection[str]) -> bool:
    """Say whether a format may stand in an envelope."""
    return name in names and name not in WRAPPERS


class Formats(Mapping[str, Format]):
    """Formats by name; ``WRAPPER:INNER`` is made of the two when it is asked for, and not among the names.

    Args:
        made: Those that are there already.
    """

    def __init__(self, made: Iterable[Format] = ()) -> None:
        self._made = {one.name: one for one in made}
        self._makers: dict[str, Callable[[], Format]] = {}
        self._late: dict[str, LateFormat] = {}
        self._names = dict.fromkeys((*self._made, *WRAPPERS))
        self._tried = set(self._made)

    def add(self, name: str, make: Callable[[], Format], *, tried: bool) -> None:
        """Add a format, which is made when it is first asked for.

        Args:
            name: What settings call it.
            make: Makes it.
            tried: Whether it may be found by its lines; a source's own layout is used by name only.
        """
        self._makers[name] = make
        self._names[name] = None
        if tried:
            self._tried.add(name)

    def add_shipped(self, told: Mapping[str, Any], make: Callable[[], Format] | None = None) -> None:
        """Add a format that the index tells, which is made when the first line of it is read.

        Args:
            told: What the index says of it.
            make: Makes it; None for an envelope whose inner format is found line by line.
        """
        name: str = told["name"]
        late = self._late[name] = LateFormat(told, make or partial(self._within, name))
        self.add(name, lambda: late.format, tried=make is not None)

    def make_all(self, names: Iterable[str]) -> None:
        """Make formats that would else be made when they read their first line."""
        for name in names:
            late = self._late.get(name)
            if late is not None:
                late.made  # noqa: B018 - makes it

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Say whether a name is one of them, without making its format."""
        return name in self._names

    def __getitem__(self, name: str) -> Format:
        """Return a format."""
        if name not in self._made:
            self._made[name] = self._makers[name]() if name in self._makers else self._within(name)
        return self._made[name]

    def _within(self, name: str) -> Format:
        outer, _, inner = name.partition(BY)
        wrapper = coded_wrapper(outer)
        inner = inner or wrapper.inner
        return wrapped(wrapper, inner, self._inside if inner == AUTO else (self[inner],))

    def has(self, name: str) -> bool:
        """Say whether there is a format of this name, be it one that is made when it is asked for."""
        return name != AUTO and is_format(name, {AUTO, *self})

    def finds_inside(self, name: str) -> bool:
        """Say whether ``name`` is a wrapper whose inner format is found line by line."""
        outer, _, inner = name.partition(BY)
        if outer not in WRAPPERS or name in FORMATS:  # syslog is an envelope of others only before a colon
            return False
        return (inner or coded_wrapper(outer).inner) == AUTO

    @cached_property
    def _inside(self) -> tuple[Format, ...]:
        return candidates({name: self[name] for name in self if name in self._tried})


def load_formats(settings: Settings, wanted: Mapping[str, bool] | None = None) -> Formats:
    """Return every format by name.

    Args:
        settings: Says where more formats lie.
        wanted: JSON fields the record map reads, and whether they hold ids.

    Raises:
        ConfigError: With every mistake in every file of the operator's.
    """
    formats, index = Formats(_stock()), read_index()
    for name in WRAPPERS:
        formats.add_shipped(index[name])
    for name in FORMATS:
        formats.add_shipped(index[name], partial(coded_format, name))
    problems = list(_add_files(formats, settings, index, wanted or {}))
    for number, source in enumerate(settings.sources):
        if source.log_format:
            formats.add(source.reads, partial(_of_source, formats, source, number, wanted or {}), tried=False)
            problems += _mistakes(formats, source.reads)
    if problems:
        raise ConfigError(problems)
    return formats


def _add_files(
    formats: Formats, settings: Settings, index: Mapping[str, dict[str, Any]], wanted: Mapping[str, bool]
) -> Iterator[Problem]:
    """Add the formats of files; yield what is wrong with the operator's, which are made now."""
    taken = {AUTO, *formats}
    for name, path in format_files(settings).items():
        make = partial(_of_file, name, path, wanted)
        if name in taken:
            yield Problem(file=str(path), what=f"the name {name} is taken", fix="rename the file")
        elif path.parent == _shipped():
            formats.add_shipped(index[name], make)
        else:
            formats.add(name, make, tried=True)
            yield from _mistakes(formats, name)


def _mistakes(formats: Formats, name: str) -> Sequence[Problem]:
    """Make a format that an operator wrote; return what is wrong with it."""
    try:
        formats[name]
    except ConfigError as error:
        return error.problems
    return ()


def _of_source(formats: Formats, source: SourceSettings, number: int, wanted: Mapping[str, bool]) -> Format:
    return _patterned(formats, source, number) or _own(source, number, wanted)


def _of_file(name: str, path: Path, wanted: Mapping[str, bool]) -> Format:
    from detector.decode.format_files import read_format  # noqa: PLC0415 - most sources name a stock layout

    return read_format(name, path, wanted)


def _shipped() -> Path:
    return shipped("config", "formats")


def _own(source: SourceSettings, number: int, wanted: Mapping[str, bool]) -> Format:
    """Return the format of a source's ``log_format``, within the envelope that the source's ``format`` may name."""
    from detector.decode.logformat import custom  # noqa: PLC0415 - few sources have one

    made = custom.of_source(source, number, wanted, WRAPPERS)
    within = source.format in WRAPPERS
    return wrapped(coded_wrapper(source.format), made.name, (made,)) if within else made


def _patterned(formats: Formats, source: SourceSettings, number: int) -> Format | None:
    """Return the format of a source whose ``format`` reads its ``log_format`` in its own way; None when none does."""
    base = formats.get(source.format)
    if base is None or base.patterned is None:
        return None
    try:
        return replace(base, name=source.reads, order=None, parse=base.patterned(source.log_format))
    except ValueError as error:
        where = ("sources", number, "log_format")
        raise ConfigError(Problem(where=where, what=f"log_format of source {source.name}: {error}")) from None


def candidates(formats: Mapping[str, Format]) -> tuple[Format, ...]:
    """Return the formats ``auto`` tries, in order."""
    tried = [(one.order, one.name, one) for one in formats.values() if one.order is not None]
    return tuple(one for _, _, one in sorted(tried, key=lambda item: item[:2]))
