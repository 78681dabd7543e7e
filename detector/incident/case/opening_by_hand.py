"""An incident that a person opens: a call from a partner, a lost laptop, what no line of a log shows.

Comes in: what the person said, their grant, the configuration. Goes out: ``IncidentChanges``: an incident without
alerts, with checklist, duties and pages like any other. Whose data is concerned the access journal says, where an
account, an address and times are named: all of that counts, for a person said so and no finding parts it from usual
work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address

from detector.errors import DeniedError, InputError, Problem
from detector.incident.case.code_names import case_number, code_name
from detector.incident.case.frozen_terms import configured_terms
from detector.incident.case.opening import opening_of
from detector.incident.case.stand_ins import stand_in_entries
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean, rfc3339
from detector.messages import messages
from detector.schema.case.incidents import BY_HAND, OPENED_BY_HAND, HandNamed, Incident, IncidentKind
from detector.schema.detection.findings import Reason
from detector.schema.events.columns import ACCOUNT, ADDRESS
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.grants import Grant, PersonAct
from detector.settings import Settings

# These are opened by the service itself, or are no incident of clients.
_NOT_BY_HAND = frozenset({IncidentKind.BLIND_SPOT, IncidentKind.HISTORY, IncidentKind.DRILL})
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseByHand:
    """What a person says when opening an incident.

    Attributes:
        title: What it is called; it is sent to phones.
        playbook: Name of the checklist: it says what kind of incident it is.
        actors: Ids of the actors it is about, the first of them first; empty: nobody is known.
        addresses: Addresses it came from.
        since / until: From when to when; None: the moment it is opened.
        reason: Why it is opened: who called, what is known.
    """

    title: str
    severity: Severity
    playbook: str
    reason: str
    actors: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def openable(playbooks: Mapping[str, Playbook]) -> dict[str, Playbook]:
    """Return the checklists under which a person may open an incident, by name."""
    return {name: each for name, each in sorted(playbooks.items()) if each.kind not in _NOT_BY_HAND}


def open_by_hand(
    told: CaseByHand,
    grant: Grant,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    regulations: Mapping[str, Regulation],
    now: datetime,
    found: Sequence[Problem] = (),
) -> IncidentChanges:
    """Open an incident that a person tells of: T0 is now.

    Args:
        told: What they say.
        grant: Of the person to do so.
        playbooks: By name.
        settings: Team, language, zone.
        regulations: Laws that bind us, by id.
        now: When.
        found: What was wrong before: it is said with the rest.

    Raises:
        DeniedError: The grant is for another act.
        InputError: Something is missing or cannot be: all of it is named.
    """
    if grant.act is not PersonAct.OPEN_CASE or grant.incident_id:
        raise DeniedError(Problem(what="the grant is not for opening an incident", fix="ask for it anew"))
    problems = [*_problems(told, playbooks, now), *found]
    if problems:
        raise InputError(problems)
    incident = _incident(told, grant, playbooks[told.playbook], settings, now)
    kept_from, least = settings.team.excluded(incident.suspects), Severity(settings.notify.min_severity)
    if grant.people & kept_from:
        what = f"{grant.person} cannot open an incident about an account of their own"
        raise InputError(Problem(what=what, fix="let somebody else of the team open it"))
    if kept_from and incident.severity.rank < least.rank:
        # It takes rights from them at once: whoever else could close it has to hear of it.
        what = f"an incident about somebody of the team would page nobody: it is {incident.severity.value}"
        raise InputError(Problem(what=what, fix=f"give it the severity {least.value} at least"))
    playbook, words = playbooks[told.playbook], messages(settings.language)
    made = opening_of(
        incident,
        playbook,
        configured_terms(settings, regulations),
        by=grant.person,
        text=words.wording("incident-entry-by-hand", by=grant.person, reason=clean(told.reason)),
        data=(("severity", incident.severity.value), ("playbook", told.playbook)),
        proof=words.text("incident-proof-by-hand", by=grant.person, at=rfc3339(now)),
    )
    (entry,) = made.entries
    return replace(made, entries=(entry, *stand_in_entries(entry, None, incident, settings.team, words, now)))


def _incident(told: CaseByHand, grant: Grant, playbook: Playbook, settings: Settings, now: datetime) -> Incident:
    title = " ".join(clean(told.title).split())
    key = derive("incident", BY_HAND, now.isoformat(), grant.person, title)
    addresses = tuple(sorted({str(ip_address(each)) for each in told.addresses}))
    actors = tuple(dict.fromkeys((*told.actors, *(f"{ADDRESS}{each}" for each in addresses))))
    main = actors[0] if actors else ""
    name, name_ru = code_name(key) if settings.incident.code_names else ("", "")
    until = told.until or now
    return Incident(
        id=key,
        number=case_number(key, now, settings.timezone),
        code_name=name,
        code_name_ru=name_ru,
        kind=playbook.kind,
        title=title,
        title_ru=title,
        severity=told.severity,
        score=0.0,
        risk=0,
        matter=BY_HAND,
        playbook=told.playbook,
        service="",
        actor_id=main,
        actor_type="human" if main.startswith(ACCOUNT) else "unknown",
        related_actors=tuple(sorted(actors[1:])),
        source_ips=addresses,
        opened_at=now,
        first_event_at=told.since or until,
        last_event_at=until,
        reasons=(Reason(message=OPENED_BY_HAND, args=(("by", grant.person), ("reason", clean(told.reason)))),),
        named=HandNamed(actors=told.actors, addresses=addresses, since=told.since or until, until=until),
    )


def _problems(told: CaseByHand, playbooks: Mapping[str, Playbook], now: datetime) -> Iterator[Problem]:
    if not clean(told.title):
        yield Problem(what="the title is missing", fix="say in a few words what it is about, without names of clients")
    if len(told.title) > _LONGEST_TITLE:
        yield Problem(what=f"the title has more than {_LONGEST_TITLE} characters", fix="put the rest into the reason")
    if not clean(told.reason):
        yield Problem(what="why it is opened is missing", fix="say who called, what is known")
    if told.playbook not in (able := openable(playbooks)):
        what = f"{clean(told.playbook)!r} is no checklist that a person opens an incident under"
        yield Problem(what=what, fix=f"one of {', '.join(able)}")
    yield from _wrong_addresses(told.addresses)
    yield from _wrong_span(told.since, told.until, now)


def _wrong_addresses(addresses: Sequence[str]) -> Iterator[Problem]:
    for each in addresses:
        try:
            ip_address(each)
        except ValueError:
            yield Problem(what=f"{clean(each)!r} is no address", fix="write one address: 192.0.2.7")


def _wrong_span(since: datetime | None, until: datetime | None, now: datetime) -> Iterator[Problem]:
    for name, moment in (("since", since), ("until", until)):
        if moment is not None and moment > now:
            yield Problem(what=f"{name}, {rfc3339(moment)}, is in the future", fix="leave it out: it counts until now")
    if since is not None and until is not None and since > until:
        yield Problem(what=f"since, {rfc3339(since)}, is later than until", fix="give the earlier moment first")
