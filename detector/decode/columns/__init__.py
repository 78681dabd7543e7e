"""Columns of text as places in bytes, and what is built on them."""
