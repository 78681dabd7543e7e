"""Alembic's entry: runs the migrations on the connection the store gives, inside the transaction it has begun."""

from alembic import context

from detector.store.db.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, compare_type=True)
context.run_migrations()
