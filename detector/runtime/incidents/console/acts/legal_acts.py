"""What laws ask for in an incident: facts that start clocks, duties, receipts, severity, the terms it runs under."""

from datetime import datetime

from detector.incident import (
    Dossier,
    IncidentChanges,
    StatedFact,
    TermsChange,
    adopt,
    ask_adopting,
    ask_confirmation,
    ask_decision,
    ask_fact,
    ask_receipt,
    configured_terms,
    differences,
    fact_act,
    file_receipt,
    loosened,
    part_of,
    receipt_eases,
    record_fact,
    record_occasion,
    rfc3339,
    weakened,
)
from detector.incident.documents.notice_version import filed_version
from detector.incident.enisa.assess import assess
from detector.incident.enisa.correct_factor import ask_factor, correct_factor, is_less
from detector.runtime.incidents.case_documents import documents_of
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.pending_approvals import save_pending
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.store import UnitOfWork


class LegalActs(CaseDesk):
    """The acts on facts, duties and terms."""

    def _forget(self) -> None:
        super()._forget()
        self._terms: str | None = None

    def record_fact(
        self, ref: str, kind: CaseFactKind, value: str, *, by: Identity, source: str = "", reason: str
    ) -> Incident:
        """State a fact: T0, T1, flow stopped, cause, persons, severity.

        Where a duty would ask for less or later by it, or the severity falls, ask for a second person's word on it.

        Args:
            ref: Of which incident.
            kind: What it is about.
            value: As ``CaseFact`` has it; ``now`` and ``none`` (withdrawn) are understood too.
            by: Who states it.
            source: From whom or from where it is known.
            reason: Why, in words.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            moment = rfc3339(now) if kind.is_moment and value.strip().lower() == "now" else value
            stated = StatedFact(kind=kind, value=moment, source=source, reason=reason)
            if not loosened(found, stated, now):
                behind = unit.incidents.incident_findings(found.incident.id)
                classes = self._settings.records.data_classes
                return record_fact(found, grant, stated, now=now, findings=behind, classes=classes)
            return save_pending(unit, ask_fact(found, grant, stated, now=now))

        return self._act_on(ref, by, fact_act(kind), do)

    def assess(self, ref: str, factor: SeverityFactor, value: float | None, *, by: Identity, reason: str) -> Incident:
        """Say what a factor of the severity by ENISA's method is; without a value, as computed again.

        Where the severity becomes less by it, ask for a second person's word on it.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            known, classes = unit.severity.of(found.incident.id), dict(self._settings.records.data_classes)
            before = assess(found.incident, classes, known, found.facts)
            if before is not None and is_less(before.reading(factor), value):
                return save_pending(
                    unit, ask_factor(found, grant, known, classes, factor=factor, value=value, reason=reason, now=now)
                )
            made = correct_factor(found, grant, known, classes, factor=factor, value=value, reason=reason, now=now)
            unit.severity.add(made.correction)
            return made.changes

        return self._act_on(ref, by, PersonAct.ASSESS, do)

    def decide_duty(
        self,
        ref: str,
        duty: str,
        *,
        owed: bool,
        by: Identity,
        reason: str,
        memo: str = "",
        occasion: datetime | None = None,
    ) -> Incident:
        """Say whether a duty is owed, and ask for a second person's word on it."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            return save_pending(
                unit, ask_decision(found, duty, grant, owed=owed, reason=reason, now=now, memo=memo, occasion=occasion)
            )

        return self._act_on(ref, by, PersonAct.DUTY, do)

    def record_occasion(self, ref: str, duty: str, *, by: Identity, what: str, at: datetime | None) -> Incident:
        """Record that a request or complaint came, now unless told when: its clock runs from then."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            taken = self._taken_since(unit, found)
            return record_occasion(found, duty, grant, at=at or now, what=what, now=now, elsewhere=taken)

        return self._act_on(ref, by, PersonAct.FACT, do)

    def file_receipt(
        self,
        ref: str,
        duty: str,
        *,
        number: str,
        at: datetime | None,
        by: Identity,
        version: str = "",
        reason: str = "",
    ) -> Incident:
        """Record what shows that a duty was fulfilled; sent now, unless told when.

        Where a correction makes what was late one in time, ask for a second person's word on it.

        Raises:
            InputError: The version is none of a document that was filed, or something else of it cannot be.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            filed = documents_of(unit, found.incident.id)
            sent = filed_version(version, found.duty(duty).ref, filed)
            moment = at or now
            if not receipt_eases(found, duty, moment):
                return file_receipt(found, duty, grant, number=number, at=moment, now=now, version=sent, reason=reason)
            return save_pending(
                unit, ask_receipt(found, duty, grant, number=number, at=moment, now=now, version=sent, reason=reason)
            )

        return self._act_on(ref, by, PersonAct.RECEIPT, do)

    def confirm_duties(self, ref: str, *, by: Identity, note: str = "") -> Incident:
        """Say that the laws apply as computed, and ask for a second person's word on it."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            return save_pending(unit, ask_confirmation(found, grant, now=now, note=note))

        return self._act_on(ref, by, PersonAct.DUTY, do)

    def terms_changes(self, ref: str) -> tuple[TermsChange, ...]:
        """Return what differs between the configuration and what an incident keeps of the one it opened under."""
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
        return differences(found, *self._configured(found))

    def keeps_other_terms(self, incident: Incident) -> bool:
        """Tell whether an open incident runs under something else than is configured now."""
        if not incident.terms or incident.status is IncidentStatus.CLOSED:
            return False
        if self._terms is None:
            self._terms = part_of("terms", configured_terms(self._settings, self._regulations)).id
        playbook = self._playbooks.get(incident.playbook)
        other = playbook is not None and part_of("playbook", playbook).id != incident.checklist
        # A digest keeps no laws: none counts from it.
        return other or (incident.terms != self._terms and incident.kind is not IncidentKind.HISTORY)

    def adopt(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Let an incident go on under what is configured now; what loosens it asks for a second person's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            terms, playbook = self._configured(found)
            if not weakened(found, terms, playbook):
                return adopt(found, grant, terms, playbook, reason=reason, now=now)
            return save_pending(unit, ask_adopting(found, grant, terms, playbook, reason=reason, now=now))

        return self._act_on(ref, by, PersonAct.ADOPT, do)
