"""Errors that may end a statement after it has sent rows: what was read by then was read, whatever the code says.

Comes in: the code an audit record has. Goes out: the outcome, ``unknown`` for such codes. What is refused before a row
is read (no permission, syntax, no such table) is not among them and stays a failure.

Sources: MySQL's Server Error Message Reference and MariaDB's Error Codes; PostgreSQL's Appendix A, Error Codes;
Oracle's Database Error Messages. SQL Server needs none: its ``succeeded`` says whether the permission check did
(``sys.fn_get_audit_file``), so a failure there has read nothing.
"""

MYSQL = frozenset(
    (
        *("1030", "1194", "1021", "1037", "1038"),  # storage, disk, memory
        *("1053", "1080", "1158", "1159", "1160", "1161", "2006", "2013"),  # shutdown, connection lost
        *("1205", "1213"),  # lock wait timeout, deadlock
        *("1317", "1969", "3024"),  # killed, timeout of MariaDB, timeout of MySQL
        *("1105", "1242", "1264", "1292", "1365", "1366", "1644", "1690", "3140", "3141"),  # of a row: a value, SIGNAL
    )
)
ORACLE = frozenset(
    (
        *("28", "40", "1013", "1089", "2396", "2399", "3113", "3114", "3135"),  # killed, limit, cancelled, lost
        *("1426", "1427", "1476", "1722", "1841", "1847", "1858", "6502", "6503"),  # of a row: a value
        *("60", "1555", "1652"),  # deadlock, snapshot too old, temporary space
        *map(str, range(20000, 21000)),  # raised by an application's code
    )
)
_POSTGRESQL = ("08", "21", "22", "40", "53", "57", "58", "P0", "XX")
"""Classes: connection, cardinality, data, transaction, resources, operator (57014: cancelled), system, PL/pgSQL."""
_NOT_BEGUN = frozenset(("57P03", "53300"))
"""Refused before any statement: starting up, too many connections."""


def outcome_of(code: str, late: frozenset[str] = frozenset()) -> str:
    """Return the outcome by a status: 0 is success, one of ``late`` nobody knows."""
    code = code.strip()
    if code in ("", "0"):
        return "success"
    return "unknown" if code in late else "failure"


def is_late(sqlstate: str) -> bool:
    """Tell whether a statement that ended with an SQLSTATE of PostgreSQL may have sent rows."""
    return sqlstate.startswith(_POSTGRESQL) and sqlstate not in _NOT_BEGUN
