"""Letters to clients: mailings, where each letter stands, codes of offers that were given; questions of clients."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "mailings",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "document_id")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("document_version", "scope_version", "replaces")
        ),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("letters", "not_reached")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("path", "sha256")),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("texts_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_mailings_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_mailings"),
    )
    op.create_table(
        "letters",
        sa.Column("incident_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ("mailing", "number")),
        sa.Column("way", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "language", "state", "message_id")),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id", "mailing"], ["mailings.incident_id", "mailings.number"], name="fk_letters_incident_id"
        ),
        sa.PrimaryKeyConstraint("incident_id", "mailing", "number", name="pk_letters"),
    )
    op.create_index("ix_letters_message_id", "letters", ["message_id"])
    op.create_table(
        "given_codes",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("offer", "code", "client")),
        sa.PrimaryKeyConstraint("offer", "code", name="pk_given_codes"),
        sa.UniqueConstraint("offer", "client", name="uq_given_codes_offer_client"),
    )
    op.create_table(
        "client_calls",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "question")),
        sa.Column("answered_at", UtcTime(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("answered_by", "answer")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_client_calls_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_client_calls"),
    )
