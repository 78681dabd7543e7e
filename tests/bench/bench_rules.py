"""What rules cost: CPU by number of rules and size of batch, over clean traffic and over the benchmark's whole log.

Run by itself (``python -m tests.bench.bench_rules``) or through pytest-benchmark (``make bench``). The rules are
SigmaHQ's web rules where they are beside the checkout, filled up with rules of the same shapes whose texts were varied;
one request in fifty is an attack. Each time is the least of several: what else the machine does only adds to it.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest
import yaml

from detector import frames
from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.detect.ordering.reorder import Reorderer, ReorderState
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.detector import RuleDetector
from detector.detect.rules.facts.fact_maker import FACT_TYPES
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.ruleset import EventRule
from detector.resources import shipped
from detector.settings import Settings
from tests.bench import lines as made
from tests.bench.run import settings as bench_settings

SIGMA = Path(__file__).resolve().parents[2].parent / "shared/data/sigma/rules/web"
LETTERS = "abcdefghijklmnopqrstuvwxyz/.-_=%"
WORDS = ("admin", "setup", "shell", "conf", "upload", "debug", "ajax", "plugin", "theme", "mail", "cache", "export")
START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def traffic(height: int, seed: int = 1) -> pl.DataFrame:
    """Return web events, one in fifty an attack."""
    chance = random.Random(seed)
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0"
    bad = [n % 50 == 0 for n in range(height)]
    paths = [f"/crm/clients/{chance.randrange(10**6)}/documents/{n}" for n in range(height)]
    queries = [f"page={n % 40}&sort=name&filter={chance.randrange(10**5)}" if n % 3 else None for n in range(height)]
    frame = pl.DataFrame(
        {
            "@timestamp": [START + timedelta(milliseconds=n) for n in range(height)],
            "actor.id": [f"ip:192.0.2.{n % 200}" for n in range(height)],
            "actor.type": ["anonymous"] * height,
            "source.ip": [f"192.0.2.{n % 200}" for n in range(height)],
            "event.category": ["web"] * height,
            "event.action": ["other"] * height,
            "event.outcome": ["success"] * height,
            "http.request.method": ["GET" if n % 5 else "POST" for n in range(height)],
            "http.response.status_code": [200 if n % 11 else 404 for n in range(height)],
            "url.path": paths,
            "url.query": ["id=1%27%20UNION%20SELECT%20x" if b else q for b, q in zip(bad, queries, strict=True)],
            "user_agent.original": ["sqlmap/1.8" if b else agent.format(n % 120) for n, b in enumerate(bad)],
            "http.request.referrer": [f"https://crm.example.org{path}" for path in paths],
            "event.dataset": ["nginx.access"] * height,
            "event.original": paths,
            "log.offset": list(range(height)),
            "log.file.identity": ["bench"] * height,
            "log.stream": ["bench"] * height,
        }
    )
    schema = {name: frames.EVENT_SCHEMA[name] for name in frame.columns}
    return frames.complete(frame.cast(schema))  # type: ignore[arg-type]


def made_rules(count: int, seed: int = 2) -> list[EventRule]:
    """Return that many rules for web logs."""
    chance = random.Random(seed)

    def word() -> str:
        return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(6, 20)))

    fields = ["cs-uri-query", "cs-uri-stem", "cs-user-agent", "cs-referer"]
    texts = [
        f"title: made {n}\nlogsource:\n  category: webserver\ndetection:\n  s:\n    {chance.choice(fields)}|contains:\n"
        + "".join(f"      - '{word()}'\n" for _ in range(10))
        + "    cs-method: GET\n  condition: s\n"
        for n in range(count)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.yml"
        path.write_text("---\n".join(texts))
        return list(RuleSet.load([path]).events)


def varied(documents: list[dict[str, Any]], count: int, seed: int = 4) -> list[EventRule]:
    """Return that many rules of the shapes of some, each text of theirs followed by another word."""
    chance = random.Random(seed)

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: text if key == "condition" else other(text) for key, text in value.items()}
        if isinstance(value, list):
            return [other(part) for part in value]
        return f"{value}{chance.choice(WORDS)}{chance.choice(WORDS)}" if isinstance(value, str) else value

    made = [{**documents[n % len(documents)], "id": str(UUID(int=n)), "title": f"varied {n}"} for n in range(count)]
    texts = [yaml.safe_dump({**each, "detection": other(each["detection"])}) for each in made]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "varied.yml"
        path.write_text("---\n".join(texts))
        return list(RuleSet.load([path], tolerant=True).events)


@cache
def rules(count: int) -> tuple[EventRule, ...]:
    """Return SigmaHQ's rules, filled up."""
    if not SIGMA.exists():
        return tuple(made_rules(count))
    real = RuleSet.load([SIGMA], tolerant=True).events
    documents = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted({Path(rule.about.file) for rule in real})
    ]
    return (*real, *varied(documents, count))[:count]


def _matcher(count: int) -> RuleMatcher:
    return RuleMatcher(rules(count), {**frames.EVENT_SCHEMA, **FACT_TYPES})


def _with_facts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in FACT_TYPES.items())


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
@pytest.mark.parametrize("count", [100, 3_000])
def test_matching(benchmark, count, size):
    matcher, frame = _matcher(count), _with_facts(traffic(size))
    benchmark(_match, matcher, frame)


def worked(height: int) -> pl.DataFrame:
    """Return events of signed-in people who read client records, as an audit log has them."""
    chance = random.Random(3)
    who = [f"op{chance.randrange(40)}" for _ in range(height)]
    actions = [chance.choice(["read", "read", "read", "search", "update", "list"]) for _ in range(height)]
    ids = [[str(chance.randrange(20_000))] if action != "search" else None for action in actions]
    columns = {
        "actor.id": [f"user:{name}" for name in who],
        "actor.type": ["human"] * height,
        "user.id": who,
        "user.name": who,
        "event.action": actions,
        "object.type": ["client"] * height,
        "subject.ids": ids,
        "record.ids": ids,
    }
    given = [pl.Series(name, values, dtype=frames.EVENT_SCHEMA[name]) for name, values in columns.items()]
    return traffic(height).with_columns(given)


@pytest.mark.parametrize("size", [10, 1_000, 10_000])
@pytest.mark.parametrize("events", [traffic, worked])
def test_the_whole_detector(benchmark, events, size):
    detector = RuleDetector(RuleSet.load([shipped("rules")]), Settings())
    frame = events(size)
    benchmark(_step, detector, frame)


def logged(size: int, batches: int) -> list[pl.DataFrame]:
    """Return the benchmark's log as batches of events."""
    with tempfile.TemporaryDirectory() as folder:
        path = made.write(Path(folder) / "access.log", size * batches)
        chosen = bench_settings(path)
        decoder = Decoder(chosen, session_key=b"bench")
        lines = read_archive([str(path)], chosen.sources[0], clock=SystemClock(), lines=size)
        return [decoder.decode(batch).frame for batch in lines]


def detector_of(count: int) -> RuleDetector:
    """Return the shipped rules and that many others, ready."""
    shipped_rules = RuleSet.load([shipped("rules")])
    return RuleDetector(replace(shipped_rules, events=(*shipped_rules.events, *rules(count))), Settings())


def _least(work: Callable[[], object], times: int = 15) -> float:
    """Return the least CPU time of a call, in milliseconds."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return 1e3 * min(spent)


def _stream(detector: RuleDetector, batches: list[pl.DataFrame]) -> float:
    """Return the median CPU time of a batch in a stream, ordering included, in milliseconds."""
    sequencer, waiting, state = Reorderer(), ReorderState(), detector.empty()
    spent = []
    for batch in batches:
        begun = time.process_time()
        waiting, rows = sequencer.step(waiting, [batch])
        state, _ = detector.step(state, rows.ordered)
        spent.append(time.process_time() - begun)
    return 1e3 * statistics.median(spent)


def main() -> None:
    """Print a table."""
    for count in (100, 3_000):
        matcher = _matcher(count)
        for size in (100, 1_000, 10_000):
            frame = _with_facts(traffic(size))
            spent = _least(partial(_match, matcher, frame))
            print(f"matching, {count:>5} rules, {size:>6} rows: {spent:>8.2f} ms, {size / spent:>8,.0f}k events/s")
    for count in (100, 3_000):
        detector = detector_of(count)
        for size, many in ((100, 200), (1_000, 100), (10_000, 30)):
            spent = _stream(detector, logged(size, many))
            print(f"whole log, shipped and {count:>5} rules, {size:>6} rows: {spent:>8.2f} ms a batch")
    detector = RuleDetector(RuleSet.load([shipped("rules")]), Settings())
    for name, events in (("web traffic", traffic), ("people at work", worked)):
        for size in (10, 1_000, 10_000):
            spent = _least(partial(_step, detector, events(size)))
            print(f"shipped rules, {name}, steps of {size:>6}: {spent:>8.2f} ms, {size / spent:>8,.0f}k events/s")


def _match(matcher: RuleMatcher, frame: pl.DataFrame) -> object:
    return matcher.match(FrameView(frame))


def _step(detector: RuleDetector, frame: pl.DataFrame) -> object:
    return detector.step(detector.empty(), frame)  # a step changes its state: each has its own


if __name__ == "__main__":
    main()
