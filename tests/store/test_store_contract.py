"""The common contract of all stores, on a real SQLite file and a real PostgreSQL (the ``store`` fixture's engines)."""

from tests.contracts.store_contract import *  # noqa: F403
