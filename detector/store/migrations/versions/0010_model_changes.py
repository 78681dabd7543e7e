"""What became of models: taken up, put back, kept back."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "model_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("act", "version", "previous", "by", "reason")),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_changes"),
    )
    op.create_index("ix_model_changes_at", "model_changes", ["at"])
