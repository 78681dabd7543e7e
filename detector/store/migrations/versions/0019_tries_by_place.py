"""Failed tries counted by place, browsers in which people signed in, and who set a password."""

import sqlalchemy as sa
from alembic import op

from detector.store.db.column_types import UtcTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Lead from the form before to this one; who has to wait just now has a new start."""
    op.create_table(
        "known_browsers",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "person", "network")),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "person", name="pk_known_browsers"),
    )
    op.create_table(
        "failed_tries",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("person", "place")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("failures", "waits")),
        sa.Column("waits_until", UtcTime(), nullable=True),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("person", "place", name="pk_failed_tries"),
    )
    for name in ("password_by", "password_confirmed_by"):
        op.add_column("person_secrets", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("failures", "locked_until"):
        op.drop_column("person_secrets", name)
    _who_set_passwords()


def _who_set_passwords() -> None:
    """Fill in who set a password, or invited to set it: both were recorded at the very same moment."""
    op.execute(
        """
        UPDATE person_secrets SET password_by = COALESCE(
            (SELECT MIN(i.made_by) FROM invitations i
              WHERE i.person = person_secrets.name AND i.used_at = person_secrets.password_at
                AND i.made_by <> person_secrets.name),
            (SELECT MIN(a.by) FROM access_records a
              WHERE a.person = person_secrets.name AND a.at = person_secrets.password_at
                AND a.kind = 'password_set' AND a.by <> person_secrets.name),
            '')
        WHERE password_hash <> ''
        """
    )
