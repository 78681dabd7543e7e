"""Rules over plain JSON events with field names of their own.

Comes in: rule files and events as dictionaries. Goes out: one dictionary a rule and event, in order of events. Nothing
is renamed and every rule judges every event, whatever its log source. Fields are reached by their literal key, or by a
dotted path through nested objects and lists; any element of a list will do. Correlations are counted in order of time
and told at the event at which their condition became true; an event without a time is taken with the one before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import safe
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.moments import read_time
from detector.detect.rules.columns.native_values import reach
from detector.detect.rules.columns.plain_frame import TYPE, plain_frame
from detector.detect.rules.correlation import whole_windows
from detector.detect.rules.correlation.episodes import CorrelationState, correlate
from detector.detect.rules.correlation.whole_windows import WholeWindows
from detector.detect.rules.loading.rule_context import NO_VALUES, Placeholders, RuleContext
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.ruleset import Rules
from detector.errors import InputError, Problem
from detector.resources import cache_folder

TIME_FIELDS = (
    "@timestamp",
    "timestamp",
    "Timestamp",
    "time",
    "_time",
    "EventTime",
    "eventTime",
    "event_time",
    "UtcTime",
    "TimeCreated",
    "SystemTime",
    "datetime",
    "ts",
    "date",
)
_CHUNK = 5_000
Ints = npt.NDArray[np.int64]


def evaluate(
    rules_paths: Sequence[Path | str],
    events: Iterable[Mapping[str, Any]],
    time_field: str | None = None,
    placeholders: Placeholders = NO_VALUES,
) -> Iterator[dict[str, Any]]:
    """Yield ``{"event": n, "rule": id, "title": …, "kind": "detection" | "correlation"}``, by event and rule.

    Raises:
        ConfigError: A rule cannot be used.
        InputError: A rule failed on these events.
    """
    rules = RuleSet.load(rules_paths, plain=True, context=RuleContext(placeholders), cache=cache_folder())
    found, frame, times = _detections(rules, events, time_field)
    order = {about.id: number for number, about in enumerate(rule.about for rule in rules.events)}
    statements: list[tuple[int, int, dict[str, Any]]] = []
    for rule in rules.events:
        if rule.reported:
            rows = found.get(rule.about.id, np.empty(0, np.int64))
            statements.extend(
                (int(row), order[rule.about.id], _statement(int(row), rule.about.id, rule.about.title, "detection"))
                for row in rows
            )
    statements.extend(_correlated(rules, found, frame, times))
    for _, _, statement in sorted(statements, key=lambda entry: entry[:2]):
        yield statement


def _statement(row: int, rule: str, title: str, kind: str) -> dict[str, Any]:
    return {"event": row + 1, "rule": rule, "title": title, "kind": kind}


def _detections(
    rules: Rules, events: Iterable[Mapping[str, Any]], time_field: str | None
) -> tuple[dict[str, Ints], pl.DataFrame, Ints]:
    """Judge every event by itself; return rows by rule, the fields correlations read, and the times."""
    counted = _correlated_fields(rules)
    wanted = sorted(set().union(*(rule.fields for rule in rules.events), counted))
    types: dict[str, pl.DataType] = dict.fromkeys(wanted, TYPE)
    matcher = RuleMatcher(rules.events, types)
    rows: dict[str, list[Ints]] = {}
    kept: list[pl.DataFrame] = []
    times: list[int | None] = []
    source, start = iter(events), 0
    while chunk := list(islice(source, _CHUNK)):
        frame = plain_frame(chunk, wanted)
        matches = matcher.match(FrameView(frame))
        if matches.failed:
            names = [rules.events[number].about for number in matches.failed]
            raise InputError(Problem(file=about.file, line=about.line, what="the rule failed") for about in names)
        for number, mine in matches.rows.items():
            rows.setdefault(rules.events[number].about.id, []).append(mine + start)
        kept.append(frame.select(map(safe, sorted(counted))))
        if rules.correlations:
            times.extend(_time(event, time_field) for event in chunk)
        start += len(chunk)
    frame = pl.concat(kept) if kept else pl.DataFrame(schema={safe(name): types[name] for name in sorted(counted)})
    filled = pl.Series(times, dtype=pl.Int64()).forward_fill().fill_null(0).to_numpy()
    return {name: np.concatenate(parts) for name, parts in rows.items()}, frame, filled


def _correlated_fields(rules: Rules) -> set[str]:
    groups = {column for rule in rules.correlations for _, columns in rule.group_by for _, column in columns}
    return groups | {column for rule in rules.correlations for column in rule.counted}


def _correlated(
    rules: Rules, found: Mapping[str, Ints], frame: pl.DataFrame, times: Ints
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    if not rules.correlations:
        return
    order = np.argsort(times, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    ordered = frame[order] if frame.width else pl.DataFrame({"": order})
    rows_of = {name: np.sort(place[rows]) for name, rows in found.items()}
    view, time = FrameView(ordered), times[order]
    for number, rule in enumerate(rules.correlations):
        if rule.counts:
            stated = correlate(rule, CorrelationState.empty(), view, rows_of, time)
        else:
            stated = whole_windows.correlate(rule, WholeWindows(), view, rows_of, time)
        rows_of[rule.about.id] = stated.holding_rows
        if rule.reported:
            for row in sorted(order[stated.begun].tolist()):
                statement = _statement(row, rule.about.id, rule.about.title, "correlation")
                yield row, len(rules.events) + number, statement


def _time(event: Mapping[str, Any], time_field: str | None) -> int | None:
    for name in (time_field,) if time_field else TIME_FIELDS:
        for text in reach(event, name) or ():
            moment = read_time(text)
            if moment is not None:
                return moment
    return None
