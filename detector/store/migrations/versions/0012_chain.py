"""The chain over the state of cases. What stands there is recorded when the database is opened, marked as before."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "chain",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "by", "data")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("previous", "previous_all", "hash")),
        sa.PrimaryKeyConstraint("number", name="pk_chain"),
        sa.UniqueConstraint("incident_id", "sequence", name="uq_chain_incident_id_sequence"),
    )
