"""Texts kept under a name: what the store remembers about itself, and what others ask it to keep.

Comes in: a name, a text. Goes out: the text kept under the name. It does not know what they mean.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from detector.store.db import tables
from detector.store.db.session import Session


class KeyValues:
    """A few short texts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, key: str) -> str | None:
        """Return the text kept under a name."""
        found = self._session.one(select(tables.meta.c.value).where(tables.meta.c.key == key))
        return None if found is None else str(found[0])

    def get_many(self, keys: Collection[str]) -> dict[str, str]:
        """Return the texts kept under some names, those that are there."""
        texts = tables.meta.c
        return dict(self._session.rows(select(texts.key, texts.value).where(texts.key.in_(keys))))

    def set(self, key: str, value: str) -> None:
        """Keep a text under a name."""
        self.set_many({key: value})

    def set_many(self, texts: Mapping[str, str]) -> None:
        """Keep texts under their names."""
        self._session.upsert(tables.meta, [{"key": key, "value": value} for key, value in texts.items()])

    def number(self, key: str) -> int:
        """Return the number kept under a name; 0 for none."""
        return int(self.get(key) or 0)
