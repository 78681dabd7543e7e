"""Alerts become incidents: new ones are opened with their checklist, those that exist are extended."""

from detector.incident.case.opening.called_again import suspected
from detector.incident.case.opening.incident_content import main_alert
from detector.incident.case.opening.open_incidents import first_steps, joined, open_incidents

__all__ = ["first_steps", "joined", "main_alert", "open_incidents", "suspected"]
