"""What kind of proof a step asks for, and whether a text is one.

Comes in: kinds, and what a person wrote. Goes out: what is missing. Whether the proof is true nobody can tell from its
form; that something else could be found by it, one can.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from detector.errors import Problem


class ProofKind(StrEnum):
    """A closed list; of several each must be there."""

    NONE = "none"
    WORDS = "words"
    REFERENCE = "reference"
    RECEIPT = "receipt"
    TIME = "time"
    HASH = "hash"


_FORMS: Final = {
    ProofKind.WORDS: re.compile(r"[^\W\d_]{2}"),
    ProofKind.REFERENCE: re.compile(r"\d|https?://\S|\S/\S"),
    ProofKind.RECEIPT: re.compile(r"\d"),
    ProofKind.TIME: re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.][0-5]\d(?!\d)"),
    ProofKind.HASH: re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])"),
}
_ASKED: Final = {
    ProofKind.WORDS: ("what was done, in words", "write what was found or done"),
    ProofKind.REFERENCE: ("a number, path or address to find it by", "name the ticket, document or link"),
    ProofKind.RECEIPT: ("the number of the receipt", "write the number the authority gave"),
    ProofKind.TIME: ("the time", "write when, such as 09:14"),
    ProofKind.HASH: ("a SHA-256", "write its 64 hexadecimal digits"),
}


def proof_problems(step_id: str, kinds: Iterable[ProofKind], text: str) -> Iterator[Problem]:
    """Yield what a step's proof lacks."""
    for kind in kinds:
        form = _FORMS.get(kind)
        if form is not None and not form.search(text):
            what, fix = _ASKED[kind]
            yield Problem(what=f"the proof of step {step_id} lacks {what}", fix=fix)
