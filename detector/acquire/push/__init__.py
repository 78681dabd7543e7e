"""Sources that push lines: standard input and the system's journal."""
