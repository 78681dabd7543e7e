"""What became of models, one row a change.

Comes in and goes out: values of the vocabulary. The models themselves lie in the state folder.
"""

from sqlalchemy import select

from detector.schema.detection.model_changes import ModelChange
from detector.store.db import tables
from detector.store.db.session import Session


class ModelChangeRepo:
    """Changes of the model, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, change: ModelChange) -> None:
        """Write down a change."""
        self._session.upsert_values(tables.model_changes, [change], update=False)

    def newest(self, limit: int = 100) -> list[ModelChange]:
        """Return the latest changes, the newest first."""
        table = tables.model_changes
        wanted = select(table).order_by(table.c.at.desc(), table.c.id).limit(limit)
        return self._session.values(ModelChange, wanted)
