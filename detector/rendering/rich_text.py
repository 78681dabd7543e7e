"""A text as all formats have it: headings, paragraphs, lists, tables, of runs of characters.

Comes in: nothing. Goes out: values. The characters are what people read and nothing else: no writer takes any of them
for markup.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextRun:
    """Characters of one kind; a line feed among them is a line that ends there.

    Attributes:
        strong: Of weight. emphasis: stressed.
    """

    text: str
    strong: bool = False
    emphasis: bool = False


Runs = tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``remark``: one beside the text, set off."""

    runs: Runs
    remark: bool = False


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list; ``numbered``: its order counts."""

    items: tuple[Runs, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table with a row of headers."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; formats that show none have its words in its place.

    Attributes:
        svg: It, whole: nothing is loaded from elsewhere.
        words: What it shows, for whoever does not see it.
    """

    svg: str
    words: str


Block = Heading | Paragraph | ItemList | TextTable | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class RichText:
    """A whole text.

    Attributes:
        language: ISO 639-1, two small letters.
        title: What programs that show it call it; not printed.
        blocks: In order.
    """

    language: str
    title: str
    blocks: tuple[Block, ...]


def plain_of(runs: Runs) -> str:
    """Return the characters of runs."""
    return "".join(run.text for run in runs)
