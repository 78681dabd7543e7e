"""Somebody makes a row of the case about her unreadable: the others page all the same, and hers is not lost."""

from collections.abc import Callable

from detector.runtime.undecided_findings import UndecidedFindings
from tests.scenarios.story import Story
from tests.web.conftest import make_finding


def write(night: Story, value: str) -> None:
    with night.app.store.begin() as unit:
        unit.session.connection.exec_driver_sql(
            "UPDATE incidents SET called_for = ?, version = version + 1 WHERE actor_id = 'user:mallory'", (value,)
        )


def opened(night: Story) -> set[str]:
    with night.app.store.read() as unit:
        return {each.actor_id for each in unit.incidents.readable_by_ids(unit.incidents.open_versions())[0].values()}


def test_findings_about_an_unreadable_case_wait_and_the_others_page(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    write(night, "{broken")
    night.reads(150, by="mallory", first=50_000)
    night.reads(150, by="eve", first=90_000, address="198.51.100.9")
    assert "user:eve" in opened(night)
    assert night.app.pipeline.undecided.actors == 1
    night.later(minutes=1)
    assert "nabat" in opened(night), "that it waits is a blind spot"
    night.restart()
    assert night.app.pipeline.undecided.actors == 1
    with night.app.store.read() as unit:
        position = unit.positions.all()
    night.reads(150, by="zoe", first=200_000, address="198.51.100.10")
    assert "user:zoe" in opened(night)
    with night.app.store.read() as unit:
        assert unit.positions.all() != position, "reading goes on"
    write(night, "[]")
    night.later(minutes=2)
    assert night.app.pipeline.undecided.actors == 0
    night.later(minutes=12)
    with night.app.store.read() as unit:
        (hers,) = [each for each in unit.incidents.newest() if each.actor_id == "user:mallory"]
    assert hers.scope.subjects == 300


def test_what_waits_is_kept_and_what_was_kept_and_cannot_be_read_is_left_out() -> None:
    waiting = UndecidedFindings([make_finding(), make_finding()])
    assert waiting.actors == 1
    assert UndecidedFindings.from_text("{broken").actors == UndecidedFindings.from_text(None).actors == 0
