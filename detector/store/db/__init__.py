"""The database itself: engine, tables, column types, migrations, sessions."""
