"""What is written to others about a case: notices and their fields; no I/O."""
