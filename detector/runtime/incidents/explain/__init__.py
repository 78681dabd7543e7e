"""Explain an incident to people: what its actors did, what is usual for them, and which past days were like it."""

from detector.runtime.incidents.explain.explain_incident import MOST_ACTORS, Past, explain
from detector.runtime.incidents.explain.read_days import ReadingLimits

__all__ = ["MOST_ACTORS", "Past", "ReadingLimits", "explain"]
