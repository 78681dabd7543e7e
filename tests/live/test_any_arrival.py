"""Lines that come in any order within an hour, cut anywhere, lead to the findings that the order of time leads to.

The core alone: no file, no clock. ``_step`` is the only place that knows how it is called. With
``NABAT_MATRIX=full`` a failure is made as small as it gets, which may take minutes.
"""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from detector import frames
from detector.detect.core import Core, CoreState, Judged
from detector.detect.rules.rule_checks import events_frame
from detector.runtime.components import build
from detector.settings import Settings

# Well inside one day, so that what is counted by the day has one id, wherever it begins.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = 3_600
# A failure is made small only where that is asked for: each try is many steps of the core.
_SMALL = os.environ.get("NABAT_MATRIX") == "full"
_PHASES = [phase for phase in Phase if phase is not Phase.shrink or _SMALL]

_COUNTED = {
    "title": "What is counted",
    "id": "5f0c0c5e-0000-4000-8000-0000000000f0",
    "name": "counted",
    "status": "stable",
    "logsource": {"product": "nabat"},
    "detection": {"selection": {"event.action": "read"}, "condition": "selection"},
    "level": "low",
}


def _rule(dedup: str = "1d", **what: Any) -> dict[str, Any]:
    return {
        "title": "What must be found",
        "id": "5f0c0c5e-0000-4000-8000-0000000000f1",
        "status": "stable",
        "level": "high",
        "nabat": {"playbook": "client-data-leak", "dedup": dedup},
    } | what


def _event(selection: dict[str, Any], dedup: str = "1d") -> list[dict[str, Any]]:
    detection = {"selection": selection, "condition": "selection"}
    return [_rule(dedup, logsource={"product": "nabat"}, detection=detection)]


def _count(kind: str, condition: dict[str, Any]) -> list[dict[str, Any]]:
    about = {"type": kind, "rules": ["counted"], "group-by": ["actor.id"], "timespan": "10m", "condition": condition}
    return [_COUNTED, _rule(correlation=about)]


RULES = {
    "one event": _event({"subject.ids": "5"}),
    "one event, told each ten minutes": _event({"subject.ids": "5"}, "10m"),
    "how many": _count("event_count", {"gt": 4}),
    "how many different": _count("value_count", {"field": "subject.ids", "gt": 3}),
    "failures before a success": _event({"nabat.failures_before|gte": 3}),
    "a run of neighbours": _event({"nabat.sequential_run|gte": 5}),
}


@pytest.fixture(scope="module")
def cores(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Core]:
    """Return what makes the core that judges one of the rules."""
    folder, made = tmp_path_factory.mktemp("rules"), dict[str, Core]()

    def make(name: str) -> Core:
        if name not in made:
            path = folder / f"{list(RULES).index(name)}.yml"
            path.write_text(yaml.safe_dump_all(RULES[name]))
            made[name] = build(_settings(path), session_key=b"tested", seed=1).core
        return made[name]

    return make


def _settings(rules: Path) -> Settings:
    return Settings.model_validate(
        {
            "sources": [{"name": name, "paths": [f"/{name}.log"], "service": "crm"} for name in ("a", "b")],
            "rules": {"shipped": False, "paths": [str(rules)]},
            "behaviour": {"enabled": False},
        }
    )


# Moments lie close together, so that windows fill; delays reach to an hour less a second.
_LINES = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 60).map(lambda n: n * 37),
            "delay": st.sampled_from([0, 0, 1, 30, 300, 900, HOUR - 1]),
            "via": st.sampled_from(["a", "a", "b"]),
            "who": st.sampled_from(["anna", "mallory", "mallory"]),
            "act": st.sampled_from(["read", "read", "read", "fail", "fail", "login"]),
        }
    ),
    min_size=12,
    max_size=24,
)


def arrived(lines: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return events in the order they come; each account reads one client after the other in the order of time."""
    # No two of one instant: their order within it is that of their places, which is what is shuffled here.
    timed = [dict(line, at=line["at"] + number / 1_000) for number, line in enumerate(lines)]
    read: dict[str, int] = {}
    for line in sorted(timed, key=lambda each: each["at"]):
        if line["act"] == "read":
            read[line["who"]] = line["client"] = read.get(line["who"], 0) + 1
    timed.sort(key=lambda each: each["at"] + each["delay"])
    frame = events_frame([_row(line) for line in sorted(timed, key=lambda each: each["at"])])
    place = {id(line): number for number, line in enumerate(sorted(timed, key=lambda each: each["at"]))}
    frame = frame[[place[id(line)] for line in timed]]
    read_at = [START + timedelta(seconds=line["at"] + line["delay"]) for line in timed]
    return frame.with_columns(
        *(pl.Series(name, [line["via"] for line in timed]) for name in ("log.stream", "log.source")),
        pl.Series("log.file.identity", [line["via"] for line in timed]),
        (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) * 100).alias("log.offset"),
        pl.Series("event.ingested", read_at).cast(frames.EVENT_SCHEMA["event.ingested"]),
    )


def _row(line: dict[str, Any]) -> dict[str, Any]:
    act = line["act"]
    return {
        "@timestamp": START + timedelta(seconds=line["at"]),
        "user.id": line["who"],
        "user.name": line["who"],
        "source.ip": "203.0.113.7" if line["who"] == "mallory" else "192.0.2.1",
        "event.action": "read" if act == "read" else "login",
        "event.outcome": "failure" if act == "fail" else "success",
        "subject.ids": [str(line["client"])] if act == "read" else [],
    }


def batches(frame: pl.DataFrame, cuts: Sequence[int]) -> list[list[pl.DataFrame]]:
    """Return the events turn by turn, each turn as batches of one stream."""
    edges = [0, *sorted({cut % (frame.height + 1) for cut in cuts}), frame.height]
    turns = []
    for low, high in pairwise(edges):
        # A turn reads what has come until now: all of it has the moment of the last.
        part = frame[low:high].with_columns(pl.col("event.ingested").max())
        streams = part.get_column("log.stream").to_list()
        places = [list(some) for _, some in groupby(range(part.height), key=streams.__getitem__)]
        turns.append([part[few[0] : few[-1] + 1] for few in places])
    return turns


def _step(
    core: Core, state: CoreState, turn: Sequence[pl.DataFrame], *, last: bool = False
) -> tuple[CoreState, Judged]:
    return core.step(state, turn, final=last)


def found(core: Core, turns: Sequence[Sequence[pl.DataFrame]]) -> set[str]:
    """Return the ids of what the turns lead to."""
    state, ids = core.empty(), set[str]()
    for turn in turns:
        state, judged = _step(core, state, turn)
        ids |= {finding.id for finding in judged.findings}
    _, judged = _step(core, state, [], last=True)
    return ids | {finding.id for finding in judged.findings}


def in_order_of_time(core: Core, frame: pl.DataFrame) -> set[str]:
    """Return the ids of what the same events lead to when they come in the order of time."""
    return found(core, batches(frame.sort("@timestamp", "log.stream", "log.offset"), []))


@pytest.mark.parametrize("rule", RULES)
@settings(deadline=None, phases=_PHASES)
@given(lines=_LINES, cuts=st.lists(st.integers(0, 1_000), max_size=6))
def test_any_order_of_arrival_within_an_hour_and_any_cut_give_the_findings_of_the_order_of_time(
    rule: str, cores: Callable[[str], Core], lines: list[dict[str, Any]], cuts: list[int]
) -> None:
    frame = arrived(lines)
    assert found(cores(rule), batches(frame, cuts)) == in_order_of_time(cores(rule), frame)


@pytest.mark.parametrize("rule", RULES)
def test_there_is_something_to_find_in_the_order_of_time(rule: str, cores: Callable[[str], Core]) -> None:
    acts = ["read"] * 8 + ["fail"] * 4 + ["login"]
    lines = [{"at": n * 97, "delay": 0, "via": "a", "who": "mallory", "act": act} for n, act in enumerate(acts)]
    assert in_order_of_time(cores(rule), arrived(lines))
    assert found(cores(rule), batches(arrived(lines), [3, 9])) == in_order_of_time(cores(rule), arrived(lines))
