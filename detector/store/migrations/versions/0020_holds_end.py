"""When a hold of an incident ends."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("incidents", sa.Column("hold_until", UtcTime(), nullable=True))
