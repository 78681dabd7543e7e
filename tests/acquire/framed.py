"""Framings and records of each that the tests of the reader share."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from detector.acquire.framing.base import Ending
from detector.acquire.framing.line_reader import LineChunk
from detector.acquire.framing.record_reader import RecordReader, cutter_for
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

START = Framing(Cutting.START, start=r"\d\d:\d\d ", header="#Fields:")
MIXED = Framing(Cutting.MIXED, start=r"\d\d:\d\d ", serial=r"^\S* ?#(\d)")
PARTS = Framing(Cutting.PARTS, start=r".*\\$")
QUOTES = Framing(Cutting.QUOTES)
JSON = Framing(Cutting.JSON)
WRAPPED = Framing(Cutting.JSON, wrapper="Records")
XML = Framing(Cutting.XML, tags=("Event", "AUDIT_RECORD"))
BRACES = Framing(Cutting.BRACES, start=r"\{\d{14},")
FRAMINGS = {
    "start": START,
    "mixed": MIXED,
    "parts": PARTS,
    "quotes": QUOTES,
    "json": JSON,
    "wrapped": WRAPPED,
    "xml": XML,
    "braces": BRACES,
}

Got = tuple[int, str]
Bad = tuple[int, RejectReason, int]


class Bytes:
    """A file that grows: what a reader sees of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.there = len(data)

    def read_at(self, offset: int, size: int) -> bytes:
        return self.data[: self.there][offset : offset + size]

    def close(self) -> None:
        pass


def cuts_of(framing: Framing, data: bytes, grown: list[int] | None = None, size: int = 1) -> Iterator[LineChunk]:
    """Read a file that has ``grown`` bytes at each look, and then ends."""
    content, cutter = Bytes(data), cutter_for(framing, first_number=1)
    for there in [*(grown or []), len(data)]:
        content.there = there
        while True:
            seen, offset = cutter.seen, cutter.offset
            cut = cutter.read_chunk(content, size)
            if cut is not None:
                yield cut
            elif (seen, offset) == (cutter.seen, cutter.offset) or not cutter.skipping:
                break
    while True:
        offset = cutter.offset
        cut = cutter.read_chunk(content, size, ending=Ending.FINAL)
        if cut is not None:
            yield cut
        elif offset == cutter.offset and not (isinstance(cutter, RecordReader) and cutter.skipping):
            return


def read(framing: Framing, data: bytes, grown: list[int] | None = None, size: int = 1) -> tuple[list[Got], list[Bad]]:
    """Return the records and rejects of a file."""
    cuts = list(cuts_of(framing, data, grown, size))
    got = [pair for cut in cuts for pair in zip(cut.offsets, cut.lines, strict=True)]
    bad = [(one.offset, one.reason, one.length) for cut in cuts for one in cut.rejects]
    numbers = [number for cut in cuts for number in (cut.numbers if cut.numbers is not None else ())]
    assert numbers == [data[:offset].count(b"\n") + 1 for offset, _ in got], "a number is not the record's line"
    for before, after in itertools.pairwise(cuts):
        assert before.end <= after.start, "two cuts overlap"
    return got, bad


def texts(framing: Framing, data: bytes) -> list[str]:
    """Return the records of a file alone."""
    return [text for _, text in read(framing, data, size=1 << 20)[0]]


WORD = st.text("ab ,\\'{}[]<>;:ё", max_size=8)


def _start(words: list[str]) -> str:
    return "\n".join([f"10:00 {words[0]}", *("\t" + word for word in words[1:])])


def _parts(words: list[str]) -> str:
    return "\n".join([*(word + "x\\" for word in words[:-1]), words[-1].rstrip("\\") + "."])


def _quotes(words: list[str]) -> str:
    # A quote that was left open shows by the letter behind the next one.
    return "id," + ",".join('"w' + word.replace("b", '""') + '\n"' for word in words)


def _json(words: list[str]) -> str:
    return json.dumps({"words": [{"w": word + '"\n\\'} for word in words]}, indent=len(words) % 2 or None)


def _xml(words: list[str]) -> str:
    escaped = [word.replace("<", "&lt;").replace("'", "") for word in words]
    if len(words) % 2:
        return "<AUDIT_RECORD " + " ".join(f"w='{word}'" for word in escaped) + "/>"
    return "<Event a='>'>\n" + "".join(f"<Data>{word}</Data>\n" for word in escaped) + "<![CDATA[</Event>]]></Event >"


def _braces(words: list[str]) -> str:
    return "{20261124000000,N,\n" + ",".join('{"U","' + word.replace("b", '""') + '\n"}' for word in words) + "\n}"


MADE = {
    "start": (_start, "\n"),
    "mixed": (_start, "\n"),
    "parts": (_parts, "\n"),
    "quotes": (_quotes, "\n"),
    "json": (_json, "\n"),
    "wrapped": (_json, ",\n"),
    "xml": (_xml, "\n"),
    "braces": (_braces, ",\r\n"),
}


def records_of(name: str) -> st.SearchStrategy[list[str]]:
    """Return lists of well-formed records."""
    return st.lists(st.lists(WORD, min_size=1, max_size=4).map(MADE[name][0]), min_size=1, max_size=6)


def file_of(name: str, records: list[str]) -> bytes:
    """Return a file that holds these records as its writers write them."""
    text = "".join(record + MADE[name][1] for record in records)
    if name == "wrapped":
        text = '{"version":1,"Records":[' + text.rstrip(",\n") + '],\n"next": "a b","n":-1.5}\n'
    if name == "xml":
        text = "<?xml version='1.0'?>\n<AUDIT a='1'\n>\n" + text + "</AUDIT>\n"
    return text.encode()


def small(name: str) -> Framing:
    """Return a framing whose limits are so small that short texts pass them."""
    return replace(FRAMINGS[name], max_record=60, farthest=200, most_read=170, looked_at=20, longest_tag=20)
