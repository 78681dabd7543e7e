"""Silences and inhibitions that people make: acts, the orders that grouping obeys, what owners are told."""
