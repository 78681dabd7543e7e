"""A statement without its values: what thousands of statements of one program have in common.

Comes in: text. Goes out: its shape (comments gone, each value one mark) and the values in order. Linear in the length
of the text whatever it holds; a text that was cut off within a value says so.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

VALUE = "\x01"
"""Stands for a value in a shape."""

_COMMON = r"""
    (?P<comment>{dashes}[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?+{hash})
  | (?P<escaped>{escaped}'(?:[^'\\]|\\.|'')*+(?P<escaped_end>')?+)
  | (?P<string>(?:(?<![\w$])[nN])?'(?:[^']|'')*+(?P<string_end>')?+)
  | (?P<name>{names})
  | (?P<number>(?<![\w$.])\d++(?:\.\d*+)?+(?:[eE][-+]?\d++)?+(?!\w))
  | (?P<dollar>{dollar})
"""


_NEVER = r"(?!)"


def _special(escaped: str, names: str, *, hash_: str = "", dashes: str = "--", dollar: str = _NEVER) -> re.Pattern[str]:
    pattern = _COMMON.format(escaped=escaped, names=names, hash=hash_, dashes=dashes, dollar=dollar)
    return re.compile(pattern, re.VERBOSE | re.DOTALL)


_QUOTED = r'"(?:[^"]|"")*+"?+'
_SPECIAL = {
    "": _special(r"(?<![\w$])[eE]", _QUOTED, dollar=r"(?<![\w$])\$(?:[^\W\d]\w*+)?+\$"),
    # 17--1 is 18 there.
    "mysql": _special("", r"`(?:[^`]|``)*+`?+", hash_=r"|\#[^\n]*+", dashes=r"--(?![^\x00-\x20])"),
    "mssql": _special(_NEVER, _QUOTED + r"|\[[^\]]*+\]?+"),
}
_MYSQL_STRING = re.compile(r'"(?:[^"\\]|\\.|"")*+(?P<end>")?+', re.DOTALL)
_RUN_COMMENT = re.compile(r"/\*!\d*+|\*/")
_LONGEST = 40
_CODED = re.compile(r"\\\w")
"""A letter by its number (``E'\\x31'``), or another that is not meant as it stands."""
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A statement's shape and values.

    Attributes:
        whole: False when it was cut off within a value, has letters by their numbers, or a comment within a comment,
            about whose end databases do not agree.
    """

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
            whole = whole and "/*" not in piece[2:]
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
                coded = found["escaped"] is not None and not dialect and _CODED.search(piece)
                whole = whole and bool(closed) and not coded
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
        return piece if piece.isdigit() or len(piece) > _LONGEST else _number(piece)
    inner = piece[piece.index("'") + 1 :].removesuffix("'").replace("''", "'")
    return _BACKSLASH.sub(r"\1", inner) if found["escaped"] is not None else inner


def _number(text: str) -> str:
    """Return a whole number that is written as 17.0 or 1.7e1 in its figures, any other as it is."""
    number = Decimal(text)
    return f"{number:f}".partition(".")[0] if number.adjusted() < _LONGEST and number == int(number) else text
