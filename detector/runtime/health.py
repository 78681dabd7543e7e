"""The table of all that is called healthy: what, when it was last seen to work, and how long that holds.

Comes in: what reader, pipeline, sender and the minute's probe know. Goes out: one check a row. Nothing is tried here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from detector.acquire import SourceStatus
from detector.runtime.parts import Parts
from detector.runtime.pipeline import Freshness
from detector.runtime.probe import EVERY, MODEL, RULES, Probe
from detector.schema.findings import Reason
from detector.schema.health import HealthCheck, Part
from detector.settings import Settings

_LOOP = timedelta(seconds=30)
_WRITTEN = 3 * EVERY
_JOURNAL = timedelta(minutes=15)
_JUDGED = timedelta(days=1)
_TARGET = timedelta(days=30)
ONLY_REJECTS = 20
"""So many lines without an event, and a source is not read, whatever its file is."""


def source_key(name: str) -> str:
    """Return the name under which the last event of a source is remembered."""
    return f"source:{name}"


def checks(
    parts: Parts,
    freshness: Freshness,
    status: Iterable[SourceStatus],
    probe: Probe,
    *,
    beat_at: datetime | None,
    journal_at: datetime | None,
    journal_failed: bool,
    sender_alive: bool,
    store_failed: bool,
) -> tuple[HealthCheck, ...]:
    """Return every check, those of the service itself first."""
    settings = parts.settings
    sender = HealthCheck(
        part=Part.SENDER, checked_at=beat_at if sender_alive else None, allowed=_LOOP, failed=not sender_alive
    )
    return (
        HealthCheck(part=Part.LOOP, checked_at=beat_at, allowed=_LOOP),
        HealthCheck(part=Part.DATABASE, checked_at=probe.database_at, allowed=_WRITTEN, failed=store_failed),
        HealthCheck(part=Part.STATE, checked_at=probe.state_at, allowed=_WRITTEN, failed=bool(probe.state_problem)),
        HealthCheck(part=Part.JOURNAL, checked_at=journal_at, allowed=_JOURNAL, failed=journal_failed),
        *_judges(parts, probe),
        sender,
        *_targets(settings, probe),
        *_sources(settings, freshness, {one.source: one for one in status}, probe),
    )


def _judges(parts: Parts, probe: Probe) -> Iterator[HealthCheck]:
    if len(parts.ruleset):
        said = Reason(message="health-no-event-judged")
        yield HealthCheck(part=Part.RULES, checked_at=probe.seen.get(RULES), allowed=_JUDGED, said=said)
    if parts.settings.behaviour.enabled:
        said = Reason(message="health-no-window-judged")
        failed = parts.model is None
        yield HealthCheck(part=Part.MODEL, checked_at=probe.seen.get(MODEL), allowed=_JUDGED, failed=failed, said=said)


def _targets(settings: Settings, probe: Probe) -> Iterator[HealthCheck]:
    for name in settings.notify.targets:
        tried = probe.targets.get(name)
        yield HealthCheck(
            part=Part.TARGET,
            name=name,
            checked_at=tried.ok_at if tried else None,
            allowed=_TARGET,
            failed=tried is not None and tried.failing,
            said=Reason(message="health-never-tried" if tried is None else "health-last-try-failed"),
        )


def _sources(
    settings: Settings, freshness: Freshness, status: Mapping[str, SourceStatus], probe: Probe
) -> Iterator[HealthCheck]:
    """A source works when it is looked at, and has given an event: lines that give none are not read."""
    for source in settings.sources:
        name = source.name
        event_at = probe.seen.get(source_key(name))
        problems = name in status and bool(status[name].problems)
        why = "health-no-line" if not freshness.lines.get(name) else "health-no-event"
        yield HealthCheck(
            part=Part.SOURCE,
            name=name,
            checked_at=freshness.polled_at if event_at is not None else None,
            allowed=_LOOP,
            failed=problems or freshness.barren.get(name, 0) >= ONLY_REJECTS,
            said=Reason(message=why),
        )
