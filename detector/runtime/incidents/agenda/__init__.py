"""Keeping the agenda while the service runs: what is owed speaks, the rota turns, the calendar comes round."""
