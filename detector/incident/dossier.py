"""One incident with all that its transitions need, read at once.

Comes in: a reference as a person writes it, the past. Goes out: a ``Dossier``; and from it the pieces every transition
is made of: the changed incident, changed steps, the next timeline entry. Nothing is written here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident.case.escalate_kind import asked_again
from detector.incident.case.opening import terms_of
from detector.incident.duty.deadlines import Terms, with_due_times
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.checklist import changed, grown
from detector.incident.playbook.playbooks import Playbook, PlaybookStep
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.incident.timeline import Data, append
from detector.messages import Messages, messages
from detector.schema.alerts import Alert
from detector.schema.incidents import Incident, IncidentStatus, Step, TimelineEntry
from detector.settings import Settings, TeamSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An incident, its checklist, the head of its timeline, and the terms it runs under.

    Attributes:
        playbooks: All that are configured, by name.
        words: Texts in the service's language, for the timeline.
    """

    incident: Incident
    steps: tuple[Step, ...]
    alerts: tuple[Alert, ...] = ()
    last: TimelineEntry | None = None
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    team: TeamSettings = field(default_factory=TeamSettings)
    words: Messages = field(default_factory=lambda: messages("en"))

    @property
    def playbook(self) -> Playbook | None:
        """The incident's playbook; None when it is not configured any more: steps keep their due times."""
        return self.playbooks.get(self.incident.playbook)

    def after(self, changes: IncidentChanges) -> "Dossier":
        """Return the dossier as it is once the changes are written."""
        known = {step.step_id: step for step in self.steps}
        steps = {step.step_id: step for step in changes.steps if step.incident_id == self.incident.id}
        alerts = {alert.id: alert for alert in changes.alerts}
        mine = [incident for incident in changes.incidents if incident.id == self.incident.id]
        entries = [entry for entry in changes.entries if entry.incident_id == self.incident.id]
        return replace(
            self,
            incident=mine[-1] if mine else self.incident,
            steps=tuple(sorted((known | steps).values(), key=lambda step: step.position)),
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

    def configured(self, step_id: str) -> PlaybookStep | None:
        """Return the playbook's step, None when it is not configured any more."""
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
            closed = self.incident.closed_at
            raise ConflictError(
                Problem(
                    what=f"{self.name} was closed{f' at {closed:%Y-%m-%d %H:%M} UTC' if closed else ''}; {what}",
                    fix="add a note; new activity opens a new incident",
                )
            )

    def changes(
        self,
        incident: Incident,
        steps: Iterable[Step],
        *,
        at: datetime,
        kind: str,
        by: str,
        text: str,
        data: Data = (),
        resolved: datetime | None = None,
        alerts: Iterable[Alert] = (),
    ) -> IncidentChanges:
        """Return a transition: the incident one version on, the steps that differ with their due times, its entry."""
        entry = append(self.last, incident_id=incident.id, at=at, kind=kind, by=by, text=text, data=data)
        return self.changed(incident, steps, entry, resolved=resolved, alerts=alerts)

    def changed(
        self,
        incident: Incident,
        steps: Iterable[Step],
        entry: TimelineEntry,
        *,
        resolved: datetime | None = None,
        alerts: Iterable[Alert] = (),
    ) -> IncidentChanges:
        """Return the same with an entry made elsewhere; a graver kind's checklist grows out of the one there was."""
        incident = replace(incident, version=self.incident.version + 1)
        now_steps, again = asked_again(self.incident, incident, steps, self.terms, entry, self.words, entry.at)
        playbook = self.playbooks.get(incident.playbook)
        if playbook is not None:
            if incident.playbook != self.incident.playbook:
                now_steps = grown(incident, now_steps, playbook, self.terms.regulations)
            now_steps = with_due_times(incident, now_steps, playbook, self.terms, resolved)
        return IncidentChanges(
            incidents=(incident,), steps=changed(self.steps, now_steps), entries=(entry, *again), alerts=tuple(alerts)
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
    return Dossier(
        incident=incident,
        steps=tuple(known.steps(incident.id)),
        alerts=tuple(known.incident_alerts(incident.id)),
        last=known.last_entry(incident.id),
        playbooks=playbooks,
        terms=terms_of(settings, regulations),
        team=settings.team,
        words=messages(settings.language),
    )
