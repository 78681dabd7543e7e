"""How each source fares: coverage by the record map, silence, rejects, late lines, clock skew, first readings."""
