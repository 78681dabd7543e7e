"""Which touches of an incident's accounts its findings are about, and which are their usual work."""
