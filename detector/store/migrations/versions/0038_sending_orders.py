"""Letters that the service sends by itself: a table of the orders to do so."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "sending_orders",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "reason", "state")),
        sa.Column("ended_at", UtcTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("ended_by", "why")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_sending_orders_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_sending_orders"),
    )
