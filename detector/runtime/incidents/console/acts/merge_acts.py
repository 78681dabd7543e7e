"""Two incidents go on as one, by the word of a person, and that is taken back."""

from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, Problem
from detector.incident import Dossier, OpeningTools, merge_cases, unmerge_cases
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.schema.case.incidents import CaseMerge, Incident
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.store import UnitOfWork


class MergeActs(CaseDesk):
    """The acts that merge incidents and part them again."""

    def merge(self, ref: str, into: str, *, by: Identity, reason: str) -> Incident:
        """Let an open incident go on as another one, and return that one."""
        with self._store.begin() as unit:
            one, other, grants = self._both(unit, ref, into, by)
            self._must_be_in_force(unit)
            number, now = len(unit.incidents.merges(one.incident.id)) + 1, self._clock.now()
            changes, merge = merge_cases(one, other, grants, self._tools(unit), number=number, reason=reason, now=now)
            unit.incidents.save(changes)
            unit.incidents.save_merge(merge)
            self._take_lists(unit, one.incident.id, other.incident.id)
            self._must_leave_somebody(unit, self._dossier(unit, other.incident.id).incident, grants[0])
            made = self._rescoped(unit, other.incident.id, now)
        self._on_change()
        return made

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
