"""What people do with incidents: the console of the service, and the same as one person sees it."""

from detector.runtime.incidents.console.console import Console, open_console
from detector.runtime.incidents.console.personal import PersonalConsole, PersonalConsoles

__all__ = ["Console", "PersonalConsole", "PersonalConsoles", "open_console"]
