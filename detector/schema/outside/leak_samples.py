"""Whose touches a sample of leaked data fits: what is said of each, and of the sample."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFit:
    """One who touched clients of a sample.

    Attributes:
        actor: ``actor.id``.
        held: How many clients of the sample it touched. containment: Their part of the whole sample.
        book: How many clients it touched in all.
        unexplained: Clients of the sample that it touched without anything explaining one of these touches.
        since / until: The window that tells most: as short as one can be that holds so many of the sample.
        window_held: Clients of the sample in it. window_clients: Clients it touched in it at all.
        jaccard: What sample and window have in common, of all clients in either.
        chance: How likely as much is at most if nobody did anything but honest work; see ``docs/response.md``.
    """

    actor: str
    held: int
    containment: float
    book: int
    unexplained: int
    since: datetime
    until: datetime
    window_held: int
    window_clients: int
    jaccard: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamedTaking:
    """Exports and lists of one actor that name no client, each of as many records as the sample has clients at least.

    Attributes:
        events: How many. most: Records of the largest.
        first_at / last_at: Event times.
    """

    actor: str
    events: int
    most: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSearch:
    """What was found of a sample, and where it was looked for.

    Attributes:
        size: Different clients in the sample. known: Those that anybody touched.
        clients: Different clients that anybody touched. actors: How many touched any.
        since / until: What was read of the journal.
        fits: The least likely under honest work first.
        others: How many more touched a client of the sample.
        unnamed: Who took as much at once without a line that names a client: nothing can be said of them, the largest
            first.
    """

    size: int
    known: int
    clients: int
    actors: int
    since: datetime
    until: datetime
    fits: tuple[SampleFit, ...]
    others: int
    unnamed: tuple[UnnamedTaking, ...] = ()
