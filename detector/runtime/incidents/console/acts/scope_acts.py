"""Whose data an incident is about, counted anew, and with lists of clients that people bring."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident import (
    Dossier,
    IncidentChanges,
    ask_removal,
    import_clients,
    must_give_back,
    must_take_lists,
    removal_eases,
    remove_import,
)
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.pending_approvals import save_pending
from detector.runtime.incidents.scopes.client_sources import shown_name
from detector.runtime.incidents.scopes.read_client_list import ClientList
from detector.runtime.incidents.scopes.scope_keeper import NABAT
from detector.schema.case.incidents import Incident, Scope
from detector.schema.case.scope_versions import ClientImport, JoinedScope
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.settings import RecordMap
from detector.store import UnitOfWork

ListAct = Callable[..., IncidentChanges]


class ScopeActs(CaseDesk):
    """The acts on the scope of an incident."""

    def scope(self, ref: str, *, by: str = NABAT) -> tuple[Incident, Scope]:
        """Compute the blast radius anew and keep it with the incident, as a version if it differs.

        Args:
            ref: Of which incident.
            by: Who asks for it.
        """
        with self._store.begin() as unit:
            incident = self._rescoped(unit, ref, self._clock.now(), by)
        return incident, incident.scope

    @property
    def records(self) -> RecordMap:
        """Which requests touch which client data, as configured now."""
        return self._settings.records

    def import_clients(
        self, ref: str, given: ClientList, *, name: str, source: str, reason: str, by: Identity
    ) -> Incident:
        """Take in a list of clients whom the log does not name.

        Args:
            ref: To which incident.
            given: The list.
            name: Of its file.
            source: Where it comes from, in words.
            reason: Why these clients are concerned.
            by: Who brings it.

        Raises:
            ConflictError: The incident is closed, not about client data, or counts the same list already.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            kept_source, kept_reason = must_take_lists(found, source, reason)
            known = unit.scopes.imports(found.incident.id)
            same = next((each for each in known if each.counts and each.file_sha256 == given.sha256), None)
            if same is not None:
                what = f"list {same.number} of {found.name} is this very file"
                raise ConflictError(Problem(what=what, fix="take that one back first, or leave it"))
            made = self._keeper.write_import(
                ClientImport(
                    incident_id=found.incident.id,
                    number=len(known) + 1,
                    at=now,
                    by=grant.person,
                    source=kept_source,
                    reason=kept_reason,
                    file_name=shown_name(name),
                    file_sha256=given.sha256,
                    clients=len(given.ids),
                ),
                given.ids,
            )
            unit.scopes.save_import(made)
            return self._with_list(unit, found, grant, made, import_clients, now, self._joined(unit, found.incident))

        return self._act_on(ref, by, PersonAct.IMPORT_CLIENTS, do)

    def remove_import(self, ref: str, number: int, *, reason: str, by: Identity) -> Incident:
        """Take a list of clients back: they count no more for its sake.

        Where fewer are concerned by it, or a duty asks for less or later, ask for a second person's word on it.

        Raises:
            NotFoundError: There is no such list, or it counts no more.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            return self._take_back(unit, found, grant, number, reason, now)

        return self._act_on(ref, by, PersonAct.IMPORT_CLIENTS, do)

    def _take_back(
        self,
        unit: UnitOfWork,
        found: Dossier,
        grant: Grant,
        number: int,
        reason: str,
        now: datetime,
        second: Grant | None = None,
    ) -> IncidentChanges:
        """Take a list back; where less is asked for by it and there is no second, ask for their word.

        Raises:
            NotFoundError: There is no such list, or it counts no more.
        """
        why = must_give_back(found, reason)
        counting = {each.number: each for each in unit.scopes.imports(found.incident.id) if each.counts}
        if number not in counting:
            there = ", ".join(map(str, counting)) or "none"
            what = f"{found.name} counts no list {number}"
            raise NotFoundError(Problem(what=what, fix=f"lists that count: {there}"))
        known = counting[number]
        made = replace(known, removed_at=now, removed_by=grant.person, removed_reason=why)
        unit.scopes.save_import(made)
        _, findings = self._behind(unit, found)
        behind, classes = tuple(findings.values()), self._settings.records.data_classes
        joined = self._joined(unit, found.incident)
        eased = removal_eases(found, joined.scope, now=now, classes=classes, findings=behind)
        if eased and second is None:
            unit.scopes.save_import(known)
            return save_pending(unit, ask_removal(found, grant, made, eased, now=now))
        return self._with_list(unit, found, grant, made, partial(remove_import, second=second), now, joined)

    def _with_list(
        self,
        unit: UnitOfWork,
        found: Dossier,
        grant: Grant,
        made: ClientImport,
        act: ListAct,
        now: datetime,
        joined: JoinedScope,
    ) -> IncidentChanges:
        """Return what a list that came or went changes, and keep the scope as a version."""
        _, findings = self._behind(unit, found)
        classes = self._settings.records.data_classes
        changes = act(found, grant, made, joined.scope, now=now, classes=classes, findings=findings.values())
        self._keep_version(unit, found.after(changes).incident, joined, grant.person)
        return changes
