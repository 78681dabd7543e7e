"""Corrective actions of cases, and the person who owes a row of the agenda."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "corrective_actions",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("text", "owner")),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("currency", "effect", "state", "added_by")),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("ended_by", "proof", "seen_effect")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_corrective_actions_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_corrective_actions"),
    )
    op.create_index("ix_corrective_actions_state_due_at", "corrective_actions", ["state", "due_at"])
    op.add_column("agenda", sa.Column("owner", sa.Text(), nullable=False, server_default=""))
