"""Versions of scopes, and lists of clients that people brought to cases."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "scope_versions",
        *_key("scope_versions"),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "why", "digest")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("added", "removed")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scope", "actors", "imports")),
        sa.Column("whole", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("path", "sha256")),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_scope_versions"),
    )
    op.create_table(
        "client_imports",
        *_key("client_imports"),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "source", "reason", "file_name")),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("clients", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("path", "sha256")),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", UtcTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("removed_by", "removed_reason")),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_client_imports"),
    )


def _key(table: str) -> tuple[sa.Column[str], sa.Column[int]]:
    reference = sa.ForeignKey("incidents.id", name=f"fk_{table}_incident_id")
    return (
        sa.Column("incident_id", sa.Text(), reference, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
    )
