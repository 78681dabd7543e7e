"""Why a team is called again, and how many people whoever answered knew of."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("incidents", sa.Column("called_for", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("incidents", sa.Column("people_heard", sa.BigInteger(), nullable=True))
