"""What an incident is, from the facts: what was touched, what its findings claim, what a person said.

Comes in: findings and the scope. Goes out: a kind, since when, and the checklist that fits. A rule's playbook says what
its findings claim at most; that client data is concerned is never a claim: it takes touches, in the findings or in the
access journal, or a person who says so (``transitions.say_client_data``). What was sent was taken; a change that sends
nothing new is a breach of its own, even if no client is named (a whole table is emptied); who asked and was sent
nothing (204, 304, no bytes) touched nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from detector.incident.playbook.playbooks import Playbook
from detector.schema.case.incidents import IncidentKind, Scope
from detector.schema.detection.findings import Detector, Finding
from detector.schema.team.drills import is_of_drill

DEFAULTS = {
    IncidentKind.LEAK: "client-data-leak",
    IncidentKind.ALTERATION: "client-data-change",
    IncidentKind.ACCOUNT_TAKEOVER: "account-takeover",
    IncidentKind.WEB_ATTACK: "web-attack",
    IncidentKind.ACCOUNT_ATTACK: "account-attack",
    IncidentKind.SUSPICIOUS: "suspicious-activity",
    IncidentKind.BLIND_SPOT: "blind-spot",
    IncidentKind.DRILL: "client-data-leak",
    IncidentKind.HISTORY: "history",
}
"""The shipped checklist of each kind."""

# After such a finding somebody else may be using the account or the hole: what is touched later counts as well.
_INTRUSION = frozenset({IncidentKind.ACCOUNT_TAKEOVER, IncidentKind.WEB_ATTACK, IncidentKind.ACCOUNT_ATTACK})


@dataclass(frozen=True, slots=True)
class Nature:
    """What an incident is.

    Attributes:
        since: The event time from which that is known; None: not by event time (a person said so).
        playbook: The checklist for it.
    """

    kind: IncidentKind
    since: datetime | None
    playbook: str


def nature_of(findings: Sequence[Finding], scope: Scope, playbooks: Mapping[str, Playbook]) -> Nature:
    """Return what findings (the worst first) and the scope make of an incident."""
    changed = max((finding.subject_count for finding in findings if _altering(finding)), default=0)
    claims = [(_claim(finding, playbooks, changed), finding) for finding in findings]
    kind = max((kind for kind, _ in claims), key=lambda kind: kind.gravity, default=IncidentKind.SUSPICIOUS)
    since = min((finding.at for said, finding in claims if said is kind or (kind.breach and said.breach)), default=None)
    found = kind_of(scope, kind, broken_in=any(intrudes(finding, playbooks) for finding in findings))
    if found is not None and found.gravity > kind.gravity:
        # One breach that turns out to be two is known since the first of them.
        since = since if kind.breach else scope.first_event_at
        kind = found
    named = (finding.playbook for finding in findings)
    playbook = _fitting(kind, named, playbooks)
    if any(is_of_drill(finding.matter) for finding in findings):
        # The checklist is the one there would be; but nothing has happened, and no law counts from it.
        return Nature(IncidentKind.DRILL, None, playbook)
    return Nature(kind, since, playbook)


def kind_of(scope: Scope, kind: IncidentKind, *, broken_in: bool) -> IncidentKind | None:
    """Return what touches in the journal make of an incident: what was sent was taken, the rest changed.

    None: there are none, or nobody is said to have got in (``broken_in``). Then what was odd is known, and the
    account's other work of these hours, a read beside its deletions, is no part of it: it is counted and shown, and a
    person may say that it is concerned.
    """
    if not scope.events or kind is IncidentKind.SUSPICIOUS or (kind is IncidentKind.ALTERATION and not broken_in):
        return None
    return IncidentKind.LEAK if scope.events > scope.changes else IncidentKind.ALTERATION


def fitting(kind: IncidentKind, playbook: str, playbooks: Mapping[str, Playbook]) -> str:
    """Return the checklist for a kind: ``playbook`` if it is of that kind, else the shipped one."""
    return _fitting(kind, (playbook,), playbooks)


def intrudes(finding: Finding, playbooks: Mapping[str, Playbook]) -> bool:
    """Tell whether a finding claims that somebody got in, or tries to, who is not the account's holder."""
    playbook = playbooks.get(finding.playbook)
    return playbook is not None and playbook.kind in _INTRUSION


def follow_until(findings: Sequence[Finding], playbooks: Mapping[str, Playbook], span: timedelta) -> datetime | None:
    """Return until when touches count that come after the last event; None: no finding claims an intrusion."""
    last = max((finding.last_event_at for finding in findings if intrudes(finding, playbooks)), default=None)
    return last + span if last is not None else None


def _altering(finding: Finding) -> bool:
    return finding.touched and not finding.taken


def _claim(finding: Finding, playbooks: Mapping[str, Playbook], changed: int) -> IncidentKind:
    """Return what a finding claims; ``changed`` are the clients whose data was changed, by others of the incident."""
    if finding.detector is Detector.BLIND_SPOT:
        return IncidentKind.BLIND_SPOT
    if finding.detector is Detector.BEHAVIOUR and 0 < finding.record_high < changed:
        # It is about all that the account did in its window: most of that are the changes.
        return IncidentKind.ALTERATION
    if finding.touched:
        return IncidentKind.LEAK if finding.taken else IncidentKind.ALTERATION
    if _changes_uncounted(finding, playbooks):
        return IncidentKind.ALTERATION
    return playbooks[finding.playbook].kind if intrudes(finding, playbooks) else IncidentKind.SUSPICIOUS


def _changes_uncounted(finding: Finding, playbooks: Mapping[str, Playbook]) -> bool:
    """Tell whether client data was changed of which no client is named and no record was sent, as a whole table."""
    playbook = playbooks.get(finding.playbook)
    return playbook is not None and playbook.kind is IncidentKind.ALTERATION and bool(finding.data_classes)


def _fitting(kind: IncidentKind, named: Iterable[str], playbooks: Mapping[str, Playbook]) -> str:
    fits = (name for name in named if name in playbooks and playbooks[name].kind is kind)
    return next(fits, DEFAULTS[kind])
