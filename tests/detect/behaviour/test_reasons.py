"""The table of features, and what of a window is said, in words."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from detector.detect.behaviour import compact_events, evidence, features, reasons
from detector.detect.behaviour.rates import FACETS, JOINT, threshold
from detector.detect.behaviour.reasons import CandidateWindow
from detector.messages import LANGUAGES, Messages
from detector.schema.detection.findings import Reason
from detector.schema.levels import Confidence, Severity
from tests.detect.behaviour import company


def window(*, own: bool = True, z: dict[str, float] | None = None, **surprises: float) -> CandidateWindow:
    """Return a window whose facets are so surprising."""
    told = np.zeros(len(FACETS))
    for facet, surprise in surprises.items():
        told[FACETS.index(facet)] = surprise
    high = np.zeros(features.COUNT, dtype=np.float32)
    for name, value in (z or {}).items():
        high[features.INDEX[name]] = value
    values = np.arange(features.COUNT, dtype=np.float64) + 100
    usual = np.full(features.COUNT, 7.0)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return CandidateWindow(12, 1, "user:anna", 1, "human:", high, values, usual, usual + 1, own, at, told)


def test_the_most_surprising_facet_speaks_first_and_the_worst_feature_for_it() -> None:
    told = reasons.reasons(window(volume=3.0, search=5.0, export=0.5, z={"clients_day": 4, "shown": 9}), 60)
    assert [reason.message for reason in told] == ["behaviour-shown", "behaviour-clients_day"]
    values = {"value": 100 + features.INDEX["shown"], "minutes": 60, "peer": 8, "high": 7}
    assert dict(told[0].args) == values


def test_the_combination_speaks_only_where_nothing_speaks_for_itself() -> None:
    loud = window(volume=1.2, combination=9.0, z={"events": 3})
    assert [reason.message for reason in reasons.reasons(loud, 60)] == ["behaviour-events"]
    quiet = window(volume=0.9, combination=9.0, z={"events": 3})
    assert [reason.message for reason in reasons.reasons(quiet, 60)] == ["behaviour-combination"]
    assert quiet.surprise == 9.0


def test_no_more_than_a_few_facets_speak() -> None:
    assert len(reasons.reasons(window(**dict.fromkeys(features.FACETS, 5.0)), 60)) == reasons.MOST_REASONS


def test_a_share_is_told_with_what_it_is_of_and_a_newcomer_has_no_usual_day() -> None:
    (told,) = reasons.reasons(window(own=False, relation=5.0, z={"strangers": 3}), 60)
    assert told.message == "behaviour-strangers-new"
    assert dict(told.args)["of"] == 100 + features.INDEX["clients"]
    assert "high" not in dict(told.args)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["clients", "clients_day"])
def test_an_account_of_two_days_is_not_said_to_have_none(language: str, name: str) -> None:
    args = (("value", 90), ("minutes", 60), ("peer", 9))
    told = Messages(language).reason(Reason(message=f"behaviour-{name}-new", args=args))
    assert {"en": "fewer than three days", "ru": "меньше трёх дней"}[language] in told


def test_how_sure_and_how_bad_it_is_follows_from_how_far_it_lies_beyond_the_threshold() -> None:
    level, span = threshold(10), (3_600_000_000, 3_600_000_000)
    found = reasons.finding(window(volume=level + 0.1), [], level, {Severity.HIGH: 40}, span)
    assert (found.severity, found.confidence, found.risk) == (Severity.HIGH, Confidence.MEDIUM, 40)
    assert reasons.finding(window(volume=level + 2), [], level, {}, span).confidence is Confidence.HIGH
    assert reasons.finding(window(own=False, volume=level + 2), [], level, {}, span).confidence is Confidence.LOW
    assert reasons.severity(3.0, special=True) is Severity.CRITICAL
    assert reasons.severity(3.0, special=False) is reasons.severity(1.0, special=True) is Severity.HIGH


def test_every_feature_has_a_name_a_unit_a_meaning_and_a_facet() -> None:
    assert len(set(features.NAMES)) == features.COUNT
    for feature in features.FEATURES:
        assert feature.meaning.endswith(".")
        assert feature.unit
        assert feature.step > 0
        assert feature.floor > 0
        assert (feature.expression is not None) == (feature.kind is features.Kind.ROW)
    asked = [at for at, feature in enumerate(features.FEATURES) if feature.facet not in features.LEFT_TO_RULES]
    assert sorted(at for members in features.FACETS.values() for at in members) == asked
    assert (*features.FACETS, JOINT) == FACETS


def test_row_features_are_whole_numbers_and_never_negative() -> None:
    frame = company.bulk(0, 10)
    odd = frame.with_columns(pl.lit(-5).cast(pl.Int64).alias("record.count"), pl.lit("list").alias("event.action"))
    for feature in features.ROW:
        assert feature.expression is not None
        for rows in (frame, odd):
            numbers = rows.select(feature.expression().cast(pl.Int64)).to_series()
            assert numbers.min() >= 0
            assert numbers.null_count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_has_its_reason_in_words(language: str) -> None:
    texts = Messages(language)
    for name in features.NAMES:
        for value in (1, 2, 5, 1240):
            args = (("value", value), ("minutes", 60), ("peer", 137), ("of", 1931))
            new = texts.reason(Reason(message=f"behaviour-{name}-new", args=args))
            known = texts.reason(Reason(message=f"behaviour-{name}", args=(*args, ("high", 43))))
            assert "137" in new
            assert "43" not in new
            assert {"43", "137"} <= set(known.replace(",", " ").replace(";", " ").split())
            assert value == 1 or str(value)[0] in new
    assert texts.text("behaviour-combination")


def test_a_sight_is_that_of_its_actor_though_another_one_has_the_same_mixed_key() -> None:
    who, bucket = 7, 1_000
    # Mixing adds the bucket to a multiple of the actor's key: a step back in one is made good by the other.
    other = (who + pow(0x9E3779B97F4A7C15, -1, 1 << 64)) % (1 << 64)
    details = pl.DataFrame(
        {"bucket": [bucket, bucket - 1], "who": [who, other], "source.ip": ["192.0.2.1", "192.0.2.2"]},
        schema_overrides={"who": pl.UInt64()},
    )
    missing = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in compact_events.DETAILS.items()
        if name not in details.columns
    ]
    found = evidence.collect(details.with_columns(missing).select(*compact_events.DETAILS), [(who, "user:a", bucket)])
    assert {name: [sight.addresses for sight in seen] for name, seen in found.items()} == {"user:a": [("192.0.2.1",)]}
