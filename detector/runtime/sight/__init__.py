"""What the running service says it sees and does not, as other processes read it."""
