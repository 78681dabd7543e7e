"""Rules over clean web traffic: events a CPU second by number of rules and size of batch.

Run by itself (``python tests/bench/bench_rules.py``) or through pytest-benchmark (``make bench``). The rules are
SigmaHQ's web rules where they are beside the checkout, filled up with made ones of the same shape; one in fifty is
an attack.
"""

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from detector import frames
from detector.detect.rules.detector import RuleDetector
from detector.detect.rules.facts import FACT_TYPES
from detector.detect.rules.load import RuleSet
from detector.detect.rules.match import Matcher
from detector.detect.rules.ruleset import EventRule
from detector.detect.rules.view import View
from detector.resources import shipped
from detector.settings import Settings

SIGMA = Path(__file__).resolve().parents[2].parent / "shared/data/sigma/rules/web"
LETTERS = "abcdefghijklmnopqrstuvwxyz/.-_=%"
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


def rules(count: int) -> list[EventRule]:
    """Return SigmaHQ's rules, filled up."""
    real = list(RuleSet.load([SIGMA], tolerant=True).events) if SIGMA.exists() else []
    return [*real[:count], *made_rules(max(0, count - len(real)))]


def _matcher(count: int) -> Matcher:
    return Matcher(rules(count), {**frames.EVENT_SCHEMA, **FACT_TYPES})


def _with_facts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in FACT_TYPES.items())


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
@pytest.mark.parametrize("count", [100, 3_000])
def test_matching(benchmark, count, size):
    matcher, frame = _matcher(count), _with_facts(traffic(size))
    benchmark(lambda: matcher.match(View(frame)))


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
    benchmark(lambda: detector.step(detector.empty(), frame))  # a step changes its state: each has its own


def _rate(work, frame: pl.DataFrame) -> float:
    def call() -> None:
        work(frame)

    call()
    spent = []
    for _ in range(9):
        begun = time.process_time()
        call()
        spent.append(time.process_time() - begun)
    return frame.height / sorted(spent)[4]


def main() -> None:
    """Print a table."""
    for count in (100, 3_000):
        matcher = _matcher(count)
        for size in (100, 1_000, 10_000):
            frame = _with_facts(traffic(size))
            print(f"{count:>5} rules, batches of {size:>6}: {_rate(lambda given: matcher.match(View(given)), frame):>12,.0f} events/s")
    detector = RuleDetector(RuleSet.load([shipped("rules")]), Settings())
    for name, events in (("web traffic", traffic), ("people at work", worked)):
        for size in (10, 1_000, 10_000):
            frame = events(size)
            rate = _rate(lambda given: detector.step(detector.empty(), given), frame)
            print(f"shipped rules, {name}, steps of {size:>6}: {1e3 * size / rate:>8.2f} ms, {rate:>12,.0f} events/s")


if __name__ == "__main__":
    main()
