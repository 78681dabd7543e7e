"""What people do with incidents, for the command line and the pages alike.

Comes in: a reference, who acts, and what they do. Goes out: what is true afterwards. What is asked of whom is in
``detector.auth``; here it is asked, done and written.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from detector.clock import Clock
from detector.incident import Dossier
from detector.incident.claims.document_remarks import DocumentRemark
from detector.keys import Keys
from detector.runtime.expected.planned_work import PlannedWork
from detector.runtime.incidents.console.acts.approval_acts import ApprovalActs
from detector.runtime.incidents.console.acts.channel_acts import ChannelActs
from detector.runtime.incidents.console.acts.legal_acts import LegalActs
from detector.runtime.incidents.console.acts.merge_acts import MergeActs
from detector.runtime.incidents.console.acts.phone_acts import PhoneActs
from detector.runtime.incidents.console.acts.report_acts import ReportActs
from detector.runtime.incidents.console.acts.scope_acts import ScopeActs
from detector.runtime.incidents.console.acts.step_acts import StepActs
from detector.runtime.incidents.console.reading.case_reading import CaseReading
from detector.runtime.incidents.console.reading.overview import Overview
from detector.runtime.incidents.console.reading.register_reading import RegisterReading
from detector.runtime.incidents.console.sent_forms import SentForms
from detector.runtime.incidents.documents.document_desk import DocumentDesk
from detector.runtime.incidents.incident_deps import checklists, laws, links
from detector.runtime.incidents.learning.action_desk import ActionDesk
from detector.runtime.incidents.learning.times_desk import TimesDesk
from detector.runtime.incidents.scopes.scope_keeper import NABAT
from detector.runtime.silences.mute_desk import MuteDesk
from detector.schema.case.documents import FiledDocument
from detector.schema.detection.work_exceptions import WorkException
from detector.schema.team.grants import Identity, PersonAct
from detector.settings import Settings
from detector.store import Journal, Store, UnitOfWork

if TYPE_CHECKING:
    from detector.runtime.incidents.drills.drill_desk import DrillDesk
    from detector.runtime.incidents.learning.cost_desk import CostDesk
    from detector.runtime.incidents.learning.review_desk import ReviewDesk
    from detector.runtime.incidents.learning.year_desk import YearDesk
    from detector.runtime.incidents.letters.call_desk import CallDesk
    from detector.runtime.incidents.letters.letter_orders import LetterOrders
    from detector.runtime.incidents.notices.document_check import DocumentCheckDesk
    from detector.runtime.incidents.notices.notice_desk import NoticeDesk
    from detector.runtime.incidents.preparation.readiness_desk import ReadinessDesk
    from detector.web.ports import BounceCounts

D = TypeVar("D")


class Console(
    PhoneActs,
    ChannelActs,
    StepActs,
    ApprovalActs,
    LegalActs,
    ReportActs,
    MergeActs,
    ScopeActs,
    CaseReading,
    RegisterReading,
    Overview,
):
    """All that is read and done, and the desks beside it."""

    def expect_alike(self, ref: str, *, until: datetime, by: Identity, reason: str) -> WorkException:
        """Ask for an exception for what a false alarm, or authorised work, was about: its actor, its rules and facets.

        Somebody else has to agree to it.

        Raises:
            ConflictError: The incident was not closed as either, or nobody in particular did it.
        """
        from detector.runtime.feedback.judged_incidents import kinds_of  # noqa: PLC0415 - loads what judges

        with self._store.read() as unit:
            found = self._dossier(unit, ref)
            grant = self._door.grant(unit, found, by, PersonAct.EXPECT, ref)
            meant = kinds_of(found.incident, unit.incidents.incident_findings(found.incident.id))
        incident = found.incident
        return self.planned.ask(incident.actor_id, incident.number, meant, until=until, by=grant.person, reason=reason)

    @property
    def mutes(self) -> MuteDesk:
        """The acts about silences."""
        return MuteDesk(self._store, self._settings, self._clock, self._door, self._playbooks)

    @property
    def sent_forms(self) -> SentForms:
        """Which forms of the pages were sent."""
        return SentForms(self._store, self._clock)

    @property
    def planned(self) -> PlannedWork:
        """The acts about planned work."""
        return PlannedWork(self._store, self._settings, self._clock)

    def notices(self, who: Identity) -> "NoticeDesk":
        """Return the acts of one person about notices."""
        # Loads what fills templates: whoever acknowledges at a command line must not wait for it.
        from detector.runtime.incidents.notices.notice_desk import NoticeDesk  # noqa: PLC0415

        return self._desk(NoticeDesk, who)

    def document_checks(self, who: Identity) -> "DocumentCheckDesk":
        """Return the check of documents by one person."""
        from detector.runtime.incidents.notices.document_check import DocumentCheckDesk  # noqa: PLC0415 - as above

        return self._desk(DocumentCheckDesk, who)

    def drills(self, who: Identity) -> "DrillDesk":
        """Return the acts of one person about drills."""
        from detector.runtime.incidents.drills.drill_desk import DrillDesk  # noqa: PLC0415 - reports draw charts

        return DrillDesk(
            self._store,
            self._door,
            self._clock,
            settings=self.with_rota,
            playbooks=self._playbooks,
            regulations=self._regulations,
            who=who,
            on_change=self._on_change,
        )

    def documents(self, who: Identity) -> DocumentDesk:
        """Return the acts of one person about documents."""

        def check(
            unit: UnitOfWork, dossier: Dossier, filed: FiledDocument, version: int, language: str
        ) -> Sequence[DocumentRemark]:
            return self.document_checks(who).of_version(unit, dossier, filed, version, language)

        return self._desk(DocumentDesk, who, settings=self.with_rota, check=check)

    def actions(self, who: Identity) -> ActionDesk:
        """Return the acts of one person on corrective actions."""
        return self._desk(ActionDesk, who)

    def times(self, who: Identity) -> TimesDesk:
        """Return the looks of one person at how long cases took."""
        return self._desk(TimesDesk, who)

    def costs(self, who: Identity) -> "CostDesk":
        """Return the acts of one person about what cases cost."""
        from detector.runtime.incidents.learning.cost_desk import CostDesk  # noqa: PLC0415 - few need it

        return self._desk(CostDesk, who)

    def year(self, who: Identity) -> "YearDesk":
        """Return the report of a year, for one person."""
        from detector.runtime.incidents.learning.year_desk import YearDesk  # noqa: PLC0415 - fills templates

        return self._desk(YearDesk, who)

    def readiness(self, who: Identity) -> "ReadinessDesk":
        """Return how ready the company is, for one person."""
        from detector.runtime.incidents.preparation.readiness_desk import ReadinessDesk  # noqa: PLC0415 - fills templates

        return self._desk(ReadinessDesk, who, settings=self.with_rota, playbooks=self._playbooks, links=self._links)

    def review(self, who: Identity) -> "ReviewDesk":
        """Return the acts of one person about reviews."""
        from detector.runtime.incidents.learning.review_desk import ReviewDesk  # noqa: PLC0415 - fills templates

        return self._desk(ReviewDesk, who)

    def calls(self, who: Identity) -> "CallDesk":
        """Return the acts of one person on calls of clients."""
        from detector.runtime.incidents.letters.call_desk import CallDesk  # noqa: PLC0415 - loads what fills templates

        return self._desk(CallDesk, who, documents=self.documents(who))

    def letters(self, who: Identity) -> "LetterOrders":
        """Return the acts of one person on letters to clients."""
        from detector.runtime.incidents.letters.letter_orders import LetterOrders  # noqa: PLC0415 - loads what sends mail

        return self._desk(
            LetterOrders,
            who,
            concerned=lambda ref: self.concerned(ref, by=who),
            touches=self._client_touches,
            documents=self.documents(who),
        )

    def take_in_bounces(self, incident_id: str) -> "BounceCounts":
        """Take in, as the service, what came back of a case's letters to the configured mailbox.

        Raises:
            ConfigError: No mailbox is named, or its password cannot be read.
            MailboxError: The mailbox cannot be read.
            LettersBusyError: They are being sent.
        """
        from detector.runtime.incidents.letters.mailbox import Mailbox  # noqa: PLC0415 - loads what reads mail

        mailbox = Mailbox(self._store, self._settings, self._clock)
        counts = mailbox.take_in_new(lambda unit: (self._dossier(unit, incident_id), NABAT), by_itself=True)
        self._on_change()
        return counts

    def _desk(self, desk: Callable[..., D], who: Identity, **more: object) -> D:
        """Return what one person does at a desk; ``more``: what this one needs besides, or has otherwise."""
        given: dict[str, object] = {"settings": self._settings, "read": self._dossier, "on_change": self._on_change}
        return desk(self._store, self._door, self._clock, who=who, **given | more)


@contextmanager
def open_console(settings: Settings, clock: Clock, *, of_replay: bool = False) -> Iterator[Console]:
    """Open the store and the access journal for acts from outside the daemon; those of a replay are open to anybody."""
    keys = Keys(settings.state)
    with ExitStack() as opened:
        store = opened.enter_context(closing(Store.open(settings.database_url, make=False, clock=clock)))
        console = Console(
            store,
            Journal(settings.state / "journal", store),
            settings,
            checklists(settings),
            laws(settings),
            clock,
            links=links(settings, keys),
            of_replay=of_replay,
        )
        opened.callback(console.close_journals)
        yield console
