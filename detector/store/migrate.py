"""Bringing a database to the form this program knows, under the lock of writers.

Comes in: a connection inside a write transaction. Goes out: the tables at ``HEAD``, or a refusal. All of it happens in
that one transaction: a failure leaves the database as it was.

An empty database is given the tables as they are; one of an older program goes through the migrations, which lead to
exactly the same (a test compares the two). So most starts need no Alembic, which takes as long to load as SQLAlchemy.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select

from detector.errors import StoreError
from detector.store.db.tables import METADATA

HEAD = "0043"
FOLDER = Path(__file__).with_name("migrations")

# Alembic's own table, made the way Alembic makes it.
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def upgrade(connection: Connection, place: str) -> None:
    """Bring the database to ``HEAD``.

    Raises:
        StoreError: A newer program has written it.
    """
    current = form(connection)
    if current is None:
        METADATA.create_all(connection, checkfirst=False)
        _VERSION.create(connection, checkfirst=True)
        connection.execute(insert(_VERSION).values(version_num=HEAD))
    elif current != HEAD:
        _migrate(connection, current, place)


def must_be_present(connection: Connection, place: str) -> None:
    """Refuse a database that this program would have to make or change first.

    Raises:
        StoreError: It is of another form.
    """
    current = form(connection)
    if current != HEAD:
        raise StoreError(f"the database {place} is of form {current or 'none'}, and this program knows {HEAD}")


def is_current(connection: Connection) -> bool:
    """Say whether the database has the form this program knows."""
    return form(connection) == HEAD


def form(connection: Connection) -> str | None:
    """Return which form the database has; None for an empty one."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def config(connection: Connection | None = None) -> Any:
    """Return Alembic's configuration for our migrations, working on ``connection``."""
    from alembic.config import Config  # noqa: PLC0415 - a tenth of a second that only an upgrade needs

    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _migrate(connection: Connection, current: str, place: str) -> None:
    from alembic import command  # noqa: PLC0415 - see config
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    settings = config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if current not in known:
        raise StoreError(
            f"the database {place} was written by a newer Nabat (form {current}, this program knows {HEAD}): "
            "start the newer program, or restore the backup made before the upgrade; nothing was changed"
        )
    command.upgrade(settings, HEAD)
