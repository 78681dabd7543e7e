"""Which reading of each fact counts, and the others beside it.

Comes in: an incident and what was stated of it. Goes out: the fact that stands, the incident as its facts say, all
readings to be shown. What the service computes (detection, scope, severity) is a reading too; facts that the service
states itself (a merge, a flow that goes on) are made here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from detector.incident.case_facts.fact_values import moment_of, people_of, people_value
from detector.incident.timeline import rfc3339
from detector.schema.case.case_facts import CaseFact, CaseFactKind, CaseFactReading, IncidentCause
from detector.schema.case.incidents import Incident

_NABAT: Final = "nabat"
_COMPUTED: Final = "computed"
WITHOUT_INTENT: Final = frozenset({IncidentCause.FAILURE, IncidentCause.HUMAN_ERROR})
"""Causes that tell of no intent."""
# A T1 that was set before facts were kept: who set it, and why, stands on the timeline.
_BEFORE: Final = "before"


def standing(kind: CaseFactKind, facts: Iterable[CaseFact]) -> CaseFact | None:
    """Return the newest fact of a kind; one whose value is empty says that nothing is stated any more."""
    return max((each for each in facts if each.kind is kind), key=lambda each: each.number, default=None)


def with_facts(incident: Incident, facts: Sequence[CaseFact]) -> Incident:
    """Return the incident as its facts say; a T1 from before facts were kept stays. Severity is the act's affair."""
    told, aware, persons = (standing(kind, facts) for kind in (CaseFactKind.T0, CaseFactKind.T1, CaseFactKind.PERSONS))
    people, estimated = people_of(persons) if persons else (None, False)
    return replace(
        incident,
        reported_at=moment_of(told) if told else None,
        aware_at=moment_of(aware) if aware else incident.aware_at,
        persons=people,
        persons_estimated=estimated,
    )


def all_readings(incident: Incident, facts: Sequence[CaseFact]) -> tuple[CaseFactReading, ...]:
    """Return every reading of every fact, kind by kind: the one that counts, then the others, the newest first."""
    found: list[CaseFactReading] = []
    for kind in CaseFactKind:
        computed = _computed(kind, incident, facts)
        stated = sorted((each for each in facts if each.kind is kind), key=lambda each: -each.number)
        every = [*stated, *([computed] if computed is not None else [])]
        counts = _counting(kind, incident, every)
        ordered = sorted(every, key=lambda each: each is not counts)
        found += [CaseFactReading(fact=each, counts=each is counts) for each in ordered]
    return tuple(found)


def _counting(kind: CaseFactKind, incident: Incident, every: Sequence[CaseFact]) -> CaseFact | None:
    """Return which of the readings of a kind counts: of stated ones the newest alone can."""
    if not every:
        return None
    newest, computed = every[0], every[-1] if not every[-1].number else None
    if kind is CaseFactKind.T0:
        earlier = newest.number and newest.value and moment_of(newest) == incident.t0
        return newest if earlier else computed
    if kind is CaseFactKind.SEVERITY:
        return newest if newest.number and incident.judged_severity is not None else computed
    if kind is CaseFactKind.PERSONS and newest.number:
        more = (people_of(newest)[0] or 0) > incident.scope.known_subjects
        return newest if more or computed is None else computed
    return newest if newest.value or computed is None else computed


def _computed(kind: CaseFactKind, incident: Incident, facts: Iterable[CaseFact]) -> CaseFact | None:
    """Return what the service makes of it, as a reading without a number; None: it does not know."""
    value, source = "", _COMPUTED
    if kind is CaseFactKind.T0:
        value = rfc3339(incident.shown_at)
    elif kind is CaseFactKind.T1 and incident.aware_at is not None and standing(kind, facts) is None:
        value, source = rfc3339(incident.aware_at), _BEFORE
    elif kind is CaseFactKind.PERSONS and (incident.scope.events or incident.scope.imported_subjects):
        low, high = incident.scope.known_subjects, incident.scope.subjects_high
        value = f"{low}+" if incident.scope.uncounted else f"{low}-{high}" if high > low else str(low)
    elif kind is CaseFactKind.SEVERITY:
        value = (incident.judged_severity or incident.severity).value
    elif kind is CaseFactKind.CAUSE:
        value = IncidentCause.UNKNOWN.value
    if not value:
        return None
    return CaseFact(
        incident_id=incident.id,
        number=0,
        kind=kind,
        value=value,
        source=source,
        author=_NABAT,
        at=incident.opened_at,
    )


def by_service(
    incident_id: str,
    facts: Sequence[CaseFact],
    kind: CaseFactKind,
    value: str,
    *,
    source: str,
    reason: str,
    at: datetime,
) -> CaseFact:
    """Return a fact that the service states itself."""
    return CaseFact(
        incident_id=incident_id,
        number=len(facts) + 1,
        kind=kind,
        value=value,
        source=source,
        author=_NABAT,
        reason=reason,
        at=at,
    )


def flow_goes_on(
    incident_id: str, facts: Sequence[CaseFact], *, source: str, reason: str, at: datetime
) -> tuple[CaseFact, ...]:
    """Return the fact that withdraws the moment since which nothing flows; none where no such moment is stated."""
    stopped = standing(CaseFactKind.FLOW_STOPPED, facts)
    if stopped is None or not stopped.value:
        return ()
    return (by_service(incident_id, facts, CaseFactKind.FLOW_STOPPED, "", source=source, reason=reason, at=at),)


def facts_of_merged(
    incident: Incident,
    facts: Sequence[CaseFact],
    merged: Iterable[tuple[Incident, Sequence[CaseFact]]],
    *,
    reason: str,
    at: datetime,
) -> tuple[CaseFact, ...]:
    """Return what is taken over from incidents that go on in this one: nothing that moves a clock forward is lost.

    The earliest T0 and T1 and the most people count; a cause where none is known here.

    Args:
        incident: What goes on.
        facts: What is stated of it.
        merged: The others, and what is stated of them.
        reason: Why it is stated here, in the service's language.
        at: When.
    """
    new: list[CaseFact] = []

    def state(kind: CaseFactKind, value: str, source: str) -> None:
        new.append(by_service(incident.id, (*facts, *new), kind, value, source=source, reason=reason, at=at))

    reported, aware, persons = incident.reported_at, incident.aware_at, incident.persons
    cause = standing(CaseFactKind.CAUSE, facts)
    known = cause is not None and cause.value != IncidentCause.UNKNOWN
    for other, its in merged:
        if other.reported_at is not None and (reported is None or other.reported_at < reported):
            reported = other.reported_at
            state(CaseFactKind.T0, rfc3339(reported), other.number)
        if other.aware_at is not None and (aware is None or other.aware_at < aware):
            aware = other.aware_at
            state(CaseFactKind.T1, rfc3339(aware), other.number)
        if other.persons is not None and (persons is None or other.persons > persons):
            persons = other.persons
            state(CaseFactKind.PERSONS, people_value(persons, estimated=other.persons_estimated), other.number)
        said = standing(CaseFactKind.CAUSE, its)
        if said is not None and said.value != IncidentCause.UNKNOWN and not known:
            known = True
            state(CaseFactKind.CAUSE, said.value, other.number)
    return tuple(new)
