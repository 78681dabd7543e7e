"""Which tables a statement touches, what it does with them, and by which ids it picks their rows.

Comes in: text. Goes out: one ``Touch`` a table. What a shape means is worked out once and remembered. Ids are given
only where they surely bound what was touched: conditions that are an equality or a list of values and nothing else,
joined by AND, in the only WHERE of a statement with one SELECT, and for the tables that this WHERE belongs to. Anything
else (OR, CASE, subqueries, ranges, a comparison of a condition, a text cut off) gives the tables alone. A table that is
touched without bounds once, by another alias or another statement of the line, is touched without bounds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from detector.decode.sql.shape import shaped

_REMEMBERED = 4096
_LONG = 4096
_MANY = 64
"""Tables in one statement, so many that ids are not sought for each."""

_TOKEN = re.compile(
    r'"(?P<double>(?:[^"]|"")*+)"?+|`(?P<back>(?:[^`]|``)*+)`?+|\[(?P<square>[^\[\]\x01\d,][^\[\],\x01]*+)\]'
    r"|(?P<word>[^\W\d][\w$]*+)|\$(?P<parameter>\d{1,5})|(?P<value>\x01)|(?P<sign>\S)"
)
_RUN = frozenset(
    ("select", "with", "table", "insert", "replace", "update", "delete", "merge", "truncate", "copy", "declare")
) | frozenset(("create", "load", "values", "do", "call", "set"))
_NOT_FROM = frozenset(("extract", "substring", "trim", "overlay", "position"))
_NOT_ALIAS = frozenset(
    (
        *(
            "where",
            "on",
            "using",
            "set",
            "join",
            "inner",
            "left",
            "right",
            "full",
            "cross",
            "natural",
            "group",
            "order",
        ),
        *("limit", "offset", "fetch", "for", "union", "except", "intersect", "having", "window", "returning", "values"),
        *("select", "from", "into", "when", "as", "with", "tablesample", "to", "default", "partition", "use", "ignore"),
        *("force", "straight_join", "order"),
    )
)
_UNSURE = frozenset(("or", "case", "union", "except", "intersect", "xor"))
_AFTER = frozenset(("group", "order", "limit", "offset", "fetch", "for", "returning", "having", "option", "lock"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word (lower case), name, value (its place), parameter (its number) or sign."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Touch:
    """What a statement does with one table.

    Attributes:
        schema / name: Of the table, as written (lower case where not quoted); the schema may be empty.
        action: read, list, create, update, delete or export.
        ids: Values its rows are picked by, by column.
    """

    schema: str
    name: str
    action: str
    ids: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Table:
    schema: str
    name: str
    alias: str
    action: str
    group: int = 0


@dataclass(frozen=True, slots=True)
class _Picked:
    """A column and where the values are that it must be one of; ``group``: of the WHERE that says so."""

    qualifier: str
    column: str
    places: tuple[Token, ...]
    group: int


@dataclass(frozen=True, slots=True)
class _Plan:
    tables: tuple[_Table, ...]
    picked: tuple[_Picked, ...]


def touches_of(text: str, dialect: str = "", parameters: str = "") -> tuple[Touch, ...]:
    """Return what statements touch.

    Args:
        text: The statements.
        dialect: See ``shape.shaped``.
        parameters: Values of ``$1`` …, as PostgreSQL logs them: ``$1 = '5', $2 = NULL``.
    """
    seen = shaped(text, dialect)
    plans = _plans(seen.shape) if len(seen.shape) <= _LONG else _planned(seen.shape)
    given = _parameters(parameters) if parameters else {}
    found: list[Touch] = []
    for plan in plans:
        for table in plan.tables:
            if not (table.name or table.schema):  # quotes around nothing, or never closed
                continue
            bound = seen.whole and table.action != "create" and len(plan.tables) <= _MANY
            ids = _ids(plan, table, seen.values, given) if bound else {}
            action = table.action if table.action != "list" or not ids else "read"
            found.append(Touch(table.schema, table.name, action, ids))
    whole = {touch.name.lower() for touch in found if touch.action == "list"}
    return tuple(
        replace(touch, action="list", ids={}) if touch.action == "read" and touch.name.lower() in whole else touch
        for touch in found
    )


def _ids(plan: _Plan, table: _Table, values: tuple[str, ...], given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    # A column that says of no table whose it is bounds none that is there twice.
    alone = sum(each.name.lower() == table.name.lower() for each in plan.tables) == 1
    for one in plan.picked:
        if one.group != table.group or one.qualifier not in (("", table.alias) if alone else (table.alias,)):
            continue
        read = [values[int(at.text)] if at.kind == "value" else given.get(at.text) for at in one.places]
        if None not in read:
            found[one.column] = tuple(value for value in read if value is not None)
    return found


def _parameters(text: str) -> dict[str, str]:
    seen = shaped(text)
    tokens = tuple(_tokens(seen.shape))
    if not seen.whole:
        return {}
    return {
        name.text: seen.values[int(value.text)]
        for name, sign, value in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if name.kind == "parameter" and sign.text == "=" and value.kind == "value"
    }


def _tokens(shape: str) -> Iterator[Token]:
    count = 0
    for found in _TOKEN.finditer(shape):
        kind = found.lastgroup or ""
        if kind == "value":
            yield Token("value", str(count))
            count += 1
        elif kind == "word":
            yield Token("word", found[0].lower())
        elif kind in ("double", "back", "square"):
            quote = {"double": '"', "back": "`"}.get(kind, "]")
            yield Token("name", found[kind].replace(quote * 2, quote))
        else:
            yield Token(kind, found[kind])


def _planned(shape: str) -> tuple[_Plan, ...]:
    plans: list[_Plan] = []
    run: list[Token] = []
    for token in (*_tokens(shape), Token("sign", ";")):
        if token.kind == "sign" and token.text == ";":
            plans.append(_Reading(run).plan())
            run = []
        else:
            run.append(token)
    return tuple(plan for plan in plans if plan.tables)


_plans = lru_cache(maxsize=_REMEMBERED)(_planned)


class _Reading:
    """One statement, read from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._words = [token.text if token.kind == "word" else "" for token in tokens]
        self._tables: list[_Table] = []
        self._listing = [False]
        self._before = [""]
        self._groups = [0]
        self._where: tuple[int, int] | None = None

    def plan(self) -> _Plan:
        verb = self._verb()
        if verb not in _RUN:
            return _Plan((), ())
        if verb in ("copy", "truncate", "table"):
            self._direct(verb)
        at = 0
        while at < len(self._tokens):
            at = self._step(at, verb)
        outside = "outfile" in self._words or "sql_no_cache" in self._words
        tables = [replace(one, action="export") if one.action == "list" and outside else one for one in self._tables]
        return _Plan(tuple(tables), tuple(self._picked()) if self._sure() else ())

    def _verb(self) -> str:
        at = 0
        while at < len(self._tokens) and self._tokens[at].text == "(":
            at += 1
        verb = self._word(at)
        if verb == "explain" and "analyze" in self._words:
            return next((word for word in self._words[at + 1 :] if word in _RUN), "")
        return verb

    def _word(self, at: int) -> str:
        return self._words[at] if 0 <= at < len(self._words) else ""

    def _sign(self, at: int) -> str:
        return self._tokens[at].text if 0 <= at < len(self._tokens) and self._tokens[at].kind == "sign" else ""

    def _direct(self, verb: str) -> None:
        """COPY, TRUNCATE and TABLE name their table at once."""
        at = 1
        while self._word(at) in ("table", "only", "binary"):
            at += 1
        if self._sign(at) == "(":
            return
        after, table = self._name(at)
        action = {"truncate": "delete", "table": "list"}.get(verb, "export" if "to" in self._words else "create")
        if table is not None:
            self._tables.append(_Table(*table, table[1], action))
        while verb == "truncate" and self._sign(after) == ",":
            after, table = self._name(after + 1)
            if table is not None:
                self._tables.append(_Table(*table, table[1], action))

    def _step(self, at: int, verb: str) -> int:
        token = self._tokens[at]
        if token.kind == "sign":
            return self._on_sign(at, verb)
        word = self._words[at]
        if word in ("from", "join", "using"):
            return self._on_from(at, verb)
        if word == "table" and at and (self._sign(at - 1) in ("(", ")") or self._word(at - 1) in ("all", "union")):
            return self._take(at + 1, self._reading(verb))
        if word == "where":
            self._where = (at, self._groups[-1])
        if word == "into" and self._word(at + 1) not in ("outfile", "dumpfile") and "select" not in self._words[:at]:
            return self._take(at + 1 + (self._word(at + 1) == "table"), "update" if verb == "merge" else "create")
        if word == "update" and (at == 0 or self._sign(at - 1) in ("(", ")")):
            self._listing[-1] = True
            return self._take(at + 1, "update")
        if word in _AFTER or word in ("and", "where", "set", "select", "on"):
            self._listing[-1] = word == "on" and self._listing[-1]
        return at + 1

    def _on_sign(self, at: int, verb: str) -> int:
        sign = self._sign(at)
        if sign == "(":
            begins = self._word(at - 1) in ("from", "join") or self._sign(at - 1) in ("(", ",")
            self._listing.append(self._listing[-1] and begins)
            self._before.append(self._word(at - 1))
            # What stands in brackets among joined tables belongs to the same WHERE, unless it is a query.
            joined = self._listing[-1] and self._word(at + 1) != "select"
            self._groups.append(self._groups[-1] if joined else at)
            if self._listing[-1] and self._word(at + 1) != "select":
                return self._take(at + 1, self._reading(verb))
        elif sign == ")" and len(self._listing) > 1:
            self._listing.pop()
            self._before.pop()
            self._groups.pop()
        elif sign == "," and self._listing[-1]:
            return self._take(at + 1, self._reading(verb))
        return at + 1

    def _on_from(self, at: int, verb: str) -> int:
        word = self._words[at]
        if word == "from" and (self._before[-1] in _NOT_FROM or (self._word(at - 1) == "distinct" and at > 1)):
            return at + 1
        if word == "using" and verb not in ("delete", "merge"):
            return at + 1
        if word == "from" and verb == "copy" and not self._listing[1:]:
            return at + 1
        deletes = word == "from" and (self._word(at - 1) == "delete" or (verb == "delete" and not self._tables))
        self._listing[-1] = True
        return self._take(at + 1, "delete" if deletes else self._reading(verb))

    def _reading(self, verb: str) -> str:
        return "export" if verb == "copy" else "list"

    def _take(self, at: int, action: str) -> int:
        """Take the table named at a place; return the place behind it."""
        while self._word(at) in ("only", "lateral", "low_priority", "ignore", "quick", "delayed", "top"):
            at += 1
        after, table = self._name(at)
        if table is None or (self._sign(after) == "(" and action == "list"):
            return max(after, at)
        alias_at = after + (self._word(after) == "as")
        alias = ""
        if alias_at < len(self._tokens) and self._tokens[alias_at].kind in ("word", "name"):
            alias = "" if self._word(alias_at) in _NOT_ALIAS else self._tokens[alias_at].text
        self._tables.append(_Table(*table, alias or table[1], action, self._groups[-1]))
        return alias_at + 1 if alias else after

    def _name(self, at: int) -> tuple[int, tuple[str, str] | None]:
        """Read a name of up to four parts; return what is behind it, its schema and its last part."""
        parts: list[str] = []
        while at < len(self._tokens) and self._tokens[at].kind in ("word", "name"):
            if not parts and self._word(at) in _NOT_ALIAS:
                break
            parts.append(self._tokens[at].text)
            at += 1
            while self._sign(at) == ".":
                at += 1
            if self._sign(at - 1) != ".":
                break
        return at, ((parts[-2] if len(parts) > 1 else ""), parts[-1]) if parts else None

    def _sure(self) -> bool:
        words = self._words
        return (
            words.count("where") == 1
            and words.count("select") <= 1
            and not _UNSURE.intersection(words)
            and not any(self._sign(at) == "|" for at in range(len(self._tokens)))
        )

    def _picked(self) -> Iterator[_Picked]:
        """Yield the conditions of the WHERE that are an equality or a list, and that all rows must meet."""
        if self._where is None:
            return
        at, group = self._where
        at += 1
        end, closes = self._end(at)
        plain: set[int] = set()  # where brackets close that hold conditions and nothing is done with these

        def ends(place: int) -> bool:
            return place >= end or place in plain or self._word(place) == "and"

        begins, between = True, False
        while at < end:
            word, sign = self._words[at], self._sign(at)
            if sign == "(":
                close = closes.get(at, end)
                begins = begins and close < end and ends(close + 1)
                if begins:
                    plain.add(close)
                at = at + 1 if begins else close + 1
                continue
            places, column, after = self._condition(at) if begins else ((), at, at)
            if places and ends(after):
                qualifier = self._tokens[at].text if at < column else ""
                yield _Picked(qualifier, self._tokens[column].text.lower(), places, group)
                at, begins = after, False
                continue
            begins = word == "and" and not between  # BETWEEN has an AND of its own
            between = word == "between" or (between and word != "and")
            at += 1

    def _end(self, at: int) -> tuple[int, dict[int, int]]:
        """Return where the conditions that begin at a place end, and where each bracket among them closes."""
        opened: list[int] = []
        closes: dict[int, int] = {}
        for place in range(at, len(self._tokens)):
            sign = self._sign(place)
            if sign == "(":
                opened.append(place)
            elif sign == ")" and opened:
                closes[opened.pop()] = place
            elif sign == ")" or (not opened and self._words[place] in _AFTER):
                return place, closes
        return len(self._tokens), closes

    def _condition(self, at: int) -> tuple[tuple[Token, ...], int, int]:
        """Read a column and what it must be; return the places of the values, the column's, and what is behind."""
        named = ("word", "name")
        if self._tokens[at].kind not in named:
            return (), at, at
        qualified = self._sign(at + 1) == "." and at + 2 < len(self._tokens) and self._tokens[at + 2].kind in named
        column = at + 2 if qualified else at
        places, after = self._values(column + 1)
        return places, column, after

    def _values(self, at: int) -> tuple[tuple[Token, ...], int]:
        """Read ``= value`` or ``IN (value, …)``; return the places of the values and what is behind."""
        if self._sign(at) == "=":
            places, after = self._value(at + 1)
            return places, after
        if self._word(at) != "in" or self._sign(at + 1) != "(":
            return (), at
        at += 2
        found: list[Token] = []
        while True:
            places, at = self._value(at)
            if not places:
                return (), at
            found += places
            if self._sign(at) != ",":
                return (tuple(found), at + 1) if self._sign(at) == ")" else ((), at)
            at += 1

    def _value(self, at: int) -> tuple[tuple[Token, ...], int]:
        if at >= len(self._tokens) or self._tokens[at].kind not in ("value", "parameter"):
            return (), at
        after = at + 1
        if self._sign(after) == ":" and self._sign(after + 1) == ":":  # '5'::bigint
            after += 3
        return (self._tokens[at],), after
