"""Can leaks be told from honest work at all? A classifier that knows the truth of other companies judges whole scenes.

Comes in: how many companies to simulate, and a seed. Goes out: how many leaks it finds, by strength, at some numbers of
false incidents a day, twice: free to learn whatever it likes, and *sensible*: more clients, more strangers, a newer
place are never less suspicious, a client one deals with is never more so, and what has no such order is left out. It is
no detector, and easier off than any: scenes are cut out of the log, all their lines together and none of ordinary work.

What only the free one finds is told by how the simulator plays: at which pace, in which hours, with what beside each
card. Such things are no knowledge of leaks, and nothing may be tuned to them. What the sensible one misses, no limit
and no sum of limits tells apart.

    python -m tests.bench.told_apart 24 1
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from detector.runtime.evaluate.matching import STRENGTHS
from detector.simulate import WORLDS, simulate_company

COMPANIES = ("call-centre", "clinic", "marketplace")
"""Those whose audit log says in columns what was done; the kinds of scenes are the same in all."""
FALSE_A_DAY = (0.15, 0.3, 0.6)
ODDITIES_A_DAY = 24 / 28
"""Twice as many oddities as leaks are planted: of twelve leaks in four weeks, so many a day begin."""
_START, _DAYS, _STAFF, _LEAKS, _KNOWN = datetime(2026, 3, 2, tzinfo=UTC), 28, 40, 24, 10
_FOLDS, _TIMES, _LONG = 6, 2, 400
MORE = (
    "people", "days", "night", "clients", "rows", "rows_most", "exported", "exported_most", "failed", "refused",
    "in_haste", "neighbours", "strangers", "watched", "silent", "new_address", "new_program", "new_hour", "tool",
    "nobody", "n_view", "n_download", "n_search", "n_list", "n_export", "more_view", "more_download", "more_search",
    "more_list", "more_export",
)  # fmt: skip
LESS = ("known", "others", "pause", "pause_tenth", "n_update", "more_update", "from_office")
KINDS = ("service",)
"""What a sensible classifier asks for: what is suspicious, what speaks for honest work, and what says who it is."""
_ABOUT = {"company", "world", "kind", "strength", "leak"}
_ACTS = ("view", "update", "download", "search", "list", "export", "login")
_PLACES = {"office": ("10.20.", "192.0.2."), "vpn": "10.99.", "servers": "10.1.", "partner": "198.51.100.1"}

Line = dict[str, Any]


def scenes_of(folder: Path) -> list[dict[str, Any]]:
    """Return what the log tells of each scene of a company that begins once people are known."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    scenes = {one["id"]: one for one in (*truth["leaks"], *truth["oddities"])}
    whose = {
        number: name
        for name, scene in scenes.items()
        for spans in scene["lines"].values()
        for low, high in spans
        for number in range(low, high + 1)
    }
    watched = {line.split(",")[0] for line in (folder / "watched.csv").read_text(encoding="utf-8").splitlines()}
    found = defaultdict(list)
    for number, line in enumerate(_in_context(next(iter(folder.glob("*.audit.log"))), watched), 1):
        if number in whose:
            found[whose[number]].append(line)
    asked = truth["parameters"]
    known = (_START + timedelta(days=_KNOWN)).isoformat()
    return [
        {
            "company": folder.name,
            "world": asked["world"],
            "kind": scene["kind"],
            "strength": scene.get("strength", ""),
            "leak": "strength" in scene,
            **_numbers(found[name]),
        }
        for name, scene in scenes.items()
        if found[name] and scene["first_event_at"] >= known
    ]


def _in_context(log: Path, watched: set[str]) -> Iterator[Line]:
    """Yield the lines of a log with what is new in each to its account, and who dealt with its clients before."""
    dealt: dict[str, dict[str, str]] = defaultdict(dict)
    seen: set[tuple[str, ...]] = set()
    days: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    last: dict[str, str] = {}
    with log.open(encoding="utf-8") as lines:
        for text in lines:
            line: Line = json.loads(text)
            user, day, act = line["user"], line["ts"][:10], line["action"].rpartition(".")[2]
            client = line.get("client_id", "")
            before = dealt[client] if client else {}
            ever = days[user, act]
            line |= {
                "act": act,
                "client": client,
                "known": any(its < day for who, its in before.items() if who == user),
                "others": sum(who != user for who in before),
                "watched": client in watched and user not in before,
                "silent": (
                    datetime.fromisoformat(line["ts"]) - datetime.fromisoformat(last.get(user, line["ts"]))
                ).days,
                "new": [
                    int((user, what) not in seen) for what in (line["ip"], line["ua"].split("/")[0], line["ts"][11:13])
                ],
                "most": max((many for its, many in ever.items() if its < day), default=0),
            }
            yield line
            if client:
                before[user] = min(day, before.get(user, day))
            ever[day] += line.get("rows", 0) if act == "export" else 1
            seen |= {(user, line["ip"]), (user, line["ua"].split("/")[0]), (user, line["ts"][11:13])}
            last[user] = line["ts"]


def _numbers(lines: Sequence[Line]) -> dict[str, float]:
    """Return what a scene is in numbers: how much, how fast, when, where, whose clients, and beside which habits."""
    times = np.array([datetime.fromisoformat(line["ts"]).timestamp() for line in lines])
    cards = [line for line in lines if line["act"] == "view" and line["client"]]
    clients = [line["client"] for line in lines if line["client"]]
    dealt = [line for line in lines if line["client"]] or [{"known": 0, "others": 0}]
    hours = np.array([int(line["ts"][11:13]) for line in lines])
    rows = np.array([line.get("rows", 0) for line in lines])
    exported = np.array([line.get("rows", 0) for line in lines if line["act"] == "export"] or [0])
    pauses = np.diff(times)[np.diff(times) < _LONG] if len(lines) > 1 else np.zeros(1)
    steps = (
        np.abs(np.diff([int(client) for client in dict.fromkeys(clients)])) if len(set(clients)) > 1 else np.zeros(1)
    )
    failed = [line for line in lines if line["act"] == "login" and line["status"] != "ok"]
    busiest: dict[str, int] = {}
    for line in lines:
        busiest[line["act"]] = max(busiest.get(line["act"], 0), line["most"])
    done = Counter(line["act"] for line in lines) + Counter({"export": int(exported.sum())})
    return {
        "lines": len(lines),
        "people": len({line["user"] for line in lines}),
        "days": len({line["ts"][:10] for line in lines}),
        "span": float(times[-1] - times[0]),
        "hour": int(hours[0]),
        "night": float(((hours >= 22) | (hours < 6)).mean()),
        "clients": len(set(clients)),
        "again": len(clients) / max(len(set(clients)), 1),
        "rows": float(rows.sum()),
        "rows_most": float(rows.max()),
        "exported": float(exported.sum()),
        "exported_most": float(exported.max()),
        "failed": len(failed),
        "refused": sum(line["status"] != "ok" for line in lines) - len(failed),
        "pause": float(np.median(pauses)) if pauses.size else 0.0,
        "pause_tenth": float(np.quantile(pauses, 0.1)) if pauses.size else 0.0,
        "in_haste": float((pauses < 7).mean()) if pauses.size else 0.0,
        "bursts": int((np.diff(times) >= _LONG).sum()),
        "step": float(np.median(steps)),
        "neighbours": float((steps <= 8).mean()),
        "known": sum(line["known"] for line in dealt) / len(dealt),
        "others": float(np.mean([line["others"] for line in dealt])),
        "strangers": sum(not line["known"] and line["others"] < 2 for line in dealt) / len(dealt),
        "watched": len({line["client"] for line in lines if line["watched"]}),
        "silent": max(line["silent"] for line in lines),
        "new_address": max(line["new"][0] for line in lines),
        "new_program": max(line["new"][1] for line in lines),
        "new_hour": max(line["new"][2] for line in lines),
        "tool": float(not lines[-1]["ua"].startswith("Mozilla")),
        "service": float(lines[-1]["user"].startswith(("svc-", "ptn-"))),
        "nobody": float(not lines[-1]["user"] or lines[-1]["user"] == "-"),
        "cards_only": len(cards) / len(lines),
        **{
            f"from_{name}": float(np.mean([line["ip"].startswith(its) for line in lines]))
            for name, its in _PLACES.items()
        },
        **{f"n_{act}": done[act] for act in _ACTS},
        **{f"more_{act}": (done[act] + 1) / (busiest.get(act, 0) + 1) for act in _ACTS},
    }


def judged(scenes: pl.DataFrame, *, sensible: bool) -> pl.DataFrame:
    """Return scenes with a score each, by classifiers that saw none of their company."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    orders = {**dict.fromkeys(MORE, 1), **dict.fromkeys(LESS, -1), **dict.fromkeys(KINDS, 0)}
    if not sensible:
        orders = {name: 0 for name in scenes.columns if name not in _ABOUT}
    seen = scenes.select(pl.col(list(orders)).cast(pl.Float64)).to_numpy()
    leaks = scenes["leak"].to_numpy()
    companies = {name: number % _FOLDS for number, name in enumerate(sorted(scenes["company"].unique()))}
    fold = np.array([companies[name] for name in scenes["company"]])
    scores = np.zeros(scenes.height)
    for one, seed in product(sorted(set(companies.values())), range(_TIMES)):
        model = HistGradientBoostingClassifier(
            max_iter=200, learning_rate=0.06, max_leaf_nodes=12, min_samples_leaf=6, max_features=0.4,
            random_state=seed, monotonic_cst=list(orders.values()),
        )  # fmt: skip
        model.fit(seen[fold != one], leaks[fold != one])
        scores[fold == one] += model.decision_function(seen[fold == one])
    return scenes.with_columns(score=pl.Series(scores))


def threshold(scenes: pl.DataFrame, false_a_day: float) -> float:
    """Return the score above which so many oddities a day are taken for leaks."""
    honest = np.sort(scenes.filter(~pl.col("leak"))["score"].to_numpy())[::-1]
    return float(honest[min(int(false_a_day / ODDITIES_A_DAY * honest.size), honest.size - 1)])


def table(scenes: pl.DataFrame) -> list[str]:
    """Say how many leaks are found at some numbers of false incidents a day, by world and strength."""
    lines = ["| world | false a day | " + " | ".join(STRENGTHS) + " |", "| --- | ---: |" + " ---: |" * len(STRENGTHS)]
    for world in (world for world in WORLDS if world in scenes["world"]):
        some = scenes.filter(pl.col("world") == world)
        for most in FALSE_A_DAY:
            found = some.filter(pl.col("leak") & (pl.col("score") > threshold(some, most)))
            shares = [_share(found, some.filter("leak"), strength) for strength in STRENGTHS]
            lines.append(f"| {world} | {most:g} | " + " | ".join(shares) + " |")
    return lines


def _share(found: pl.DataFrame, leaks: pl.DataFrame, strength: str) -> str:
    many, of = (some.filter(pl.col("strength") == strength).height for some in (found, leaks))
    return f"{many} of {of} ({100 * many / max(of, 1):.0f} %)"


def by_kind(scenes: pl.DataFrame, false_a_day: float) -> list[str]:
    """Say of each kind of leak how many are found, by strength, and of honest kinds how many are taken for leaks."""
    least = threshold(scenes, false_a_day)
    lines = ["| leak | " + " | ".join(STRENGTHS) + " |", "| --- |" + " ---: |" * len(STRENGTHS)]
    for kind in sorted(scenes.filter("leak")["kind"].unique()):
        some = scenes.filter(pl.col("leak") & (pl.col("kind") == kind))
        found = some.filter(pl.col("score") > least)
        lines.append(f"| {kind} | " + " | ".join(_share(found, some, each) for each in STRENGTHS) + " |")
    honest = scenes.filter(~pl.col("leak")).group_by("kind").agg(told=(pl.col("score") > least).sum(), of=pl.len())
    paged = honest.filter(pl.col("told") > 0).sort("told", "kind", descending=[True, False])
    return [
        *lines,
        "",
        "taken for leaks: " + ", ".join(f"{kind} {told} of {of}" for kind, told, of in paged.iter_rows()),
    ]


def simulated(companies: int, seed: int, folder: Path, staff: int = _STAFF, days: int = _DAYS) -> pl.DataFrame:
    """Simulate companies of all kinds in both worlds and return all their scenes."""
    found: list[Mapping[str, Any]] = []
    for number in range(companies):
        company, world = COMPANIES[number % len(COMPANIES)], tuple(WORLDS)[number // len(COMPANIES) % len(WORLDS)]
        place = folder / f"{company}-{world}-{seed + number}"
        simulate_company(
            place, company, days, seed + number, _START, world=world, staff=staff, leaks=_LEAKS, logs=("audit",)
        )
        found += scenes_of(place)
        for file in place.iterdir():
            file.unlink()
    return pl.DataFrame(found, infer_schema_length=None)


def main() -> None:
    """Judge the scenes of so many companies, drawn from a seed on."""
    companies, seed = map(int, sys.argv[1:])
    with TemporaryDirectory() as folder:
        scenes = simulated(companies, seed, Path(folder))
    free, sensible = judged(scenes, sensible=False), judged(scenes, sensible=True)
    print("\n".join(("free", *table(free), "", "sensible", *table(sensible), "", *by_kind(sensible, FALSE_A_DAY[1]))))


if __name__ == "__main__":
    main()
