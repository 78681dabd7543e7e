"""Whose data cases are about: now, as it was at each moment, and by the lists of clients that people bring."""
