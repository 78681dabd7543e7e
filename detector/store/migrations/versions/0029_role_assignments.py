"""Who was asked to hold a role in an incident, and what they answered."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "role_assignments",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted_at", UtcTime(), nullable=True),
        sa.Column("declined_at", UtcTime(), nullable=True),
        sa.Column("declined_why", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_role_assignments_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "role", "number", name="pk_role_assignments"),
    )
