"""A store of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.store import Store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield store
    store.close()
