"""What a person says of clients without a letter, and whose letters are held back."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Lead from the form before to this one."""
    for name in ("by", "words"):
        op.add_column("letters", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("letters", sa.Column("told_at", UtcTime(), nullable=True))
    op.create_table(
        "letter_holds",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "reason")),
        sa.Column("released_at", UtcTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("released_by", "released_why")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_letter_holds_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_letter_holds"),
    )
