"""Documents, their versions, what was done with each, and their bytes; what people say of a severity's factors."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), nullable=False),
        *_texts("incident_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_texts("kind", "language", "title", "duty", "standing"),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("two_persons", "names_clients")),
        *_texts("made_by"),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_incident_id", "documents", ["incident_id"])
    op.create_index("ix_documents_standing", "documents", ["standing"])
    op.create_table(
        "document_versions",
        _document("document_versions"),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        *_texts("incident_id", "media_type"),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        *_texts("sha256", "author", "typed_by"),
        sa.Column("at", UtcTime(), nullable=False),
        *_texts("note"),
        sa.PrimaryKeyConstraint("document_id", "version", name="pk_document_versions"),
    )
    op.create_table(
        "document_records",
        _document("document_records"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        *_texts("incident_id"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *_texts("act", "by", "typed_by"),
        *(sa.Column(name, UtcTime(), nullable=False) for name in ("at", "happened_at")),
        *_texts("place", "reference", "reason"),
        sa.PrimaryKeyConstraint("document_id", "number", name="pk_document_records"),
    )
    op.create_table(
        "severity_corrections",
        sa.Column(
            "incident_id",
            sa.Text(),
            sa.ForeignKey("incidents.id", name="fk_severity_corrections_incident_id"),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        *_texts("factor"),
        sa.Column("value", sa.Double(), nullable=True),
        *_texts("reason", "by", "typed_by"),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_severity_corrections"),
    )
    op.create_table(
        "document_bodies",
        *_texts("sha256", "body"),
        sa.PrimaryKeyConstraint("sha256", name="pk_document_bodies"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _document(table: str) -> sa.Column[str]:
    reference = sa.ForeignKey("documents.id", name=f"fk_{table}_document_id")
    return sa.Column("document_id", sa.Text(), reference, nullable=False)
