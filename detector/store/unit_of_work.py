"""What can be done inside one transaction: everything becomes true together, or nothing does.

Comes in: a connection inside a transaction. Goes out: what is kept, one repository for each kind of it.
"""

from dataclasses import dataclass
from datetime import datetime

from detector.schema.events.lines import Position
from detector.store.db.session import Session
from detector.store.repos.documents.document_repo import DocumentRepo
from detector.store.repos.documents.letter_repo import LetterRepo
from detector.store.repos.documents.notice_repo import NoticeRepo
from detector.store.repos.drill_repo import DrillRepo
from detector.store.repos.exception_repo import ExceptionRepo
from detector.store.repos.incidents.agenda_repo import AgendaRepo
from detector.store.repos.incidents.cache import WriteCache
from detector.store.repos.incidents.evidence_repo import EvidenceRepo
from detector.store.repos.incidents.incident_repo import INCIDENTS_VERSION, IncidentRepo
from detector.store.repos.incidents.learning_repo import LearningRepo
from detector.store.repos.incidents.scope_repo import ScopeRepo
from detector.store.repos.incidents.severity_repo import SeverityRepo
from detector.store.repos.kv import KeyValues
from detector.store.repos.model_change_repo import ModelChangeRepo
from detector.store.repos.mute_order_repo import MuteOrderRepo
from detector.store.repos.outbox import OUTBOX_VERSION, Outbox
from detector.store.repos.people_repo import PeopleRepo
from detector.store.repos.positions import Key, Positions
from detector.store.repos.preparation_repo import PreparationRepo
from detector.store.repos.proven_time import ProvenTime
from detector.store.repos.report_repo import REPORTS_VERSION, ReportRepo
from detector.store.repos.sent_form_repo import SentFormRepo
from detector.store.repos.source_hour_repo import SourceHourRepo


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """Open matters and waiting messages.

    Attributes:
        open_by_severity: Incidents not closed, by severity (severities without one are absent), worst last.
        unacknowledged: Incidents not closed that nobody has acknowledged.
        overdue_steps: Open steps of open incidents whose due time has passed.
        oldest_overdue: Due time of the most overdue of them.
        pending_messages: Messages decided and not yet delivered.
    """

    open_by_severity: tuple[tuple[str, int], ...] = ()
    unacknowledged: int = 0
    overdue_steps: int = 0
    oldest_overdue: datetime | None = None
    pending_messages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCounts:
    """How often the database was written, by whatever process; who finds the same numbers again missed nothing.

    Attributes:
        matters: Transactions that wrote findings, alerts, incidents, steps or entries.
        messages: Transactions that wrote messages to people.
        reports: Rows written of what came from outside.
    """

    matters: int
    messages: int
    reports: int = 0


class UnitOfWork:
    """One transaction.

    Attributes:
        session: The transaction itself, for what has tables of its own (access journal, snapshots).
        incidents: Findings, alerts, incidents, steps, timeline entries.
        outbox: Messages, tries to deliver them, links used.
        positions: How far every file was read.
        exceptions: For planned work.
        mute_orders: Silences and inhibitions of people.
        evidence: Archives of raw lines.
        scopes: Versions of scopes, imported lists of clients.
        documents: What people file.
        reports: What came from outside.
        notices: What people write into them, and what each version was made of.
        drills: Drills and what is asked in them.
        preparation: What shows that the company is prepared.
        letters: Letters to clients, and their questions.
        learning: What is learnt from cases.
        severity: What people say of factors of the severity by ENISA's method.
        source_hours: How well sources were watched.
        agenda: What people owe.
        proven_time: By which moment what is too old may be deleted.
        sent_forms: Forms of the pages that were sent.
        model_changes: What became of models of behaviour.
        people: Who signs in how, who was let into incidents, what waits for a second person.
        kv: Short texts under a name.
    """

    def __init__(self, session: Session, positions_known: dict[Key, Position], cache: WriteCache) -> None:
        self.session = session
        self.kv = KeyValues(session)
        self.incidents = IncidentRepo(session, self.kv, cache)
        self.outbox = Outbox(session, self.kv)
        self.exceptions = ExceptionRepo(session)
        self.mute_orders = MuteOrderRepo(session)
        self.evidence = EvidenceRepo(session)
        self.scopes = ScopeRepo(session)
        self.documents = DocumentRepo(session)
        self.reports = ReportRepo(session, self.kv)
        self.notices = NoticeRepo(session)
        self.drills = DrillRepo(session)
        self.preparation = PreparationRepo(session)
        self.letters = LetterRepo(session)
        self.learning = LearningRepo(session)
        self.severity = SeverityRepo(session)
        self.source_hours = SourceHourRepo(session)
        self.agenda = AgendaRepo(session)
        self.proven_time = ProvenTime(self.kv)
        self.sent_forms = SentFormRepo(session, self.kv, self.proven_time)
        self.model_changes = ModelChangeRepo(session)
        self.people = PeopleRepo(session, self.proven_time)
        self.positions = Positions(session, positions_known)

    def changes(self) -> WriteCounts:
        """Return how often incidents, messages and reports were written; equal answers mean nothing was."""
        names = (INCIDENTS_VERSION, OUTBOX_VERSION, REPORTS_VERSION)
        found = self.kv.get_many(names)
        matters, messages, reports = (int(found.get(name, 0)) for name in names)
        return WriteCounts(matters=matters, messages=messages, reports=reports)

    def counts(self, now: datetime) -> StoreCounts:
        """Return how things stand at a moment."""
        overdue, oldest = self.incidents.overdue_steps(now)
        return StoreCounts(
            open_by_severity=self.incidents.open_by_severity(),
            unacknowledged=self.incidents.unacknowledged(),
            overdue_steps=overdue,
            oldest_overdue=oldest,
            pending_messages=self.outbox.pending_count(),
        )
