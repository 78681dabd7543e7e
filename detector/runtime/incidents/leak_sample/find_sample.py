"""Whose touches hold a sample of leaked data: which actor, when, and how likely that is under honest work.

Comes in: the journal, the ids of the sample. Goes out: a ``SampleSearch``. The journal is read in pieces, a few times;
those who hold most are looked at closely.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil, log
from typing import Final, NamedTuple

import polars as pl

from detector.runtime.incidents.leak_sample.client_counts import ClientCounts, Span, count_clients
from detector.runtime.incidents.leak_sample.honest_chance import (
    TouchEvidence,
    WindowCount,
    honest_chance,
    log_of_strangers,
)
from detector.runtime.incidents.leak_sample.sample_touches import (
    sample_frame,
    shortest_window,
    unnamed_takings,
    when_held,
    who_held,
)
from detector.schema.outside.leak_samples import SampleFit, SampleSearch
from detector.store import Journal, unexplained_pairs

_LOOKED_AT: Final = 20
"""So many actors, those who hold most of the sample, are looked at closely."""
_PARTS: Final = (1.0, 0.9, 0.5)
"""Of what an actor holds so much has to lie in a window."""
_UNLIKELY: Final = log(0.05)
"""Whoever touches so much of everything is not asked for reasons: an account of a program has millions of touches."""


class _Window(NamedTuple):
    """A window of one actor, what it holds of the sample, and among how many it was chosen."""

    span: Span
    held: int
    tried: int


def find_sample(
    journal: Journal, forms: Mapping[str, str], since: datetime, until: datetime, *, tenants: bool, shown: int = 10
) -> SampleSearch:
    """Return who holds a sample.

    Args:
        journal: Where touches are kept.
        forms: Which client of the sample each form of an id is.
        since: From this event time on.
        until: Before this one.
        tenants: Ids of events may have a tenant before them, up to the last slash.
        shown: So many actors are told of at most.

    Raises:
        StoreError: The journal cannot be read.
    """
    places = {client: number for number, client in enumerate(dict.fromkeys(forms.values()))}
    sample = sample_frame({form: places[client] for form, client in forms.items()})
    pairs = who_held(journal, sample, since, until, tenants=tenants)
    held = pairs.filter(pl.col("actor.id") != "").group_by("actor.id").len("held")
    most = held.sort(["held", "actor.id"], descending=[True, False])
    actors = most.get_column("actor.id").head(_LOOKED_AT).to_list()
    times = when_held(journal, sample, since, until, actors, tenants=tenants)
    windows = {actor: _windows(times.filter(pl.col("actor.id") == actor)) for actor in actors}
    spans = {actor: [each.span for each in some] for actor, some in windows.items()}
    counts = count_clients(journal, since, until, spans, tenants=tenants)
    size, known = len(places), pairs.get_column("place").n_unique()
    close = [(str(actor), int(n)) for actor, n in most.head(_LOOKED_AT).iter_rows()]
    odd = [actor for actor, n in close if log_of_strangers(n, counts.of[actor], known, counts.clients) < _UNLIKELY]
    unexplained = unexplained_pairs(journal, forms, since, until, odd, tenants=tenants)
    fits = [
        _fit(actor, n, windows[actor], counts, unexplained.get(actor, 0), size=size, known=known) for actor, n in close
    ]
    fits.sort(key=lambda each: (each.chance, -each.held, each.until - each.since, each.actor))
    return SampleSearch(
        size=size,
        known=known,
        clients=counts.clients,
        actors=counts.actors,
        since=since,
        until=until,
        fits=tuple(fits[:shown]),
        others=max(held.height - shown, 0),
        unnamed=tuple(unnamed_takings(journal, size, since, until, shown)),
    )


def _windows(times: pl.DataFrame) -> list[_Window]:
    """Return the shortest windows of one actor that hold all it has of the sample, most of it, half of it."""
    held = times.get_column("place").n_unique()
    found = []
    for count in sorted({ceil(held * part) for part in _PARTS}, reverse=True):
        since, until = shortest_window(times, count)
        inside = times.filter(pl.col("at").is_between(since, until, closed="left")).get_column("place").n_unique()
        # As many windows begin at another touch.
        found.append(_Window((since, until), inside, times.height - count + 1))
    return found


def _fit(
    actor: str,
    held: int,
    windows: Sequence[_Window],
    counts: ClientCounts,
    unexplained: int,
    *,
    size: int,
    known: int,
) -> SampleFit:
    drawn = [max(each, window.held) for each, window in zip(counts.in_spans[actor], windows, strict=True)]
    counted = [WindowCount(hits=each.held, drawn=n, tried=each.tried) for each, n in zip(windows, drawn, strict=True)]
    book = max(counts.of[actor], held)

    def chance(some: Sequence[WindowCount]) -> float:
        evidence = TouchEvidence(
            hits=held,
            book=book,
            unexplained_hits=unexplained,
            unexplained=counts.unexplained.get(actor, 0),
            windows=some,
        )
        return honest_chance(evidence, asked=known, clients=counts.clients, actors=counts.actors)

    alone = [(chance([each]), -each.hits, number) for number, each in enumerate(counted)]
    _, _, best = min(alone)
    (since, until), inside = windows[best].span, windows[best].held
    return SampleFit(
        actor=actor,
        held=held,
        containment=held / size,
        book=book,
        unexplained=unexplained,
        since=since,
        until=until,
        window_held=inside,
        window_clients=drawn[best],
        jaccard=inside / (size + drawn[best] - inside),
        chance=chance(counted),
    )
