"""Exceptions for planned work in the place of silences, which nothing ever wrote; which one mutes an alert."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.drop_index("ix_silences_ends_at", table_name="silences")
    op.drop_table("silences")
    op.create_table(
        "exceptions",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor_id", "what", "rules", "facets")),
        sa.Column("at_most", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "asked_by")),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("reviewed_at", UtcTime(), nullable=True),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exceptions"),
    )
    op.create_index("ix_exceptions_ends_at", "exceptions", ["ends_at"])
    op.add_column("alerts", sa.Column("exception_id", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_alerts_exception_id", "alerts", ["exception_id"])
