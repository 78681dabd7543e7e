"""Positions in journals that are no files: their cursor."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("positions", sa.Column("cursor", sa.Text(), nullable=False, server_default=""))
