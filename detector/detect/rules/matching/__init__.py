"""Which rows satisfy which rules."""
