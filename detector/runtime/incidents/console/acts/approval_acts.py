"""The word of a second person on what somebody asked for: steps, duties, receipts, facts, whole incidents."""

from datetime import datetime

from detector.errors import ConflictError, DeniedError, NotFoundError, Problem
from detector.incident import (
    DUTY,
    FACT,
    IMPORT,
    LAWS,
    RECEIPT,
    Dossier,
    IncidentChanges,
    adopt,
    approve_decision,
    approve_receipt,
    approve_step,
    asked_fact,
    close,
    confirm_duties,
    decided,
    decline_word,
    meant,
    must_be_two,
    record_fact,
    reopen,
    rest_by_two,
)
from detector.incident.enisa.correct_factor import ENISA, asked_factor, correct_factor
from detector.runtime.incidents.console.acts.merge_acts import MergeActs
from detector.runtime.incidents.console.acts.scope_acts import ScopeActs
from detector.runtime.incidents.letters.settling import asked_settling, settle_letters
from detector.schema.case.incidents import CloseReason, Incident, StepStatus
from detector.schema.team.grants import Approval, ApprovalStatus, Grant, Identity, PersonAct
from detector.store import UnitOfWork


class ApprovalActs(MergeActs, ScopeActs):
    """The acts by which a second person agrees or not."""

    def approve(self, ref: str, step: str, *, by: Identity, asked_at: datetime | None = None) -> Incident:
        """Agree to what somebody else has done, or wants to leave out: it counts from now on.

        Args:
            ref: The incident.
            step: What it is about.
            by: Who agrees.
            asked_at: When what they have read was asked for; None: nobody showed it to them.

        Raises:
            ConflictError: Nothing waits there, something else than what they have read, the second is no second, or
                whoever asked may not any more.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            asked = _waiting(unit, found, step)
            if asked_at is not None and asked.asked_at != asked_at:
                what = f"{asked.author} has asked anew for another person's word on {asked.step_id}"
                raise ConflictError(Problem(what=what, fix="read what is asked for now, and agree to that"))
            author = self._author(unit, found, asked)
            self._door.must_sign_in_independently(unit, grant, author.people)
            # Neither may have a word here only because the other asked for it.
            self._door.must_have_own_word(unit, found, grant.person, beside=author.people)
            self._door.must_have_own_word(unit, found, author.person, beside=grant.people)
            changes, said = self._agreed(unit, found, asked, author, grant, now)
            unit.people.save_approval(said)
            return changes

        return self._act_on(ref, by, PersonAct.APPROVE, do, about=step)

    def decline(self, ref: str, step: str, *, by: Identity, reason: str) -> Incident:
        """Do not agree to it, and say why; the step stays open."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes, said = decline_word(found, _waiting(unit, found, step), grant, reason=reason, now=now)
            unit.people.save_approval(said)
            return changes

        return self._act_on(ref, by, PersonAct.APPROVE, do)

    def _author(self, unit: UnitOfWork, found: Dossier, asked: Approval) -> Grant:
        """Return the grant of whoever asked, as it is given now: it may have been taken from them since."""
        name = asked.typed_by or asked.author
        who = Identity(name=name, acts_for=asked.author if asked.typed_by else "")
        try:
            return self._door.grant(unit, found, who, asked.act)
        except (NotFoundError, DeniedError):
            what = f"whoever asked for {asked.step_id} may not do it any more"
            raise ConflictError(Problem(what=what, fix="decline it, and let somebody else do the step")) from None

    def _agreed(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime
    ) -> tuple[IncidentChanges, Approval]:
        """Do what was asked for, by the word of a second person."""
        if asked.act in (PersonAct.DUTY, PersonAct.RECEIPT):
            changes = _duty_agreed(found, asked, author, second, now)
        elif asked.act in (PersonAct.AWARE, PersonAct.FACT):
            behind = unit.incidents.incident_findings(found.incident.id)
            classes, stated = self._settings.records.data_classes, asked_fact(asked)
            changes = record_fact(found, author, stated, now=now, second=second, findings=behind, classes=classes)
        elif asked.act in (PersonAct.CLOSE, PersonAct.REOPEN, PersonAct.MERGE):
            changes = self._moved_by_two(unit, found, asked, author, second, now)
        elif asked.act is PersonAct.STATUS:
            others = self._door.words_beside(unit, found.incident, author.people)
            changes = rest_by_two(found, author, asked, now=now, others=others, second=second)
        elif asked.act is PersonAct.ASSESS:
            changes = self._factor_lowered(unit, found, asked, author, second, now)
        elif asked.act in (PersonAct.IMPORT_CLIENTS, PersonAct.SEND):
            changes = self._clients_agreed(unit, found, asked, author, second, now)
        elif asked.act is PersonAct.ADOPT:
            changes = self._adopted(unit, found, asked, author, second, now)
        else:
            return approve_step(found, asked, author, second, now=now)
        return changes, decided(asked, second, ApprovalStatus.APPROVED, now)

    def _clients_agreed(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime
    ) -> IncidentChanges:
        """Take a list of clients back, or write down how clients were told, by the word of two."""
        if asked.act is PersonAct.IMPORT_CLIENTS:
            number = int(asked.step_id.removeprefix(IMPORT))
            return self._take_back(unit, found, author, number, asked.proof, now, second)
        found.must_go_on("nothing is said of its letters any more")
        settling, count = asked_settling(asked)
        return settle_letters(unit, found, author, settling, now, second=second, most=count)[0]

    def _moved_by_two(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime
    ) -> IncidentChanges:
        """Close an incident, open it again, or let it go on as another one, by the word of two."""
        if asked.act is PersonAct.MERGE:
            return self._merged_by_two(unit, found, asked, author, second)
        if asked.act is PersonAct.REOPEN:
            taken = self._taken_since(unit, found)
            return reopen(found, author, reason=asked.proof, now=now, second=second, elsewhere=taken)
        behind = unit.incidents.incident_findings(found.incident.id)
        why = CloseReason(str(dict(asked.data)["reason"]))
        others = self._door.words_beside(unit, found.incident, author.people)
        said = {"note": asked.proof, "correction": str(dict(asked.data).get("correction", ""))}
        return close(found, author, why, behind, now=now, others=others, second=second, **said)

    def _merged_by_two(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant
    ) -> IncidentChanges:
        """Let a case go on as another one by the word of two who both have one in both."""
        approver = must_be_two(found, f"merging {found.name}", author, second)
        one, other = (self._dossier(unit, str(dict(asked.data)[name])) for name in ("one", "other"))
        beside = other if one.incident.id == found.incident.id else one
        self._door.grant(unit, beside, Identity(name=second.person), PersonAct.APPROVE)
        theirs = self._author(unit, beside, asked)
        grants = (author, theirs) if beside is other else (theirs, author)
        self._merged(unit, one, other, grants, asked.proof, approver)
        return IncidentChanges()

    def _adopted(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime
    ) -> IncidentChanges:
        terms, playbook = self._configured(found)
        if meant(terms, playbook) != asked.data:
            what = "the configuration is another than the one that was agreed on"
            raise ConflictError(Problem(what=what, fix="decline it, and ask for it anew: nabat incidents adopt"))
        return adopt(found, author, terms, playbook, reason=asked.proof, now=now, second=second)

    def _factor_lowered(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime
    ) -> IncidentChanges:
        known, classes = unit.severity.of(found.incident.id), dict(self._settings.records.data_classes)
        factor, value = asked_factor(asked)
        made = correct_factor(
            found, author, known, classes, factor=factor, value=value, reason=asked.proof, now=now, second=second
        )
        unit.severity.add(made.correction)
        return made.changes


def _duty_agreed(found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime) -> IncidentChanges:
    if asked.act is PersonAct.RECEIPT:
        return approve_receipt(found, asked, author, second, now)
    if asked.step_id == LAWS:
        return confirm_duties(found, author, second=second, now=now, note=asked.proof)
    return approve_decision(found, asked, author, second, now)


def _waiting(unit: UnitOfWork, found: Dossier, subject: str) -> Approval:
    """Return what waits for a second person's word: at a step, a duty (by its stage, too), or of the whole case."""
    name = subject.lower()
    names = {subject.upper(), name, f"{DUTY}{name}", f"{FACT}{name.replace('-', '_')}", f"{ENISA}{name}"}
    names |= {
        f"{each}{duty.ref}" for each in (DUTY, RECEIPT) for duty in found.duties if name in (duty.stage, duty.ref)
    }
    asked = next((each for each in unit.people.approvals(found.incident.id) if each.step_id in names), None)
    step = next((each for each in found.steps if asked is not None and each.step_id == asked.step_id), None)
    if asked is None or (step is not None and step.status is not StepStatus.OPEN):
        raise ConflictError(Problem(what=f"step {subject.upper()} waits for nobody's word", fix="it is open, or done"))
    return asked
