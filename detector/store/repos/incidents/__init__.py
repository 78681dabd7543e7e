"""What is kept of incidents: findings, alerts, checklists, timelines, scopes, evidence and the agenda."""
