"""Reminders: what somebody owes, said to whoever owes it, then to those who answer for it; and the morning's digest.

Comes in: an incident, what is owed in it now, the team, the time. Goes out: messages with derived ids, at most one for
each person at a time. Pure. Nobody is reminded of an incident about an account of hers: the next in line owes it then.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from detector.notify.ladder import DEPUTY_ROLE, LEAD_ROLE, Call, Roster
from detector.notify.links import LinkMaker
from detector.notify.private_targets import own_targets, targets_of
from detector.notify.render import (
    Text,
    account_text,
    bounces_text,
    channels_text,
    digest_text,
    handed_text,
    language_of,
    letters_text,
    monthly_text,
    order_text,
    own_password_text,
    reminder_text,
    report_text,
    role_text,
    standing_text,
)
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.detection.findings import Reason
from detector.schema.detection.mute_orders import MuteOrder
from detector.schema.ids import derive
from detector.schema.letters.sending_orders import SendingOrder
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message, MessageKind
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings
from detector.settings.sections.response import ACCESS_ROLES

_SOON = timedelta(days=1)
# From so many of its reminders on a duty of a law waits for no morning: at 95 % of its time.
_NEVER_WAITS = 2


@dataclass(frozen=True, slots=True)
class Owing:
    """An incident, what is owed in it, and the settings with its own team."""

    incident: Incident
    items: Sequence[AgendaItem]
    settings: Settings


def owner(item: AgendaItem, roster: Roster) -> Call | None:
    """Return who owns an item: the first holder of its roles who is present, else a stand-in; None: nobody is.

    An answer is owed by whoever gave it, an action by its owner, another's word by none of those who asked for it.
    """
    person = item.what if item.kind is AgendaKind.ANSWER else item.owner
    if person in roster.able:
        return Call(person=person, role=next(iter(roster.roles_of(person)), ""))
    held = [Call(person=name, role=role) for role in item.roles for name in roster.holders(role)]
    line = roster.present_first((*held, *roster.line()))
    return next((call for call in line if call.person not in item.not_by), None)


def reminds_of(incident: Incident, settings: Settings) -> bool:
    """Tell whether anybody is reminded of an incident: not of history, nor of what is too slight to page about."""
    enough = incident.severity.rank >= Severity(settings.notify.min_severity).rank
    return enough and incident.kind is not IncidentKind.HISTORY


def quiet_until(item: AgendaItem, severity: Severity, settings: Settings, now: datetime) -> datetime | None:
    """Return until when an item waits because people sleep; None: it speaks now."""
    if item.kind is AgendaKind.DUTY and item.level >= _NEVER_WAITS:
        return None
    letters = item.kind in (AgendaKind.FOLLOW_UP, AgendaKind.QUESTION, AgendaKind.ACTION, AgendaKind.WITHDRAWAL)
    if letters or (item.kind is AgendaKind.BRIEFING and severity is not Severity.CRITICAL):
        severity = (
            Severity.LOW
        )  # nobody is woken to write or answer a letter, for an action, or to call people together
    return quiet_hours(severity, settings, now)


def quiet_hours(severity: Severity, settings: Settings, now: datetime) -> datetime | None:
    """Return when the hours end in which nobody is written to about a severity; None: these are none of them."""
    quiet = settings.notify.quiet
    if severity.rank >= Severity(quiet.below).rank or quiet.starts == quiet.ends:
        return None
    zone = ZoneInfo(settings.timezone)
    today, nights = now.astimezone(zone).date(), timedelta(days=quiet.starts > quiet.ends)
    # By moments, not by what the clocks show: where they are put back the hours do not begin anew.
    for day in (today - timedelta(days=1), today):
        begin = datetime.combine(day, quiet.starts, zone).astimezone(UTC)
        end = datetime.combine(day + nights, quiet.ends, zone).astimezone(UTC)
        if begin <= now < end:
            return end
    return None


def next_time(now: datetime, clock: time, zone: tzinfo) -> datetime:
    """Return the next moment after ``now`` at which the clocks of a zone show a time; UTC."""
    day = now.astimezone(zone).date()
    moments = (datetime.combine(day + timedelta(days=each), clock, zone).astimezone(UTC) for each in (0, 1))
    return next(moment for moment in moments if moment > now)


def remind(
    incident: Incident, items: Iterable[AgendaItem], loud: Mapping[AgendaKind, int], settings: Settings, now: datetime
) -> tuple[Message, ...]:
    """Return the reminders of what speaks now.

    Args:
        incident: In which it is owed; below ``notify.min_severity``, and of history, nobody is reminded.
        items: What speaks, with how often it has spoken, this time included.
        loud: From how many times on those who answer for it hear of it, too.
        settings: The team.
        now: The moment.
    """
    if not reminds_of(incident, settings):
        return ()
    roster = Roster(settings, incident.suspects, now)
    found = []
    for call, its in _shares(items, loud, roster):
        language = language_of(settings, call.person)
        text = reminder_text(incident, its, settings, language=language, now=now)
        what = sorted(_said(item) for item in its)
        found.append(reminder(("reminder", incident.id, call.person, *what), call, text, settings, now, incident))
    return tuple(found)


def remind_standing(
    items: Iterable[AgendaItem], loud: Mapping[AgendaKind, int], settings: Settings, now: datetime
) -> tuple[Message, ...]:
    """Return the reminders of what comes round by the calendar and speaks now; arguments as for ``remind``."""
    return _remind_of_no_case("standing", standing_text, items, loud, settings, now)


def remind_channels(
    items: Iterable[AgendaItem], loud: Mapping[AgendaKind, int], settings: Settings, now: datetime
) -> tuple[Message, ...]:
    """Return the reminders of who has not said that a test message came; arguments as for ``remind``."""
    return _remind_of_no_case("channels", channels_text, items, loud, settings, now)


def _remind_of_no_case(
    kind: str,
    write: Callable[..., Text],
    items: Iterable[AgendaItem],
    loud: Mapping[AgendaKind, int],
    settings: Settings,
    now: datetime,
) -> tuple[Message, ...]:
    found = []
    for call, its in _shares(items, loud, Roster(settings, (), now)):
        text = write(its, settings, language=language_of(settings, call.person), now=now)
        what = sorted(_said(item) for item in its)
        found.append(reminder((kind, call.person, *what), call, text, settings, now))
    return tuple(found)


def tell_readiness(
    score: int, before: int | None, dearest: Sequence[Reason], month: str, settings: Settings, now: datetime
) -> tuple[Message, ...]:
    """Return what those hear once a month who answer for the plan: how ready the company is.

    Args:
        score: Now.
        before: A month ago; None: it was not counted.
        dearest: What lacks most.
        month: That it is said of, ``2026-03``.
        settings: The team.
        now: The moment.
    """
    roster = Roster(settings, (), now)
    calls = {name: role for role in settings.standing.plan_review.roles for name in roster.holders(role)}
    found = []
    for person, role in calls.items():
        text = monthly_text(score, before, dearest, settings, language=language_of(settings, person))
        call = Call(person=person, role=role)
        said = reminder(("readiness", month, person), call, text, settings, now)
        found.append(replace(said, kind=MessageKind.MONTHLY))
    return tuple(found)


def remind_reports(
    items: Iterable[tuple[AgendaItem, Collection[str]]],
    loud: Mapping[AgendaKind, int],
    settings: Settings,
    now: datetime,
) -> tuple[Message, ...]:
    """Return the reminders of what came from outside and speaks now, each with the actors that it is about.

    Whoever a report is about hears of it no more than of an incident about them.
    """
    said: dict[str, tuple[Call, list[AgendaItem], set[str]]] = {}
    for item, about in items:
        for call, its in _shares((item,), loud, Roster(settings, about, now)):
            mine = said.setdefault(call.person, (call, [], set()))
            mine[1].extend(its)
            mine[2].update(about)
    found = []
    for call, its, whom in said.values():
        text = report_text(its, settings, language=language_of(settings, call.person), now=now)
        what = sorted(_said(item) for item in its)
        found.append(reminder(("reports", call.person, *what), call, text, settings, now, about=whom))
    return tuple(found)


def _said(item: AgendaItem) -> str:
    """Return the identity of a reminder: the next occurrence, another due time or level makes it a new one."""
    return f"{item.id}/{item.due_at.isoformat()}/{item.level}"


def _shares(
    items: Iterable[AgendaItem], loud: Mapping[AgendaKind, int], roster: Roster
) -> list[tuple[Call, list[AgendaItem]]]:
    """Return which items each person is reminded of: owners, and after some reminders lead and deputy as well."""
    said: dict[str, tuple[Call, list[AgendaItem]]] = {}
    for item in items:
        mine = owner(item, roster)
        calls = [mine] if mine is not None else []
        if item.kind is AgendaKind.ROLE:  # whoever has not answered hears of it as well as who can ask somebody else
            calls += [Call(person=name, role=item.what) for name in item.not_by if name in roster.able]
        if item.level >= loud.get(item.kind, item.level + 1):
            leading = [(role, name) for role in (LEAD_ROLE, DEPUTY_ROLE) for name in roster.holders(role)]
            calls += [Call(person=name, role=role) for role, name in leading if name not in item.not_by]
        for call in {each.person: each for each in reversed(calls)}.values():
            said.setdefault(call.person, (call, []))[1].append(item)
    return list(said.values())


def handed(incident: Incident, by: str, to: str, settings: Settings, now: datetime) -> Message:
    """Return the message to whom an incident was handed over."""
    call = Call(person=to, role=next(iter(Roster(settings, (), now).roles_of(to)), ""))
    text = handed_text(incident, settings, by=by, language=language_of(settings, to))
    return reminder(("handed", incident.id, to, now.isoformat()), call, text, settings, now, incident)


def asked_for_role(
    incident: Incident, asked: RoleAssignment, settings: Settings, now: datetime, links: LinkMaker
) -> Message:
    """Return the message to whom a role was given to answer for, with the link that answers."""
    said = _about_role("role", incident, asked, Call(person=asked.person, role=asked.role), settings, now)
    link = links.make_role(incident_id=incident.id, person=asked.person, message_id=said.id, now=now)
    text = role_text(incident, asked, settings, language=language_of(settings, asked.person), link=link)
    return replace(said, kind=MessageKind.ROLE_ASKED, body=text.body)


def role_ended(incident: Incident, asked: RoleAssignment, settings: Settings, now: datetime) -> Message:
    """Return the message to whom a role was given that was taken back, or that somebody else was asked for since."""
    said = _about_role("role-ended", incident, asked, Call(person=asked.person, role=asked.role), settings, now)
    return replace(said, kind=MessageKind.ROLE_ENDED)


def role_declined(incident: Incident, asked: RoleAssignment, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what is said to whoever leads, and to whoever asked, when somebody does not hold a role.

    Who is written to about a case may see it: whoever has nothing but access is not.
    """
    roster = Roster(settings, incident.suspects, now)
    lead = Call(person=next(iter(roster.holders(LEAD_ROLE)), ""), role=LEAD_ROLE)
    held = roster.roles_of(asked.by)
    calls = {lead.person: lead}
    if not held or not set(ACCESS_ROLES).issuperset(held):
        calls.setdefault(asked.by, Call(person=asked.by, role=next(iter(held), "")))
    told = [call for name, call in calls.items() if name in roster.able and name != asked.person]
    return tuple(_about_role("role-declined", incident, asked, call, settings, now) for call in told)


def _about_role(
    kind: str, incident: Incident, asked: RoleAssignment, call: Call, settings: Settings, now: datetime
) -> Message:
    """Return what is said of a role; at night it waits as the agenda does."""
    text = role_text(incident, asked, settings, language=language_of(settings, call.person))
    key = (kind, incident.id, asked.role, str(asked.number), call.person)
    said = reminder(key, call, text, settings, now, incident)
    until = quiet_hours(incident.severity, settings, now)
    return said if until is None else replace(said, due_at=until, next_attempt_at=until)


def order_notice(order: MuteOrder, muted: int, settings: Settings, now: datetime, *, over: bool) -> tuple[Message, ...]:
    """Return what the owner of a silence is told of its end; nothing for somebody who cannot be reached."""
    if order.made_by not in settings.team.paged:
        return ()
    call = Call(person=order.made_by, role=next(iter(Roster(settings, (), now).roles_of(order.made_by)), ""))
    text = order_text(order, muted, settings, over=over)
    return (reminder(("silence", order.id, "over" if over else "soon"), call, text, settings, now),)


def letters_notice(
    incident: Incident, order: SendingOrder, settings: Settings, now: datetime, **figures: int
) -> tuple[Message, ...]:
    """Return what is said when the service has sent letters, or cannot: to whoever ordered it, else to who leads.

    Nobody is woken for it.

    Args:
        incident: Whose letters.
        order: As it ended.
        settings: The team.
        now: The moment.
        figures: How many were ``sent``, are ``left``, and were ``lost``: are unknown, came back or failed.
    """
    call = _sender_or_lead(incident, order.by, settings, now)
    if call is None:
        return ()
    text = letters_text(incident, order, settings, language=language_of(settings, call.person), **figures)
    key = ("letters", incident.id, str(order.number), order.state.value)
    return (_by_day(reminder(key, call, text, settings, now, incident), settings, now),)


def bounces_notice(
    incident: Incident, by: str, settings: Settings, now: datetime, **figures: int
) -> tuple[Message, ...]:
    """Return what is said when the service finds that letters came back: to whoever had them sent, else to who leads.

    Nobody is woken for it.

    Args:
        incident: Whose letters.
        by: Who had them sent.
        settings: The team.
        now: The moment.
        figures: How many came ``back``, go ``again`` by another channel, by ``post``, and have no other way: ``rest``.
    """
    call = _sender_or_lead(incident, by, settings, now)
    if call is None:
        return ()
    text = bounces_text(incident, settings, language=language_of(settings, call.person), **figures)
    said = reminder(("letters-back", incident.id, now.isoformat()), call, text, settings, now, incident)
    return (_by_day(said, settings, now),)


def _sender_or_lead(incident: Incident, by: str, settings: Settings, now: datetime) -> Call | None:
    roster = Roster(settings, incident.suspects, now)
    calls = [Call(person=by, role=next(iter(roster.roles_of(by)), ""))]
    calls += [Call(person=name, role=LEAD_ROLE) for name in roster.holders(LEAD_ROLE)]
    return next((each for each in calls if each.person in roster.able), None)


def _by_day(said: Message, settings: Settings, now: datetime) -> Message:
    """Let a message wait until the quiet hours are over."""
    until = quiet_hours(Severity.LOW, settings, now)
    return said if until is None else replace(said, due_at=until, next_attempt_at=until)


def account_notice(what: str, by: str, person: str, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what somebody is told when another person changes how she signs in; nothing where she did so herself.

    Whoever knows a colleague's password can give the second word of a gate in their place, and must not do so unseen.

    Args:
        what: ``password``, ``invitation`` or ``codes``.
        by: Who did it.
        person: Whose account it is.
        settings: With the team that the service has.
        now: The moment.
    """
    if by == person or person not in settings.team.paged:
        return ()
    call = Call(person=person, role=next(iter(Roster(settings, (), now).roles_of(person)), ""))
    text = account_text(what, by, person, settings)
    return (reminder(("account", what, person, now.isoformat()), call, text, settings, now),)


def own_password_question(person: str, by: str, link: str, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what somebody is asked who signed in with a password that a colleague set, or invited to set.

    It goes to all targets that the colleague does not read, and to no other when these fail: whoever opens the link
    answers for the person.

    Args:
        person: Who signed in.
        by: The colleague.
        link: That answers.
        settings: The team.
        now: The moment.
    """
    if person not in settings.team.paged:
        return ()
    call = Call(person=person, role=next(iter(Roster(settings, (), now).roles_of(person)), ""))
    asked = reminder(("own", person, link), call, own_password_text(by, person, link, settings), settings, now)
    last = len(settings.team.person(person).targets)
    return tuple(
        replace(asked, id=derive("message", "own", person, link, target), target=target, fallback=last)
        for target in own_targets(person, settings, by)
    )


def digest(
    owing: Sequence[Owing], settings: Settings, now: datetime, standing: Sequence[AgendaItem] = ()
) -> tuple[Message, ...]:
    """Return for each person what is owed: her own, and of whoever leads all that is late or due within a day.

    Args:
        owing: By incident.
        settings: The team.
        now: The moment.
        standing: What comes round by the calendar.
    """
    day = now.astimezone(ZoneInfo(settings.timezone)).date()
    found = []
    rosters = [(each, Roster(each.settings, each.incident.suspects, now)) for each in owing]
    ours = Roster(settings, (), now)
    for name in dict.fromkeys(name for roster in (*(each for _, each in rosters), ours) for name in roster.able):
        mine = [
            replace(each, items=items) for each, roster in rosters if (items := _hers(name, each.items, roster, now))
        ]
        calendar = _hers(name, standing, ours, now)
        if not mine and not calendar:
            continue
        roles = [next(iter(roster.roles_of(name)), "") for _, roster in rosters if name in roster.able]
        role = roles[-1] if roles else next(iter(ours.roles_of(name)), "")
        # Somebody who is on the team of a case only is reached as it keeps her.
        there = settings if name in settings.team.paged else mine[0].settings
        text = digest_text([(each.incident, each.items) for each in mine], there, name, now=now, standing=calendar)
        about = frozenset[str]().union(*(each.incident.suspects for each in mine))
        call = Call(person=name, role=role)
        found.append(reminder(("digest", day.isoformat(), name), call, text, there, now, about=about))
    return tuple(found)


def _hers(name: str, items: Iterable[AgendaItem], roster: Roster, now: datetime) -> list[AgendaItem]:
    """Return what of some items is somebody's and late or due within a day; of whoever leads all of it."""
    if name not in roster.able or name in roster.overheard:
        return []
    leads = {LEAD_ROLE, DEPUTY_ROLE} & set(roster.roles_of(name))
    near = [item for item in items if item.due_at <= now + _SOON]
    return [item for item in near if leads or ((call := owner(item, roster)) is not None and call.person == name)]


def reminder(
    key: Sequence[str],
    call: Call,
    text: Text,
    settings: Settings,
    now: datetime,
    incident: Incident | None = None,
    about: Collection[str] = (),
) -> Message:
    """Return a message to somebody, at the first target where nobody reads along whom it is about.

    Args:
        key: What tells it from others.
        call: To whom, and in which role.
        text: What it says.
        settings: The team.
        now: The moment.
        incident: Of which incident it is; None: of none.
        about: Accounts that it is about, where it is of no incident.
    """
    target = targets_of(call.person, settings, incident.suspects if incident is not None else about)[0]
    return Message(
        id=derive("message", *key, target),
        incident_id=incident.id if incident is not None else "",
        kind=MessageKind.REMINDER,
        role=call.role,
        person=call.person,
        target=target,
        language=language_of(settings, call.person),
        title=text.title,
        body=text.body,
        severity=incident.severity.value if incident is not None else Severity.LOW.value,
        created_at=now,
        due_at=now,
        next_attempt_at=now,
    )
