"""Versions of scopes and imported lists of clients, inside one transaction.

Comes in and goes out: values of the vocabulary. The clients themselves are ``store.client_list_files``.
"""

from detector.schema.case.scope_versions import ClientImport, ScopeVersion
from detector.store.db import tables
from detector.store.db.session import Session


class ScopeRepo:
    """What each scope was, and what people brought to it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def versions(self, incident_id: str) -> list[ScopeVersion]:
        """Return the versions of a case's scope, the oldest first."""
        return self._session.numbered(ScopeVersion, tables.scope_versions, incident_id)

    def all_versions(self) -> list[ScopeVersion]:
        """Return the versions of all scopes, case by case."""
        return self._session.numbered(ScopeVersion, tables.scope_versions)

    def add(self, version: ScopeVersion) -> None:
        """Write down a version."""
        self._session.upsert_values(tables.scope_versions, [version], update=False)

    def imports(self, incident_id: str) -> list[ClientImport]:
        """Return the lists that were brought to a case, the oldest first, those taken back among them."""
        return self._session.numbered(ClientImport, tables.client_imports, incident_id)

    def all_imports(self) -> list[ClientImport]:
        """Return the lists that were brought to all cases, case by case."""
        return self._session.numbered(ClientImport, tables.client_imports)

    def save_import(self, imported: ClientImport) -> None:
        """Write down a list, or that it was taken back."""
        self._session.upsert_values(tables.client_imports, [imported])
