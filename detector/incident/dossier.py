"""One incident with all that its transitions need, read at once.

Comes in: a reference as a person writes it, the past. Goes out: a ``Dossier``; and from it the pieces every transition
is made of: the changed incident, changed steps, the next timeline entry. Nothing is written here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident.case.changes.consequences import consequences_of
from detector.incident.case.frozen_terms import (
    CaseTerms,
    configured_terms,
    keeping,
    kept_terms,
    playbook_in,
    playbook_of,
    terms_in,
)
from detector.incident.duty.compute_duties import changed_duties, duties_of
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.checklist import changed
from detector.incident.playbook.playbooks import Playbook, PlaybookStep
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.incident.timeline import Data, append
from detector.messages import Messages, MessageText, messages
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import NO_BREACH, CloseReason, Incident, IncidentStatus, Step, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.letters.mailings import ClientLetters
from detector.schema.notices.withdrawals import SentNotice, Withdrawal
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import NotifySettings, Settings, TeamSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An incident, its checklist, the head of its timeline, and the terms it runs under.

    Attributes:
        duties: As its facts stand now.
        kept_duties: As they were last written.
        facts: What was stated of it, the oldest first.
        assignments: Who was asked to hold which role in it, by role, the oldest first.
        playbook: The one it keeps; None: it is from before they were kept, and is not configured any more.
        playbooks: All that are configured, by name: a graver kind's is taken from here.
        case: Under what it runs: laws, team, ladder.
        configured_team: The team as configured now: whose account it is about is not only what was known then.
        words: Texts in the service's language, for the timeline.
        letters: How its clients stand with their letters; read for acts that ask for it. sent: by what notices others
            were told, likewise.
        withdrawals: Of one that is closed as no breach: what of that is withdrawn, or to be.
    """

    incident: Incident
    steps: tuple[Step, ...]
    duties: tuple[Duty, ...] = ()
    kept_duties: tuple[Duty, ...] = ()
    facts: tuple[CaseFact, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()
    alerts: tuple[Alert, ...] = ()
    last: TimelineEntry | None = None
    playbook: Playbook | None = None
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    case: CaseTerms
    notify: NotifySettings = field(default_factory=NotifySettings)
    configured_team: TeamSettings = field(default_factory=TeamSettings)
    words: Messages = field(default_factory=lambda: messages("en"))
    letters: ClientLetters = field(default_factory=ClientLetters)
    sent: tuple[SentNotice, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def terms(self) -> Terms:
        """What its deadlines depend on."""
        return self.case.terms

    @property
    def team(self) -> TeamSettings:
        """Its crisis team."""
        return self.case.team

    def after(self, changes: IncidentChanges) -> "Dossier":
        """Return the dossier as it is once the changes are written."""
        known = {step.step_id: step for step in self.steps}
        steps = {step.step_id: step for step in changes.steps if step.incident_id == self.incident.id}
        alerts = {alert.id: alert for alert in changes.alerts}
        mine = [incident for incident in changes.incidents if incident.id == self.incident.id]
        entries = [entry for entry in changes.entries if entry.incident_id == self.incident.id]
        duties = {duty.ref: duty for duty in self.kept_duties}
        duties |= {duty.ref: duty for duty in changes.duties if duty.incident_id == self.incident.id}
        given = {(each.role, each.number): each for each in (*self.assignments, *changes.assignments)}
        incident, kept = mine[-1] if mine else self.incident, tuple(duties.values())
        parts = {part.id: part.body for part in changes.frozen}
        case = terms_in(parts[incident.terms]) if incident.terms in parts else self.case
        return replace(
            self,
            incident=incident,
            steps=tuple(sorted((known | steps).values(), key=lambda step: step.position)),
            duties=duties_of(incident, case.terms, kept),
            kept_duties=kept,
            facts=(*self.facts, *(fact for fact in changes.facts if fact.incident_id == self.incident.id)),
            assignments=tuple(given[key] for key in sorted(given) if given[key].incident_id == incident.id),
            playbook=playbook_in(parts[incident.checklist]) if incident.checklist in parts else self.playbook,
            case=case,
            alerts=tuple(alerts.get(alert.id, alert) for alert in self.alerts),
            last=entries[-1] if entries else self.last,
        )

    def step(self, step_id: str) -> Step:
        """Return a step by its id, in any case.

        Raises:
            NotFoundError: There is none; the ids that exist are named.
        """
        for step in self.steps:
            if step.step_id == step_id.upper():
                return step
        ids = ", ".join(step.step_id for step in self.steps)
        raise NotFoundError(Problem(what=f"{self.name} has no step {step_id!r}", fix=f"its steps are {ids}"))

    def duty(self, ref: str) -> Duty:
        """Return a duty by ``law/stage``, or by its stage alone.

        Raises:
            NotFoundError: There is none, or several; those that exist are named.
        """
        name = ref.strip().lower()
        found = [duty for duty in self.duties if name in (duty.ref, duty.stage)]
        if len(found) == 1:
            return found[0]
        ids = ", ".join(duty.ref for duty in self.duties) or "none: no client data is known to be concerned"
        raise NotFoundError(Problem(what=f"{self.name} has no duty {ref!r}", fix=f"its duties are {ids}"))

    def configured(self, step_id: str) -> PlaybookStep | None:
        """Return the playbook's step, None when it knows none of this id."""
        return self.playbook.step(step_id) if self.playbook else None

    @property
    def name(self) -> str:
        """What people call the incident."""
        return f"incident {self.incident.number}"

    def must_be_open(self, what: str) -> None:
        """Refuse what cannot be done to a closed incident.

        Raises:
            ConflictError: It is closed.
        """
        if self.incident.status is IncidentStatus.CLOSED:
            closed, into = self.incident.closed_at, self.incident.merged_into
            again = "add a note, or open it again: nabat incidents reopen"
            raise ConflictError(
                Problem(
                    what=f"{self.name} was closed{f' at {closed:%Y-%m-%d %H:%M} UTC' if closed else ''}; {what}",
                    fix=f"it goes on in another one, do it there: nabat incidents show {into[:8]}" if into else again,
                )
            )

    def must_go_on(self, what: str) -> None:
        """Refuse what is done with clients in an incident that was closed otherwise than as handled.

        Raises:
            ConflictError: It was: whom it seemed to concern is not concerned.
        """
        if self.incident.close_reason is not CloseReason.HANDLED:
            self.must_be_open(what)

    def must_be_none(self, what: str, *, made_at: datetime | None = None) -> None:
        """Refuse what withdraws, in an incident that is not closed as no breach; ``made_at``: when it was filed.

        Raises:
            ConflictError: It is open, or was closed otherwise, or anew since: then it gives another decision.
        """
        incident = self.incident
        if not incident.ended_as_none:
            reasons = " or ".join(each.value for each in NO_BREACH)
            fix = f"close it first, if it was none: nabat incidents close --reason {reasons}"
            raise ConflictError(Problem(what=f"{self.name} is not closed as no breach; {what}", fix=fix))
        if made_at is not None and incident.closed_since(made_at):
            made = f"it was filed before {self.name} was closed as it is now; {what}"
            raise ConflictError(Problem(what=made, fix=f"make it anew: nabat incidents withdrawals {incident.number}"))

    def changes(
        self,
        incident: Incident,
        steps: Iterable[Step],
        *,
        at: datetime,
        kind: str,
        by: str,
        text: str | MessageText,
        data: Data = (),
        resolved: datetime | None = None,
        alerts: Iterable[Alert] = (),
        duties: Sequence[Duty] | None = None,
        flow: Step | None = None,
    ) -> IncidentChanges:
        """Return a transition: the incident one version on, steps and duties that differ, its entry."""
        entry = append(self.last, incident_id=incident.id, at=at, kind=kind, by=by, text=text, data=data)
        return self.changed(incident, steps, entry, resolved=resolved, alerts=alerts, duties=duties, flow=flow)

    def changed(
        self,
        incident: Incident,
        steps: Iterable[Step],
        entry: TimelineEntry,
        *,
        resolved: datetime | None = None,
        alerts: Iterable[Alert] = (),
        duties: Sequence[Duty] | None = None,
        flow: Step | None = None,
    ) -> IncidentChanges:
        """Return the same with an entry made elsewhere; a graver kind's checklist grows out of the one there was."""
        other = incident.playbook != self.incident.playbook
        kept = self.playbooks.get(incident.playbook) if other else self.playbook
        incident = replace(incident, version=self.incident.version + 1)
        incident, frozen = keeping(incident, self.case, kept, self.incident)
        now = consequences_of(
            self.incident,
            incident,
            steps,
            self.duties if duties is None else duties,
            terms=self.terms,
            playbook=kept or self.playbook,
            last=entry,
            words=self.words,
            at=entry.at,
            resolved=resolved,
            flow=flow,
            facts=self.facts,
        )
        return IncidentChanges(
            incidents=(incident,),
            steps=changed(self.steps, now.steps),
            entries=(entry, *now.entries),
            alerts=tuple(alerts),
            duties=changed_duties(self.kept_duties, now.duties),
            frozen=frozen,
            facts=now.facts,
        )


def as_one(dossier: Dossier, first: IncidentChanges, second: IncidentChanges) -> IncidentChanges:
    """Return two transitions of one incident as one: the entries of both, one version on."""
    after = dossier.after(first).after(second)
    return IncidentChanges(
        incidents=(replace(after.incident, version=dossier.incident.version + 1),),
        steps=changed(dossier.steps, after.steps),
        entries=(*first.entries, *second.entries),
        alerts=(*first.alerts, *second.alerts),
        raised=tuple(dict.fromkeys((*first.raised, *second.raised))),
        duties=changed_duties(dossier.kept_duties, after.kept_duties),
        frozen=(*first.frozen, *second.frozen),
        facts=(*first.facts, *second.facts),
        assignments=(*first.assignments, *second.assignments),
    )


def dossier(
    known: IncidentStore,
    ref: str,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    regulations: Mapping[str, Regulation] | None = None,
) -> Dossier:
    """Read the incident that ``ref`` names: an id, the beginning of one, a number or a code name.

    Raises:
        NotFoundError: None is called so.
    """
    incident = known.find(ref)
    if incident is None:
        raise NotFoundError(
            Problem(what=f"there is no incident {ref!r}", fix="see `nabat incidents list` for numbers and code names")
        )
    kept, case = tuple(known.duties(incident.id)), kept_terms(incident, known)
    case = case or configured_terms(settings, regulations or {})
    return Dossier(
        incident=incident,
        steps=tuple(known.steps(incident.id)),
        duties=duties_of(incident, case.terms, kept),
        kept_duties=kept,
        facts=tuple(known.facts(incident.id)),
        assignments=tuple(known.assignments(incident.id)),
        alerts=tuple(known.incident_alerts(incident.id)),
        last=known.last_entry(incident.id),
        playbook=playbook_of(incident, known, playbooks),
        playbooks=playbooks,
        case=case,
        notify=settings.notify,
        configured_team=settings.team,
        words=messages(settings.language),
    )
