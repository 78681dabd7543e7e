"""Which formats read the first lines of a source: what ``nabat check`` shows.

Comes in: lines and settings. Goes out: counts by format. Nothing is remembered.
"""

from detector.decode.place import Beside, Place, nothing_beside
from detector.decode.table import load_formats
from detector.frames import LineBatch
from detector.settings import Settings, SourceSettings


def try_format(
    batch: LineBatch, settings: Settings, source: SourceSettings, beside: Beside = nothing_beside
) -> dict[str, int]:
    """Return how many of the batch's lines each format decodes, the best first; formats that decode none are left out.

    Raises:
        ConfigError: A format file is wrong.
    """
    place = Place(
        zone=source.zone,
        written=batch.written or batch.ingested,
        header=batch.header,
        path=batch.path,
        beside=beside,
    )
    counts = {
        name: one.parse(batch.lines, place).frame.height if len(batch.lines) else 0
        for name, one in load_formats(settings).items()
    }
    return dict(
        sorted(((name, count) for name, count in counts.items() if count), key=lambda item: (-item[1], item[0]))
    )
