"""Who holds which role in one incident because they were asked and accepted: they come before the team's own order.

Comes in: what was asked and answered, the settings with the team of the case, who is on the company's team. Goes out:
the settings in which whoever accepted a role is the first who holds it, before the rota's turn as well; what stands.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings, TeamSettings
from detector.settings.sections.rota_settings import RotaOverride

_LONG: Final = timedelta(days=3650)


def standing_roles(
    given: Iterable[RoleAssignment], team: TeamSettings, barred: Collection[str]
) -> tuple[RoleAssignment, ...]:
    """Return what stands of what was asked: whoever left the team holds nothing, and owes no answer.

    Whom the case is about (``barred``) neither holds a role nor gave anybody one, however long before that was known.
    A configuration without people says of nobody that they left.
    """
    there = {person.name for person in team.people}
    kept = (each for each in given if each.stands and not {each.person, each.by}.intersection(barred))
    return tuple(each for each in kept if not there or each.person in there)


def with_held_roles(settings: Settings, standing: Iterable[RoleAssignment], now: TeamSettings) -> Settings:
    """Return the settings with whoever accepted a role as the first who holds it.

    Args:
        settings: With the team of the case.
        standing: What stands of what was asked in it (``standing_roles``).
        now: The company's team: whoever joined it since the case began can hold a role here.
    """
    held = [each for each in standing if each.holds]
    if not held:
        return settings
    team = settings.team
    known, asked = {person.name for person in team.people}, {each.person for each in held}
    new = tuple(person for person in now.people if person.name in asked - known)
    first = {each.role: tuple(dict.fromkeys((each.person, *team.roles.get(each.role, ())))) for each in held}
    people = {"people": (*team.people, *new), "roles": {**team.roles, **first}}
    changed = settings.model_copy(update={"team": team.model_copy(update=people)})
    turn = next((each for each in held if each.role == settings.notify.oncall_role), None)
    return _first_on_call(changed, turn) if turn is not None and settings.notify.rota.used else changed


def _first_on_call(settings: Settings, held: RoleAssignment) -> Settings:
    """Return the settings in which the rota names whoever accepted the role that is on call."""
    notify = settings.notify
    since = held.accepted_at or held.at
    named = RotaOverride(starts=since, ends=since + _LONG, person=held.person)
    rota = notify.rota.model_copy(update={"overrides": (named, *notify.rota.overrides)})
    return settings.model_copy(update={"notify": notify.model_copy(update={"rota": rota})})
