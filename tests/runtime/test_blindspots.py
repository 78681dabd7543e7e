"""Blind spots in the words of both languages."""

from datetime import UTC, datetime

import pytest

from detector.messages import messages
from detector.notify import GapReason
from detector.runtime.blindspots import Blind, BlindSpot, stated
from detector.schema.findings import Reason
from detector.settings import GroupSettings

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def in_russian(spot: BlindSpot) -> str:
    return messages("ru").reason(spot.reason)


@pytest.mark.parametrize(
    ("minutes", "english", "russian"),
    [(61, "61 minutes", "61 минуту"), (62, "62 minutes", "62 минуты"), (65, "65 minutes", "65 минут")],
)
def test_a_silent_source_says_for_how_long_in_the_readers_language(minutes: int, english: str, russian: str) -> None:
    spot = BlindSpot(kind=Blind.SOURCE, name="crm", why="no-line", count=minutes)
    assert str(spot) == f"source crm: no line for {english}"
    assert in_russian(spot) == f"Источник crm не читается: нет строк уже {russian}."


@pytest.mark.parametrize("why", [*GapReason, "no-line", "rule-failed", "unusable", "no-model", "model-old", "no-team"])
def test_no_cause_of_ours_is_told_in_english_to_a_russian(why: str) -> None:
    said = in_russian(BlindSpot(kind=Blind.STATE, name="x", why=why, count=3)).replace("x", "")
    assert not any("a" <= char <= "z" for char in said)


def test_what_former_versions_and_systems_have_said_is_told_as_it_stands() -> None:
    old = Reason(message="blind-spot-role", args=(("name", "dpo"), ("why", "no holder")))
    assert messages("ru").reason(old) == "Никто не отвечает за dpo: no holder."
    assert "disk full" in in_russian(BlindSpot(kind=Blind.STATE, name="access journal", why="disk full"))


def test_the_finding_of_a_blind_spot_carries_the_cause_and_names_what_is_ours_in_both_languages() -> None:
    spot = BlindSpot(kind=Blind.STATE, name="detection state", why="disk full")
    (finding,) = stated([spot], GroupSettings(), NOW)
    assert (finding.title, finding.title_ru) == (
        "Blind spot: state detection state", "Слепое пятно: состояние обнаружения",
    )  # fmt: skip
    assert finding.reasons == (spot.reason,)
