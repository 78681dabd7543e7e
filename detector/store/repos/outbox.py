"""Messages waiting, tries made, links used once.

Comes in and goes out: values of the vocabulary. It sends nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from detector.schema.case.incidents import IncidentStatus
from detector.schema.levels import Severity
from detector.schema.team.delivery import Delivery, Message, MessageKind, MessageStatus
from detector.store.db import tables
from detector.store.db.session import Session, row
from detector.store.repos.kv import KeyValues

_MESSAGE = tables.messages.columns.keys()

# Longer than this nobody waits after a try.
_LONGEST_WAIT = timedelta(hours=1)
# Whatever was due so long ago goes out with the gravest: nothing waits for ever behind what is graver.
_OVERTAKEN_FOR = timedelta(hours=1)
# The name under which the number of the last change of messages stands.
OUTBOX_VERSION = "outbox"
# The name under which stands which incidents the last changes were about: a line each, its number and their ids.
_CHANGED = "outbox_changed"
_REMEMBERED = 100
_MOST_IDS = 50


class Outbox:
    """Messages decided but maybe not yet delivered."""

    def __init__(self, session: Session, kv: KeyValues) -> None:
        self._session, self._kv = session, kv
        self._changed_here: set[str] | None = None

    def messages(self, incident_id: str) -> list[Message]:
        """Return all messages about an incident, in the order they are due."""
        table = tables.messages
        wanted = select(table).where(table.c.incident_id == incident_id)
        return self._session.values(Message, wanted.order_by(table.c.due_at, table.c.id))

    def message(self, message_id: str) -> Message | None:
        """Return a message by its id."""
        table = tables.messages
        return self._session.value(Message, select(table).where(table.c.id == message_id))

    def due(self, now: datetime, limit: int = 100) -> list[Message]:
        """Return pending messages whose time has come, the most urgent first.

        That is a grave page not said before, then one repeated, other pages and the rest; of each the longest waiting.
        Of one that a clock standing ahead has dated, or put off after a try, it has come.
        """
        table = tables.messages
        wanted = select(table).where(
            table.c.status == MessageStatus.PENDING,
            or_(table.c.due_at <= now, table.c.created_at > now),
            or_(
                table.c.next_attempt_at <= now,
                table.c.created_at > now,
                and_(table.c.attempts > 0, table.c.next_attempt_at > now + _LONGEST_WAIT),
            ),
        )
        order = (_urgency(now), table.c.next_attempt_at, table.c.id)
        return self._session.values(Message, wanted.order_by(*order).limit(limit))

    def given_up(self) -> list[Message]:
        """Return pages no target took, about open incidents nobody has acknowledged, the newest first.

        One for each incident, person and target; none where another page about the incident came or is on its way.
        """
        pages, other, incidents = tables.messages, tables.messages.alias(), tables.incidents
        reached = (
            select(other.c.id)
            .where(
                other.c.incident_id == pages.c.incident_id,
                other.c.person == pages.c.person,
                other.c.kind == MessageKind.PAGE,
                other.c.status.in_((MessageStatus.SENT, MessageStatus.PENDING)),
            )
            .exists()
        )
        wanted = (
            select(pages)
            .join(incidents, incidents.c.id == pages.c.incident_id)
            .where(
                pages.c.status == MessageStatus.FAILED,
                pages.c.kind == MessageKind.PAGE,
                incidents.c.acknowledged_at.is_(None),
                incidents.c.status.not_in((IncidentStatus.RESOLVED, IncidentStatus.CLOSED)),
                ~reached,
            )
            .order_by(pages.c.created_at.desc(), pages.c.id)
        )
        newest: dict[tuple[str, str, str], Message] = {}
        for page in self._session.values(Message, wanted):
            newest.setdefault((page.incident_id, page.person, page.target), page)
        return list(newest.values())

    def pending_count(self) -> int:
        """Return how many messages wait."""
        found = self._session.one(select(func.count()).where(tables.messages.c.status == MessageStatus.PENDING))
        return int(found[0]) if found else 0

    def add(self, messages: Sequence[Message]) -> None:
        """Store messages decided now; those that are there already are left as they are."""
        if messages:
            self._session.upsert_values(tables.messages, messages, update=False)
            self._raise_version({each.incident_id for each in messages})

    def save(self, message: Message) -> None:
        """Store how a message stands now; a cancelled one is not brought back to life by a retry."""
        table, values = tables.messages, row(message, _MESSAGE)
        self._session.upsert(table, [values], update=False)
        change = update(table).where(table.c.id == message.id)
        if message.status is MessageStatus.PENDING:
            change = change.where(table.c.status != MessageStatus.CANCELLED)
        self._session.run(change.values({name: value for name, value in values.items() if name != "id"}))
        self._raise_version({message.incident_id})

    def add_delivery(self, delivery: Delivery) -> None:
        """Store one try to bring a message; the same try again changes nothing."""
        self._session.upsert_values(tables.deliveries, [delivery], update=False)

    def deliveries(self, message_id: str) -> list[Delivery]:
        """Return the tries to bring a message, in their order."""
        table = tables.deliveries
        wanted = select(table).where(table.c.message_id == message_id)
        return self._session.values(Delivery, wanted.order_by(table.c.attempt, table.c.at, table.c.target))

    def target_results(self, without: Collection[str] = ()) -> dict[str, tuple[datetime | None, datetime | None]]:
        """Return for each target when it last took a message, and when it last failed to.

        Args:
            without: Ids of incidents whose messages do not count.
        """
        tries, messages = tables.deliveries.c, tables.messages.c
        wanted = select(tries.target, tries.ok, func.max(tries.at)).group_by(tries.target, tries.ok)
        if without:
            wanted = wanted.where(tries.message_id.not_in(select(messages.id).where(messages.incident_id.in_(without))))
        found: dict[str, tuple[datetime | None, datetime | None]] = {}
        for target, ok, at in self._session.rows(wanted):
            ok_at, failed_at = found.get(target, (None, None))
            found[target] = (at, failed_at) if ok else (ok_at, at)
        return found

    def use_link(self, token_id: str, at: datetime) -> bool:
        """Mark a one-time link as used; return False when it already was."""
        table = tables.links_used
        if self._session.one(select(table.c.token_id).where(table.c.token_id == token_id)) is not None:
            return False
        self._session.upsert(table, [{"token_id": token_id, "at": at}], update=False)
        return True

    def changed_since(self, version: int) -> frozenset[str] | None:
        """Return the incidents about which messages changed after the change of a number; None: nobody knows any more.

        Args:
            version: The ``WriteCounts.messages`` that was last seen.
        """
        changed = self._changed()
        if version == self._kv.number(OUTBOX_VERSION):
            return frozenset()
        after = [line for line in changed if int(line[0]) > version]
        # Each change has a line: without that of the next one some are forgotten, or another database is read.
        if not after or int(after[0][0]) != version + 1 or any("*" in line for line in after):
            return None
        return frozenset(each for line in after for each in line[1:])

    def _changed(self) -> list[list[str]]:
        return [line.split() for line in (self._kv.get(_CHANGED) or "").splitlines()]

    def _raise_version(self, incident_ids: Collection[str]) -> None:
        """Tell, once a transaction, whoever plans pages that messages changed, and about which incidents."""
        version, before = self._kv.number(OUTBOX_VERSION), self._changed()
        if self._changed_here is None:
            version, self._changed_here = version + 1, set()
        elif self._changed_here.issuperset(incident_ids):
            return
        else:
            before = before[:-1]
        self._changed_here.update(incident_ids)
        ids = sorted(each for each in self._changed_here if each) if len(self._changed_here) <= _MOST_IDS else ["*"]
        lines = [*before[1 - _REMEMBERED :], [str(version), *ids]]
        self._kv.set_many({OUTBOX_VERSION: str(version), _CHANGED: "\n".join(map(" ".join, lines))})


def _urgency(now: datetime) -> ColumnElement[int]:
    """Return the class in which a message goes out at ``now``, 0 the first."""
    message = tables.messages.c
    page = message.kind == MessageKind.PAGE
    grave = [and_(page, message.severity == each.value) for each in (Severity.CRITICAL, Severity.HIGH)]
    classes = [*(and_(each, message.round == 0) for each in grave), *grave, page]
    return case(
        (message.next_attempt_at <= now - _OVERTAKEN_FOR, 0), *((each, at) for at, each in enumerate(classes)), else_=9
    )
