"""What tests of detection share."""

from collections.abc import Iterator

import pytest

from detector.detect.ordering import reorder


@pytest.fixture(scope="module")
def at_once() -> Iterator[None]:
    """Let each line move its stream's mark at once: for streams of a few lines (``test_wrong_dates``: of many)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reorder, "IN_A_ROW", 1)
        yield
