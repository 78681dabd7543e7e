"""Planned work is announced by the product's exceptions: by whom, what and when, and never for a leak."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.detect.rules import RuleSet
from detector.runtime.evaluate.announced_work import PLANNED, Announcement
from detector.runtime.evaluate.truth import Scene
from detector.runtime.expected.expected_kinds import acts
from detector.schema.detection.work_exceptions import WorkException
from detector.settings import Settings
from detector.simulate.companies.scenes import LEAK_KINDS, ODDITY_KINDS
from detector.store import Store
from tests.fakes.story import clock


def scene(kind: str = "yearly_review", name: str = "oddity-01", **changes: object) -> Scene:
    given = {
        "id": name, "kind": kind, "leak": False, "actors": ("user:anna",), "begins": clock("10:20"),
        "ends": clock("11:40"), "lines": {}, "taking": {},
    }  # fmt: skip
    return Scene(**{**given, **changes})  # type: ignore[arg-type]


def written(tmp_path: Path, scenes: Iterable[Scene]) -> list[WorkException]:
    settings = Settings()
    store = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}", durable=False)
    try:
        Announcement(tuple(scenes), 1).write(store, settings, RuleSet.of(settings))
        with store.read() as unit:
            return list(unit.exceptions.reviewed())
    finally:
        store.close()


def test_what_is_planned_is_honest_and_each_act_is_one_that_can_be_expected() -> None:
    assert set(PLANNED) <= set(ODDITY_KINDS)
    assert not set(PLANNED) & set(LEAK_KINDS)
    assert {act for some in PLANNED.values() for act in some} <= set(acts())


def test_an_announcement_is_an_exception_for_each_act_asked_before_and_reviewed_by_another(tmp_path: Path) -> None:
    found = written(tmp_path, [scene()])
    assert sorted(each.what for each in found) == sorted(PLANNED["yearly_review"])
    for each in found:
        assert each.actor_id == "user:anna"
        assert each.span == (clock("09:00"), clock("13:00")), "whole hours, from one before to two after"
        assert each.asked_at < each.starts_at
        assert each.reviewed_by not in ("", each.asked_by)


def test_of_a_scan_the_address_is_known_and_not_the_account_that_stands_for_nobody(tmp_path: Path) -> None:
    found = written(tmp_path, [scene("authorised_scan", actors=("ip:203.0.113.9", "user:anonymous"))])
    assert [(each.actor_id, each.what) for each in found] == [("ip:203.0.113.9", "scan")]


def test_a_share_of_what_is_planned_and_lies_ahead_is_drawn_by_the_seed() -> None:
    odd = [scene(name=f"oddity-{n:02}") for n in range(20)]
    unplanned = [scene("travel", f"oddity-{n:02}") for n in range(20, 30)]
    past = [scene(name="oddity-99", begins=clock("01:00"), ends=clock("02:00"))]

    def drawn(share: float, seed: int) -> list[str]:
        made = Announcement.of([*odd, *unplanned, *past], clock("09:00"), share, seed)
        assert made.planned == 20
        return [each.id for each in made.scenes]

    assert drawn(0, 1) == []
    assert drawn(1, 1) == [each.id for each in odd]
    assert len(drawn(0.5, 1)) == 10
    assert drawn(0.5, 1) == drawn(0.5, 1) != drawn(0.5, 2)


@pytest.mark.parametrize("days", [0, 6])
def test_work_of_several_days_is_announced_as_a_whole(tmp_path: Path, days: int) -> None:
    (found,) = written(tmp_path, [scene("report_series", ends=clock("11:40") + timedelta(days=days))])
    assert found.span == (clock("09:00"), clock("13:00") + timedelta(days=days))
