"""Whole processes on one core: ``nabat replay`` beside the tools people use today, on the same file, in the same run.

Comes in: a log. Goes out: lines per CPU second (user and system, start included), peak memory, and how the cost grows.
Every program is started as a user would start it, on one core (``taskset``). A tool that is not installed is left out.
"""

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from detector.resources import shipped
from detector.simulate import demo_path
from tests.bench.lines import START

WEB_RULES = Path(__file__).resolve().parents[3] / "shared" / "data" / "sigma" / "rules" / "web"
"""SigmaHQ's rules for web servers, where they lie beside the project."""
_SPENT = Path(__file__).with_name("spent.py")
_FAILREGEX = r'^<HOST> \S+ \S+ \[\] "[^"]*(?:\.\./|UNION|<script|\$\{jndi|/\.git)[^"]*" \d+'
_SEC = """\
type=SingleWithThreshold
ptype=RegExp
pattern=^(\\S+) \\S+ \\S+ \\[[^\\]]+\\] "[^"]*(?:\\.\\./|UNION|script|jndi|\\.git)[^"]*" \\d+
desc=attacks from $1
action=none
window=60
thresh=5

type=SingleWithThreshold
ptype=RegExp
pattern=^(\\S+) \\S+ (\\S+) \\[[^\\]]+\\] "GET /crm/clients/\\d+ HTTP
desc=reads by $2
action=none
window=3600
thresh=100
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process used: CPU seconds and peak resident memory in bytes."""

    seconds: float
    memory: int


def run(command: list[str], *, status: tuple[int, ...] = (0, 1), **environment: str) -> Cost:
    """Run a program on one core to its end.

    Raises:
        RuntimeError: It failed: its exit status is none of ``status``.
    """
    pinned = ["taskset", "-c", "0", *command] if shutil.which("taskset") else command
    settings = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", **environment}
    with tempfile.TemporaryFile() as said, tempfile.NamedTemporaryFile("r", encoding="ascii") as report:
        counted = [sys.executable, "-I", "-S", str(_SPENT), report.name, *pinned]
        done = subprocess.run(counted, check=False, stdout=said, stderr=said, stdin=subprocess.DEVNULL, env=settings)
        if done.returncode not in status:
            said.seek(0)
            raise RuntimeError(f"{command[0]} failed: {said.read()[-500:].decode(errors='replace')}")
        seconds, memory = report.read().split()
    return Cost(float(seconds), int(memory))


def typical(work: Callable[[], Cost], runs: int) -> Cost:
    """Return the median of several runs, after one that warms the caches."""
    work()
    costs = [work() for _ in range(runs)]
    return Cost(statistics.median(c.seconds for c in costs), int(statistics.median(c.memory for c in costs)))


def config(folder: Path, log: Path, form: str, *, rules: int = 0) -> Path:
    """Write a configuration: the demonstration's record map, all shipped rules, SigmaHQ's web rules, the model."""
    plan: dict[str, Any] = yaml.safe_load(demo_path().read_text(encoding="utf-8"))
    service = "crm" if form == "combined" else "portal"
    plan["state"] = str(folder / "state")
    roles = plan.get("actors", {}).get("roles_file")
    if roles:
        plan["actors"]["roles_file"] = str(demo_path().parent / roles)
    plan["sources"] = [{"name": service, "service": service, "paths": [str(log)], "format": form, "start": "beginning"}]
    paths = [str(WEB_RULES)] if WEB_RULES.is_dir() else []
    if rules:
        paths.append(str(_many_rules(folder, rules)))
    plan.setdefault("rules", {})["paths"] = paths
    path = folder / f"{form}-{rules}.yml"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")
    path.chmod(0o600)
    return path


def _many_rules(folder: Path, count: int) -> Path:
    """Write so many single-event rules, each with words of its own, none of which honest lines hold."""
    place = folder / f"rules-{count}"
    place.mkdir(exist_ok=True)
    dice = random.Random(count)
    for number in range(count):
        word = "".join(dice.choice("bcdfghjklmnpqrstvwxz") for _ in range(8))
        field = ("cs-uri-query", "cs-uri-stem", "cs-user-agent")[number % 3]
        rule = {
            "title": f"Made rule {number}",
            "id": f"{number:08x}-0000-4000-8000-00000000be0c",
            "status": "test",
            "logsource": {"category": "webserver"},
            "detection": {
                "selection": {f"{field}|contains": [f"{word}/{number}", f"{word}={number}"]},
                "filter": {"sc-status": 404},
                "condition": "selection and not filter",
            },
            "level": "low",
        }
        (place / f"{number}.yml").write_text(yaml.safe_dump(rule, sort_keys=False), encoding="utf-8")
    return place


def replay(settings: Path, log: Path, *words: str) -> Cost:
    """Run the whole pipeline over a log into SQLite and files."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "detector", "replay", "-c", str(settings), "--out", out]
        return run([*command, *words, str(log)], NABAT_DEMO=out)


def others(folder: Path, log: Path) -> Iterator[tuple[str, Callable[[], Cost]]]:
    """Yield the tools that are installed, each with its run over the log."""
    if shutil.which("fail2ban-regex"):
        yield "fail2ban-regex, one pattern", lambda: run(["fail2ban-regex", "--print-no-missed", str(log), _FAILREGEX])
    if shutil.which("goaccess"):
        page = str(folder / "report.json")
        command = ["goaccess", str(log), "--log-format=COMBINED", "--no-progress", "-o", page]
        yield "goaccess, statistics only", lambda: run(command)
    if shutil.which("sec"):
        rules = folder / "sec.conf"
        rules.write_text(_SEC, encoding="utf-8")
        yield "SEC, two rules", lambda: _sec(rules, log)
        many = folder / "many.conf"
        texts = list(_texts_of_rules())
        many.write_text(_SEC + "".join(map(_sec_rule, range(len(texts)), texts)), encoding="utf-8")
        yield f"SEC, {len(texts) + 2} rules, a pattern for each Sigma rule of ours", lambda: _sec(many, log)


def _sec(rules: Path, log: Path) -> Cost:
    return run(["sec", f"--conf={rules}", f"--input={log}", "--notail", "--quoting"])


def _sec_rule(number: int, texts: list[str]) -> str:
    """Return the cheapest rule that looks for the texts: Perl searches for an alternation of them in one go."""
    pattern = "|".join(map(re.escape, texts))
    return (
        f"\ntype=SingleWithThreshold\nptype=RegExp\npattern=(?:{pattern})\ndesc=rule {number}\n"
        "action=none\nwindow=60\nthresh=5\ncontinue=TakeNext\n"
    )


def _texts_of_rules() -> Iterator[list[str]]:
    """Yield the texts each rule, shipped or SigmaHQ's, looks for in lines; of one that asks for acts, its own id."""
    folders = [shipped("rules"), *([WEB_RULES] if WEB_RULES.is_dir() else [])]
    for path in sorted(path for folder in folders for path in folder.rglob("*.yml")):
        for rule in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if "detection" in rule:
                found = [text.strip("*") for name, part in rule["detection"].items() for text in _texts(part, name)]
                told = [text for text in found if len(text) > 3 and text.isprintable()]
                yield told if told and rule["logsource"].get("category") == "webserver" else [rule["id"]]


def _texts(value: object, name: str) -> Iterator[str]:
    if isinstance(value, str) and name != "condition":
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each, name)


def audit(path: Path, count: int) -> Path:
    """Write an application's audit log: JSON lines of about 220 bytes, one thousandth of them bulk reads."""
    dice = random.Random(3)
    moment = START
    with path.open("w", encoding="utf-8") as out:
        for _ in range(count):
            moment += timedelta(seconds=dice.expovariate(20))
            person = dice.randrange(200)
            bulk = dice.random() < 0.001
            line = {
                "ts": moment.isoformat(timespec="milliseconds"),
                "user": "mallory" if bulk else f"op.{person:03d}",
                "action": "view",
                "object": "client",
                "client_id": str(dice.randrange(90_000) if bulk else person * 300 + int(abs(dice.gauss(0, 80)))),
                "ip": f"192.0.2.{person % 250}",
                "session": f"s{person:04d}",
                "status": "ok",
                "ua": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            }
            out.write(json.dumps(line) + "\n")
    return path


def crowd(path: Path, actors: int) -> Path:
    """Write a combined log with so many accounts, two requests each."""
    dice = random.Random(4)
    moment = START
    with path.open("w", encoding="utf-8") as out:
        for number in range(actors * 2):
            moment += timedelta(milliseconds=5)
            person = number % actors
            stamp = moment.strftime("%d/%b/%Y:%H:%M:%S +0000")
            out.write(
                f"10.{person >> 16 & 255}.{person >> 8 & 255}.{person & 255} - u{person} [{stamp}] "
                f'"GET /crm/clients/{person} HTTP/1.1" 200 {dice.randrange(400, 5000)} "-" "Mozilla/5.0"\n'
            )
    return path
