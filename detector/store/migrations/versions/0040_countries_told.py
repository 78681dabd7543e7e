"""Which country's authority a duty tells."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("duties", sa.Column("country", sa.Text(), nullable=False, server_default=""))
