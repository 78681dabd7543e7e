"""Whose letter each is, by a keyed hash: a client of two cases that became one counts once."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("letters", sa.Column("client", sa.Text(), nullable=False, server_default=""))
