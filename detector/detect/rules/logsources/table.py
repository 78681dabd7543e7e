"""The table of log sources: what config/logsources/<product>.yml may say, and what a rule's log source means by it.

Comes in: the files, as they are asked for, and sources that the settings say are of a log source. Goes out: a
``Source``, or what would be needed to have one. Files are read when a rule of theirs is loaded, and no earlier.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationInfo, field_validator, model_validator

from detector.detect.rules.columns.expressions import LABEL, VALUES
from detector.detect.rules.logsources.event_scope import ANY, DATASET, KNOWN, EventScope, Patterns, Reading, Source
from detector.resources import shipped
from detector.settings.loading.load_settings import read_model
from detector.settings.types import Strict

OURS: Final = "nabat"
"""The product whose fields are our columns."""
_OTHERS: Final = "others"
"""The file of the products that have none of their own, and of log sources without a product."""
_LOG: Final = "log.source"
_LINE: Final = (VALUES,)
_Words = tuple[str, ...] | str


class Needs(Strict):
    """What would feed rules whose events no format of ours reads."""

    en: str = Field(min_length=1)
    ru: str = Field(min_length=1)


class Way(Strict):
    """One way in which events of a log source are written."""

    datasets: tuple[str, ...] = Field(
        default=(), description="`event.dataset` of its events; `squid*` stands for all that begin so. None: any."
    )
    where: dict[str, _Words] = Field(
        default_factory=dict, description="Column or `labels.NAME`, and the words of which it must hold one."
    )
    unless: dict[str, _Words] = Field(default_factory=dict, description="The same, and it must hold none of them.")
    fields: dict[str, _Words] = Field(
        default_factory=dict,
        description="Sigma's name of a field, and the column or `labels.NAME` it stands in; of several, any.",
    )
    constants: dict[str, str] = Field(default_factory=dict, description="What a field is in each of these events.")
    within: str = Field(
        default="", description="Object in which the log has fields that Sigma names without it; names may begin small."
    )
    keywords: tuple[str, ...] = Field(default=(), description="Where keywords are looked for.")

    @field_validator("fields", "where", "unless")
    @classmethod
    def _columns_exist(cls, value: dict[str, _Words], info: ValidationInfo) -> dict[str, _Words]:
        named = [name for words in value.values() for name in _listed(words)]
        wrong = [name for name in (named if info.field_name == "fields" else value) if not _is_column(name)]
        if wrong:
            raise ValueError(f"no such columns: {', '.join(sorted(set(wrong)))}")
        return value

    @field_validator("keywords")
    @classmethod
    def _keywords_exist(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [name for name in value if not _is_column(name)]
        if wrong:
            raise ValueError(f"no such columns: {', '.join(wrong)}")
        return value


class Entry(Way):
    """One log source."""

    product: str = Field(default="", description="Sigma's product; empty: the file's.")
    category: str = Field(default="", description="Sigma's category.")
    service: str = Field(default="", description="Sigma's service.")
    any: tuple[Way, ...] = Field(
        default=(), description="Several ways in which its events are written, each with what is its own."
    )
    needs: Needs | None = Field(default=None, description="What would feed it, where nothing does.")

    @model_validator(mode="after")
    def _named(self) -> "Entry":
        if self.needs is not None and (self.any or self.datasets):
            raise ValueError("a log source either has events or `needs` something")
        return self


class LogSourceFile(Way):
    """The log sources of one product family. Values at the top level apply to each source that sets none of its own."""

    about: str = Field(min_length=1, description="What writes such logs.")
    product: str = Field(default="", description="Sigma's product.")
    columns: bool = Field(
        default=False, description="Fields that are called like our columns are these columns, none of the log's own."
    )
    needs: Needs | None = Field(default=None, description="What would feed the log sources that have no events.")
    sources: tuple[Entry, ...] = Field(description="Its log sources.")


@dataclass(frozen=True, slots=True, order=True)
class LogSource:
    """Sigma's log source: product, category and service; an empty one means any."""

    product: str = ""
    category: str = ""
    service: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.product, self.category, self.service)))

    @property
    def words(self) -> dict[str, str]:
        """The fields that are set."""
        named = {"product": self.product, "category": self.category, "service": self.service}
        return {key: word for key, word in named.items() if word}

    def within(self, other: "LogSource") -> bool:
        """Say whether this log source has every field that the other one sets, with the same value."""
        return other.words.items() <= self.words.items()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A log source nothing feeds; ``needs``: what would, in each language."""

    name: str
    needs: Mapping[str, str]


Declared = Mapping[LogSource, tuple[str, ...]]
"""Names of the sources whose events the settings say are of a log source."""


class LogSources:
    """The table.

    Args:
        declared: What the settings say of sources.
        folder: Where the files lie.
    """

    def __init__(self, declared: Declared | None = None, folder: Path | None = None) -> None:
        self._declared = dict(declared or {})
        self._given = folder
        self._files: dict[str, LogSourceFile | None] = {}
        self._found: dict[LogSource, Source | Waiting] = {}

    def find(self, wanted: LogSource) -> Source | Waiting:
        """Return what a rule's log source means.

        Raises:
            ConfigError: A file of the table is wrong.
        """
        if wanted not in self._found:
            self._found[wanted] = self._find(wanted)
        return self._found[wanted]

    def every(self) -> Iterator[tuple[LogSource, Source | Waiting]]:
        """Yield every log source of every file."""
        for name in sorted(path.stem for path in self._folder.glob("*.yml")):
            file = self._file(name)
            for entry in file.sources if file else ():
                about = _about(file, entry) if file else LogSource()
                yield about, self.find(about)

    def _find(self, wanted: LogSource) -> Source | Waiting:
        if wanted.product == OURS:
            return ANY
        entries = list(self._entries(wanted))
        readings = [reading for file, entry in entries for reading in _readings(file, entry)]
        logs = sorted({log for about, logs in self._declared.items() for log in logs if _overlap(about, wanted)})
        if logs:
            readings += list(_declared(tuple(logs), entries, readings))
        if readings:
            return Source(str(wanted), tuple(readings))
        needs = next((entry.needs or file.needs for file, entry in entries if entry.needs or file.needs), None)
        return Waiting(str(wanted), needs.model_dump() if needs else {})

    def _entries(self, wanted: LogSource) -> list[tuple[LogSourceFile, Entry]]:
        """Return the entries of a log source: its own; else all it includes; else the narrowest that include it."""
        every = [(_about(file, entry), file, entry) for file in self._files_of(wanted) for entry in file.sources]
        own = [(file, entry) for about, file, entry in every if about == wanted]
        if own:
            return own
        below = [(file, entry) for about, file, entry in every if about.within(wanted)]
        if below:
            return below
        above = [
            ((len(about.words), bool(about.category)), file, entry)
            for about, file, entry in every
            if wanted.within(about)
        ]
        most = max((narrow for narrow, _, _ in above), default=(0, False))
        return [(file, entry) for narrow, file, entry in above if narrow == most]

    def _files_of(self, wanted: LogSource) -> list[LogSourceFile]:
        names = [path.stem for path in sorted(self._folder.glob("*.yml"))]
        if wanted.product:
            names = [wanted.product] if wanted.product in names else [_OTHERS]
        elif not wanted.service and self._file(_OTHERS) is not None:
            found = self._file(_OTHERS)
            if found and any(_about(found, entry).category == wanted.category for entry in found.sources):
                names = [_OTHERS]
        return [file for name in names if (file := self._file(name)) is not None]

    def _file(self, name: str) -> LogSourceFile | None:
        if name not in self._files:
            path = self._folder / f"{name}.yml"
            self._files[name] = read_model(path, LogSourceFile) if path.exists() else None
        return self._files[name]

    @cached_property
    def _folder(self) -> Path:
        return self._given or shipped("config", "logsources")


def _about(file: LogSourceFile, entry: Entry) -> LogSource:
    return LogSource(entry.product or file.product, entry.category, entry.service)


def _declared(
    logs: tuple[str, ...], entries: Sequence[tuple[LogSourceFile, Entry]], readings: Sequence[Reading]
) -> Iterator[Reading]:
    """Yield the ways in which logs that the settings declare may be written: as those known, and by their own names."""
    for reading in readings:
        where = tuple(pair for pair in reading.scope.where if pair[0] != DATASET)
        yield replace(reading, scope=replace(reading.scope, where=((_LOG, logs), *where)))
    own = EventScope(where=((_LOG, logs),))
    known = [] if readings else [_reading(file, entry, entry) for file, entry in entries]
    for reading in known[:1] or [Reading()]:
        yield replace(reading, scope=own, keywords=reading.keywords or _LINE, columns=False)


def _overlap(one: LogSource, other: LogSource) -> bool:
    return one.within(other) or other.within(one)


def _readings(file: LogSourceFile, entry: Entry) -> Iterator[Reading]:
    """Yield the ways in which events of an entry are written; none where nothing feeds it."""
    for way in entry.any or (entry,):
        reading = _reading(file, entry, way)
        if entry.needs is None and reading.scope.where:
            yield reading


def _reading(file: LogSourceFile, entry: Entry, way: Way) -> Reading:
    layers: tuple[Way, ...] = (file, entry) if way is entry else (file, entry, way)
    datasets = next((layer.datasets for layer in reversed(layers) if layer.datasets), ())
    where = {**({DATASET: datasets} if datasets else {}), **_merged(*(layer.where for layer in layers))}
    return Reading(
        EventScope(_patterns(where), _patterns(_merged(*(layer.unless for layer in layers)))),
        dict(_patterns(_merged(*(layer.fields for layer in layers)))),
        {key: value for layer in layers for key, value in layer.constants.items()},
        next((layer.keywords for layer in reversed(layers) if layer.keywords), ()),
        next((layer.within for layer in reversed(layers) if layer.within), ""),
        columns=file.columns,
    )


def _merged(*layers: Mapping[str, _Words]) -> dict[str, _Words]:
    return {key: value for layer in layers for key, value in layer.items()}


def _patterns(words: Mapping[str, _Words]) -> Patterns:
    return tuple((key, _listed(value)) for key, value in words.items())


def _listed(words: _Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def _is_column(name: str) -> bool:
    return name in KNOWN or name.startswith(LABEL)
