"""Two incidents turn out to be one: the later goes on as the other.

Comes in: the incident that ends; where a person says so, who and why. Goes out: ``IncidentChanges`` that close it, and
the pieces of what goes on, which is told by ``opening``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from detector.incident.duty.occasions import answer_the_same, counterpart
from detector.incident.playbook.checklist import NABAT, changed, dropped
from detector.incident.ports import IncidentChanges
from detector.incident.status_machine import moved
from detector.incident.timeline import append
from detector.messages import Messages, MessageText
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import (
    OPENED_BY_HAND,
    CloseReason,
    HandNamed,
    Incident,
    IncidentStatus,
    Step,
    TimelineEntry,
)
from detector.schema.detection.findings import Reason
from detector.schema.events.columns import ACCOUNT, ADDRESS

_DECISION = (
    *("state", "decided_at", "decided_by", "approved_by", "decision_reason", "memo"),
    *("decided_verdict", "decided_subjects"),
)


_RECEIPT = ("receipt_number", "receipt_at", "receipt_by", "notice_version")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedByHand:
    """What a person says of which alerts belong where.

    Attributes:
        into: Id of the incident they go to.
        gone: The incident that ends by it; None: none does.
        by: As whose word it stands. people: everybody whose word it is.
        since: Since when what the alerts say is known here.
        notes: By incident: kind and text of the entry that says so.
        why: By incident: why its team is called.
        facts: To be stated with it.
    """

    into: str
    gone: Incident | None = None
    by: str
    people: frozenset[str]
    since: datetime
    notes: Mapping[str, tuple[str, MessageText]]
    why: Mapping[str, Sequence[Reason]] = field(default_factory=dict)
    facts: tuple[CaseFact, ...] = ()


def with_named(incident: Incident, main: str = "") -> Incident:
    """Return an incident with the actors, addresses and times that a person named beside those of its alerts.

    Args:
        incident: As its alerts make it.
        main: Whom it is about, where that is not for its alerts to say.
    """
    named = incident.named
    if named is None:
        return incident
    addresses = tuple(f"{ADDRESS}{each}" for each in named.addresses)
    actors = dict.fromkeys(
        each for each in (main, incident.actor_id, *incident.related_actors, *named.actors, *addresses) if each
    )
    about = next(iter(actors), "")
    return replace(
        incident,
        actor_id=about,
        related_actors=tuple(sorted(actors.keys() - {about})),
        source_ips=tuple(sorted({*incident.source_ips, *named.addresses})),
        first_event_at=min(incident.first_event_at, named.since),
        last_event_at=max(incident.last_event_at, named.until),
    )


def named_alone(incident: Incident, named: HandNamed) -> Incident:
    """Return an incident to which no alert belongs: it is what a person named."""
    its = (*named.actors, *(f"{ADDRESS}{each}" for each in named.addresses))
    bare = replace(
        incident,
        actor_id="",
        related_actors=(),
        source_ips=(),
        first_event_at=named.since,
        last_event_at=named.until,
        alert_ids=(),
        reasons=told_by_hand(incident),
        rules=(),
        tags=(),
        score=0.0,
        risk=0,
        service="",
        follow_until=None,
    )
    found = with_named(bare, incident.actor_id if incident.actor_id in its else "")
    return replace(found, actor_type="human" if found.actor_id.startswith(ACCOUNT) else "unknown")


def told_by_hand(incident: Incident) -> tuple[Reason, ...]:
    """Return why people opened an incident, or one that goes on in it."""
    return tuple(each for each in incident.reasons if each.message == OPENED_BY_HAND)


def without_told_of(incident: Incident, gone: Incident) -> tuple[Reason, ...]:
    """Return the reasons of an incident without those for which people opened one that goes on in it no more."""
    left = list(incident.reasons)
    for each in told_by_hand(gone):
        if each in left:
            left.remove(each)
    return tuple(left)


def duties_of_merged(had: Sequence[Duty], others: Iterable[Duty], incident_id: str) -> tuple[Duty, ...]:
    """Return the duties of an incident with those of one that goes on in it: none that is open there is lost.

    That one is owed there, two people have said; it is here too. A receipt follows: it is shown, and what counts from
    it counts; but a duty that is open here stays so, since what was sent may not cover both.
    """
    known = {duty.ref: duty for duty in had}
    for other in others:
        mine = counterpart(known.values(), other)
        if mine is None or mine.ref not in known:
            if other.open or other.state is DutyState.DONE:
                mine = mine or replace(other, incident_id=incident_id)
                known[mine.ref] = mine
            continue
        if other.state is DutyState.OWED and mine.state in (DutyState.UNDECIDED, DutyState.NOT_OWED):
            mine = replace(mine, **{name: getattr(other, name) for name in _DECISION})
        if other.receipt_at is not None and mine.receipt_at is None:
            mine = replace(mine, **{name: getattr(other, name) for name in _RECEIPT})
        known[mine.ref] = mine
    return tuple(known.values())


def receipts_parted(
    gone: Incident, its: Sequence[Duty], others: Sequence[Duty]
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """Return the duties of an incident and of the one it went on in that taking that back changes.

    A receipt that followed goes back, and one that was filed meanwhile for a document of the incident's: where that
    ended a duty, the duty is open again.

    Args:
        gone: The incident.
        its: Its duties.
        others: Those of the one it went on in.
    """
    taken, theirs = list[Duty](), list[Duty]()
    for duty in others:
        own = next((each for each in its if answer_the_same(each, duty)), None)
        receipt = {name: getattr(duty, name) for name in _RECEIPT}
        followed = own is not None and receipt == {name: getattr(own, name) for name in _RECEIPT}
        document = duty.notice_version.startswith(f"{gone.number}-d")
        if duty.receipt_at is None or not (followed or document):
            continue
        if own is not None and own.open and duty.state is DutyState.DONE:
            taken.append(replace(own, state=DutyState.DONE, **receipt))
        state = duty.state
        if state is DutyState.DONE:
            state = DutyState.OWED if duty.decided_by else DutyState.UNDECIDED
        open_again = replace(duty, receipt_number="", receipt_at=None, receipt_by="", notice_version="")
        theirs.append(replace(open_again, state=state))
    return tuple(taken), tuple(theirs)


def merged_into(
    before: Incident,
    steps: Sequence[Step],
    last: TimelineEntry | None,
    into: str,
    words: Messages,
    now: datetime,
    *,
    note: MessageText,
    by: str = NABAT,
) -> IncidentChanges:
    """Close an incident that goes on as another one: a late line, or a person, has shown that both are the same matter.

    Args:
        before: The incident, not closed.
        steps: Its checklist.
        last: The newest entry of its timeline.
        into: Id of the incident it goes on as.
        words: Texts for the timeline.
        now: When.
        note: What is said of it.
        by: Whose word it is.
    """
    after = replace(
        moved(before, IncidentStatus.CLOSED),
        closed_at=now,
        close_reason=CloseReason.DUPLICATE,
        close_note=note.text,
        merged_into=into,
        version=before.version + 1,
    )
    text = words.wording("incident-entry-closed", reason=CloseReason.DUPLICATE.value, note=note)
    entry = append(last, incident_id=before.id, at=now, kind="closed", by=by, text=text)
    proof = words.text("incident-proof-dropped", reason=CloseReason.DUPLICATE.value)
    return IncidentChanges(
        incidents=(after,),
        steps=changed(steps, tuple(dropped(step, now, by, proof) for step in steps)),
        entries=(entry,),
    )
