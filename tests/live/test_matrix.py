"""The cells of the matrix that do not fit its grid: logs of the past, twofold logs, behaviour."""

import pytest

from tests.live.matrix import assert_good, assert_told_alike, tried

pytestmark = [pytest.mark.share(4), pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", tried("other"))
def test_live_finds_and_opens_what_replay_does_and_pages_two_seconds_after_the_last_line(name: str) -> None:
    assert_good(name)


@pytest.mark.parametrize("name", tried("other"))
def test_live_says_of_each_finding_what_replay_says_of_it(name: str) -> None:
    assert_told_alike(name)
