"""Whether a change of rows takes what tells one client from others out of another table: ``SET phone = c.phone``.

Comes in: a statement and the tables it names. Goes out: whether a value that it sets is a column of a table that it
only reads, and one that names people, or a whole row. A key (``SET client_id = c.id``) names nobody by itself.
"""

from collections.abc import Iterator, Sequence

from detector.decode.sql.column_names import identifies
from detector.decode.sql.tables.table_acts import NamedTable
from detector.decode.sql.tokens import Statement, words

_ENDS = words("from where when output returning order limit on log")


def takes_clients(statement: Statement, tables: Sequence[NamedTable]) -> bool:
    """Tell whether a statement copies columns or rows of a table that it reads into the one it changes."""
    read = {one.alias.lower() for one in tables if one.action == "list"}
    changed = {name.lower() for one in tables if one.action == "update" for name in (one.alias, one.name)} - read
    return bool(read) and any(_is_taken(statement, at, read, changed) for at in _values(statement))


def _values(statement: Statement) -> Iterator[int]:
    """Yield the places of what columns are set to: of a query, the columns it shows, if all rows are changed.

    How many rows a query finds for those that conditions leave, nobody knows.
    """
    depth, base, is_value, changed = 0, -1, False, -1
    asked = -1  # the depth of a query behind what it shows
    bounded = {statement.queries[at] for at, word in enumerate(statement.words) if word == "where"}
    for at, word in enumerate(statement.words):
        sign, query = statement.sign(at), statement.queries[at]
        depth += (sign == "(") - (sign == ")")
        asked = -1 if depth < asked else asked
        if word == "set":
            base, is_value, changed = depth, False, query
        elif base >= 0 and (depth < base or (depth == base and word in _ENDS)):
            base = -1
        elif base >= 0 and depth == base and sign in ("=", ","):
            is_value = sign == "="
        elif base >= 0 and is_value and asked < 0:
            asked = depth if word == "from" else -1
            if query == changed or changed not in bounded:
                yield at


def _is_taken(statement: Statement, at: int, read: set[str], changed: set[str]) -> bool:
    token = statement.tokens[at]
    if token.kind not in ("word", "name") or statement.sign(at + 1) in ("(", "."):
        return False
    name = token.text.lower()
    if statement.sign(at - 1) == ".":
        return statement.tokens[at - 2].text.lower() not in changed and (_names_people(name) or name in read)
    return name in read or _names_people(name)


def _names_people(name: str) -> bool:
    return identifies(name) and not name.endswith("id")
