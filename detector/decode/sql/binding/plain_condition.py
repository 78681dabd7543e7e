"""Conditions that plainly name the rows they want: a column, ``=`` or ``IN``, and what is the same for every row.

Comes in: the tokens of one condition. Goes out: the column and how it is asked for; nothing for any other condition
(functions of columns, ranges, patterns, arithmetic, columns compared with each other, subqueries).
"""

from collections.abc import Sequence
from typing import NamedTuple

from detector.decode.sql.column_names import says_yes_or_no
from detector.decode.sql.conditions.condition_tree import word_of
from detector.decode.sql.tokens import Token, words

_NAMED, _GIVEN = ("word", "name"), ("value", "parameter")
PSEUDO = words(
    "ctid tableoid oid xmin xmax cmin cmax rowid _rowid_ rownum level ora_rowscn user current_user session_user"
    " system_user current_date current_time current_timestamp current_schema current_catalog current_role localtime"
    " localtimestamp sysdate systimestamp null true false default"
)
"""Columns that every table has, and words that are no columns: none of them tells one client from others."""
_FOLDING = words("lower upper trim ltrim rtrim btrim date")
"""Functions that make one value of a few alike: of a name in any case, of the moments of a day."""
_WIDE_TYPES = words(
    "bigint bytea date decimal int int2 int4 int8 integer nvarchar numeric signed smallint text unsigned uuid varchar"
    " varchar2"
)
"""Types that a column may be cast to and keep its values apart."""
_TYPED = words("date time timestamp timestamptz interval uuid binary")
_SAME = words("null true false")
_TYPE_WORDS = words("varying precision without with time zone character double unsigned")
_EQUALITIES = (["=", "="], ["="], ["<", "=", ">"], ["is", "not", "distinct", "from"])
_DEEP = 8
"""Brackets and casts within each other that are followed."""


class Plain(NamedTuple):
    """A column, and how it is asked for: ``equal``, ``flag``, ``range`` or ``like``."""

    qualifier: str
    column: str
    kind: str


class Link(NamedTuple):
    """Two columns that are equal, each with the table before it; ``optional``: the side that ``(+)`` stands behind."""

    left: tuple[str, str]
    right: tuple[str, str]
    optional: int = 0


def plain(tokens: Sequence[Token]) -> Plain | None:
    """Return what a condition plainly asks for."""
    column, at = _column(tokens, 0)
    if not column:
        end = _constant(tokens, 0)
        column, at = _column(tokens, end + 1) if end > 0 and _sign(tokens, end) == "=" else (None, 0)
        return Plain(*column, "equal") if column and at == len(tokens) else None
    kind, end = _asked(tokens, at, column[1])
    if end > 0 and _sign(tokens, end) == "collate":
        end += 2
    return Plain(*column, kind) if end == len(tokens) else None


def link(tokens: Sequence[Token]) -> Link | None:
    """Return the two columns that a condition says are equal."""
    left, at = _column(tokens, 0)
    optional = 1 if left and _is_optional(tokens, at) else 0
    at += 3 * bool(optional)
    right, end = _column(tokens, at + 1) if left and _sign(tokens, at) == "=" else (None, 0)
    if right and _is_optional(tokens, end):
        optional, end = 2, end + 3
    return Link(left, right, optional) if left and right and end == len(tokens) else None


def with_placeholders(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with one parameter for each ``?``, ``:name``, ``:1``, ``%s`` and ``%(name)s``."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        length = _placeholder(tokens, at) if tokens[at].kind == "sign" else 0
        found.append(Token("parameter", "$?") if length else tokens[at])
        at += length or 1
    return found


def _placeholder(tokens: Sequence[Token], at: int) -> int:
    """Return of how many tokens a placeholder is that begins at a place; 0: none does."""
    sign = tokens[at].text
    if sign == "?":
        return 1
    before = tokens[at - 1] if at else Token("sign", "(")
    opens = (before.kind == "sign" and before.text not in (")", "]", ":")) or before.kind == "word"
    behind = tokens[at + 1] if at + 1 < len(tokens) else before
    if sign == ":" and opens:
        return 2 if behind.kind in ("word", "name", "value") else 0
    if sign != "%" or not opens:
        return 0
    if behind.text == "s" and behind.kind == "word":
        return 2
    last = [word_of(one) for one in tokens[at + 1 : at + 5]]
    return 5 if last[:1] == ["("] and last[2:] == [")", "s"] else 0


def _sign(tokens: Sequence[Token], at: int) -> str:
    return word_of(tokens[at]) if 0 <= at < len(tokens) else ""


def _column(tokens: Sequence[Token], at: int, deep: int = _DEEP) -> tuple[tuple[str, str] | None, int]:
    """Read a column, in brackets, in one case or cast too; return its table and name, and what follows."""
    word = _sign(tokens, at)
    folds = word in _FOLDING and _sign(tokens, at + 1) == "("
    if deep and (folds or word == "(" or (word == "cast" and _sign(tokens, at + 1) == "(")):
        column, end = _column(tokens, at + 1 + (word != "("), deep - 1)
        if column and word == "cast":
            end = end + 2 if _sign(tokens, end) == "as" and _sign(tokens, end + 1) in _WIDE_TYPES else -1
        return (column, _behind_casts(tokens, end + 1)) if column and _sign(tokens, end) == ")" else (None, at)
    parts: list[str] = []
    while at < len(tokens) and tokens[at].kind in _NAMED:
        parts.append(tokens[at].text.lower())
        at += 1
        if _sign(tokens, at) != ".":
            break
        at += 1
    called = _sign(tokens, at) == "(" and not _is_optional(tokens, at)
    if not parts or parts[-1] in PSEUDO or called or _sign(tokens, at - 1) == ".":
        return None, at
    return ((parts[-2] if len(parts) > 1 else ""), parts[-1]), _behind_casts(tokens, at)


def _behind_casts(tokens: Sequence[Token], at: int) -> int:
    """Return what is behind casts of a column that keep its values apart."""
    while (
        _sign(tokens, at) == ":"
        and _sign(tokens, at + 1) == ":"
        and _sign(tokens, at + 2) in _WIDE_TYPES
        and _sign(tokens, at + 3) != "("
    ):
        at += 3
    return at


def _asked(tokens: Sequence[Token], at: int, column: str) -> tuple[str, int]:
    """Return how a column is asked for by what stands behind it, and where that ends; -1: in another way."""
    if at == len(tokens):
        return "flag", at if says_yes_or_no(column) else -1
    word, behind = _sign(tokens, at), _sign(tokens, at + 1)
    if word == "is" and _sign(tokens, at + 1 + (behind == "not")) in ("true", "false"):
        return "flag", at + 2 + (behind == "not") if says_yes_or_no(column) else -1
    if word == "between":
        end = _constant(tokens, at + 1 + (behind in ("symmetric", "asymmetric")))
        return "range", _constant(tokens, end + 1) if end > 0 and _sign(tokens, end) == "and" else -1
    if word in ("like", "ilike"):
        return "like", _constant(tokens, at + 1)
    if word == "in":
        return "equal", _listed(tokens, at + 1) if behind == "(" else _constant(tokens, at + 1)
    return "equal", _equal(tokens, at)


def _equal(tokens: Sequence[Token], at: int) -> int:
    """Return what is behind an equality with a constant, or one of several: ``= 5``, ``= ANY (…)``; -1: none stands."""
    read = [_sign(tokens, place) for place in range(at, at + 4)]
    signs = next((one for one in _EQUALITIES if read[: len(one)] == one), None)
    if signs is None:
        return -1
    at += len(signs)
    if _sign(tokens, at) in ("any", "some") and _sign(tokens, at + 1) == "(":
        return _listed(tokens, at + 1)
    return _constant(tokens, at)


def _listed(tokens: Sequence[Token], at: int) -> int:
    """Return what is behind a list of constants whose bracket opens at a place, or -1."""
    at += 1
    close, rows = ")", _sign(tokens, at) == "values"
    if _sign(tokens, at) == "array" and _sign(tokens, at + 1) == "[":
        at, close = at + 1, "]"
    at += rows or close == "]"
    while True:
        at = _constant(tokens, at)
        if at < 0 or _sign(tokens, at) not in (",", close):
            return -1
        if _sign(tokens, at) == close:
            break
        at += 1
    at += 1
    if close == ")":
        return at
    at = _behind_types(tokens, at)
    return at + 1 if _sign(tokens, at) == ")" else -1


def _constant(tokens: Sequence[Token], at: int, deep: int = _DEEP) -> int:
    """Return what is behind a value, a placeholder, or a cast of one; -1 where anything else stands."""
    opened = 0
    while _sign(tokens, at) in ("(", "-", "+"):
        opened += _sign(tokens, at) == "("
        at += 1
    word = _sign(tokens, at)
    if deep and word == "cast" and _sign(tokens, at + 1) == "(":
        at = _constant(tokens, at + 2, deep - 1)
        if at < 0 or _sign(tokens, at) != "as":
            return -1
        at = _behind_type(tokens, at + 1)
        if _sign(tokens, at) != ")":
            return -1
        at += 1
    else:
        at += word in _TYPED and at + 1 < len(tokens) and tokens[at + 1].kind in _GIVEN
        if at >= len(tokens) or not (tokens[at].kind in _GIVEN or _sign(tokens, at) in _SAME):
            return -1
        at = _behind_types(tokens, at + 1)
    for _ in range(opened):
        if _sign(tokens, at) != ")":
            return -1
        at = _behind_types(tokens, at + 1)
    return at


def _behind_types(tokens: Sequence[Token], at: int) -> int:
    while _sign(tokens, at) == ":" and _sign(tokens, at + 1) == ":":
        at = _behind_type(tokens, at + 2)
    return at


def _behind_type(tokens: Sequence[Token], at: int) -> int:
    """Return what is behind a type: ``varchar(20)``, ``timestamp with time zone``, ``int[]``, ``crm.code``."""
    if at >= len(tokens) or tokens[at].kind not in _NAMED:
        return -1
    at += 1
    while _sign(tokens, at) == "." or _sign(tokens, at) in _TYPE_WORDS:
        at += 1 + (_sign(tokens, at) == ".")
    if _sign(tokens, at) == "(" and at + 1 < len(tokens) and tokens[at + 1].kind == "value":
        at += 2 + 2 * (_sign(tokens, at + 2) == ",")
        at = at + 1 if _sign(tokens, at) == ")" else -1
    while at > 0 and _sign(tokens, at) == "[" and _sign(tokens, at + 1) == "]":
        at += 2
    return at


def _is_optional(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether Oracle's ``(+)`` stands at a place."""
    return [_sign(tokens, place) for place in range(at, at + 3)] == ["(", "+", ")"]
