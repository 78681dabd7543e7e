"""What people owe, and when each of it speaks next."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "agenda",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("incident_id", "kind", "what", "title", "title_ru")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("roles", "not_by")),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agenda"),
    )
    op.create_index("ix_agenda_incident_id", "agenda", ["incident_id"])
    op.create_index("ix_agenda_next_at", "agenda", ["next_at"])
