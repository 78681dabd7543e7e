"""What a close covers of each finding, and which closed incident an alert follows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("findings", sa.Column("covered", sa.Text(), nullable=True))
    op.add_column("alerts", sa.Column("follows", sa.Text(), nullable=False, server_default=""))
