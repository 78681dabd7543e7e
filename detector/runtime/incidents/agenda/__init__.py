"""Keeping the agenda while the service runs: what is owed speaks, the rota turns, the calendar comes round."""

from detector.runtime.incidents.agenda.agenda_keeper import AgendaKeeper
from detector.runtime.incidents.agenda.standing_agenda import read_standing, update_standing

__all__ = ["AgendaKeeper", "read_standing", "update_standing"]
