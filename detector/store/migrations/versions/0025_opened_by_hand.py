"""What a person named who opened an incident by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("incidents", sa.Column("named", sa.Text(), nullable=True))
