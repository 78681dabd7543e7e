"""Apache's ``%t`` and ``%{...}t``: one time, or pieces of one.

Comes in: what stands in the braces. Goes out: a field; several pieces of one time (``%{%F %T}t.%{msec_frac}t``) become
one field that holds the text between them too. A form that cannot be read back is a mistake and told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detector.decode.logformat.items import DECIMAL, STOP, TIME, Field, Item, Literal, Variable

_EPOCHS = {"sec": ("epoch", 4), "msec": ("epoch_ms", 2), "usec": ("epoch_us", 1), "%s": ("epoch", 4)}
_FRACTIONS = {"msec_frac": "%3f", "usec_frac": "%6f"}
_SHORT = {"%T": "%H:%M:%S", "%F": "%Y-%m-%d", "%D": "%m/%d/%y", "%R": "%H:%M", "%h": "%b", "%e": "%d", "%k": "%H"}
_COUNTED = {"epoch.%3f": "epoch", "epoch.%6f": "epoch", "epoch%3f": "epoch_ms", "epoch%6f": "epoch_us"}
_READABLE = frozenset("aAbBdHIjmMpSyYz%fu")
_CODE = re.compile(r"%(?:[36]f|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a time, until the whole is known."""

    written: str
    at: int
    form: str


def items(written: str, text: str, at: int) -> Iterator[Item]:
    """Give the items of one directive.

    Raises:
        ValueError: The form cannot be read back.
    """
    text = re.sub(r"^(?:begin|end)(?::|$)", "", text)
    if not text:
        yield Literal("[")
        yield Field(written, at, Variable(TIME, "time", form="clf", rank=3, shape=r"[^\[\]\" ]+ [^\[\]\" ]+"))
        yield Literal("]")
    elif text in _EPOCHS:
        form, rank = _EPOCHS[text]
        yield Field(written, at, Variable(TIME, "time", form=form, rank=rank, shape=DECIMAL, fixed=True))
    elif text in _FRACTIONS:
        width = int(_FRACTIONS[text][1])
        shape = f"[0-9]{{{width}}}"
        yield Field(written, at, Variable(key=text, form=_FRACTIONS[text], shape=shape, fixed=True))
    else:
        form = expanded(text, written, at)
        yield Field(written, at, Variable(TIME, "time", form=form, rank=3, shape=_shape(form)))


def expanded(text: str, written: str, at: int) -> str:
    """Return the form in codes every reader of times knows.

    Raises:
        ValueError: It holds a code that cannot be read back.
    """
    form = _CODE.sub(lambda found: _SHORT.get(found[0], found[0]), text)
    wrong = [code for code in _CODE.findall(form) if code[-1] not in _READABLE]
    if wrong:
        raise ValueError(f"the time {written} at character {at} holds {wrong[0]}, which cannot be read back")
    return form


def _shape(form: str) -> str:
    return " ".join(f'[^ "{STOP}]+' for _ in form.split(" "))


def whole(parts: tuple[Item, ...]) -> Iterator[Item]:
    """Put the pieces of one time together: those of fractions and forms that stand beside each other."""
    at = 0
    while at < len(parts):
        end = _end_of_time(parts, at)
        if end - at > 1:
            yield _one(parts[at:end])
        else:
            yield parts[at]
        at = max(end, at + 1)


def _end_of_time(parts: tuple[Item, ...], at: int) -> int:
    """Return where the pieces of a time that begins here end; ``at`` where none begins."""
    if not _is_piece(parts[at]):
        return at
    end = at + 1
    while end < len(parts):
        step = next((n for n in (end, end + 1, end + 2) if n < len(parts) and not _is_short(parts[n])), end)
        if step >= len(parts) or not _is_piece(parts[step]):
            break
        end = step + 1
    return end


def _is_piece(item: Item) -> bool:
    return isinstance(item, Field) and ("%" in item.variable.form or item.variable.form == "epoch")


def _is_short(item: Item) -> bool:
    return isinstance(item, Literal) and item.text in ("", " ", ".", ",", ":", "T", " T", "-")


def _one(parts: tuple[Item, ...]) -> Field:
    first = next(item for item in parts if isinstance(item, Field))
    form = "".join(item.variable.form if isinstance(item, Field) else item.text for item in parts)
    shape = _shape(form)
    if form in _COUNTED:
        form, shape = _COUNTED[form], DECIMAL
    written = "".join(item.written if isinstance(item, Field) else item.text for item in parts)
    return Field(written, first.at, Variable(TIME, "time", form=form, rank=2, shape=shape))
