"""Ordered scales shared by rules, findings, alerts and incidents."""

from enum import StrEnum


class _Ordered(StrEnum):
    """A string enumeration ordered by declaration.

    Attributes:
        rank: Position on the scale, 0 the least.
    """

    rank: int

    def __new__(cls, word: str) -> "_Ordered":
        member = str.__new__(cls, word)
        member._value_ = word
        member.rank = len(cls.__members__)
        return member

    # A StrEnum compares letters, and by letters "high" is more than "critical".

    def __lt__(self, other: str) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= type(self)(other).rank


class Severity(_Ordered):
    """How bad if true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(_Ordered):
    """How sure."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def worst(*severities: Severity) -> Severity:
    """Return the highest of the severities given (at least one)."""
    return max(severities, key=lambda severity: severity.rank)
