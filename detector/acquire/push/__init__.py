"""Sources that hand lines over: standard input and the system's journal."""
