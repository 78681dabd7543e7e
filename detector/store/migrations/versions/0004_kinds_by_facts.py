"""Incidents: since when each is the kind it is, and how long touches of its actors count.

What rules call the matter of most findings says no more that client data is concerned.
"""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0004"
down_revision = "0003"

_MATTERS = ("findings", "alerts", "incidents")


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("incidents", sa.Column("became_at", UtcTime(), nullable=True))
    op.add_column("incidents", sa.Column("follow_until", UtcTime(), nullable=True))
    for name in _MATTERS:
        table = sa.table(name, sa.column("matter", sa.Text()))
        op.execute(sa.update(table).where(table.c.matter == "client-data").values(matter="access"))
