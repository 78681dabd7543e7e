"""What the running service sees and does not: its blind spots, and the report of them that other processes read."""
