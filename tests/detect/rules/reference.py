"""Plain evaluators to compare with: Sigma's meaning written as closures over one event, runs as sets of ids."""

import operator
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from fnmatch import translate
from ipaddress import ip_address, ip_network
from typing import Any

import polars as pl

from detector.detect.rules.facts import id_sequences

Check = Callable[[dict[str, Any]], bool]
COMPARE = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}


def values(event: dict[str, Any], field: str) -> list[Any] | None:
    if field not in event:
        return None
    value = event[field]
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def number(value: Any) -> float | None:
    try:
        return float(text(value))
    except ValueError:
        return None


def wild(pattern: str, value: str) -> bool:
    # fnmatch knows * and ? as Sigma does; its [ is none of Sigma's.
    return re.match(translate(pattern.replace("[", "[[]")), value, re.S) is not None


def compared(name: str, wanted: Any, value: Any) -> bool:
    found = number(value)
    return found is not None and COMPARE[name](found, wanted)


def in_network(wanted: str, value: Any) -> bool:
    try:
        return ip_address(text(value)) in ip_network(wanted)
    except ValueError:
        return False


def matches(modifiers: list[str], wanted: str, value: Any) -> bool:
    # Rust's dot and dollar are Python's, but that a dollar stands before no line's end.
    pattern = wanted if "m" in modifiers else wanted.replace("$", r"\Z")
    flags = sum(flag for name, flag in (("i", re.I), ("s", re.S), ("m", re.M)) if name in modifiers)
    return re.search(pattern, text(value), flags) is not None


def one(modifiers: list[str], wanted: Any, value: Any) -> bool:
    if value is None:
        return False
    for name in modifiers:
        if name in COMPARE:
            return compared(name, wanted, value)
        if name == "cidr":
            return in_network(wanted, value)
        if name == "re":
            return matches(modifiers, wanted, value)
        if name in ("base64", "base64offset"):
            return any(form in text(value).lower() for form in encoded(modifiers, wanted))
    dashes = ["-", "/", "\u2013", "\u2014", "\u2015"] if "windash" in modifiers else ["-"]
    return any(plain(modifiers, text(wanted).replace("-", dash, 1), text(value)) for dash in dashes)


def plain(modifiers: list[str], want: str, have: str) -> bool:
    if "cased" not in modifiers:
        want, have = want.lower(), have.lower()
    before = "*" if "contains" in modifiers or "endswith" in modifiers else ""
    after = "*" if "contains" in modifiers or "startswith" in modifiers else ""
    return wild(before + want + after, have)


def encoded(modifiers: list[str], wanted: str) -> list[str]:
    """Return how a text stands in base64, in lower case: from its first byte on, or wherever it begins."""
    raw = wanted.encode("utf-16-le" if "wide" in modifiers else "utf-8")
    if "base64" in modifiers:
        return [b64encode(raw).decode().lower()]
    # What hangs on the bytes before and behind is left out.
    forms = [(b64encode(b" " * at + raw).decode(), at, (len(raw) + at) % 3) for at in range(3)]
    return [form[(0, 2, 3)[at] : (None, -3, -2)[rest]].lower() for form, at, rest in forms]


def item(key: str, wanted: Any) -> Check:
    field, *modifiers = key.split("|")
    listed = wanted if isinstance(wanted, list) else [wanted]

    def single(want: Any, event: dict[str, Any]) -> bool:
        found = values(event, field)
        if "fieldref" in modifiers:
            pairs = [(v, w) for v in found or [] for w in values(event, want) or [] if None not in (v, w)]
            texts = [(text(v).lower(), text(w).lower()) for v, w in pairs]
            return any(v.startswith(w) if "startswith" in modifiers else v == w for v, w in texts)
        if "exists" in modifiers:
            return (found is not None) is want
        if want is None:
            return not found or any(value is None for value in found)
        return any(one(modifiers, want, value) for value in found or [])

    def check(event: dict[str, Any]) -> bool:
        every = all if "all" in modifiers else any
        verdict = every(single(want, event) for want in listed)
        return not verdict if "neq" in modifiers else verdict

    return check


def keyword(wanted: Any) -> Check:
    def check(event: dict[str, Any]) -> bool:
        every = [text(v) for field in event for v in values(event, field) or [] if v is not None]
        return any(wild("*" + text(wanted).lower() + "*", value.lower()) for value in every)

    return check


def selection(definition: Any) -> Check:
    if isinstance(definition, dict):
        checks = [item(key, wanted) for key, wanted in definition.items()]
        return lambda event: all(check(event) for check in checks)
    if isinstance(definition, list):
        parts = [selection(part) if isinstance(part, dict) else keyword(part) for part in definition]
        return lambda event: any(part(event) for part in parts)
    return keyword(definition)


def rule(detection: dict[str, Any]) -> Check:
    """Return the check of a whole detection; conditions are turned into Python's own operators."""
    names = {name: selection(value) for name, value in detection.items() if name != "condition"}

    def check(event: dict[str, Any]) -> bool:
        verdicts = {name: part(event) for name, part in names.items()}

        def group(found: re.Match[str]) -> str:
            pattern = "*" if found[2] == "them" else found[2]
            chosen = [verdict for name, verdict in verdicts.items() if wild(pattern, name)]
            return str((all if found[1] == "all" else any)(chosen))

        words = re.sub(r"\b(1|any|all) of (\S+?)(?=\)|\s|$)", group, detection["condition"])
        words = re.sub(r"[A-Za-z_]\w*", lambda w: str(verdicts[w[0]]) if w[0] in verdicts else w[0], words)
        return bool(eval(words))  # of words this file has just made

    return check


def correlate(
    times: list[float], keys: list[Any], counted: list[set[Any]] | None, span: float, holds: Callable[[int], bool]
) -> list[int]:
    """Return the positions (in order of time) at which the condition became true."""
    open_since: dict[Any, float] = {}
    begun = []
    for here, (time, key) in enumerate(zip(times, keys, strict=True)):
        window = [at for at in range(here + 1) if keys[at] == key and times[at] >= time - span]
        count = len(set().union(*(counted[at] for at in window))) if counted else len(window)
        if not holds(count):
            open_since.pop(key, None)
            continue
        if key not in open_since or time - open_since[key] > span:
            begun.append(here)
        open_since[key] = time
    return begun


def neighbours(ids: set[int], number: int) -> set[int]:
    """Return the ids that stand in a row with one of them."""
    row, edge = {number}, {number}
    while edge:
        edge = {id_ for id_ in ids - row if any(abs(id_ - one) <= id_sequences.APART for one in edge)}
        row |= edge
    return row


class PlainRun:
    """A run as the set of ids in its window, and how many are counted behind it."""

    def __init__(self, number: int):
        self.ids, self.way, self.front, self.behind = {number}, 0, number, 0

    def takes(self, number: int) -> bool:
        if self.way:
            return -id_sequences.WIDTH < (number - self.front) * self.way <= id_sequences.AHEAD
        return min(self.ids) - id_sequences.AHEAD <= number <= max(self.ids) + id_sequences.AHEAD

    def add(self, number: int) -> None:
        self.ids.add(number)
        low, high = min(self.ids), max(self.ids)
        if not self.way and high - low >= id_sequences.WIDTH:
            self.way = 1 if number == high else -1
        self.front = low if self.way < 0 else high
        way = self.way or 1
        for old in sorted(self.ids, key=lambda id_: id_ * way):
            if (self.front - old) * way >= id_sequences.WIDTH:
                self.ids.discard(old)
                self.behind = self.behind + 1 if any(abs(id_ - old) <= id_sequences.APART for id_ in self.ids) else 0

    def length(self, number: int) -> int:
        row, way = neighbours(self.ids, number), self.way or 1
        oldest = min(self.ids, key=lambda id_: id_ * way)
        return len(row) + (self.behind if oldest in row else 0)


def plain_runs(frame: pl.DataFrame) -> list[int | None]:
    """Go through the touches one by one, with sets instead of bits and no look at what lies near."""
    known: dict[str, dict] = {}
    found: list[int | None] = []
    for row in frame.iter_rows(named=True):
        number = re.search(r"(\d{1,17})$", (row["subject.ids"] or [None])[0] or "", re.ASCII)
        if not number or row["actor.id"] is None or row["event.outcome"] in (None, "failure"):
            found.append(None)
            continue
        id_, time = int(number[1]), row["@timestamp"]
        mine = known.setdefault(row["actor.id"], {"turn": 0, "last": None, "runs": []})
        changed = row["event.action"] in ("create", "update", "delete")
        pause = timedelta(microseconds=id_sequences.RUN_PAUSE)
        last = mine["last"]
        again = last and not changed and last["id"] == id_ and time - last["time"] <= pause
        if not again:
            mine["turn"] += 1
        turn = mine["turn"]
        mine["runs"] = [
            r for r in mine["runs"] if r["turn"] >= turn - id_sequences.RECENT and time - r["time"] <= pause
        ]
        fitting = [r for r in mine["runs"] if r["run"].takes(id_)]
        if changed:
            mine["runs"] = [r for r in mine["runs"] if r not in fitting]
            fitting = []
        if again:
            chosen = last
        elif fitting:
            chosen = max(fitting, key=lambda r: (r["run"].behind + len(r["run"].ids), r["turn"]))
        else:
            chosen = {"run": PlainRun(id_)}
            mine["runs"].append(chosen)
        chosen["run"].add(id_)
        chosen.update(turn=turn, time=time, id=id_)
        mine["last"] = chosen
        found.append(chosen["run"].length(id_))
    return found
