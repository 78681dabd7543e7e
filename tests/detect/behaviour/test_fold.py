"""The fold as a whole: evidence, what is not judged, and what it forgets."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from detector import frames
from detector.detect.behaviour import Behaviour
from detector.schema.detection.findings import Finding
from detector.schema.levels import Severity
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import TRAINED_DAYS, Trained
from tests.detect.behaviour.judging import END, live, run


def merged(findings: list[Finding]) -> dict[str, Finding]:
    out: dict[str, Finding] = {}
    for finding in findings:
        out[finding.id] = out[finding.id].merge(finding) if finding.id in out else finding
    return out


@pytest.mark.share(2)
def test_a_planted_bulk_reader_is_found_and_ranks_first(trained: Trained) -> None:
    found = merged(run(trained.judge(), trained.state(), live(company.bulk(TRAINED_DAYS + 1, 14))))
    worst = max(found.values(), key=lambda finding: finding.score)
    assert worst.actor_id == "user:op3"
    assert worst.severity.rank >= Severity.HIGH.rank
    assert worst.subject_count >= 1240
    assert worst.record_high >= 1240
    assert worst.data_classes == ("contact",)
    assert worst.service == "crm"
    assert worst.source_ips == (f"192.0.2.{company.hash_of('op3')}",)
    assert worst.actor_type == "human"


def test_evidence_points_to_lines_of_the_actor_and_proves_them(trained: Trained) -> None:
    frame = live(company.bulk(TRAINED_DAYS + 1, 14))
    found = merged(run(trained.judge(), trained.state(), frame))
    worst = max(found.values(), key=lambda finding: finding.score)
    known = frames.identify(frame.filter(pl.col("actor.id") == "user:op3"))
    lines = dict(known.select("event.id", "event.hash").iter_rows())
    assert worst.evidence
    assert all(lines[pointer.event_id] == pointer.line_hash for pointer in worst.evidence)


def test_without_a_model_nothing_is_scored_and_that_is_said() -> None:
    judge = Behaviour.of(company.settings(), None)
    _, findings, stats = judge.step(judge.empty(), company.honest(2), END)
    assert findings == []
    assert stats.not_ready is not None
    assert stats.not_ready.seen < stats.not_ready.needed
    assert stats.scores.size == 0


def test_before_anything_is_known_nothing_is_told_and_the_fold_says_it_is_not_ready(trained: Trained) -> None:
    judge = trained.judge()
    _, findings, stats = judge.step(judge.empty(), company.bulk(0, 10), END)
    assert findings == []
    assert stats.windows == 0
    assert stats.unready > 0
    assert stats.not_ready is not None


def test_a_new_account_is_judged_by_its_role_with_low_confidence(trained: Trained) -> None:
    frame = live(company.bulk(TRAINED_DAYS + 1, 14, actor="newcomer"))
    found = [f for f in merged(run(trained.judge(), trained.state(), frame)).values() if f.actor_id == "user:newcomer"]
    assert found
    assert all(finding.confidence == "low" for finding in found)
    assert all(reason.message.endswith("-new") for finding in found for reason in finding.reasons)


def test_what_was_refused_and_what_nobody_is_charged_with_is_not_judged(trained: Trained) -> None:
    refused = company.bulk(TRAINED_DAYS + 1, 14, actor="op5").with_columns(pl.lit("failure").alias("event.outcome"))
    nobody = company.bulk(TRAINED_DAYS + 1, 15).with_columns(pl.lit(None, pl.String).alias("actor.id"))
    told = run(trained.judge(), trained.state(), live(refused, nobody))
    assert told == run(trained.judge(), trained.state(), live())


def test_events_behind_the_moment_already_judged_are_counted_and_left_out(trained: Trained) -> None:
    frame = live()
    state, judge = trained.state(), trained.judge()
    judge.step(state, frame, END)
    _, findings, stats = judge.step(state, company.bulk(TRAINED_DAYS + 1, 14), END)
    assert findings == []
    assert stats.late == 1240


def test_idle_actors_are_forgotten_before_accounts_with_a_past_and_the_state_says_so(trained: Trained) -> None:
    state, judge = trained.state(), trained.judge()
    state.most_actors = len(state.names) + 5
    for wave in range(6):
        at = (TRAINED_DAYS + 1 + wave) * 86400 + 36000 + np.arange(3, dtype=float)
        names = [f"passer{wave}-{place}" for place in range(3)]
        frame = company.events(at, names, ["operator"] * 3, np.arange(3))
        _, _, stats = judge.step(state, frame, frame["@timestamp"][-1] + timedelta(hours=3))
    assert state.forgotten > 0
    assert len(state.names) <= state.most_actors
    assert all(state.number(f"user:op{operator}") >= 0 for operator in range(20))
    assert stats.actors == len(state.names)


def test_a_flood_of_strange_addresses_cannot_grow_the_state(trained: Trained) -> None:
    state, judge = trained.state(), trained.judge()
    state.most_actors = 30
    count = 100
    at = TRAINED_DAYS * 86400 + 36000 + np.arange(count, dtype=float)
    frame = company.events(at, [f"n{i}" for i in range(count)], ["operator"] * count, np.arange(count))
    _, _, stats = judge.step(state, frame, END)
    assert len(state.names) <= 30
    assert stats.refused > 0


@pytest.mark.parametrize(("zone", "minutes"), [("UTC", 0), ("Asia/Kolkata", -330), ("Asia/Kathmandu", -345)])
def test_a_day_begins_at_midnight_where_the_company_is(zone: str, minutes: int) -> None:
    judge = Behaviour(company.settings().behaviour, None, timezone=zone)
    state, midnight = judge.empty(), company.START + company.DAY + timedelta(minutes=minutes)
    at = np.array([(midnight - company.START).total_seconds() - 400, (midnight - company.START).total_seconds() + 10])
    rows = company.events(at, ["op1", "op1"], ["operator"] * 2, np.array([1, 2]))
    judge.step(state, rows, midnight)
    assert state.learned == 0
    judge.step(state, frames.empty_events(), midnight + timedelta(minutes=5))
    assert state.learned == 1
