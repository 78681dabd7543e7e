"""What the pages need of the running service: values to show, and the acts of people.

The runtime meets these; the pages know nothing of stores or stages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from detector.notify import OnCall
from detector.schema.case.agenda import AgendaItem
from detector.schema.case.case_facts import CaseFactKind, CaseFactReading
from detector.schema.case.documents import FiledDocument
from detector.schema.case.duties import Duty
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.schema.case.first_reading import Row
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, RelatedCase, Step, TimelineEntry
from detector.schema.case.scope_versions import ClientImport, ScopeVersion
from detector.schema.case.severity_assessments import SeverityAssessment, SeverityFactor
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding, Reason, accounts_named
from detector.schema.detection.health import HealthCheck
from detector.schema.detection.mute_orders import CoveredOrder, MuteOrder
from detector.schema.detection.source_hours import CaseCoverage
from detector.schema.detection.work_exceptions import CoveredWork, WorkException
from detector.schema.events.touches import TouchSummary
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message
from detector.schema.team.grants import Approval, Identity, PersonAct, SkipReason
from detector.web.document_ports import DocumentsPort
from detector.web.explained import Explanation


@dataclass(frozen=True, slots=True)
class OwedThing:
    """One thing that is owed, in which incident, and by whom; an owner that is empty can be reached by nobody.

    Attributes:
        incident: None: it is about none, such as the end of a silence, or what comes round by the calendar.
    """

    item: AgendaItem
    incident: Incident | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallView:
    """Who is on call, now and in the days to come.

    Attributes:
        present: Now; None: there is no rota, and the ladder goes by roles alone.
        coming: From now on, one after another; the first is now.
        away: Who is away now, and until when as far as it is known.
    """

    present: OnCall | None
    coming: tuple[OnCall, ...] = ()
    away: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """What the record map makes of a source's requests, today and yesterday.

    Attributes:
        touched: How many of the requests touched client data.
        unmapped: The most frequent patterns no route names, without ids, and how often they came.
        first: Requests of the first reading are among them, because too few came since.
    """

    requests: int
    touched: int
    unmapped: tuple[tuple[str, int], ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReading:
    """A source's first reading.

    Attributes:
        going: It is not over yet.
        read / whole: Bytes read and to be read, as far as they can be counted; ``whole`` is 0 where they cannot.
        lines / rejects: Lines read so far, and how many gave no event.
        first / last: Event times of the oldest and the newest of them.
    """

    going: bool
    read: int = 0
    whole: int = 0
    lines: int = 0
    rejects: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def share(self) -> int:
        """How much of it is done, in whole percent, never 100 while it goes on."""
        return min(100 * self.read // self.whole, 99) if self.whole else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source as the pages show it.

    Attributes:
        format: As configured. formats: what was found to fit, by stream.
        lag_bytes: Written and not yet read.
        last_line_at: When it last gave a line.
        last_event_at: Newest event time in it.
        problems: What is wrong with it, in words.
        coverage: None when it gives no requests.
        learned_lag: How old its lines are when they are read, as learned; None while that is not known.
        judged_apart: Some are so old then that behaviour does not judge them with the account's past.
        first_reading: What was read of it that stood there before it was first followed; None: nothing.
    """

    name: str
    service: str
    format: str
    files: int
    lines: int
    rejects: int
    lag_bytes: int
    last_line_at: datetime | None
    last_event_at: datetime | None
    problems: tuple[str, ...] = ()
    coverage: CoverageView | None = None
    learned_lag: timedelta | None = None
    judged_apart: bool = False
    first_reading: FirstReading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSource:
    """A log source that rules are about and nothing here reads.

    Attributes:
        name: In words: ``kubernetes/application/audit``. rules: How many are about it.
        needs: What would feed them, by language; empty where nobody knows more than the name.
    """

    name: str
    rules: int
    needs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """The service as the pages and /readyz show it; made once a second, so that no page waits for a batch.

    Attributes:
        ready: Reading, and able to commit. why_not: in words, when it is not.
        failing_since: Since when decisions cannot be kept, and nothing is read; None: they can.
        beat_at: When this picture was made: an old one means the main loop is stuck.
        model: One sentence on the behaviour model.
        blind_spots: What is not working, in words.
        model_said: The same as ``model``, as a message with arguments, so that it reads in both languages; None when
            there are no such words.
        spots_said: The same as ``blind_spots``, likewise; empty when there are no such words.
        checks: What is called healthy, and when it was last seen to be.
        routes_unmatched: Routes of the record map that fitted nothing since ``map_since``.
        waiting: Log sources whose rules wait because nothing here reads such events; the most rules first.
        model_change: What became of the last candidate, or of the model, by whom.
        unseen: Log sources of which no event has come in this run, with the number of rules about each.
    """

    ready: bool
    why_not: str = ""
    failing_since: datetime | None = None
    started_at: datetime
    beat_at: datetime
    rules: int
    model: str
    sources: tuple[SourceView, ...]
    blind_spots: tuple[str, ...] = ()
    model_said: Reason | None = None
    model_change: Reason | None = None
    spots_said: tuple[Reason, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    routes_unmatched: tuple[str, ...] = ()
    map_since: datetime | None = None
    waiting: tuple["WaitingSource", ...] = ()
    unseen: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything about one incident.

    Attributes:
        chain_sound: The timeline's hash chain holds, and all rows of the incident are as the chain over the state says.
        first: What to do first, in English and Russian, as the playbook says it.
        first_steps: The steps it means, in order.
        phases: Titles of the checklist's phases in English and Russian, by id.
        laws: Titles in English and Russian of regulations (by ``id``) and their duties (by ``id/stage``).
        duties: Those of the laws that bind us here, the next due first.
        fines: What a leak of this size costs under a law, by its id.
        exceptions: When a duty is not owed, or may wait, by ``id/stage``. judgements: what a person has to judge.
        two_persons: Steps that need a second person; None when that is not known.
        helps: What the service does for a step, in English and Russian, by the step's id.
        rows: Of a digest: what was found in history, the worst first.
        numbers: Of the incidents that rows became, by their ids.
        other_causes: What else it may be, as the rules behind it say, in English and Russian.
        touches: What explains that its clients were touched; None: no client is named, or it cannot be read.
        held: Which of its raw lines are held.
        coverage: How well the hours of its events were watched; None: nothing is known of that.
        approvals: Steps that wait for a second person's word.
        facts: Every reading of every fact, the one that counts first.
        scope_versions: What the scope was, the oldest first. imports: Lists of clients that people brought.
        documents: What was filed of it, the oldest first.
        assessment: Its severity by ENISA's method; None: no client data is known to be concerned.
        may: What whoever looks may do here.
        takers: To whom they can hand it.
        related: Other incidents that may belong to it, of those they may look at.
    """

    incident: Incident
    steps: tuple[Step, ...]
    entries: tuple[TimelineEntry, ...]
    alerts: tuple[Alert, ...]
    findings: tuple[Finding, ...]
    messages: tuple[Message, ...]
    duties: tuple[Duty, ...]
    chain_sound: bool
    first: tuple[str, str] = ("", "")
    first_steps: tuple[str, ...] = ()
    phases: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    laws: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    two_persons: frozenset[str] | None = None
    helps: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fines: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    judgements: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    other_causes: tuple[tuple[str, str], ...] = ()
    touches: TouchSummary | None = None
    held: EvidenceSummary = field(default_factory=EvidenceSummary)
    coverage: CaseCoverage | None = None
    approvals: tuple[Approval, ...] = ()
    facts: tuple[CaseFactReading, ...] = ()
    scope_versions: tuple[ScopeVersion, ...] = ()
    imports: tuple[ClientImport, ...] = ()
    documents: tuple[FiledDocument, ...] = ()
    assessment: SeverityAssessment | None = None
    related: tuple[RelatedCase, ...] = ()
    may: frozenset[PersonAct] = frozenset()
    takers: tuple[str, ...] = ()

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that the evidence names where a rule counted accounts, in order of time."""
        return accounts_named(self.findings)


class CountedVerdicts(Protocol):
    """What people said of incidents when they closed them."""

    @property
    def confirmed(self) -> int:
        """Incidents closed as handled."""
        ...

    @property
    def false_alarms(self) -> int:
        """Incidents closed as false positives."""
        ...

    @property
    def expected(self) -> int:
        """Incidents closed as authorised."""
        ...


class RightOrWrong(CountedVerdicts, Protocol):
    """How often a rule or a facet was right (``detector.incident.RulePrecision``)."""

    @property
    def name(self) -> str:
        """Id of the rule, or ``behaviour:FACET``."""
        ...

    @property
    def title(self) -> str:
        """In English."""
        ...

    @property
    def title_ru(self) -> str:
        """In Russian."""
        ...

    @property
    def precision(self) -> float | None:
        """The share of confirmed ones, 0..1."""
        ...

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence."""
        ...

    def is_to_lower(self, now: datetime) -> bool:
        """Tell whether it is proposed for lowering."""
        ...


class MonthlyCost(CountedVerdicts, Protocol):
    """What became of the incidents of the last 30 days (``detector.incident.IncidentCost``)."""

    @property
    def by_behaviour(self) -> bool:
        """A finding about behaviour belongs to each; else rules opened them alone."""
        ...

    @property
    def opened(self) -> int:
        """All of them."""
        ...

    @property
    def unsaid(self) -> int:
        """Of these nobody has said what they were."""
        ...

    @property
    def asked(self) -> float | None:
        """So many false incidents a month are asked for; None where nobody is asked."""
        ...


class ConsolePort(Protocol):
    """The looks and acts of one person (``detector.runtime.incidents.console``).

    Errors are ``detector.errors``'. Who it is was said when it was made; no act takes a name.
    """

    def agenda(self) -> list[OwedThing]:
        """Return what is owed in the incidents that the person may look at, the first due first."""
        ...

    def on_call(self, days: int) -> OnCallView:
        """Return who is on call, now and in some days to come."""
        ...

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return the incidents that the person may look at, the newest first."""
        ...

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist."""
        ...

    def detail(self, ref: str) -> Detail:
        """Return everything about one incident; ``NotFoundError`` when none is called so, for this person."""
        ...

    def keeps_other_terms(self, incident: Incident) -> bool:
        """Tell whether an open incident runs under something else than is configured now."""
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

    def snooze(self, ref: str, *, until: datetime, reason: str) -> Incident:
        """Put an incident off until a moment, or until it gets worse."""
        ...

    def complete(self, ref: str, step: str, *, proof: str = "") -> Incident:
        """Mark a step done, or ask for a second person's word; ``ConflictError`` names what is missing."""
        ...

    def skip(self, ref: str, step: str, *, reason: SkipReason, words: str) -> Incident:
        """Say that a step is not needed, and why, or ask for a second person's word on that."""
        ...

    def approve(self, ref: str, step: str) -> Incident:
        """Agree to what somebody else did; ``ConflictError`` says why this person's word is no second one."""
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
        """Let an incident go on as another one, and return that one; ``ConflictError`` says why not."""
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
    def documents(self) -> DocumentsPort:
        """What the person does with documents."""

    def set_status(self, ref: str, status: IncidentStatus, *, reason: str, until: datetime | None = None) -> Incident:
        """Say where an incident stands; a hold has an end."""
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

    def close(self, ref: str, reason: CloseReason, *, note: str) -> Incident:
        """Close an incident; ``ConflictError`` names all that is still open."""
        ...

    def reopen_case(self, ref: str, *, reason: str) -> Incident:
        """Open a closed incident again, or ask for a second person's word on it."""
        ...


class ConsolesPort(Protocol):
    """Gives everybody the console as they see it, and answers links."""

    def of(self, who: Identity) -> ConsolePort:
        """Return the console as one person sees it."""
        ...

    def link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> tuple[Detail, str]:
        """Return what a link is about and for whom, changing nothing; ``InputError`` when it is not good."""
        ...

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a page says, once; ``InputError`` when it is not good or has been used."""
        ...

    def acknowledge_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Acknowledge by a signed one-time link; ``InputError`` when it is not good or has been used."""
        ...
