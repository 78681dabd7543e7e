"""Column types: how a value of the vocabulary stands in the database, the same on every engine.

Comes in: Python values. Goes out: what SQLite and PostgreSQL keep, readable by a person with a database client. A time
is UTC and orders as it should (fixed-width ISO text in SQLite, ``timestamptz`` in PostgreSQL), a closed list is its
word, a tuple is JSON. Text that no database can hold is made holdable, never a reason to lose a decision.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Boolean, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_encode = msgspec.json.Encoder().encode

# From the values of a column, all rows' at once, to what the driver takes; or back.
Maker = Callable[[Sequence[Any]], Sequence[Any]]


class UtcTime(TypeDecorator[datetime]):
    """A moment, UTC, to the microsecond. A time without a zone is refused: it would be guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text for SQLite, which has no time type, and the engine's own type elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what is stored."""
        return kept_moment(value) if dialect.name == "sqlite" else _moment(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return _moment_of_text(value) if isinstance(value, str) else _moment(value)


def _moment(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def kept_moment(value: datetime | None) -> str | None:
    """Return a moment as SQLite holds it: a text, UTC to the microsecond."""
    moment = _moment(value)
    return None if moment is None else moment.isoformat("T", "microseconds")[:-6] + "Z"


def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else _moment(datetime.fromisoformat(value))


def holdable(text: str) -> str:
    """Return ``text`` with what UTF-8 databases refuse replaced: NUL by its picture, half a surrogate by U+FFFD.

    Both can stand in a JSON line an attacker writes; either would make the whole transaction fail.
    """
    if "\0" not in text and (text.isascii() or _whole(text)):
        return text
    return text.replace("\0", "␀").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class HoldableText(TypeDecorator[str]):
    """Text from anywhere, made holdable on the way in, also where it is compared with."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return None if value is None else holdable(value)


class Choice(TypeDecorator[StrEnum]):
    """A member of a closed list, stored as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[StrEnum]) -> None:
        super().__init__()
        self.choices = choices
        self._members = {member.value: member for member in choices}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the word; something that is not of the list is refused before it is stored."""
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        """Return the member."""
        return None if value is None else self._members.get(value) or self.choices(value)


class Json(TypeDecorator[Any]):
    """A value made of tuples and dataclasses, stored as JSON text; ``load`` makes it anew.

    Text and not ``jsonb``, which refuses NUL and forgets the difference between 1 and 1.0. ``words`` says that a value
    is a tuple of words and nothing else: of those a column holds few different ones. ``kind`` is a type that is read
    without ``load`` where the text is as it should be, which is many times faster.
    """

    impl = Text
    cache_ok = True

    def __init__(
        self, dump: Callable[[Any], Any], load: Callable[[Any], Any], words: bool = False, kind: Any = None
    ) -> None:
        super().__init__()
        self.words = words
        self.kind = kind
        self._decode = msgspec.json.Decoder(Any if kind is None else kind).decode
        self.dump = dump
        self.load = load

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        return None if value is None else write_json(self.dump(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the value."""
        if value is None:
            return None
        try:
            read = self._decode(value)
        except msgspec.DecodeError:  # half a surrogate, or what another version wrote
            return self.load(json.loads(value))
        return read if self.kind is not None else self.load(read)


def column_maker(kind: TypeEngine[Any], dialect: Dialect) -> Maker:
    """Return how the values of a column are handed to the driver, the same as one by one."""
    if isinstance(kind, HoldableText):
        return _all_holdable
    if isinstance(kind, UtcTime) and dialect.name == "sqlite":
        return partial(_made, kept_moment)  # not through SQLAlchemy: three times a row are a third of what a row costs
    make = kind.dialect_impl(dialect).bind_processor(dialect)
    if make is None:
        return lambda values: values
    return partial(_made_once if _few(kind) else _made, make)


def column_loader(kind: TypeEngine[Any], dialect: Dialect) -> Maker:
    """Return how what the driver gives of a column becomes values, the same as one by one.

    A column of texts or numbers is what the driver gives; truth values, which SQLite has not, are not read this way.
    """
    if isinstance(kind, UtcTime) and dialect.name == "sqlite":
        return partial(_made, _moment_of_text)
    load = kind.result_processor(dialect, None) if isinstance(kind, TypeDecorator) else None
    if load is None:
        return lambda values: values
    return partial(_made_once if _few(kind) else _made, load)


def kept_as(kind: TypeEngine[Any], sqlite: bool) -> TypeEngine[Any]:
    """Return the type by which a column is read as it stands in the database, without making a value of it."""
    if isinstance(kind, UtcTime):
        return Text() if sqlite else DateTime(timezone=True)
    if isinstance(kind, Boolean):
        return Integer() if sqlite else Boolean()
    return Text() if isinstance(kind, TypeDecorator) else kind


def _few(kind: TypeEngine[Any]) -> bool:
    """Tell whether a column holds few different values, such that equal ones are the same."""
    return isinstance(kind, Choice) or (isinstance(kind, Json) and kind.words)


def _all_holdable(texts: Sequence[str | None]) -> Sequence[str | None]:
    if None not in texts:
        together = "".join(texts)  # type: ignore[arg-type]
        if holdable(together) is together:
            return texts
    return [None if text is None else holdable(text) for text in texts]


def _made(make: Callable[[Any], Any], values: Sequence[Any]) -> Sequence[Any]:
    return [make(value) for value in values]


def _made_once(make: Callable[[Any], Any], values: Sequence[Any]) -> Sequence[Any]:
    made = {value: make(value) for value in set(values)}
    return [made[value] for value in values]


def write_json(value: Any) -> str:
    """Return ``value`` as JSON that a person can read and every database can hold."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))  # half a surrogate, which only an escape can say
