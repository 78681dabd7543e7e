"""What an incident is and how bad: its nature, its severity, the kinds of evidence behind it."""
