"""Nobody hides: each trick of the table is found as the plain theft is, and nobody honest is taken for a thief."""

from pathlib import Path

import pytest

from tests.evade.attempt import ORIGIN, Told, try_in_replay, try_live, wronged
from tests.evade.house import Line
from tests.evade.tricks import TRICKS, Trick

pytestmark = pytest.mark.share(4)

_LIVE = (
    "byte",
    "scanners",
    "path-mixed",
    "ahead",
    "canary-crowd",
    "false-trails",
    "guess-rotating",
    "forged-application",
    "whole-table",
    "whole-table-negation",
    "whole-table-limit",
    "paged-keyset",
    "names-of-a-day",
    "names-all-day",
)
_SHORT = [trick for trick in TRICKS if not trick.long]


Plain = tuple[tuple[Line, ...], str]
"""The lines of a theft without a trick, and what is configured otherwise."""


@pytest.fixture(scope="module")
def controls() -> dict[Plain, Told]:
    """Return what was said of controls already tried: many tricks are tried beside the very same theft."""
    return {}


def _named(trick: Trick) -> str:
    return trick.name


@pytest.mark.parametrize("trick", _SHORT, ids=_named)
def test_a_trick_is_found_in_replay_as_the_plain_theft_is(
    trick: Trick, tmp_path: Path, controls: dict[Plain, Told]
) -> None:
    plain = tuple(trick.control(ORIGIN)), repr(trick.settings)
    if plain not in controls:
        (tmp_path / "control").mkdir()
        controls[plain] = try_in_replay(trick, trick.control, tmp_path / "control")
    assert not trick.missing(controls[plain])
    (tmp_path / "trick").mkdir()
    told = try_in_replay(trick, trick.lines, tmp_path / "trick")
    assert not trick.missing(told)
    assert not wronged(told)


@pytest.mark.parametrize("trick", [trick for trick in TRICKS if trick.name in _LIVE], ids=_named)
def test_a_trick_is_found_by_the_running_service(trick: Trick, tmp_path: Path) -> None:
    told = try_live(trick, trick.lines, tmp_path)
    assert not trick.missing(told)
    assert not wronged(told)
