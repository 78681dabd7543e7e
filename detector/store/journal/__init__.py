"""The access journal: every touch of client data, in Parquet files, and the scope read from it."""
