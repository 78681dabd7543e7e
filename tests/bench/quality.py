"""``make quality``: how good the pages are, on simulated companies whose truth is known and whom nobody tuned on.

    python -m tests.bench.quality [--days 12] [--history 6] [--staff 120] [--seeds 101 102 ...] [--workers 1]

Comes in: seeds. Goes out: tests/bench/quality.md: for each kind of leak how many led to an incident and how soon, and
how many incidents came besides. Everything between the lines and the incident is the real thing: decoding, the shipped
rules, behaviour, points. Each company is judged twice: from the first line without any past and with the starter model,
and with a model and habits learned from its first days. Seeds from 100 on are for measuring; 1 to 5 were tuned on.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from detector import frames
from detector.acquire.archives import read_archive
from detector.clock import ManualClock
from detector.decode import Decoder
from detector.decode.enrich.addresses import subnet_of
from detector.detect.behaviour import Behaviour, Model, Trainer
from detector.detect.core import in_order
from detector.runtime.components import Components, build
from detector.runtime.decide import Decider
from detector.schema.findings import Finding
from detector.schema.incidents import Incident
from detector.settings import Settings
from detector.settings.load_settings import load_settings
from detector.simulate import simulate
from detector.store import Store

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = 10_000
SLACK = timedelta(minutes=30)
KEY = b"0" * 32
RESULTS = Path(__file__).with_name("quality.md")
COLD, LEARNED = "without a past", "after learning"

Case = tuple[Incident, list[Finding]]


@dataclass
class Figures:
    """What one way of judging gave.

    Attributes:
        found: By kind of leak, for each: the seconds until the incident opened, or None.
        false / odd: Incidents about honest work, and about planted honest oddities.
        causes: Rules behind the false ones.
        days: Days judged.
    """

    found: dict[tuple[str, bool], list[float | None]] = field(default_factory=lambda: defaultdict(list))
    false: int = 0
    odd: int = 0
    days: int = 0
    causes: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Figures") -> None:
        """Take another company's figures in."""
        for kind, times in other.found.items():
            self.found[kind] += times
        self.false, self.odd, self.days = self.false + other.false, self.odd + other.odd, self.days + other.days
        self.causes.update(other.causes)

    def count(self, quiet: bool | None = None) -> tuple[int, int]:
        """Return how many leaks were found and how many there were; of the quiet or loud ones if asked."""
        times = [one for (_, its), each in self.found.items() if quiet in (None, its) for one in each]
        return sum(one is not None for one in times), len(times)


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


def by_behaviour(settings: Settings, model: Model | None, state: Any, events: pl.DataFrame) -> list[Finding]:
    """Judge events by behaviour."""
    judge, found = Behaviour.of(settings, model), []
    state = judge.empty() if state is None else state
    for part in _cuts(events):
        state, stated, _ = judge.step(state, part, part["@timestamp"][-1])
        found += stated
    return found + judge.step(state, frames.empty_events(), events["@timestamp"][-1] + DAY)[1]


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


def _span(scene: dict[str, Any]) -> tuple[datetime, datetime]:
    first, last = (datetime.fromisoformat(scene[name]) for name in ("first_event_at", "last_event_at"))
    return first - SLACK, last + SLACK


def about(case: Case, scene: dict[str, Any]) -> bool:
    """Tell whether an incident is about a scene: its actor, or its address, and something stated in its time."""
    incident, findings = case
    first, last = _span(scene)
    addresses = {f"ip:{subnet_of(ip_address(address)) or address}" for address in scene["source_ips"]}
    actors = {incident.actor_id, *incident.related_actors}
    if scene["actor"] not in actors and incident.actor_id not in addresses:
        return False
    return any(first <= finding.last_event_at and finding.first_event_at <= last for finding in findings)


def compare(cases: list[Case], truth: dict[str, Any], since: datetime, days: int) -> Figures:
    """Compare incidents with what really happened."""
    figures, explained = Figures(days=days), set()
    for leak in truth["leaks"]:
        if datetime.fromisoformat(leak["last_event_at"]) < since:
            continue
        mine = [case for case in cases if about(case, leak)]
        explained |= {incident.id for incident, _ in mine}
        began = datetime.fromisoformat(leak["first_event_at"])
        waits = [max((incident.opened_at - began).total_seconds(), 0.0) for incident, _ in mine]
        figures.found[leak["kind"], leak["quiet"]].append(min(waits, default=None))
    for incident, findings in cases:
        if incident.id in explained:
            continue
        if any(about((incident, findings), oddity) for oddity in truth["oddities"]):
            figures.odd += 1
        else:
            figures.false += 1
            figures.causes.update({finding.title for finding in findings})
    return figures


def measure(seed: int, days: int, history: int, staff: int) -> dict[str, Figures]:
    """Judge one simulated company both ways."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        simulate(out, days, seed, START, staff=staff)
        truth = json.loads((out / "truth.json").read_text())
        settings, events = events_of(out)
        border = START + history * DAY
        parts = build(settings, session_key=KEY)
        ruled = by_rules(parts, events)
        cold = incidents(parts, ruled + by_behaviour(settings, parts.model, None, events), out)
        (out / "nabat.db").unlink()
        trainer = Trainer(settings)
        for part in _cuts(events.filter(pl.col("@timestamp") < border)):
            trainer.add(part)
        model, state = trainer.finish(border)
        later = events.filter(pl.col("@timestamp") >= border)
        ruled = [finding for finding in ruled if finding.at >= border]
        learned = incidents(parts, ruled + by_behaviour(settings, model, state, later), out)
    return {
        COLD: compare(cold, truth, START, days),
        LEARNED: compare(learned, truth, border, days - history),
    }


def _share(count: tuple[int, int]) -> str:
    return f"{count[0]} of {count[1]}" if count[1] else "–"


def _wait(times: list[float | None]) -> str:
    known = [one for one in times if one is not None]
    if not known:
        return "–"
    seconds = statistics.median(known)
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def report(figures: dict[str, Figures], asked: argparse.Namespace) -> str:
    """Return the page with all figures."""
    seeds = ", ".join(map(str, asked.seeds))
    ways = list(figures)
    lines = [
        "# How good the pages are",
        "",
        "Written by `make quality`. The figures are of simulated companies (`nabat simulate`); yours is another.",
        f"Seeds {seeds}; {asked.staff} staff, {asked.days} days, 12 leaks each (they begin behind the first quarter). "
        "Rules and thresholds were tuned on seeds 1 to 5 only.",
        "",
        f"- *{COLD}*: judged from the first line, with the shipped starter model.",
        f"- *{LEARNED}*: model and habits learned from the first {asked.history} days, leaks in them included; counted "
        "are the days after them.",
        "",
        "A leak is found when an incident about its actor or its address holds a finding of its time. Time is from the "
        "leak's first line to the opening of the incident, in event time.",
        "",
        "| leak | " + " | ".join(f"{way} | median time" for way in ways) + " |",
        "| --- |" + " ---: |" * (2 * len(ways)),
    ]
    for kind, quiet in sorted({key for each in figures.values() for key in each.found}):
        cells = []
        for way in ways:
            times = figures[way].found.get((kind, quiet), [])
            cells += [_share((sum(one is not None for one in times), len(times))), _wait(times)]
        lines.append(f"| {kind}{', quiet' if quiet else ''} | " + " | ".join(cells) + " |")
    for name, quiet in (("loud", False), ("quiet", True), ("all", None)):
        cells = [cell for way in ways for cell in (_share(figures[way].count(quiet)), "")]
        lines.append(f"| **{name}** | " + " | ".join(cells) + " |")
    lines += ["", "| incidents a day that are no leak | " + " | ".join(ways) + " |", "| --- |" + " ---: |" * len(ways)]
    for name, attribute in (("honest work", "false"), ("planted honest oddities (scans, travel, migrations)", "odd")):
        rates = [f"{getattr(figures[way], attribute) / max(figures[way].days, 1):.2f}" for way in ways]
        lines.append(f"| {name} | " + " | ".join(rates) + " |")
    lines += ["", "What stood behind the incidents about honest work (an incident may have several):", ""]
    causes = sum((figures[way].causes for way in ways), Counter[str]())
    lines += [f"- {title}: {count}" for title, count in causes.most_common(10)]
    nobody = sorted({kind for kind, _ in figures[ways[0]].found} - _kinds_found(figures))
    lines += [
        "",
        f"Found by nobody: {', '.join(nobody) or 'none'}. What helps there: planted records, rules of relation.",
    ]
    return "\n".join(lines) + "\n"


def _kinds_found(figures: dict[str, Figures]) -> set[str]:
    return {
        kind
        for each in figures.values()
        for (kind, _), times in each.found.items()
        if any(one is not None for one in times)
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--history", type=int, default=6)
    parser.add_argument("--staff", type=int, default=120)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(101, 111)))
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    figures = {COLD: Figures(), LEARNED: Figures()}
    one = partial(measure, days=asked.days, history=asked.history, staff=asked.staff)
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        for seed, got in zip(asked.seeds, pool.map(one, asked.seeds), strict=True):
            for way, its in got.items():
                figures[way].add(its)
            told = ", ".join(f"{way}: {_share(its.count())} found, {its.false} false" for way, its in got.items())
            print(f"seed {seed}: {told}", flush=True)
    text = report(figures, asked)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
