"""Orders of people to be quiet about something until a moment."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "mute_orders",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("id", "kind", "matchers", "source", "reason", "made_by")
        ),
        *(sa.Column(name, UtcTime(), nullable=False) for name in ("made_at", "starts_at", "ends_at")),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mute_orders"),
    )
    op.create_index("ix_mute_orders_ends_at", "mute_orders", ["ends_at"])
    op.create_index("ix_mute_orders_notices", "mute_orders", ["notices"])
