"""What people say of the investigation of cases."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "investigation_words",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "about", "text", "by")),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_investigation_words_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_investigation_words"),
    )
