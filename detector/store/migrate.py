"""Bringing a database to the form this program knows, under the lock of writers.

Comes in: a connection inside a write transaction. Goes out: the tables at ``HEAD``, or a refusal. All of an upgrade
happens in that one transaction: a failure leaves the database as it was.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from detector.errors import StoreError

HEAD = "0002"
FOLDER = Path(__file__).with_name("migrations")


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations, working on ``connection``."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection, place: str) -> None:
    """Bring the database to ``HEAD``.

    Raises:
        StoreError: A newer program has written it.
    """
    current = MigrationContext.configure(connection).get_current_revision()
    if current == HEAD:
        return
    settings = config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(
            f"the database {place} was written by a newer Nabat (form {current}, this program knows {HEAD}): "
            "start the newer program, or restore the backup made before the upgrade; nothing was changed"
        )
    command.upgrade(settings, HEAD)
