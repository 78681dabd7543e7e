"""Learning from past logs what is usual: from the command line, and on a schedule beside the service."""
