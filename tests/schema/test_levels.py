"""Scales are ordered by meaning, not by letters."""

from detector.schema.levels import Confidence, Severity, worst


def test_severities_are_ordered_by_meaning():
    assert sorted(Severity) == list(Severity)
    assert Severity.HIGH < Severity.CRITICAL
    assert Severity.HIGH >= "medium"
    assert worst(Severity.LOW, Severity.CRITICAL, Severity.HIGH) is Severity.CRITICAL
    assert max(Confidence) is Confidence.HIGH
