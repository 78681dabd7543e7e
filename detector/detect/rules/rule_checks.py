"""Rules for people: a list, a check, and the samples that stand beside each rule, run.

Comes in: rule files. Goes out: plain data for the commands. Samples are described in rules/README.md.
"""

import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import polars as pl
import pyarrow as pa

from detector import frames
from detector.arrow_buffers import arrow_array
from detector.detect.rules.detector import RuleDetector
from detector.detect.rules.loading.rule_context import NO_CONTEXT, RuleContext
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.ruleset import About, Rules, WaitingRule
from detector.errors import ConfigError, Problem
from detector.schema.events.columns import ACCOUNT, ADDRESS
from detector.settings import RecordMap, Settings
from detector.settings.lists.absence import Leave
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.loading.load_settings import read_text
from detector.settings.rule_files import rule_files

CANARY = "CANARY-1"
LISTS = CompanyLists(
    watched=frozenset(f"WATCHED-{number}" for number in range(1, 31)),
    leave={"on-leave": (Leave(date(2026, 3, 1), date(2026, 3, 31)),)},
    holidays=(Leave(date(2026, 5, 1), date(2026, 5, 2)),),
)
_START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
_UNKNOWN = {
    "en": "events of this log source, which no format here reads; declare a source of them with `sigma:`",
    "ru": "события этого источника, которые не читает ни один формат; укажите для их источника `sigma:`",
}
_CASES = {"== match:": True, "== clean:": False}
_DEFAULTS: dict[str, Any] = {
    "log.source": "sample",
    "event.category": "web",
    "event.action": "other",
    "event.outcome": "success",
    "actor.type": "human",
    "service.name": "crm",
    "event.dataset": "nginx.access",
    "log.file.path": "sample.log",
    "log.file.identity": "sample",
    "log.stream": "sample.log",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule in a list.

    Attributes:
        source: Its log source; of a correlation `correlation`.
        state: `runs`, or `waits`: nothing here reads its events.
        needs: What would feed a rule that waits.
    """

    id: str
    title: str
    kind: str
    severity: str
    source: str
    filters: tuple[str, ...]
    playbook: str
    dedup_seconds: int
    tags: tuple[str, ...]
    file: str
    state: str = "runs"
    needs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCheck:
    """What came of checking rules.

    Attributes:
        problems: Everything wrong with them, samples files included.
        runs: How many rules are ready to judge.
        waiting: Those whose events nothing here reads.
    """

    problems: tuple[Problem, ...]
    runs: int = 0
    waiting: tuple[WaitingRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleResult:
    """One case of a samples file."""

    file: str
    line: int
    case: str
    must_match: bool
    matched: bool

    @property
    def ok(self) -> bool:
        """Whether the rule did what the sample says."""
        return self.matched is self.must_match


def list_rules(rules: Rules) -> list[RuleRow]:
    """Return every rule that states findings, or would if it had events, by file and title."""
    rows = [_row(rule.about, "detection", rule.source, rule.filters) for rule in rules.events if rule.reported]
    rows += [_row(rule.about, rule.kind, "correlation") for rule in rules.correlations if rule.reported]
    rows += [
        replace(_row(rule.about, "detection", rule.source), state="waits", needs=needs_of(rule))
        for rule in rules.waiting
    ]
    return sorted(rows, key=lambda row: (row.file, row.title, row.id))


def needs_of(rule: WaitingRule, language: str = "en") -> str:
    """Return what would feed a rule that waits."""
    return rule.needs.get(language) or _UNKNOWN[language]


def _row(about: About, kind: str, source: str, filters: tuple[str, ...] = ()) -> RuleRow:
    return RuleRow(
        id=about.id,
        title=about.title,
        kind=kind,
        severity=about.severity.value,
        source=source,
        filters=filters,
        playbook=about.playbook,
        dedup_seconds=round(about.dedup.total_seconds()),
        tags=about.tags,
        file=about.file,
    )


def _is_file(path: Path | zipfile.Path) -> TypeGuard[Path]:
    """Say whether a rule's file is on the disk, not in an archive: only there can samples be beside it."""
    return isinstance(path, Path)


def check_rules(
    paths: Iterable[Path | str], context: RuleContext = NO_CONTEXT, beside: Iterable[Path | str] = ()
) -> RuleCheck:
    """Check rules and the samples files beside them.

    Args:
        paths: Where they are.
        context: What the settings say of rules.
        beside: Where the rules are that will be used with them, which correlations may count and filters narrow.
    """
    paths = list(paths)
    mine = {os.path.realpath(str(path)) for path in rule_files(paths, [])}
    others = [path for path in rule_files(beside, []) if _is_file(path) and os.path.realpath(path) not in mine]
    rules = RuleSet.load([*others, *paths], tolerant=True, context=context)
    theirs = frozenset(map(str, others))
    problems = [problem for problem in rules.skipped if problem.file not in theirs]
    for path in filter(_is_file, rule_files(paths, [])):
        samples = path.with_suffix(".samples")
        if samples.exists():
            try:
                read_samples(samples)
            except ConfigError as error:
                problems.extend(error.problems)
    waiting = tuple(rule for rule in rules.waiting if rule.about.file not in theirs)
    abouts = [rule.about for rule in rules.events] + [rule.about for rule in rules.correlations]
    runs = sum(about.file not in theirs for about in abouts)
    return RuleCheck(problems=tuple(sorted(problems)), runs=runs, waiting=waiting)


def test_rules(paths: Iterable[Path | str], context: RuleContext) -> list[SampleResult]:
    """Run the samples beside the rules, each rule file by itself.

    Raises:
        ConfigError: A rule or a samples file is wrong, or what is named is not there.
    """
    named = [Path(path) for path in paths]
    gone = [Problem(file=str(path), what="is not there", fix="see the spelling") for path in named if not path.exists()]
    if gone:
        raise ConfigError(gone)
    results: list[SampleResult] = []
    for path in filter(_is_file, rule_files(named)):
        samples = path.with_suffix(".samples")
        if not samples.exists():
            continue
        about = Settings(records=RecordMap(canaries=(CANARY,)))
        detector = RuleDetector(RuleSet.load([path], context=context), about, lists=LISTS)
        for case in read_samples(samples):
            _, findings = detector.step(detector.empty(), events_frame(case.events))
            result = SampleResult(
                file=str(samples), line=case.line, case=case.name, must_match=case.must_match, matched=bool(findings)
            )
            results.append(result)
    return results


test_rules.__test__ = False  # type: ignore[attr-defined]  # not a test case of pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """Events that must match a rule, or must not."""

    line: int
    name: str
    must_match: bool
    events: tuple[dict[str, Any], ...] = ()


def read_samples(path: Path) -> list[SampleCase]:
    """Return the cases of a samples file.

    Raises:
        ConfigError: Of each line that is no sample event.
    """
    cases: list[SampleCase] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            _read_line(cases, text, number)
        except (ValueError, TypeError, KeyError) as error:
            problems.append(Problem(file=str(path), line=number, what=f"no sample event: {error}"))
    if problems:
        raise ConfigError(problems)
    return cases


def _read_line(cases: list[SampleCase], text: str, number: int) -> None:
    """Begin a case, or put an event into the last one."""
    mark = next((mark for mark in _CASES if text.startswith(mark)), None)
    if mark:
        cases.append(SampleCase(line=number, name=text.removeprefix(mark).strip(), must_match=_CASES[mark]))
    elif not cases:
        raise ValueError("it stands before the first `== match:` or `== clean:`")
    else:
        cases[-1] = replace(cases[-1], events=(*cases[-1].events, *_expand(json.loads(text))))


def _expand(event: Any) -> Iterator[dict[str, Any]]:
    """Repeat an event as its ``$repeat`` says, counting ``{n}`` in its texts."""
    if not isinstance(event, dict):
        raise ValueError("not a JSON object")
    repeat = event.pop("$repeat", {"times": 1})
    unknown = set(event) - set(frames.EVENT_SCHEMA)
    if unknown:
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    _must_fit(event)
    first = datetime.fromisoformat(event.pop("@timestamp", _START.isoformat()))
    for number in range(int(repeat["times"])):
        at = first + timedelta(seconds=number * float(repeat.get("every", 1)))
        filled = {name: _fill(value, number + int(repeat.get("from", 1))) for name, value in event.items()}
        yield {"@timestamp": at, **filled}


def _must_fit(event: dict[str, Any]) -> None:
    labels = event.get("labels") or {}
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        raise ValueError('labels must be an object of texts, such as {"EventID": "4624"}')
    for name in event.keys() - {"labels", "@timestamp"}:
        try:
            pl.Series(name, [event[name]], dtype=frames.EVENT_SCHEMA[name])
        except (TypeError, ValueError, pl.exceptions.PolarsError):
            raise ValueError(f"{name} must be of type {frames.EVENT_SCHEMA[name]}") from None


def _fill(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, dict):
        return {key: _fill(part, number) for key, part in value.items()}
    return [_fill(part, number) for part in value] if isinstance(value, list) else value


def events_frame(events: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Return sample events as a frame in total order, with what they leave out filled in."""
    rows = sorted((_DEFAULTS | event for event in events), key=lambda event: event["@timestamp"])
    complete = [
        {
            **row,
            "event.ingested": row["@timestamp"],
            "log.offset": offset,
            "actor.id": row.get("actor.id") or _actor(row),
            "event.original": row.get("event.original") or f"{row.get('url.path')}?{row.get('url.query')} {offset}",
        }
        for offset, row in enumerate(rows)
    ]
    columns = [
        _labels([row.get(name) or {} for row in rows])
        if name == "labels"
        else pl.Series(name, [row.get(name) for row in complete], dtype=dtype)
        for name, dtype in frames.EVENT_SCHEMA.items()
    ]
    return pl.DataFrame(columns)


def _labels(rows: Sequence[dict[str, str]]) -> pl.Series:
    """Return the column of labels. Polars would make a frame of each row's, which took half of the time of samples."""
    pairs = [pair for labels in rows for pair in labels.items()]
    flat = pl.DataFrame(pairs, schema=dict.fromkeys(("key", "value"), pl.String()), orient="row").to_struct()
    offsets = np.cumsum([0, *map(len, rows)])
    lists = pa.LargeListArray.from_arrays(arrow_array(offsets), flat.to_arrow())
    return pl.Series("labels", lists, dtype=frames.EVENT_SCHEMA["labels"])


def _actor(row: dict[str, Any]) -> str | None:
    if row.get("user.id"):
        return f"{ACCOUNT}{row['user.id']}"
    return f"{ADDRESS}{row['source.ip']}" if row.get("source.ip") else None
