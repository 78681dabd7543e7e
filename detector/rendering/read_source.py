r"""Source text to blocks: the part of Markdown that letters need.

Comes in: text with ``#`` headings, paragraphs, ``-`` and ``1.`` lists, ``|`` tables, ``>`` remarks, ``**strong**``,
``*stressed*``, ``\`` before a character that means itself, ``\`` at the end of a line that ends there, ``<br>`` for
the same in a table. Goes out: blocks. Whatever else stands in it, HTML and links included, is characters to be read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from detector.rendering.escape_invisible import visible
from detector.rendering.rich_text import Block, Heading, ItemList, Paragraph, RichText, Runs, TextRun, TextTable

_HEADING = re.compile(r"(#{1,3})\s+(.*)", re.DOTALL)
_ITEM = re.compile(r"[-*+]\s+(.*)", re.DOTALL)
_NUMBERED = re.compile(r"\d{1,9}\.\s+(.*)", re.DOTALL)
_REMARK = re.compile(r">\s?(.*)", re.DOTALL)
_RULE = re.compile(r"\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
_MARKS = re.compile(r"\\(?P<self>[!-/:-@\[-`{-~\n])|(?P<mark>\*\*|\*)|(?P<break><br>)")
_BLANKS = re.compile(r"[ \t]+")
_AROUND_BREAK = re.compile(r" ?\n ?")


def read_source(source: str, *, language: str, title: str) -> RichText:
    """Return a source text as blocks.

    Args:
        source: The text.
        language: ISO 639-1, two small letters.
        title: Of the whole.
    """
    return RichText(language=language, title=visible(title), blocks=tuple(_blocks(list(_lines(source)))))


def _lines(source: str) -> Iterator[str]:
    """Yield lines; one that goes on behind an escaped line feed is one."""
    begun = ""
    for line in source.replace("\r\n", "\n").split("\n"):
        begun += line
        if (len(line) - len(line.rstrip("\\"))) % 2:
            begun += "\n"
        else:
            yield begun.strip(" \t")
            begun = ""
    if begun:
        yield begun.rstrip("\\\n").strip(" \t")


def _blocks(lines: list[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line:
            at += 1
        elif found := _HEADING.fullmatch(line):
            yield Heading(len(found[1]), _one_line(_runs(found[2])))
            at += 1
        elif at + 1 < len(lines) and line.startswith("|") and _RULE.fullmatch(lines[at + 1]):
            end = next((n for n in range(at + 2, len(lines)) if not lines[n].startswith("|")), len(lines))
            yield _table(line, lines[at + 2 : end])
            at = end
        else:
            block, at = _lines_together(lines, at)
            yield block


def _lines_together(lines: list[str], at: int) -> tuple[Block, int]:
    """Return the list, remark or paragraph that begins at a line, and where it ends."""
    for pattern in (_ITEM, _NUMBERED):
        items: list[Runs] = []
        while at < len(lines) and (found := pattern.fullmatch(lines[at])):
            items.append(_runs(found[1]))
            at += 1
        if items:
            return ItemList(tuple(items), numbered=pattern is _NUMBERED), at
    remarks: list[str] = []
    while at < len(lines) and (found := _REMARK.fullmatch(lines[at])):
        remarks.append(found[1])
        at += 1
    if remarks:
        return Paragraph(_runs(" ".join(remarks)), remark=True), at
    parts = [lines[at]]
    at += 1
    while at < len(lines) and lines[at] and not _begins(lines[at]):
        parts.append(lines[at])
        at += 1
    return Paragraph(_runs(" ".join(parts))), at


def _begins(line: str) -> bool:
    return any(pattern.fullmatch(line) for pattern in (_HEADING, _ITEM, _NUMBERED, _REMARK)) or line.startswith("|")


def _table(header: str, rows: list[str]) -> TextTable:
    head = _cells(header)
    return TextTable(tuple(head), tuple(tuple((_cells(row) + [()] * len(head))[: len(head)]) for row in rows))


def _cells(row: str) -> list[Runs]:
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", row.removeprefix("|"))
    cells = ["".join(parts[n : n + 2]) for n in range(0, len(parts), 2)]
    return [_runs(each) for each in (cells[:-1] if not cells[-1].strip() else cells)]


def _runs(text: str) -> Runs:
    """Return the runs of a line: marks switch, escapes are themselves, blanks are one blank."""
    found: list[TextRun] = []
    now, at = TextRun(""), 0
    for mark in _MARKS.finditer(text):
        now = replace(now, text=now.text + text[at : mark.start()] + (mark["self"] or "\n" * bool(mark["break"])))
        at = mark.end()
        if mark["mark"]:
            found.append(now)
            strong, emphasis = now.strong ^ (mark["mark"] == "**"), now.emphasis ^ (mark["mark"] == "*")
            now = TextRun("", strong=strong, emphasis=emphasis)
    found.append(replace(now, text=now.text + text[at:]))
    return _tidy(found)


def _tidy(runs: list[TextRun]) -> Runs:
    """Return runs with what cannot be seen made visible, blanks as one, and none around the whole or a line's end."""
    tidy: list[TextRun] = []
    for run in runs:
        text = _AROUND_BREAK.sub("\n", _BLANKS.sub(" ", visible(run.text)))
        before = tidy[-1].text[-1:] if tidy else " "
        text = text.lstrip(" ") if before in (" ", "\n") else text
        if tidy and text.startswith("\n"):
            tidy[-1] = replace(tidy[-1], text=tidy[-1].text.rstrip(" "))
        if not text:
            continue
        if tidy and (tidy[-1].strong, tidy[-1].emphasis) == (run.strong, run.emphasis):
            tidy[-1] = replace(tidy[-1], text=tidy[-1].text + text)
        else:
            tidy.append(replace(run, text=text))
    while tidy and not (last := tidy[-1].text.rstrip()):
        tidy.pop()
    if tidy:
        tidy[-1] = replace(tidy[-1], text=last)
        tidy[0] = replace(tidy[0], text=tidy[0].text.lstrip())
    return tuple(run for run in tidy if run.text)


def _one_line(runs: Runs) -> Runs:
    return tuple(replace(run, text=run.text.replace("\n", " ")) for run in runs)
