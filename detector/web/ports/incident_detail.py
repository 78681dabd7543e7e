"""What the pages show of incidents: everything about one, what is owed in all, who is on call.

Comes in: nothing. Goes out: values that the runtime fills.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from detector.notify import OnCall
from detector.schema.case.agenda import AgendaItem
from detector.schema.case.case_facts import CaseFact, CaseFactReading
from detector.schema.case.documents import FiledDocument
from detector.schema.case.duties import Duty
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.schema.case.first_reading import Row
from detector.schema.case.incidents import Incident, RelatedCase, Step, TimelineEntry
from detector.schema.case.scope_versions import ClientImport, ScopeVersion
from detector.schema.case.severity_assessments import SeverityAssessment
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding, accounts_named
from detector.schema.detection.source_hours import CaseCoverage
from detector.schema.events.touches import TouchSummary
from detector.schema.learning.corrective_actions import CorrectiveAction
from detector.schema.letters.mailings import ClientLetters
from detector.schema.notices.withdrawals import Withdrawal
from detector.schema.team.delivery import Message
from detector.schema.team.grants import Approval, PersonAct
from detector.schema.team.role_assignments import RoleAssignment


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
class AskedRole:
    """What a link is about by which a request for a role is answered.

    Attributes:
        asked: The request; None: it stands no more.
        person: Whose answer it would be.
    """

    incident: Incident
    asked: RoleAssignment | None
    person: str


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
        notes: What to check of a law before it is used, by its id: what of it is from memory.
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
        actions: What is to be done so that it does not come again, each with its case: those that go on in it, too.
        assessment: Its severity by ENISA's method; None: no client data is known to be concerned.
        may: What whoever looks may do here. able: who may do what a button stays for that not everybody may press.
        takers: To whom they can hand it. close_takes_two: another person has to agree where they close it.
        assignments: Who was asked to hold a role in it, and accepted or has not answered.
        askable: Whom they can ask to hold one. withdrawable: which of these roles they can take back.
        related: Other incidents that may belong to it, of those they may look at.
        letters: How its clients stand with their letters. notices_sent: how many duties to tell somebody are fulfilled.
        withdrawals: What of that is withdrawn, or to be, where it turned out to be no breach.
        other_terms: It is open and runs under something else than is configured now.
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
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
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
    actions: tuple[tuple[Incident, CorrectiveAction], ...] = ()
    assessment: SeverityAssessment | None = None
    related: tuple[RelatedCase, ...] = ()
    may: frozenset[PersonAct] = frozenset()
    able: Mapping[PersonAct, tuple[str, ...]] = field(default_factory=dict)
    takers: tuple[str, ...] = ()
    close_takes_two: bool = False
    letters: ClientLetters = field(default_factory=ClientLetters)
    notices_sent: int = 0
    withdrawals: tuple[Withdrawal, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()
    askable: tuple[str, ...] = ()
    withdrawable: frozenset[str] = frozenset()
    other_terms: bool = False

    @property
    def stated(self) -> tuple[CaseFact, ...]:
        """The facts themselves."""
        return tuple(each.fact for each in self.facts)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that the evidence names where a rule counted accounts, in order of time."""
        return accounts_named(self.findings)
