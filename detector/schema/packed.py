"""Touches of client data packed for the access journal, not written yet."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One day's touches as they will stand in a file.

    Attributes:
        raw: The file's content.
        rows: Touches in it.
        first_at / last_at: Span of its events.
    """

    raw: bytes
    rows: int
    first_at: datetime
    last_at: datetime
