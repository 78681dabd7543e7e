"""Scopes of cases as they were at each moment, and the lists of clients that people bring to them."""
