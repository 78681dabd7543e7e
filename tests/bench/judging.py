"""Events of a simulated company, judged part by part: for measurements that ask less than `nabat evaluate` does.

Comes in: a folder of `nabat simulate`. Goes out: its events in order, findings of the shipped rules, and the incidents
that findings add up to.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from detector import frames
from detector.acquire.archives import read_archive
from detector.clock import ManualClock
from detector.decode import Decoder
from detector.detect.core import in_order
from detector.runtime.components import Components
from detector.runtime.decide import Decider
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.store import Store

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = 10_000
KEY = b"0" * 32

Case = tuple[Incident, list[Finding]]


def events_of(folder: Path) -> tuple[Settings, pl.DataFrame]:
    """Return the configuration of a simulated folder and all its events in total order."""
    settings = load_settings(folder / "nabat.yml")
    decoder = Decoder(settings, session_key=KEY)
    parts = []
    for source in settings.sources:
        for path in source.paths:
            if Path(path).exists():
                for batch in read_archive([path], source, clock=ManualClock(START), lines=50_000):
                    parts.append(decoder.decode(batch).frame)
    return settings, frames.concat(parts).sort("@timestamp", "log.stream", "log.offset")


def _cuts(events: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return (events[at : at + STEP] for at in range(0, events.height, STEP))


def by_rules(parts: Components, events: pl.DataFrame) -> list[Finding]:
    """Judge events by the shipped rules."""
    rules = parts.core.rules
    state, found = rules.empty(), []
    for part in _cuts(events):
        state, stated = rules.step(state, part)
        found += stated
    return found


def incidents(parts: Components, findings: list[Finding], folder: Path) -> list[Case]:
    """Let findings add up to incidents, in a database of their own."""
    store = Store.open(f"sqlite:///{folder / 'nabat.db'}", durable=False)
    decider = Decider(
        settings=parts.settings, playbooks=parts.playbooks, regulations=parts.regulations, event_time=True
    )
    ordered = in_order(findings)
    try:
        with store.begin() as unit:
            for at in range(0, len(ordered), 200):
                some = ordered[at : at + 200]
                decider.decide(unit, some, max(finding.at for finding in some))
        with store.read() as unit:
            return [(each, list(unit.incidents.incident_findings(each.id))) for each in unit.incidents.open_incidents()]
    finally:
        store.close()
