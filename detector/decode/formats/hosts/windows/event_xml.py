"""``<Event>`` elements, of Windows and of Sysmon for Linux: the fields of an event under the names they have there.

Comes in: text. Goes out: ``EventElement``. An element with a document type is refused unread: that is where entities
that grow without bound are declared. Characters that XML has no place for stand in events all the same, as programs
gave them to Windows: they are read as U+FFFD, for whoever can put one into a command line would hide it otherwise.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import msgspec

Parts = dict[str, ElementTree.Element]
_BROKEN = (ElementTree.ParseError, ValueError, LookupError, RecursionError)
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    "|&#0*(?:[0-8]|1[124-9]|2[0-9]|3[01]);|&#x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]);",
    re.IGNORECASE,
)
"""What XML 1.0 does not let stand in a text, as it is or as a reference."""


@dataclass(frozen=True, slots=True)
class EventElement:
    """What stands in one element.

    Attributes:
        number: ``EventID``. at: Time as written. computer, keywords: As written; empty where they are not there.
        data: The fields of the event. more: What else is said of it (``Channel``, ``Provider_Name``, ``Level``).
    """

    number: str
    at: str | None
    computer: str
    keywords: str
    data: dict[str, str]
    more: dict[str, str]


def read_event(text: str) -> EventElement | None:
    """Return the event of the first element; None: there is none, or it is broken."""
    begin = text.find("<Event")
    if begin < 0 or "<!" in text:
        return None
    event = _parsed(text[begin:])
    if event is None and (event := _parsed(_FORBIDDEN.sub("\ufffd", text[begin:]))) is None:
        return None
    parts = _by_name(event)
    system = _by_name(parts.get("System", ()))
    number, created = _text(system.get("EventID")), system.get("TimeCreated")
    if not number or created is None:
        return None
    computer, keywords = _text(system.get("Computer")), _text(system.get("Keywords"))
    return EventElement(number, created.get("SystemTime"), computer, keywords, dict(_data(parts)), dict(_more(parts)))


def _parsed(text: str) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - what could grow is refused by whoever asks
    except _BROKEN:
        return None


def unnamed(values: Sequence[str]) -> dict[str, str]:
    """Return values that an event has without names under the one that they have together, ``Data``."""
    if not values:
        return {}
    return {"Data": values[0] if len(values) == 1 else msgspec.json.encode(values).decode()}


def _data(parts: Parts) -> Iterator[tuple[str, str]]:
    """Give the fields of an event: named ones of EventData, those without names together, the elements of UserData."""
    without: list[str] = []
    for one in parts.get("EventData", ()):
        if name := one.get("Name"):
            yield name, one.text or ""
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
