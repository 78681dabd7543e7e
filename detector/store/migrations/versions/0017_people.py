"""People as accounts: secrets, sessions, invitations, approvals, records of access."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0017"
down_revision = "0016"


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, UtcTime(), nullable=nullable)


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "person_secrets",
        *_texts("name", "password_hash"),
        _time("password_at", nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _time("locked_until", nullable=True),
        *_texts("code_seed"),
        sa.Column("code_step", sa.BigInteger(), nullable=False),
        *_texts("recovery"),
        sa.PrimaryKeyConstraint("name", name="pk_person_secrets"),
    )
    op.create_table(
        "browser_sessions",
        *_texts("id", "person", "proven_by", "address"),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        *map(_time, ("made_at", "seen_at", "ends_at")),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_browser_sessions"),
    )
    op.create_index("ix_browser_sessions_person", "browser_sessions", ["person"])
    op.create_table(
        "invitations",
        *_texts("id", "person", "use", "made_by"),
        *map(_time, ("made_at", "ends_at")),
        _time("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
    )
    op.create_index("ix_invitations_person", "invitations", ["person"])
    _in_incidents()
    op.create_table(
        "access_records",
        sa.Column("id", sa.Text(), nullable=False),
        _time("at"),
        *_texts("kind", "by", "person", "incident_id"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        *_texts("address"),
        sa.PrimaryKeyConstraint("id", name="pk_access_records"),
    )
    op.create_index("ix_access_records_at", "access_records", ["at"])


def _in_incidents() -> None:
    op.create_table(
        "case_invitations",
        *_texts("incident_id", "person", "by"),
        _time("at"),
        *_texts("reason"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_case_invitations_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "person", name="pk_case_invitations"),
    )
    op.create_table(
        "approvals",
        *_texts("incident_id", "step_id", "act", "author", "typed_by", "proof", "data"),
        _time("asked_at"),
        *_texts("status", "decided_by"),
        _time("decided_at", nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_approvals_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "step_id", name="pk_approvals"),
    )
