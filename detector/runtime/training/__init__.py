"""Train the behaviour model on past logs: by a command, and on a schedule beside the service."""
