"""What comes before detection: batches decoded so that no line stops them, and finished logs merged by time."""
