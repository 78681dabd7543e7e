"""How far out of order the lines of each source may come.

Comes in: settings. Goes out: a span of time for each source.
"""

from datetime import timedelta

from detector.settings import Settings

REPLAY_LATENESS = timedelta(minutes=1)


def lateness(settings: Settings, *, replay: bool) -> dict[str, timedelta]:
    """Return how far out of order each source's lines may come.

    Old lines are in no hurry: at least a minute is allowed, because archives are often put together from several
    writers. (In the public Apache log of the tests half of all lines lie more than 28 s behind one before them.)
    """
    least = REPLAY_LATENESS if replay else timedelta(0)
    return {source.name: max(source.lateness, least) for source in settings.sources}
