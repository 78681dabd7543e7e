"""Objects become columns by a field map: JSON, and ``key=value`` made into objects."""
