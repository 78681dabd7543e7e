"""Which controller a duty tells."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("duties", sa.Column("controller", sa.Text(), nullable=False, server_default=""))
