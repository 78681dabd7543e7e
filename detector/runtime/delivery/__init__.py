"""What became of messages at their targets, for whoever shows it."""
