"""Keeping the agenda: what people owe is computed from incidents and speaks by itself until it is done.

Comes in: transactions, the decider that knows the terms, the time. Goes out: rows of the agenda, reminders in the
outbox, answers taken back after which nothing happened, the turns of the rota, what came from outside, the digest of
each morning. When each of it speaks next lies in the database; this object may be forgotten at any time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from detector.errors import UnreadableRowError
from detector.incident import ESCALATES, configured_terms, kept_terms, settings_of
from detector.notify import Owing, digest, next_time, remind_standing
from detector.runtime.decide import Decider
from detector.runtime.incidents.agenda.agenda_rows import rows_of, speak_now, update_rows
from detector.runtime.incidents.agenda.channel_keeper import say_channels
from detector.runtime.incidents.agenda.report_keeper import say_reports
from detector.runtime.incidents.agenda.rota_keeper import say_turn
from detector.runtime.incidents.agenda.standing_agenda import update_standing
from detector.runtime.incidents.agenda.training_keeper import say_training
from detector.runtime.incidents.withdrawal_reading import withdrawals_of
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.documents import COMPANY_DOCUMENTS
from detector.schema.case.incidents import IncidentStatus
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.notices.withdrawals import Withdrawal
from detector.schema.team.delivery import Message
from detector.store import UnitOfWork

# A service that was down in the morning says so much later what the morning would have.
_STALE = timedelta(hours=12)
# Of so many incidents a call says what is due: some 20 ms each.
_MOST_SPEAKING = 40
_DIGEST = derive("agenda", "digest")
_REPORTS, _CHANNELS = "reports", "channels"
_OF_NO_CASE = frozenset({COMPANY_DOCUMENTS, _REPORTS, _CHANNELS})
"""What may be unread beside incidents: it is tried again when anything speaks."""


class AgendaKeeper:
    """Remembers when anything speaks next, so that the database is not asked each second.

    Attributes:
        unread: By the id of an incident whose agenda cannot be computed, because a row cannot be read: why.
    """

    def __init__(self) -> None:
        self._next: datetime | None = None
        self._known = False
        self._anew = True
        self.unread: dict[str, str] = {}

    def forget(self) -> None:
        """Ask the database again."""
        self._known, self._anew = False, True
        self.unread = {}

    def ask_again(self) -> None:
        """Ask the database when anything speaks next: somebody has written."""
        self._known = False

    def refresh(self, unit: UnitOfWork) -> None:
        """Learn when anything speaks next, if that is not known."""
        if not self._known:
            self._next, self._known = unit.agenda.next_at(), True

    def due(self, now: datetime) -> bool:
        """Tell whether anything speaks now, or what the service says by itself was not planned yet."""
        return self._known and (self._anew or self._next is None or self._next <= now)

    def update(self, unit: UnitOfWork, decider: Decider, incident_ids: Iterable[str], now: datetime) -> None:
        """Bring the agenda of incidents up to date."""
        for each in incident_ids:
            with self._apart(each):
                self._of(unit, decider, each, now)
            self._known = False

    def speak(self, unit: UnitOfWork, decider: Decider, now: datetime) -> tuple[Message, ...]:
        """Say what is due by now; what turns out not to be owed any more says nothing.

        Of many incidents those that wait longest speak; the others are still due, and speak with the next call.

        Returns:
            The messages, which are in the outbox.
        """
        waiting = dict.fromkeys(item.incident_id for item in unit.agenda.due(now))
        by_itself = "" in waiting or self._anew or bool(_OF_NO_CASE & self.unread.keys())
        self._known = self._anew = False
        messages: list[Message] = []
        # One that cannot be read is due until it can: it must not keep the others from speaking.
        for each in sorted(filter(None, waiting), key=self.unread.__contains__)[:_MOST_SPEAKING]:
            with self._apart(each):
                messages += self._speak(unit, decider, each, now)
        if by_itself:
            messages += say_turn(unit, decider.settings, now)
            with self._apart(_CHANNELS):
                messages += self._channels(unit, decider, now)
            messages += say_training(unit, decider.settings, now)
            with self._apart(_REPORTS):
                messages += say_reports(unit, decider.settings, now)
            with self._apart(COMPANY_DOCUMENTS):
                messages += self._standing(unit, decider, now)
            messages += self._digest(unit, decider, now)
        unit.outbox.add(messages)
        return tuple(messages)

    @contextmanager
    def _apart(self, incident_id: str) -> Iterator[None]:
        """Go on with the others where something of one incident cannot be read."""
        self.unread.pop(incident_id, None)
        try:
            yield
        except UnreadableRowError as error:
            self.unread[incident_id] = str(error)

    def _of(self, unit: UnitOfWork, decider: Decider, incident_id: str, now: datetime) -> list[AgendaItem]:
        """Return what is owed in an incident, as it is kept from now on."""
        known = unit.agenda.of(incident_id)
        items = decider.owed(unit, incident_id, known, now, _withdrawals(unit, decider, incident_id))
        update_rows(unit, known, items)
        return items

    def _speak(self, unit: UnitOfWork, decider: Decider, incident_id: str, now: datetime) -> tuple[Message, ...]:
        due = [item for item in self._of(unit, decider, incident_id, now) if item.next_at is not None]
        due = [item for item in due if item.next_at is not None and item.next_at <= now]
        said, messages = decider.remind(unit, incident_id, due, now)
        unit.agenda.save(said)
        return messages

    def _standing(self, unit: UnitOfWork, decider: Decider, now: datetime) -> tuple[Message, ...]:
        """Say what comes round by the calendar; at night it waits for the morning."""
        items = update_standing(unit, decider.settings, now)
        said = speak_now(unit, items, lambda _: Severity.LOW, timedelta(0), decider.settings, now)
        return remind_standing(said, ESCALATES, decider.settings, now)

    def _channels(self, unit: UnitOfWork, decider: Decider, now: datetime) -> tuple[Message, ...]:
        """Test channels, and say who has not answered; in a replay there is nobody to be reached."""
        return say_channels(unit, decider.settings, decider.links, now) if decider.links is not None else ()

    def _digest(self, unit: UnitOfWork, decider: Decider, now: datetime) -> tuple[Message, ...]:
        settings = decider.settings
        zone = ZoneInfo(settings.timezone)
        known = unit.agenda.of("").get(_DIGEST)
        following = next_time(now, settings.notify.digest, zone)
        speaks = known is not None and known.due_at <= now
        if known is None or speaks or known.due_at > following:
            unit.agenda.save(
                [
                    AgendaItem(
                        id=_DIGEST,
                        incident_id="",
                        kind=AgendaKind.DIGEST,
                        what="",
                        since=now,
                        due_at=following,
                        next_at=following,
                    )
                ]
            )
        if known is None or not speaks or now - known.due_at > _STALE:
            return ()
        by_incident: dict[str, list[AgendaItem]] = {}
        kinds = (AgendaKind.STANDING, AgendaKind.TRAINING, AgendaKind.CHANNEL_TEST)
        standing = [item for kind in kinds for item in rows_of(unit, kind).values() if item.what]
        for item in unit.agenda.all():
            if item.incident_id:
                by_incident.setdefault(item.incident_id, []).append(item)
        found, _ = unit.incidents.readable_by_ids(by_incident)
        order = sorted(
            found.values(), key=lambda each: (each.status is IncidentStatus.CLOSED, -each.severity.rank, each.id)
        )
        owing = [Owing(each, by_incident[each.id], settings_of(each, unit.incidents, settings)) for each in order]
        return digest(owing, settings, now, standing=standing)


def _withdrawals(unit: UnitOfWork, decider: Decider, incident_id: str) -> tuple[Withdrawal, ...]:
    """Return what others were told of a case that is closed as no breach, and how far that is withdrawn."""
    incident = unit.incidents.find(incident_id)
    if incident is None or not incident.ended_as_none:
        return ()
    case = kept_terms(incident, unit.incidents) or configured_terms(decider.settings, decider.regulations)
    return withdrawals_of(unit, incident, unit.incidents.duties(incident_id), case.terms.regulations)
