"""First readings: which lines and findings are history, and which digest reports them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("positions", sa.Column("history", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("findings", sa.Column("history", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_alerts_digest", "alerts", ["digest"])
