"""A file to be read from one end to the other, and what it belongs to."""

from dataclasses import dataclass

from detector.settings import SourceSettings

TOGETHER = 16_000
"""Lines of a file that are decoded and judged together."""


@dataclass(frozen=True, slots=True)
class Log:
    """One file to read and the source it belongs to."""

    path: str
    source: SourceSettings
