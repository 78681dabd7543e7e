r"""Blocks to Markdown that any program reads alike, and as plain text for a mail.

Comes in: ``RichText``. Goes out: text. Characters that some program would take for markup, a link or a mention stand
behind a ``\``; ``read_source`` of what is written gives the same blocks again.
"""

import re
from collections.abc import Iterator

from detector.rendering.rich_text import (
    Block,
    Heading,
    ItemList,
    Paragraph,
    Picture,
    RichText,
    Runs,
    TextRun,
    TextTable,
    plain_of,
)

_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~$&@{}]|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_AT_BEGIN = re.compile(r"^(?:(?P<sign>[#+=-])|(?P<number>\d{1,9})(?P<point>[.)]))")


def write_markdown(text: RichText) -> str:
    """Return the text as Markdown."""
    return "\n\n".join("\n".join(_lines(block)) for block in text.blocks) + "\n"


def write_plain(text: RichText) -> str:
    """Return the text as plain text, as a mail has it: nothing is escaped, since nothing reads it but people."""
    return "\n\n".join("\n".join(_plain_lines(block)) for block in text.blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_marked(block.runs)}"
        case Paragraph():
            yield f"> {_marked(block.runs)}" if block.remark else _marked(block.runs)
        case ItemList():
            for number, item in enumerate(block.items, 1):
                yield f"{f'{number}.' if block.numbered else '-'} {_marked(item)}"
        case TextTable():
            yield _row(block.header)
            yield _row_of(["---"] * len(block.header))
            yield from map(_row, block.rows)
        case Picture():
            yield _marked((TextRun(block.words, emphasis=True),))


def _row(cells: tuple[Runs, ...]) -> str:
    return _row_of([_inline(cell).replace("\n", "<br>") for cell in cells])


def _row_of(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _marked(runs: Runs) -> str:
    return "\\\n".join(_AT_BEGIN.sub(_begin, line) for line in _inline(runs).split("\n"))


def _inline(runs: Runs) -> str:
    """Return runs as they stand within a line: a cell begins none, so a date in it is read without a sign."""
    whole = ""
    for run in runs:
        mark = "**" * run.strong + "*" * run.emphasis
        whole += f"{mark}{_ANYWHERE.sub(_escaped, run.text)}{mark[::-1]}"
    return whole


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _begin(found: re.Match[str]) -> str:
    return f"\\{found['sign']}" if found["sign"] else f"{found['number']}\\{found['point']}"


def _plain_lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            words = plain_of(block.runs)
            yield words
            yield ("=", "-", "~")[block.level - 1] * min(len(words), 72)
        case Paragraph():
            yield plain_of(block.runs)
        case ItemList():
            for number, item in enumerate(block.items, 1):
                yield f"{f'{number}.' if block.numbered else '-'} {plain_of(item)}"
        case TextTable():
            yield from _plain_rows(block)
        case Picture():
            yield block.words


def _plain_rows(table: TextTable) -> Iterator[str]:
    for row in table.rows:
        for header, cell in zip(table.header, row, strict=True):
            yield f"{plain_of(header)}: {plain_of(cell)}"
        yield ""
