"""Alerts hear more, learn that they are one, or that a finding is not theirs.

Comes in: alerts and findings of them. Goes out: alerts as they stand then. Whether they belong together is decided by
the caller. An alert is called after its earliest finding, whatever order they came in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from detector.schema.detection.alerts import Alert, AlertStatus, MutedBy
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ADDRESS
from detector.schema.ids import derive
from detector.schema.levels import worst

Addresses = tuple[tuple[str, datetime], ...]


def earliest(seen: Iterable[tuple[str, datetime]]) -> Addresses:
    """Return addresses, sorted, each with the earliest of its moments."""
    found: dict[str, datetime] = {}
    for address, at in seen:
        found[address] = min(at, found.get(address, at))
    return tuple(sorted(found.items()))


def fingerprint(finding: Finding) -> str:
    """Return what makes two findings the same matter: actor, matter and rule."""
    return derive("fingerprint", finding.actor_id, finding.matter, finding.rule_id)


def opened(finding: Finding, muted_by: MutedBy | None = None, exception_id: str = "") -> Alert:
    """Return the alert that a finding opens, or what mutes it."""
    mark = fingerprint(finding)
    return Alert(
        id=derive("alert", mark, finding.id, *again(finding)),
        fingerprint=mark,
        actor_id=finding.actor_id,
        actor_type=finding.actor_type,
        matter=finding.matter,
        rule_id=finding.rule_id,
        severity=finding.severity,
        score=finding.score,
        risk=finding.risk,
        status=AlertStatus.MUTED if muted_by else AlertStatus.OPEN,
        muted_by=muted_by,
        exception_id=exception_id,
        first_event_at=finding.first_event_at,
        last_event_at=finding.last_event_at,
        finding_ids=(finding.id,),
        addresses=seen((), (finding,)),
        follows=followed(finding),
        **_called(finding),
    )


def again(finding: Finding) -> tuple[str, ...]:
    """Return what tells the alert of a finding that has outgrown a close from those it stood in before."""
    return (finding.covered.at.isoformat(),) if finding.covered is not None else ()


def followed(finding: Finding) -> str:
    """Return the closed incident that a finding, which goes on in earnest, stood in; none of what is history."""
    return finding.covered.incident_id if finding.covered is not None and not finding.history else ""


def grow(alert: Alert, findings: Sequence[Finding], *, named: int | None = None) -> Alert:
    """Return ``alert`` with ``findings`` in it.

    Args:
        alert: As it was.
        findings: What it hears, one or more.
        named: How many of them it names, from the first on; all when None.
    """
    grown = replace(
        alert,
        severity=worst(alert.severity, *[each.severity for each in findings]),
        score=max(alert.score, *[each.score for each in findings]),
        first_event_at=min(alert.first_event_at, *[each.first_event_at for each in findings]),
        last_event_at=max(alert.last_event_at, *[each.last_event_at for each in findings]),
        finding_ids=tuple(dict.fromkeys((*alert.finding_ids, *[each.id for each in findings[:named]]))),
        addresses=seen(alert.addresses, findings),
        follows=max(alert.follows, *map(followed, findings)),
    )
    first = min(findings, key=lambda finding: (finding.at, finding.id))
    if first.id != grown.finding_ids[0] and (first.at, first.id) > (grown.opened_at, grown.finding_ids[0]):
        return grown
    ids = (first.id, *(each for each in grown.finding_ids if each != first.id)) if named is None else grown.finding_ids
    return replace(grown, finding_ids=ids, **_called(first))


def joined(first: Alert, second: Alert) -> tuple[Alert, Alert]:
    """Return two alerts of one fingerprint as one, and what is left of the later one."""
    first, second = sorted((first, second), key=lambda alert: (alert.opened_at, alert.finding_ids[0]))
    one = replace(
        first,
        severity=worst(first.severity, second.severity),
        score=max(first.score, second.score),
        risk=max(first.risk, second.risk),
        first_event_at=min(first.first_event_at, second.first_event_at),
        last_event_at=max(first.last_event_at, second.last_event_at),
        finding_ids=tuple(dict.fromkeys((*first.finding_ids, *second.finding_ids))),
        incident_id=first.incident_id or second.incident_id,
        digest=first.digest or second.digest,
        addresses=earliest((*first.addresses, *second.addresses)),
        reached_at=min((each for each in (first.reached_at, second.reached_at) if each), default=None),
        follows=max(first.follows, second.follows),
    )
    return one, emptied(second)


def without(alert: Alert, rest: Sequence[Finding]) -> Alert:
    """Return an alert of which only some findings are left."""
    if not rest:
        return emptied(alert)
    first, *others = sorted(rest, key=lambda finding: (finding.at, finding.id))
    fresh = opened(first)
    made = replace(alert, **{name: getattr(fresh, name) for name in _SAID}, finding_ids=(first.id,), **_called(first))
    return grow(made, others) if others else made


def emptied(alert: Alert) -> Alert:
    """Return an alert all findings of which stand elsewhere."""
    return replace(alert, status=AlertStatus.CLOSED, finding_ids=(), incident_id="", reached_at=None, digest="")


def seen(known: Addresses, findings: Sequence[Finding]) -> Addresses:
    """Return addresses with those that findings saw; an address that is the actor sees itself."""
    saw = [(address, finding.at) for finding in findings for address in finding.source_ips]
    saw += [(each.actor_id.removeprefix(ADDRESS), each.at) for each in findings if each.actor_id.startswith(ADDRESS)]
    return earliest((*known, *saw))


_SAID = ("severity", "score", "first_event_at", "last_event_at", "addresses")


def _called(finding: Finding) -> dict[str, Any]:
    return {
        "title": finding.title,
        "title_ru": finding.title_ru,
        "service": finding.service,
        "playbook": finding.playbook,
        "opened_at": finding.at,
    }
