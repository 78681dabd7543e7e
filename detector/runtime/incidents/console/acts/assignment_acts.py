"""Roles of one case: somebody is asked to hold one, accepts or declines, and whoever has to know is told."""

from collections.abc import Collection, Iterable
from dataclasses import replace
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
    withdraw_role,
)
from detector.notify import asked_for_role, role_declined, role_ended
from detector.runtime.incidents.case_door import DoorRows
from detector.runtime.incidents.console.reading.case_reading import CaseReading
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings
from detector.store import UnitOfWork

_GRAVE: Final = COMMAND | ALLOWED[PersonAct.CLIENTS]


class RoleActs(CaseReading):
    """The acts that say who holds which role in an incident."""

    def askable(self, unit: UnitOfWork, incident: Incident, rows: DoorRows | None = None) -> tuple[str, ...]:
        """Return who can be asked to hold a role in an incident: on the team, reached, and not whom it is about."""
        case, ours = self._door.case(unit, incident, rows), self._settings.team.paged
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
                settings = settings_of(found.incident, unit.incidents, self._settings)
                if to not in settings.team.paged:
                    settings = self._with_todays_team(settings)
                unit.outbox.add([asked_for_role(found.incident, each, settings, now, self._links) for each in asked])
            self._say_ended(unit, found.incident, changes.assignments, now)
            return changes

        return self._act_on(ref, by, PersonAct.ASSIGN_ROLE, do)

    def withdraw_role(self, ref: str, role: str, *, by: Identity, reason: str) -> Incident:
        """Take back that somebody was asked for a role; they are told, unless the request had not gone out yet."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes = withdraw_role(found, grant, role, reason=reason, now=now)
            self._say_ended(unit, found.incident, changes.assignments, now)
            return changes

        return self._act_on(ref, by, PersonAct.ASSIGN_ROLE, do)

    def _say_ended(self, unit: UnitOfWork, incident: Incident, rows: Iterable[RoleAssignment], now: datetime) -> None:
        """Tell whose role is over, but for whoever did it, has left, or is not told of the request either."""
        settings = settings_of(incident, unit.incidents, self._settings)
        able = self.askable(unit, incident)
        for over in rows:
            if over.ended_at is None:
                continue
            waiting = [each for each in unit.outbox.messages(incident.id) if _requests(each, over)]
            for message in waiting:
                unit.outbox.save(replace(message, status=MessageStatus.CANCELLED))
            if not waiting and over.person in able and over.person != over.ended_by:
                there = settings if over.person in settings.team.paged else self._with_todays_team(settings)
                unit.outbox.add([role_ended(incident, over, there, now)])

    def _with_todays_team(self, settings: Settings) -> Settings:
        """Return settings with the company's team: only it reaches whoever joined it after the case began."""
        return settings.model_copy(update={"team": self._settings.team})

    def accept_role(self, ref: str, role: str, *, by: Identity) -> Incident:
        """Hold a role that one was asked for."""
        return self._act(
            ref, by, PersonAct.ANSWER_ROLE, lambda found, grant, now: accept_role(found, grant, role, now=now)
        )

    def decline_role(self, ref: str, role: str, *, by: Identity, reason: str) -> Incident:
        """Say no to a role, or give it back: the lead and whoever asked are told."""
        return self._act_on(
            ref,
            by,
            PersonAct.ANSWER_ROLE,
            lambda unit, found, grant, now: self._declined(unit, found, grant, role, reason, now),
        )

    def _declined(
        self, unit: UnitOfWork, found: Dossier, grant: Grant, role: str, reason: str, now: datetime
    ) -> IncidentChanges:
        changes = decline_role(found, grant, role, reason=reason, now=now)
        settings = settings_of(found.incident, unit.incidents, self._settings)
        (declined,) = changes.assignments
        unit.outbox.add(role_declined(found.incident, declined, settings, now))
        return changes


def _requests(message: Message, asked: RoleAssignment) -> bool:
    """Tell whether a message that has not gone out yet asks somebody for a role."""
    same = (message.kind, message.person, message.role) == (MessageKind.ROLE_ASKED, asked.person, asked.role)
    return same and message.status is MessageStatus.PENDING and message.created_at >= asked.at
