"""The first few clients of whom another plan of letters would have to speak, for whoever may see clients.

Comes in: the console of one person, an incident. Goes out: a line each on stderr; nothing for who may not see clients.
"""

from typing import Final

from detector.cli.output import say
from detector.errors import InputError
from detector.incident import IN_NO_PLAN
from detector.runtime.incidents.console import PersonalConsole
from detector.runtime.incidents.letters.standing.unplanned_clients import UnplannedClients

_NAMED: Final = 5


def say_unplanned(console: PersonalConsole, incident: str) -> UnplannedClients:
    """Name the first few clients of whom another plan of letters would have to speak, to whoever may see clients.

    Returns:
        All of them; nobody for who may not see clients.
    """
    try:
        found = console.letters.unplanned(incident)
    except InputError:
        return UnplannedClients()
    for ids, what in ((found.later, IN_NO_PLAN), (found.wider, "more of their data is concerned")):
        if ids:
            more = f" and {len(ids) - _NAMED} more: nabat letters without {incident} --out FILE.csv"
            say(f"{what}: {', '.join(ids[:_NAMED])}" + (more if len(ids) > _NAMED else ""))
    return found
