"""The table of all that is called healthy: what, when it was last seen to work, and how long that holds.

Comes in: what reader, pipeline, sender and the minute's probe know. Goes out: one check a row. Nothing is tried here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta

from detector.acquire import SourceStatus
from detector.runtime.components import Components
from detector.runtime.delivery.target_trials import target_check
from detector.runtime.health.write_probe import MODEL, RULES, WriteProbe
from detector.runtime.pipeline import Freshness
from detector.runtime.sources.coverage_report import Coverage
from detector.runtime.sources.source_coverage import ENOUGH
from detector.runtime.visibility.visibility_report import EVERY
from detector.schema.detection.findings import Reason
from detector.schema.detection.health import CheckedPart, HealthCheck
from detector.settings import Settings

_LOOP = timedelta(seconds=30)
_WRITTEN = 3 * EVERY
_JOURNAL = timedelta(minutes=15)
_JUDGED = timedelta(days=1)
_SOURCE = timedelta(days=1)


def source_key(name: str) -> str:
    """Return the name under which the last event of a source is remembered."""
    return f"source:{name}"


def checks(
    parts: Components,
    freshness: Freshness,
    status: Iterable[SourceStatus],
    probe: WriteProbe,
    coverage: Coverage,
    *,
    not_read: Collection[str],
    quiet_for: Callable[[str], timedelta],
    beat_at: datetime | None,
    journal_at: datetime | None,
    journal_failed: bool,
    sender_alive: bool,
    store_failed: bool,
) -> tuple[HealthCheck, ...]:
    """Return every check, those of the service itself first.

    Sources ``not_read`` are blind because their files or lines cannot be read; ``quiet_for`` returns how long a source
    may give nothing and be called working, by its limit or habit.
    """
    settings = parts.settings
    sender = HealthCheck(
        part=CheckedPart.SENDER, checked_at=beat_at if sender_alive else None, allowed=_LOOP, failed=not sender_alive
    )
    return (
        HealthCheck(part=CheckedPart.LOOP, checked_at=beat_at, allowed=_LOOP),
        HealthCheck(part=CheckedPart.DATABASE, checked_at=probe.database_at, allowed=_WRITTEN, failed=store_failed),
        HealthCheck(
            part=CheckedPart.STATE, checked_at=probe.state_at, allowed=_WRITTEN, failed=bool(probe.state_problem)
        ),
        HealthCheck(part=CheckedPart.JOURNAL, checked_at=journal_at, allowed=_JOURNAL, failed=journal_failed),
        *_judges(parts, probe),
        sender,
        *_targets(settings, probe),
        *_sources(
            settings, freshness, {one.source for one in status if one.problems} | set(not_read), probe, quiet_for
        ),
        *_maps(settings, coverage),
    )


def _judges(parts: Components, probe: WriteProbe) -> Iterator[HealthCheck]:
    loaded = len(parts.ruleset) > 0
    said = Reason(message="health-no-event-judged" if loaded else "health-no-rules")
    yield HealthCheck(
        part=CheckedPart.RULES, checked_at=probe.seen.get(RULES) if loaded else None, allowed=_JUDGED, said=said
    )
    if parts.settings.behaviour.enabled:
        said = Reason(message="health-no-window-judged")
        failed = parts.model is None
        yield HealthCheck(
            part=CheckedPart.MODEL, checked_at=probe.seen.get(MODEL), allowed=_JUDGED, failed=failed, said=said
        )


def _targets(settings: Settings, probe: WriteProbe) -> Iterator[HealthCheck]:
    for name in settings.notify.targets:
        yield target_check(name, probe.targets.get(name))


def _sources(
    settings: Settings,
    freshness: Freshness,
    not_read: Collection[str],
    probe: WriteProbe,
    quiet_for: Callable[[str], timedelta],
) -> Iterator[HealthCheck]:
    """A source works when it has given an event lately: lines that give none are not read."""
    for source in settings.sources:
        name = source.name
        why = "health-no-line" if not freshness.lines.get(name) else "health-no-event"
        yield HealthCheck(
            part=CheckedPart.SOURCE,
            name=name,
            checked_at=probe.seen.get(source_key(name)),
            allowed=max(_SOURCE, quiet_for(name)),
            failed=name in not_read,
            said=Reason(message=why),
        )


def _maps(settings: Settings, coverage: Coverage) -> Iterator[HealthCheck]:
    """The record map fits a source, or does not, once enough of its requests were seen to say so."""
    for source in settings.sources:
        if not source.client_data:
            continue
        found = coverage.checked(source.name)
        args = (("lines", found.lines), ("requests", found.requests), ("least", ENOUGH))
        yield HealthCheck(
            part=CheckedPart.MAP,
            name=source.name,
            checked_at=found.at if found.verdict.known else None,
            allowed=_JUDGED,
            failed=found.blind,
            said=Reason(message=f"health-map-{found.verdict}", args=args),
        )
