"""What thousands of rules for Windows cost: to load, from the cache, and to judge JSON events by all of them at once.

``python -m tests.bench.sigma_size`` (``--rules``, ``--events``). The rules are made, each in a file of its own: other
titles, ids, log sources, fields, modifiers, texts and regular expressions; most name programs that events are about,
as SigmaHQ's rules for Windows do. Each figure is CPU time of one core, of loading the median of several processes.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import random
import resource
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import yaml

from detector import frames
from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.detect.rules import RuleSet
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.evaluate_events import evaluate
from detector.detect.rules.facts.fact_maker import FACT_TYPES
from detector.detect.rules.matching.match import RuleMatcher
from detector.runtime.process_tuning import collect_less_often
from detector.settings import Settings, SourceSettings

MANY = 3_755
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIELDS = {
    "process_creation": ["CommandLine", "CommandLine", "ParentImage", "ParentCommandLine", "Image"],
    "registry_set": ["TargetObject", "Details", "Image"],
    "file_event": ["TargetFilename", "Image"],
    "image_load": ["ImageLoaded", "Image"],
    "ps_script": ["ScriptBlockText"],
    "network_connection": ["DestinationHostname", "Image"],
    "dns_query": ["QueryName", "Image"],
    "create_remote_thread": ["SourceImage", "TargetImage"],
    "process_access": ["TargetImage", "CallTrace"],
    "wmi_event": ["Destination"],
}
"""What rules of a category ask for."""
SHARES = {"process_creation": 48, "registry_set": 9, "file_event": 8, "image_load": 5, "ps_script": 8}
"""Rules in a hundred or so; one of each other category."""
EVENT_IDS = {"process_creation": 1, "registry_set": 13, "file_event": 11, "image_load": 7, "dns_query": 22}
"""Sysmon's events that come most."""
PROGRAMS = [
    "svchost",
    "chrome",
    "explorer",
    "powershell",
    "cmd",
    "rundll32",
    "regsvr32",
    "conhost",
    "msiexec",
    "wscript",
    "cscript",
    "mshta",
    "certutil",
    "schtasks",
    "net",
    "net1",
    "sc",
    "reg",
    "wmic",
    "bitsadmin",
    "taskhostw",
    "services",
    "lsass",
    "winlogon",
    "outlook",
    "winword",
    "excel",
    "teams",
    "msedge",
    "firefox",
    "notepad",
    "python",
    "java",
    "git",
    "node",
    "code",
    "tasklist",
    "ipconfig",
    "whoami",
    "nltest",
    "ping",
    "curl",
    "tar",
    "robocopy",
    "xcopy",
    "attrib",
    "icacls",
    "vssadmin",
    "wevtutil",
    "fsutil",
    "dsquery",
    "procdump",
    "psexec",
    "installutil",
    "msbuild",
    "regasm",
    "csc",
    "forfiles",
    "hh",
    "control",
]
"""Programs that rules name and events are about, those that run most first."""
MODIFIERS = ("contains", "contains", "endswith", "endswith", "startswith", "contains|all", "re", "", "", "cased")


class _Maker:
    """Makes rules, by chance.

    Args:
        seed: Of the chance.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = ["".join(self._pick(string.ascii_lowercase) for _ in range(4 + n % 6)) for n in range(6_000)]

    def rule(self, number: int) -> dict[str, Any]:
        """Return a rule."""
        category = self._chance.choices(list(FIELDS), [SHARES.get(name, 1) for name in FIELDS])[0]
        detection: dict[str, Any] = {}
        if category != "ps_script" and self._chance.random() < 0.6:
            detection["selection_img"] = self._program(category)
        for each in range(1 + self._chance.randrange(3)):
            detection[f"selection_{each}"] = dict(self._item(category) for _ in range(1 + self._chance.randrange(3)))
        condition = "all of selection_*"
        if self._chance.random() < 0.5:
            detection |= {f"filter_main_{each}": dict([self._item(category)]) for each in range(1 + number % 4)}
            condition += " and not 1 of filter_main_*"
        return {
            "title": f"Suspicious {self._word().title()} {self._word().title()} Activity {number}",
            "id": str(UUID(int=self._chance.getrandbits(128), version=4)),
            "related": [{"id": str(UUID(int=self._chance.getrandbits(128), version=4)), "type": "similar"}],
            "status": self._pick(["test", "stable", "experimental"]),
            "description": "\n".join(" ".join(self._word() for _ in range(12)) for _ in range(2)),
            "references": [f"https://example.org/{self._word()}/{self._word()}" for _ in range(1 + number % 4)],
            "author": f"{self._word().title()} {self._word().title()}",
            "date": "2024-01-01",
            "modified": "2025-02-03",
            "tags": ["attack.execution", f"attack.t1{number % 700:03}"],
            "logsource": {"category": category, "product": "windows"},
            "detection": {**detection, "condition": condition},
            "falsepositives": ["Unknown", f"Legitimate use of {self._word()}"],
            "level": self._pick(["low", "medium", "high", "critical"]),
        }

    def _program(self, category: str) -> Any:
        """Return a selection by the program, as most rules begin."""
        names = [self._pick(PROGRAMS) for _ in range(self._pick([1, 1, 1, 2, 4]))]
        paths = [f"\\{name}.exe" for name in names]
        image = {"Image|endswith": paths if len(paths) > 1 else paths[0]}
        if category != "process_creation" or self._chance.random() < 0.5:
            return image
        return [image, {"OriginalFileName": [f"{name.upper()}.EXE" for name in names]}]

    def _item(self, category: str) -> tuple[str, Any]:
        field, modifier = self._pick(FIELDS[category]), self._pick(MODIFIERS)
        if modifier == "re":
            return f"{field}|re", rf"{self._word()}\s+[a-z0-9]{{3,8}}{self._word()}(?:\.exe|\.dll)?"
        many = 1 + self._pick([1, 1, 2, 3, 5, 8, 20])
        values = [("\\" if modifier == "endswith" else "") + self._text() for _ in range(many)]
        if not modifier and self._chance.random() < 0.3:
            values = [f"*\\{value}*{self._word()}" for value in values[:2]]
        return f"{field}|{modifier}" if modifier else field, values if many > 2 else values[0]

    def _text(self) -> str:
        return self._word() + self._pick(["", "\\", ".exe", " -", "/"]) + self._word()

    def _word(self) -> str:
        return self._pick(self._words)

    def _pick(self, some: Any) -> Any:
        return self._chance.choice(some)


def write_rules(folder: Path, count: int = MANY, seed: int = 3) -> Path:
    """Write that many rules into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    maker = _Maker(seed)
    for number in range(count):
        text = yaml.safe_dump(maker.rule(number), sort_keys=False)
        (folder / f"made_{number:04}.yml").write_text(text, encoding="utf-8")
    return folder


def events(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield events of Sysmon, as Winlogbeat writes them."""
    chance = random.Random(seed)
    weights = [1 / (1 + place) for place in range(len(PROGRAMS))]
    for number in range(count):
        program, parent = chance.choices(PROGRAMS, weights, k=2)
        user = f"CORP\\u{chance.randrange(500)}"
        kind = chance.choices(list(EVENT_IDS), [50, 20, 15, 10, 5])[0]
        data = {
            "Image": f"C:\\Windows\\System32\\{program}.exe",
            "ProcessId": str(chance.randrange(60_000)),
            "User": user,
            "UtcTime": (START + timedelta(milliseconds=20 * number)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        }
        key = f"HKLM\\System\\CurrentControlSet\\Services\\{program}\\Parameters\\{chance.randrange(10_000)}"
        data |= {
            "process_creation": {
                "CommandLine": f"C:\\Windows\\System32\\{program}.exe -k {chance.randrange(100_000)} /x",
                "ParentImage": f"C:\\Windows\\{parent}.exe",
                "ParentCommandLine": f"C:\\Windows\\{parent}.exe",
                "OriginalFileName": f"{program}.exe",
                "Hashes": f"SHA1={chance.getrandbits(160):040X}",
            },
            "registry_set": {"TargetObject": key, "Details": f"DWORD ({chance.randrange(1 << 20):#010x})"},
            "file_event": {"TargetFilename": f"C:\\Users\\u{chance.randrange(500)}\\f{number}.txt"},
            "image_load": {"ImageLoaded": f"C:\\Windows\\System32\\{parent}.dll", "Signed": "true"},
            "dns_query": {"QueryName": f"{program}{chance.randrange(1_000)}.example.org", "QueryStatus": "0"},
        }[kind]
        yield {
            "@timestamp": (START + timedelta(milliseconds=20 * number)).isoformat().replace("+00:00", "Z"),
            "winlog": {
                "channel": "Microsoft-Windows-Sysmon/Operational",
                "provider_name": "Microsoft-Windows-Sysmon",
                "event_id": str(EVENT_IDS[kind]),
                "computer_name": f"host{number % 50}.example.org",
                "event_data": data,
            },
        }


def _decoded(folder: Path, count: int, size: int) -> Iterator[pl.DataFrame]:
    """Yield events as the service sees them, in batches."""
    log = folder / "events.json"
    with log.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in events(count))
    source = SourceSettings(name="windows", service="windows", paths=(str(log),), format="windows.json")
    decoder = Decoder(Settings(sources=(source,)), session_key=b"bench")
    batches = read_archive([str(log)], source, clock=SystemClock(), lines=size)
    facts = [pl.lit(None, dtype=kind).alias(name) for name, kind in FACT_TYPES.items()]
    for batch in batches:
        yield decoder.decode(batch).frame.with_columns(facts)


def _load(folder: Path, count: int, runs: int) -> dict[str, float]:
    return {"load, CPU seconds": _spent(lambda: RuleSet.load([folder / "rules"]))}


def _load_again(folder: Path, count: int, runs: int) -> dict[str, float]:
    spent = _spent(lambda: RuleSet.load([folder / "rules"], cache=folder / "cache"))
    return {"load from the cache, CPU seconds": spent}


def _judge(folder: Path, count: int, runs: int) -> dict[str, float]:
    """Return events a CPU second by batches of several sizes, the first batch of each left out: it prepares."""
    rules = RuleSet.load([folder / "rules"], cache=folder / "cache")
    made: list[RuleMatcher] = []
    types = {**frames.EVENT_SCHEMA, **FACT_TYPES}
    found = {"make ready, CPU seconds": _spent(lambda: made.append(RuleMatcher(rules.events, types)))}
    for size in (10_000, 1_000):
        spent: list[float] = []
        for batch in _decoded(folder, count, size):
            spent.append(min(_spent(partial(_match, made[0], batch)) for _ in range(runs if spent else 1)))
        found[f"first batch of {size:,}, CPU seconds"] = spent[0]
        found[f"events a second, batches of {size:,}"] = size / statistics.median(spent[1:])
    return found


def _match(matcher: RuleMatcher, batch: pl.DataFrame) -> None:
    matcher.match(FrameView(batch))


def _evaluate(folder: Path, count: int, runs: int) -> dict[str, float]:
    some = [{**event["winlog"]["event_data"], "EventID": event["winlog"]["event_id"]} for event in events(count)]
    list(evaluate([folder / "rules"], some[:1]))
    spent = _spent(lambda: sum(1 for _ in evaluate([folder / "rules"], some)))
    return {"nabat rules eval, events a second, loading from the cache included": count / spent}


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


PARTS = {"prepare": _load_again, "load": _load, "again": _load_again, "judge": _judge, "evaluate": _evaluate}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=MANY, help="how many rules are made (3755)")
    parser.add_argument("--events", type=int, default=60_000, help="how many events are judged (60000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (5)")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        collect_less_often()  # as every command does
        found = PARTS[args.part](args.folder, args.events, args.runs)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**found, f"peak memory of {args.part}, MB": peak}))
        return
    with tempfile.TemporaryDirectory() as folder:
        write_rules(Path(folder) / "rules", args.rules)
        for part in PARTS:
            command = [sys.executable, "-m", "tests.bench.sigma_size", "--part", part, "--folder", folder]
            command += ["--events", str(args.events), "--runs", str(args.runs)]
            times = args.runs if part in ("load", "again") else 1
            told = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(times)]
            for name in told[0] if part != "prepare" else ():
                print(f"{name}: {statistics.median(each[name] for each in told):,.3f}")


if __name__ == "__main__":
    main()
