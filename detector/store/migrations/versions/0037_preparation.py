"""What shows that the company is prepared: tables of tests of channels, of reviewed texts and of scores."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "channel_tests",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "person", "target")),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel_tests"),
    )
    op.create_index("ix_channel_tests_round", "channel_tests", ["round"])
    op.create_table(
        "reviewed_texts",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("document_id", "name", "sha256")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_reviewed_texts_document_id"),
        sa.PrimaryKeyConstraint("document_id", "name", name="pk_reviewed_texts"),
    )
    op.create_table(
        "readiness_scores",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_readiness_scores"),
    )
