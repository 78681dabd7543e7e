"""How far out of order the lines of each source may come at least.

Comes in: settings. Goes out: a span of time for each source. What a source shows of disorder is learned beyond it
(``detector.detect.ordering.reorder``).
"""

from datetime import timedelta

from detector.settings import Settings

LEAST = timedelta(minutes=1)
"""Waiting costs no page its time, and logs are often put together from several writers: in the public Apache log of the
tests half of all lines lie more than 28 s behind one before them."""


def lateness(settings: Settings) -> dict[str, timedelta]:
    """Return how far out of order each source's lines may come at least, the same live and in a replay."""
    return {source.name: max(source.lateness, LEAST) for source in settings.sources}
