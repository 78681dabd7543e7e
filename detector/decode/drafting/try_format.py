"""Which formats read the first lines of a source: what ``nabat check`` shows.

Comes in: lines and settings. Goes out: counts of lines, by format. Nothing is remembered.
"""

import math

from detector.decode.line_context import Beside, LineContext, nothing_beside
from detector.decode.registry import load_formats
from detector.frames import LineBatch
from detector.schema.events.lines import RejectReason
from detector.settings import Settings, SourceSettings


def try_format(
    batch: LineBatch, settings: Settings, source: SourceSettings, beside: Beside = nothing_beside
) -> dict[str, int]:
    """Return how many of the batch's lines each format decodes, the best first; formats that decode none are left out.

    The format that the source names is always there, if it exists, a ``WRAPPER:INNER`` too. Of equals, those that
    ``auto`` tries come first, in its order: ``combined`` before ``apache.combined``.

    Raises:
        ConfigError: A format file is wrong.
    """
    place = LineContext.of(batch, source.zone, beside)
    known = load_formats(settings)
    formats = dict(known) | ({source.reads: known[source.reads]} if known.has(source.reads) else {})
    counts = {
        name: one.parse(batch.lines, place).frame.height if len(batch.lines) else 0 for name, one in formats.items()
    }

    def place_of(name: str) -> tuple[int, float, str]:
        order = formats[name].order
        return -counts[name], math.inf if order is None else order, name

    return {name: counts[name] for name in sorted(counts, key=place_of) if counts[name] or name == source.reads}


def count_headers(
    batch: LineBatch, settings: Settings, source: SourceSettings, name: str, beside: Beside = nothing_beside
) -> int:
    """Return how many of the batch's lines this format knows as no events: they say how others are written, or nothing.

    Raises:
        ConfigError: A format file is wrong.
    """
    failures = load_formats(settings)[name].parse(batch.lines, LineContext.of(batch, source.zone, beside)).failures
    return sum(reason in (RejectReason.HEADER, RejectReason.IGNORED) for reason in failures.values())
