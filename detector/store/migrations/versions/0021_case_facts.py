"""What is stated of cases, and what of it an incident goes by."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0021"
down_revision = "0020"


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.create_table(
        "case_facts",
        *_texts("incident_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("kind", "value", "source", "author", "approved_by", "reason"),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_case_facts_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_case_facts"),
    )
    op.add_column("incidents", sa.Column("reported_at", UtcTime(), nullable=True))
    op.add_column("incidents", sa.Column("persons", sa.BigInteger(), nullable=True))
    op.add_column("incidents", sa.Column("persons_estimated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("incidents", sa.Column("judged_severity", sa.Text(), nullable=True))
    op.add_column("incidents", sa.Column("judged_people", sa.BigInteger(), nullable=True))
