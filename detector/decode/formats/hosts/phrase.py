"""Messages of fixed wording, taken apart by their words: linear, whatever a message holds.

Comes in: a phrase such as ``Accepted {method} for {user>} from {ip} port {port}``. Goes out: what stands in its places,
or nothing where the words differ. A place holds one word; ``{name*}`` holds any text. What stands behind ``{name>}`` is
read from the end of the message back: an account may be called ``x from 192.0.2.1``, and what the program itself wrote
comes after it.
"""

import re
from dataclasses import dataclass, field

_PLACE = re.compile(r"\{([a-z_]+)([*>]?)\}")
Step = tuple[str, str, bool]
"""A place, the fixed text at its far side, and whether it holds one word."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording.

    Attributes:
        text: As written above.
        action: ``event.action``. outcome: ``event.outcome``. category: ``event.category``.
        begins: The fixed text before the first place. ends: that behind the last one.
        forward: Places read from the beginning on. backward: those read from the end back.
        middle: The place that holds what is left.
    """

    text: str
    action: str = "other"
    outcome: str | None = None
    category: str = "host"
    begins: str = field(init=False)
    ends: str = field(init=False)
    forward: tuple[Step, ...] = field(init=False)
    backward: tuple[Step, ...] = field(init=False)
    middle: tuple[str, bool] = field(init=False)

    def __post_init__(self) -> None:
        begins, *pieces = _PLACE.split(self.text)
        names, kinds, after = pieces[0::3], pieces[1::3], pieces[2::3]
        at = kinds.index(">") if ">" in kinds else len(names) - 1
        words = [not kind for kind in kinds]
        forward = zip(names[:at], after[:at], words[:at], strict=True)
        backward = zip(names[at + 1 :], after[at:-1], words[at + 1 :], strict=True)
        for name, value in (
            ("begins", begins),
            ("ends", after[-1]),
            ("forward", tuple(forward)),
            ("backward", tuple(backward)[::-1]),
            ("middle", (names[at], words[at])),
        ):
            object.__setattr__(self, name, value)

    def read(self, text: str) -> dict[str, str] | None:
        """Return what stands in the places; None when the wording is another."""
        if not text.startswith(self.begins) or not text.endswith(self.ends):
            return None
        found: dict[str, str] = {}
        rest = text[len(self.begins) : len(text) - len(self.ends)]
        for name, after, word in self.forward:
            value, fits, rest = rest.partition(after)
            if not fits or (word and " " in value):
                return None
            found[name] = value
        for name, before, word in self.backward:
            rest, fits, value = rest.rpartition(before)
            if not fits or (word and " " in value):
                return None
            found[name] = value
        name, word = self.middle
        if word and " " in rest:
            return None
        found[name] = rest
        return found
