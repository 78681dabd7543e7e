"""Texts kept under a name: what the store remembers about itself, and what others ask it to keep.

Comes in: a name, a text. Goes out: the text kept under the name. It does not know what they mean.
"""

from sqlalchemy import select

from detector.store.db import tables
from detector.store.db.session import Session


class KeyValues(Session):
    """A few short texts."""

    def meta(self, key: str) -> str | None:
        """Return a text kept under a name."""
        found = self.one(select(tables.meta.c.value).where(tables.meta.c.key == key))
        return None if found is None else str(found[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a text under a name."""
        self.upsert(tables.meta, [{"key": key, "value": value}])
