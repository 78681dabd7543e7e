"""What the pages need of the running service: the looks and acts of people.

The runtime meets these; the pages know nothing of stores or stages.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from detector.incident.reports import ReportTold
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.damaged_cases import DamagedCase
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, Step
from detector.schema.case.retro import RetroSearch
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.detection.health import HealthCheck
from detector.schema.detection.mute_orders import CoveredOrder, MuteOrder
from detector.schema.detection.work_exceptions import CoveredWork, WorkException
from detector.schema.levels import Severity
from detector.schema.outside.outside_reports import OutsideReport
from detector.schema.team.grants import Identity, PersonAct, SkipReason
from detector.schema.team.preparation import ChannelTest
from detector.web.explained import Explanation
from detector.web.ports.document_ports import DocumentsPort
from detector.web.ports.drill_ports import DrillsPort
from detector.web.ports.incident_detail import AskedRole, Detail, OnCallView, OwedThing
from detector.web.ports.learning_ports import ActionsPort, CostsPort, ReviewsPort, TimesPort
from detector.web.ports.letter_ports import LettersPort
from detector.web.ports.notice_ports import NoticesPort
from detector.web.ports.readiness_ports import ReadinessPort
from detector.web.ports.report_ports import ReportsPort
from detector.web.ports.verdicts import MonthlyCost, RightOrWrong


class ConsolePort(Protocol):
    """The looks and acts of one person (``detector.runtime.incidents.console``).

    Errors are ``detector.errors``'. Who it is was said when it was made; no act takes a name.
    """

    def checks(self, known: Sequence[HealthCheck]) -> tuple[HealthCheck, ...]:
        """Return checks without what they tell of cases about the person."""
        ...

    def agenda(self, most: int | None = None) -> list[OwedThing]:
        """Return what is owed in the incidents that the person may look at, or in so many, the first due first."""
        ...

    def on_call(self, days: int) -> OnCallView:
        """Return who is on call, now and in some days to come."""
        ...

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return the incidents that the person may look at, the newest first."""
        ...

    def takable(self, incidents: Sequence[Incident]) -> frozenset[str]:
        """Return the ids of those of some incidents that the person may take."""
        ...

    def checklists(self, incidents: Collection[str]) -> dict[str, list[Step]]:
        """Return the checklists of incidents, by id."""
        ...

    def detail(self, ref: str) -> Detail:
        """Return everything about one incident; ``NotFoundError`` when none is called so, for this person."""
        ...

    def damaged(self, ref: str) -> DamagedCase:
        """Return what can be read of one of which something cannot; ``UnreadableRowError`` where that is too little."""
        ...

    def retro(self, ref: str, days: int, *, recent: bool = False) -> RetroSearch:
        """Search backwards from an incident, so many days before its first event; ``recent``: a minute old will do."""
        ...

    def explain(self, ref: str) -> Explanation:
        """Return what is known of an incident's actors beside it; ``StoreError`` when it cannot be read."""
        ...

    def acknowledge(self, ref: str, *, via: str) -> Incident:
        """Say "I have it"; ``via`` is ``page`` here."""
        ...

    def take_over(self, ref: str, *, via: str) -> Incident:
        """Have an incident that somebody else has; ``via`` is ``page`` here."""
        ...

    def hand_over(self, ref: str, *, to: str) -> Incident:
        """Give an incident to somebody else, who is told at once; ``InputError`` names those who can take it."""
        ...

    def assign_role(self, ref: str, role: str, to: str, *, reason: str) -> Incident:
        """Ask somebody to hold a role in an incident; ``InputError`` names those who can be asked."""
        ...

    def accept_role(self, ref: str, role: str) -> Incident:
        """Hold a role that one was asked for."""
        ...

    def decline_role(self, ref: str, role: str, *, reason: str) -> Incident:
        """Say no to a role, or give it back; the lead and whoever asked are told."""
        ...

    def withdraw_role(self, ref: str, role: str, *, reason: str) -> Incident:
        """Take back that somebody was asked for a role; they are told."""
        ...

    def snooze(self, ref: str, *, until: datetime, reason: str) -> Incident:
        """Put an incident off until a moment, or until it gets worse."""
        ...

    def complete(self, ref: str, step: str, *, proof: str = "") -> Incident:
        """Mark a step done, or ask for a second person's word; ``ConflictError`` names what is missing."""
        ...

    def skip(self, ref: str, step: str, *, reason: SkipReason, words: str) -> Incident:
        """Say that a step is not needed, and why, or ask for a second person's word on that."""
        ...

    def approve(self, ref: str, step: str, *, asked_at: datetime | None = None) -> Incident:
        """Agree to what somebody else did; ``ConflictError`` says why this person's word is no second one.

        ``asked_at`` says when what they were shown was asked for.
        """
        ...

    def decline(self, ref: str, step: str, *, reason: str) -> Incident:
        """Do not agree to it, and say why."""
        ...

    def reopen(self, ref: str, step: str, *, reason: str) -> Incident:
        """Open a step again, and say why."""
        ...

    def note(self, ref: str, *, text: str) -> Incident:
        """Add a note to the timeline."""
        ...

    def client_data(self, ref: str, *, reason: str) -> Incident:
        """Say that client data is concerned."""
        ...

    def record_fact(self, ref: str, kind: CaseFactKind, value: str, *, source: str = "", reason: str) -> Incident:
        """State a fact, or ask for a second person's word on it; ``InputError`` names all that cannot be."""
        ...

    def assess(self, ref: str, factor: SeverityFactor, value: float | None, *, reason: str) -> Incident:
        """Say what a factor of the severity by ENISA's method is; ``InputError`` names the values it may have."""
        ...

    def decide_duty(
        self, ref: str, duty: str, *, owed: bool, reason: str, memo: str = "", occasion: datetime | None = None
    ) -> Incident:
        """Say whether a duty is owed; a second person has to agree."""
        ...

    def record_occasion(self, ref: str, duty: str, *, what: str, at: datetime | None) -> Incident:
        """Record that a request or complaint came: its clock runs from then."""
        ...

    def file_receipt(
        self, ref: str, duty: str, *, number: str, at: datetime | None, version: str = "", reason: str = ""
    ) -> Incident:
        """Record what shows that a duty was fulfilled."""
        ...

    def confirm_duties(self, ref: str, *, note: str = "") -> Incident:
        """Say that the laws apply as computed; a second person has to agree."""
        ...

    def import_clients(self, ref: str, raw: bytes, *, name: str, source: str, reason: str) -> Incident:
        """Take in a list of clients whom the log does not name; ``InputError`` names all that is wrong with it."""
        ...

    def remove_import(self, ref: str, number: int, *, reason: str) -> Incident:
        """Take such a list back."""
        ...

    def invite(self, ref: str, person: str, *, reason: str) -> Incident:
        """Let somebody of the team into an incident."""
        ...

    def promote(self, ref: str, row: str, *, reason: str) -> Incident:
        """Make an incident of a row of a digest, and return it; ``ConflictError`` when it is one already."""
        ...

    def precision(self) -> Sequence[RightOrWrong]:
        """Return how often each rule and facet was right, those with the most false alarms first."""
        ...

    def incident_costs(self) -> Sequence[MonthlyCost]:
        """Return what became of the incidents of the last 30 days: behaviour's, and those that rules opened alone."""
        ...

    def expect_alike(self, ref: str, *, until: datetime, reason: str) -> WorkException:
        """Ask for an exception for what a false alarm was about; ``ConflictError`` says why not."""
        ...

    def expected(self) -> list[CoveredWork]:
        """Return exceptions for planned work with what they covered, those that end last first."""
        ...

    def review_expected(self, ref: str) -> WorkException:
        """Agree to an exception; ``ConflictError`` says why this person may not."""
        ...

    def end_expected(self, ref: str) -> WorkException:
        """End an exception, or take back what nobody reviewed."""
        ...

    def merge(self, ref: str, into: str, *, reason: str) -> Incident:
        """Let an incident go on as another one, and return that one, or ask for a second person's word on it.

        ``ConflictError`` says why not.
        """
        ...

    def unmerge(self, ref: str, *, reason: str) -> Incident:
        """Take back that an incident goes on as another one."""
        ...

    def openable(self) -> Mapping[str, tuple[str, str]]:
        """Return the checklists to open an incident under, in both languages; ``DeniedError`` when there are none."""
        ...

    def open_case(
        self,
        *,
        title: str,
        severity: Severity,
        playbook: str,
        reason: str,
        actors: Sequence[str] = (),
        addresses: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Incident:
        """Open an incident that no alert tells of; ``InputError`` names all that is missing."""
        ...

    @property
    def reports(self) -> ReportsPort:
        """What the person does with reports from outside."""
        ...

    @property
    def actions(self) -> ActionsPort:
        """What the person does about corrective actions."""
        ...

    @property
    def times(self) -> TimesPort:
        """How long cases took."""
        ...

    @property
    def review(self) -> ReviewsPort:
        """What the person does about reviews."""
        ...

    @property
    def costs(self) -> CostsPort:
        """What the person does about what cases cost."""
        ...

    @property
    def drills(self) -> DrillsPort:
        """What the person does about drills."""
        ...

    @property
    def letters(self) -> LettersPort:
        """What the person does with letters to clients."""
        ...

    @property
    def readiness(self) -> ReadinessPort:
        """What the person sees of how ready the company is."""
        ...

    @property
    def notices(self) -> NoticesPort:
        """What the person does with notices."""
        ...

    @property
    def documents(self) -> DocumentsPort:
        """What the person does with documents."""

    def set_status(self, ref: str, status: IncidentStatus, *, reason: str, until: datetime | None = None) -> Incident:
        """Say where an incident stands; a hold has an end."""
        ...

    def acts_by_role(self) -> frozenset[PersonAct]:
        """Return the acts about no incident that the person's roles allow, for what is shown."""
        ...

    def able_by_role(self, acts: Iterable[PersonAct]) -> Mapping[PersonAct, tuple[str, ...]]:
        """Return whose roles allow some acts about no incident, for buttons that stay where one may not press them."""
        ...

    def silences(self) -> list[CoveredOrder]:
        """Return silences and inhibitions with what they muted, those that end last first."""
        ...

    def add_silence(
        self, matchers: Sequence[str], *, until: datetime, reason: str, source: Sequence[str] = ()
    ) -> MuteOrder:
        """Make a silence, or an inhibition; ``InputError`` names all that is missing or wrong."""
        ...

    def confirm_silence(self, ref: str) -> MuteOrder:
        """Agree to somebody else's silence; ``ConflictError`` says why this person may not."""
        ...

    def end_silence(self, ref: str) -> MuteOrder:
        """End a silence now."""
        ...

    def close(self, ref: str, reason: CloseReason, *, note: str, correction: str = "") -> Incident:
        """Close an incident; ``ConflictError`` names all that is still open.

        ``correction``: how clients who were told of what was no case are set right, or why not.
        """
        ...

    def call_off_withdrawal(self, ref: str, name: str, *, reason: str) -> Incident:
        """Say that something others were told of what turned out to be no breach is not withdrawn, and why."""
        ...

    def reopen_case(self, ref: str, *, reason: str) -> Incident:
        """Open a closed incident again, or ask for a second person's word on it."""
        ...


class SentFormsPort(Protocol):
    """Remembers which forms were sent (``detector.runtime.incidents.console.sent_forms``)."""

    def begin(self, person: str, form: str) -> str | None:
        """Keep that a form is acted on; return where the answer of one sent before led, empty where it was lost."""
        ...

    def end(self, person: str, form: str, answer: str) -> None:
        """Keep where the answer of a form led; one without an answer may be sent again."""
        ...


class ConsolesPort(Protocol):
    """Gives everybody the console as they see it, and answers links."""

    def written(self) -> Hashable:
        """Return something else whenever a case or a message about one was written, by whatever process."""
        ...

    def of(self, who: Identity) -> ConsolePort:
        """Return the console as one person sees it."""
        ...

    @property
    def sent_forms(self) -> SentFormsPort:
        """Which forms were sent."""
        ...

    def take_report(self, told: ReportTold, attachment: bytes | None = None) -> OutsideReport:
        """Take in what somebody tells by the open form, with its file if there is room for it; else ``InputError``."""
        ...

    def link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> tuple[Detail, str]:
        """Return what a link is about and for whom, changing nothing; ``InputError`` when it is not good."""
        ...

    def role_link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> AskedRole:
        """Return what a link asks for that answers a request for a role; ``InputError`` when it is not good."""
        ...

    def answer_role_by_link(
        self, token: str, *, by: Identity | None = None, address: str = "", why_not: str | None = None
    ) -> Incident:
        """Accept a role by a link, or decline it for a reason; ``InputError`` when it is not good or has been used."""
        ...

    def channel_test(self, token: str, *, by: Identity | None = None) -> ChannelTest:
        """Return the test of a channel that a link is of, changing nothing; ``InputError`` when it is not good."""
        ...

    def answer_channel_test(self, token: str, *, by: Identity | None = None) -> ChannelTest:
        """Write that a test of a channel came; ``InputError`` when the link is not good."""
        ...

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a message says, once; ``InputError`` when it is not good or has been used."""
        ...

    def acknowledge_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Acknowledge by a signed one-time link; ``InputError`` when it is not good or has been used."""
        ...

    def pass_on_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Say by a link that one cannot take it: the next are called now; ``InputError`` when it is not good."""
        ...
