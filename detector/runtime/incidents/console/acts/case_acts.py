"""An incident as a whole: open it, say what it is and where it stands, let somebody in, close it, open it again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from detector.errors import InputError, NotFoundError, Problem
from detector.incident import (
    CLOSE,
    CaseByHand,
    Dossier,
    IncidentChanges,
    Playbook,
    add_note,
    ask_closing,
    ask_reopening,
    ask_status,
    close,
    closing_needs_second,
    grave_needs_second,
    open_by_hand,
    openable,
    promote,
    record_invitation,
    reopen,
    reopening_needs_second,
    say_client_data,
    set_status,
    with_scope,
)
from detector.incident.notices.call_off_withdrawal import call_off_withdrawal
from detector.runtime.expected.planned_work import actor_of
from detector.runtime.incidents.case_door import DoorRows
from detector.runtime.incidents.console.reading.digest_reading import DigestReading
from detector.runtime.incidents.pending_approvals import save_pending
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.schema.team.people import CaseInvitation
from detector.settings import Settings
from detector.store import UnitOfWork


class CaseActs(DigestReading):
    """The acts on an incident as a whole."""

    def open_case(self, told: CaseByHand, *, by: Identity) -> Incident:
        """Open an incident that a person tells of, and return it: its clocks count from now, and the team is paged.

        Args:
            told: What they say; actors as a person writes them.
            by: Who opens it.

        Raises:
            DeniedError: They may not.
            InputError: Something is missing or cannot be: all of it is named.
        """
        with self._store.begin() as unit:
            made = self._opened(unit, told, by)
        self._on_change()
        return made

    def _opened(self, unit: UnitOfWork, told: CaseByHand, by: Identity) -> Incident:
        now = self._clock.now()
        grant = self._door.general(unit, by, PersonAct.OPEN_CASE)
        self._must_be_in_force(unit)
        actors, wrong = _actors(self._settings, told.actors)
        told = replace(told, actors=actors)
        changes = open_by_hand(told, grant, self._playbooks, self._settings, self._regulations, now, wrong)
        unit.incidents.save(changes)
        self._must_leave_somebody(unit, changes.incidents[0], grant)
        return self._rescoped(unit, changes.opened[0], now)

    def openable(self) -> dict[str, Playbook]:
        """Return the checklists under which a person may open an incident, by name."""
        return openable(self._playbooks)

    def promote(self, ref: str, row: str, *, by: Identity, reason: str) -> Incident:
        """Make an incident of a row of a digest, and return it: its clocks count from now, and the team is paged."""
        now = self._clock.now()
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            grant = self._door.grant(unit, found, by, PersonAct.PROMOTE, ref)
            self._must_be_in_force(unit)
            changes = promote(
                found,
                self._rows(found.incident, *self._behind(unit, found)),
                row,
                unit.incidents,
                self._playbooks,
                self._settings,
                regulations=self._regulations,
                grant=grant,
                reason=reason,
                now=now,
            )
            unit.incidents.save(changes)
            made = self._dossier(unit, changes.opened[0])
            joined = self._joined(unit, made.incident, skip_bad=True)
            scoped = with_scope(made, joined.scope, now=now, classes=dict(self._settings.records.data_classes))
            unit.incidents.save(scoped)
            self._keep_version(unit, made.after(scoped).incident, joined)
        self._on_change()
        return made.after(scoped).incident

    def note(self, ref: str, *, by: Identity, text: str) -> Incident:
        """Add a note to the timeline."""
        return self._act(ref, by, PersonAct.NOTE, lambda found, grant, now: add_note(found, grant, text=text, now=now))

    def client_data(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Say that client data is concerned: legal clocks begin, people are called anew."""
        return self._act(
            ref,
            by,
            PersonAct.CLIENT_DATA,
            lambda found, grant, now: say_client_data(found, grant, reason=reason, now=now),
        )

    def invite(self, ref: str, person: str, *, by: Identity, reason: str) -> Incident:
        """Let somebody of the team into an incident whom neither a role nor a page lets in.

        Raises:
            NotFoundError: Nobody of the team is called so, or not for this incident.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            case = self._door.case(unit, found.incident)
            free = [each.name for each in self._settings.team.people if each.name not in case.excluded]
            if person not in free:
                raise NotFoundError(Problem(what=f"{person!r} cannot be invited", fix=f"one of: {', '.join(free)}"))
            changes = record_invitation(found, grant, person, reason=reason, now=now)
            unit.people.save_case_invitation(
                CaseInvitation(incident_id=found.incident.id, person=person, by=grant.person, at=now, reason=reason)
            )
            return changes

        return self._act_on(ref, by, PersonAct.INVITE, do)

    def set_status(
        self, ref: str, status: IncidentStatus, *, by: Identity, reason: str, until: datetime | None = None
    ) -> Incident:
        """Say where an incident stands: in progress, on hold until a moment, or resolved.

        Where it is grave and of client data, ask for another's word on calling it resolved, and on a hold that is
        longer than an answer counts: nobody would be called for so long.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            before, longest = found.incident, self._settings.notify.lapse.of(found.incident.severity.value)
            long = until is not None and until > now + longest
            rests = status is IncidentStatus.RESOLVED or (status is IncidentStatus.ON_HOLD and long)
            if rests and (before.status, before.hold_until) != (status, until):
                others = self._door.words_beside(unit, before, grant.people)
                if grave_needs_second(found, grant, others):
                    return save_pending(unit, ask_status(found, grant, status, reason=reason, now=now, until=until))
            return set_status(found, grant, status, reason=reason, now=now, until=until)

        return self._act_on(ref, by, PersonAct.STATUS, do)

    def close(self, ref: str, reason: CloseReason, *, by: Identity, note: str, correction: str = "") -> Incident:
        """Close an incident; what was known until now is covered by that, and no more.

        Where its playbook asks for two to close, or it is grave and of client data, ask for the other's word.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            others = self._door.words_beside(unit, found.incident, grant.people)
            if closing_needs_second(found, grant, others):
                return save_pending(unit, ask_closing(found, grant, reason, note=note, now=now, correction=correction))
            findings = unit.incidents.incident_findings(found.incident.id)
            return close(found, grant, reason, findings, note=note, now=now, others=others, correction=correction)

        return self._act_on(ref, by, PersonAct.CLOSE, do, about=CLOSE)

    def call_off_withdrawal(self, ref: str, name: str, *, by: Identity, reason: str) -> Incident:
        """Say that something others were told of a case is not withdrawn, and why."""

        def do(found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            return call_off_withdrawal(found, grant, name, reason=reason, now=now)

        return self._act(ref, by, PersonAct.SEND, do)

    def close_takes_two(self, unit: UnitOfWork, found: Dossier, by: Identity, rows: DoorRows) -> bool:
        """Tell whether another person has to agree where somebody closes an incident."""
        grant = self._door.of(unit, found.incident, by, PersonAct.CLOSE, rows=rows)
        return closing_needs_second(found, grant, self._door.words_beside(unit, found.incident, grant.people, rows))

    def reopen_case(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Open a closed incident again; where its playbook asks for two to close, ask for the other's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            if not reopening_needs_second(found, grant):
                return reopen(found, grant, reason=reason, now=now, elsewhere=self._taken_since(unit, found))
            return save_pending(unit, ask_reopening(found, grant, reason=reason, now=now))

        return self._act_on(ref, by, PersonAct.REOPEN, do)


def _actors(settings: Settings, written: Sequence[str]) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the ids of the actors that a person writes, and what is wrong with the rest."""
    found, problems = list[str](), list[Problem]()
    for each in written:
        try:
            found.append(actor_of(settings, each))
        except InputError as error:
            problems += error.problems
    return tuple(dict.fromkeys(found)), problems
