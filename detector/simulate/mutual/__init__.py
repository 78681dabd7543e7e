"""Example Mutual, the company of the demonstration: its work, its programs, what leaks and what only looks odd."""
