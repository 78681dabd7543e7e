"""Drills, and what was asked in them."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "drills",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scenario", "title", "title_ru", "mode", "plan")),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_why", sa.Text(), nullable=False),
        *(
            sa.Column(name, UtcTime(), nullable=True)
            for name in ("first_at", "paged_at", "acknowledged_at", "notice_at")
        ),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("steps", "steps_done", "steps_late")),
        sa.PrimaryKeyConstraint("number", name="pk_drills"),
    )
    op.create_index("ix_drills_status", "drills", ["status"])
    op.create_table(
        "drill_injects",
        sa.Column("drill", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("roles", "text", "text_ru", "question", "question_ru")
        ),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("drill", "number", name="pk_drill_injects"),
    )
