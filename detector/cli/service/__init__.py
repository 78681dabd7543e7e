"""Commands that set up, try and run the service."""
