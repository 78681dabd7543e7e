"""A statement without its values: what thousands of statements of one program have in common.

Comes in: text. Goes out: its shape (comments gone, each value one mark) and the values in order. Linear in the length
of the text whatever it holds; a text that was cut off within a value says so.
"""

import re
from dataclasses import dataclass

VALUE = "\x01"
"""Stands for a value in a shape."""

_COMMON = r"""
    (?P<comment>--[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?+{hash})
  | (?P<escaped>{escaped}'(?:[^'\\]|\\.|'')*+(?P<escaped_end>')?+)
  | (?P<string>(?:(?<![\w$])[bBxXnN])?'(?:[^']|'')*+(?P<string_end>')?+)
  | (?P<name>{names})
  | (?P<number>(?<![\w$.])\d++(?:\.\d*+)?+(?:[eE][-+]?\d++)?+(?!\w))
  | (?P<dollar>(?<![\w$])\$(?:[^\W\d]\w*+)?+\$)
"""


def _special(escaped: str, names: str, comments: str = "") -> re.Pattern[str]:
    return re.compile(_COMMON.format(escaped=escaped, names=names, hash=comments), re.VERBOSE | re.DOTALL)


_QUOTED = r'"(?:[^"]|"")*+"?+'
_SPECIAL = {
    "": _special(r"(?<![\w$])[eE]", _QUOTED),
    "mysql": _special("", r"`(?:[^`]|``)*+`?+", r"|\#[^\n]*+"),
    "mssql": _special(r"(?!)", _QUOTED + r"|\[[^\]]*+\]?+"),
}
_MYSQL_STRING = re.compile(r'"(?:[^"\\]|\\.|"")*+(?P<end>")?+', re.DOTALL)
_RUN_COMMENT = re.compile(r"/\*!\d*+|\*/")
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A statement's shape and values; ``whole`` is False when it was cut off within a value."""

    shape: str
    values: tuple[str, ...]
    whole: bool = True


def shaped(text: str, dialect: str = "") -> Shaped:
    """Return the shape of a statement.

    Args:
        text: The statement, or several.
        dialect: "" for standard SQL and PostgreSQL, "mysql", "mssql": what quotes mean.
    """
    text = text.replace(VALUE, " ")
    if dialect == "mysql":
        if '"' in text:
            text = _MYSQL_STRING.sub(_single, text)
        if "/*!" in text:  # a comment that MySQL runs
            text = _RUN_COMMENT.sub(" ", text)
    made: list[str] = []
    values: list[str] = []
    whole, at = True, 0
    special = _SPECIAL[dialect]
    while (found := special.search(text, at)) is not None:
        made.append(text[at : found.start()])
        at = found.end()
        piece = found[0]
        if found["comment"] is not None:
            made.append(" ")
        elif found["name"] is not None:
            made.append(piece)
        else:
            if found["dollar"] is not None:
                end = text.find(piece, at)
                whole, value = whole and end >= 0, text[at : end if end >= 0 else len(text)]
                at = end + len(piece) if end >= 0 else len(text)
            else:
                value = _value(piece, found)
                closed = found["number"] is not None or found["string_end"] or found["escaped_end"]
                whole = whole and bool(closed)
            made.append(VALUE)
            values.append(value)
    made.append(text[at:])
    return Shaped("".join(made), tuple(values), whole)


def _single(found: re.Match[str]) -> str:
    """Return a string in double quotes as one in single quotes: MySQL means the same by both."""
    if found["end"] is None:
        return found[0]
    inner = found[0][1:-1].replace('""', '"')
    return "'" + inner.replace("'", "''") + "'"


def _value(piece: str, found: re.Match[str]) -> str:
    if found["number"] is not None:
        return piece
    inner = piece[piece.index("'") + 1 :].removesuffix("'").replace("''", "'")
    return _BACKSLASH.sub(r"\1", inner) if found["escaped"] is not None else inner
