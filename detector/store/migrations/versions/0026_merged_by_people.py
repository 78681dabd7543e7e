"""Who said that two incidents are one, and where an incident goes on."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0026"
down_revision = "0025"


def _texts(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, UtcTime(), nullable=nullable)


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("incidents", sa.Column("merged_into", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "case_merges",
        *_texts("incident_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("into_id"),
        _time("at"),
        *_texts("by", "reason", "alert_ids", "status"),
        _time("opened_at"),
        _time("became_at", nullable=True),
        *_texts("severity", "kind", "playbook", "checklist"),
        sa.Column("named", sa.Text(), nullable=True),
        _time("ended_at", nullable=True),
        *_texts("ended_by", "ended_why"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_case_merges_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_case_merges"),
    )
