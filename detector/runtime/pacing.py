"""How long the service rests between two turns, and how much it reads in one.

Comes in: how long a turn took, and whether it left something unread. Goes out: seconds, and a share of the budget. A
turn costs nearly the same for ten lines as for five hundred, so while a log is written steadily, turns begin at a fixed
distance and find more lines each; a line that comes after a pause is read at once, and who is behind does not rest.
"""

# Between the beginnings of two turns that read. A page may be this much later, and is promised within two seconds.
TURN_SECONDS = 0.5
# A turn is not broken off: so long one may take, roughly, before less is read in the next.
LONGEST_TURN = 1.0
FIRST_SHARE, LEAST_SHARE = 1 / 8, 1 / 256


def share(before: float, took: float) -> float:
    """Return what share of the budget the next turn reads, by how long one with a share took.

    What a line costs depends on what it leads to: a flood of findings costs a hundred times what is read and forgotten.
    While a turn lasts no beat comes, nobody is told that the service lives, and no signal is answered.
    """
    if took > LONGEST_TURN:
        return max(before * max(LONGEST_TURN / took, 1 / 8), LEAST_SHARE)
    return min(before * 2, 1.0) if took < LONGEST_TURN / 2 else before


def rest(took: float, *, more: bool) -> float:
    """Return the seconds to rest after a turn that read lines and took so many seconds; ``more``: it left some."""
    return 0.0 if more else max(0.0, TURN_SECONDS - took)
