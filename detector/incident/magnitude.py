"""When a number has become another matter than it was.

Comes in: how many people were concerned, and are. Goes out: whether that is another order of magnitude.
"""

# From so many people on it matters to whoever has acknowledged, or decided, that there are ten times as many.
_MANY = 1_000


def another_order(before: int, after: int) -> bool:
    """Tell whether more people are concerned by an order of magnitude: over 1,000, 10,000, 100,000."""
    return after >= _MANY and len(str(after)) > len(str(before))
