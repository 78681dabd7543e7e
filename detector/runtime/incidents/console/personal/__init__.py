"""The console as one person sees it."""

from detector.runtime.incidents.console.personal.personal_console import PersonalConsole, PersonalConsoles

__all__ = ["PersonalConsole", "PersonalConsoles"]
