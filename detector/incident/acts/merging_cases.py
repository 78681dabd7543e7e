"""Two open incidents that a person says are one, and taking that back.

Comes in: the dossiers of both, a grant for each, why. Goes out: ``IncidentChanges`` of both and the ``CaseMerge`` to
keep. The one ends as a duplicate and points to the other, which goes on with the alerts of both, the earliest T0 and
T1, and no open duty less. Taken back, the alerts return, the one is open again, and the clocks of the other count as
they did.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from detector.errors import ConflictError, Problem
from detector.incident.acts.second_word import agreed, ask_word
from detector.incident.acts.transitions import said
from detector.incident.case.changes.again import because
from detector.incident.case.changes.merging import MovedByHand, receipts_parted, without_told_of
from detector.incident.case.changes.reopened import as_before_the_close, reopened
from detector.incident.case.opening import joined, open_incidents
from detector.incident.case_facts.fact_readings import by_service, standing
from detector.incident.dossier import Dossier
from detector.incident.duty.regulations import Regulation
from detector.incident.granted import granted
from detector.incident.playbook.checklist import NABAT, changed
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.schema.case.case_facts import CaseFact, CaseFactKind, IncidentCause
from detector.schema.case.duties import Duty, DutyState, FrozenPart
from detector.schema.case.incidents import (
    STORM_MATTER,
    CaseMerge,
    Incident,
    IncidentKind,
    IncidentStatus,
    Scope,
    Step,
    TimelineEntry,
)
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.team.grants import Approval, Grant, PersonAct
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings

# What is in these is judged row by row, or is no matter of people at all.
_APART = frozenset({IncidentKind.HISTORY, IncidentKind.BLIND_SPOT, IncidentKind.DRILL})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTools:
    """What incidents are made with: the past, playbooks by name, laws by id, the configuration."""

    known: IncidentStore
    playbooks: Mapping[str, Playbook]
    regulations: Mapping[str, Regulation]
    settings: Settings


MERGE = "merge"
"""Letting a grave case go on with one that keeps people out of it: the subject of a second person's word."""


def ask_merge(
    dossier: Dossier, grant: Grant, one: Incident, other: Incident, *, reason: str, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on letting an incident go on as another one; both go on until then.

    Args:
        dossier: That of both which those do not see who would be kept out of the other: it says whom it is about.
        grant: Of whoever asks.
        one: The incident that would end.
        other: The one it would go on in.
        reason: Why they are one.
        now: When.

    Raises:
        ConflictError: One is closed, they are the same, or of a kind that stands for itself.
        InputError: No reason was given.
    """
    reason = said(reason, "why they are one matter")
    problems = [*_problems(one, other)]
    if problems:
        raise ConflictError(problems)
    data = (("one", one.number), ("other", other.number))
    shown = dossier.words.wording("incident-asked-merge", one=one.number, other=other.number, reason=reason)
    return ask_word(dossier, MERGE, grant, proof=reason, shown=shown, now=now, data=data)


def merge_cases(
    one: Dossier,
    other: Dossier,
    grants: tuple[Grant, Grant],
    tools: OpeningTools,
    *,
    number: int,
    reason: str,
    now: datetime,
    approver: str = "",
) -> tuple[IncidentChanges, CaseMerge]:
    """Let an incident go on as another one.

    Args:
        one: The incident that ends.
        other: The one that it goes on in.
        grants: Of the person, for each.
        tools: What incidents are made with.
        number: How often it was merged, this time included.
        reason: Why they are one.
        now: When.
        approver: Whose second word stands behind it; empty: it takes none.

    Raises:
        ConflictError: One is closed, they are the same, or of a kind that stands for itself.
        InputError: No reason was given.
    """
    by = granted(one, grants[0], PersonAct.MERGE)
    granted(other, grants[1], PersonAct.MERGE)
    reason = said(reason, "why they are one matter")
    problems = [*_problems(one.incident, other.incident)]
    if problems:
        raise ConflictError(problems)
    before, into, words = one.incident, other.incident, one.words
    sent = ", ".join(f"{duty.ref}: {duty.receipt_number}" for duty in one.duties if duty.state is DutyState.DONE)
    shown = agreed(words, reason, approver)
    why = agreed(words, f"{reason.rstrip('.')}.", approver) if sent else shown
    told = words.wording("incident-entry-merged-by", number=before.number, by=by, reason=why)
    if sent:
        told += words.wording("incident-entry-merged-receipts", receipts=sent)
    moving = tuple(replace(alert, incident_id=into.id) for alert in one.alerts)
    moved = MovedByHand(
        into=into.id,
        gone=before,
        by=by,
        people=grants[0].people,
        since=now,
        notes={
            before.id: ("closed", words.wording("incident-note-merged-by", number=into.number, by=by, reason=shown)),
            into.id: ("merged", told),
        },
    )
    changes = _made(tools, tools.known, moving, moved, now, leads=((into.id, into.actor_id),))
    merge = CaseMerge(
        incident_id=before.id,
        number=number,
        into_id=into.id,
        at=now,
        by=by,
        reason=reason,
        alert_ids=tuple(alert.id for alert in moving),
        status=before.status,
        opened_at=into.opened_at,
        became_at=into.became_at,
        severity=into.severity,
        kind=into.kind,
        playbook=into.playbook,
        checklist=into.checklist,
        named=into.named,
    )
    return replace(changes, alerts=moving), merge


def unmerge_cases(
    one: Dossier,
    other: Dossier,
    merge: CaseMerge | None,
    grants: tuple[Grant, Grant],
    tools: OpeningTools,
    *,
    reason: str,
    now: datetime,
) -> tuple[IncidentChanges, CaseMerge]:
    """Take back that two incidents are one: the one that ended is open again, and its team is called.

    Args:
        one: The incident that ended.
        other: The one it went on in.
        merge: What a person said; None: nobody did, or it was taken back.
        grants: Of the person, for each.
        tools: What incidents are made with.
        reason: Why they are two.
        now: When.

    Raises:
        ConflictError: No person merged it, or what it went on in is closed.
        InputError: No reason was given.
    """
    by = granted(one, grants[0], PersonAct.MERGE)
    granted(other, grants[1], PersonAct.MERGE)
    reason = said(reason, "why they are two matters")
    if merge is None or merge.ended_at is not None:
        what = f"{one.name} was not merged by a person"
        raise ConflictError(Problem(what=what, fix="what the service joins by late lines stays joined"))
    other.must_be_open("what was merged into it stays there")
    words, gone, into = one.words, one.incident, other.incident
    back = tuple(replace(alert, incident_id=gone.id) for alert in _its_alerts(one, other, merge))
    moved = MovedByHand(
        into=gone.id,
        by=by,
        people=grants[0].people,
        since=into.t0,
        notes={
            each.id: ("unmerged", words.wording("incident-entry-unmerged", number=than.number, by=by, reason=reason))
            for each, than in ((gone, into), (into, gone))
        },
        why={gone.id: (because("unmerged", by=by),)},
        facts=_withdrawn(other, gone, words.text("incident-fact-unmerged"), now),
    )
    again = replace(reopened(gone), merged_into="", called_at=now, called_for=(), scope=Scope())
    steps = as_before_the_close(gone, one.steps, one.playbook)
    parted = replace(
        into,
        opened_at=merge.opened_at,
        became_at=merge.became_at,
        severity=merge.severity,
        kind=merge.kind,
        playbook=merge.playbook,
        checklist=merge.checklist,
        named=merge.named,
        reasons=without_told_of(into, gone),
        scope=Scope(),
    )
    duties = dict(zip((gone.id, into.id), receipts_parted(gone, one.kept_duties, other.kept_duties), strict=True))
    known = _KnownAs(tools.known, {gone.id: again, into.id: parted}, {gone.id: steps}, duties)
    leads = ((gone.id, gone.actor_id), (into.id, into.actor_id))
    changes = _made(tools, known, back, moved, now, leads=leads)
    opened = {step.step_id: step for step in changed(one.steps, steps)}
    opened |= {step.step_id: step for step in changes.steps if step.incident_id == gone.id}
    others = tuple(step for step in changes.steps if step.incident_id != gone.id)
    written = {(duty.incident_id, duty.ref): duty for changed_ones in duties.values() for duty in changed_ones}
    written |= {(duty.incident_id, duty.ref): duty for duty in changes.duties}
    changes = replace(changes, steps=(*opened.values(), *others), alerts=back, duties=tuple(written.values()))
    return changes, replace(merge, ended_at=now, ended_by=by, ended_why=reason)


def _made(
    tools: OpeningTools,
    known: IncidentStore,
    alerts: Sequence[Alert],
    moved: MovedByHand,
    now: datetime,
    *,
    leads: Sequence[tuple[str, str]],
) -> IncidentChanges:
    made = open_incidents(
        alerts,
        (),
        known,
        tools.playbooks,
        tools.settings,
        now,
        regulations=tools.regulations,
        leads=[lead for lead in leads if lead[1]],
        moved=moved,
    )
    return joined((made,))


def _problems(one: Incident, other: Incident) -> Iterator[Problem]:
    if one.id == other.id:
        yield Problem(what=f"incident {one.number} is the same incident", fix="name the other one")
        return
    for each in (one, other):
        if each.status is IncidentStatus.CLOSED:
            what = f"incident {each.number} is closed"
            yield Problem(what=what, fix="open it again first: nabat incidents reopen")
        if each.kind in _APART or each.matter == STORM_MATTER:
            what = f"incident {each.number} is no matter that goes on in another, or takes one in"
            yield Problem(what=what, fix="digests, storms, drills and blind spots stand for themselves")


def _its_alerts(one: Dossier, other: Dossier, merge: CaseMerge) -> list[Alert]:
    """Return the alerts that go back: those that went over, and what came since of their actors and matters alone."""
    went = set(merge.alert_ids)
    its = {(alert.actor_id, alert.matter) for alert in other.alerts if alert.id in went}
    own = {
        (alert.actor_id, alert.matter) for alert in other.alerts if alert.id not in went and alert.opened_at < merge.at
    }
    return [alert for alert in other.alerts if alert.id in went or (alert.actor_id, alert.matter) in its - own]


def _withdrawn(other: Dossier, gone: Incident, reason: str, now: datetime) -> tuple[CaseFact, ...]:
    """Return the facts that put what was taken over from an incident back to what was stated before."""
    own = [fact for fact in other.facts if (fact.author, fact.source) != (NABAT, gone.number)]
    new: list[CaseFact] = []
    for kind in CaseFactKind:
        before = standing(kind, own)
        if standing(kind, other.facts) is before:
            continue
        nothing = IncidentCause.UNKNOWN.value if kind is CaseFactKind.CAUSE else ""
        value = before.value if before is not None else nothing
        facts = (*other.facts, *new)
        new.append(by_service(other.incident.id, facts, kind, value, source=gone.number, reason=reason, at=now))
    return tuple(new)


class _KnownAs:
    """The past, with some incidents as they are said to be."""

    def __init__(
        self,
        known: IncidentStore,
        incidents: Mapping[str, Incident],
        steps: Mapping[str, Sequence[Step]],
        duties: Mapping[str, Sequence[Duty]],
    ) -> None:
        self._known, self._incidents, self._steps, self._duties = known, incidents, steps, duties

    def find(self, ref: str) -> Incident | None:
        return self._incidents.get(ref) or self._known.find(ref)

    def steps(self, incident_id: str) -> list[Step]:
        return list(self._steps[incident_id]) if incident_id in self._steps else self._known.steps(incident_id)

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        return self._known.findings(ids)

    def alerts(self, ids: Collection[str]) -> dict[str, Alert]:
        return self._known.alerts(ids)

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        return self._known.incident_alerts(incident_id)

    def duties(self, incident_id: str) -> list[Duty]:
        changed_ones = {duty.ref: duty for duty in self._duties.get(incident_id, ())}
        return [changed_ones.get(duty.ref, duty) for duty in self._known.duties(incident_id)]

    def facts(self, incident_id: str) -> list[CaseFact]:
        return self._known.facts(incident_id)

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        return self._known.assignments(incident_id)

    def frozen(self, part_id: str) -> FrozenPart | None:
        return self._known.frozen(part_id)

    def last_entry(self, incident_id: str) -> TimelineEntry | None:
        return self._known.last_entry(incident_id)
