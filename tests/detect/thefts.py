"""Client data taken card by card, as events, a core with the shipped rules, and what tests ask of its findings."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from detector import frames
from detector.detect.core import Core, in_order
from detector.detect.ordering.reorder import Reorderer
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.rule_checks import LISTS
from detector.resources import shipped
from detector.schema.detection.findings import Finding
from detector.settings import Settings

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEQUENTIAL, BURST = "3dbea6d8-a6b5-531a-a621-ee00f2fbafe6", "2b9a5a0e-3d0e-5c0b-9f5d-6a1c0e7d4b92"
CARD: dict[str, Any] = {"event.action": "read", "event.outcome": "success", "object.type": "client"}


@cache
def core() -> Core:
    rules = RuleSet.load([Path(shipped("rules"))])
    return Core(Reorderer({"samples": timedelta(minutes=1)}), RuleDetector(rules, Settings(), 1, lists=LISTS))


def read_at(rows: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Return events as if they were read at a moment."""
    return rows.with_columns(pl.lit(moment).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"))


def replaced(told: Iterable[Finding]) -> set[str]:
    """Return the ids of findings that another stands for, as it was said last."""
    gone: set[str] = set()
    for finding in told:
        gone = (gone - {finding.id} if finding.stands else gone) | set(finding.replaces)
    return gone


def standing(told: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that no other stands for: what those said hangs on what had been read until then."""
    gone = replaced(told)
    return tuple(finding for finding in in_order(told) if finding.id not in gone)


def card(second: float, who: str, client: int) -> dict[str, Any]:
    ids = [str(client)]
    return {
        "@timestamp": START + timedelta(seconds=second),
        "user.id": who,
        "user.name": who,
        "subject.ids": ids,
        **CARD,
    }
