"""Escalation: who has to be told now, until somebody says "I have it".

Comes in: an incident, the messages decided so far, the settings, the time. Goes out: a ``EscalationPlan``: messages to
add, messages to withdraw, and the roles that cannot be reached. Pure: the same arguments give the same plan, and once a
plan is kept, planning again adds nothing, because a message's id is derived from incident, rung, round, person and
target.

Places on the ladder are ordered by (round, rung). A person gets at most one page from one plan, for the highest place
that is due; a page still being tried, or one delivered after the place was due, covers it. So after a pause nobody gets
five pages at once, and nobody is left out.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from detector.messages import Language
from detector.notify.ladder import Call, Gap, GapReason, Roster
from detector.notify.links import LinkMaker
from detector.notify.office import next_office_moment
from detector.notify.ports import NotifyUnit
from detector.notify.private_targets import targets_of
from detector.notify.render import Both, Text, history_text, language_of, page_text, taken_text, unreached_text
from detector.schema.case.incidents import BY_HAND, Incident, IncidentKind, IncidentStatus, Step
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.settings import Rung, Settings

_OVER = frozenset({IncidentStatus.RESOLVED, IncidentStatus.CLOSED})

Place = tuple[int, int]
_OF_A_CALL: Final = frozenset({MessageKind.PAGE, MessageKind.INFO, MessageKind.DELIVERY_FAILED})
"""What a new call takes the place of. What somebody is asked or reminded of stands, whoever has the incident."""
_SET_BACK: Final = timedelta(days=1)
"""A page dated further ahead than this was sent by a clock that was wrong, and not merely corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPlan:
    """What the escalation of one incident asks for now.

    Attributes:
        messages: To add to the outbox.
        cancelled: Pending messages to withdraw, with their new status.
        gaps: Roles that reach nobody as configured, and people no target of whom took a page.
        again: From when on planning anew could ask for more though nothing has changed but the time; None: never.
    """

    messages: tuple[Message, ...] = ()
    cancelled: tuple[Message, ...] = ()
    gaps: tuple[Gap, ...] = ()
    again: datetime | None = None

    def __bool__(self) -> bool:
        """Tell whether anything is to be written."""
        return bool(self.messages or self.cancelled)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What a page says beside the incident itself.

    Attributes:
        steps: Returns the checklist, for what the reader has to do in it; asked only if there is something to page.
        first: What everybody does first, in English and Russian, as the checklist says it.
        accounts: Returns the names of accounts that a rule counted; asked only if there is something to page.
    """

    steps: Callable[[], Sequence[Step]] = tuple
    first: Both = ("", "")
    accounts: Callable[[], Sequence[str]] = tuple


def plan(
    incident: Incident,
    sent: Sequence[Message],
    settings: Settings,
    now: datetime,
    links: LinkMaker,
    content: PageContent,
) -> EscalationPlan:
    """Return who has to be told what now.

    Args:
        incident: As it stands.
        sent: Every message decided about it so far, whatever became of it.
        settings: The team and how it is reached.
        now: The moment to plan for.
        links: Makes the acknowledgement links.
        content: What pages say beside the incident.
    """
    case = _Case(incident, sent, settings, now, content)
    if incident.status in _OVER:
        return EscalationPlan(cancelled=case.withdraw({MessageKind.PAGE}))
    if incident.kind is IncidentKind.HISTORY:
        return case.told_in_office_hours()
    if incident.acknowledged_at is not None:
        return EscalationPlan(
            messages=case.taken(), cancelled=case.withdraw({MessageKind.PAGE, MessageKind.DELIVERY_FAILED})
        )
    cancelled = (*case.withdraw_from_suspects(), *case.withdraw_outdated())
    if incident.severity.rank < Severity(settings.notify.min_severity).rank:
        return EscalationPlan(cancelled=cancelled)
    messages = (*case.pages(links), *case.unreached())
    return EscalationPlan(messages=messages, cancelled=cancelled, gaps=case.gaps(), again=case.again())


def advance(
    unit: NotifyUnit,
    incident: Incident,
    settings: Settings,
    now: datetime,
    links: LinkMaker,
    content: PageContent,
) -> EscalationPlan:
    """Plan inside a store transaction and write the outcome there."""
    made = plan(incident, unit.outbox.messages(incident.id), settings, now, links, content)
    for message in made.cancelled:
        unit.outbox.save(message)
    unit.outbox.add(made.messages)
    return made


def passed_on(
    unit: NotifyUnit,
    incident: Incident,
    settings: Settings,
    now: datetime,
    links: LinkMaker,
    content: PageContent,
    *,
    by: str,
) -> tuple[Message, ...]:
    """Page at once the next ones on the ladder who were not called yet, because somebody cannot take the incident.

    Args:
        unit: The transaction; what is returned is in its outbox.
        incident: Which nobody has.
        settings: The team and ladder it keeps.
        now: The moment.
        links: Makes the acknowledgement links.
        content: What pages say beside the incident.
        by: Who cannot take it.

    Returns:
        The pages; empty: everybody else was called already.
    """
    case, steps = _Case(incident, unit.outbox.messages(incident.id), settings, now, content), content.steps()
    made = tuple(case.page(call, place, now, links, steps) for call, place in case.next_ones(by))
    unit.outbox.add(made)
    return made


def still_asked_for(page: Message, incident: Incident | None, settings: Settings) -> bool:
    """Tell whether a page that was given up would be sent as things are now."""
    if incident is None or incident.severity.rank < Severity(settings.notify.min_severity).rank:
        return False
    case = _Case(incident, (page,), settings, page.created_at)
    on_list = page.person in case.roster.able and page.target in case.targets(page.person)
    return on_list and page.target in settings.notify.targets and case.current(page)


@dataclass
class _Case:
    """One incident at one moment, with the questions the plan asks."""

    incident: Incident
    sent: Sequence[Message]
    settings: Settings
    now: datetime
    content: PageContent = field(default_factory=PageContent)
    roster: Roster = field(init=False)

    def __post_init__(self) -> None:
        self.roster = Roster(self.settings, self.incident.suspects, self.now)

    def targets(self, person: str) -> tuple[str, ...]:
        """Return the targets by which a person is paged: those that no suspect of the incident can read."""
        return targets_of(person, self.settings, self.incident.suspects)

    # What became of the pages so far

    def current(self, message: Message) -> bool:
        """Tell whether a message is about what is known now, not about the lesser thing it was."""
        return not self.incident.called_anew or message.created_at >= self.incident.called_since

    def pages_of(self, person: str) -> list[Message]:
        # A page that a clock standing days ahead has dated covers nothing: until then nobody would be called.
        pages = (m for m in self.sent if m.kind is MessageKind.PAGE and m.created_at <= self.now + _SET_BACK)
        found = [m for m in pages if m.person == person and self.current(m)]
        return sorted(found, key=lambda m: (m.round, m.rung, m.fallback))

    def covered(self, person: str, place: Place, due: datetime) -> bool:
        return any(
            (page.round, page.rung) >= place
            or page.status is MessageStatus.PENDING
            or (page.status is MessageStatus.SENT and page.sent_at is not None and page.sent_at >= due)
            for page in self.pages_of(person)
        )

    def lost(self, person: str) -> Message | None:
        """Return the person's newest page if no target took it; the sender has then tried all of them."""
        pages = self.pages_of(person)
        return pages[-1] if pages and pages[-1].status is MessageStatus.FAILED else None

    def reached(self) -> list[str]:
        pages = (m for m in self.sent if m.kind is MessageKind.PAGE and self.current(m))
        told = (m.person for m in pages if m.status is MessageStatus.SENT)
        return [person for person in dict.fromkeys(told) if person in self.roster.able]

    # The ladder

    def top(self) -> int:
        """Return the highest rung due: by time, or because everybody on the rung below could not be reached."""
        ladder = self.settings.notify.ladder
        top = sum(self.incident.called_since + rung.after <= self.now for rung in ladder) - 1
        while 0 <= top < len(ladder) - 1 and all(self.lost(c.person) for c in self.roster.calls(ladder[top])):
            top += 1
        return top

    def due(self) -> Iterable[tuple[Place, datetime, Sequence[Call]]]:
        """Yield the places due by now, lowest first."""
        ladder, repeat = self.settings.notify.ladder, self.settings.notify.repeat
        for index in range(self.top() + 1):
            planned = self.incident.called_since + ladder[index].after
            yield (0, index), min(planned, self.now), self.roster.calls(ladder[index])
        if not ladder or repeat <= timedelta(0):
            return
        last = self.incident.called_since + ladder[-1].after
        rounds = (self.now - last) // repeat
        if rounds > 0:
            yield (rounds, len(ladder) - 1), last + rounds * repeat, self.roster.everybody()

    def next_ones(self, by: str) -> list[tuple[Call, Place]]:
        """Return the first people on the ladder who were not called yet, with their place; at its end all who are."""
        ladder = self.settings.notify.ladder
        rungs = [(self.roster.calls(rung), (0, number)) for number, rung in enumerate(ladder)]
        rungs.append((self.roster.everybody(), (0, max(0, len(ladder) - 1))))
        for calls, place in rungs:
            new = [call for call in calls if call.person != by and not self.pages_of(call.person)]
            if new:
                return [(call, place) for call in new]
        return []

    def again(self) -> datetime | None:
        """Return when the next place is due by time or the rota turns: the next moment that can ask for a page."""
        if any(page.sent_at is not None and page.sent_at >= self.now for page in self.sent):
            return self.now  # it covers a place taken early, at this moment and not at the next
        ladder, repeat = self.settings.notify.ladder, self.settings.notify.repeat
        planned = [self.incident.called_since + rung.after for rung in ladder]
        if planned and repeat > timedelta(0):
            planned.append(planned[-1] + repeat * max(1, (self.now - planned[-1]) // repeat + 1))
        if self.roster.next_change is not None:
            planned.append(self.roster.next_change)  # whoever is on call then is told of what nobody has answered
        return min((moment for moment in planned if moment > self.now), default=None)

    def pages(self, links: LinkMaker) -> list[Message]:
        highest: dict[str, tuple[Place, datetime, Call]] = {}
        for place, due, calls in self.due():
            highest.update({call.person: (place, due, call) for call in calls})
        wanted = [
            highest[person]
            for person in self.roster.able
            if person in highest and not self.covered(person, *highest[person][:2])
        ]
        checklist = self.content.steps() if wanted else ()
        return [self.page(call, place, due, links, checklist) for place, due, call in wanted]

    def page(self, call: Call, place: Place, due: datetime, links: LinkMaker, steps: Sequence[Step]) -> Message:
        target = self.targets(call.person)[0]
        key = derive("message", self.incident.id, place[1], place[0], call.person, target, *self.anew())
        language = language_of(self.settings, call.person)
        link = links.make(incident_id=self.incident.id, person=call.person, message_id=key, now=self.now)
        text = page_text(
            self.incident,
            self.settings,
            role=call.role,
            steps=steps,
            link=link,
            language=language,
            first=self.content.first,
            accounts=self.content.accounts() if self.incident.accounts_counted else (),
            instead_of=call.instead_of,
        )
        said = self.message(key, MessageKind.PAGE, call, target, text, language)
        return replace(said, round=place[0], rung=place[1], due_at=due)

    # What else is said

    def unreached(self) -> list[Message]:
        """Tell those who can be reached about those who cannot: one note for each rung and reader."""
        lost: dict[int, list[str]] = {}
        for person in self.roster.able:
            page = self.lost(person)
            if page is not None:
                lost.setdefault(page.rung, []).append(person)
        said = []
        for rung, people in lost.items():
            for call in self.readers(people):
                language = language_of(self.settings, call.person)
                text = unreached_text(self.incident, self.settings, people=people, language=language)
                said.append(replace(self.note(MessageKind.DELIVERY_FAILED, call, text, language, rung), rung=rung))
        return self.unsaid(said)

    def readers(self, people: Collection[str]) -> list[Call]:
        reached = [name for name in self.reached() if name not in people and not self.lost(name)]
        if not reached:
            line = [c.person for c in self.roster.line() if c.person not in people and not self.lost(c.person)]
            reached = line[:1]
        return [Call(person=name, role=next(iter(self.roster.roles_of(name)), "")) for name in reached]

    def taken(self) -> tuple[Message, ...]:
        """Tell the others who were paged that somebody has the incident.

        What a person opened about somebody of the team is told to all who may know, for it takes rights from them:
        whoever opened it may have been paged first, and have answered.
        """
        incident, said = self.incident, []
        by_hand = incident.matter == BY_HAND and bool(self.settings.team.excluded(incident.suspects))
        for person in self.roster.able if by_hand else self.reached():
            if person == self.incident.acknowledged_by:
                continue
            language = language_of(self.settings, person)
            text = taken_text(self.incident, self.settings, language=language)
            call = Call(person=person, role=next(iter(self.roster.roles_of(person)), ""))
            said.append(self.note(MessageKind.INFO, call, text, language, 0, self.incident.acknowledged_by))
        return tuple(self.unsaid(said))

    def unsaid(self, messages: Iterable[Message]) -> list[Message]:
        known = {message.id for message in self.sent}
        return [message for message in messages if message.id not in known]

    def note(
        self, kind: MessageKind, call: Call, text: Text, language: Language, rung: int, about: str = ""
    ) -> Message:
        target = self.targets(call.person)[0]
        about_whom = (about,) if about else ()
        key = derive("message", self.incident.id, kind.value, rung, call.person, target, *self.anew(), *about_whom)
        said = self.message(key, kind, call, target, text, language)
        # A note goes where this person's page got through; the id does not depend on where that was.
        arrived = [page for page in self.pages_of(call.person) if page.status is MessageStatus.SENT][-1:]
        return replace(said, target=arrived[0].target, fallback=arrived[0].fallback) if arrived else said

    def message(self, key: str, kind: MessageKind, call: Call, target: str, text: Text, language: Language) -> Message:
        return Message(
            id=key,
            incident_id=self.incident.id,
            kind=kind,
            role=call.role,
            person=call.person,
            target=target,
            language=language,
            title=text.title,
            body=text.body,
            severity=self.incident.severity.value,
            created_at=self.now,
            due_at=self.now,
            next_attempt_at=self.now,
        )

    def told_in_office_hours(self) -> EscalationPlan:
        """What was over long ago is told once, to one person, when people work; nobody is paged about it."""
        quiet = self.incident.severity.rank < Severity(self.settings.notify.min_severity).rank
        sent = {m.person: m.status for m in self.sent if m.kind is MessageKind.INFO}
        line = self.roster.calls(Rung(after=timedelta(0), to=("primary",))) + self.roster.line()
        call = next((each for each in line if sent.get(each.person) is not MessageStatus.FAILED), None)
        if quiet or self.incident.acknowledged_at is not None or call is None or call.person in sent:
            return EscalationPlan()
        moment = next_office_moment(self.now, ZoneInfo(self.settings.timezone))
        if moment > self.now:
            return EscalationPlan(again=moment)
        language = language_of(self.settings, call.person)
        text = history_text(self.incident, self.settings, language=language)
        return EscalationPlan(messages=(self.note(MessageKind.INFO, call, text, language, 0),))

    # What is withdrawn, what is missing

    def withdraw(self, kinds: Collection[MessageKind]) -> tuple[Message, ...]:
        return self.cancelled(m for m in self.sent if m.kind in kinds or m.person not in self.roster.able)

    def anew(self) -> tuple[str, ...]:
        """Return what tells the messages about an incident that got worse from those before."""
        return (self.incident.called_since.isoformat(),) if self.incident.called_anew else ()

    def withdraw_outdated(self) -> tuple[Message, ...]:
        return self.cancelled(m for m in self.sent if m.kind in _OF_A_CALL and not self.current(m))

    def withdraw_from_suspects(self) -> tuple[Message, ...]:
        return self.cancelled(m for m in self.sent if m.person not in self.roster.able)

    def cancelled(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        pending = (m for m in messages if m.status is MessageStatus.PENDING)
        return tuple(replace(m, status=MessageStatus.CANCELLED) for m in pending)

    def gaps(self) -> tuple[Gap, ...]:
        ladder = self.settings.notify.ladder
        found = [gap for index in range(self.top() + 1) for gap in self.roster.gaps(ladder[index])]
        lost = ((person, self.lost(person)) for person in self.roster.able)
        found += [Gap(role=page.role, reason=GapReason.UNDELIVERABLE, person=person) for person, page in lost if page]
        return tuple(dict.fromkeys(found))
