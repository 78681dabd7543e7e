"""Incidents: a matter people work on, its checklist and its timeline, and all that is decided in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding, Reason
from detector.schema.events.columns import ACCOUNT, CHANGES
from detector.schema.levels import Severity
from detector.schema.team.drills import is_of_drill
from detector.schema.team.role_assignments import RoleAssignment

STORM_MATTER = "storm"
"""The matter of an incident about more alerts than people can read."""


BY_HAND = "by_hand"
"""The matter of an incident that a person opened."""
OPENED_BY_HAND = "incident-by-hand"
"""The reason of such an incident, with who opened it and why."""


def storm_rule(rule: str) -> str:
    """Return what the alert of a storm names as its rule: which rule's alerts it counts."""
    return f"{STORM_MATTER}:{rule}"


class IncidentStatus(StrEnum):
    """Where an incident stands (OCSF Incident Finding); what may follow what: ``status_machine.ALLOWED``.

    ``REOPENED``: it was closed, and nobody has taken it up again yet.
    """

    NEW = "new"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"


SET_BY_HAND = (IncidentStatus.IN_PROGRESS, IncidentStatus.ON_HOLD, IncidentStatus.RESOLVED)
"""What a person sets by saying so; the other statuses follow from acts of their own."""


class IncidentKind(StrEnum):
    """What kind of matter it is, as far as the facts go.

    ``LEAK`` needs client data that was sent, or a person who says that client data is concerned; ``ALTERATION`` client
    data that was changed or deleted. These start the clocks of the law: both are breaches (GDPR Art. 4(12)). Without
    either an incident is what was seen: an account perhaps taken over (``ACCOUNT_TAKEOVER``), an attack on a web front
    (``WEB_ATTACK``) or on accounts (``ACCOUNT_ATTACK``), something odd (``SUSPICIOUS``).
    """

    LEAK = "leak"
    ALTERATION = "alteration"
    ACCOUNT_TAKEOVER = "account_takeover"
    WEB_ATTACK = "web_attack"
    ACCOUNT_ATTACK = "account_attack"
    SUSPICIOUS = "suspicious"
    BLIND_SPOT = "blind_spot"
    DRILL = "drill"
    HISTORY = "history"

    @property
    def gravity(self) -> int:
        """How grave the kind is: an incident may become a graver one, and never a lesser."""
        return _GRAVITY.get(self, 0)

    @property
    def breach(self) -> bool:
        """Whether client data is concerned, so that the clocks of the law run."""
        return self in (IncidentKind.LEAK, IncidentKind.ALTERATION)


_GRAVITY = {
    IncidentKind.LEAK: 6,
    IncidentKind.ALTERATION: 5,
    IncidentKind.ACCOUNT_TAKEOVER: 4,
    IncidentKind.WEB_ATTACK: 3,
    IncidentKind.ACCOUNT_ATTACK: 2,
    IncidentKind.SUSPICIOUS: 1,
}


class CloseReason(StrEnum):
    """Why an incident was closed."""

    HANDLED = "handled"
    FALSE_POSITIVE = "false_positive"
    AUTHORISED = "authorised"
    DUPLICATE = "duplicate"


NO_BREACH: Final = (CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED)
"""Reasons by which whoever was told of a breach was told of none; of a duplicate the other case speaks."""


class StepStatus(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Basis(StrEnum):
    """From which moment a due time counts."""

    DETECTED = "T0"
    AWARE = "T1"
    CLOSED = "close"
    STEP = "step"
    CALENDAR = "calendar"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do in an incident, with role and due time.

    Attributes:
        step_id: The playbook's id for it, e.g. ``A2``.
        position: Order in the checklist, from 0.
        phase: e.g. ``detect``.
        title: In English. title_ru: in Russian.
        roles: Primary role first, then backups.
        due_at: UTC; None when it waits for another moment (basis not reached yet) or has no due time.
        basis: What ``due_at`` counts from.
        due_text: The due time in words, as the playbook states it; due_text_ru likewise.
        evidence: What proves it is done.
        automation: A done by the daemon, P pre-filled, W watched, M by hand.
        done_by: Person or ``nabat``.
        proof: Text or reference given when it was marked done.
    """

    incident_id: str
    step_id: str
    position: int
    phase: str
    title: str
    title_ru: str
    roles: tuple[str, ...]
    due_at: datetime | None = None
    basis: Basis = Basis.DETECTED
    due_text: str = ""
    due_text_ru: str = ""
    evidence: str = ""
    evidence_ru: str = ""
    automation: str = "M"
    status: StepStatus = StepStatus.OPEN
    done_at: datetime | None = None
    done_by: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One entry of an incident's timeline: append-only and hash-chained, so alteration is detectable.

    ``hash`` is SHA-256 over the canonical JSON of the other fields, ``previous`` included. ``said`` is what ``text``
    was made of, so that it can be read in any language; empty: a person wrote it, or an earlier version did.
    """

    incident_id: str
    number: int
    at: datetime
    kind: str
    by: str
    text: str
    data: tuple[tuple[str, str | int | float], ...] = ()
    previous: str = ""
    hash: str = ""
    said: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose data was touched: the blast radius as far as the access journal shows it.

    Attributes:
        subjects: Distinct subjects (clients).
        record_low: Distinct record ids seen. record_high: with counts and estimates where ids were not in the log.
        nameless: Of record_low, those that no line names beside a client; None: counted before anybody told them apart.
        uncounted: Exports, lists and searches whose number of records no log tells.
        data_classes: Sorted. by_class: subjects by data class. by_action: events by action.
        events: Touching events. services, source_ips, sessions: seen, sorted.
        usual_subjects: Clients whom the same actors touched meanwhile by their usual work alone: none of the others.
        usual_events: The events of that work.
        imported_subjects: Clients whom lists that people imported name, and the log does not (``ClientImport``).
        by_residence: Clients by where they live, of those of whom the company's file says so.
        classes_by_residence: Of these, whose data of a class was touched: class, where they live, how many.
        by_controller: Clients by the controllers for which their data is processed, of those whom a file names; under
            an empty name those of whom it says that their controller is the company itself.
        classes_by_controller: Of these, whose data of a class was touched: class, controller, how many.
        controllers_by_residence: Clients of a controller by where they live, under an empty place those of whom it is
            not known: controller, place, how many; empty: nobody counted it.
        of_others: Clients whose controllers are others alone, each once, by where they live; empty: not known.
        classes_of_others: Of these, whose data of a class was touched: class, where they live, how many.
        records_by_residence: Records that name clients of the company's own alone, all living in one place, by it;
            under an empty place those of whom the company's file does not say it.
        records_by_controller: Records of the clients of a controller, which name no others.
        records_of_others: Records that name clients whose controllers are others alone; None: not counted.
    """

    subjects: int = 0
    record_low: int = 0
    record_high: int = 0
    uncounted: int = 0
    data_classes: tuple[str, ...] = ()
    by_class: tuple[tuple[str, int], ...] = ()
    by_action: tuple[tuple[str, int], ...] = ()
    events: int = 0
    services: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None
    usual_subjects: int = 0
    usual_events: int = 0
    imported_subjects: int = 0
    by_residence: tuple[tuple[str, int], ...] = ()
    classes_by_residence: tuple[tuple[str, str, int], ...] = ()
    by_controller: tuple[tuple[str, int], ...] = ()
    classes_by_controller: tuple[tuple[str, str, int], ...] = ()
    controllers_by_residence: tuple[tuple[str, str, int], ...] = ()
    of_others: tuple[tuple[str, int], ...] = ()
    classes_of_others: tuple[tuple[str, str, int], ...] = ()
    records_by_residence: tuple[tuple[str, int], ...] = ()
    records_by_controller: tuple[tuple[str, int], ...] = ()
    records_of_others: int | None = None
    nameless: int | None = None

    @property
    def residence_known(self) -> int:
        """Of how many people it is known where they live."""
        return sum(count for _, count in self.by_residence)

    @property
    def known_subjects(self) -> int:
        """How many people are known to be concerned: those the log names, and those imported lists name beside them."""
        return self.subjects + self.imported_subjects

    @property
    def subjects_high(self) -> int:
        """How many people are concerned at most: each record that stands beside no client may be of one more.

        A client's card, passport and notes are three records and one person. Imported lists say whose records without a
        name are; where they name more people than there are such records, so many. What no log counts (``uncounted``)
        is not in it.
        """
        unnamed = max(self.record_high - self.record_low, 0)
        named = max(self.subjects, self.record_low) if self.nameless is None else self.subjects + self.nameless
        return named + max(unnamed, self.imported_subjects)

    @property
    def changes(self) -> int:
        """How many of the events changed or deleted client data."""
        return sum(count for action, count in self.by_action if action in CHANGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandNamed:
    """Whom and what a person named when opening an incident: every touch of theirs meanwhile counts.

    Attributes:
        actors: Ids. addresses: from which touches by anybody count.
        since / until: Event times, both included.
    """

    actors: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    since: datetime
    until: datetime

    def beside(self, other: "HandNamed | None") -> "HandNamed":
        """Return what was named in two incidents that are one."""
        if other is None:
            return self
        return HandNamed(
            actors=tuple(dict.fromkeys((*other.actors, *self.actors))),
            addresses=tuple(sorted({*self.addresses, *other.addresses})),
            since=min(self.since, other.since),
            until=max(self.until, other.until),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentParties:
    """Whom an incident is about, without the rest of it: asked of all incidents, however many there are.

    Attributes as ``Incident`` has them.
    """

    id: str
    matter: str
    actor_id: str
    related_actors: tuple[str, ...] = ()
    terms: str = ""
    merged_into: str = ""

    @property
    def suspects(self) -> frozenset[str]:
        """As ``Incident.suspects``."""
        return suspects_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A matter people work on.

    Attributes:
        id: ``derive("incident", actor, matter, first finding id)``; people use ``number`` and ``code_name``.
        number: Human label ``YYYYMMDD-xxxxxx`` of the opening day and the id's first hex digits.
        code_name: Two words derived from the id, safe to say aloud: no client data, no names.
        kind: What the facts make of it; it may become graver, never lesser.
        opened_at: The moment of detection by the clock in force (event time in replay).
        became_at: When it became the kind it is; None: it opened as that. See ``t0``.
        follow_until: Touches by its actors count until this event time, beyond the last event behind it: somebody else
            may be using the account. None: only to the last event.
        reported_at: When somebody outside reported it before detection; None: nobody did. Like the five that follow it
            is what the incident's facts say (``schema.case.case_facts``).
        aware_at: T1, set by a person with a reason; None until then.
        persons: How many people are concerned as a person states it, beside the scope; None: nobody has.
        persons_estimated: That is an estimate.
        judged_severity: What severity was computed when a person last corrected it; None: it is as computed.
        judged_people: How many people were concerned at most then.
        first_event_at / last_event_at: Span of the events behind it.
        actor_id / actor_type: Whose behaviour it is about; empty where a person opened it and named nobody.
        related_actors: Further actors joined to the same matter, sorted.
        reasons: In words, most important first, without repeats.
        rules: Ids of the rules (and ``behaviour``) behind it, sorted.
        scope: Last computed blast radius.
        acknowledged_at / acknowledged_by: First acknowledgement since it is the kind it is, or since ``called_at``.
        called_at: Since when the team is called again, because more became known than who answered could know; None:
            it is called since T0. The next call may lie ahead: until then nobody is paged.
        terms: Id of the laws, team and ladder it keeps (``FrozenPart``); empty: it is from before they were kept.
        checklist: Id of the playbook it keeps, likewise.
        called_for: Why it is called again: what has changed since the last answer.
        people_heard: As many people as were concerned at most when somebody last answered; None: nobody has since, or
            nothing has changed since then.
        merged_into: Id of the incident it goes on in; empty: in none.
        named: What a person named who opened it; None: alerts opened it.
        hold_until: When a hold ends; None: it is not on hold, or from before holds ended.
        version: Grows by one with every change; optimistic locking.
    """

    id: str
    number: str
    code_name: str
    code_name_ru: str = ""
    kind: IncidentKind = IncidentKind.LEAK
    status: IncidentStatus = IncidentStatus.NEW
    title: str
    title_ru: str = ""
    severity: Severity
    score: float
    risk: int
    matter: str
    playbook: str
    service: str
    actor_id: str
    actor_type: str
    related_actors: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    opened_at: datetime
    became_at: datetime | None = None
    follow_until: datetime | None = None
    reported_at: datetime | None = None
    aware_at: datetime | None = None
    persons: int | None = None
    persons_estimated: bool = False
    judged_severity: Severity | None = None
    judged_people: int | None = None
    first_event_at: datetime
    last_event_at: datetime
    reasons: tuple[Reason, ...] = ()
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    scope: Scope = Scope()
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    called_at: datetime | None = None
    called_for: tuple[Reason, ...] = ()
    people_heard: int | None = None
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    close_note: str = ""
    terms: str = ""
    checklist: str = ""
    hold_until: datetime | None = None
    named: HandNamed | None = None
    merged_into: str = ""
    version: int = 1

    @property
    def suspects(self) -> frozenset[str]:
        """The actors whose holders neither answer nor act; a storm names many, attacked ones too, and has none."""
        return suspects_of(self)

    @property
    def accounts_counted(self) -> int:
        """How many accounts a rule counted that is about an address or a session; 0 where none did."""
        if self.actor_id.startswith(ACCOUNT):
            return 0
        counts = [dict(reason.args).get("count", 0) for reason in self.reasons if reason.message == "rule-accounts"]
        return max((int(count) for count in counts), default=0)

    @property
    def ended_as_none(self) -> bool:
        """Whether it is closed as no breach: whoever was told of one is told that there was none."""
        return self.status is IncidentStatus.CLOSED and self.close_reason in NO_BREACH and not self.merged_into

    def closed_since(self, moment: datetime) -> bool:
        """Tell whether it was closed after a moment: what was decided by then may have been decided anew."""
        return self.closed_at is not None and moment < self.closed_at

    @property
    def called_since(self) -> datetime:
        """Since when the team is called about what is known now: from here the ladder is climbed."""
        return max(each for each in (self.called_at, self.became_at, self.opened_at) if each is not None)

    @property
    def called_anew(self) -> bool:
        """Whether the team is called about more than that it was opened."""
        return self.called_at is not None or self.became_at is not None

    @property
    def t0(self) -> datetime:
        """T0: since when it is known: an earlier report from outside, else ``shown_at``. Due times count from here."""
        return min(self.shown_at, self.reported_at or self.shown_at)

    @property
    def noticed_at(self) -> datetime:
        """Since when the law counts that it was noticed: people may have known before the logs showed it."""
        return min(self.t0, self.aware_at or self.t0)

    @property
    def shown_at(self) -> datetime:
        """Since when the logs show it as the kind it is."""
        return self.became_at or self.opened_at

    @property
    def people_low(self) -> int:
        """How many people are concerned at least: those the log or a list names, or as many as somebody counted."""
        counted = 0 if self.persons is None or self.persons_estimated else self.persons
        return max(self.scope.known_subjects, counted)

    @property
    def people_high(self) -> int:
        """How many people are concerned at most, by the scope or by what a person states."""
        return max(self.scope.subjects_high, self.persons or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCase:
    """Another incident that may belong to one, and why."""

    incident: Incident
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMerge:
    """A person's word that two incidents are one, with what the other was before: what takes it back restores that.

    Attributes:
        incident_id: The one that ended. into_id: the one it goes on in.
        number: From 1, as often as it was merged.
        alert_ids: What went over.
        status: Of the one that ended, before.
        opened_at, became_at, severity, kind, playbook, checklist, named: Of the one it goes on in, before.
        ended_at / ended_by / ended_why: When it was taken back, by whom and why; None: it holds.
    """

    incident_id: str
    number: int
    into_id: str
    at: datetime
    by: str
    reason: str
    alert_ids: tuple[str, ...]
    status: IncidentStatus
    opened_at: datetime
    became_at: datetime | None
    severity: Severity
    kind: IncidentKind
    playbook: str
    checklist: str
    named: HandNamed | None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""

    def stood_at(self, at: datetime) -> bool:
        """Tell whether it held at a moment and was taken back since."""
        return self.ended_at is not None and self.at <= at < self.ended_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One transaction's worth: inserted or updated by id, so that a repetition is silent.

    Attributes:
        findings: Merged statements, by id.
        alerts: New or changed.
        incidents: New or changed; ``version`` is checked, a conflict raises and nothing is committed.
        steps: New or changed, by (incident, step).
        entries: Timeline entries to append.
        duties: New or changed, by (incident, law, stage).
        frozen: What new or changed incidents keep of the configuration; what is there stays.
        facts: New ones; what is there stays.
        assignments: New or changed, by (incident, role, number).
    """

    findings: tuple[Finding, ...] = ()
    alerts: tuple[Alert, ...] = ()
    incidents: tuple[Incident, ...] = ()
    steps: tuple[Step, ...] = ()
    entries: tuple[TimelineEntry, ...] = ()
    duties: tuple[Duty, ...] = ()
    frozen: tuple[FrozenPart, ...] = ()
    facts: tuple[CaseFact, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is to be written."""
        written = (self.findings, self.alerts, self.incidents, self.steps, self.entries, self.duties, self.frozen)
        return any((*written, self.facts, self.assignments))


def suspects_of(of: Incident | IncidentParties) -> frozenset[str]:
    """Return the actors whose holders neither answer nor act.

    A storm names many, attacked ones too, and has none; and whom a drill is about is nobody.
    """
    if of.matter == STORM_MATTER or is_of_drill(of.matter):
        return frozenset()
    return frozenset(each for each in (of.actor_id, *of.related_actors) if each)
