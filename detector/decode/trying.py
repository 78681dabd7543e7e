"""Which formats read the first lines of a source: what ``nabat check`` shows.

Comes in: lines and settings. Goes out: counts by format. Nothing is remembered.
"""

from collections.abc import Sequence

import polars as pl

from detector.decode.table import AUTO, load_formats
from detector.settings import Settings, SourceSettings


def formats(settings: Settings) -> list[str]:
    """Return the names a source's ``format`` may have, ``auto`` first.

    Raises:
        ConfigError: A format file is wrong.
    """
    return [AUTO, *sorted(load_formats(settings))]


def try_format(lines: Sequence[str] | pl.Series, settings: Settings, source: SourceSettings) -> dict[str, int]:
    """Return how many of ``lines`` each format decodes, the best first; formats that decode none are left out.

    Raises:
        ConfigError: A format file is wrong.
    """
    column = lines if isinstance(lines, pl.Series) else pl.Series("line", lines, dtype=pl.String())
    counts = {
        name: one.parse(column, source.zone).frame.height if len(column) else 0
        for name, one in load_formats(settings).items()
    }
    return dict(
        sorted(((name, count) for name, count in counts.items() if count), key=lambda item: (-item[1], item[0]))
    )
