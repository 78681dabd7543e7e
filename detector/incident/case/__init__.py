"""What an incident is: opened, extended, merged, made graver, and called by a name."""
