"""Proof: what is kept of cases, what shows that it was altered, and the check of both."""
