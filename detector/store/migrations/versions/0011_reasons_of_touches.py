"""What a file of the access journal holds: touches, or why they were made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("journal_parts", sa.Column("kind", sa.Text(), nullable=False, server_default="part"))
