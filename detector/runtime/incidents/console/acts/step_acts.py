"""The checklist of an incident: do a step, leave it out, open it again."""

from datetime import datetime

from detector.incident import (
    Dossier,
    IncidentChanges,
    ask_approval,
    complete_step,
    needs_second,
    reopen_step,
    skip_step,
)
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.pending_approvals import save_pending
from detector.schema.case.incidents import Incident
from detector.schema.team.grants import Grant, Identity, PersonAct, SkipReason
from detector.store import UnitOfWork


class StepActs(CaseDesk):
    """The acts on steps."""

    def complete(self, ref: str, step: str, *, by: Identity, proof: str = "") -> Incident:
        """Mark a step done; where it takes two, ask for the other's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            if not needs_second(found, step, grant):
                return complete_step(found, step, grant, now=now, proof=proof)
            return save_pending(unit, ask_approval(found, step, grant, proof=proof, now=now))

        return self._act_on(ref, by, PersonAct.DO_STEP, do, about=step)

    def skip(self, ref: str, step: str, *, by: Identity, reason: SkipReason, words: str) -> Incident:
        """Say that a step is not needed, and why; where it takes two, ask for the other's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            if not needs_second(found, step, grant):
                return skip_step(found, step, grant, reason=reason, words=words, now=now)
            return save_pending(unit, ask_approval(found, step, grant, proof=words, reason=reason, now=now))

        return self._act_on(ref, by, PersonAct.SKIP_STEP, do, about=step)

    def reopen(self, ref: str, step: str, *, by: Identity, reason: str) -> Incident:
        """Open a step again, and say why."""
        return self._act(
            ref,
            by,
            PersonAct.REOPEN_STEP,
            lambda found, grant, now: reopen_step(found, step, grant, reason=reason, now=now),
        )
