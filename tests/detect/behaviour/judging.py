"""What tests of the fold do with it: days after the training judged, as a whole or in pieces."""

from datetime import datetime
from itertools import pairwise

import polars as pl

from detector import frames
from detector.detect.behaviour import Behaviour, BehaviourState
from detector.schema.detection.findings import Finding
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import SEED, TRAINED_DAYS, Trained

END = company.START + 80 * company.DAY
TUESDAY, WEDNESDAY = TRAINED_DAYS + 1, TRAINED_DAYS + 2


def live(*more: pl.DataFrame, busy: dict[int, float] | None = None, days: int = 3) -> pl.DataFrame:
    """Return the days after training, with something planted."""
    frame = company.honest(TRAINED_DAYS + days, seed=SEED, busy=busy)
    return company.together(company.day_of(frame, TRAINED_DAYS, TRAINED_DAYS + days), *more)


def run(
    judge: Behaviour, state: BehaviourState, frame: pl.DataFrame, cuts: list[int] | None = None, upto: datetime = END
) -> list[Finding]:
    """Return what is found of rows, handed over in pieces."""
    found: list[Finding] = []
    for first, end in pairwise([0, *sorted(cuts or []), frame.height]):
        part = frame[first:end]
        moment = part["@timestamp"][-1] if part.height else company.START
        state, findings, _ = judge.step(state, part, moment)
        found += findings
    return found + judge.step(state, frames.empty_events(), upto)[1]


def found(trained: Trained, *more: pl.DataFrame, busy: dict[int, float] | None = None) -> dict[str, list[Finding]]:
    """Return what is found when something is planted, by actor."""
    out: dict[str, list[Finding]] = {}
    for finding in run(trained.judge(), trained.state(), live(*more, busy=busy)):
        out.setdefault(finding.actor_id.removeprefix("user:"), []).append(finding)
    return out
