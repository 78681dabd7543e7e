"""A document's text as sentences, each with the line it begins in.

Comes in: the text as it was filed: Markdown, plain text or HTML. Goes out: sentences as people read them. Lines that
belong together are read together; the first cell of a table's row is read with a moment that stands behind it, and the
last sentence of the second one knows what stands beside it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from itertools import chain
from typing import Final

from detector.incident.claims.claim_patterns import PATTERNS
from detector.messages import Language

_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS: Final = re.compile(r"\*+|^#{1,6}\s+|^>\s?|^[-+]\s|<br>", re.MULTILINE)
# A line that begins with what it is about ("Letters: 116") is read by itself, too.
_NEW_BLOCK: Final = re.compile(r"\s*(?:#|>|[-*+]\s|\d{1,9}\.\s|\||[A-ZА-ЯЁ][^.!?:\n]{0,60}:\s)")
_RULE: Final = re.compile(r"\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
_CELL: Final = re.compile(r"(?<!\\)\|")
_ARROW: Final = re.compile(r":[^→]*→")
_SENTENCE: Final = re.compile(r"[.!?](?=\s+[A-ZА-ЯЁ\d“«(])|[;\n]")
_DATED: Final = re.compile(r"\s*\d{1,4}(?:[-.]\d\d|\s[^\W\d])")
"""How a cell begins that its row's head explains: with a moment."""
_TAG: Final = re.compile(r"<[^<>]*>")
Lines = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and where in it which line of the document begins.

    Attributes:
        unsettled: It stands under what is not known.
        beside: What the cells behind it say of it: why it is an estimate.
    """

    text: str
    lines: tuple[tuple[int, int], ...]
    unsettled: bool = False
    beside: str = ""

    def line_at(self, place: int) -> int:
        """Return in which line, from 1, a place of the sentence is."""
        return self.lines[max(0, bisect_right(self.lines, (place, 1 << 60)) - 1)][1]


def sentences(text: str, language: Language, media_type: str = "text/markdown") -> Iterator[Sentence]:
    """Yield the sentences of a text; of a table's row without the cells that hold what was said earlier."""
    if media_type == "text/html":
        text = unescape(_TAG.sub(lambda found: "\n" * found[0].count("\n") or " ", text))
    lines = list(enumerate(text.replace("\r\n", "\n").split("\n"), 1))
    block: Lines = []
    at, unsettled = 0, False
    while at < len(lines):
        number, line = lines[at]
        headed = bool(block) and block[0][1].startswith("#")
        if block and (headed or not line.strip() or _NEW_BLOCK.match(line)):
            unsettled = bool(PATTERNS[language].unsure.search(block[0][1].lower())) if headed else unsettled
            yield from _sentences_of(block, unsettled=unsettled)
            block = []
        if line.strip().startswith("|"):
            end = next((n for n in range(at, len(lines)) if not lines[n][1].strip().startswith("|")), len(lines))
            yield from _of_table(lines[at:end], language)
            at = end
            continue
        if line.strip():
            block.append((number, line))
        at += 1
    yield from _sentences_of(block, unsettled=unsettled)


def _of_table(rows: Lines, language: Language) -> Iterator[Sentence]:
    before, dropped = PATTERNS[language].before, frozenset[int]()
    for place, (number, line) in enumerate(rows):
        cells = [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]
        if place + 1 < len(rows) and _RULE.fullmatch(rows[place + 1][1].strip()):
            dropped = frozenset(n for n, cell in enumerate(cells) if cell.lower() in before)
        elif not _RULE.fullmatch(line.strip()):
            head, *rest = (cell for n, cell in enumerate(cells) if n not in dropped)
            answer, beside = (rest[0] if rest else ""), " ".join(rest[1:])
            parts = [f"{head}: {part}" if _DATED.match(part) else part for part in answer.split("<br>")]
            said = list(chain.from_iterable(_sentences_of([(number, part)]) for part in parts))
            yield from said[:-1]
            yield from (replace(each, beside=beside.lower()) for each in said[-1:])
            for part in beside.split("<br>"):
                yield from _sentences_of([(number, part)])


def _sentences_of(block: Lines, *, unsettled: bool = False) -> Iterator[Sentence]:
    """Yield the sentences of lines that belong together."""
    starts, text = list[int](), ""
    for _, line in block:
        starts.append(len(text))
        broken = (len(line) - len(line.rstrip("\\"))) % 2
        text += _MARKS.sub("", _ESCAPED.sub(r"\1", line.rstrip("\\") if broken else line))
        text += "\n" if broken else " "
    at = 0
    for end in chain((found.end() for found in _SENTENCE.finditer(text)), (len(text),)):
        part = text[at:end]
        if part.strip():
            begins = at + len(part) - len(part.lstrip())
            lines = ((start - begins, number) for start, (number, _) in zip(starts, block, strict=True) if start < end)
            told = _ARROW.sub(lambda found: ":".ljust(len(found[0])), part.strip())
            yield Sentence(told, tuple(lines), unsettled)
        at = end
