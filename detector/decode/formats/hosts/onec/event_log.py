"""Records of 1C's event log.

Comes in: records in braces (``brace_parser``), cut by the reader, and the dictionary beside the file
(``name_dictionary``). Goes out: ``Parsed``. What was touched is ``url.path``: ``/Справочник.Контрагенты``; the objects'
references are parameters ``ref`` of ``url.query``, so that a route names them as ``query:ref``, be it one or a list. A
number the dictionary has no name for is kept as a label that ends in ``_number``.

Times carry no zone: they are those of the server's clock, read in the source's ``timezone``.
"""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.hosts.onec import name_dictionary as names
from detector.decode.formats.hosts.onec.brace_parser import Broken, Item, records
from detector.decode.formats.hosts.onec.name_dictionary import NameDictionary, dictionary
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

_SEVERITIES = {"I": "information", "W": "warning", "E": "error", "N": "note"}
_TRANSACTIONS = {"N": "none", "U": "committed", "R": "unfinished", "C": "cancelled"}
_START = r"^,?\{[0-9]{14},[NURC],"
_DATABASE, _LOGIN = "database", "authentication"


class _Meaning(NamedTuple):
    action: str = "other"
    outcome: str | None = None
    category: str = _DATABASE


_MEANINGS = {
    "_$Access$_.Access": _Meaning("read", "success"),
    "_$Access$_.AccessDenied": _Meaning("read", "failure"),
    "_$Data$_.New": _Meaning("create", "success"),
    "_$Data$_.NewVersion": _Meaning("create", "success"),
    "_$Data$_.Update": _Meaning("update", "success"),
    "_$Data$_.Post": _Meaning("update", "success"),
    "_$Data$_.Unpost": _Meaning("update", "success"),
    "_$Data$_.Delete": _Meaning("delete", "success"),
    "_$Data$_.DeleteVersions": _Meaning("delete", "success"),
    "_$InfoBase$_.DumpFinish": _Meaning("export", "success"),
    "_$InfoBase$_.DumpError": _Meaning("export", "failure"),
    "_$InfoBase$_.EraseData": _Meaning("delete", "success"),
    "_$Session$_.Authentication": _Meaning("login", "success", _LOGIN),
    "_$Session$_.AuthenticationError": _Meaning("login", "failure", _LOGIN),
    "_$Session$_.Finish": _Meaning("logout", None, _LOGIN),
}


class _Record(NamedTuple):
    """The fields of a record, in their order."""

    time: Item
    transaction: Item
    transaction_id: Item
    user: Item
    computer: Item
    application: Item
    connection: Item
    event: Item
    severity: Item
    comment: Item
    metadata: Item
    data: Item
    presentation: Item
    server: Item
    port: Item
    other_port: Item
    session: Item


_FEWEST = len(_Record._fields)


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode records."""
    known = dictionary(place)
    return parse_rows(lines, lambda text: _read(text, known), place)


def _read(text: str, known: NameDictionary) -> RowEvent | RejectReason:
    if not text.lstrip("\ufeff ,").startswith("{"):
        return RejectReason.HEADER
    try:
        record = next(records(text), None)
    except Broken:
        return RejectReason.MALFORMED
    if record is None or len(record) < _FEWEST:
        return RejectReason.MALFORMED
    return _event(_Record(*record[:_FEWEST]), known)


def _event(record: _Record, known: NameDictionary) -> RowEvent:
    event, numbers = _named(known, "event", names.EVENT, record.event)
    meaning = _MEANINGS.get(event, _Meaning())
    labels = {"event": event, **numbers}
    columns: dict[str, object] = {
        "event.action": meaning.action,
        "event.outcome": meaning.outcome,
        "event.category": meaning.category,
    }
    for column, kind in (("user", names.USER), ("server", names.SERVER), ("metadata", names.METADATA)):
        name, number = _named(known, column, kind, getattr(record, column))
        labels |= number
        columns[{"user": "user.name", "server": "host.name"}.get(column, column)] = name or None
    metadata = columns.pop("metadata")
    values, references = _values(record.data)
    columns["url.path"] = f"/{metadata}" if metadata else None
    columns["url.query"] = "&".join(f"ref={one}" for one in references) or None
    labels |= {"metadata": str(metadata or ""), **_more(record, known), **values}
    return RowEvent(_moment(record.time), columns, labels)


def _named(known: NameDictionary, name: str, kind: str, number: Item) -> tuple[str, dict[str, str]]:
    """Return the name behind a number, or the number as a label where the dictionary has none; 0 is nobody."""
    text = _text(number)
    found = known.name(kind, text)
    return found, {} if found or text in ("", "0") else {f"{name}_number": text}


def _more(record: _Record, known: NameDictionary) -> dict[str, str]:
    """Return what has no column."""
    made = {
        "severity": _SEVERITIES.get(_text(record.severity), _text(record.severity)),
        "transaction_status": _TRANSACTIONS.get(_text(record.transaction), _text(record.transaction)),
        "transaction": _transaction(record.transaction_id),
        "user_uuid": known.users.get(_text(record.user), ""),
        "connection": _text(record.connection).removeprefix("0"),
        "session": _text(record.session),
        "comment": _text(record.comment),
        "presentation": _text(record.presentation),
    }
    for name, kind in (
        ("computer", names.COMPUTER),
        ("application", names.APPLICATION),
        ("port", names.PORT),
        ("other_port", names.OTHER_PORT),
    ):
        found, number = _named(known, name, kind, getattr(record, name))
        made |= {name: found, **number}
    return made


def _text(item: Item) -> str:
    return item if isinstance(item, str) else ""


def _transaction(item: Item) -> str:
    parts = [_text(one) for one in item] if isinstance(item, list) else []
    return "" if not parts or set(parts) == {"0"} else ":".join(parts)


def _values(data: Item) -> tuple[dict[str, str], list[str]]:
    """Return the values of the data, numbered when there are several, and the references among them."""
    flat = list(_leaves(data))
    references = [_uuid(value) for kind, value in flat if kind == "R"]
    texts = [value for kind, value in flat if kind != "R" and value]
    if len(texts) == 1:
        return {"data": texts[0]}, references
    return {f"data_{at}": value for at, value in enumerate(texts, 1)}, references


def _leaves(data: Item) -> Iterator[tuple[str, str]]:
    """Give kind and value of each typed value: ``{"S","text"}``, ``{"R",64:9a3c…}``, ``{"P",{6,…}}`` holds others."""
    waiting: list[Item] = [data]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, list) or not item:
            continue
        kind = item[0]
        if kind in ("S", "R", "N", "B", "D") and len(item) == 2 and isinstance(item[1], str):
            yield str(kind), item[1]
        else:
            waiting.extend(reversed(item))


def _uuid(reference: str) -> str:
    """Return the UUID of a reference: 1C writes its parts from the last to the first behind the number of the table."""
    digits = reference.rpartition(":")[2].lower()
    if len(digits) != 32 or not set(digits) <= set("0123456789abcdef"):
        return "".join(letter for letter in reference if letter.isalnum())
    return f"{digits[24:]}-{digits[20:24]}-{digits[16:20]}-{digits[:4]}-{digits[4:16]}"


def _moment(item: Item) -> object:
    text = _text(item)
    return f"{text[:8]}T{text[8:]}" if len(text) == 14 and text.isascii() and text.isdecimal() else None


ONEC = Format(
    name="1c.lgp",
    dataset="1c.event_log",
    category=_DATABASE,
    parse=parse,
    order=35,
    telling=r"^\x{feff}?(?:,?\s*\{[0-9]{14},[NURC],|1CV8LOG|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$)",
    framing=Framing(cutting=Cutting.BRACES, start=_START),
    head=r"^(?:\xef\xbb\xbf|\ufeff)?1CV8LOG\(ver",
    beside=names.NAME,
    about="event log of 1C:Enterprise (журнал регистрации) in its text form, .lgp beside 1Cv8.lgf",
)
