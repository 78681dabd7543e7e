"""SQL Server's audit: one record of it, from a table's row or from the text of a Windows event.

Comes in: values by the names of ``sys.fn_get_audit_file``'s columns, or the text that SQL Server writes when an audit
goes to the Windows log: ``name:value``, a line each. Goes out: an event.
"""

import re
from collections import Counter

from detector.decode.formats.databases.audit_event import query_event, quoted, statement_about
from detector.decode.row_parser import RowEvent
from detector.decode.sql.fingerprint import VALUE, shaped
from detector.schema.events.lines import RejectReason

Row = dict[str, str]
EVENT = "33205"
"""Number of the Windows events that hold an audit record."""
_ACTIONS = {
    "SL": "SELECT",
    "IN": "INSERT",
    "UP": "UPDATE",
    "DL": "DELETE",
    "DR": "DROP",
    "G": "GRANT",
    "EX": "SELECT",
}
_TABLES = ("", "U", "V", "SN")
_PROGRAMS = ("FN", "FS", "FT", "IF", "P", "PC", "TF")
"""Functions and procedures: what they show is not in the record, so each counts as a table of its name."""
_DECLARES = re.compile(r"(?i)\bdeclare\b")
_DECLARED = re.compile(
    rf"(?i)(?:\bdeclare|,)\s+(@\w+)\s+(?:as\s+)?\w+(?:\s*\((?:{VALUE}|max)(?:\s*,\s*{VALUE})?\s*\))?\s*=\s*{VALUE}"
    r"(?=\s*(?:[;,]|(?:select|update|delete|exec|execute|set|declare)\b))"
)
_VARIABLE = re.compile(r"@\w+")
_COMPARED = re.compile(r"(?i)(?<![-+*/%&|^<>!])=\s*(@\w+)\b(?!\s*(?:[-+*/%&|^]?=|\.|out\b|output\b))")
_BEGIN = "audit_schema_version:"
_STATEMENT, _BEHIND = "\nstatement:", "\nadditional_information:"


def audited(row: Row) -> RowEvent | RejectReason:
    """Return the event of a record, whose values are taken out of ``row``."""
    at = row.pop("event_time", "")
    if not at or "action_id" not in row:
        return RejectReason.MALFORMED
    schema, name = row.get("schema_name", ""), row.get("object_name", "")
    statement = row.pop("statement", "")
    return query_event(
        utc(at),
        command=row["action_id"].strip(),
        statement=statement,
        user=row.pop("server_principal_name", "") or row.get("session_server_principal_name", ""),
        host=row.pop("client_ip", ""),
        outcome="success" if row.pop("succeeded", "1").lower() in ("1", "true") else "failure",
        labels={"database": row.pop("database_name", None), "object": f"{schema}.{name}".strip("."), **row},
        dialect="mssql",
        rows=_rows(row),
        table=_table(row, schema, name),
        parameters=_variables(statement),
    )


def _table(row: Row, schema: str, name: str) -> str:
    """Return what was done with the object, where rows come out of it, or it is of no kind that the record tells."""
    if not name or row.get("class_type", "").strip() not in (*_TABLES, *_PROGRAMS):
        return ""
    return statement_about(quoted(schema, name), _ACTIONS.get(row["action_id"].strip(), ""))


def _variables(statement: str) -> str:
    """Return the variables that have one value throughout a batch, as ``table_columns`` takes parameters.

    That is one declared with a value and then only compared: nothing else may stand before it than ``=``, and nothing
    behind it that gives it another value.
    """
    if "@" not in statement or not _DECLARES.search(statement):
        return ""
    seen = shaped(statement, "mssql")
    known: dict[str, str] = {}
    at = count = 0
    for found in _DECLARED.finditer(seen.shape) if seen.whole else ():
        count, at = count + seen.shape.count(VALUE, at, found.end()), found.end()
        known[found[1].lower()] = seen.values[count - 1]
    used = Counter(found[0].lower() for found in _VARIABLE.finditer(seen.shape))
    compared = Counter(found[1].lower() for found in _COMPARED.finditer(seen.shape))
    plain = {name: value for name, value in known.items() if used[name] == compared[name] + 1}
    return ", ".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in plain.items())


def _rows(row: Row) -> str:
    """Return how many rows were returned or changed. Servers of one's own write 0 for what only Azure counts."""
    counts = (row.get(name, "").strip() for name in ("response_rows", "affected_rows"))
    return next((count for count in counts if count.strip("0")), "")


def event_values(text: str) -> Row | None:
    """Return the values a Windows event holds; None when its text is no audit record.

    A statement may hold lines that look like values. What stands before it is read first, and it ends where the last
    of the lines begins that SQL Server writes behind it.
    """
    begin = text.find(_BEGIN)
    if begin < 0:
        return None
    before, has, rest = text[begin:].replace("\r\n", "\n").partition(_STATEMENT)
    row = _pairs(before)
    if has:
        statement, _, behind = rest.rpartition(_BEHIND) if _BEHIND in rest else (rest, "", "")
        row = {**_pairs(_BEHIND[1:] + behind), **row, "statement": statement.strip()}
    return {name: value for name, value in row.items() if value}


def _pairs(text: str) -> Row:
    pairs = (line.partition(":") for line in reversed(text.split("\n")))
    return {name.strip(): value.strip() for name, mark, value in pairs if mark}


def utc(text: str) -> str:
    """Return a time that is UTC by definition, to microseconds."""
    whole, dot, part = text.removesuffix("Z").removesuffix("+00:00").strip().partition(".")
    return f"{whole}{dot}{part[:6]}+00:00"
