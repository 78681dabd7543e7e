"""A statement without its values: what thousands of statements of one program have in common.

Comes in: text. Goes out: its shape (comments gone, each value one mark) and the values in order. Linear in the length
of the text whatever it holds; a text that was cut off within a value or a comment says so.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

VALUE = "\x01"
"""Stands for a value in a shape."""

_COMMON = r"""
    (?=[-/*'"`\[\#$\d]|[eEnN]['"]|[uU]&|[nN]?[qQ]')(?:
    (?P<comment>{dashes}[^\n]*+|{comment}{hash})
  | (?P<run>{run})
  | (?P<escaped>{escaped}(?P<quote>{quotes})
    (?:[^\\'"]++|{backslash}|(?P=quote){{2}}|(?!(?P=quote))['"])*+(?P<end>(?P=quote))?+)
  | (?P<coded>{coded})
  | (?P<marked>{marked})
  | (?P<string>(?:(?<![\w$])[nN])?'(?:[^']|'')*+(?P<string_end>')?+)
  | (?P<name>{names})
  | (?P<number>(?<![\w$.])\d++(?:\.\d*+)?+(?:[eE][-+]?\d++)?+(?!\w))
  | (?P<dollar>{dollar}))
"""
"""One alternative each; what none of them can begin with is passed over at once."""


_NEVER = r"(?!)"
_NESTED, _FLAT = r"/\*", r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?+"
_PARTS = {
    "run": _NEVER,
    "escaped": _NEVER,
    "quotes": "'",
    "backslash": r"\\.",
    "coded": _NEVER,
    "marked": _NEVER,
    "hash": "",
    "dashes": "--",
    "dollar": _NEVER,
}


def _special(names: str, comment: str = _NESTED, **more: str) -> re.Pattern[str]:
    pattern = _COMMON.format(names=names, comment=comment, **(_PARTS | more))
    return re.compile(pattern, re.VERBOSE | re.DOTALL)


_QUOTED = r'"(?:[^"]|"")*+"?+'
_BACK_QUOTED = r"`(?:[^`]|``)*+`?+"


def _mysql(names: str = _BACK_QUOTED, quotes: str = """['"]""", backslash: str = r"\\.") -> re.Pattern[str]:
    # 17--1 is 18 there; what stands in /*! */ is run.
    return _special(
        names,
        r"(?!/\*M?!)" + _FLAT,
        run=r"/\*M?!\d*+|\*/",
        escaped=r"(?:(?<![\w$])[nN])?",
        quotes=quotes,
        backslash=backslash,
        hash=r"|\#[^\n]*+",
        dashes=r"--(?![^\x00-\x20])",
    )


_MARKED = r"(?<![\w$\#])[nN]?[qQ]'(?:" + "|".join(
    (
        *(rf"\{opens}(?:[^\{ends}]|\{ends}(?!'))*+(?:\{ends}')?+" for opens, ends in ("[]", "{}", "()", "<>")),
        r"(?P<mark>[^\s\[{(<])(?:(?!(?P=mark)').)*+(?:(?P=mark)')?+)",
    )
)
"""A text between marks of the writer's choice: ``q'[it's]'``."""

_SPECIAL = {
    "": _special(
        _QUOTED,
        escaped=r"(?<![\w$])[eE]",
        coded=r"""(?<![\w$])[uU]&(?:"(?:[^"]|"")*+"?+|'(?:[^']|'')*+'?+)""",
        dollar=r"(?<![\w$])\$(?:[^\W\d]\w*+)?+\$",
    ),
    "mysql": _mysql(),
    "mysql ansi": _mysql(f"{_BACK_QUOTED}|{_QUOTED}", "'"),
    "mysql plain": _mysql(backslash=r"\\"),
    "mysql ansi plain": _mysql(f"{_BACK_QUOTED}|{_QUOTED}", "'", r"\\"),
    "mssql": _special(_QUOTED + r"|\[[^\]]*+\]?+"),
    "oracle": _special(_QUOTED, _FLAT, marked=_MARKED),
}
_CLOSING = {"[": "]", "{": "}", "(": ")", "<": ">"}
_NONE: frozenset[int] = frozenset()
_COMMENT_ENDS = re.compile(r"/\*|\*/")
_GAP = r"(?:\s|--[^\n]*+\n|/\*(?:[^*]|\*(?!/))*+\*/)*+"
_UESCAPE = re.compile(rf"{_GAP}uescape{_GAP}'([^'])'", re.IGNORECASE)
_LONGEST = 40
_CODED = re.compile(r"\\\w")
"""A letter by its number (``E'\\x31'``), or another that is not meant as it stands."""
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A statement's shape and values.

    Attributes:
        figures: Places of the values that are numbers without quotes.
        zeros: Places of zeros that equal any text, because MySQL makes numbers of texts and 0 of most.
        whole: False when it was cut off within a value or comment, has letters by their numbers, or a comment that not
            all versions of its database take for one.
    """

    shape: str
    values: tuple[str, ...]
    whole: bool = True
    figures: frozenset[int] = frozenset()
    zeros: frozenset[int] = frozenset()


def shaped(text: str, dialect: str = "") -> Shaped:
    """Return the shape of a statement.

    Args:
        text: The statement, or several.
        dialect: "" for standard SQL and PostgreSQL, "mysql" (with a mode of its server: "ansi", where double quotes
            are those of names, "plain", where a backslash is one), "mssql", "oracle": what quotes mean, and whether
            comments nest.
    """
    text = text.replace(VALUE, " ")
    made: list[str] = []
    values: list[str] = []
    figures: list[int] = []
    whole, at, running = True, 0, 0
    special = _SPECIAL[dialect]
    while (found := special.search(text, at)) is not None:
        made.append(text[at : found.start()])
        at, kind, piece, good = found.end(), found.lastgroup, found[0], True
        if kind == "comment":
            at, good = _behind_comment(text, at) if piece == "/*" else (at, _is_closed(piece))
            made.append(" ")
        elif kind == "run" and piece == "*/" and not running:  # a star, and a comment behind it
            at -= 1
            made.append("*")
        elif kind == "run":
            running += -1 if piece == "*/" else 1
            good = not piece[-1].isdigit()
            made.append(" ")
        elif kind == "name":
            made.append(piece)
        elif kind == "coded" and piece[2] == '"':
            name, at, good = _decoded(piece, text, at)
            made.append(name.replace(VALUE, " "))
        else:
            value, at, good = _literal(found, text, dialect)
            made.append(VALUE)
            if kind == "number":
                figures.append(len(values))
            values.append(value)
        whole = whole and good
    made.append(text[at:])
    zeros = frozenset(place for place in figures if values[place] == "0") if dialect.startswith("mysql") else _NONE
    return Shaped("".join(made), tuple(values), whole, frozenset(figures), zeros)


def _literal(found: re.Match[str], text: str, dialect: str) -> tuple[str, int, bool]:
    """Return a value, where it ends, and whether it is closed and means what stands there."""
    kind, piece, at = found.lastgroup, found[0], found.end()
    if kind == "coded":
        return _decoded(piece, text, at)
    if kind == "marked":
        inner = piece[piece.index("'") + 1 :]
        whole = len(inner) > 2 and inner[-2:] == _CLOSING.get(inner[0], inner[0]) + "'"
        return inner[1:-2] if whole else inner[1:], at, whole
    if kind == "dollar":
        end = text.find(piece, at)
        return (text[at:end], end + len(piece), True) if end >= 0 else (text[at:], len(text), False)
    closed = kind == "number" or found["string_end"] or found["end"]
    coded = kind == "escaped" and not dialect and _CODED.search(piece)
    return _value(piece, found, plain="plain" in dialect), at, bool(closed) and not coded


def _is_closed(comment: str) -> bool:
    """Tell whether a comment is one for all versions, and not cut off."""
    flat = comment.startswith("/*")
    return "/*" not in comment[2:] and (not flat or comment.endswith("*/", 2))


def _behind_comment(text: str, at: int) -> tuple[int, bool]:
    """Return where a comment ends that began before a place, and whether it does; others may stand within it."""
    depth = 1
    for found in _COMMENT_ENDS.finditer(text, at):
        depth += 1 if found[0] == "/*" else -1
        if not depth:
            return found.end(), True
    return len(text), False


def _decoded(piece: str, text: str, at: int) -> tuple[str, int, bool]:
    """Return what ``U&"…"`` says as a name in quotes, or ``U&'…'`` as a value; where it ends; whether it is closed."""
    quote = piece[2]
    told = _UESCAPE.match(text, at)
    mark = re.escape(told[1] if told else "\\")
    many = 2 if quote == '"' else 1

    def letter(found: re.Match[str]) -> str:
        number = int(found[1] or found[2] or "0", 16)
        if found[0][0] == found[0][-1]:  # the mark twice
            return found[0][0]
        known = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        return (chr(number) if known else "\ufffd").replace(quote, quote * many)

    inner = piece[3:].removesuffix(quote)
    inner = re.sub(rf"{mark}(?:{mark}|([0-9a-fA-F]{{4}})|\+([0-9a-fA-F]{{6}}))", letter, inner)
    closed = len(piece) > 3 and piece[-1] == quote
    made = f'"{inner}"' if many > 1 else inner.replace("''", "'")
    return made, told.end() if told else at, closed


def _value(piece: str, found: re.Match[str], *, plain: bool) -> str:
    if found["number"] is not None:
        return piece if piece.isdigit() or len(piece) > _LONGEST else _number(piece)
    quote = found["quote"] or "'"
    inner = piece[piece.index(quote) + 1 :].removesuffix(quote).replace(quote * 2, quote)
    return _BACKSLASH.sub(r"\1", inner) if found["escaped"] is not None and not plain else inner


def _number(text: str) -> str:
    """Return a whole number that is written as 17.0 or 1.7e1 in its figures, any other as it is."""
    number = Decimal(text)
    return f"{number:f}".partition(".")[0] if number.adjusted() < _LONGEST and number == int(number) else text
