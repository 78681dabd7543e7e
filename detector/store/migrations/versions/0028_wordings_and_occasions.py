"""Which request or complaint a duty answers, and what the texts of timelines are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("duties", sa.Column("occasion", sa.Text(), nullable=False, server_default=""))
    op.add_column("entries", sa.Column("said", sa.Text(), nullable=False, server_default="[]"))
