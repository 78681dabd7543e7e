"""Mutated lines of every format between lines that must be read."""
