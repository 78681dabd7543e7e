"""The actors that are a person's own, as far as accounts are known: theirs, and those of whoever shares one with them.

Comes in: the settings and a name, or who somebody has shown to be. Goes out: actor ids. Nothing of judging is loaded
here.
"""

from detector.schema.events.columns import ACCOUNT
from detector.schema.team.grants import Identity
from detector.settings import Settings


def own_actors(settings: Settings, person: str) -> frozenset[str]:
    """Return the actor ids about which a person gives no orders."""
    accounts = settings.team.accounts_of(person) | {f"{ACCOUNT}{settings.actors.form(person)}"}
    return accounts.union(*map(settings.team.accounts_of, settings.team.excluded(accounts)))


def own_actors_of(settings: Settings, who: Identity) -> frozenset[str]:
    """Return the actor ids that are somebody's own, or of whoever's name they act in: also those they came by."""
    return frozenset(who.accounts).union(*(own_actors(settings, each) for each in who.people))
