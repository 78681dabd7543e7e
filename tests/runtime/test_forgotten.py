"""When forgetting is told of."""

from datetime import UTC, datetime, timedelta

from detector.messages import LANGUAGES, messages
from detector.runtime.evictions import MEMORIES, MOST, SPAN, Evictions

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_more_than_ten_thousand_names_forgotten_in_an_hour_are_a_blind_spot_that_says_which_and_what_to_do() -> None:
    forgotten = Evictions()
    for minute in range(3):
        forgotten.add({"windows": MOST // 2, "runs": MOST // 3}, NOW + timedelta(minutes=minute))
    (spot,) = forgotten.spots(NOW + timedelta(minutes=3))
    assert (spot.kind.value, spot.name, spot.count) == ("memory", "windows", 3 * (MOST // 2))
    said = messages("en").reason(spot.reason)
    assert "15000 within an hour were forgotten by the memory of the counts of rules" in said
    assert "Find who floods" in said
    assert forgotten.spots(NOW + SPAN + timedelta(minutes=4)) == []


def test_each_memory_has_words_of_its_own_in_both_languages() -> None:
    for language in LANGUAGES:
        said = set()
        for name in MEMORIES:
            forgotten = Evictions()
            forgotten.add({name: MOST + 1}, NOW)
            (spot,) = forgotten.spots(NOW)
            said.add(messages(language).reason(spot.reason))
            assert str(spot).startswith(f"memory {name}: {MOST + 1} within an hour")  # as /readyz and the log say it
        assert len(said) == len(MEMORIES)
