"""What a format is: a name, a parser over columns, and how its lines are told and cut.

Comes in: nothing. Goes out: the value that the table of formats holds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from detector.decode.grok import PatternPiece
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.schema.events.framing import LINES, Framing

Parse = Callable[[pl.Series, LineContext], Parsed]
Ways = Callable[[], tuple[tuple[PatternPiece, ...], ...]]
"""The ways a line may be written, each as the parts it is made of."""
AUTO = "auto"
"""Name that stands for whichever format reads a line."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of line becomes an event.

    Attributes:
        name: As written in a source's ``format``.
        dataset: ``event.dataset`` of its events, unless the source says otherwise.
        category: ``event.category``, unless the line or the record map says otherwise.
        parse: Lines and where they stand, to columns.
        order: Place among the formats ``auto`` tries; None when it is only used by name.
        web: Its lines are those of a web server, so that the loose reading may be tried on what it could not take.
        telling: Rust regular expression that every line of this format matches and few others do; ``auto`` tries a
            format only on lines that match. Empty: on every line. It begins with ``^`` if, and only if, the begin of a
            line tells it: such a format may read in its own streams what is else kept for others (``own``).
        framing: How its files are cut into records.
        head: Python regular expression over the first bytes of a file, for formats whose framing is not by lines:
            ``auto`` cuts a file in that way when its head matches. Linear, and short.
        about: One sentence for people: which system writes it.
        beside: Name of a file that has to lie beside its files to be read in full; empty: none.
        last: It keeps whatever a program says. ``auto`` asks it last of all, in its own streams too: their other lines
            may be of a format that says more.
        own: For such a format: regular expression over lines that are its own all the same, in streams of other
            formats too, so that what a stranger gets written into them cannot pass for a line of another program.
        guests: Of those, the lines that other formats may read.
        steady: What it makes of a line hangs on nothing but the line and the source: not on lines before it, nor on
            where its file lies or when that was last written. Lines of several files may be read together.
        patterned: Makes the parser of a source that says with ``log_format`` how such lines are written; None: they are
            written in one way. Raises ValueError, which says what is wrong.
        requires: JSON fields its lines must have; ``a|b``: one of them.
        empty_words: A word such as ``null`` in place of an account stands for nobody. False where a server writes ``-``
            or nothing for nobody, and a name as the client sent it: there such a word is a name like any other.
        ways: How its lines are written, part by part, to say where another line stops to fit; None: not by parts.
    """

    name: str
    dataset: str
    category: str
    parse: Parse
    order: int | None
    web: bool = False
    telling: str = ""
    framing: Framing = LINES
    head: str = ""
    about: str = ""
    beside: str = ""
    last: bool = False
    own: str = ""
    guests: str = ""
    steady: bool = False
    patterned: Callable[[str], Parse] | None = None
    requires: tuple[str, ...] = ()
    empty_words: bool = True
    ways: Ways | None = field(default=None, compare=False)
