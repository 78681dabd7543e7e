"""What comes from outside: reports, samples of leaked data."""
