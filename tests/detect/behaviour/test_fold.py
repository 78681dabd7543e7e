from datetime import timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector import frames
from detector.detect.behaviour import Behaviour
from detector.schema.findings import Finding
from detector.schema.levels import Severity
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import TRAINED_DAYS, Trained

END = company.START + 40 * company.DAY


def run(behaviour: Behaviour, state, frame: pl.DataFrame, cuts: list[int] = (), upto=END) -> list[Finding]:
    found: list[Finding] = []
    edges = [0, *sorted(cuts), frame.height]
    for first, end in pairwise(edges):
        part = frame[first:end]
        moment = part["@timestamp"][-1] if part.height else company.START
        state, findings, _ = behaviour.step(state, part, moment)
        found += findings
    found += behaviour.step(state, frames.empty_events(), upto)[1]
    return found


def merged(findings: list[Finding]) -> dict[str, Finding]:
    out: dict[str, Finding] = {}
    for finding in findings:
        out[finding.id] = out[finding.id].merge(finding) if finding.id in out else finding
    return out


def live(*more: pl.DataFrame, busy: dict[int, float] | None = None, days: int = 3) -> pl.DataFrame:
    """Return the days after training, with something planted."""
    frame = company.honest(TRAINED_DAYS + days, seed=1, busy=busy)
    return company.together(company.day_of(frame, TRAINED_DAYS, TRAINED_DAYS + days), *more)


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


def test_a_month_end_shared_by_everybody_is_not_the_readers_fault(trained: Trained) -> None:
    burst = {TRAINED_DAYS + 1: 3.0}
    quiet = merged(run(trained.judge(), trained.state(), live()))
    shared = merged(run(trained.judge(), trained.state(), live(busy=burst)))
    alone = merged(run(trained.judge(), trained.state(), live(company.bulk(TRAINED_DAYS + 1, 14), busy=burst)))
    assert len({f.actor_id for f in shared.values()}) <= len({f.actor_id for f in quiet.values()}) + 4
    assert max(f.score for f in alone.values() if f.actor_id == "user:op3") > max(f.score for f in shared.values())
    assert all(finding.severity is not Severity.CRITICAL for finding in shared.values())


def test_the_first_reason_names_what_was_done(trained: Trained) -> None:
    found = merged(run(trained.judge(), trained.state(), live(company.bulk(TRAINED_DAYS + 1, 14))))
    worst = max(found.values(), key=lambda finding: finding.score)
    named = [reason.message for reason in worst.reasons]
    assert named[0] in {"behaviour-novel", "behaviour-strange", "behaviour-subjects", "behaviour-events"}
    assert "behaviour-subjects" in named
    args = dict(next(reason for reason in worst.reasons if reason.message == "behaviour-subjects").args)
    assert args["value"] >= 1240
    assert args["low"] < args["high"] < args["value"]


def test_night_work_is_named_as_such(trained: Trained) -> None:
    night = company.bulk(TRAINED_DAYS + 1, 2, actor="op5", count=60)
    found = merged(run(trained.judge(), trained.state(), live(night)))
    mine = [finding for finding in found.values() if finding.actor_id == "user:op5"]
    assert any(reason.message == "behaviour-night" for finding in mine for reason in finding.reasons)


@pytest.fixture(scope="module")
def at_once(trained: Trained) -> tuple[pl.DataFrame, list[Finding]]:
    """Return rows, and what is found of them without any cut."""
    frame = live(company.bulk(TRAINED_DAYS + 1, 14), days=2)
    return frame, run(trained.judge(), trained.state(), frame)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.integers(0, 5000), max_size=8), waiting=st.sampled_from([4096, 7]))
def test_any_cut_of_the_same_rows_gives_the_same_findings(
    trained: Trained, at_once: tuple[pl.DataFrame, list[Finding]], cuts: list[int], waiting: int
) -> None:
    frame, whole = at_once
    cuts = [min(cut, frame.height) for cut in cuts]
    state = trained.state()
    state.waiting.floor = waiting
    assert run(trained.judge(), state, frame, cuts) == whole
    assert len({finding.id for finding in whole}) >= 2


def test_findings_are_the_same_when_waiting_rows_were_joined_or_saved_on_the_way(
    trained: Trained, at_once: tuple[pl.DataFrame, list[Finding]]
) -> None:
    frame, whole = at_once
    state, judge, found = trained.state(), trained.judge(), []
    for at in range(0, frame.height, 37):
        state.waiting.floor = state.waiting.least = 50
        part = frame[at : at + 37]
        state, findings, _ = judge.step(state, part, part["@timestamp"][-1])
        found += findings
        if at % 5 == 0:
            state = type(state).from_tables(state.tables())
            state.absorb()
    found += judge.step(state, frames.empty_events(), END)[1]
    assert found == whole


def test_without_a_model_nothing_is_scored_and_that_is_said() -> None:
    judge = Behaviour.of(company.settings(), None)
    _, findings, stats = judge.step(judge.empty(), company.honest(2), END)
    assert findings == []
    assert stats.not_ready is not None
    assert stats.not_ready.seen < stats.not_ready.needed
    assert stats.scores.size == 0


def test_actors_without_a_past_are_counted_as_not_ready_not_as_harmless(trained: Trained) -> None:
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
    assert all(reason.message.endswith("-new") for reason in found[0].reasons if reason.message[-4:] != "tion")


def test_failed_logins_are_charged_to_the_address_not_to_the_victim(trained: Trained) -> None:
    count = 400
    at = TRAINED_DAYS * 86400 + 36000 + np.arange(count, dtype=float)
    attempts = company.events(at, ["op3"] * count, ["operator"] * count, np.arange(count), ["login"] * count)
    attempts = attempts.with_columns(
        pl.lit("failure").alias("event.outcome"),
        pl.lit(None, dtype=pl.String()).alias("object.type"),
        pl.lit("198.51.100.7").alias("source.ip"),
        # As the decoder charges them.
        pl.lit("ip:198.51.100.7").alias("actor.id"),
        pl.lit("anonymous").alias("actor.type"),
        pl.lit(None, dtype=pl.String()).alias("user.id"),
    )
    state = trained.state()
    trained.judge().step(state, attempts, company.START + TRAINED_DAYS * company.DAY + timedelta(hours=11))
    failures = state.windows.totals[state.number("ip:198.51.100.7")][4]
    assert failures == count
    assert state.windows.totals[state.number("user:op3")][4] == 0


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
