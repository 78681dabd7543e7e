"""What must be true of a file, whatever stands in it: it runs nothing, loads nothing, and hides nothing.

Comes in: what was written. Goes out: what is wrong with it, in words; an empty list: nothing.
"""

import csv
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

import docx

from detector.rendering import read_source, write_markdown

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_NAMES = "html head meta title style body header main p h1 h2 h3 em strong ul ol li table thead tbody tr th td br img"
FILE_TAGS = frozenset(_NAMES.split(" "))
FILE_ATTRIBUTES = frozenset({"lang", "charset", "http-equiv", "content", "name", "class", "scope", "src", "alt"})
_WORD_FIELDS = frozenset({"instrText", "fldSimple", "fldChar", "hyperlink", "object", "altChunk"})
# What a template makes of 7*191, but not those digits within a longer number: metrics have many.
_FILLED = re.compile(r"(?<![\d.])1337(?![\d.])")
_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with a file, by its kind."""
    body = path.read_bytes()
    match path.suffix:
        case ".docx":
            yield from _word(body)
        case ".pdf":
            yield from _pdf(body)
        case ".html":
            yield from seen(body.decode())
            yield from elements(body.decode(), FILE_TAGS, FILE_ATTRIBUTES)
        case ".csv":
            yield from seen(body.decode())
            yield from _table(body.decode())
        case ".md":
            text = body.decode()
            yield from seen(text)
            # A plan of letters shows its samples as they are, set in.
            if path.name != "plan.md" and write_markdown(read_source(text, language="en", title="")) != text:
                yield "is not the Markdown that was written: something in it is markup"
        case _:
            yield from seen(body.decode())


def seen(text: str) -> Iterator[str]:
    """Yield characters that steer or hide, and what a template made of a text."""
    hidden = {char for char in text.replace("\r\n", "\n") if unicodedata.category(char) in _HIDDEN} - {"\n", "\t"}
    if hidden:
        yield f"holds {sorted(map(ascii, hidden))}"
    if _FILLED.search(text):
        yield "a template was filled in"


def attacks(text: str) -> Iterator[str]:
    """Yield what no page of the console has: pictures, frames, styles of an element, what runs by itself."""
    page = _Elements()
    page.feed(text)
    yield from sorted(page.tags & {"img", "iframe", "object", "embed", "base", "style", "channel", "e"})
    yield from sorted(name for name in page.attributes if name.startswith("on") or name in ("style", "srcdoc"))
    if page.scripts != 1:
        yield f"{page.scripts} scripts"
    yield from _outside(page)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.targets = set[str](), set[str](), set[str]()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.scripts += tag == "script"
        self.attributes |= {name for name, _ in attrs}
        self.targets |= {value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")}


def elements(text: str, tags: frozenset[str], attributes: frozenset[str]) -> Iterator[str]:
    """Yield elements, attributes and addresses that no page of ours has."""
    page = _Elements()
    page.feed(text)
    if wrong := (page.tags - tags) | (page.attributes - attributes):
        yield f"has {sorted(wrong)}"
    yield from _outside(page)


def _outside(page: _Elements) -> Iterator[str]:
    if wrong := {each for each in page.targets if not re.match(r"(/(?!/)|#|\?|data:(image/|,$)|tel:|mailto:)", each)}:
        yield f"leads to {sorted(wrong)}"


def _word(body: bytes) -> Iterator[str]:
    docx.Document(BytesIO(body))
    parts = zipfile.ZipFile(BytesIO(body))
    for name in parts.namelist():
        if name.endswith((".xml", ".rels")):
            root = ElementTree.fromstring(parts.read(name))
            tags = {each.tag.rpartition("}")[2] for each in root.iter() if not _numbers_pages(each)}
            if wrong := tags & _WORD_FIELDS:
                yield f"{name} has {sorted(wrong)}"
            if any(each.get("TargetMode") == "External" for each in root.iter()):
                yield f"{name} leads outside"
            yield from (f"{name}: {fault}" for fault in seen("".join(root.itertext()).replace("\t", "")))


def _numbers_pages(element: ElementTree.Element) -> bool:
    return any(name.endswith("}instr") and value in {"PAGE", "NUMPAGES"} for name, value in element.attrib.items())


def _pdf(body: bytes) -> Iterator[str]:
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL):
        with suppress(zlib.error):
            body += zlib.decompress(packed)
    for mark in (b"/URI", b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/SubmitForm"):
        if re.search(mark + rb"\b", body):
            yield f"has {mark.decode()}"


def _table(text: str) -> Iterator[str]:
    for separator in ",;":  # a spreadsheet parts cells as the language of its machine has it
        cells = {cell for row in csv.reader(StringIO(text), delimiter=separator) for cell in row}
        if wrong := {cell for cell in cells if _FORMULA.match(cell)}:
            yield f"parted by {separator!r} has the cells {sorted(wrong)}"
