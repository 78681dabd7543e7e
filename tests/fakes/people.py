"""People in tests: who they have shown to be, and what the door lets them do."""

from detector.auth import CaseAccess, authorize
from detector.incident import Dossier
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.settings.sections.response import ROLES


def me(name: str, acts_for: str = "") -> Identity:
    """Return somebody at the command line."""
    return Identity(name=name, acts_for=acts_for)


def grant(found: Dossier, name: str, act: PersonAct, acts_for: str = "") -> Grant:
    """Return what the door gives somebody who was paged in an incident whose steps name every role."""
    called = frozenset(person.name for person in found.team.people)
    known = {"team": found.team, "kept": found.configured_team}
    case = CaseAccess(**known, incident=found.incident, roles=frozenset(ROLES), called=called)
    return authorize(me(name, acts_for), act, case)
