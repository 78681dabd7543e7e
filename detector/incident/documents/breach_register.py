"""The register of breaches: of each its facts, its effects and the remedial action taken (GDPR 33(5), HIPAA's log).

Comes in: a ``Dossier``. Goes out: one ``RegisterEntry`` with all that is known of it, and nothing that names a client.
What turned out to be no breach is left out, and so are drills. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from detector.incident.case_facts.fact_readings import standing
from detector.incident.case_facts.fact_values import moment_of
from detector.incident.dossier import Dossier
from detector.incident.duty.law_people import others_clients, own_case
from detector.incident.letters.told_clients import notices_sent
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, StepStatus
from detector.schema.letters.mailings import ClientLetters
from detector.schema.notices.withdrawals import Withdrawal

_NO_BREACH: Final = (CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED, CloseReason.DUPLICATE)
REMEDIAL_PHASES: Final = ("contain", "care", "recover", "investigate", "learn")
"""Phases of a checklist whose steps put right what happened, or keep it from happening again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """A step that was done, with its title in English and Russian."""

    step_id: str
    title: str
    title_ru: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOutcome:
    """What became of a duty.

    Attributes:
        ref: Law and stage.
        state: As it stands.
        receipt: Number of the receipt, and when it was sent; empty: it was not.
        late: It was sent, or still is not, after its due time.
        reason: Of a decision, also of one that nothing is owed: by what was known then. decided_at: when it was made.
    """

    ref: str
    state: DutyState
    due_at: datetime | None
    receipt: str
    sent_at: datetime | None
    late: bool
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """One breach, or what may be one.

    Attributes:
        incident: As it stands.
        own: The same without those whose data is processed for others alone: whose register it is decides about the
            data. of_others: how many these are.
        cause: As a person states it; empty: nobody has.
        flow_stopped: Since when nothing flows; None: nobody says so.
        duties: What became of each, but for those that nobody owes by the facts alone.
        remedial: What was done, the first first.
        letters: How our own clients stand with their letters; posted ones count as told, those given up do not.
        withdrawals: Of what turned out to be no breach: what others were told, and how far that is withdrawn.
    """

    incident: Incident
    own: Incident
    of_others: int
    cause: str
    flow_stopped: datetime | None
    duties: tuple[DutyOutcome, ...]
    remedial: tuple[DoneStep, ...]
    letters: ClientLetters
    withdrawals: tuple[Withdrawal, ...] = ()


def was_no_breach(incident: Incident) -> bool:
    """Tell whether an incident was closed as none."""
    return incident.status is IncidentStatus.CLOSED and incident.close_reason in _NO_BREACH


def is_registered(dossier: Dossier) -> bool:
    """Tell whether an incident belongs into the register: client data is concerned, and it was no false alarm.

    What authorities, controllers or clients were told of as a breach stays, and says what it turned out to be: whoever
    holds the receipt finds it.
    """
    incident = dossier.incident
    if not incident.kind.breach or incident.merged_into:
        return False
    told = bool(notices_sent(dossier) or dossier.withdrawals) or dossier.letters.reached > 0
    return not was_no_breach(incident) or told


def register_entry(dossier: Dossier, now: datetime) -> RegisterEntry:
    """Return the entry of an incident."""
    cause, flow = (standing(kind, dossier.facts) for kind in (CaseFactKind.CAUSE, CaseFactKind.FLOW_STOPPED))
    done = [
        DoneStep(step_id=step.step_id, title=step.title, title_ru=step.title_ru, at=step.done_at)
        for step in dossier.steps
        if step.status is StepStatus.DONE and step.phase in REMEDIAL_PHASES
    ]
    return RegisterEntry(
        incident=dossier.incident,
        own=own_case(dossier.incident),
        of_others=others_clients(dossier.incident.scope),
        cause=cause.value if cause is not None else "",
        flow_stopped=moment_of(flow) if flow is not None else None,
        duties=tuple(_outcomes(dossier, now)),
        remedial=tuple(sorted(done, key=lambda each: (each.at or now, each.step_id))),
        letters=dossier.letters,
        withdrawals=dossier.withdrawals,
    )


def _outcomes(dossier: Dossier, now: datetime) -> Iterable[DutyOutcome]:
    for duty in dossier.duties:
        if duty.moot or (duty.state is DutyState.UNDECIDED and not duty.counting):
            continue
        yield DutyOutcome(
            ref=duty.ref,
            state=duty.state_at(dossier.incident.closed_at or now),
            due_at=duty.due_at,
            receipt=duty.receipt_number,
            sent_at=duty.receipt_at,
            late=duty.late(now),
            reason=duty.decision_reason,
            decided_at=duty.decided_at,
        )
