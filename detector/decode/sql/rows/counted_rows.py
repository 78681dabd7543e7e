"""Which queries show figures about rows, and not the rows: those whose list of columns is made of counts and sums.

Comes in: a statement. Goes out: where such queries stand. Only a call of such a function in the list makes
one, or DISTINCT before columns whose few values all rows share (``SELECT DISTINCT city``); the word anywhere else (an
alias, a column, an index) does not. Beside it only columns may stand that rows are
grouped by and that tell no client from others: who groups by a name or a phone reads these. Where rows are grouped
by what tells clients apart and the list does not show, or by the rest of an id, only counts are figures: the highest
phone of one client is its phone. A column of a table that is joined tells of that table alone, if nothing compares it
(``SELECT m.name, count(*) FROM clients c JOIN managers m …``): of the others only counts and sums are shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from detector.decode.sql.column_names import has_few_values, identifies, says_yes_or_no
from detector.decode.sql.conditions.picked_rows import JOINING
from detector.decode.sql.tables.table_acts import NamedTable
from detector.decode.sql.tokens import Statement, words

COUNTING = words(
    "count sum avg min max approx_count_distinct bit_and bit_or bool_and bool_or corr count_big covar_pop covar_samp"
    " median percentile_cont percentile_disc stddev stddev_pop stddev_samp stdev stdevp var var_pop var_samp variance"
)
_CLAUSES = words("select from on where having using group order limit set values")
_CONDITIONS = words("from on where having using")
_CALLED = COUNTING | {"filter"}
_COUNTS = words("count count_big approx_count_distinct")
_SUMS = _COUNTS | {"sum", "avg"}
_NOT_COUNTED = words("select into top")
_GROUP_ENDS = words("having order limit offset fetch window qualify for")
_COLLECTING = ("agg", "concat", "json", "xml", "array", "row", "collect", "list", "record", "struct", "set")
"""Parts of names of functions that put whole rows, or a column of all rows, into one value."""
_GATHERING = words(
    "collect group_concat json_group_array json_group_object query_to_xml query_to_xml_and_xmlschema table_to_xml"
    " table_to_xml_and_xmlschema wm_concat"
)
_KEEPING = words(
    "dblink dblink_connect dblink_exec dblink_open dblink_send_query http http_get http_post lo_from_bytea lo_put"
    " lowrite pg_notify set_config setval sys_eval sys_exec"
)
"""Functions that keep or send away what they are given, of each row: what is left of these to show is no matter."""
_OF_QUERIES = words("array cursor multiset")
_SHARED = words("branch channel city department district office plan product region role source tariff team unit")
_NO_COLUMN = words(
    "distinct all as and or not null true false case when then else end is in between like cast interval filter within"
    " group order by asc desc numeric decimal integer int bigint float double precision text date timestamp"
)


_ASKING = words("like ilike regexp rlike similar union except intersect into")


@dataclass(slots=True)
class _Query:
    begin: int
    depth: int
    listed: int = -1
    grouped: int = -1
    end: int = -1


@dataclass(slots=True)
class _Listed:
    """The calls that make figures, the places of columns beside them, and of those that are more than counted.

    ``rest``: the rest of an id is there.
    """

    calls: set[str]
    places: list[int]
    reckoned: list[int]
    rest: bool = False


def counted(statement: Statement, tables: Sequence[NamedTable]) -> list[bool]:
    """Return for each table whether it stands in a query that shows nothing but figures about its rows."""
    if (COUNTING | {"distinct"}).isdisjoint(statement.words):
        return [False] * len(tables)
    names = {name.lower() for one in tables for name in (one.name, one.alias)}
    steps, shown = [0] * (len(statement.words) + 1), set[tuple[int, str]]()
    joined, compared, kept = _joined(statement, tables), _compared(statement), _keeping(statement)
    for one in _queries(statement):
        if kept[one.end] > kept[one.begin]:
            continue
        query = statement.queries[one.begin]
        others = _shown_beside(statement, one, joined[query], compared, names) if len(joined[query]) > 1 else set()
        if _is_counted(statement, one, names, others):
            steps[one.begin] += 1
            steps[one.end] -= 1
            shown |= {(query, alias) for alias in others}
    inside = list(accumulate(steps))
    return [
        one.place >= 0 and inside[one.place] > ((statement.queries[one.place], one.alias.lower()) in shown)
        for one in tables
    ]


def _joined(statement: Statement, tables: Sequence[NamedTable]) -> defaultdict[int, set[str]]:
    """Return the aliases of the tables of each query whose columns go by their own names."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for one in tables:
        if one.place >= 0 and not one.renamed:
            found[statement.queries[one.place]].add(one.alias.lower())
    return found


def _compared(statement: Statement) -> set[tuple[str, str]]:
    """Return tables and columns that conditions name; an ``id`` that equals another column is a key that joins."""
    found: set[tuple[str, str]] = set()
    clauses = [""]
    for at, word in enumerate(statement.words):
        if statement.sign(at) == "(":
            clauses.append(clauses[-1])
        elif statement.sign(at) == ")" and len(clauses) > 1:
            clauses.pop()
        elif word in _CLAUSES:
            clauses[-1] = word
        elif clauses[-1] in _CONDITIONS and (one := _qualified(statement, at)) and not _joins(statement, at, one[1]):
            found.add(one)
    return found


def _joins(statement: Statement, at: int, name: str) -> bool:
    """Tell whether an ``id`` stands in ``m.id = c.manager_id``, where the other column is none."""
    if name != "id":
        return False
    if statement.sign(at - 3) == "=":
        other = at - 4
    else:
        other = at + 4 if statement.sign(at + 1) == "=" and statement.sign(at + 3) == "." else -1
    of = _qualified(statement, other)
    return of is not None and of[1] != "id"


def _shown_beside(
    statement: Statement,
    query: _Query,
    joined: Collection[str],
    compared: Collection[tuple[str, str]],
    tables: Collection[str],
) -> set[str]:
    """Return the joined tables whose rows telling columns of a list are of, where it counts or sums the others'.

    Each of these columns is named with its table, is what rows are grouped by, and is compared with nothing, but a key
    that joins. What is summed tells nobody from others.
    """
    listed = _listed(statement, query)
    if query.grouped < 0 or listed is None or any(identifies(_name(statement, at)) for at in listed.reckoned):
        return set()
    found: set[str] = set()
    for at in listed.places:
        if _tells_nobody({_name(statement, at)}, tables):
            continue
        of = _qualified(statement, at)
        if of is None or of[0] not in joined or of in compared:
            return set()
        found.add(of[0])
    return found


def _name(statement: Statement, at: int) -> str:
    return statement.tokens[at].text.lower()


def _qualified(statement: Statement, at: int) -> tuple[str, str] | None:
    """Return table and column where a column stands that is named with its table."""
    if not 2 <= at < len(statement.tokens) or statement.sign(at - 1) != "." or statement.sign(at - 3) == ".":
        return None
    return _name(statement, at - 2), _name(statement, at)


def is_one_figure(statement: Statement) -> bool:
    """Tell whether a query is ``SELECT count(*) FROM …``, and no condition tells one client from others.

    Who counts the clients of a name or an id learns whether there is one; who counts those of a status reads nobody.
    """
    head = [token.text for token in statement.tokens[:5]]
    place = statement.words.index("from") if "from" in statement.words else 0
    alias = statement.tokens[5:place]
    if head != ["select", "count", "(", "*", ")"] or place < 5 or any(token.kind == "sign" for token in alias):
        return False
    behind = range(place, len(statement.tokens))
    return not any(
        statement.sign(at) in ("(", "~")
        or statement.words[at] in _ASKING
        or identifies(statement.tokens[at].text.lower())
        for at in behind
    )


def gathering(statement: Statement) -> Iterator[tuple[int, bool]]:
    """Yield where rows are put together into one, or a few: ``json_agg(c)``, ``array(SELECT …)``, ``FOR XML``.

    With each place, whether that is done before a limit of the same query counts rows, as a function does.
    """
    words = statement.words
    for at, token in enumerate(statement.tokens):
        if token.kind not in ("word", "name"):
            continue
        if statement.sign(at + 1) == "(":
            called = token.text.lower()
            if called in _OF_QUERIES and statement.word(at + 2) == "select":
                yield at + 2, False
            elif called.endswith("agg") or called in _GATHERING:
                yield at, True
        elif words[at] in ("xml", "json") and statement.word(at - 1) == "for":
            yield at, False


def gathers(statement: Statement) -> bool:
    """Tell whether a statement has a place where rows are put together."""
    return next(gathering(statement), None) is not None


def _queries(statement: Statement) -> Iterator[_Query]:
    opened: list[_Query] = []
    depth = 0
    for at, word in enumerate(statement.words):
        sign = statement.sign(at)
        depth += (sign == "(") - (sign == ")")
        while opened and (depth < opened[-1].depth or (word in JOINING and depth == opened[-1].depth)):
            opened[-1].end = at
            yield opened.pop()
        if word == "select":
            opened.append(_Query(at, depth))
        elif word == "from" and opened and depth == opened[-1].depth and opened[-1].listed < 0:
            opened[-1].listed = at
        elif word == "group" and opened and depth == opened[-1].depth and opened[-1].listed >= 0:
            opened[-1].grouped = at
    for one in opened:
        one.end = len(statement.words)
        yield one


def _is_counted(statement: Statement, query: _Query, tables: Collection[str], others: Collection[str]) -> bool:
    """Tell whether a query shows figures alone; ``others``: tables whose own columns may stand beside these."""
    words = statement.words[query.begin + 1 : query.listed]
    if not _NOT_COUNTED.isdisjoint(words) or ("over" in words and query.grouped < 0):
        return False
    listed = _listed(statement, query)
    if listed is None:
        return False
    keys = {_name(statement, at) for at in listed.places}
    if not listed.calls:
        return statement.word(query.begin + 1) == "distinct" and bool(keys) and all(map(_is_shared, keys))
    if others:
        return listed.calls <= _SUMS and not listed.rest
    clients = not listed.calls <= _COUNTS and (
        listed.rest or _groups_clients(statement, query, tables) or _shows_single_rows(statement, query)
    )
    return not clients and _tells_nobody(keys, tables)


def _keeping(statement: Statement) -> list[int]:
    """Return at how many places before each one something keeps what every row holds: a function, a variable of MySQL.

    ``max(@a := concat(@a, name))`` shows one name, and the variable holds all.
    """
    signs, words = statement.signs, statement.words
    kept = (word in _KEEPING or (signs[at] == ":" and statement.sign(at + 1) == "=") for at, word in enumerate(words))
    return list(accumulate(kept, initial=0))


def _shows_single_rows(statement: Statement, query: _Query) -> bool:
    """Tell whether what tells clients apart is shown of groups that are one row each, as most may be.

    These are groups by a column as it is, and what a query within another one asks for each of its rows.
    """
    own, names = statement.brackets[query.begin], range(query.begin + 1, query.listed)
    if not any(_is_telling(statement, at) for at in names if statement.brackets[at] != own):
        return False
    if query.grouped < 0:
        return own >= 0 and "where" in statement.words[query.listed : query.end]
    for at in range(query.grouped + 2, query.end):
        if statement.words[at] in _GROUP_ENDS:
            break
        if _is_column(statement, at) and statement.brackets[at] == own:
            name = _name(statement, at)
            if not (_is_shared(name) or name.endswith("_id")):
                return True
    return False


def _is_telling(statement: Statement, at: int) -> bool:
    name = _name(statement, at)
    return _is_column(statement, at) and identifies(name) and name.split("_")[-1] != "id"


def _listed(statement: Statement, query: _Query) -> _Listed | None:
    """Return what a list of columns shows beside figures; None: it shows rows."""
    found, depth, call = _Listed(set(), [], []), 0, ""
    for at in range(query.begin + 1, query.listed):
        sign, called = statement.sign(at), statement.sign(at + 1) == "("
        if depth:  # within such a call
            depth += (sign == "(") - (sign == ")")
            found.reckoned += [at] if call not in _COUNTS and _is_column(statement, at) else []
        elif sign == "(" and _makes_figure(statement, at):
            depth, call = 1, statement.word(at - 1)
            found.calls.add(call)
        elif called and _makes_figure(statement, at + 1):
            continue
        elif _is_star(statement, at, query.begin) or (called and _collects(statement.words[at])):
            return None
        else:
            _add_beside(found, statement, at)
    found.calls.discard("filter")
    return found


def _add_beside(listed: _Listed, statement: Statement, at: int) -> None:
    if _is_rest(statement, at):
        listed.rest = True
    elif _is_column(statement, at):
        listed.places.append(at)


def _collects(name: str) -> bool:
    return any(part in name for part in _COLLECTING)


def _makes_figure(statement: Statement, at: int) -> bool:
    """Tell whether the bracket at a place is of a function that makes a figure."""
    return statement.word(at - 1) in _CALLED or _gathers_shared(statement, at)


def _gathers_shared(statement: Statement, at: int) -> bool:
    """Tell whether the bracket at a place is of ``string_agg(DISTINCT city, ',')``: values that all rows share."""
    name = statement.word(at - 1)
    if statement.word(at + 1) != "distinct" or not (name.endswith("agg") or name in _GATHERING):
        return False
    keys: set[str] = set()
    for place in range(at + 2, len(statement.tokens)):
        if statement.sign(place) == ")":
            return bool(keys) and all(map(_is_shared, keys))
        if statement.sign(place) in ("(", "*"):
            return False
        if _is_column(statement, place) and statement.words[place] != "separator":
            keys.add(statement.tokens[place].text.lower())
    return False


def _is_rest(statement: Statement, at: int) -> bool:
    """Tell whether the rest of a number that was divided stands at a place: ``id % 10``, ``mod(id, 10)``."""
    divided = statement.sign(at + 1) == "%" or (statement.word(at - 2) == "mod" and statement.sign(at + 1) == ",")
    return divided and statement.tokens[at].text.lower().split("_")[-1] == "id"


def _groups_clients(statement: Statement, query: _Query, tables: Collection[str]) -> bool:
    """Tell whether rows are grouped by what tells one client from others, or by the rest of it."""
    if query.grouped < 0:
        return False
    keys: set[str] = set()
    for at in range(query.grouped + 2, query.end):
        if statement.words[at] in _GROUP_ENDS:
            break
        if _is_column(statement, at):
            if _is_rest(statement, at):
                return True
            keys.add(statement.tokens[at].text.lower())
    return not _tells_nobody(keys, tables)


def _tells_nobody(keys: Collection[str], tables: Collection[str]) -> bool:
    """Tell whether columns beside figures, by which rows are grouped, tell no client from others."""
    telling = [key for key in keys if key in tables or (identifies(key) and not key.endswith("_id"))]
    return not telling and sum(map(identifies, keys)) < 2


def _is_shared(name: str) -> bool:
    """Tell whether few values of a column are shared by all rows: which there are tells of nobody."""
    return not identifies(name) and (
        has_few_values(name) or says_yes_or_no(name) or not _SHARED.isdisjoint(name.split("_"))
    )


def _is_star(statement: Statement, at: int, begin: int) -> bool:
    before = at - 1
    return statement.sign(at) == "*" and (
        before == begin or statement.sign(before) in (",", ".") or statement.word(before) in ("distinct", "all")
    )


def _is_column(statement: Statement, at: int) -> bool:
    """Tell whether the name of a column stands at a place: no alias behind AS or a bracket, no type of a cast."""
    return (
        statement.tokens[at].kind in ("word", "name")
        and statement.words[at] not in _NO_COLUMN
        and statement.sign(at + 1) not in ("(", ".")
        and statement.word(at - 1) != "as"
        and statement.sign(at - 1) not in (")", ":")
    )
