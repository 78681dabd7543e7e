"""One event of an audit trail of a database: who ran what from where, and how it ended.

Comes in: what the trail says, in its words. Goes out: an event with a statement for the record map.
"""

from collections.abc import Mapping
from typing import Any

from detector.decode.parse_result import DIALECT, OBJECT, PARAMETERS, ROWS, STATEMENT
from detector.decode.row_parser import RowEvent

_LOGINS = frozenset(
    ("connect", "failed_connect", "login", "logon", "connection connect", "authenticate", "change user", "changeuser")
) | frozenset(("connection change_user", "lgis", "lgif", "change_user"))
_LOGOUTS = frozenset(("quit", "disconnect", "logout", "logoff", "connection disconnect", "lgo", "logoff by cleanup"))


def query_event(
    at: Any,
    *,
    command: str,
    statement: str = "",
    user: str = "",
    host: str = "",
    outcome: str = "success",
    labels: Mapping[str, str | None],
    dialect: str = "mysql",
    rows: str = "",
    table: str = "",
    parameters: str = "",
) -> RowEvent:
    """Return the event of one record.

    ``command`` is the trail's own word for what was done; ``table`` is what ``statement_about`` says of the table it
    names; ``parameters`` are the values of its variables, ``@a = '5'``.
    """
    word = command.strip().lower()
    action = "login" if word in _LOGINS else "logout" if word in _LOGOUTS else None
    columns: dict[str, Any] = {
        "event.category": "authentication" if action else "database",
        "event.action": action,
        "event.outcome": "failure" if word == "failed_connect" else outcome,
        "user.name": user or None,
        "source.ip": host if _is_remote(host) else None,
        DIALECT: dialect,
    }
    if statement:
        columns[STATEMENT] = statement
    if table:
        columns[OBJECT] = table
    if parameters:
        columns[PARAMETERS] = parameters
    if rows.isdecimal():
        columns[ROWS] = rows
    more = {} if _is_remote(host) else {"client": host or None}
    return RowEvent(at, columns, {"command": command, **labels, **more})


def quoted(*names: str) -> str:
    """Return the name of a table as statements write it; empty parts are left out."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names if name)


def statement_about(table: str, *actions: str) -> str:
    """Return a statement that does with a table what a trail says was done; empty for what is done to no rows.

    Args:
        table: Its name as statements write it.
        actions: The trail's words, which begin with the verb; the first that is known counts.
    """
    forms = (_FORMS.get(action.partition(" ")[0].upper(), "") for action in actions)
    return next(filter(None, forms), "").format(table) if table else ""


UNKNOWN = "$0"
"""A condition of which nothing is known: how much of a table was read, the record does not say."""
_FORMS = {
    "SELECT": "SELECT * FROM {} WHERE $0",
    "READ": "SELECT * FROM {} WHERE $0",
    "INSERT": "INSERT INTO {}",
    "UPDATE": "UPDATE {} SET WHERE $0",
    "WRITE": "UPDATE {} SET WHERE $0",
    "DELETE": "DELETE FROM {} WHERE $0",
    "TRUNCATE": "TRUNCATE {}",
    "DROP": "DROP TABLE {}",
    "GRANT": "GRANT ALL ON {} TO X",
    "RENAME": "RENAME {} TO X",
    "COPY": "COPY {} TO STDOUT",
}


def _is_remote(host: str) -> bool:
    return bool(host) and host.lower() not in ("localhost", "[local]", "local machine", "<local machine>")
