"""Which techniques of ATT&CK and which log sources the rules watch, and which they would if they had events.

Comes in: rules. Goes out: rows for people, and a layer for MITRE's ATT&CK Navigator. Techniques are the rules' own tags
(``attack.t1078.004``); a correlation stands for the rules it counts.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from detector.detect.rules.ruleset import Rules

_TECHNIQUE: Final = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)
_NONE: Final = "no technique named"
_RUNS, _WAITS = "#2f7d4f", "#c9b458"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedBy:
    """A technique or a log source.

    Attributes:
        name: The technique's number, or the log source in words.
        runs: How many rules watch it.
        waits: How many more would if something fed them.
    """

    name: str
    runs: int
    waits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCoverage:
    """What rules watch."""

    techniques: tuple[WatchedBy, ...]
    log_sources: tuple[WatchedBy, ...]

    @property
    def named(self) -> tuple[WatchedBy, ...]:
        """The techniques without those rules that name none."""
        return tuple(row for row in self.techniques if row.name != _NONE)

    def navigator(self) -> dict[str, Any]:
        """Return the techniques as a layer of the ATT&CK Navigator (format 4.5): how many rules watch each."""
        return {
            "name": "Nabat",
            "versions": {"layer": "4.5"},
            "domain": "enterprise-attack",
            "description": "Techniques that the rules in use watch (green), and those whose rules wait for events",
            "techniques": [
                {
                    "techniqueID": row.name,
                    "score": row.runs,
                    "color": _RUNS if row.runs else _WAITS,
                    "comment": f"{row.runs} run, {row.waits} wait for events",
                }
                for row in self.named
            ],
        }


def rule_coverage(rules: Rules) -> RuleCoverage:
    """Return what rules watch."""
    tags = [(rule.about.tags, "runs") for rule in rules.events if rule.reported]
    tags += [(rule.about.tags, "runs") for rule in rules.correlations if rule.reported]
    tags += [(rule.about.tags, "waits") for rule in rules.waiting]
    sources = [(rule.source, "runs") for rule in rules.events]
    sources += [(each, "waits") for rule in rules.waiting for each in rule.source.split(", ")]
    return RuleCoverage(
        techniques=_rows((name, state) for its, state in tags for name in _techniques(its)),
        log_sources=_rows(iter(sources)),
    )


def _techniques(tags: tuple[str, ...]) -> Iterator[str]:
    named = [found[1].upper() for tag in tags if (found := _TECHNIQUE.fullmatch(tag))]
    yield from dict.fromkeys(named or [_NONE])


def _rows(told: Iterator[tuple[str, str]]) -> tuple[WatchedBy, ...]:
    counts: dict[str, dict[str, int]] = {}
    for name, state in told:
        counts.setdefault(name, {"runs": 0, "waits": 0})[state] += 1
    return tuple(WatchedBy(name=name, **count) for name, count in sorted(counts.items()))


def unseen_sources(rules: Rules, datasets: Collection[str]) -> list[tuple[str, int]]:
    """Return the log sources of which no event can have come, with the number of rules about each, the most first.

    Args:
        rules: The rules in use.
        datasets: Kinds of log (``event.dataset``) that events have come of.
    """
    unseen = Counter(
        rule.source
        for rule in rules.events
        if not any(scope.may_hold(one) for scope, _ in rule.conditions for one in datasets)
    )
    return unseen.most_common()
