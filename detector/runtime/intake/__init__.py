"""Before detection: decode batches so that no line stops the others, and merge finished logs by time."""
