"""Figures of a company, with what matters given and the rest filled in."""

from collections.abc import Mapping
from typing import Any

from detector.runtime.evaluate.figures import CompanyFigures, LeakFigures, WayFigures
from detector.runtime.evaluate.matching import Fate, Outcome, Topic
from detector.runtime.evaluate.trial import WAYS, JudgingWay


def a_leak(*, found: bool, seconds: float = 60.0, ways: tuple[JudgingWay, ...] = WAYS, **changes: Any) -> LeakFigures:
    """Return a leak that all ways find, or none."""
    outcome = Outcome(fate=Fate.FOUND, seconds=seconds) if found else Outcome(fate=Fate.UNSEEN)
    given = {
        "id": "leak-01", "kind": "bulk_reader", "strength": "loud", "own": False, "role": "teller", "subjects": 120,
        "begins": "2026-03-20T10:00:00+00:00", "span": 600.0, "outcomes": {way.title: outcome for way in ways},
    }  # fmt: skip
    return LeakFigures(**{**given, **changes})


def a_company(
    *leaks: LeakFigures,
    ways: tuple[JudgingWay, ...] = WAYS,
    about: Mapping[str, Mapping[Topic, int]] | None = None,
    **changes: Any,
) -> CompanyFigures:
    """Return a company; ``about`` says by way what its incidents were about."""
    given: dict[str, Any] = {
        "company": "bank", "world": "plain", "seed": 7, "logs": "audit", "staff": 40, "days": 14, "history": 14,
        "lines": 1000, "rejects": 0, "budget": 10.0, "seconds": 1.0, "leaks": leaks,
        "ways": {
            way.title: WayFigures(
                about=(about or {}).get(way.title, {Topic.WORK: 2, Topic.ODDITY: 1, Topic.LEAK: 1}), group=way.group,
                budget=way.budget or 10.0,
            )
            for way in ways
        },
    }  # fmt: skip
    return CompanyFigures(**{**given, **changes})
