"""Facts of an incident, stated by people: T0, T1, flow stopped, cause, persons concerned, severity.

Comes in: a ``Dossier``, grants, what is stated. Goes out: ``IncidentChanges`` with a new fact; the ``Approval`` to keep
where a second person has to agree: whoever makes a duty ask for less or later, or a severity lower, takes back what
others rely on. Until then the reading that was there counts. Nothing is overwritten: a correction is a newer fact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from detector.errors import InputError, Problem
from detector.incident.acts.after_answer import call_again
from detector.incident.acts.second_word import agreed, ask_word, eased_duties, second_if_needed
from detector.incident.acts.transitions import EARLIEST_AWARE, must_be_no_digest, said, say_client_data, when
from detector.incident.case.assessment.severity import as_judged, doubled, people_at_most, severity_of
from detector.incident.case.changes.again import because
from detector.incident.case_facts.fact_readings import WITHOUT_INTENT, by_service, flow_goes_on, standing, with_facts
from detector.incident.case_facts.fact_values import kept_value
from detector.incident.dossier import Dossier, as_one
from detector.incident.duty.compute_duties import duties_of, eased
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean, rfc3339
from detector.messages import Messages, MessageText
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import Incident, IncidentStatus, Step
from detector.schema.detection.findings import Finding
from detector.schema.levels import Severity
from detector.schema.team.grants import Approval, Grant, PersonAct
from detector.settings.sections.records import DataClass

FACT: Final = "fact:"
"""How the subject of a second person's word on a fact begins."""
_MOMENT_NAMES = {CaseFactKind.T0: "T0", CaseFactKind.T1: "T1", CaseFactKind.FLOW_STOPPED: "the end of the flow"}
_MAKES_SEVERITY = (CaseFactKind.SEVERITY, CaseFactKind.PERSONS)
_LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """What somebody states, as they wrote it.

    Attributes:
        value: ``2026-03-02T09:30:00Z``, ``~120``, ``human_error``, ``high``, ``none``.
        source: From whom or from where it is known.
        reason: Why, in words.
        composed: What the source is made of, where the service names it; None: a person did.
    """

    kind: CaseFactKind
    value: str
    source: str = ""
    reason: str = ""
    composed: MessageText | None = None


def fact_act(kind: CaseFactKind) -> PersonAct:
    """Return which act it is to state a fact: who may say since when we are aware decides about clocks of the law."""
    return PersonAct.AWARE if kind is CaseFactKind.T1 else PersonAct.FACT


def record_fact(
    dossier: Dossier,
    grant: Grant,
    stated: StatedFact,
    *,
    now: datetime,
    second: Grant | None = None,
    findings: Iterable[Finding] = (),
    classes: Mapping[str, DataClass] | None = None,
) -> IncidentChanges:
    """Record a fact: it counts from now on, and what is computed from it is computed anew.

    A T1 of an incident in which client data was not known to be concerned says that too.

    Args:
        dossier: The incident.
        grant: Of whoever states it.
        stated: What is stated.
        now: When.
        second: Grant of the second person to approve, where ``loosened`` says what would be less or later.
        findings: Behind the incident: how many people were known of when a severity was corrected.
        classes: The data classes as configured: with the people that are stated they make a severity.

    Raises:
        ConflictError: It is closed (the cause can still be stated), a digest of history, or two persons did not agree.
        InputError: A value, source or reason is missing or cannot be; all of them are named.
    """
    by, kept = granted(dossier, grant, fact_act(stated.kind)), _from_before(dossier, stated.kind)
    dossier = replace(dossier, facts=(*dossier.facts, *kept))
    fact = _lawful(dossier, stated, by, now)
    less = loosened(dossier, stated, now)
    what = (
        f"the fact {fact.kind.value} = {fact.value or 'none'}, by which less is asked for or later: {', '.join(less)},"
    )
    fact = replace(fact, approved_by=second_if_needed(dossier, what, grant, second, needed=bool(less)))
    worse = IncidentChanges()
    if fact.kind is CaseFactKind.T1 and not dossier.incident.kind.breach:
        worse = say_client_data(dossier, grant, reason=fact.reason, now=now)
    before, dossier = dossier, dossier.after(worse)
    behind = tuple(findings)
    stated_so = _as_stated(dossier, fact, behind, classes or {})
    changes = replace(
        dossier.changes(
            stated_so,
            _steps(dossier, fact, by, now),
            at=now,
            kind="fact",
            by=by,
            text=_in_words(dossier.words, fact, stated.composed),
            data=(
                ("fact", fact.kind.value),
                ("number", fact.number),
                ("value", fact.value),
                *((("approved_by", fact.approved_by),) if fact.approved_by else ()),
                *((("severity", stated_so.severity.value),) if fact.kind in _MAKES_SEVERITY else ()),
            ),
        ),
        facts=(*kept, fact),
    )
    changes = as_one(before, worse, changes) if worse else changes
    return _called(before, changes, grant, behind, now) if fact.kind in _MAKES_SEVERITY else changes


def ask_fact(dossier: Dossier, grant: Grant, stated: StatedFact, *, now: datetime) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on a fact, naming the duties it concerns; the reading there is counts until then.

    Raises:
        ConflictError: It is closed, or a digest of history.
        InputError: A value, source or reason is missing or cannot be; all of them are named.
    """
    by = granted(dossier, grant, fact_act(stated.kind))
    fact = _lawful(dossier, stated, by, now)
    less = [] if fact.kind is CaseFactKind.SEVERITY else loosened(dossier, stated, now)
    data = (("value", fact.value or "none"), ("source", fact.source), ("duties", ", ".join(less)))
    shown, duties = _in_words(dossier.words, fact), eased_duties(less)
    if duties != "none":
        shown = dossier.words.wording("incident-asked-fact", fact=shown, duties=duties)
    return ask_word(dossier, f"{FACT}{fact.kind.value}", grant, proof=fact.reason, shown=shown, now=now, data=data)


def asked_fact(asked: Approval) -> StatedFact:
    """Return the fact that waits for a second person's word."""
    data = {name: str(value) for name, value in asked.data}
    if asked.act is PersonAct.AWARE and "value" not in data:  # asked for by a version that knew no other fact
        return StatedFact(kind=CaseFactKind.T1, value=data["at"], reason=asked.proof)
    kind = CaseFactKind(asked.step_id.removeprefix(FACT))
    return StatedFact(kind=kind, value=data["value"], source=data["source"], reason=asked.proof)


def loosened(dossier: Dossier, stated: StatedFact, now: datetime) -> list[str]:
    """Return what a fact would make less or later: duties, people, the severity; nothing: one person's word will do.

    A first T1 makes duties count from it, which is what it is for, as long as it is no later than the playbook asks for
    it, and except those whose time is over; more people may put another duty in a duty's place. A cause without intent
    makes the severity by ENISA's method less, until the case is closed. Fulfilled duties count
    too: a receipt that was late must not become one in time by one person's word. A value that is none makes nothing
    less: ``record_fact`` refuses it.
    """
    try:
        value = kept_value(stated.kind, stated.value)
    except InputError:
        return []
    incident = dossier.incident
    if stated.kind is CaseFactKind.SEVERITY:
        new = Severity(value)
        return [f"severity {incident.severity.value}"] if new.rank < incident.severity.rank else []
    fact = new_fact(dossier, stated.kind, value, author="", at=now)
    after = with_facts(incident, (*dossier.facts, fact))
    if stated.kind is CaseFactKind.CAUSE:
        known = standing(CaseFactKind.CAUSE, dossier.facts)
        lower = value in WITHOUT_INTENT and (known is None or known.value not in WITHOUT_INTENT)
        return ["intent"] if lower and incident.status is not IncidentStatus.CLOSED else []
    first = stated.kind is CaseFactKind.T1 and incident.aware_at is None and not _late(dossier, after.aware_at)
    fewer = after.people_low < incident.people_low or after.people_high < incident.people_high
    if stated.kind is CaseFactKind.PERSONS and not fewer:
        return []
    open_ones = [each for each in dossier.duties if not each.moot and each.state is not DutyState.NOT_OWED]
    if first:
        open_ones = [each for each in open_ones if each.late(now)]
    less = eased(open_ones, duties_of(after, dossier.terms, dossier.duties))
    return less or ([f"people {incident.people_high}"] if stated.kind is CaseFactKind.PERSONS else [])


def new_fact(
    dossier: Dossier,
    kind: CaseFactKind,
    value: str,
    *,
    author: str,
    at: datetime,
    source: str = "",
    reason: str = "",
    approved_by: str = "",
) -> CaseFact:
    """Return the next fact of an incident."""
    return CaseFact(
        incident_id=dossier.incident.id,
        number=len(dossier.facts) + 1,
        kind=kind,
        value=value,
        source=source,
        author=author,
        approved_by=approved_by,
        reason=reason,
        at=at,
    )


def flow_stopped_by(
    dossier: Dossier, step: Step, *, by: str, approver: str, proof: str, now: datetime
) -> tuple[CaseFact, ...]:
    """Return the fact that a step states by being done: that nothing flows any more; none where it is no such step."""
    configured, known = dossier.configured(step.step_id), standing(CaseFactKind.FLOW_STOPPED, dossier.facts)
    if configured is None or not configured.stops_flow or (known is not None and known.value):
        return ()
    kind = CaseFactKind.FLOW_STOPPED
    told = {"source": step.step_id, "reason": proof, "approved_by": approver}
    return (new_fact(dossier, kind, rfc3339(now), author=by, at=now, **told),)


def flow_not_stopped_by(dossier: Dossier, step: Step, *, by: str, reason: str, now: datetime) -> tuple[CaseFact, ...]:
    """Return the fact that takes that back, where such a step is open again."""
    configured = dossier.configured(step.step_id)
    if configured is None or not configured.stops_flow:
        return ()
    taken_back = flow_goes_on(dossier.incident.id, dossier.facts, source=step.step_id, reason=reason, at=now)
    return tuple(replace(each, author=by) for each in taken_back)


def _lawful(dossier: Dossier, stated: StatedFact, by: str, now: datetime) -> CaseFact:
    """Return the fact that is stated, where it can be.

    Raises:
        ConflictError: The incident is closed, or a digest of history.
        InputError: A value, source or reason is missing or cannot be.
    """
    if stated.kind is not CaseFactKind.CAUSE:  # what the review finds out, after the close
        dossier.must_be_open(f"{_named(stated.kind)} cannot be set any more")
    must_be_no_digest(dossier)
    problems: list[Problem] = []
    value, source, reason = "", clean(stated.source).replace("\n", " "), ""
    try:
        value = kept_value(stated.kind, stated.value)
    except InputError as error:
        problems += error.problems
    try:
        reason = said(stated.reason, "why it is so")
    except InputError as error:
        problems += error.problems
    if stated.kind.needs_source and not source:
        what = f"the source of the fact {stated.kind.value} is missing"
        problems.append(Problem(what=what, fix="say who reported it, or where the number comes from: --source"))
    if len(source) > _LONGEST_SOURCE:
        what = f"the source of the fact {stated.kind.value} has more than {_LONGEST_SOURCE} characters"
        problems.append(Problem(what=what, fix="name it in short; what was said belongs to the reason"))
    if value and stated.kind.is_moment:
        problems += _moment_problems(dossier, stated.kind, datetime.fromisoformat(value), now, reason)
    if problems:
        raise InputError(problems)
    return new_fact(dossier, stated.kind, value, author=by, at=now, source=source, reason=reason)


def _from_before(dossier: Dossier, kind: CaseFactKind) -> tuple[CaseFact, ...]:
    """Return a T1 that was set before facts were kept as the fact that a newer one is to stand beside."""
    incident, facts = dossier.incident, dossier.facts
    if kind is not CaseFactKind.T1 or incident.aware_at is None or standing(kind, facts) is not None:
        return ()
    reason, at = dossier.words.text("incident-fact-before"), incident.aware_at
    return (by_service(incident.id, facts, kind, rfc3339(at), source="", reason=reason, at=at),)


def _moment_problems(
    dossier: Dossier, kind: CaseFactKind, at: datetime, now: datetime, reason: str
) -> Iterable[Problem]:
    incident, name = dossier.incident, _named(kind)
    first = min(incident.first_event_at, incident.opened_at)
    earliest = first if kind is CaseFactKind.T0 else min(first, incident.t0)
    if at > now:
        yield Problem(what=f"{name} {rfc3339(at)} is in the future", fix="give the moment it happened, or was known")
    if kind is CaseFactKind.FLOW_STOPPED:
        last = incident.scope.last_event_at
        if last is not None and at < last:
            what = f"{name} {rfc3339(at)} lies before the last touch of client data, {rfc3339(last)}"
            yield Problem(what=what, fix="give a later moment; what is touched still is shown by the incident's scope")
    elif at < earliest - EARLIEST_AWARE and not (kind is CaseFactKind.T0 and _says_the_day(dossier, at, reason)):
        far = f"{EARLIEST_AWARE.days} days before the first event, {rfc3339(first)}"
        fix = "look at year and month; give the moment people knew of this incident"
        if kind is CaseFactKind.T0:
            day = at.astimezone(dossier.terms.zone).date()
            far += f", and the reason does not name {day}"
            fix = "look at year and month; a report may be that old: write its day into the reason, as it stands here"
        yield Problem(what=f"{name} {rfc3339(at)} lies more than {far}", fix=fix)
    if kind is CaseFactKind.T0 and at >= incident.shown_at:
        what = f"T0 {rfc3339(at)} is not earlier than detection, {rfc3339(incident.shown_at)}"
        yield Problem(what=what, fix="detection counts by itself; only an outside report that came before it moves T0")


def _says_the_day(dossier: Dossier, at: datetime, reason: str) -> bool:
    """Tell whether a reason names the day of a moment: written twice, it is no slip of the pen."""
    return any(str(at.astimezone(zone).date()) in reason for zone in (dossier.terms.zone, UTC))


def _named(kind: CaseFactKind) -> str:
    return _MOMENT_NAMES.get(kind, f"the fact {kind.value}")


def _late(dossier: Dossier, at: datetime | None) -> bool:
    """Tell whether T1 is later than the playbook asks for it: until then clocks that count from T0 wait for nobody."""
    bound = dossier.playbook.done_when("aware") if dossier.playbook else frozenset[str]()
    due = [step.due_at for step in dossier.steps if step.step_id in bound and step.due_at is not None]
    return at is not None and bool(due) and at > max(due)


def _as_stated(
    dossier: Dossier, fact: CaseFact, findings: tuple[Finding, ...], classes: Mapping[str, DataClass]
) -> Incident:
    """Return the incident as its facts say; more people make it graver, as more of them in its scope do."""
    incident = dossier.incident
    if fact.kind is not CaseFactKind.SEVERITY:
        incident = with_facts(incident, (*dossier.facts, fact))
        if fact.kind is not CaseFactKind.PERSONS or not incident.persons:
            return incident
        computed = severity_of(findings, incident.scope, classes, people=incident.persons)
        return as_judged(incident, computed, max(people_at_most(findings, incident.scope), incident.persons))
    return replace(
        incident,
        severity=Severity(fact.value),
        judged_severity=incident.judged_severity or incident.severity,
        judged_people=max(people_at_most(findings, incident.scope), incident.people_high),
    )


def _steps(dossier: Dossier, fact: CaseFact, by: str, now: datetime) -> tuple[Step, ...]:
    if fact.kind is not CaseFactKind.T1:
        return dossier.steps
    proof = dossier.words.text("incident-proof-aware", at=fact.value, reason=fact.reason)
    return when(dossier, "aware", now, by, agreed(dossier.words, proof, fact.approved_by).text)


def _called(
    before: Dossier, changes: IncidentChanges, grant: Grant, findings: Sequence[Finding], now: datetime
) -> IncidentChanges:
    """Call whoever has answered again where by somebody else's word it is worse, or more, than they could know."""
    old, new = before.incident, before.after(changes).incident
    worse = new.severity.rank > old.severity.rank
    if old.acknowledged_at is None or old.acknowledged_by in grant.people:
        return replace(changes, raised=(old.id,)) if worse else changes
    why = [because("severity", old=old.severity.value, new=new.severity.value)] if worse else []
    heard = _heard(before, findings)
    if doubled(heard, new.persons or 0):
        why.append(because("more", before=heard, after=new.persons or 0))
    return as_one(before, changes, call_again(before.after(changes), why, now)) if why else changes


def _heard(dossier: Dossier, findings: Sequence[Finding]) -> int:
    """Return how many people whoever has answered could know of: by the logs, or stated before the answer."""
    incident, stated = dossier.incident, standing(CaseFactKind.PERSONS, dossier.facts)
    counted = people_at_most(findings, incident.scope) if incident.people_heard is None else incident.people_heard
    before = stated is not None and incident.acknowledged_at is not None and stated.at <= incident.acknowledged_at
    return max(counted, (incident.persons or 0) if before else 0)


def _in_words(words: Messages, fact: CaseFact, composed: MessageText | None = None) -> MessageText:
    return words.wording(
        "incident-entry-fact",
        kind=fact.kind.value,
        value=fact.value or "none",
        source=composed or fact.source or "none",
        reason=fact.reason,
        approver=fact.approved_by or "none",
    )
