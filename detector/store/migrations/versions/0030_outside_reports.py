"""What came from outside, and what became of it."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "outside_reports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("clients", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_path", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outside_reports"),
    )
    op.create_table(
        "report_records",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["outside_reports.id"], name="fk_report_records_report_id"),
        sa.PrimaryKeyConstraint("report_id", "number", name="pk_report_records"),
    )
    op.create_index("ix_report_records_incident_id", "report_records", ["incident_id"])
