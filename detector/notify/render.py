"""The words of a message: what a person reads at three in the morning.

Comes in: an incident, whom to tell, in which language. Goes out: a short title and a plain text. It holds who (as a
kind of account or a masked name), what, how much, since when, what to do first and the link; no client data, no account
names, no addresses. Everything that comes from outside is made harmless first (``detector.notify.sanitize``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from zoneinfo import ZoneInfo

from detector.messages import Language, Messages, messages
from detector.notify.ladder import LEAD_ROLE
from detector.notify.on_call import OnCall
from detector.notify.sanitize import masked, plain, without_addresses
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.incidents import OPENED_BY_HAND, Basis, Incident, IncidentKind, Scope, Step, StepStatus
from detector.schema.detection.findings import Reason
from detector.schema.detection.mute_orders import MuteOrder
from detector.schema.events.columns import ACCOUNT
from detector.schema.letters.sending_orders import SendingOrder
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings

TITLE_LIMIT = 80
_CLASSES_SHOWN = 6
_NAMES_SHOWN = 5
_OWED_SHOWN = 8
_SOON = timedelta(hours=4)

Both = tuple[str, str]
"""A text in English and Russian."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message in words."""

    title: str
    body: str


def language_of(settings: Settings, person: str) -> Language:
    """Return the language a person is written to in."""
    return settings.team.person(person).language or settings.language


def page_text(
    incident: Incident,
    settings: Settings,
    *,
    role: str,
    steps: Sequence[Step],
    link: str,
    language: Language,
    first: Both = ("", ""),
    accounts: Sequence[str] = (),
    instead_of: Sequence[str] = (),
) -> Text:
    """Return the page that asks for an acknowledgement.

    Args:
        incident: What happened.
        settings: For titles, zone and roles.
        role: In which role the reader is called.
        steps: The checklist.
        link: To acknowledge with.
        language: The reader's.
        first: What to do first, in English and Russian, as the incident's checklist says it.
        accounts: Names of accounts that a rule counted, as far as they are known.
        instead_of: Who is away, and would have been called.
    """
    say = messages(language)
    away = ", ".join(_person(settings, name, say) for name in instead_of[:_NAMES_SHOWN])
    lines = [
        _head(incident, say),
        _worse(incident, say),
        say.text("notify-what", what=_what(incident, say)),
        _who(incident, accounts, say),
        _how_much(incident, settings, say) if incident.kind is not IncidentKind.BLIND_SPOT else "",
        say.text("notify-since", time=_time(incident.first_event_at, settings, say)),
        *_first(incident, steps, (role, settings.notify.oncall_role, LEAD_ROLE), first, say),
        say.text("notify-instead", who=away) if away else "",
        say.text("notify-acknowledge", link=link),
    ]
    title = say.text("notify-page-title", severity=_severity(incident, say), name=_name(incident, say, 40))
    return Text(_short(_drill(incident, say) + title), "\n".join(filter(None, lines)))


def taken_text(incident: Incident, settings: Settings, *, language: Language) -> Text:
    """Return the note to the others that somebody has taken the incident."""
    say = messages(language)
    who = _person(settings, incident.acknowledged_by, say)
    name = _name(incident, say, 40)
    at = incident.acknowledged_at or incident.opened_at
    return Text(
        _short(_drill(incident, say) + say.text("notify-taken-title", name=name, person=who)),
        _drill(incident, say)
        + say.text("notify-taken", name=_name(incident, say), person=who, time=_time(at, settings, say))
        + "\n"
        + _view(incident, settings, say),
    )


def reminder_text(
    incident: Incident, items: Sequence[AgendaItem], settings: Settings, *, language: Language, now: datetime
) -> Text:
    """Return the reminder of what is owed in an incident."""
    say = messages(language)
    lines = _owed_lines(items, settings, say, now)
    head = _drill(incident, say) + say.text("notify-reminder", name=_name(incident, say))
    title = say.text("notify-reminder-title", name=_name(incident, say, 40), count=len(items))
    return Text(_short(_drill(incident, say) + title), "\n".join((head, *lines, _view(incident, settings, say))))


def standing_text(items: Sequence[AgendaItem], settings: Settings, *, language: Language, now: datetime) -> Text:
    """Return the reminder of what comes round by the calendar."""
    say = messages(language)
    lines = [_owed(item, settings, say, now) for item in items]
    view = say.text("notify-view", link=f"{settings.base_url}/documents")
    title = say.text("notify-standing-title", count=len(items))
    return Text(_short(title), "\n".join((say.text("notify-standing"), *lines, view)))


def report_text(items: Sequence[AgendaItem], settings: Settings, *, language: Language, now: datetime) -> Text:
    """Return the reminder of what came from outside: which kind, until when, and nothing that stands in it."""
    say = messages(language)
    lines = _owed_lines(items, settings, say, now)
    view = say.text("notify-view", link=f"{settings.base_url}/reports")
    title = say.text("notify-report-title", count=len(items))
    return Text(_short(title), "\n".join((say.text("notify-report"), *lines, view)))


def handed_text(incident: Incident, settings: Settings, *, by: str, language: Language) -> Text:
    """Return the message to whom an incident was handed over."""
    say = messages(language)
    who = _person(settings, by, say)
    title = say.text("notify-handed-title", name=_name(incident, say, 40), person=who)
    body = say.text("notify-handed", name=_name(incident, say), person=who)
    lines = (_drill(incident, say) + body, say.text("notify-what", what=_what(incident, say)))
    return Text(_short(_drill(incident, say) + title), "\n".join((*lines, _view(incident, settings, say))))


def role_text(
    incident: Incident, asked: RoleAssignment, settings: Settings, *, language: Language, link: str = ""
) -> Text:
    """Return the message to whom a role was given to answer for, or whose it is no more; of a declined one the lead's.

    Whose role is over may not see the incident any more: nothing more is said of it.

    Args:
        incident: In which.
        asked: The role.
        settings: Who is called what.
        language: The reader's.
        link: By which a request is answered.
    """
    say = messages(language)
    over = asked.ended_at is not None
    word, who = (
        ("asked", asked.by) if asked.stands else ("ended", asked.ended_by) if over else ("declined", asked.person)
    )
    key, role, person = f"notify-role-{word}", say.text(f"notify-role-{asked.role}"), _person(settings, who, say)
    title = say.text(f"{key}-title", name=_name(incident, say, 40), person=person, role=role)
    body = say.text(key, name=_name(incident, say), person=person, role=role, number=incident.number, word=asked.role)
    lines = [_drill(incident, say) + body]
    if not over:
        answer = say.text("notify-role-answer", link=link) if link else _view(incident, settings, say)
        lines += [say.text("notify-what", what=_what(incident, say)), answer]
    return Text(_short(_drill(incident, say) + title), "\n".join(lines))


def turn_text(person: str, before: str, found: OnCall, cases: Sequence[Incident], settings: Settings) -> Text:
    """Return what is said to somebody when the rota turns: to whoever is on call now, was, or leads where nobody is."""
    say = messages(language_of(settings, person))
    now_on, was = (_person(settings, name, say) if name else "" for name in (found.person, before))
    until = _time(found.end, settings, say) if found.end.year < MAXYEAR else ""
    if person != found.person:
        key = "notify-off-call" if found.person and person == before else "notify-nobody-on-call"
        return Text(_short(say.text(f"{key}-title", person=now_on)), say.text(key, person=now_on, was=was or "none"))
    lines = [say.text("notify-on-call", until=until or "open")]
    if found.deputy:
        lines.append(say.text("notify-on-call-deputy", person=_person(settings, found.deputy, say)))
    if was:
        lines.append(say.text("notify-on-call-before", person=was))
    for incident in cases[:_OWED_SHOWN]:
        who = _person(settings, incident.acknowledged_by, say) if incident.acknowledged_by else "nobody"
        lines.append("- " + say.text("notify-on-call-open", name=_head(incident, say), person=who))
    if len(cases) > _OWED_SHOWN:
        lines.append(say.text("notify-digest-more", count=len(cases) - _OWED_SHOWN))
    lines.append(say.text("notify-view", link=settings.base_url))
    return Text(_short(say.text("notify-on-call-title", until=until or "open")), "\n".join(lines))


def order_text(order: MuteOrder, muted: int, settings: Settings, *, over: bool) -> Text:
    """Return what the owner of a silence is told of its end; what it is about may name accounts, and stays inside."""
    say = messages(language_of(settings, order.made_by))
    key = "notify-silence-over" if over else "notify-silence-soon"
    body = say.text(
        key, name=order.id[:8], time=_time(order.until, settings, say), count=muted, reason=plain(order.reason, 120)
    )
    link = say.text("notify-view", link=f"{settings.base_url}/silences")
    return Text(_short(say.text(f"{key}-title", name=order.id[:8])), f"{body}\n{link}")


def account_text(what: str, by: str, person: str, settings: Settings) -> Text:
    """Return what somebody is told of whoever changed how she signs in (``account_notice``)."""
    say = messages(language_of(settings, person))
    body = say.text("notify-account", what=what, by=plain(by, 60), person=person)
    return Text(_short(say.text("notify-account-title")), body)


def own_password_text(by: str, person: str, link: str, settings: Settings) -> Text:
    """Return what somebody is asked who signed in on a colleague's word (``own_password_question``)."""
    say = messages(language_of(settings, person))
    body = say.text("notify-own-password", by=plain(by, 60), link=link)
    return Text(_short(say.text("notify-own-password-title")), body)


def digest_text(
    owing: Sequence[tuple[Incident, Sequence[AgendaItem]]],
    settings: Settings,
    person: str,
    *,
    now: datetime,
    standing: Sequence[AgendaItem] = (),
) -> Text:
    """Return what somebody owes this morning, incident by incident, then what comes round by the calendar."""
    say = messages(language_of(settings, person))
    count = sum(len(items) for _, items in owing) + len(standing)
    lines = []
    for incident, items in owing[:_OWED_SHOWN]:
        lines.append(_head(incident, say))
        lines += [_owed(item, settings, say, now) for item in items[:_OWED_SHOWN]]
        if len(items) > _OWED_SHOWN:
            lines.append(say.text("notify-and-more", count=len(items) - _OWED_SHOWN))
    if len(owing) > _OWED_SHOWN:
        lines.append(say.text("notify-digest-more", count=len(owing) - _OWED_SHOWN))
    if standing:
        lines += [say.text("notify-standing"), *(_owed(item, settings, say, now) for item in standing)]
    lines.append(say.text("notify-view", link=settings.base_url))
    return Text(_short(say.text("notify-digest-title", count=count)), "\n".join(lines))


def _owed_lines(items: Sequence[AgendaItem], settings: Settings, say: Messages, now: datetime) -> list[str]:
    """Return what is owed, a line each; of many the first, and how many more there are."""
    lines = [_owed(item, settings, say, now) for item in items[:_OWED_SHOWN]]
    if len(items) > _OWED_SHOWN:
        lines.append(say.text("notify-and-more", count=len(items) - _OWED_SHOWN))
    return lines


def _owed(item: AgendaItem, settings: Settings, say: Messages, now: datetime) -> str:
    """Say one thing that is owed: titles are a checklist's or a law's, so that nothing of a log stands in it."""
    title = plain((say.language == "ru" and item.title_ru) or item.title, 120)
    late = "late" if item.due_at <= now else "due"
    time = _time(item.due_at, settings, say)
    who = ", ".join(_person(settings, name, say) for name in item.not_by)
    what = say.asked(item.what, title) if item.kind is AgendaKind.APPROVAL else plain(item.what, 40)
    kind = item.kind.value.replace("_", "-")
    return "- " + say.text(f"notify-owed-{kind}", what=what, title=title, time=time, late=late, who=who)


def history_text(incident: Incident, settings: Settings, *, language: Language) -> Text:
    """Return the note that a first reading found matters that were over long ago."""
    say = messages(language)
    title = (say.language == "ru" and incident.title_ru) or incident.title
    said = [plain(title, 160), *(_reason(reason, say) for reason in incident.reasons)]
    return Text(
        _short(say.text("notify-history-title", name=_name(incident, say, 40))),
        "\n".join(filter(None, [*said, say.text("notify-history"), _view(incident, settings, say)])),
    )


def unreached_text(incident: Incident, settings: Settings, *, people: Sequence[str], language: Language) -> Text:
    """Return the note that a page could not be brought to these people."""
    say = messages(language)
    names = ", ".join(_person(settings, name, say) for name in people)
    return Text(
        _short(_drill(incident, say) + say.text("notify-unreached-title", name=_name(incident, say, 40))),
        _drill(incident, say)
        + say.text("notify-unreached", name=_name(incident, say), people=names, count=len(people))
        + "\n"
        + _view(incident, settings, say),
    )


def trial_text(settings: Settings, *, target: str, language: Language) -> Text:
    """Return the message of ``nabat notify test``."""
    say = messages(language)
    organization = plain(settings.organization.name, 60) or "Nabat"
    return Text(
        _short(say.text("notify-trial-title", organization=organization)),
        say.text("notify-trial", organization=organization, target=target),
    )


def channel_test_text(settings: Settings, *, target: str, language: Language, link: str) -> Text:
    """Return the message by which a channel is tested: whoever reads it says so by the link."""
    say = messages(language)
    organization = plain(settings.organization.name, 60) or "Nabat"
    return Text(
        _short(say.text("notify-channel-title", organization=organization)),
        say.text("notify-channel", organization=organization, target=target)
        + "\n"
        + say.text("notify-channel-link", link=link),
    )


def channels_text(items: Sequence[AgendaItem], settings: Settings, *, language: Language, now: datetime) -> Text:
    """Return the reminder of who has not said that a test message came."""
    say = messages(language)
    lines = _owed_lines(items, settings, say, now)
    view = say.text("notify-view", link=f"{settings.base_url}/readiness")
    title = say.text("notify-channels-title", count=len(items))
    return Text(_short(title), "\n".join((say.text("notify-channels"), *lines, view)))


def monthly_text(
    score: int, before: int | None, dearest: Sequence[Reason], settings: Settings, *, language: Language
) -> Text:
    """Return what is said once a month of how ready the company is, and what lacks most; it names nobody."""
    say = messages(language)
    body = say.text("notify-readiness", score=score, before=before if before is not None else -1)
    view = say.text("notify-view", link=f"{settings.base_url}/readiness")
    lines = [f"- {say.reason(each)}" for each in dearest]
    return Text(_short(say.text("notify-readiness-title", score=score)), "\n".join((body, *lines, view)))


def letters_text(
    incident: Incident, order: SendingOrder, settings: Settings, *, language: Language, sent: int, left: int, lost: int
) -> Text:
    """Return what is said when the service has sent the letters of a case, or cannot: figures, no client."""
    say = messages(language)
    figures: dict[str, str | int] = {"sent": sent, "left": left, "lost": lost}
    title = say.text(f"notify-letters-{order.state}-title", name=_name(incident, say, 40))
    lines = [say.text(f"notify-letters-{order.state}", name=_name(incident, say), **figures)]
    lines.append(say.text("notify-letters-figures", **figures))
    link = f"{settings.base_url}/incidents/{incident.number}/letters"
    return Text(_short(title), "\n".join((*lines, say.text("notify-view", link=link))))


def bounces_text(incident: Incident, settings: Settings, *, language: Language, **figures: int) -> Text:
    """Return what is said when letters to clients came back: figures, no client."""
    say = messages(language)
    title = say.text("notify-letters-back-title", name=_name(incident, say, 40))
    body = say.text("notify-letters-back", name=_name(incident, say), **figures)
    link = f"{settings.base_url}/incidents/{incident.number}/letters"
    return Text(_short(title), f"{body}\n{say.text('notify-view', link=link)}")


def link_of(body: str) -> str:
    """Return the link a message ends with; empty when it has none.

    The last line is ours alone: nothing that comes from a log stands in it.
    """
    word = body.rpartition("\n")[2].rpartition(" ")[2]
    return word if word.startswith(("http://", "https://")) else ""


def with_seal(body: str, seal: str) -> str:
    """Return the text of a message with the line of the seal, before the line of the link where it ends with one."""
    if not seal:
        return body
    before, newline, last = body.rpartition("\n")
    return f"{before}{newline}{seal}\n{last}" if link_of(body) else f"{body}\n{seal}"


def error_text(code: str, language: Language) -> str:
    """Return a delivery error's code (``timeout``, ``http-500``) in words."""
    kind, _, number = code.partition("-")
    try:
        return messages(language).text(f"notify-error-{kind}", number=number)
    except LookupError:
        return messages(language).text("notify-error-other")


def role_title(role: str, language: Language) -> str:
    """Return a role's name for people."""
    try:
        return messages(language).text(f"notify-role-{role}")
    except LookupError:
        return plain(role, 40)


def _head(incident: Incident, say: Messages) -> str:
    head = say.text("notify-head", severity=_severity(incident, say), name=_name(incident, say))
    return _drill(incident, say) + head


def _worse(incident: Incident, say: Messages) -> str:
    """Say why people are called again about an incident that somebody had already, and what has changed since."""
    if incident.called_at is not None and incident.called_at == incident.called_since:
        why = [_safe(text, incident) for text in (_reason(each, say) for each in incident.called_for) if text]
        return say.text("notify-again-for", what=" ".join(why)) if why else say.text("notify-again")
    return say.text(f"notify-worse-{incident.kind.value}") if incident.became_at and incident.kind.gravity > 1 else ""


def _drill(incident: Incident, say: Messages) -> str:
    return say.text("notify-drill") + " " if incident.kind is IncidentKind.DRILL else ""


def _severity(incident: Incident, say: Messages) -> str:
    return say.text(f"notify-severity-{incident.severity.value}")


def _name(incident: Incident, say: Messages, limit: int = 80) -> str:
    code = plain((say.language == "ru" and incident.code_name_ru) or incident.code_name, limit)
    number = plain(incident.number, 30)
    return f"{code} ({number})" if code else number


def _what(incident: Incident, say: Messages) -> str:
    title = (say.language == "ru" and incident.title_ru) or incident.title
    said = [_safe(title, incident, 120)]
    said += [_safe(text, incident) for text in (_reason(reason, say) for reason in incident.reasons[:1]) if text]
    return "; ".join(filter(None, said)).rstrip(".")


def _reason(reason: Reason, say: Messages) -> str:
    if reason.message == OPENED_BY_HAND:  # why is in a person's words: they may name clients, and stay inside
        return say.text("notify-by-hand", by=dict(reason.args).get("by", ""))
    try:
        return say.reason(reason)
    except LookupError:
        return ""  # a reason without words must not keep the page from going out; its title is there


def _safe(text: str, incident: Incident, limit: int = 200) -> str:
    for actor in (incident.actor_id, *incident.related_actors):
        name = actor.partition(":")[2]
        if name and name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _, at=name: masked(at), text)  # type: ignore[misc]
    return plain(without_addresses(text), limit).replace("∗∗∗", "***")


def _who(incident: Incident, accounts: Sequence[str], say: Messages) -> str:
    if incident.kind is IncidentKind.BLIND_SPOT or incident.actor_id == "nabat":
        return ""
    if not (incident.actor_id or incident.accounts_counted or incident.related_actors):
        return ""  # opened by hand: nobody knows
    prefix, _, name = incident.actor_id.partition(":")
    kind = incident.actor_type
    if prefix != "user" and kind != "service":
        kind = prefix if prefix in {"session", "ip", "host", "unnamed"} else "unknown"
    who = say.text(f"notify-actor-{kind}" if kind in _KINDS else "notify-actor-unknown", name=masked(name))
    if incident.accounts_counted:
        kind = f"{prefix}-of-accounts" if prefix in {"session", "ip"} else "of-accounts"
        names = ", ".join(dict.fromkeys(map(masked, accounts[:_NAMES_SHOWN])))
        who = say.text(f"notify-actor-{kind}", count=incident.accounts_counted, names=names or "none")
    # The address an account came from, and its session, are nobody else.
    others = [actor for actor in incident.related_actors if prefix != "user" or actor.startswith(ACCOUNT)]
    if others:
        who = say.text("notify-actor-more", who=who, count=len(others))
    service = plain(incident.service, 60)
    return say.text("notify-who-in", who=who, service=service) if service else say.text("notify-who", who=who)


_KINDS = frozenset({"human", "service", "admin", "anonymous", "session", "ip", "host", "unnamed", "unknown"})


def _how_much(incident: Incident, settings: Settings, say: Messages) -> str:
    scope = incident.scope
    if not incident.kind.breach and incident.kind is not IncidentKind.DRILL:
        return say.text("notify-untouched")
    amount = amount_text(scope, say)
    classes = [_class(name, settings, say) for name in scope.data_classes[:_CLASSES_SHOWN]]
    if not classes:
        return say.text("notify-amount", amount=amount)
    more = len(scope.data_classes) - len(classes)
    listed = ", ".join(classes) + (" " + say.text("notify-and-more", count=more) if more else "")
    return say.text("notify-amount-of", amount=amount, classes=listed)


def amount_text(scope: Scope, say: Messages) -> str:
    """Return how many clients and records were touched, as pages say it."""
    said = []
    if scope.subjects:
        said.append(say.text("notify-clients", count=scope.subjects))
    if scope.imported_subjects:
        said.append(say.text("scope-imported", count=scope.imported_subjects))
    if scope.record_high > scope.record_low > 0:
        said.append(say.text("notify-records-between", low=scope.record_low, high=scope.record_high))
    elif scope.record_high:
        key = "notify-records" if scope.record_low else "notify-records-up-to"
        said.append(say.text(key, count=scope.record_high))
    if scope.uncounted:
        said.append(say.text("notify-uncounted", count=scope.uncounted))
    return ", ".join(said) or say.text("notify-amount-unknown")


def _class(name: str, settings: Settings, say: Messages) -> str:
    known = settings.records.data_classes.get(name)
    title = ((say.language == "ru" and known.title_ru) or known.title) if known else ""
    return plain(title or name, 60)


def _time(moment: datetime, settings: Settings, say: Messages) -> str:
    from babel.dates import format_datetime  # noqa: PLC0415 - only a message takes it

    shown = format_datetime(moment, "d MMM y, HH:mm", tzinfo=ZoneInfo(settings.timezone), locale=say.language)
    return f"{shown} ({settings.timezone})"


def _first(
    incident: Incident, steps: Sequence[Step], roles: Sequence[str], first: Both, say: Messages
) -> Iterator[str]:
    """Yield what everybody does first, as the checklist says it, and what the reader's role does soon.

    A checklist that is not configured any more says nothing: then it is the first step of the first of ``roles`` that
    has one, its own before one it only stands in for.
    """
    todo = sorted((step for step in steps if _waits(step)), key=lambda step: step.position)
    own = [_own(incident, todo, role) for role in roles]
    said = (say.language == "ru" and first[1]) or first[0]
    if said:
        yield say.text("notify-first", step=plain(said, 200))
        if own[0] is not None:
            yield say.text("notify-your-step", step=_step(own[0], say))
        return
    standing_in = (next((step for step in todo if role in step.roles), None) for role in roles)
    step = next((step for pair in zip(own, standing_in, strict=True) for step in pair if step is not None), None)
    if step is not None:
        yield say.text("notify-first", step=_step(step, say))


def _own(incident: Incident, todo: Sequence[Step], role: str) -> Step | None:
    """Return the first step that is the role's own and not far away."""
    soon = incident.t0 + _SOON
    return next((s for s in todo if role in s.roles[:1] and s.due_at is not None and s.due_at <= soon), None)


def _step(step: Step, say: Messages) -> str:
    return plain((say.language == "ru" and step.title_ru) or step.title, 160)


def _waits(step: Step) -> bool:
    """Tell whether a person can do the step now: not done, not the daemon's own, not a duty of quiet times."""
    return step.status is StepStatus.OPEN and step.automation != "A" and step.basis is not Basis.CALENDAR


def _person(settings: Settings, name: str, say: Messages) -> str:
    known = {person.name: person.title for person in settings.team.people}
    return plain(known.get(name) or name, 60) or say.text("notify-somebody")


def _view(incident: Incident, settings: Settings, say: Messages) -> str:
    return say.text("notify-view", link=f"{settings.base_url}/incidents/{incident.number}")


def _short(title: str) -> str:
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1].rstrip() + "…"
