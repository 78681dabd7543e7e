"""What lines leave open: the zone of their times, who stands behind a proxy, who acts at all, names in another file.

Comes in: lines and the name of the format that reads them. Goes out: what ``nabat check`` tells of each source. To see
whether times carry a zone, the lines are read twice, as if the machine stood in two zones.
"""

from collections import Counter
from posixpath import dirname, join
from zoneinfo import ZoneInfo

import polars as pl

from detector.decode.enrich.addresses import of_list
from detector.decode.line_context import Beside, LineContext, nothing_beside
from detector.decode.parse_result import FORWARDED, TOKEN
from detector.decode.registry import load_formats
from detector.frames import LineBatch
from detector.settings import Settings
from detector.settings.address_form import parse_address

_WHO = ("user.id", "user.name", TOKEN, "source.ip")
_ZONES = (ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"))


def without_zone(batch: LineBatch, settings: Settings, name: str, beside: Beside = nothing_beside) -> bool:
    """Say whether times of some of the lines carry no zone, so that the source's ``timezone`` decides.

    Raises:
        ConfigError: A format file is wrong.
    """
    read = load_formats(settings)[name].parse
    first, second = (
        read(batch.lines, LineContext.of(batch, zone, beside)).frame.get_column("@timestamp") for zone in _ZONES
    )
    return not first.equals(second)


def forwarding(batch: LineBatch, settings: Settings, name: str, beside: Beside = nothing_beside) -> list[str]:
    """Return the addresses whose lines say in X-Forwarded-For that they speak for others, the most frequent first.

    Raises:
        ConfigError: A format file is wrong.
    """
    frame = load_formats(settings)[name].parse(batch.lines, LineContext.of(batch, _ZONES[0], beside)).frame
    if "source.ip" not in frame.columns:
        return []
    told = pl.col("source.ip").str.contains(",", literal=True)  # a list in place of the address
    if FORWARDED in frame.columns:
        told |= pl.col(FORWARDED).is_not_null() & (pl.col(FORWARDED) != pl.col("source.ip"))
    found = frame.filter(told).get_column("source.ip").drop_nulls().to_list()
    peers = Counter(parse_address(of_list(text)[0] or "") for text in found)
    return [str(peer) for peer, _ in peers.most_common() if peer is not None]


def names_nobody(batch: LineBatch, settings: Settings, name: str, beside: Beside = nothing_beside) -> bool:
    """Tell whether none of the lines names an account, a session or an address, so that nobody is charged with any.

    Raises:
        ConfigError: A format file is wrong.
    """
    frame = load_formats(settings)[name].parse(batch.lines, LineContext.of(batch, _ZONES[0], beside)).frame
    known = (frame.get_column(column) for column in _WHO if column in frame.columns)
    return frame.height > 0 and all(column.null_count() == frame.height for column in known)


def missing_beside(path: str, settings: Settings, name: str, beside: Beside) -> str:
    """Return the full path of the file that should lie beside ``path`` and does not; empty when nothing is missing.

    Raises:
        ConfigError: A format file is wrong.
    """
    needed = load_formats(settings)[name].beside
    place = join(dirname(path), needed)
    return place if needed and beside(place) is None else ""
