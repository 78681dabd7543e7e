"""Archives of raw lines: their files, how far each is, and what was done with it."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "evidence_segments",
        _owner("evidence_segments"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("lines", "bytes", "raw_bytes")),
        sa.Column("sha256", sa.Text(), nullable=False),
        *(sa.Column(name, UtcTime(), nullable=False) for name in ("first_at", "last_at", "taken_at")),
        sa.Column("collector", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_evidence_segments"),
    )
    op.create_table(
        "evidence_states",
        _owner("evidence_states"),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("version", "wanted", "held")),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name="pk_evidence_states"),
    )
    op.create_table(
        "custody",
        _owner("custody"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "act", "detail")),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_custody"),
    )


def _owner(table: str) -> sa.Column[str]:
    reference = sa.ForeignKey("incidents.id", name=f"fk_{table}_incident_id")
    return sa.Column("incident_id", sa.Text(), reference, nullable=False)
