"""Two incidents go on as one, by the word of a person, and that is taken back."""

from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, Problem
from detector.incident import Dossier, OpeningTools, ask_merge, merge_cases, takes_two, unmerge_cases
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.pending_approvals import save_pending
from detector.schema.case.incidents import CaseMerge, Incident
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.store import UnitOfWork


class MergeActs(CaseDesk):
    """The acts that merge incidents and part them again."""

    def merge(self, ref: str, into: str, *, by: Identity, reason: str) -> Incident:
        """Let an open incident go on as another one, and return that one.

        Where a grave case of client data would be kept from people who see it, ask for another's word, and return the
        incident in which it is asked for.
        """
        with self._store.begin() as unit:
            one, other, grants = self._both(unit, ref, into, by)
            self._must_be_in_force(unit)
            asked_in = self._asked_in(unit, one, other, grants[0])
            if asked_in is None:
                made = self._merged(unit, one, other, grants, reason)
            else:
                grant, made = grants[asked_in is other], asked_in.incident
                between, now = (one.incident, other.incident), self._clock.now()
                asked = ask_merge(asked_in, grant, *between, reason=reason, now=now)
                unit.incidents.save(save_pending(unit, asked))
        self._on_change()
        return made

    def _asked_in(self, unit: UnitOfWork, one: Dossier, other: Dossier, grant: Grant) -> Dossier | None:
        """Return in which of two cases a second person is asked whether they are one; None: one person says so.

        It is the case about those whom a grave one of client data would be kept from: they must not read of it.

        Raises:
            ConflictError: Each of them is about somebody who sees the other.
        """
        out = {each.incident.id: self._door.case(unit, each.incident).excluded for each in (one, other)}
        shut = [
            (grave, than)
            for grave, than in ((one, other), (other, one))
            if takes_two(grave.incident) and out[than.incident.id] - out[grave.incident.id]
        ]
        beside = [self._door.words_beside(unit, each.incident, grant.people) for each in (one, other)]
        if not shut or not beside[0] & beside[1]:
            return None
        found = next((than for grave, than in shut if out[grave.incident.id] <= out[than.incident.id]), None)
        if found is None:
            what = "each of the two is about somebody who sees the other"
            raise ConflictError(Problem(what=what, fix="leave them apart: each stays with those who may see it"))
        return found

    def _merged(
        self,
        unit: UnitOfWork,
        one: Dossier,
        other: Dossier,
        grants: tuple[Grant, Grant],
        reason: str,
        approver: str = "",
    ) -> Incident:
        number, now = len(unit.incidents.merges(one.incident.id)) + 1, self._clock.now()
        changes, merge = merge_cases(
            one, other, grants, self._tools(unit), number=number, reason=reason, now=now, approver=approver
        )
        unit.incidents.save(changes)
        unit.incidents.save_merge(merge)
        self._take_lists(unit, one.incident.id, other.incident.id)
        self._must_leave_somebody(unit, self._dossier(unit, other.incident.id).incident, grants[0])
        return self._rescoped(unit, other.incident.id, now)

    def unmerge(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Take back that an incident goes on as another one: it is open again, and its team is called."""
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            grant = self._door.grant(unit, found, by, PersonAct.MERGE, ref)
            into = found.incident.merged_into
            if not into:
                what = f"{found.name} was not merged by a person"
                raise ConflictError(Problem(what=what, fix="merge is for open incidents: nabat incidents merge"))
            other = self._dossier(unit, into)
            grants = grant, self._door.grant(unit, other, by, PersonAct.MERGE, into)
            merges = unit.incidents.merges(found.incident.id)
            last, now = (merges[-1] if merges else None), self._clock.now()
            changes, merge = unmerge_cases(found, other, last, grants, self._tools(unit), reason=reason, now=now)
            unit.incidents.save(changes)
            unit.incidents.save_merge(merge)
            self._give_lists_back(unit, merge, now)
            self._rescoped(unit, into, now)
            made = self._rescoped(unit, found.incident.id, now)
        self._on_change()
        return made

    def _both(
        self, unit: UnitOfWork, ref: str, into: str, by: Identity
    ) -> tuple[Dossier, Dossier, tuple[Grant, Grant]]:
        one, other = self._dossier(unit, ref), self._dossier(unit, into)
        mine = self._door.grant(unit, one, by, PersonAct.MERGE, ref)
        return one, other, (mine, self._door.grant(unit, other, by, PersonAct.MERGE, into))

    @staticmethod
    def _take_lists(unit: UnitOfWork, one: str, other: str) -> None:
        """Let the lists of clients that people brought to an incident count in the one it goes on in."""
        known = unit.scopes.imports(other)
        there = {each.file_sha256 for each in known if each.counts}
        new = [each for each in unit.scopes.imports(one) if each.counts and each.file_sha256 not in there]
        for number, each in enumerate(new, len(known) + 1):
            unit.scopes.save_import(replace(each, incident_id=other, number=number))

    @staticmethod
    def _give_lists_back(unit: UnitOfWork, merge: CaseMerge, now: datetime) -> None:
        its = {each.path for each in unit.scopes.imports(merge.incident_id)}
        for each in unit.scopes.imports(merge.into_id):
            if each.counts and each.path in its:
                over = replace(each, removed_at=now, removed_by=merge.ended_by, removed_reason=merge.ended_why)
                unit.scopes.save_import(over)

    def _tools(self, unit: UnitOfWork) -> OpeningTools:
        return OpeningTools(
            known=unit.incidents, playbooks=self._playbooks, regulations=self._regulations, settings=self._settings
        )
