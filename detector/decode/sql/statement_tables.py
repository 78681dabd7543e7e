"""Which tables a statement touches, what it does with them, and by which ids it picks their rows.

Comes in: text. Goes out: one ``Touch`` a table. What a shape means is worked out once and remembered. Ids are given
only where they surely bound what was touched: conditions that are an equality, a list of values or a short range of
whole numbers and nothing else, joined by AND, in the only WHERE of a statement with one SELECT, and for the tables that
this WHERE belongs to. Anything else (OR, CASE, subqueries, a comparison of a condition, a text cut off) gives the
tables alone. A table that is touched without bounds once, by another alias or another statement of the line, is touched
without bounds.

Tables are looked for behind whatever verb a statement begins with, and in strings that are run as statements. What is
not understood even so gives the names that stand in it (``Touch.sure``): whoever knows which tables matter decides.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from detector.decode.sql.fingerprint import Shaped, shaped
from detector.decode.sql.open_conditions import Conditions, conditions

_REMEMBERED = 4096
_LONG = 4096
_MANY = 64
"""Tables in one statement, so many that ids are not sought for each."""

_TOKEN = re.compile(
    r'"(?P<double>(?:[^"]|"")*+)"?+|`(?P<back>(?:[^`]|``)*+)`?+|\[(?P<square>[^\[\]\x01\d,][^\[\],\x01]*+)\]'
    r"|(?P<word>[^\W\d][\w$]*+)|(?P<parameter>\$\d{1,5}|@\w+)|(?P<value>\x01)|(?P<sign>\S)"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN = _words("select with table insert replace update delete merge truncate copy load values")
"""Verbs of statements that are read whole: a name in them that is no table stands for something else."""
_WRAPPING = _words("begin call declare do exec execute for handler if prepare return use while")
_NO_TABLES = _words("comment deny describe desc explain fetch import move restore revoke show")
"""Verbs whose FROM names no table, and which show no rows."""
_QUIET = _NO_TABLES | _words(
    "abort alter analyze audit check checkpoint checksum close cluster commit create dbcc deallocate discard drop end"
    " flashback flush grant kill listen lock noaudit notify open optimize purge refresh reindex release rename repair"
    " reset rollback savepoint set start stop unlisten unlock use vacuum xa"
)
"""Verbs of statements that may name a table and show nothing of it."""
_NAMING = _words("call declare exec execute prepare")
"""Verbs before a name of something else than a table."""
_RUNNING = _words(
    "connectby crosstab dblink dblink_exec dblink_open dblink_send_query exec execute getxml opendatasource openquery"
    " openrowset query_to_xml query_to_xml_and_xmlschema query_to_xmlschema sp_executesql ts_rewrite ts_stat"
)
"""Words before text that is run, and functions that run the text they are given."""
_NAMED = _words("table_to_xml table_to_xml_and_xmlschema sp_rename")
"""Functions that are given a table's name as text."""
_NAME = re.compile(r'(?:"?(?P<schema>\w+)"?\.)?"?(?P<name>\w+)"?')
_BODIES = _words("event function procedure")
_LITERAL = _words("as do exec execute from immediate sp_executesql")
_PARAMETER = re.compile(r"@\w+")
_SEVERAL = re.compile(r"\w\W++\w")
"""Two words: what has them may be a statement."""
_TYPES = _words("bigint int int2 int4 int8 integer numeric smallint text uuid varchar")
_RANGE, _DIGITS = 1000, 15
"""Whole numbers that BETWEEN may name to count as a list; longer ranges are a way to list."""
_ELEMENT = r'\s*+(?:[\w-]++|"[^"\\,{}]++")\s*+'
_ELEMENTS = re.compile(rf"{_ELEMENT}(?:,{_ELEMENT})*+")
_DEEP = 3
"""Strings within strings that are read as statements."""
_NO_TABLE_BEHIND = _words(
    "alter check checksum create drop external flush foreign global local lock on optimize into rename repair temp"
    " temporary truncate unlogged"
)
_NO_VERB_BEHIND = _words("after before do duplicate for grant instead key of on or then")
_CHANGING = _words("into update delete insert replace merge truncate drop")
_HANDED = _words("attach exchange inherit rename schema switch transfer")
"""Words by which ALTER TABLE makes a table readable by another name."""
_NO_GRANT = _words("all database domain foreign function language parameter procedure schema sequence type")
_FOR = _words("system_time portion join order group")
_SPEED = _words("low_priority ignore quick delayed high_priority")
_BRACKETED = _words("from join straight_join apply only lateral oj")
_NOT_FROM = _words("extract substring trim overlay position")
_NOT_ALIAS = _words(
    "where on using set join inner left right full cross natural group order limit offset fetch for union except"
    " intersect having window returning values select from into when as with table tablesample to default partition use"
    " ignore force straight_join"
)
_JOINING = _words("union except intersect")
_UNSURE = _JOINING | _words("or case xor")
_AFTER = _words("set select where group order limit offset fetch for returning having option lock")
_ENDS = _AFTER | {"commit", "end"}
_KEYWORDS = _PLAIN | _WRAPPING | _NOT_ALIAS | _AFTER


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
        action: read, list, create, update, delete or export; a query whose conditions bound nothing exports.
        ids: Values its rows are picked by, by column.
        sure: False: the name stands in a statement that was not understood, and may be that of anything.
        unbounded: Columns one of which may be the column of ids: then a list is an export, because nothing bounds it.
    """

    schema: str
    name: str
    action: str
    ids: Mapping[str, tuple[str, ...]]
    sure: bool = True
    unbounded: frozenset[str] = frozenset()


_NONE: frozenset[str] = frozenset()
_READING = ("select", "table")
_BOUNDING = _words(
    "where limit top fetch group having rownum tablesample count sum avg min max exists offset into for insert update"
    " delete"
)
"""Without any of these a query sends every row of its tables: no less than COPY takes out."""
_OTHER_BOUNDS = (_BOUNDING | _JOINING) - {"where"}


@dataclass(frozen=True, slots=True)
class _Table:
    schema: str
    name: str
    alias: str
    action: str
    group: int = 0


@dataclass(frozen=True, slots=True)
class _Picked:
    """A column and where the values are that it must be one of; ``group``: of the WHERE that says so.

    A place is a value, a parameter, a value or parameter that is an array, or a range of two values.
    """

    qualifier: str
    column: str
    places: tuple[Token, ...]
    group: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a statement says.

    Attributes:
        names: Schemas and names that may be of tables, where it was not understood.
        strings: Places of the values that may be statements themselves.
        literal: The first of them is run as it stands.
        given: Parameters of what is run, and the places of their values.
        naming: Values may be names of tables.
        known: It begins with a verb, or has a SELECT.
        where: The conditions of a query that nothing else bounds, by no equality or list of values.
    """

    tables: tuple[_Table, ...] = ()
    picked: tuple[_Picked, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    strings: tuple[int, ...] = ()
    literal: bool = False
    given: tuple[tuple[str, int], ...] = ()
    naming: bool = False
    known: bool = True
    where: Conditions | None = None


def touches_of(text: str, dialect: str = "", parameters: str = "") -> tuple[Touch, ...]:
    """Return what statements touch.

    Args:
        text: The statements.
        dialect: See ``fingerprint.shaped``.
        parameters: Values of ``$1`` …, as PostgreSQL logs them: ``$1 = '5', $2 = NULL``.
    """
    found = tuple(_touches(text, dialect, _parameters(parameters) if parameters else {}, 0))
    whole = {touch.name.lower() for touch in found if touch.action in ("list", "export") and touch.sure}
    return tuple(
        replace(touch, action="list", ids={}) if touch.action == "read" and touch.name.lower() in whole else touch
        for touch in found
    )


def _touches(text: str, dialect: str, given: Mapping[str, str], depth: int) -> Iterator[Touch]:
    seen = shaped(text, dialect)
    plans = plans_of(seen.shape) if len(seen.shape) <= _LONG else _planned(seen.shape)
    for plan in plans:
        if depth and not plan.known:
            continue
        for table in plan.tables:
            if not (table.name or table.schema):  # quotes around nothing, or never closed
                continue
            bound = seen.whole and table.action != "create" and len(plan.tables) <= _MANY
            ids = _ids(plan, table, seen, given) if bound else {}
            action = table.action if table.action != "list" or not ids else "read"
            asked = plan.where if bound and action == "list" else None
            open_for = asked.open_for(table.alias, seen.values, given) if asked else _NONE
            yield Touch(table.schema, table.name, "export" if "" in open_for else action, ids, unbounded=open_for)
        for schema, name in plan.names:
            yield Touch(schema, name, "list", {}, sure=False)
        if plan.strings and depth < _DEEP:
            yield from _within(plan, seen, dialect, depth)


def _within(plan: _Plan, seen: Shaped, dialect: str, depth: int) -> Iterator[Touch]:
    """Yield what a statement's strings touch, each by itself and, where they may be parts, all of them put together."""
    texts = [seen.values[at] for at in plan.strings]
    given = {name: seen.values[at] for name, at in plan.given}
    if given:  # a parameter that stands there again may be given another value
        once = Counter(_PARAMETER.findall(texts[0].lower()))
        given = {name: value for name, value in given.items() if once[name] == 1}
    if plan.naming:
        named = filter(None, map(_NAME.fullmatch, texts))
        yield from (Touch(each["schema"] or "", each["name"], "list", {}, sure=False) for each in named)
    for at, text in enumerate(texts if plan.literal or len(texts) == 1 else (*texts, "".join(texts))):
        if not _SEVERAL.search(text):
            continue
        bound = plan.literal and at == 0 and seen.whole
        for touch in _touches(text, dialect, given, depth + 1):
            action = "list" if touch.action == "read" and not bound else touch.action
            yield touch if bound else replace(touch, ids={}, action=action)


def _ids(plan: _Plan, table: _Table, seen: Shaped, given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    # A column without the name of a table is that of any table that has such a column: were there two, the database
    # would refuse the statement. It bounds none that is there twice.
    alone = sum(each.name.lower() == table.name.lower() for each in plan.tables) == 1
    for one in plan.picked:
        if one.group != table.group or one.qualifier not in (("", table.alias) if alone else (table.alias,)):
            continue
        read = [_read(place, seen, given) for place in one.places]
        if None not in read:
            found[one.column] = tuple(chain.from_iterable(filter(None, read)))
    return found


def _read(place: Token, seen: Shaped, given: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the values that stand at a place; None where they are not known."""
    if place.kind == "range":
        first, last = map(int, place.text.split())
        return _between(seen.values[first], seen.values[last]) if {first, last} <= seen.figures else None
    value = given.get(place.text) if place.text[0] in "$@" else seen.values[int(place.text)]
    if value is None:
        return None
    return _elements(value) if place.kind == "array" else (value,)


def _between(first: str, last: str) -> tuple[str, ...] | None:
    """Return the whole numbers of a range; None where it is long, and of anything else."""
    if not (first.isdecimal() and last.isdecimal() and len(first) <= _DIGITS and len(last) <= _DIGITS):
        return None
    ids = range(int(first), int(last) + 1)
    return tuple(map(str, ids)) if 0 < len(ids) <= _RANGE else None


def _elements(text: str) -> tuple[str, ...] | None:
    """Return the elements of PostgreSQL's ``{5,"6"}``; None of an array that holds others or anything escaped."""
    inner = text.strip()
    if not (inner.startswith("{") and inner.endswith("}")) or not _ELEMENTS.fullmatch(inner, 1, len(inner) - 1):
        return None
    return tuple(one.strip().strip('"') for one in inner[1:-1].split(","))


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
            yield Token(kind, found[kind].lower())


def _planned(shape: str) -> tuple[_Plan, ...]:
    plans: list[_Plan] = []
    run: list[Token] = []
    for token in (*_tokens(shape), Token("sign", ";")):
        if token.kind == "sign" and token.text == ";":
            plans.append(_Reading(run).plan())
            run = []
        else:
            run.append(token)
    return tuple(plan for plan in plans if plan.tables or plan.names or plan.strings)


plans_of = lru_cache(maxsize=_REMEMBERED)(_planned)


class _Reading:
    """One statement, read from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._words = [token.text if token.kind == "word" else "" for token in tokens]
        for at in range(2, len(tokens)):  # what stands behind a name and a dot is a name
            if self._words[at] and tokens[at - 1].text == "." and tokens[at - 2].kind in ("word", "name"):
                self._words[at] = ""
        self._tables: list[_Table] = []
        self._listing = [False]
        self._before = [""]
        self._groups = [0]
        self._where: tuple[int, int] | None = None
        self._selects = self._changes = False

    def plan(self) -> _Plan:
        begin = 0
        while self._sign(begin) == "(":
            begin += 1
        head = self._word(begin)
        words = frozenset(self._words)
        shows = "analyze" in words and head in ("explain", "describe", "desc")
        if head in _NO_TABLES and not shows:
            return _Plan()
        self._changes = not words.isdisjoint(("merge", "delete"))
        first = (
            begin
            if head in _PLAIN
            else next((at for at in range(begin, len(self._words)) if self._words[at] in _PLAIN), begin)
        )
        verb = self._word(first)
        self._head(head, begin)
        if verb == "copy":
            self._copied(first + 1)
        at = 0
        while at < len(self._tokens):
            at = self._step(at, verb)
        outside = "outfile" in words or "sql_no_cache" in words or (head in _READING and words.isdisjoint(_BOUNDING))
        tables = _by_alias(self._tables)
        tables = [replace(one, action="export") if one.action == "list" and outside else one for one in tables]
        picked = tuple(self._picked()) if tables and self._sure() else ()
        equal = any(place.kind != "range" for one in picked for place in one.places)
        named = not words.isdisjoint(_NAMED)
        runs = named or not words.isdisjoint(_RUNNING) or (head in _PLAIN and not tables)
        runs = runs or head == "set" or (head == "create" and not words.isdisjoint(_BODIES))
        open_ = head not in _QUIET and (head not in _PLAIN or not (tables or "statistics" in words))
        strings = self._strings() if runs or (open_ and head not in _PLAIN) else ()
        return _Plan(
            tuple(tables),
            picked,
            tuple(self._names(self._name(begin + 1)[0] if head in _NAMING else begin + 1)) if open_ else (),
            strings,
            literal=bool(strings) and self._literal(),
            given=self._given() if strings else (),
            naming=named,
            known=head in _PLAIN or head in _WRAPPING or "select" in words,
            where=None if equal or head not in _READING else self._open_where(),
        )

    def _open_where(self) -> Conditions | None:
        """Return the conditions of the only WHERE of a query that has no other bounds."""
        words = self._words
        alone = words.count("where") == 1 and words.count("select") <= 1
        if self._where is None or not alone or not _OTHER_BOUNDS.isdisjoint(words):
            return None
        begin = self._where[0] + 1
        return conditions(self._tokens[begin : self._end(begin)[0]])

    def _strings(self) -> tuple[int, ...]:
        return tuple(int(token.text) for token in self._tokens if token.kind == "value")

    def _literal(self) -> bool:
        """Tell whether the first value is run as it stands, with nothing put before or behind it."""
        at = next(at for at, token in enumerate(self._tokens) if token.kind == "value")
        before = at - 2 if self._sign(at - 1) == "(" else at - 1
        behind = self._sign(at + 1) if at + 1 < len(self._tokens) else ")"
        ends = behind == ")" or self._word(at + 1) in ("language", "using")
        return self._word(before) in _LITERAL and (ends or (behind == "," and self._word(before) == "sp_executesql"))

    def _given(self) -> tuple[tuple[str, int], ...]:
        tokens = (*self._tokens, Token("sign", ","))
        once = Counter(token.text for token in tokens if token.kind == "parameter")
        return tuple(
            (name.text, int(value.text))
            for name, sign, value, behind in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
            if name.kind == "parameter" and sign.text == "=" and value.kind == "value" and behind.text == ","
            if once[name.text] == 1
        )

    def _names(self, at: int) -> Iterator[tuple[str, str]]:
        """Yield what may be the name of a table that was not found."""
        known = {"", *(text.lower() for table in self._tables for text in (table.name, table.alias))}
        seen: set[tuple[str, str]] = set()
        for place in range(at, len(self._tokens)):
            token = self._tokens[place]
            if token.kind not in ("word", "name") or token.text.lower() in known or self._words[place] in _KEYWORDS:
                continue
            before, behind = self._sign(place - 1), self._sign(place + 1)
            if behind in ("(", ".") or before == ":" or self._word(place - 1) == "as":
                continue
            schema = self._tokens[place - 2].text if before == "." and place > 1 else ""
            if (not schema or schema.lower() not in known) and (schema, token.text) not in seen:
                seen.add((schema, token.text))
                yield schema, token.text

    def _word(self, at: int) -> str:
        return self._words[at] if 0 <= at < len(self._words) else ""

    def _sign(self, at: int) -> str:
        return self._tokens[at].text if 0 <= at < len(self._tokens) and self._tokens[at].kind == "sign" else ""

    def _head(self, head: str, at: int) -> None:
        """Take the tables of statements that change what tables are, or who may read them."""
        words = self._words
        if head == "handler" and "close" not in words:
            self._listed(at + 1, "list")
        elif head in ("alter", "rename"):
            self._renaming(head, at + 1)
        elif head == "create" and "synonym" in words and "for" in words:
            self._listed(words.index("for") + 1, "update")
        elif head == "flush" and words[-2:] == ["for", "export"]:
            self._listed(self._skipped(at + 1 + (self._word(at + 1) == "tables")), "export")
        elif head == "grant" and "on" in words and "to" in words:
            self._granted(words.index("on") + 1)

    def _granted(self, at: int) -> None:
        """Take the tables behind ``GRANT … ON``; SQL Server may say ``OBJECT::`` before one."""
        at += 3 if self._word(at) == "object" and self._sign(at + 1) == ":" else 0
        if self._word(at) not in _NO_GRANT:
            self._listed(at + (self._word(at) == "table"), "update")

    def _renaming(self, head: str, at: int) -> None:
        if head == "rename":
            self._renamed(self._skipped(at + (self._word(at) == "tables")))
        elif not _HANDED.isdisjoint(self._words):
            self._altered(at)

    def _altered(self, at: int) -> None:
        """Take what ALTER gives another name or place, and what becomes part of another table."""
        words = self._words
        if self._word(at) == "schema" and "transfer" in words:
            place = words.index("transfer") + 1
            self._listed(place + (3 if self._sign(place + 1) == ":" else 0), "update")
            return
        at += self._word(at) in ("foreign", "materialized")
        if self._word(at) not in ("table", "view"):
            return
        self._listed(self._skipped(at + 1), "update")
        if "attach" in words:
            place = words.index("attach") + 1
            self._listed(place + (self._word(place) == "partition"), "update")

    def _renamed(self, at: int) -> None:
        """Take the tables of ``RENAME a TO b, c TO d``."""
        while True:
            at, table = self._name(at)
            if table is None:
                return
            self._tables.append(_Table(*table, table[1], "update"))
            if self._word(at) != "to":
                return
            at, _ = self._name(at + 1)
            if self._sign(at) != ",":
                return
            at += 1

    def _skipped(self, at: int) -> int:
        while self._word(at) in ("table", "only", "binary", "if", "exists", "view"):
            at += 1
        return at

    def _copied(self, at: int) -> None:
        """Take the table that COPY names at once."""
        at = self._skipped(at)
        _, table = self._name(at)
        if self._sign(at) != "(" and table is not None:
            self._tables.append(_Table(*table, table[1], "export" if "to" in self._words else "create"))

    def _listed(self, at: int, action: str) -> int:
        """Take names that stand in a list."""
        while True:
            at, table = self._name(at)
            if table is not None:
                self._tables.append(_Table(*table, table[1], action))
            if self._sign(at) != "," or table is None:
                return at
            at = at + 1 + (self._word(at + 1) == "only")

    def _step(self, at: int, verb: str) -> int:
        token = self._tokens[at]
        if token.kind == "sign":
            return self._on_sign(at, verb)
        word = self._words[at]
        if word in ("from", "join", "using") or (word in ("straight_join", "apply") and self._listing[-1]):
            return self._on_from(at, verb)
        if word in _CHANGING:
            return self._on_change(at)
        if word == "table" and self._opens(at):
            return self._take(at + 1, self._reading(verb))
        if word == "where":
            self._where = (at, self._groups[-1])
        self._selects = self._selects or word == "select"
        ends = word in _AFTER and self._word(at - 1) != "for" and (word != "for" or self._word(at + 1) not in _FOR)
        if ends or (word == "duplicate" and self._word(at + 1) == "key"):
            self._listing[-1] = False
        return at + 1

    def _opens(self, at: int) -> bool:
        """Tell whether TABLE is the query that shows a whole table."""
        before = self._word(at - 1)
        return before not in _NO_TABLE_BEHIND and (before != "analyze" or self._word(0) != "analyze")

    def _on_change(self, at: int) -> int:
        word, before, behind = self._words[at], self._word(at - 1), self._word(at + 1)
        if word == "into" and before in ("all", "first") and self._word(0) == "insert":
            return self._take(at + 1, "create")
        if word == "into":
            opens = not self._selects or before in _CHANGING or before in _SPEED
            if opens and behind not in ("outfile", "dumpfile"):
                return self._take(at + 1, "update" if before == "merge" else "create")
        elif before not in _NO_VERB_BEHIND and self._sign(at - 1) not in (",", ".") and self._sign(at + 1) in ("", "."):
            return self._on_verb(at, word, behind)
        return at + 1

    def _on_verb(self, at: int, word: str, behind: str) -> int:
        """Take what stands at once behind the verb of a statement that changes a table."""
        if (word == "update" and behind != "statistics") or (word == "merge" and behind != "into"):
            self._listing[-1] = word == "update"
            return self._take(at + 1, "update")
        if word == "truncate":
            return self._listed(self._skipped(at + 1), "delete")
        if word == "drop" and not {behind, self._word(at + 2)}.isdisjoint(("table", "view")):
            return self._listed(self._skipped(at + 1 + (behind not in ("table", "view"))), "delete")
        if word == "delete" and behind not in ("from", *_SPEED):
            after, table = self._name(self._behind_top(at + 1))
            if table is not None and self._sign(after) == ",":  # DELETE a, b FROM …
                return self._listed(at + 1, "delete")
            if table is not None and self._word(after) != "from":
                return self._take(at + 1, "delete")
        if (word == "insert" or (word == "replace" and at == 0)) and behind not in ("into", "all", "first", *_SPEED):
            return self._take(at + 1, "create")
        return at + 1

    def _on_sign(self, at: int, verb: str) -> int:
        sign = self._sign(at)
        if sign == "(":
            begins = self._word(at - 1) in _BRACKETED or self._sign(at - 1) in ("(", ",")
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
        elif sign in (",", "{") and self._listing[-1]:
            return self._take(at + 1, self._reading(verb))
        return at + 1

    def _on_from(self, at: int, verb: str) -> int:
        word = self._words[at]
        if word == "from" and (self._before[-1] in _NOT_FROM or (self._word(at - 1) == "distinct" and at > 1)):
            return at + 1
        if word == "using" and not self._changes:
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
        while True:
            if self._word(at) in ("only", "lateral", *_SPEED) or (
                self._word(at) == "table" and self._sign(at + 1) != "."
            ):
                at += 1
            elif self._word(at) == "top":
                at = self._behind_top(at)
            elif self._sign(at) == "{" or (self._word(at) == "oj" and self._sign(at - 1) == "{"):
                at += 1
            else:
                break
        after, table = self._name(at)
        if table is None or (self._sign(after) == "(" and action == "list"):
            return max(after, at)
        alias_at = after + (self._word(after) == "as")
        alias = ""
        if alias_at < len(self._tokens) and self._tokens[alias_at].kind in ("word", "name"):
            alias = "" if self._word(alias_at) in _NOT_ALIAS else self._tokens[alias_at].text
        self._tables.append(_Table(*table, alias or table[1], action, self._groups[-1]))
        return alias_at + 1 if alias else after

    def _behind_top(self, at: int) -> int:
        """Return what is behind TOP and its number."""
        if self._word(at) != "top":
            return at
        at += 1
        opened = self._sign(at) == "("
        at += opened
        at += at < len(self._tokens) and self._tokens[at].kind == "value"
        return at + (opened and self._sign(at) == ")")

    def _name(self, at: int) -> tuple[int, tuple[str, str] | None]:
        """Read a name of up to four parts; return what is behind it, its schema and its last part."""
        parts: list[str] = []
        at += self._sign(at) == "."
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
                qualifier = self._tokens[column - 2].text if self._sign(column - 1) == "." else ""
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
            elif sign == ")" or (not opened and self._words[place] in _ENDS):
                return place, closes
        return len(self._tokens), closes

    def _condition(self, at: int) -> tuple[tuple[Token, ...], int, int]:
        """Read a column and what it must be; return the places of the values, the column's, and what is behind."""
        if self._tokens[at].kind in ("value", "parameter"):  # 5 = id
            places, after = self._value(at)
            column = self._column(after + 1) if self._sign(after) == "=" else -1
            return (places, column, column + 1) if column >= 0 else ((), at, at)
        column = self._column(at)
        if column < 0:
            return (), at, at
        places, after = self._values(self._behind_cast(column + 1))
        return places, column, after

    def _column(self, at: int) -> int:
        """Return where the last part of a column's name stands (``crm.clients.id``); -1: there is none."""
        named = ("word", "name")
        for _ in range(3):
            if at >= len(self._tokens) or self._tokens[at].kind not in named:
                return -1
            if self._sign(at + 1) != ".":
                return at
            at += 2
        return -1

    def _values(self, at: int) -> tuple[tuple[Token, ...], int]:
        """Read what a column must be one of; return the places of the values and what is behind."""
        if self._sign(at) == "=":
            if self._word(at + 1) in ("any", "some") and self._sign(at + 2) == "(":
                return self._any(at + 3)
            return self._value(at + 1)
        if self._word(at) == "between":
            return self._range(at + 1)
        return self._list(at + 2) if self._word(at) == "in" and self._sign(at + 1) == "(" else ((), at)

    def _list(self, at: int, ends: str = ")") -> tuple[tuple[Token, ...], int]:
        """Read values up to the bracket that closes, or rows of one value each: ``VALUES (1), (2)``."""
        rows = self._word(at) == "values"
        at += rows
        found: list[Token] = []
        while True:
            at += rows and self._sign(at) == "("
            places, at = self._value(at)
            if not places or (rows and self._sign(at) != ")"):
                return (), at
            at += rows
            found += places
            if self._sign(at) != ",":
                return (tuple(found), at + 1) if self._sign(at) == ends else ((), at)
            at += 1

    def _any(self, at: int) -> tuple[tuple[Token, ...], int]:
        """Read what stands in ``ANY ('{1,2}')``, ``ANY (ARRAY[1, 2])`` and ``ANY (VALUES (1), (2))``."""
        if self._word(at) == "values":
            return self._list(at)
        if self._word(at) == "array" and self._sign(at + 1) == "[":
            places, after = self._list(at + 2, "]")
            after = self._behind_cast(after)
        else:
            places, after = self._value(at)
            places = tuple(Token("array", one.text) for one in places)
        return (places, after + 1) if places and self._sign(after) == ")" else ((), at)

    def _range(self, at: int) -> tuple[tuple[Token, ...], int]:
        """Read ``a AND b`` behind BETWEEN."""
        first, middle = self._value(at)
        last, after = self._value(middle + 1) if first and self._word(middle) == "and" else ((), at)
        if not last or {first[0].kind, last[0].kind} != {"value"}:
            return (), at
        return (Token("range", f"{first[0].text} {last[0].text}"),), after

    def _value(self, at: int) -> tuple[tuple[Token, ...], int]:
        if self._word(at) == "cast" and self._sign(at + 1) == "(":
            places, after = self._value(at + 2)
            ends = (
                places
                and self._word(after) == "as"
                and self._word(after + 1) in _TYPES
                and self._sign(after + 2) == ")"
            )
            return (places, after + 3) if ends else ((), at)
        if at >= len(self._tokens) or self._tokens[at].kind not in ("value", "parameter"):
            return (), at
        return (self._tokens[at],), self._behind_cast(at + 1)

    def _behind_cast(self, at: int) -> int:
        """Return what is behind ``::bigint`` and ``::int[]``, which change no value."""
        if self._sign(at) == ":" and self._sign(at + 1) == ":" and self._word(at + 2) in _TYPES:
            at += 3
            if self._sign(at) == "[" and self._sign(at + 1) == "]":
                at += 2
        return at


def _by_alias(tables: list[_Table]) -> list[_Table]:
    """Return tables with what is done to one by its alias: ``UPDATE a … FROM clients a``."""
    changed = {one.name: one.action for one in tables if not one.schema and one.action in ("update", "delete")}
    if not changed or len(tables) == 1:
        return tables
    aliased = {one.alias: one for one in tables if one.action == "list" and one.alias in changed}
    return [
        replace(one, action=changed[one.alias]) if aliased.get(one.alias) is one else one
        for one in tables
        if not (one.action in ("update", "delete") and not one.schema and one.name in aliased)
    ]
