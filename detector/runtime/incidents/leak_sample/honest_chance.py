"""How likely it is under honest work that an actor touched so many of certain clients, and so.

Comes in: counts. Goes out: a probability. Whoever touches clients for work and has nothing to do with a leak is either
no owner of these clients: then which of all clients the actor touched says nothing of them, and how many of them it
touched follows the hypergeometric distribution. Or the actor looks after them: then *when* it touched them says nothing
(any window of its work holds as many of them as of its other clients), nor does *why* (of its touches without a reason
as few are of them). The larger of both probabilities bounds that of either: the intersection-union test of R. L. Berger
(Multiparameter Hypothesis Testing and Acceptance Sampling, Technometrics 24, 1982) over one-sided exact tests (R. A.
Fisher, 1935). It is corrected for everything that was tried (C. E. Bonferroni, 1936): windows, both ways, actors. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, log

from detector.runtime.incidents.companions.hypergeometric import log_chance

_LEAST = -700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCount:
    """One window of an actor's work.

    Attributes:
        hits: Clients of those asked about that it touched in it. drawn: Clients it touched in it at all.
        tried: Among so many windows it was chosen.
    """

    hits: int
    drawn: int
    tried: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchEvidence:
    """What is known of one actor.

    Attributes:
        hits: Clients of those asked about that it touched. book: All clients it touched.
        unexplained_hits: Clients of those asked about it touched without a reason. unexplained: All such touches.
        windows: Of its work.
    """

    hits: int
    book: int
    unexplained_hits: int
    unexplained: int
    windows: Sequence[WindowCount] = ()


def honest_chance(found: TouchEvidence, *, asked: int, clients: int, actors: int) -> float:
    """Return the probability, 0..1; never less than that of honest work.

    Args:
        found: Of the actor.
        asked: How many clients are asked about.
        clients: How many anybody touched.
        actors: How many touched any.
    """
    stranger = log_of_strangers(found.hits, found.book, asked, clients)
    without = max(found.unexplained, found.unexplained_hits)
    ways = [log_chance(found.unexplained_hits, min(without, clients), min(asked, clients), clients)]
    # An account that did nothing else is held against one that has as many clients as there are for each.
    fair = ceil(clients / max(actors, 1))
    ways += [_log_of_window(each, found, fair) + log(max(each.tried, 1) * len(found.windows)) for each in found.windows]
    owner = min(ways) + log(2 if found.windows else 1)
    return exp(max(min(max(stranger, owner) + log(max(actors, 1)), 0.0), _LEAST))


def _log_of_window(window: WindowCount, found: TouchEvidence, fair: int) -> float:
    """Return the logarithm of how likely a window of its work that begins with one of these clients holds so many."""
    total = max(found.book, window.drawn + fair)
    return log_chance(window.hits - 1, window.drawn - 1, found.hits - 1, total - 1)


def log_of_strangers(hits: int, book: int, asked: int, clients: int) -> float:
    """Return the logarithm of how likely somebody who has nothing to do with these clients touched so many of them."""
    return log_chance(hits, min(book, clients), min(asked, clients), clients)
