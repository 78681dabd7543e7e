"""``nabat incidents``: what is open, and what people do about it; how an incident is opened and shown for a command."""

from detector.cli.incidents.commands import incidents
from detector.cli.incidents.view import show_detail, touched
from detector.cli.incidents.workplace import workplace

__all__ = ["incidents", "show_detail", "touched", "workplace"]
