"""How good findings are: precision and recall against simulated companies whose truth is known.

    python -m tests.bench.quality [--days 28] [--history 14] [--seeds 101 102 103] [--staff 120]

Comes in: seeds, and a function from history and live events to findings. Goes out: for each kind of leak how many were
found, and how many other actor-days were stated, honest oddities counted apart. ``Judge`` is the whole interface: the
same figures can be had for rules, for behaviour, or for both together. Seeds from 100 on are for measuring; what is
tuned is tuned on others.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from detector import frames
from detector.acquire.archives import read_archive
from detector.clock import ManualClock
from detector.decode import Decoder
from detector.detect.behaviour import Behaviour, Trainer
from detector.schema.findings import Finding
from detector.settings import Settings
from detector.settings.load import load_settings
from detector.simulate import simulate

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = 10_000
SLACK = timedelta(hours=1)

Judge = Callable[[Settings, pl.DataFrame, pl.DataFrame], list[Finding]]


@dataclass
class Figures:
    """What was found, over all seeds."""

    found: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    odd: int = 0
    false: int = 0
    days: int = 0

    @property
    def recall(self) -> float:
        every = [one for kind in self.found.values() for one in kind]
        return sum(every) / len(every) if every else 0.0

    @property
    def precision(self) -> float:
        good = sum(one for kind in self.found.values() for one in kind)
        return good / (good + self.odd + self.false) if good + self.odd + self.false else 0.0

    def lines(self) -> Iterable[str]:
        for kind, found in sorted(self.found.items()):
            yield f"{kind:24} {sum(found)} of {len(found)}"
        yield f"recall {self.recall:.2f}, precision {self.precision:.2f} (a leak against an actor-day)"
        yield f"other actor-days stated: {self.false / max(self.days, 1):.2f} a day honest work, "
        yield f"{self.odd / max(self.days, 1):.2f} a day honest oddities"


def events_of(folder: Path) -> tuple[Settings, pl.DataFrame]:
    """Return the configuration of a simulated folder and all its events in total order."""
    settings = load_settings(folder / "nabat.yml")
    decoder = Decoder(settings, session_key=b"0" * 32)
    parts = []
    for source in settings.sources:
        for path in source.paths:
            if not Path(path).exists():
                continue
            for batch in read_archive([path], source, clock=ManualClock(START), lines=50_000):
                parts.append(decoder.decode(batch).frame)
    return settings, frames.concat(parts).sort("@timestamp", "log.stream", "log.offset")


def behaviour(settings: Settings, history: pl.DataFrame, live: pl.DataFrame) -> list[Finding]:
    """Train on history and judge what follows by behaviour alone."""
    trainer = Trainer(settings)
    for at in range(0, history.height, STEP):
        trainer.add(history[at : at + STEP])
    model, state = trainer.finish(START)
    judge, found = Behaviour.of(settings, model), []
    for at in range(0, live.height, STEP):
        part = live[at : at + STEP]
        state, findings, _ = judge.step(state, part, part["@timestamp"][-1])
        found += findings
    found += judge.step(state, frames.empty_events(), live["@timestamp"][-1] + DAY)[1]
    return found


def measure(judge: Judge, seed: int, days: int, history: int, staff: int, figures: Figures) -> None:
    """Add one simulated company to the figures."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        simulate(out, days, seed, START, staff=staff)
        truth = json.loads((out / "truth.json").read_text())
        settings, events = events_of(out)
        border = START + history * DAY
        found = judge(
            settings,
            events.filter(pl.col("@timestamp") < border),
            events.filter(pl.col("@timestamp") >= border),
        )
    tell(found, truth, border, figures)
    figures.days += days - history


def tell(found: list[Finding], truth: dict, border: datetime, figures: Figures) -> None:
    """Compare findings with the truth."""
    stated = {(finding.actor_id, finding.last_event_at) for finding in found}
    explained: set[tuple[str, datetime]] = set()
    for leak in truth["leaks"]:
        if datetime.fromisoformat(leak["last_event_at"]) < border:
            continue
        mine = {one for one in stated if _about(one, leak)}
        explained |= mine
        figures.found[leak["kind"] + (" (quiet)" if leak["quiet"] else "")].append(bool(mine))
    rest = stated - explained
    odd = {one for one in rest if any(_about(one, oddity) for oddity in truth["oddities"])}
    figures.odd += len({(actor, at.date()) for actor, at in odd})
    figures.false += len({(actor, at.date()) for actor, at in rest - odd})


def _about(stated: tuple[str, datetime], scene: dict) -> bool:
    actor, at = stated
    known = {scene["actor"], f"user:{scene['actor']}", *(f"ip:{address}" for address in scene["source_ips"])}
    first, last = (datetime.fromisoformat(scene[name]) for name in ("first_event_at", "last_event_at"))
    return actor in known and first - SLACK <= at <= last + SLACK


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--history", type=int, default=14)
    parser.add_argument("--staff", type=int, default=120)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    asked = parser.parse_args()
    figures = Figures()
    for seed in asked.seeds:
        measure(behaviour, seed, asked.days, asked.history, asked.staff, figures)
    print("\n".join(figures.lines()))


if __name__ == "__main__":
    main()
