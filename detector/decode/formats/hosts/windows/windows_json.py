"""Windows events as JSON: of Winlogbeat, of NXLog, of ``Get-WinEvent | ConvertTo-Json``, and of tools that read evtx.

Comes in: objects. Goes out: ``Parsed``. All of them say the same in other words: the table ``_DIALECTS`` has, for each,
where number, time, machine and data stand, and what Windows calls the fields around them. ConvertTo-Json writes objects
over many lines and in an array, so files are cut by objects.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.hosts.windows.event_meaning import EventHead, event_of
from detector.decode.formats.hosts.windows.event_xml import unnamed
from detector.decode.formats.hosts.windows.property_names import PROPERTIES
from detector.decode.json.lookup import as_text, flat, object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason


@dataclass(frozen=True, slots=True)
class _Dialect:
    """Where one program writes what; of several paths the first that is present counts."""

    number: tuple[str, ...]
    time: tuple[str, ...]
    computer: tuple[str, ...]
    keywords: tuple[str, ...]
    data: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


_WINLOGBEAT = _Dialect(
    ("winlog.event_id", "event.code"),
    ("@timestamp",),
    ("winlog.computer_name", "host.name"),
    ("winlog.keywords",),
    ("winlog.event_data.", "winlog.user_data."),
    {
        "winlog.channel": "Channel",
        "winlog.provider_name": "Provider_Name",
        "winlog.provider_guid": "Provider_Guid",
        "winlog.record_id": "EventRecordID",
        "winlog.version": "Version",
        "winlog.process.pid": "Execution_ProcessID",
        "winlog.process.thread.id": "Execution_ThreadID",
        "winlog.user.identifier": "Security_UserID",
        "log.level": "Level",
    },
)
_DIALECTS = (
    _WINLOGBEAT,
    _Dialect(
        ("Event.System.EventID", "Event.System.EventID.#text"),
        ("Event.System.TimeCreated.#attributes.SystemTime", "Event.System.TimeCreated.SystemTime"),
        ("Event.System.Computer",),
        ("Event.System.Keywords",),
        ("Event.EventData.", "Event.UserData."),
    ),
    _Dialect(
        ("Id",),
        ("TimeCreated", "TimeCreated.value", "TimeCreated.DateTime"),
        ("MachineName",),
        ("KeywordsDisplayNames",),
        names={
            "LogName": "Channel",
            "ProviderName": "Provider_Name",
            "ProviderId": "Provider_Guid",
            "RecordId": "EventRecordID",
            "ProcessId": "Execution_ProcessID",
            "ThreadId": "Execution_ThreadID",
            "UserId.Value": "Security_UserID",
        },
    ),
    _Dialect(
        ("EventID",),
        ("EventTime", "TimeCreated", "@timestamp"),
        ("Hostname", "Computer"),
        ("Keywords",),
        names={
            "SourceName": "Provider_Name",
            "ProviderGuid": "Provider_Guid",
            "RecordNumber": "EventRecordID",
            "ProcessID": "Execution_ProcessID",
            "ThreadID": "Execution_ThreadID",
            "UserID": "Security_UserID",
        },
    ),
)
_LEVELS = {"critical": "1", "error": "2", "warning": "3", "information": "4", "verbose": "5"}
_USER_DATA = "Event.UserData."
_SYSTEM, _ATTRIBUTE, _CONTENT = "Event.System.", ".#attributes.", ".#text"
_PROPERTIES = "Properties"
_NUMBERED = re.compile("param[0-9]{1,3}")
"""What Winlogbeat calls values that an event has without names; rules call all of them together ``Data``."""


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode objects."""
    return parse_rows(lines, _read, place)


def _read(text: str) -> RowEvent | RejectReason:
    item = object_of(text.removeprefix("\ufeff"))
    if item is None:
        return RejectReason.NOT_JSON
    item = flat(item)
    for dialect in _DIALECTS:
        if not item.keys().isdisjoint(dialect.number) and not item.keys().isdisjoint(dialect.time):
            return _event(dialect, item)
    return RejectReason.MALFORMED


def _event(dialect: _Dialect, item: dict[str, Any]) -> RowEvent:
    number, time = as_text(_take(item, dialect.number)) or "", _take(item, dialect.time)
    computer, keywords = as_text(_take(item, dialect.computer)), as_text(_take(item, dialect.keywords))
    keywords = keywords or as_text(item.get("EventType")) or ""
    head = EventHead(number, _moment(time), computer, keywords)
    values = item.pop(_PROPERTIES, None)
    if isinstance(values, list):
        around = {_named_by_windows(key, dialect): value for key, value in item.items()}
        return event_of(head, _named(number, values), _texts(around))
    data: dict[str, str] = {}
    more: dict[str, str] = {}
    for key, value in item.items():
        begin = next((prefix for prefix in dialect.data if key.startswith(prefix)), "")
        if begin == _USER_DATA:  # the event's own element is between
            begin += f"{key[len(begin) :].partition('.')[0]}."
        text = value if type(value) is str else as_text(value)
        if text is not None and begin:
            data[key[len(begin) :].removesuffix(_CONTENT)] = text
        elif text or (text is not None and not dialect.data):
            more[_named_by_windows(key, dialect)] = text
    if dialect is _WINLOGBEAT:
        data = unnamed([text for name, text in data.items() if text and _NUMBERED.fullmatch(name)]) | data
    if "Level" in more:
        more["Level"] = _LEVELS.get(more["Level"], more["Level"])
    return event_of(head, *((data, more) if dialect.data else (more, {})))


def _named_by_windows(key: str, dialect: _Dialect) -> str:
    """Return what Windows calls a field around the data: attributes of an element stand behind its name."""
    if key.startswith(_SYSTEM):
        inner = key.removeprefix(_SYSTEM).removesuffix(_CONTENT).replace(_ATTRIBUTE, ".")
        return inner.replace(".", "_")
    return dialect.names.get(key, key)


def _take(item: dict[str, Any], paths: tuple[str, ...]) -> Any:
    for path in paths:
        value = item.pop(path, None)
        if value is not None:
            return value
    return None


def _named(number: str, values: list[Any]) -> dict[str, str]:
    """Name the values that PowerShell lists in the order of the event's template."""
    names = PROPERTIES.get(number, ())
    plain = [_sid(value.get("Value") if isinstance(value, dict) else value) for value in values]
    without = [text for value in plain[len(names) :] if (text := as_text(value))]
    return _texts(dict(zip(names, plain, strict=False))) | unnamed(without)


def _sid(value: Any) -> Any:
    """Return the text of an account's id, which PowerShell writes as an object."""
    return value["Value"] if isinstance(value, dict) and isinstance(value.get("Value"), str) else value


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {key: text for key, value in item.items() if (text := as_text(value)) is not None}


def _moment(value: Any) -> Any:
    r"""Return a time as ``event_time`` reads it: ``\/Date(1779001503000)\/`` is PowerShell's way to write one."""
    if isinstance(value, str) and value.startswith("/Date("):
        digits = value[len("/Date(") :].partition(")")[0]
        return int(digits[:16]) if digits.isascii() and digits.isdecimal() else None
    return value


WINDOWS_JSON = Format(
    name="windows.json",
    dataset="windows.security",
    category="host",
    parse=parse,
    order=8,
    telling=r'"(?:winlog|EventID|KeywordsDisplayNames|TaskDisplayName)"|"winlog\.|"Event":\s*\{',
    framing=Framing(cutting=Cutting.JSON),
    head=r'^\s*(?:\[\s*)?\{\s*"(?:Id|Message|EventID|Event|winlog|EventTime)"',
    about="Windows events as JSON: Winlogbeat, NXLog, Get-WinEvent | ConvertTo-Json, evtx_dump",
)
