"""Incidents while the service runs: the acts of people, escalation, the scope looked up again, labels."""
