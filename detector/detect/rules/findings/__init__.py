"""Matched rows become findings with running counts and reasons in words."""
