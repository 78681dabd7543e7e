"""Formats by regular expressions of the operator's own."""
