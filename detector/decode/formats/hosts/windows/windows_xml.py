"""Windows events as XML: what ``wevtutil qe Security /f:xml``, event forwarding and the event viewer write.

Comes in: ``<Event>`` elements, on one line or many. Goes out: ``Parsed``. An element with a document type is refused
unread: that is where entities that grow without bound are declared.
"""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.hosts.windows.event_meaning import EventHead, event_of, unnamed
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.framing import Cutting, Framing
from detector.schema.lines import RejectReason

Parts = dict[str, ElementTree.Element]
_BROKEN = (ElementTree.ParseError, ValueError, LookupError, RecursionError)


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode elements."""
    return parse_rows(lines, _read, place)


def _read(text: str) -> RowEvent | RejectReason:
    begin = text.find("<Event")
    if begin < 0 or "<!" in text:
        return RejectReason.MALFORMED
    try:
        event = ElementTree.fromstring(text[begin:])  # noqa: S314 - what could grow is refused above
    except _BROKEN:
        return RejectReason.MALFORMED
    parts = _by_name(event)
    system = _by_name(parts.get("System", ()))
    number, created = system.get("EventID"), system.get("TimeCreated")
    if number is None or not (number.text or "").strip() or created is None:
        return RejectReason.MALFORMED
    head = EventHead(
        (number.text or "").strip(),
        created.get("SystemTime"),
        _text(system.get("Computer")) or None,
        _text(system.get("Keywords")),
    )
    return event_of(head, dict(_data(parts)), dict(_more(parts)))


def _data(parts: Parts) -> Iterator[tuple[str, str]]:
    """Give the fields of an event: named ones of EventData, those without names together, the elements of UserData."""
    without: list[str] = []
    for one in parts.get("EventData", ()):
        if name := one.get("Name"):
            yield name, _text(one)
        elif text := _text(one):
            without.append(text)
    yield from unnamed(without).items()
    for wrapper in parts.get("UserData", ()):
        for one in wrapper:
            yield _local(one), _text(one)


def _more(parts: Parts) -> Iterator[tuple[str, str]]:
    for one in parts.get("System", ()):
        name = _local(one)
        if name in ("EventID", "TimeCreated", "Computer", "Keywords"):
            continue
        if text := _text(one):
            yield name, text
        for key, value in one.attrib.items():
            yield f"{name}_{key.rpartition('}')[2]}", value
    for one in parts.get("RenderingInfo", ()):
        if _text(one):
            yield _local(one), _text(one)


def _by_name(elements: Iterable[ElementTree.Element]) -> Parts:
    """Return the first element of each name."""
    made: Parts = {}
    for one in elements:
        made.setdefault(_local(one), one)
    return made


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: ElementTree.Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


WINDOWS_XML = Format(
    name="windows.xml",
    dataset="windows.security",
    category="host",
    parse=parse,
    order=9,
    telling=r"(?s)<Event[ >].*<EventID",
    framing=Framing(cutting=Cutting.XML, tags=("Event",)),
    head=r"^\s*(?:<\?xml[^>]*>\s*)?(?:<Events[^>]*>\s*)?<Event[ >]",
    about="Windows events as XML: wevtutil, event forwarding, the event viewer; on one line or many",
)
