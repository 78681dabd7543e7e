"""What tests of companions share: a database of their own."""

from tests.runtime.explain.conftest import sqlite_store  # noqa: F401 - a fixture
