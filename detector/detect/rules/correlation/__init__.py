"""Correlation rules: groups, sliding windows, episodes that begin, go on and end."""
