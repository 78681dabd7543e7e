"""What cases cost: a table of what was paid, or has to be."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "case_costs",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("text", "by")),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("removed_at", UtcTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("removed_by", "removed_why")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_case_costs_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_case_costs"),
    )
