"""When what comes round by the calendar was done, as a document says."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.add_column("documents", sa.Column("done_at", UtcTime(), nullable=True))
