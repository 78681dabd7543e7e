"""A table of the company's own database, read once: the contacts of clients.

Comes in: a URL and a SELECT. Goes out: the rows as CSV text, so that one reader judges them, wherever they come from.
Nothing is written there: the transaction is read-only where the engine knows such, and is given up at the end.
"""

import csv
from io import StringIO
from typing import Final

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from detector.errors import ConfigError, Problem
from detector.store.db import db_errors

_READ_ONLY: Final = {"postgresql": "SET TRANSACTION READ ONLY", "sqlite": "PRAGMA query_only=ON"}
_CHUNK: Final = 5_000


def query_as_csv(url: str, query: str, seconds: float, where: tuple[str, ...]) -> str:
    """Return the rows that a query finds, the names of its columns first.

    Args:
        url: Of the database.
        query: A SELECT.
        seconds: How long it may take, where the engine can be told.
        where: The setting that names both.

    Raises:
        ConfigError: The database cannot be reached, or refuses the query.
    """
    written = StringIO()
    writer = csv.writer(written)
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "sqlite":  # a file that is not there must not be made by looking
            parsed = parsed.set(database=f"file:{parsed.database}").update_query_dict({"mode": "ro", "uri": "true"})
        if kind == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed)
    except (ArgumentError, ImportError):
        raise ConfigError(Problem(where=where, what="the URL names no database that can be read")) from None
    try:
        with engine.connect() as connection:
            if kind in _READ_ONLY:
                connection.execute(text(_READ_ONLY[kind]))
            if kind == "postgresql":
                connection.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
            found = connection.execution_options(stream_results=True).execute(text(query))
            writer.writerow(found.keys())
            for rows in found.partitions(_CHUNK):
                writer.writerows(["" if cell is None else str(cell) for cell in row] for row in rows)
    except SQLAlchemyError as error:
        what = f"the database of contacts did not answer the query: {db_errors.sentence(error)}"
        raise ConfigError(Problem(where=where, what=what)) from None
    finally:
        engine.dispose()
    return written.getvalue()
