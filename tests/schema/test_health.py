"""What is called healthy was checked, was right, and that was not too long ago."""

from datetime import UTC, datetime, timedelta

from detector.schema.detection.health import CheckedPart, Health, HealthCheck

NOW = datetime(2026, 3, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_only_what_was_checked_in_time_is_good() -> None:
    assert HealthCheck(part=CheckedPart.LOOP, checked_at=NOW, allowed=MINUTE).at(NOW + MINUTE) is Health.GOOD
    assert HealthCheck(part=CheckedPart.LOOP, checked_at=NOW, allowed=MINUTE).at(NOW + 2 * MINUTE) is Health.STALE
    assert HealthCheck(part=CheckedPart.LOOP, checked_at=NOW).at(NOW + 1000 * MINUTE) is Health.GOOD
    assert HealthCheck(part=CheckedPart.LOOP, allowed=MINUTE).at(NOW) is Health.NEVER
    assert HealthCheck(part=CheckedPart.LOOP, checked_at=NOW, failed=True).at(NOW) is Health.BAD
