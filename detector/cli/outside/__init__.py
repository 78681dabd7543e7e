"""The commands for what comes from outside."""
