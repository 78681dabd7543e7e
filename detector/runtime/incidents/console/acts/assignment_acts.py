"""Roles of one case: somebody is asked to hold one, accepts or declines, and whoever has to know is told."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from detector.auth import ALLOWED, COMMAND
from detector.incident import (
    Dossier,
    IncidentChanges,
    accept_role,
    assign_role,
    decline_role,
    settings_of,
)
from detector.notify import asked_for_role, role_declined
from detector.runtime.incidents.console.reading.case_reading import CaseReading
from detector.schema.case.incidents import Incident
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.store import UnitOfWork

_GRAVE: Final = COMMAND | ALLOWED[PersonAct.CLIENTS]


class RoleActs(CaseReading):
    """The acts that say who holds which role in an incident."""

    def askable(self, unit: UnitOfWork, incident: Incident) -> tuple[str, ...]:
        """Return who can be asked to hold a role in an incident: on the team, reached, and not whom it is about."""
        case, ours = self._door.case(unit, incident), self._settings.team.paged
        return tuple(each for each in case.team.paged if each in ours and each not in case.excluded)

    def _trusted(self, unit: UnitOfWork, incident: Incident, role: str, able: Collection[str]) -> Collection[str]:
        """Return whom somebody who does not lead can ask for a role.

        One that leads, or lets see who the clients are, is for those whose own roles do one of both.
        """
        if role.strip().lower() not in _GRAVE:
            return able
        team = self._door.case(unit, incident).team
        return [each for each in able if team.roles_of(each) & _GRAVE]

    def assign_role(self, ref: str, role: str, to: str, *, by: Identity, reason: str) -> Incident:
        """Ask somebody to hold a role in an incident; they are told at once, or in the morning where it can wait.

        Raises:
            InputError: No such role, nobody who can be asked, or no reason.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            able = self.askable(unit, found.incident)
            trusted = self._trusted(unit, found.incident, role, able)
            changes = assign_role(found, grant, role, to, able=able, trusted=trusted, reason=reason, now=now)
            asked = [each for each in changes.assignments if each.waits]
            if asked:
                # They may have joined the team after the case began: then only the company's team reaches them.
                settings = settings_of(found.incident, unit.incidents, self._settings)
                if to not in settings.team.paged:
                    settings = settings.model_copy(update={"team": self._settings.team})
                unit.outbox.add([asked_for_role(found.incident, each, settings, now) for each in asked])
            return changes

        return self._act_on(ref, by, PersonAct.ASSIGN_ROLE, do)

    def accept_role(self, ref: str, role: str, *, by: Identity) -> Incident:
        """Hold a role that one was asked for."""
        return self._act(
            ref, by, PersonAct.ANSWER_ROLE, lambda found, grant, now: accept_role(found, grant, role, now=now)
        )

    def decline_role(self, ref: str, role: str, *, by: Identity, reason: str) -> Incident:
        """Say no to a role, or give it back: the lead and whoever asked are told."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes = decline_role(found, grant, role, reason=reason, now=now)
            settings = settings_of(found.incident, unit.incidents, self._settings)
            (declined,) = changes.assignments
            unit.outbox.add(role_declined(found.incident, declined, settings, now))
            return changes

        return self._act_on(ref, by, PersonAct.ANSWER_ROLE, do)
