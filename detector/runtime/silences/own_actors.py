"""The actors that are a person's own, as far as accounts are known: theirs, and those of whoever shares one with them.

Comes in: the settings and a name. Goes out: actor ids.
"""

from detector.schema.events.columns import ACCOUNT
from detector.settings import Settings


def own_actors(settings: Settings, person: str) -> frozenset[str]:
    """Return the actor ids about which a person gives no orders."""
    accounts = settings.team.accounts_of(person) | {f"{ACCOUNT}{settings.actors.form(person)}"}
    return accounts.union(*map(settings.team.accounts_of, settings.team.excluded(accounts)))
