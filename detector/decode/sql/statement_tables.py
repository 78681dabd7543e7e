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
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from detector.decode.sql.binding.bound_tables import BoundTables
from detector.decode.sql.conditions.picked_rows import values_at
from detector.decode.sql.conditions.selectivity import Asked, stands_for_none
from detector.decode.sql.fingerprint import Shaped, shaped
from detector.decode.sql.mysql_modes import other_modes
from detector.decode.sql.rows.open_conditions import Conditions, Open
from detector.decode.sql.rows.row_limits import ONE, SOMETHING, SPAN
from detector.decode.sql.statement_plan import Plan, plans_of
from detector.decode.sql.tables.table_acts import NamedTable
from detector.decode.sql.tables.table_touch import EVERY, PAGE, Touch
from detector.decode.sql.tokens import Token, tokens_of

_MANY = 64
"""Tables in one statement, so many that ids are not sought for each."""
_DEEP = 3
"""Strings within strings that are read as statements."""
_NAME = re.compile(r'(?:\w+://\S*/)?+(?:"?(?P<schema>\w+)"?\.)?"?(?P<name>\w+)"?')
_PARAMETER = re.compile(r"@\w+")
_BCP = re.compile(
    r"^.*\bbcp(?:\.exe)?\s++(?:\"(?P<quoted>[^\"]*+)\"|(?P<name>\S++))\s++(?:query)?out\s.*", re.IGNORECASE | re.DOTALL
)
"""A command that copies a table, or what a query finds, into a file."""
_SEVERAL = re.compile(r"\w\W++\w")
"""Two words: what has them may be a statement."""
_NONE: frozenset[str] = frozenset()
_NOT_KNOWN = -1
_CHANGING = ("update", "delete")
MOST, _DIGITS = 1_000_000_000, 20
"""The largest number of rows that is told, and its figures."""


def touches_of(text: str, dialect: str = "", parameters: str = "") -> tuple[Touch, ...]:
    """Return what statements touch.

    Args:
        text: The statements.
        dialect: See ``fingerprint.shaped``.
        parameters: Values of ``$1`` …, as PostgreSQL logs them: ``$1 = '5', $2 = NULL``.
    """
    given = _parameters(parameters) if parameters else {}
    found = list(_touches(text, dialect, given))
    for mode in other_modes(text) if dialect == "mysql" else ():  # what it does in one of them, it may have done
        found += [touch for touch in _touches(text, mode, given) if touch not in found]
    whole = {touch.name.lower() for touch in found if touch.action in ("list", "export") and touch.sure}
    return tuple(
        replace(touch, action="list", ids={}) if touch.action == "read" and touch.name.lower() in whole else touch
        for touch in found
    )


def _touches(text: str, dialect: str, given: Mapping[str, str], path: tuple[int, ...] = ()) -> Iterator[Touch]:
    seen, depth = shaped(text, dialect), len(path)
    for number, plan in enumerate(plans_of(seen.shape)):
        if depth and not plan.known:
            continue
        bound_tables = BoundTables(plan.binding, Asked("", seen.values, given, seen.zeros))
        for table in plan.tables:
            if not (table.name or table.schema):  # quotes around nothing, or never closed
                continue
            bound = seen.whole and table.action != "create" and len(plan.tables) <= _MANY
            ids = _ids(plan, table, seen, given) if bound else {}
            action = table.action if table.action != "list" or not ids else "read"
            figure = seen.whole and plan.figure
            touch = Touch(table.schema, table.name, action, ids, statement=(*path, number), figure=figure)
            touch = replace(touch, gathered=True) if plan.gathers else touch
            touch = replace(touch, named=plan.named) if plan.named > PAGE and table.action == "list" else touch
            shown = table.action == "list" and not (table.counted or table.nested)
            asked = bound and (shown or table.action in _CHANGING)
            yield _unbounded(touch, plan, table, seen, given, bound_tables) if asked else touch
        for at in plan.schemas:
            yield Touch(seen.values[at], EVERY, "export", {})
            yield Touch(seen.values[at], EVERY, "list", {}, sure=False)
        for schema, name in plan.names:
            yield Touch(schema, name, "list", {}, sure=False)
        if plan.strings and depth < 2 * _DEEP:
            yield from _within(plan, seen, dialect, (*path, number))


def _as_statement(found: re.Match[str]) -> str:
    """Return what bcp does as a statement."""
    said = str(found["quoted"] if found["quoted"] is not None else found["name"])
    return said if " " in said else f"COPY {said} TO file"


def _within(plan: Plan, seen: Shaped, dialect: str, path: tuple[int, ...]) -> Iterator[Touch]:
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
        for touch in _touches(_BCP.sub(_as_statement, text), dialect, given, (*path, at)):
            action = "list" if touch.action == "read" and not bound else touch.action
            said = touch if bound else replace(touch, ids={}, action=action)
            said = replace(said, gathered=True) if plan.gathers else said
            # A function that is made deletes nothing yet.
            part = said.action in _CHANGING and not (bound and plan.known)
            yield replace(said, whole=False, unbounded=_NONE) if part else said


def _unbounded(
    touch: Touch, plan: Plan, table: NamedTable, seen: Shaped, given: Mapping[str, str], bound: BoundTables
) -> Touch:
    """Return a touch with what its query leaves open, and the most rows that it wants."""
    if table.action in _CHANGING:
        left = _left(plan.changed, table, seen, given)
        return replace(touch, unbounded=left.all, asked=left.all).for_column(())
    limit = _most(table.limit, seen, given) if table.limit else None
    if limit == _NOT_KNOWN or (plan.where is None and limit is None):
        return touch
    page = limit is not None and plan.offset is not None and _most(plan.offset, seen, given) not in (0, 1)
    if limit is not None and (page or limit <= PAGE):  # which is reached whatever the conditions leave
        return replace(touch, limit=limit, page=page)
    named = any(column in plan.named_by and not any(map(stands_for_none, of)) for column, of in touch.ids.items())
    where = plan.where.get(table.place) if plan.where is not None else None
    left = Open() if named else _unless_bound(where, table, seen, given, bound, touch.ids)
    wide = _NONE if plan.later else left.wide
    touch = replace(touch, unbounded=left.all, wide=wide, asked=left.asked, limit=limit, page=page)
    if "" not in left.all:
        return touch
    return replace(touch.for_column(()), ids={})


def _left(where: Conditions | None, table: NamedTable, seen: Shaped, given: Mapping[str, str]) -> Open:
    """Return what conditions leave open."""
    return where.open_for(table.alias, seen.values, given, seen.zeros) if where is not None else Open()


def _unless_bound(
    where: Conditions | None,
    table: NamedTable,
    seen: Shaped,
    given: Mapping[str, str],
    bound: BoundTables,
    ids: Collection[str],
) -> Open:
    """Return what is open of a table: nothing where it is bound, and where it is not, nobody knows how much."""
    asked = bound.columns | (where.columns if where is not None else _NONE)
    free = frozenset(one for one in ("", *asked) if one not in ids and not bound.holds(table.place, one))
    left = _left(where, table, seen, given) if free else Open()
    if "" in left.all & free:
        return Open(frozenset(("", *asked)), _NONE, asked)
    return Open(free & left.all, free - left.all, asked)


def _most(limit: Token, seen: Shaped, given: Mapping[str, str]) -> int:
    """Return the number that limits a query; ``_NOT_KNOWN`` for that of a parameter whose value the log leaves out."""
    if limit is ONE:
        return 1
    if limit is SOMETHING:
        return _NOT_KNOWN
    if limit.kind == SPAN:
        first, last = (_number(text, seen, given) for text in limit.text.split())
        return _NOT_KNOWN if _NOT_KNOWN in (first, last) else max(last - first + 1, 0)
    return _number(limit.text, seen, given)


def _number(place: str, seen: Shaped, given: Mapping[str, str]) -> int:
    text = given.get(place, "") if place[0] in "$@" else seen.values[int(place)]
    if not text.isdecimal():
        return _NOT_KNOWN
    return min(int(text), MOST) if len(text) <= _DIGITS else MOST


def _ids(plan: Plan, table: NamedTable, seen: Shaped, given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    # A column without the name of a table is that of any table that has such a column: were there two, the database
    # would refuse the statement. It bounds none that is there twice.
    alone = sum(each.name.lower() == table.name.lower() for each in plan.tables) == 1
    for one in plan.picked:
        if one.group != table.group or one.qualifier not in (("", table.alias) if alone else (table.alias,)):
            continue
        read = [values_at(place, seen, given) for place in one.places]
        if None not in read:
            found[one.column] = tuple(chain.from_iterable(filter(None, read)))
    return found


def _parameters(text: str) -> dict[str, str]:
    seen = shaped(text)
    tokens = tuple(tokens_of(seen.shape))
    if not seen.whole:
        return {}
    return {
        name.text: seen.values[int(value.text)]
        for name, sign, value in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if name.kind == "parameter" and sign.text == "=" and value.kind == "value"
    }
