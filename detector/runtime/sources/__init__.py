"""The state of each source: coverage, silence, rejects, late lines, clock skew, first reading."""
