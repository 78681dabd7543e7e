"""How many exports and lists of client data stand behind a finding whose size the log does not tell."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("findings", sa.Column("uncounted", sa.BigInteger(), nullable=False, server_default="0"))
