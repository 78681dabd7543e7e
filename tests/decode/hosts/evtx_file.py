"""Windows event logs in their binary form, written from XML: what `wevtutil epl` saves, as far as a test needs it.

Comes in: events as XML. Goes out: the bytes of an ``.evtx`` file. Elements are written without templates. Values are
text, except the time, numbers, keywords and GUIDs, which Windows stores as such.
"""

import re
import struct
import uuid
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

CHUNK, HEADER = 65536, 512
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.?(\d{0,7})Z")
_GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
_NUMBERS = frozenset(("EventID", "Version", "Level", "ProcessID", "ThreadID", "EventRecordID"))
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def evtx_of(events: Sequence[str], *, per_chunk: int = 20) -> bytes:
    """Return the file that holds these events, so many a chunk."""
    chunks = [_chunk(events[at : at + per_chunk], at + 1) for at in range(0, len(events), per_chunk)]
    numbers = (0, len(chunks) - 1, len(events) + 1, 128, 1, 3, 4096, len(chunks))
    head = struct.pack("<8sQQQIHHHH76x", b"ElfFile\0", *numbers)
    return (head + struct.pack("<II", 0, zlib.crc32(head[:120]))).ljust(4096, b"\0") + b"".join(chunks)


def _chunk(events: Sequence[str], first: int) -> bytes:
    records = b""
    for number, event in enumerate(events, first):
        last = HEADER + len(records)
        records += _record(event, number, last)
    end = first + len(events) - 1
    head = struct.pack(
        "<8sQQQQIIII64xI",
        b"ElfChnk\0",
        first,
        end,
        first,
        end,
        128,
        last,
        HEADER + len(records),
        zlib.crc32(records),
        0,
    )
    tables = bytes(HEADER - 128)
    return (head + struct.pack("<I", zlib.crc32(head[:120] + tables)) + tables + records).ljust(CHUNK, b"\0")


def _record(event: str, number: int, at: int) -> bytes:
    tree = ElementTree.fromstring(event)
    made = bytearray(b"\x0f\x01\x01\x00")
    _element(made, tree, at + 24)
    made.append(0)
    created = next((each.get("SystemTime", "") for each in tree.iter() if each.tag.endswith("TimeCreated")), "")
    size = 24 + len(made) + 4
    return struct.pack("<IIQQ", 0x2A2A, size, number, _filetime(created)) + bytes(made) + struct.pack("<I", size)


def _element(made: bytearray, element: ElementTree.Element, base: int) -> None:
    """Append an element; ``base`` is where ``made`` begins within its chunk."""
    space, _, name = element.tag.rpartition("}")
    attributes = [*([("xmlns", space[1:])] if space and name == "Event" else []), *element.attrib.items()]
    made += struct.pack("<BI", 0x41 if attributes else 0x01, 0)
    size_at = len(made) - 4
    _name(made, name, base)
    if attributes:
        made += struct.pack("<I", 0)
        begin = len(made)
        for place, (key, value) in enumerate(attributes):
            made.append(0x46 if place < len(attributes) - 1 else 0x06)
            _name(made, key, base)
            _value(made, key, value)
        struct.pack_into("<I", made, begin - 4, len(made) - begin)
    text = (element.text or "").strip()
    if len(element) or text:
        made.append(0x02)
        if text:
            _value(made, name, text)
        for child in element:
            _element(made, child, base)
        made.append(0x04)
    else:
        made.append(0x03)
    struct.pack_into("<I", made, size_at, len(made) - size_at - 4)


def _name(made: bytearray, name: str, base: int) -> None:
    made += struct.pack("<I", base + len(made) + 4)
    made += struct.pack("<IHH", 0, 0, len(name)) + name.encode("utf-16-le") + b"\0\0"


def _value(made: bytearray, name: str, text: str) -> None:
    if name == "SystemTime":
        made += struct.pack("<BBQ", 0x05, 0x11, _filetime(text))
    elif name == "Keywords" and text.startswith("0x"):
        made += struct.pack("<BBQ", 0x05, 0x15, int(text, 16))
    elif name in _NUMBERS and text.isdecimal():
        made += struct.pack("<BBQ", 0x05, 0x0A, int(text))
    elif _GUID.fullmatch(text):
        made += struct.pack("<BB", 0x05, 0x0F) + uuid.UUID(text).bytes_le
    else:
        coded = text.encode("utf-16-le")
        made += struct.pack("<BBH", 0x05, 0x01, len(coded) // 2) + coded


def _filetime(text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        return 0
    since = datetime.fromisoformat(f"{found[1]}+00:00") - _EPOCH
    return (since.days * 86400 + since.seconds) * 10_000_000 + int(found[2].ljust(7, "0"))
