"""``nabat incidents``: what is open, and what people do about it; how an incident is opened and shown for a command."""

from detector.cli.incidents.commands import incidents
from detector.cli.incidents.view import explained, show_detail, touched
from detector.cli.incidents.workplace import must_have_run, workplace

__all__ = ["explained", "incidents", "must_have_run", "show_detail", "touched", "workplace"]
