"""The first page says what became of the last candidate."""

from dataclasses import replace

import pytest

from detector.schema.detection.findings import Reason
from tests.web.conftest import World

_ARGS = {
    **{"day": "2026-03-02", "version": "3f12aa", "previous": "starter", "by": "nabat", "confirmed": 3, "found": 2},
    **{"found_before": 3, "false_alarms": 5, "raised": 1, "raised_before": 1},
}


@pytest.mark.parametrize(
    ("act", "language", "says"),
    [
        ("kept-back", "en", "was not taken; it finds 2 of 3 confirmed incidents (starter: 3)"),
        ("kept-back", "ru", "не принят: находит 2 из 3"),
        ("promoted", "en", "was taken up in place of starter by nabat"),
        ("rolled-back", "ru", "возвращена модель 3f12aa"),
    ],
)
def test_a_candidate_that_was_not_taken_is_told_of_with_its_figures(
    world: World, act: str, language: str, says: str
) -> None:
    said = Reason(message=f"model-change-{act}", args=tuple(_ARGS.items()))
    world.view = replace(world.service(), model_change=said)
    assert says in world.browser().get(f"/sources?lang={language}").text
