"""Rule files become rules, or every problem of every file."""
