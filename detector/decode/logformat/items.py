"""A log format as a row of literal text and fields, and the regular expressions that read its lines.

Comes in: items, as the readers of nginx's, Apache's and HAProxy's own syntax give them. Goes out: patterns in the
syntax of Rust (linear time), and what is wrong with a format whose fields cannot be told apart. It knows no server.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

from detector.decode.grok import PatternPiece, literal
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import FORWARDED

LABEL = "labels"
"""Target of a variable that has no column: it is kept in ``labels`` under its key."""
DROPPED = ""
"""Target of a variable that must not be kept: a cookie or a token beside the one that is the session."""
TIME = "@timestamp"
COOKIE = "cookie"
"""Form of one cookie with its name."""
COOKIES = "cookies"
"""Form of a whole Cookie header: the session is one of the cookies in it."""

# Shapes fit "-" and nothing too. They leave no choice at any character, which lets the regex engine go in one pass.
NUMBER = "[0-9]*|-"
DECIMAL = r"[+-]?[0-9]*(?:\.[0-9]+)?"
STOP = "STOP"
"""In a shape: the character behind the field, so that the field ends there."""
LIST = f'(?:[^ ,"{STOP}]+(?:(?:,| :) ?[^ ,"{STOP}]+)*)?'
"""A list as nginx writes its ``$upstream_*`` and clients X-Forwarded-For: ``a, b : c``."""


_BACKSLASHES = (Escape.BACKSLASH, Escape.JSON)
"""Ways to escape in which a backslash protects a quote."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What one variable of a log format holds.

    Attributes:
        target: The column it gives, a raw name (``parse_result``, ``field_map``), ``LABEL`` or ``DROPPED``.
        key: Its name in ``labels``, and its path in a JSON log.
        form: How a time is written or the unit of a duration.
        rank: Of several variables for one column the one with the lowest rank counts.
        shape: Regular expression of its values, those that say that there is none included.
        bare: The same, for values that stand in no quotes and may then hold blanks.
        begins: The character every value begins with.
        fixed: Every value is as long as the other.
        empty: Nothing between its quotes is an empty value, and no value that is not there.
    """

    target: str = LABEL
    key: str = ""
    form: str = ""
    rank: int = 5
    shape: str = ""
    bare: str = ""
    begins: str = ""
    fixed: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in every line."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A place where a value stands.

    Attributes:
        written: The variable as the format writes it.
        at: Where in the format, counted from 1.
        variable: What it holds.
        hexadecimal: Numbers and addresses are written in base 16 (HAProxy's ``+X``).
        vanishes: Without a value it is left out together with the blank behind it.
        escape: What the server did to its characters.
    """

    written: str
    at: int
    variable: Variable = field(default_factory=Variable)
    hexadecimal: bool = False
    vanishes: bool = False
    escape: Escape = Escape.NONE


Item = Literal | Field
Items = tuple[Item, ...]

# The time a syslog receiver puts before a line, the host and the program; the host is kept.
SYSLOG = (
    r"^(?:<[0-9]{1,3}>(?:1 )?)?"
    r"(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.,]+(?:Z|[+-][0-9:]+)?)"
    r" (?:(?P<host>[^ ]+) )?[^ :\[\]]+(?:\[[0-9]+\]:|:| [^ ]+ [^ ]+ (?:-|\[[^\]]*\])) ?(?P<line>.*)$"
)


def joined(items: Sequence[Item]) -> Items:
    """Put literals that follow each other together, and leave out empty ones."""
    made: list[Item] = []
    for item in items:
        if isinstance(item, Literal) and made and isinstance(made[-1], Literal):
            made[-1] = Literal(made[-1].text + item.text)
        elif not isinstance(item, Literal) or item.text:
            made.append(item)
    return tuple(made)


def fields_of(items: Items) -> tuple[Field, ...]:
    """Return the fields, in order."""
    return tuple(item for item in items if isinstance(item, Field))


def group(number: int) -> str:
    """Return the name of a field's group in the patterns."""
    return f"f{number}"


def ambiguous(items: Items) -> Iterator[str]:
    """Say which neighbours cannot be told apart."""
    for left, right in pairwise(items):
        if isinstance(left, Field) and isinstance(right, Field) and not _parted(left.variable, right.variable):
            yield (
                f"between {left.written} and {right.written} (character {right.at}) there is nothing, so nobody can "
                "say where one ends: put a blank or another sign between them"
            )


def _parted(left: Variable, right: Variable) -> bool:
    return left.fixed or bool(right.begins and right.begins != left.begins)


class Care(IntEnum):
    """How much a pattern allows; each way is slower than the one before."""

    PLAIN = 0
    """Values without the signs that part them: the regex engine goes over the line once, without a choice."""
    LISTS = 1
    """Lists and whole requests may stand without quotes."""
    QUOTES = 2
    """A server that protects no quotes was sent some, within quotes."""
    RELAXED = 3
    """A field may hold what parts it from the next one, and the line may be cut off within its last quotes."""


def doubtful(items: Items, care: Care) -> frozenset[str]:
    """Return the columns that a client can forge in lines read with this care, and that are not worth a guess.

    X-Forwarded-For must not be what somebody wrote behind a quote that the server did not protect.
    """
    for at, item in enumerate(items):
        if isinstance(item, Field) and item.variable.target == FORWARDED and care >= Care.QUOTES:
            safe = _around(items, at) == ('"', '"') and item.escape in _BACKSLASHES
            return frozenset() if safe else frozenset((FORWARDED,))
    return frozenset()


def pattern(items: Items, care: Care) -> str:
    """Return the regular expression of a whole line; the fields are its groups."""
    made: list[str] = []
    number = opened = skip = 0
    for at, item in enumerate(items):
        if isinstance(item, Literal):
            # Fields that may vanish stand within each other: the second one only where the first one is.
            if skip and len(item.text) > 1:
                made.append(")?" * opened)
                opened = 0
            made.append(re.escape(item.text[skip:]))
            skip = 0
            continue
        before, after = _around(items, at)
        inner = f"(?P<{group(number)}>{_value(item, before, after, care)})"
        skip = int(item.vanishes and after == " ")
        opened += skip
        made.append(f"(?:{inner} " if skip else ")?" * opened + inner)
        opened *= skip
        number += 1
    made.append(")?" * opened)
    text = "".join(made)
    # A server that cuts long lines cuts off the closing quote of the last field.
    open_end = care is Care.RELAXED and isinstance(items[-1], Literal) and items[-1].text == '"'
    return f"(?s)^{text}{'?' if open_end else ''}$"


def parts(items: Items) -> tuple[PatternPiece, ...]:
    """Return the parts of a line: each letter of the fixed text, and each field, a list or a request whole."""
    made: list[PatternPiece] = []
    for at, item in enumerate(items):
        if isinstance(item, Literal):
            made += literal(item.text)
        else:
            made.append(PatternPiece(f"(?:{_value(item, *_around(items, at), Care.LISTS)})", item.written))
    return tuple(made)


def _around(items: Items, at: int) -> tuple[str, str]:
    """Return the characters that stand before and behind the field at a place."""
    before, after = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
    left = before.text[-1] if isinstance(before, Literal) else ""
    if isinstance(after, Field):
        return left, after.variable.begins
    return left, after.text[0] if after else ""


def _value(item: Field, before: str, after: str, care: Care) -> str:
    variable, stop = item.variable, re.escape(after)
    quoted = before == after == '"'
    shape = variable.shape or (variable.bare if care in (Care.LISTS, Care.QUOTES) and not quoted else "")
    if shape:
        return f"(?:{shape.replace(STOP, stop)})"
    if quoted and item.escape is Escape.HASH:
        return '[^"]*'
    if quoted and item.escape in _BACKSLASHES:
        return r'(?:[^"\\]|\\.)*'
    if care is Care.RELAXED:
        return ".*?" if after else ".*"
    if quoted:
        return ".*?" if care is Care.QUOTES else '[^"]*'
    if variable.target == "source.ip" and after == ":":
        return "[0-9A-Za-z:.]*"  # IPv6 before a port
    return f"[^{stop or ' '}{',' if variable.bare == LIST else ''}]*"
