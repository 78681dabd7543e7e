"""The data map: which systems are watched, which classes of client data pass through them, how long each is kept.

Comes in: the settings, and how well sources were watched of late. Goes out: values. Pure. What the settings do not say
is not guessed: it is empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from detector.schema.detection.source_hours import SourceHour
from detector.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedSource:
    """One source.

    Attributes:
        owner: Who answers for the system. retention: how long its logs are kept there; None: nobody said.
        client_data: Whether requests of it may touch client data.
        objects / classes: Kinds of records and classes of data that its routes name.
        lines / rejects: Read of late, and of these what could not be read.
        requests / unmapped: Likewise, and those that no route names.
    """

    name: str
    service: str
    owner: str
    retention: timedelta | None
    client_data: bool
    objects: tuple[str, ...]
    classes: tuple[str, ...]
    lines: int
    rejects: int
    requests: int
    unmapped: int

    @property
    def coverage(self) -> float | None:
        """The share of its requests that routes name; None: none came of late, so that it is not known."""
        return 1 - self.unmapped / self.requests if self.requests else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedClass:
    """One class of data; ``sources``: those whose routes name it. ``retention``: None: nobody said how long."""

    name: str
    confidentiality: str
    retention: timedelta | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMap:
    """All of it; ``retention``: how long the journal keeps who touched what."""

    sources: tuple[MappedSource, ...]
    classes: tuple[MappedClass, ...]
    retention: timedelta


def data_map(settings: Settings, hours: Iterable[SourceHour]) -> DataMap:
    """Return the data map.

    Args:
        settings: The configuration.
        hours: How sources were watched in the days that count.
    """
    measured: dict[str, list[SourceHour]] = {}
    for each in hours:
        measured.setdefault(each.source, []).append(each)
    sources = []
    for one in settings.sources:
        routes = [each for each in settings.records.routes if each.service in ("*", one.service) and each.object]
        its = measured.get(one.name, [])
        sources.append(
            MappedSource(
                name=one.name,
                service=one.service,
                owner=one.owner,
                retention=one.retention,
                client_data=one.client_data,
                objects=tuple(dict.fromkeys(each.object for each in routes)) if one.client_data else (),
                classes=tuple(dict.fromkeys(name for each in routes for name in each.classes))
                if one.client_data
                else (),
                lines=sum(each.lines for each in its),
                rejects=sum(each.rejects for each in its),
                requests=sum(each.requests for each in its),
                unmapped=sum(each.unmapped for each in its),
            )
        )
    classes = [
        MappedClass(
            name=name,
            confidentiality=each.confidentiality,
            retention=each.retention,
            sources=tuple(one.name for one in sources if name in one.classes),
        )
        for name, each in settings.records.data_classes.items()
    ]
    return DataMap(sources=tuple(sources), classes=tuple(classes), retention=settings.journal.retention)
