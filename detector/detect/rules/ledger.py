"""Rows behind rules → findings, with the running counts that make any cut of the rows tell the same.

Comes in: for a frame, which rows stand behind which rule, group and bucket. Goes out: one finding for each of those,
stated anew with higher counts while it goes on. Rows are put together as columns before anything becomes a Python
object: a flood of twenty thousand rows makes one finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from detector import frames
from detector.detect.rules.ruleset import CorrelationRule, EventRule
from detector.schema.findings import MAX_EVIDENCE, Detector, Evidence, Finding, Reason
from detector.schema.ids import derive
from detector.schema.levels import Severity

KEY = {"rule": pl.String(), "group": pl.String(), "bucket": pl.Int64()}
INPUT = {"row": pl.Int64(), **KEY, "at": pl.Int64(), "first": pl.Int64(), "peak": pl.Int64()}
TOTALS = {
    **KEY,
    "at": pl.Int64(),
    "first": pl.Int64(),
    "last": pl.Int64(),
    "events": pl.Int64(),
    "low": pl.Int64(),
    "high": pl.Int64(),
    "peak": pl.Int64(),
    "subjects": pl.Int64(),
}
SUBJECTS = {**KEY, "subject": pl.UInt64()}
MAX_SUBJECTS = 10_000
_SCORES = {Severity.LOW: 0.25, Severity.MEDIUM: 0.5, Severity.HIGH: 0.75, Severity.CRITICAL: 1.0}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT = 86_400_000_000  # totals of a matter that has been quiet for a day are dropped
_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))

Rule = EventRule | CorrelationRule


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Totals of open matters, and the subjects already counted in them (hashes)."""

    totals: pl.DataFrame
    subjects: pl.DataFrame

    @staticmethod
    def empty() -> "LedgerState":
        """Return the state before the first event."""
        return LedgerState(pl.DataFrame(schema=TOTALS), pl.DataFrame(schema=SUBJECTS))


def moment(microseconds: int) -> datetime:
    """Return the time that many microseconds after the epoch."""
    return _EPOCH + timedelta(microseconds=microseconds)


def enter(
    state: LedgerState,
    frame: pl.DataFrame,
    rows: pl.DataFrame,
    rules: Mapping[str, Rule],
    risk: Mapping[str, int],
) -> tuple[LedgerState, list[Finding]]:
    """Take the fold one frame further.

    Args:
        state: The state.
        frame: The events.
        rows: ``INPUT``: which rows stand behind what.
        rules: By id.
        risk: Points by severity.
    """
    if not rows.height:
        return state, []
    keys = list(KEY)
    facts = _facts(frame, rows)
    subjects, fresh = _subjects(state, facts)
    sums = facts.group_by(keys, maintain_order=True).agg(
        pl.col("at").first(),
        pl.col("first").min(),
        pl.col("time").max().alias("last"),
        pl.len().cast(pl.Int64).alias("events"),
        pl.col("low").sum(),
        pl.col("high").sum(),
        pl.col("peak").max(),
        pl.col("actor.id", "actor.type", "service.name", "source.ip").last().name.prefix("last "),
        pl.col("source.ip").drop_nulls().unique().sort().alias("ips"),
        pl.col("object.classes").explode().drop_nulls().unique().sort().alias("classes"),
        pl.col("row").head(MAX_EVIDENCE).alias("evidence"),
    )
    sums = sums.join(fresh, on=keys, how="left", maintain_order="left").with_columns(pl.col("subjects").fill_null(0))
    known = sums.join(state.totals, on=keys, how="left", suffix=" before", maintain_order="left").with_columns(
        pl.coalesce("at before", "at").alias("at"),
        pl.min_horizontal("first", "first before").alias("first"),
        pl.max_horizontal("last", "last before").alias("last"),
        pl.max_horizontal("peak", "peak before").alias("peak"),
        pl.min_horizontal(pl.col("subjects") + pl.col("subjects before").fill_null(0), MAX_SUBJECTS).alias("subjects"),
        *(pl.col(name) + pl.col(f"{name} before").fill_null(0) for name in ("events", "low", "high")),
    )
    totals = _carried(state.totals, known.select(*TOTALS))
    findings = _findings(frame, known, rules, risk)
    held = subjects.join(totals.select(keys), on=keys, how="semi", maintain_order="left")
    return LedgerState(totals, held), findings


def _facts(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the input with what findings tell about each row."""
    ids = pl.max_horizontal(pl.col("record.ids").list.len(), pl.col("subject.ids").list.len()).fill_null(0)
    events = frame[rows["row"].to_numpy()].select(
        pl.col("@timestamp").dt.epoch("us").alias("time"),
        "actor.id",
        "actor.type",
        "service.name",
        "source.ip",
        "object.classes",
        "subject.ids",
        ids.cast(pl.Int64).alias("low"),
        pl.max_horizontal(ids.cast(pl.Int64), pl.col("record.count").fill_null(0)).alias("high"),
    )
    return pl.concat([rows, events], how="horizontal")


def _subjects(state: LedgerState, facts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    keys = list(KEY)
    seen = (
        facts.select(*keys, pl.col("subject.ids").alias("subject"))
        .filter(pl.col("subject").list.len() > 0)
        .explode("subject")
        .with_columns(pl.col("subject").hash(seed=0))
        .unique(maintain_order=True)
    )
    new = seen.join(state.subjects, on=list(SUBJECTS), how="anti", maintain_order="left")
    fresh = new.group_by(keys).agg(pl.len().cast(pl.Int64).alias("subjects"))
    touched = state.subjects.join(fresh.select(keys), on=keys, how="semi", maintain_order="left")
    others = state.subjects.join(fresh.select(keys), on=keys, how="anti", maintain_order="left")
    mine = pl.concat([touched, new.select(*SUBJECTS)])
    capped = mine.filter(pl.int_range(pl.len()).over(keys) < MAX_SUBJECTS)
    return pl.concat([others, capped]), fresh


def _carried(before: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    keys = list(KEY)
    newest = known["last"].max()
    kept = pl.concat([before.join(known.select(keys), on=keys, how="anti", maintain_order="left"), known])
    return kept.filter(pl.col("last") >= newest - _KEPT) if isinstance(newest, int) else kept


def _findings(
    frame: pl.DataFrame, known: pl.DataFrame, rules: Mapping[str, Rule], risk: Mapping[str, int]
) -> list[Finding]:
    known = known.with_columns(
        pl.struct("evidence", (MAX_EVIDENCE - pl.col("events before").fill_null(0)).clip(0).alias("room")).alias("show")
    )
    wanted = known.select(pl.col("evidence").list.head(pl.col("show").struct.field("room"))).explode("evidence")
    numbers = wanted["evidence"].drop_nulls().unique().sort()
    shown = frames.identify(frame[numbers.to_numpy()])
    columns = ("@timestamp", "event.id", "log.file.path", "log.offset", "event.hash")
    proofs = {
        number: Evidence(at=at, event_id=event_id, path=path or "", offset=offset or 0, line_hash=line_hash)
        for number, (at, event_id, path, offset, line_hash) in zip(
            numbers.to_list(), shown.select(columns).iter_rows(), strict=True
        )
    }
    return [_finding(row, rules[row["rule"]], proofs, risk) for row in known.iter_rows(named=True)]


def _finding(row: dict[str, Any], rule: Rule, proofs: Mapping[int, Evidence], risk: Mapping[str, int]) -> Finding:
    about = rule.about
    correlation = rule if isinstance(rule, CorrelationRule) else None
    actor_id, actor_type = _actor(row, rule)
    counts_ids = correlation is not None and bool({"subject.ids", "record.ids"} & set(correlation.values))
    low = max(row["low"], row["peak"] if counts_ids else 0)
    before = correlation.count - 1 if correlation and correlation.kind == "event_count" else 0
    evidence = [proofs[number] for number in row["evidence"][: row["show"]["room"]]]
    clients = row["peak"] if correlation and "subject.ids" in correlation.values else 0
    bucket = moment(row["bucket"]).isoformat()
    return Finding(
        id=derive("finding", about.id, row["group"], bucket),
        detector=Detector.CORRELATION if correlation else Detector.RULE,
        rule_id=about.id,
        title=about.title,
        title_ru=about.title_ru,
        actor_id=actor_id,
        actor_type=actor_type,
        at=moment(row["at"]),
        first_event_at=moment(row["first"]),
        last_event_at=moment(row["last"]),
        severity=about.severity,
        confidence=about.confidence,
        score=_SCORES[about.severity],
        risk=risk.get(about.severity.value, 0),
        matter=about.matter,
        playbook=about.playbook,
        service=row["last service.name"] or "",
        events=row["events"] + max(before, 0),
        reasons=_reasons(row, correlation, max(before, 0)),
        tags=about.tags,
        source_ips=tuple(row["ips"]),
        subject_count=max(row["subjects"], clients),
        record_low=low,
        record_high=max(row["high"], low),
        data_classes=tuple(row["classes"]),
        evidence=tuple(sorted(evidence)),
    )


def _actor(row: dict[str, Any], rule: Rule) -> tuple[str, str]:
    grouped = isinstance(rule, CorrelationRule) and "source.ip" in [
        column for _, columns in rule.group_by for _, column in columns
    ]
    by_person = isinstance(rule, CorrelationRule) and any(
        column == "actor.id" for _, columns in rule.group_by for _, column in columns
    )
    address = row["last source.ip"]
    if address and not by_person and (grouped or rule.about.actor == "source.ip"):
        return f"ip:{address}", "anonymous"
    return row["last actor.id"] or "", row["last actor.type"] or "unknown"


def _reasons(row: dict[str, Any], rule: CorrelationRule | None, before: int) -> tuple[Reason, ...]:
    if rule is None:
        reasons = [Reason(message="rule-events", args=(("count", row["events"]),))]
    else:
        size, unit = next((size, unit) for size, unit in _UNITS if rule.span.total_seconds() % size == 0)
        span = (("span", round(rule.span.total_seconds()) // size), ("unit", unit))
        name, count = _counted(rule, row, before)
        reasons = [Reason(message=name, args=(("count", count), *span))]
    if row["high"]:
        reasons.append(Reason(message="rule-records", args=(("low", row["low"]), ("high", row["high"]))))
    return tuple(reasons)


def _counted(rule: CorrelationRule, row: dict[str, Any], before: int) -> tuple[str, int]:
    if rule.kind == "event_count":
        return "rule-event-count", row["events"] + before
    if "subject.ids" in rule.values:
        return "rule-client-count", row["peak"]
    return ("rule-record-count" if "record.ids" in rule.values else "rule-value-count"), row["peak"]
