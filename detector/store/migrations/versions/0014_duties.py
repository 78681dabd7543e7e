"""Duties of cases, and what cases keep of the configuration."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0014"
down_revision = "0013"


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("incidents", sa.Column("terms", sa.Text(), nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("checklist", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "frozen_parts", *_words("id", "kind", "body"), sa.PrimaryKeyConstraint("id", name="pk_frozen_parts")
    )
    op.create_table(
        "duties",
        *_words("incident_id", "regulation", "stage"),
        sa.Column("law_version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("step", "recipient", "recipient_ru", "basis"),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        *_words("verdict", "reasons"),
        sa.Column("moot", sa.Boolean(), nullable=False),
        *_words("state"),
        sa.Column("decided_at", UtcTime(), nullable=True),
        *_words("decided_by", "approved_by", "decision_reason", "memo"),
        sa.Column("decided_verdict", sa.Text(), nullable=True),
        sa.Column("decided_subjects", sa.BigInteger(), nullable=False),
        sa.Column("occasion_at", UtcTime(), nullable=True),
        *_words("receipt_number"),
        sa.Column("receipt_at", UtcTime(), nullable=True),
        *_words("receipt_by", "notice_version"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_duties_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "regulation", "stage", name="pk_duties"),
    )
    op.create_index("ix_duties_state_due_at", "duties", ["state", "due_at"])
