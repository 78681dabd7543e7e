"""Children for whom nobody can be written to stand apart from clients without a contact."""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Lead from the form before to this one."""
    op.execute("UPDATE letters SET state = 'unrepresented' WHERE state = 'not-reached' AND error = 'no_representative'")
