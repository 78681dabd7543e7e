"""Whose account an actor is, as far as accounts are known.

Comes in: a person and an actor. Goes out: whether it is the person's own. Nothing of judging is loaded here.
"""

from detector.schema.events.columns import ACCOUNT
from detector.settings import Settings


def holds(settings: Settings, person: str, actor_id: str) -> bool:
    """Tell whether an account is a person's own, as far as accounts are known."""
    return actor_id in settings.team.accounts_of(person) or actor_id == f"{ACCOUNT}{settings.actors.form(person)}"
