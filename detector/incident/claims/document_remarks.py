"""What the check says of a version of a document.

Comes in: nothing. Goes out: values. A remark on a document that names clients shows nothing of its text but numbers.
"""

from dataclasses import dataclass
from typing import Literal

RemarkKind = Literal["contradicts", "leaves-out", "wording", "unread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRemark:
    """Something about a version of a document.

    Attributes:
        document: Its id; of a file that is not filed its name. version: 0 of a file.
        line: From 1; 0: it is about the whole.
        text: In the language that was asked for.
        beside: What belongs to it: what others say, that it was sent, what is written instead.
    """

    kind: RemarkKind
    document: str
    version: int
    line: int
    text: str
    beside: tuple[str, ...] = ()

    @property
    def asks_why(self) -> bool:
        """Whether it contradicts the case: that takes a reason to go on."""
        return self.kind == "contradicts"
