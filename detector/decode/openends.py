"""What lines leave open: in which zone their times are, and names that stand in a file beside them.

Comes in: lines and the name of the format that reads them. Goes out: what ``nabat check`` tells of each source. To see
whether times carry a zone, the lines are read twice, as if the machine stood in two zones.
"""

from posixpath import dirname, join
from zoneinfo import ZoneInfo

from detector.decode.place import Beside, Place, nothing_beside
from detector.decode.table import load_formats
from detector.frames import LineBatch
from detector.settings import Settings

_ZONES = (ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"))


def without_zone(batch: LineBatch, settings: Settings, name: str, beside: Beside = nothing_beside) -> bool:
    """Say whether times of some of the lines carry no zone, so that the source's ``timezone`` decides.

    Raises:
        ConfigError: A format file is wrong.
    """
    read = load_formats(settings)[name].parse
    written = batch.written or batch.ingested
    first, second = (
        read(
            batch.lines, Place(zone=zone, written=written, header=batch.header, path=batch.path, beside=beside)
        ).frame.get_column("@timestamp")
        for zone in _ZONES
    )
    return not first.equals(second)


def missing_beside(path: str, settings: Settings, name: str, beside: Beside) -> str:
    """Return the full path of the file that should lie beside ``path`` and does not; empty when nothing is missing.

    Raises:
        ConfigError: A format file is wrong.
    """
    needed = load_formats(settings)[name].beside
    place = join(dirname(path), needed)
    return place if needed and beside(place) is None else ""
