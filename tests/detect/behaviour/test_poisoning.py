"""What somebody gains who makes what is usual more, little by little or at once: less than that, and not for others."""

import numpy as np
import polars as pl
import pytest

from detector import frames
from detector.detect.behaviour import BehaviourState, features
from detector.schema.detection.findings import Finding
from tests.detect.behaviour import company
from tests.detect.behaviour.company import familiar, reads, strange
from tests.detect.behaviour.conftest import SEED, TRAINED_DAYS, Trained
from tests.detect.behaviour.judging import END

pytestmark = pytest.mark.share(3)

DAYS = 42
WORKDAYS = [
    day for day in range(TRAINED_DAYS, TRAINED_DAYS + DAYS) if (company.START + day * company.DAY).weekday() < 5
]
THIEF = "op3"


def honest_but(actor: str) -> pl.DataFrame:
    """Return the days after training of everybody else."""
    rows = company.day_of(company.honest(TRAINED_DAYS + DAYS, seed=SEED), TRAINED_DAYS, TRAINED_DAYS + DAYS)
    return rows.filter(pl.col("actor.id") != f"user:{actor}")


def told(trained: Trained, *parts: pl.DataFrame) -> tuple[list[Finding], BehaviourState]:
    """Return what is found, and the state afterwards."""
    judge = trained.judge()
    state, findings, _ = judge.step(trained.state(), company.together(*parts), END)
    return findings + judge.step(state, frames.empty_events(), END)[1], state


def of(findings: list[Finding], actor: str, day: int) -> list[Finding]:
    date = (company.START + day * company.DAY).date()
    return [finding for finding in findings if finding.actor_id == f"user:{actor}" and finding.at.date() == date]


def up_to(rows: pl.DataFrame, day: int) -> pl.DataFrame:
    """Return the rows of the days up to one, it included: what comes later changes nothing that is said of them."""
    return rows.filter(pl.col("@timestamp") < company.START + (day + 1) * company.DAY)


def growing(rate: float, first: int = 60, most: int = 2000) -> list[int]:
    """Return how many clients a thief opens on each day, so much more each time."""
    return [min(round(first * rate**at), most) for at in range(len(WORKDAYS))]


@pytest.fixture(scope="module")
def others() -> pl.DataFrame:
    return honest_but(THIEF)


def volume(day: int, count: int) -> pl.DataFrame:
    """Return one day of a thief who opens clients others know, all in the same hour."""
    return reads(day, 14, THIEF, familiar(count, spread=13), 3000)


def test_what_grows_by_a_twentieth_a_day_is_found_before_it_is_much(trained: Trained, others: pl.DataFrame) -> None:
    steps = growing(1.05)
    found, _ = told(trained, others, *(volume(day, n) for day, n in zip(WORKDAYS, steps, strict=True)))
    first = next(n for day, n in zip(WORKDAYS, steps, strict=True) if of(found, THIEF, day))
    assert first <= 3 * steps[0]


def test_a_patient_insider_gains_a_bounded_part_of_what_it_shows(trained: Trained, others: pl.DataFrame) -> None:
    """Who does twice as much as before after six weeks, and nobody minds, is still found with ten times that."""
    steps = [12 + at * 12 // len(WORKDAYS) for at in range(len(WORKDAYS) - 1)]
    patient = [volume(day, n) for day, n in zip(WORKDAYS, steps, strict=False)]
    found, _ = told(trained, others, *patient, volume(WORKDAYS[-1], 300))
    worst = max(of(found, THIEF, WORKDAYS[-1]), key=lambda finding: finding.score)
    assert worst.reasons[0].message in {f"behaviour-{features.NAMES[at]}" for at in features.FACETS["volume"]}
    assert dict(worst.reasons[0].args)["high"] <= 2.5 * steps[-1]
    assert worst.score > 0.999


def test_more_strangers_each_day_are_found_long_before_they_are_all_it_reads(
    trained: Trained, others: pl.DataFrame
) -> None:
    rows = []
    for at, day in enumerate(WORKDAYS):
        new = min(4 + at, 60)
        clients = np.concatenate([familiar(60 - new, spread=13), strange(new, 500_000 + 100_000 * at)])
        rows.append(reads(day, 14, THIEF, np.random.default_rng(at).permutation(clients)))
    found, _ = told(trained, others, *rows)
    by_day = [bool(of(found, THIEF, day)) for day in WORKDAYS]
    assert True in by_day
    assert 4 + by_day.index(True) <= 40


@pytest.mark.parametrize("leak", ["volume", "strangers"])
def test_a_leak_among_the_days_learned_does_not_hide_the_same_leak_later(trained: Trained, leak: str) -> None:
    clients = familiar(600, spread=13) if leak == "volume" else strange(600)
    usual = up_to(honest_but("nobody"), WORKDAYS[8])
    other = clients if leak == "volume" else strange(600, 5_000_000)
    first, second = reads(WORKDAYS[3], 10, THIEF, clients), reads(WORKDAYS[8], 10, THIEF, other)
    found, _ = told(trained, usual, first, second)
    assert of(found, THIEF, WORKDAYS[3])
    again = max(of(found, THIEF, WORKDAYS[8]), key=lambda finding: finding.score)
    assert again.score > 0.999
    if leak == "strangers":
        assert any("strangers" in reason.message for reason in again.reasons)


def test_accounts_made_up_by_the_hundred_hide_nobody(trained: Trained, others: pl.DataFrame) -> None:
    """Addresses that touch a client or two each day, some of them noisily, while an operator steals."""
    made_up = []
    for day in WORKDAYS[:12]:
        for at in range(60):
            rows = reads(day, 9 + at / 8, "made-up", familiar(300 if at % 10 == 0 else 2), 600)
            name = f"ip:198.51.100.{at}"
            made_up.append(
                rows.with_columns(
                    pl.lit(name).alias("actor.id"), pl.lit("anonymous").alias("actor.type"),
                    pl.lit([], dtype=pl.List(pl.String)).alias("user.roles"),
                )
            )  # fmt: skip
    leak = volume(WORKDAYS[11], 300)
    usual = up_to(others, WORKDAYS[11])
    quiet, _ = told(trained, usual, leak)
    noisy, _ = told(trained, usual, leak, *made_up)
    before, after = (max(of(found, THIEF, WORKDAYS[11]), key=lambda f: f.score) for found in (quiet, noisy))
    assert after.reasons[0].message == before.reasons[0].message
    assert 1 - after.score < 10 * (1 - before.score) + 1e-4
