"""Variants say beside the fold what folds of their own would say."""

from collections.abc import Collection, Sequence

import polars as pl
import pytest

from detector.detect.behaviour import FACETS, MOST_FALSE_A_MONTH, Behaviour, BehaviourVariant, reason_facets
from detector.schema.detection.findings import Finding
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import Trained
from tests.detect.behaviour.judging import TUESDAY, WEDNESDAY, live, run


def planted() -> pl.DataFrame:
    return live(company.bulk(TUESDAY, 14), company.bulk(WEDNESDAY, 11, actor="op5", count=90, seconds=2000))


def told(trained: Trained, *asked: tuple[float, Collection[str]]) -> tuple[list[Finding], list[list[Finding]]]:
    """Return what a fold says, and what each variant says beside it."""
    said: list[list[Finding]] = [[] for _ in asked]
    variants = [
        BehaviourVariant(budget, without, its.extend) for (budget, without), its in zip(asked, said, strict=True)
    ]
    judge = Behaviour.of(trained.settings, trained.model, variants=variants)
    return run(judge, trained.state(), planted(), cuts=[400, 1500, 3000]), said


def facets(findings: Sequence[Finding]) -> set[str]:
    return {reason_facets()[reason.message] for finding in findings for reason in finding.reasons}


def test_a_variant_that_changes_nothing_says_what_the_fold_says(trained: Trained) -> None:
    shipped, (same,) = told(trained, (trained.settings.behaviour.false_incidents_a_month, ()))
    assert same == shipped != []


@pytest.mark.parametrize("budget", [0.5, 30.0])
def test_another_budget_gives_what_a_fold_with_that_budget_gives(trained: Trained, budget: float) -> None:
    shipped, (said,) = told(trained, (budget, ()))
    alone = run(
        Behaviour.of(company.settings(false_incidents_a_month=budget), trained.model), trained.state(), planted()
    )
    assert sorted(said, key=lambda each: (each.at, each.id)) == sorted(alone, key=lambda each: (each.at, each.id))
    assert said != shipped


def test_a_facet_that_is_left_out_speaks_nowhere_and_others_go_on(trained: Trained) -> None:
    shipped, (without, silent) = told(
        trained, (trained.settings.behaviour.false_incidents_a_month, ("volume",)), (10.0, FACETS)
    )
    assert "volume" in facets(shipped)
    assert "volume" not in facets(without)
    assert {each.actor_id for each in without} <= {each.actor_id for each in shipped}
    assert without
    assert silent == []


def test_variants_change_nothing_of_what_the_fold_says(trained: Trained) -> None:
    shipped, _ = told(trained, (30.0, ()), (3.0, ("relation",)))
    assert shipped == told(trained)[0]


def test_an_unknown_facet_and_a_budget_below_which_windows_are_not_kept_are_refused() -> None:
    with pytest.raises(ValueError, match="no such facet: colour"):
        BehaviourVariant(10, ("colour",), list)
    with pytest.raises(ValueError, match="at most"):
        BehaviourVariant(MOST_FALSE_A_MONTH + 1, (), list)
