"""What one person does about corrective actions.

Comes in: a reference, what is done. Goes out: actions. Each act goes through the door and is one transaction.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from detector.errors import NotFoundError, Problem
from detector.incident import Dossier
from detector.incident.learning.action_acts import (
    Done,
    WantedAction,
    add_action,
    change_action,
    drop_action,
    finish_action,
)
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.schema.case.incidents import Incident
from detector.schema.learning.corrective_actions import CorrectiveAction
from detector.schema.team.grants import Grant, PersonAct
from detector.store import UnitOfWork

ActOnAction = Callable[[UnitOfWork, Dossier, Grant, CorrectiveAction, datetime], Done]


class ActionDesk(PersonalDesk):
    """The looks and acts of one person on corrective actions."""

    def of(self, ref: str) -> list[tuple[Incident, CorrectiveAction]]:
        """Return the actions of a case and of those that go on in it, the oldest first.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return actions_of(unit, found.incident)

    def owners(self, ref: str) -> tuple[str, ...]:
        """Return who can answer for an action of a case; empty: there is no team, and nobody is asked.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return tuple(self._able(unit, found.incident) or ())

    def waiting(self) -> list[tuple[Incident, CorrectiveAction]]:
        """Return the open actions of all cases that the person may look at, the first due first."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            some = unit.learning.open_actions()
            cases = unit.incidents.by_ids({each.incident_id for each in some})
            seen = {each.id: each for each in self._door.visible(unit, list(cases.values()), self._who)}
            return [(seen[each.incident_id], each) for each in some if each.incident_id in seen]

    def add(self, ref: str, wanted: WantedAction) -> CorrectiveAction:
        """Add an action to a case, open or closed; it is on the agenda until it is done.

        Raises:
            InputError: Something is missing or cannot be.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.ACTION)
            able, number = self._able(unit, found.incident), unit.learning.next_action(found.incident.id)
            done = add_action(found, grant, wanted, number=number, able=able, now=self._clock.now())
            self._save(unit, done)
        self._on_change()
        return done[0]

    def change(self, ref: str, number: int, wanted: WantedAction, *, reason: str) -> CorrectiveAction:
        """Change an open action."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, action: CorrectiveAction, now: datetime) -> Done:
            able = self._able(unit, found.incident)
            return change_action(found, grant, action, wanted, reason=reason, able=able, now=now)

        return self._act(ref, number, do)

    def finish(self, ref: str, number: int, *, proof: str, effect: str = "") -> CorrectiveAction:
        """Say that an action is done."""
        return self._act(
            ref,
            number,
            lambda _, found, grant, action, now: finish_action(
                found, grant, action, proof=proof, effect=effect, now=now
            ),
        )

    def drop(self, ref: str, number: int, *, reason: str) -> CorrectiveAction:
        """Drop an action."""
        return self._act(
            ref,
            number,
            lambda _, found, grant, action, now: drop_action(found, grant, action, reason=reason, now=now),
        )

    def _act(self, ref: str, number: int, do: ActOnAction) -> CorrectiveAction:
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.ACTION)
            known = {each.number: each for each in unit.learning.actions(found.incident.id)}
            if number not in known:
                there = f"its actions are 1 to {len(known)}" if known else "add one: nabat actions add"
                raise NotFoundError(Problem(what=f"{found.name} has no action {number}", fix=there))
            done = do(unit, found, grant, known[number], self._clock.now())
            self._save(unit, done)
        self._on_change()
        return done[0]

    @staticmethod
    def _save(unit: UnitOfWork, done: Done) -> None:
        action, changes = done
        unit.learning.save_action(action)
        unit.incidents.save(changes)

    def _able(self, unit: UnitOfWork, incident: Incident) -> Collection[str] | None:
        """Return who can answer for an action of a case; None: there is no team."""
        rows = self._door.read(unit, [incident])
        if not self._door.case(unit, incident, rows).team.people:
            return None
        return self._door.able(unit, incident, [PersonAct.ACTION], rows)[PersonAct.ACTION]


def actions_of(unit: UnitOfWork, incident: Incident) -> list[tuple[Incident, CorrectiveAction]]:
    """Return the actions of a case and, behind them, of those that go on in it."""
    gone = unit.incidents.by_ids(unit.incidents.gone_into(incident.id))
    cases = (incident, *gone.values())
    return [(case, each) for case in cases for each in unit.learning.actions(case.id)]
