"""How well each source was watched, hour by hour."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0015"
down_revision = "0014"

_COUNTS = ("lines", "rejects", "late", "requests", "unmapped", "clock_back", "clock_ahead", "watched", "silent")


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "source_hours",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hour", UtcTime(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("source", "hour", name="pk_source_hours"),
    )
    op.create_index("ix_source_hours_hour", "source_hours", ["hour"])
