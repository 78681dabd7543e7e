"""A format by regular expressions: what config/formats/<name>.yml may say with ``kind: regex``.

Comes in: the file. Goes out: a strict value whose patterns the engine accepts. Named groups are columns of the events,
``time``, or labels; grok names are understood (``grok``).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from detector.decode.grok import ROUGH, Pattern, expand
from detector.decode.json.field_map import CLOSED, RAW
from detector.errors import did_you_mean
from detector.frames import EVENT_SCHEMA
from detector.schema.events import columns
from detector.settings import Strict
from detector.settings.types import known_zone

TIME = "time"
"""Name of the group that holds the event time."""
_FIXED = ("@timestamp", "event.ingested", "event.original", "labels", "actor.id", "event.id", "event.hash")
TARGETS = frozenset(name for name in columns.BY_NAME if name not in _FIXED and name[:4] != "log.") | set(RAW) | {TIME}
"""What a group may be named, beside labels."""
_MOST = 100
"""Groups of one pattern."""
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def compiled(text: str, definitions: Mapping[str, str], renamed: Mapping[str, Any], *, bare: bool = False) -> Pattern:
    """Return a pattern that the engine accepts and whose groups are columns or labels.

    Args:
        text: As written.
        definitions: Grok names of the format's own.
        renamed: Groups with names of their own.
        bare: It needs no group.

    Raises:
        ValueError: With what is wrong and, behind a semicolon, what to write instead.
    """
    return _compiled(text, tuple(sorted(definitions.items())), frozenset(renamed), bare)


@lru_cache(maxsize=512)
def _compiled(text: str, definitions: tuple[tuple[str, str], ...], renamed: frozenset[str], bare: bool) -> Pattern:
    made = expand(text.removeprefix("^").removesuffix("$"), dict(definitions))
    known = TARGETS | renamed
    unknown = [name for name in made.groups if name not in known and not _LABEL.fullmatch(name)]
    if unknown:
        near = did_you_mean(unknown[0], TARGETS) or "docs/schema.md lists the columns; a label is a name without a dot"
        raise ValueError(f"there is no column {unknown[0]}; {near}")
    if len(made.groups) > _MOST:
        raise ValueError(f"it has {len(made.groups)} groups; at most {_MOST} are read")
    try:
        pl.Series([""]).str.extract_groups(f"(?s)^(?:{made.regex})$")
    except pl.exceptions.PolarsError as error:
        raise ValueError(
            f"the engine refuses it: {_refusal(str(error))}; it is Rust's syntax, in linear time"
        ) from None
    if not made.groups and not bare:
        raise ValueError("it has no named group; write (?P<source.ip>…) or %{IP:source.ip} around what is wanted")
    return made


def _refusal(text: str) -> str:
    """Return the engine's own words without its drawing of the pattern."""
    return text.rpartition("error: ")[2].strip().rstrip(".").replace(";", ",")


def _as_case(entry: Any) -> Any:
    return {"match": entry} if isinstance(entry, str) else entry


def _fits_the_engine(entry: "Case", info: ValidationInfo) -> "Case":
    compiled(entry.match, info.data.get("definitions", {}), info.data.get("columns", {}))
    return entry


def _fits_without_groups(text: str, info: ValidationInfo) -> str:
    compiled(text, info.data.get("definitions", {}), info.data.get("columns", {}), bare=True)
    return text


def _is_a_column(name: str) -> str:
    if name not in TARGETS:
        raise ValueError(f"there is no column {name}; {did_you_mean(name, TARGETS)}")
    return name


def _known_constants(values: dict[str, str]) -> dict[str, str]:
    for column, value in values.items():
        _is_a_column(column)
        if column in CLOSED and value not in CLOSED[column]:
            raise ValueError(f"{column} cannot be {value!r}; write one of: {', '.join(CLOSED[column])}")
        if EVENT_SCHEMA.get(column, pl.String()) != pl.String():
            raise ValueError(f"{column} is no text and cannot be the same in every event; leave it out")
    return values


Column = Annotated[str, AfterValidator(_is_a_column)]
Constants = Annotated[dict[str, str], AfterValidator(_known_constants)]


class TimeForm(Strict):
    """How the group ``time`` is written."""

    form: tuple[str, ...] | str = Field(
        default="auto",
        description=(
            "`auto` (ISO 8601, common log format, seconds to nanoseconds since 1970), `epoch`, `epoch_ms`, `epoch_us`, "
            "or a strptime form; of several the first that fits counts."
        ),
    )
    zone: str = Field(default="", description="Zone of times that carry none; empty: that of the source.")

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        return known_zone(value) if value else value

    @property
    def forms(self) -> tuple[str, ...]:
        """All forms."""
        return (self.form,) if isinstance(self.form, str) else self.form


class Case(Strict):
    """A pattern, and what every line has that it fits."""

    match: str = Field(min_length=1, description="The regular expression.")
    constants: Constants = Field(default_factory=dict, description="Column and its value in the lines that fit.")
    last_resort: bool = Field(
        default=False,
        description="It keeps text and says not who did what: under `auto` its lines count as read by a last resort.",
    )


Entry = Annotated[Case, BeforeValidator(_as_case), AfterValidator(_fits_the_engine)]
Bare = Annotated[str, AfterValidator(_fits_without_groups)]


class RegexFile(Strict):
    """One format of lines of text, by regular expressions."""

    kind: Literal["regex"] = Field(description="`regex`: lines of text.")
    about: str = Field(default="", description="What writes such lines.")
    dataset: str = Field(min_length=1, description="`event.dataset` of its events.")
    order: int | None = Field(
        default=None, description="Place among the formats `auto` tries; empty: only used by its name."
    )
    definitions: dict[str, str] = Field(
        default_factory=dict, description="Grok names of one's own, and the pattern each stands for."
    )
    columns: dict[str, Column] = Field(
        default_factory=dict, description="Groups and the columns they give, for groups with names of their own."
    )
    patterns: tuple[Entry, ...] = Field(
        min_length=1,
        description=(
            "Regular expressions in Rust's syntax with named groups (`(?P<source.ip>…)`, `%{IP:source.ip}`): columns, "
            "`time`, `request`, `target`, `forwarded_for`, else labels. Each must fit a whole line; the first that "
            "fits counts. One with values of its own is written `{match: …, constants: {…}}`."
        ),
    )
    ignore: tuple[Bare, ...] = Field(
        default=(), description="Lines of the same log that are no accesses: rejects with the reason `ignored`."
    )
    time: TimeForm = Field(default_factory=TimeForm, description="The event time.")
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Column, and words of the log (in any case) with the word we use, as in a field map.",
    )
    constants: Constants = Field(default_factory=dict, description="Column and the value it has in every event.")
    duration_unit: Literal["s", "ms", "us", "ns"] = Field(default="s", description="Unit of event.duration.")

    @field_validator("values")
    @classmethod
    def _values_are_ours(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for column, words in value.items():
            _is_a_column(column)
            wrong = [ours for ours in words.values() if column in CLOSED and ours and ours not in CLOSED[column]]
            if wrong:
                raise ValueError(f"{column} cannot be {wrong[0]!r}; write one of: {', '.join(CLOSED[column])}")
        return {column: {word.lower(): ours for word, ours in words.items()} for column, words in value.items()}

    def cases(self) -> tuple[tuple[Case, Pattern], ...]:
        """Return the patterns, compiled, with what belongs to each."""
        return tuple((one, compiled(one.match, self.definitions, self.columns)) for one in self.patterns)

    def rough(self) -> tuple[Pattern, ...]:
        """Return all patterns with shorter shapes, which fit the same lines and others."""
        texts = [*(one.match for one in self.patterns), *self.ignore]
        return tuple(expand(text.removeprefix("^").removesuffix("$"), {**ROUGH, **self.definitions}) for text in texts)

    def ignored(self) -> tuple[Pattern, ...]:
        """Return the patterns of lines that are no accesses, compiled."""
        return tuple(compiled(one, self.definitions, self.columns, bare=True) for one in self.ignore)
