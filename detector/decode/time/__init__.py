"""Times as they are written in logs become microseconds since 1970, UTC."""
