"""Whether lines say in which zone their times are: what ``nabat check`` tells of each source.

Comes in: lines and the name of the format that reads them. Goes out: yes or no. The lines are read twice, as if the
machine stood in two zones: times that carry a zone of their own stay the same.
"""

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
