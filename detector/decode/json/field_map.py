"""The field map of a JSON log: what config/formats/<name>.yml may say.

Comes in: the file. Goes out: a strict value. Paths of JSON fields are dotted (``user.name`` finds both the nested field
and a key that holds the dot); the first that is present and not null counts. A path with braces is a text made of
several fields, ``/{bucket}/{key}``.
"""

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from detector.decode.json.logfmt import LOGFMT
from detector.decode.parse_result import FORWARDED, TOKEN
from detector.schema.events import columns
from detector.settings import Strict

REQUEST, TARGET = "$request", "$target"
RAW = {"request": REQUEST, "target": TARGET, "forwarded_for": FORWARDED, "session.id": TOKEN}
"""Names that hold something raw: a whole request line, path with query, X-Forwarded-For, a session not yet hashed."""
CLOSED: dict[str, tuple[str, ...]] = {
    "event.action": columns.ACTIONS,
    "event.outcome": columns.OUTCOMES,
    "event.category": columns.CATEGORIES,
    "actor.type": columns.ACTOR_TYPES,
    "object.confidentiality": columns.CONFIDENTIALITY,
}
"""Columns whose values come from a closed list."""
_OURS = ("@timestamp", "event.ingested", "event.original", "labels", "actor.id", "event.id", "event.hash")
_TARGETS = frozenset(columns.BY_NAME) - frozenset(_OURS) - {name for name in columns.BY_NAME if name[:4] == "log."}


class TimeField(Strict):
    """Where the event time stands and how it is written."""

    fields: tuple[str, ...] = Field(min_length=1, description="JSON paths; the first that is present counts.")
    form: str = Field(
        default="auto",
        description=(
            "`auto` (ISO 8601, common log format, seconds to nanoseconds since 1970), `epoch`, `epoch_ms`, `epoch_us`, "
            "or a strptime form."
        ),
    )
    zone: Literal["", "UTC"] = Field(
        default="", description="`UTC` when times without a zone are in it, wherever the source stands."
    )


class Instead(Strict):
    """Columns that stand elsewhere in some lines: who signs in is not who acts."""

    path: str = Field(description="JSON path whose value tells such lines.")
    words: tuple[str, ...] = Field(min_length=1, description="The values that do.")
    fields: dict[str, tuple[str, ...]] = Field(min_length=1, description="As `fields`, for such lines.")


class FieldMap(Strict):
    """One format of JSON lines, or of ``key=value`` lines."""

    kind: Literal["json", "logfmt"] = Field(
        description="`json`: records are JSON objects. `logfmt`: lines of `key=value`, values with blanks in quotes."
    )
    about: str = Field(default="", description="What writes such lines.")
    dataset: str = Field(description="`event.dataset` of its events.")
    order: int | None = Field(
        default=50,
        description="Place among the formats `auto` tries: lower first, specific ones low; `null`: used by name only.",
    )
    requires: tuple[str, ...] = Field(
        default=(), description="JSON paths a line must have to be of this format; `a|b` means one of them."
    )
    documents: bool = Field(
        default=False,
        description="Files may be JSON documents: arrays of records, or objects that hold such an array.",
    )
    wrapper: str = Field(default="", description="Key of that array, when an object holds it (`Records`).")
    head: str = Field(
        default="", description="Regular expression over a file's first bytes by which `auto` knows such documents."
    )
    empty_words: bool = Field(
        default=True,
        description=(
            "A word such as `null` or `undefined` in place of an account stands for nobody. `false` where the server "
            "writes `-` or nothing for nobody, and names as clients sent them."
        ),
    )
    each: tuple[str, ...] = Field(
        default=(),
        description="Keys of lists whose objects are events of their own, each with the fields around the list.",
    )
    pairs: tuple[str, ...] = Field(
        default=(), description="Paths of lists of names and values (`[{name: n, value: v}]`), read as objects."
    )
    time: TimeField = Field(description="The event time.")
    fields: dict[str, tuple[str, ...] | str] = Field(
        description=(
            "Column, or `request`, `target`, `forwarded_for`, and the JSON paths its value stands at; `/{a}/{b}` is a "
            "text made of the fields a and b, if all of them are there."
        )
    )
    instead: Instead | None = Field(
        default=None, description="Lines in which some columns stand elsewhere: `path`, `words`, `fields`."
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description=(
            "Column, and words of the log (in any case) with the word we use; `get*` is for words that begin so, `*` "
            'for every other word, `""` for lines without one.'
        ),
    )
    constants: dict[str, str] = Field(default_factory=dict, description="Column and the value it has in every event.")
    drop: tuple[str, ...] = Field(
        default=(), description="JSON paths that are never kept, not even as labels: cookies, tokens."
    )
    keep: tuple[str, ...] = Field(
        default=(),
        description=(
            "JSON paths whose values stay in the labels, too, though a column holds them, because rules written for "
            "this log call them by these names; of a column all paths or none."
        ),
    )
    duration_unit: Literal["s", "ms", "us", "ns"] = Field(default="s", description="Unit of event.duration.")

    @field_validator("values")
    @classmethod
    def _case_does_not_count(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        return {column: {word.lower(): ours for word, ours in words.items()} for column, words in value.items()}

    @model_validator(mode="after")
    def _columns_exist(self) -> "FieldMap":
        elsewhere = self.instead.fields if self.instead else ()
        named = [*self.fields, *elsewhere, *self.values, *self.constants]
        unknown = sorted({name for name in named if name not in _TARGETS and name not in RAW})
        wrong = [
            f"{column} cannot be {word!r}"
            for column, words in (*self.values.items(), *((key, {"": word}) for key, word in self.constants.items()))
            for word in words.values()
            if column in CLOSED and word not in CLOSED[column]
        ]
        for column in self.fields:
            plain = {path for path in self.paths(column) if "{" not in path}
            if plain & set(self.keep) and (column == "session.id" or not plain <= set(self.keep)):
                wrong.append(f"keep holds some paths of {column} and not others")
        if secret := set(self.keep) & set(self.drop):
            wrong.append(f"both dropped and kept: {', '.join(sorted(secret))}")
        said = [f"no such columns: {', '.join(unknown)}" if unknown else "", *wrong]
        if any(said):
            raise ValueError("; ".join(filter(None, said)))
        return self

    @property
    def telling(self) -> str:
        """Regular expression over lines that may be of this format: they hold a key of the first of ``requires``."""
        steps = {path.rpartition(".")[2] for path in self.requires[0].split("|")} if self.requires else set()
        keys = "|".join(map(re.escape, sorted(steps)))
        if self.kind == "logfmt":
            return LOGFMT
        return rf'(?s)^\s*\{{.*"(?:[^"]*\.)?(?:{keys})"\s*:' if keys else r"^\s*\{"

    def elsewhere(self) -> "FieldMap":
        """Return the map of the lines in which some columns stand elsewhere."""
        fields = {**self.fields, **(self.instead.fields if self.instead else {})}
        return self.model_copy(update={"fields": fields, "instead": None})

    def paths(self, target: str) -> tuple[str, ...]:
        """Return the JSON paths of a column."""
        paths = self.fields.get(target, ())
        return (paths,) if isinstance(paths, str) else paths
