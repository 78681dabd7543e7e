"""How long the service rests between two turns.

Comes in: how long a turn took, and whether it left something unread. Goes out: seconds. A turn costs nearly the same
for ten lines as for five hundred, so while a log is written steadily, turns begin at a fixed distance and find more
lines each; a line that comes after a pause is read at once, and who is behind does not rest.
"""

# Between the beginnings of two turns that read. A page may be this much later; the bound for pages is half a second.
TURN_SECONDS = 0.2


def rest(took: float, *, more: bool) -> float:
    """Return the seconds to rest after a turn that read lines and took so many seconds; ``more``: it left some."""
    return 0.0 if more else max(0.0, TURN_SECONDS - took)
