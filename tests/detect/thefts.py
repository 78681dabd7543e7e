"""Client data taken card by card, as events, and a core with the shipped rules."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from detector.detect.core import Core
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.sequence import Sequencer
from detector.resources import shipped
from detector.settings import Settings

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEQUENTIAL, BURST = "3dbea6d8-a6b5-531a-a621-ee00f2fbafe6", "2b9a5a0e-3d0e-5c0b-9f5d-6a1c0e7d4b92"
CARD: dict[str, Any] = {"event.action": "read", "event.outcome": "success", "object.type": "client"}


@cache
def core() -> Core:
    rules = RuleSet.load([Path(shipped("rules"))])
    return Core(Sequencer({"samples": timedelta(minutes=1)}), RuleDetector(rules, Settings(), 1))


def card(second: float, who: str, client: int) -> dict[str, Any]:
    ids = [str(client)]
    return {
        "@timestamp": START + timedelta(seconds=second),
        "user.id": who,
        "user.name": who,
        "subject.ids": ids,
        **CARD,
    }
