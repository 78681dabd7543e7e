"""A plain evaluator to compare with: Sigma's meaning written down as closures over one event, nothing shared."""

import re
from collections.abc import Callable
from fnmatch import translate
from ipaddress import ip_address, ip_network
from typing import Any

Check = Callable[[dict[str, Any]], bool]


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


def one(modifiers: list[str], wanted: Any, value: Any) -> bool:
    if value is None:
        return False
    for name, compare in (
        ("gte", lambda a, b: a >= b),
        ("gt", lambda a, b: a > b),
        ("lte", lambda a, b: a <= b),
        ("lt", lambda a, b: a < b),
    ):
        if name in modifiers:
            found = number(value)
            return found is not None and compare(found, wanted)
    if "cidr" in modifiers:
        try:
            return ip_address(text(value)) in ip_network(wanted)
        except ValueError:
            return False
    if "re" in modifiers:
        return re.search(wanted, text(value), re.I if "i" in modifiers else 0) is not None
    want, have = text(wanted), text(value)
    if "cased" not in modifiers:
        want, have = want.lower(), have.lower()
    before = "*" if "contains" in modifiers or "endswith" in modifiers else ""
    after = "*" if "contains" in modifiers or "startswith" in modifiers else ""
    return wild(before + want + after, have)


def item(key: str, wanted: Any) -> Check:
    field, *modifiers = key.split("|")
    listed = wanted if isinstance(wanted, list) else [wanted]

    def single(want: Any, event: dict[str, Any]) -> bool:
        found = values(event, field)
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
