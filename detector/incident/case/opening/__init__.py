"""Alerts become incidents: new ones are opened with their checklist, those that exist are extended."""

from detector.incident.case.opening.called_again import suspected
from detector.incident.case.opening.incident_content import main_alert
from detector.incident.case.opening.open_incidents import joined, open_incidents, opening_of

__all__ = ["joined", "main_alert", "open_incidents", "opening_of", "suspected"]
