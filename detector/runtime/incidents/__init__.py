"""Incidents while the service runs: actions of people, escalation, refreshed scopes, labels."""
