"""Windows events as XML: what ``wevtutil qe Security /f:xml``, event forwarding and the event viewer write.

Comes in: ``<Event>`` elements, on one line or many. Goes out: ``Parsed``.
"""

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.hosts.windows.event_meaning import EventHead, event_of
from detector.decode.formats.hosts.windows.event_xml import read_event
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode elements."""
    return parse_rows(lines, _read, place)


def _read(text: str) -> RowEvent | RejectReason:
    event = read_event(text)
    if event is None:
        return RejectReason.MALFORMED
    head = EventHead(event.number, event.at, event.computer or None, event.keywords)
    return event_of(head, event.data, event.more)


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
