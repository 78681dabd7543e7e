"""What people do with incidents, for the command line and the pages alike.

Comes in: a reference, who acts, and what they do. Goes out: what is true afterwards. Each act reads and writes inside
one transaction, so that two people (or a person and the daemon) never undo each other.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from detector.auth import Suspected, no_such_incident
from detector.clock import Clock
from detector.errors import (
    ConfigError,
    ConflictError,
    DeniedError,
    InputError,
    NotFoundError,
    Problem,
    StoreError,
)
from detector.incident import (
    DUTY,
    FACT,
    LAWS,
    CaseByHand,
    CaseTerms,
    Dossier,
    IncidentChanges,
    IncidentStore,
    OpeningTools,
    Playbook,
    Regulation,
    RulePrecision,
    StatedFact,
    TermsChange,
    acknowledge,
    add_note,
    adopt,
    all_readings,
    announced_at,
    approve_decision,
    approve_step,
    as_incident,
    ask_adopting,
    ask_approval,
    ask_confirmation,
    ask_decision,
    ask_fact,
    ask_reopening,
    asked_fact,
    close,
    complete_step,
    configured_terms,
    confirm_duties,
    decided,
    decline_word,
    differences,
    dossier,
    fact_act,
    file_receipt,
    hand_over,
    import_clients,
    in_order_due,
    kept_playbook,
    loosened,
    meant,
    merge_cases,
    must_give_back,
    must_take_lists,
    needs_second,
    open_by_hand,
    openable,
    part_of,
    pass_on,
    promote,
    ranked,
    record_fact,
    record_invitation,
    record_look,
    remove_import,
    reopen,
    reopen_step,
    reopening_needs_second,
    rfc3339,
    rows_of,
    say_client_data,
    set_status,
    settings_of,
    skip_step,
    snooze,
    take_over,
    unmerge_cases,
    verify_chain,
    weakened,
    with_scope,
    would_be,
)
from detector.incident.enisa.assess import assess
from detector.incident.enisa.correct_factor import correct_factor
from detector.keys import Keys
from detector.notify import ButtonAct, LinkClaim, LinkError, Links, Roster, handed, owner, passed_on
from detector.runtime.coverage_hours.coverage_statement import coverage_of
from detector.runtime.expected.planned_work import PlannedWork, actor_of
from detector.runtime.incidents.agenda import read_standing
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.incidents.companions.related_cases import near, related
from detector.runtime.incidents.documents.document_desk import DocumentDesk
from detector.runtime.incidents.incident_deps import checklists, laws, links
from detector.runtime.incidents.incident_labels import labels_of
from detector.runtime.incidents.other_causes import Both, other_causes
from detector.runtime.incidents.recent_answers import RecentAnswers
from detector.runtime.incidents.retro import search_back
from detector.runtime.incidents.scopes.client_sources import shown_name, with_sources
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase, whose
from detector.runtime.incidents.scopes.read_client_list import ClientList
from detector.runtime.incidents.scopes.scope_keeper import FOLDER, NABAT, ScopeKeeper
from detector.runtime.silences.mute_desk import MuteDesk
from detector.schema.case.agenda import AgendaItem
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.first_reading import Row
from detector.schema.case.incidents import (
    CaseMerge,
    CloseReason,
    Incident,
    IncidentKind,
    IncidentStatus,
    RelatedCase,
    Scope,
    Step,
    StepStatus,
)
from detector.schema.case.retro import RetroSearch
from detector.schema.case.scope_versions import ClientImport, JoinedScope, ScopeChange, ScopeVersion
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.detection.work_exceptions import WorkException
from detector.schema.events.id_forms import one_form
from detector.schema.events.touches import Toucher, TouchSummary
from detector.schema.team.grants import Approval, ApprovalStatus, Grant, Identity, PersonAct, ProvenBy, SkipReason
from detector.schema.team.people import AccessKind, AccessRecord, CaseInvitation
from detector.settings import Settings
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.lists.rota_files import read_rota
from detector.store import (
    ClientListFiles,
    Journal,
    Store,
    UnitOfWork,
    case_differences,
    newest_head,
    who_touched,
    write_csv,
)
from detector.web.explained import Explanation
from detector.web.ports import Detail, OwedThing

if TYPE_CHECKING:
    from detector.incident import IncidentCost
    from detector.runtime.feedback.judged_incidents import Hidden, JudgedIncidents
    from detector.runtime.feedback.precision_report import PrecisionReport

# Rows whose findings say that somebody got in, or tries to, and not that data was taken: then the journal is asked.
_TO_LOOK_UP = frozenset(IncidentKind) - {IncidentKind.LEAK, IncidentKind.SUSPICIOUS, IncidentKind.BLIND_SPOT}

# Of so many incidents an explanation is shown again, and what explains their touches.
_EXPLAINED, _TOUCHED = 32, 100
# Related incidents are looked for among so many, the newest; their clients are compared with those of the nearest.
_RELATED_AMONG, _CLIENTS_OF = 500, 10
# A case with more records than this is compared with them once a minute, whoever looks.
_LONG_RECORD = 500

_WHO: Mapping[str, pl.DataType] = {
    "class": pl.String(),
    "actor": pl.String(),
    "role": pl.String(),
    "reasons": pl.String(),
    "clients": pl.Int64(),
    "unexplained": pl.Int64(),
    "events": pl.Int64(),
    "first_at": pl.Datetime("us", "UTC"),
    "last_at": pl.Datetime("us", "UTC"),
    "actions": pl.String(),
    "addresses": pl.String(),
    "services": pl.String(),
    "usual_share": pl.Float64(),
    "usual_share_of_role": pl.Float64(),
}

# How a link's incident is called in a refusal: nothing of it is told.
_OF_LINK = "of this link"

PureAct = Callable[[Dossier, Grant, datetime], IncidentChanges]
ActInUnit = Callable[[UnitOfWork, Dossier, Grant, datetime], IncidentChanges]
ListAct = Callable[..., IncidentChanges]


class Console:
    """The acts of people.

    Args:
        on_change: Called after each act: the sender looks for messages at once.
        of_replay: The incidents are a replay's, open to whoever can read them.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        settings: Settings,
        playbooks: Mapping[str, Playbook],
        regulations: Mapping[str, Regulation],
        clock: Clock,
        *,
        links: Links,
        on_change: Callable[[], None] = lambda: None,
        of_replay: bool = False,
    ) -> None:
        self._store = store
        self._journal = journal
        self._settings = settings
        self._playbooks = playbooks
        self._regulations = regulations
        self._clock = clock
        self._links = links
        self._keeper = ScopeKeeper(ClientListFiles(settings.state / FOLDER))
        self._on_change = on_change
        self._of_replay, self._door = of_replay, CaseDoor(settings, of_replay=of_replay)
        self._closed_ones: JudgedIncidents | None = None
        self._looked_up: dict[str, tuple[Row, Incident, Scope]] = {}
        self._causes: Mapping[str, tuple[Both, ...]] | None = None
        self._watched: frozenset[str] | None = None
        self._terms: str | None = None
        self._explained: RecentAnswers[Explanation] = RecentAnswers(_EXPLAINED)
        self._explaining = Lock()
        self._touched: RecentAnswers[TouchSummary | None] = RecentAnswers(_TOUCHED)
        self._compared: RecentAnswers[bool] = RecentAnswers(_TOUCHED)
        self._related: RecentAnswers[tuple[RelatedCase, ...]] = RecentAnswers(_TOUCHED)

    def reconfigure(
        self,
        settings: Settings,
        playbooks: Mapping[str, Playbook],
        regulations: Mapping[str, Regulation],
        links: Links,
    ) -> None:
        """Go on with a new configuration."""
        self._settings, self._playbooks, self._regulations = settings, playbooks, regulations
        self._links, self._door = links, CaseDoor(settings, of_replay=self._of_replay)
        self._looked_up, self._causes, self._watched, self._terms = {}, None, None, None
        self._explained, self._touched = RecentAnswers(_EXPLAINED), RecentAnswers(_TOUCHED)

    @property
    def store(self) -> Store:
        """Where incidents are kept."""
        return self._store

    @property
    def door(self) -> CaseDoor:
        """The door that everybody's looks and acts go through."""
        return self._door

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        return self._clock

    def find(self, unit: UnitOfWork, ref: str) -> Incident:
        """Return the incident a person means.

        Raises:
            NotFoundError: None is called so.
        """
        found = unit.incidents.find(ref) or unit.incidents.find(ref.replace("-", " "))
        if found is None:
            raise no_such_incident(ref)
        return found

    def own_accounts(self, who: Identity) -> frozenset[str]:
        """Return the actor ids that are a person's own."""
        return frozenset(who.accounts).union(*map(self._settings.team.accounts_of, who.people))

    def suspected(self) -> Suspected:
        """Return whom the open incidents are about."""
        with self._store.read() as unit:
            return self._door.suspected(unit)

    # -- looking -------------------------------------------------------------------------------------------------

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return incidents, the newest first."""
        with self._store.read() as unit:
            return unit.incidents.newest(open_only=open_only, limit=limit, offset=offset)

    def agenda(self) -> list[OwedThing]:
        """Return what is owed, the first due first, each with whose it is."""
        now = self._clock.now()
        with self._store.read() as unit:
            calendar = [item for item in read_standing(unit, self._settings, now) if announced_at(item) <= now]
            items = [item for item in unit.agenda.all() if item.incident_id]
            known = unit.incidents.by_ids({item.incident_id for item in items})
            rosters = {key: self._roster(unit, incident) for key, incident in known.items()}
        found = [
            OwedThing(item, known[item.incident_id], call.person if call is not None else "")
            for item in items
            if item.incident_id in known
            for call in (owner(item, rosters[item.incident_id]),)
        ]
        found += [OwedThing(item, None, self.keeper(item)) for item in calendar]
        return sorted(found, key=lambda each: each.item.due_at)

    def keeper(self, item: AgendaItem) -> str:
        """Return whose something of the calendar is; empty: nobody can be reached."""
        call = owner(item, Roster(self.with_rota, (), self._clock.now()))
        return call.person if call is not None else ""

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist."""
        with self._store.read() as unit:
            return unit.incidents.steps(incident_id)

    def detail(self, ref: str, *, look_up: bool = False) -> Detail:
        """Return everything about one incident.

        Args:
            ref: Which one.
            look_up: Say whose data was touched as the access journal shows it now, which may be more than was counted
                last; nothing is changed.

        Raises:
            NotFoundError: None is called so.
        """
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
            incident = found.incident
            alerts, findings = _behind(unit, found)
            if look_up:
                seen = self._scopes(skip_bad=True).with_clients(incident, tuple(findings.values()))
                incident = replace(incident, scope=self._keeper.joined(unit, incident, seen).scope)
            entries = tuple(unit.incidents.entries(incident.id))
            altered = self._altered(unit, incident.id)
            rows, became = self._judged(unit, self._rows(incident, alerts, findings))
            return Detail(
                incident=incident,
                steps=found.steps,
                entries=entries,
                alerts=tuple(sorted(alerts, key=lambda alert: (alert.opened_at, alert.id))),
                findings=tuple(sorted(findings.values(), key=lambda finding: (finding.at, finding.id))),
                messages=tuple(unit.outbox.messages(incident.id)),
                duties=tuple(in_order_due(found.duties)),
                chain_sound=not verify_chain(entries) and not altered,
                rows=rows,
                numbers={each.id: each.number for each in became.values()},
                other_causes=self._other(incident),
                touches=self._touches(incident),
                held=unit.evidence.summary(incident.id),
                coverage=coverage_of(unit, incident, self._clock.now()),
                scope_versions=tuple(unit.scopes.versions(incident.id)),
                imports=tuple(unit.scopes.imports(incident.id)),
                **labels_of(found),
                approvals=tuple(unit.people.approvals(incident.id)),
                documents=tuple(unit.documents.of(incident.id)),
                facts=all_readings(incident, found.facts),
                assessment=assess(
                    incident, self._settings.records.data_classes, unit.severity.of(incident.id), found.facts
                ),
            )

    def related(self, incident: Incident) -> tuple[RelatedCase, ...]:
        """Return which other incidents may belong to one, as it was found within the last minute, else anew."""
        state = (incident.version, incident.scope)
        return self._related.get(incident.id, self._clock.now(), lambda: self._find_related(incident), state=state)

    def _find_related(self, incident: Incident) -> tuple[RelatedCase, ...]:
        with self._store.read() as unit:
            others = near(incident, unit.incidents.newest(limit=_RELATED_AMONG))
            asked = [each for each in others if each.scope.subjects][:_CLIENTS_OF] if incident.scope.subjects else []
            cases = [ScopeCase(each, unit.incidents.incident_findings(each.id)) for each in (incident, *asked)]
        shared: dict[str, int] = {}
        if asked:
            (mine, _), *theirs = self._scopes(skip_bad=True).subject_ids(cases)
            shared = {each.id: len(mine & ids) for each, (ids, _) in zip(asked, theirs, strict=True)}
        return related(incident, others, shared)

    def _altered(self, unit: UnitOfWork, incident_id: str) -> bool:
        """Tell whether a case is not what was recorded; of one with a long record as it was found within a minute."""
        head = newest_head(unit, incident_id)

        def compare() -> bool:
            return any(case_differences(unit, incident_id))

        if head is None or head.sequence <= _LONG_RECORD:
            return compare()
        return self._compared.get(incident_id, self._clock.now(), compare, state=head.hash)

    def explain(self, ref: str) -> Explanation:
        """Return what is known of an incident's actors beside it; what was made within a minute is shown again.

        Raises:
            NotFoundError: None is called so.
            StoreError: The access journal cannot be read at all.
        """
        # Loads what judges events: whoever acknowledges at a command line must not wait for it.
        from detector.runtime.incidents.explain import explain  # noqa: PLC0415

        now = self._clock.now()
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
            _, findings = _behind(unit, found)
        incident, zone = found.incident, ZoneInfo(self._settings.timezone)
        state = (incident.last_event_at, incident.related_actors, len(findings))

        def made() -> Explanation:
            return explain(self._journal, incident, tuple(findings.values()), self._incidents_of, zone)

        # One at a time: who opens the same page meanwhile waits for what is being made.
        with self._explaining:
            return self._explained.get(incident.id, now, made, state=state)

    def _incidents_of(self, actor: str, since: datetime, until: datetime) -> list[Incident]:
        with self._store.read() as unit:
            return unit.incidents.incidents_of(actor, since, until)

    def touches(self, incident: Incident) -> TouchSummary | None:
        """Return what explains that an incident's clients were touched; None: no client is named.

        Raises:
            StoreError: The journal cannot be read.
        """
        with self._store.read() as unit:
            findings = unit.incidents.incident_findings(incident.id)
        found = self._scopes().touches(ScopeCase(incident, findings))
        return found if found.by_class else None

    def who(self, clients: Sequence[str], since: datetime, until: datetime) -> list[Toucher]:
        """Return everybody who touched all of some clients, the least explained first.

        Raises:
            StoreError: The journal cannot be read.
        """
        forms = {
            form: one_form(each) for each in clients for form in (each, one_form(each, number=False), one_form(each))
        }
        tenants = any(route.tenant for route in self._settings.records.routes)
        return who_touched(self._journal, forms, since, until, tenants=tenants)

    def journal_ends(self) -> datetime:
        """Return the moment of the newest touch in the journal; now where there is none."""
        return self._journal.newest() or self._clock.now()

    @staticmethod
    def write_who(found: Sequence[Toucher], path: Path) -> int:
        """Write who touched clients as CSV, safe to open in a spreadsheet; return how many there are."""
        rows = [
            {
                **{name: getattr(each, name) for name in ("actor", "role", "clients", "unexplained", "events")},
                "class": each.touch_class.value,
                "reasons": "; ".join(each.reasons),
                "first_at": each.first_at,
                "last_at": each.last_at,
                "actions": "; ".join(f"{action} {count}" for action, count in each.actions),
                "addresses": "; ".join(each.addresses),
                "services": "; ".join(each.services),
                "usual_share": each.own,
                "usual_share_of_role": each.of_role,
            }
            for each in found
        ]
        write_csv(pl.DataFrame(rows, schema=_WHO, strict=False), path)
        return len(rows)

    # -- acting --------------------------------------------------------------------------------------------------

    def acknowledge(self, ref: str, *, by: Identity, via: str) -> Incident:
        """Say "I have it": the paging stops and the others are told."""
        return self._act(
            ref, by, PersonAct.ACKNOWLEDGE, lambda found, grant, now: acknowledge(found, grant, via=via, now=now)
        )

    def acknowledge_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Acknowledge by a signed one-time link.

        Args:
            token: Of the link.
            by: Who is signed in in the same browser: then it is their word; None: whom the link was sent to.
            address: Where from, as far as it is known.

        Raises:
            InputError: It is not ours, too old, or has been used.
            DeniedError: Whom it was sent to may not take the incident any more.
        """
        now = self._clock.now()
        claim = self._claim(token, now)
        with self._store.begin() as unit:
            found = self._dossier(unit, claim.incident_id)
            who = by or _of_link(claim, address)
            grant = self._door.grant(unit, found, who, PersonAct.ACKNOWLEDGE, _OF_LINK)
            if not unit.outbox.use_link(claim.token_id, now):
                raise InputError(Problem(what="this link has been used", fix="open the incident's page"))
            changes = acknowledge(found, grant, via="link", now=now)
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident

    def link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> tuple[Detail, str]:
        """Return what a link is about and for whom, changing nothing: what the page behind it shows.

        Raises:
            InputError: It is not ours or too old, or the person must not see the incident.
        """
        claim = self._claim(token, self._clock.now())
        who = by or _of_link(claim, address)
        with self._store.read() as unit:
            self._door.grant(unit, self._dossier(unit, claim.incident_id), who, PersonAct.LOOK, _OF_LINK)
        return self.detail(claim.incident_id), who.name

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a page says, once, as whom it was sent to.

        Args:
            token: Of the button.
            address: Where from, as far as it is known.

        Raises:
            InputError: It is not ours, too old, or has been used.
            ConflictError: More is known since that page, and called about anew; or it cannot be done.
            DeniedError: Whom it was sent to may not do it any more.
        """
        now = self._clock.now()
        try:
            claim = self._links.read_button(token, now)
        except LinkError as error:
            raise InputError(Problem(what=str(error))) from None
        with self._store.begin() as unit:
            found = self._dossier(unit, claim.incident_id)
            who = Identity(name=claim.person, proven_by=ProvenBy.LINK, address=address)
            act = PersonAct.ACKNOWLEDGE if claim.act is ButtonAct.ACKNOWLEDGE else PersonAct.HAND_OVER
            grant = self._door.grant(unit, found, who, act, _OF_LINK)
            page = next((each for each in unit.outbox.messages(found.incident.id) if each.id == claim.message_id), None)
            since = found.incident.called_since
            if page is None or (since != found.incident.opened_at and page.created_at < since):
                what = "more is known since this page, and nobody saw it there"
                raise ConflictError(Problem(what=what, fix="use the newest page, or open the incident"))
            if not unit.outbox.use_link(claim.token_id, now):
                raise InputError(Problem(what="this link has been used", fix="open the incident's page"))
            if claim.act is ButtonAct.ACKNOWLEDGE:
                changes = acknowledge(found, grant, via="button", now=now)
            else:
                changes = self._given_away(unit, found, grant, now)
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident

    def pass_on(self, ref: str, *, by: Identity) -> Incident:
        """Give an incident to whoever is next: who has it hands it over, who cannot take it has the next ones called.

        Raises:
            ConflictError: Somebody else has it, or nobody is left.
        """
        return self._act_on(ref, by, PersonAct.HAND_OVER, self._given_away)

    def _given_away(self, unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
        incident = found.incident
        settings = settings_of(incident, unit.incidents, self.with_rota)
        if incident.acknowledged_by != grant.person:
            # Nothing is written where somebody else has it, or it is closed: the transition refuses.
            waits = incident.acknowledged_at is None and incident.status is not IncidentStatus.CLOSED
            playbook = kept_playbook(incident, unit.incidents) or self._playbooks.get(incident.playbook)
            first = (playbook.first.en, playbook.first.ru) if playbook else ("", "")
            pages = passed_on(unit, incident, settings, now, self._links, by=grant.person, first=first) if waits else ()
            return pass_on(found, grant, to=[each.person for each in pages], now=now)
        able = self.takers(unit, incident)
        line = Roster(settings, incident.suspects, now).in_line()
        to = next((each for each in line if each in able and each not in grant.people), "")
        if not to:
            fix = "invite somebody first: nabat incidents invite"
            raise ConflictError(Problem(what=f"nobody else can take {found.name}", fix=fix))
        changes = hand_over(found, grant, to=to, able=able, now=now)
        if changes:
            unit.outbox.add([handed(found.after(changes).incident, grant.person, to, settings, now)])
        return changes

    def _claim(self, token: str, now: datetime) -> LinkClaim:
        try:
            return self._links.read(token, now)
        except LinkError as error:
            raise InputError(Problem(what=str(error))) from None

    def take_over(self, ref: str, *, by: Identity, via: str) -> Incident:
        """Have an incident that somebody else has."""
        return self._act(
            ref, by, PersonAct.TAKE_OVER, lambda found, grant, now: take_over(found, grant, via=via, now=now)
        )

    def takers(self, unit: UnitOfWork, incident: Incident) -> tuple[str, ...]:
        """Return to whom an incident can be handed: who may take it over, and is reached by the team it keeps."""
        reached = self._roster(unit, incident).able
        return tuple(each for each in self._door.case(unit, incident).able(PersonAct.TAKE_OVER) if each in reached)

    def _roster(self, unit: UnitOfWork, incident: Incident) -> Roster:
        """Return the team that an incident keeps as it stands now."""
        settings = settings_of(incident, unit.incidents, self.with_rota)
        return Roster(settings, incident.suspects, self._clock.now())

    @property
    def with_rota(self) -> Settings:
        """The settings with what the rota's files hold; a file that is wrong by now is left out."""
        if not self._settings.notify.rota.is_read:
            self._settings = read_rota(self._settings, skip_bad=True)
        return self._settings

    def hand_over(self, ref: str, *, by: Identity, to: str) -> Incident:
        """Give an incident to somebody else, who is told at once.

        Raises:
            InputError: They cannot take it: not of its team, the case is about them, or nothing reaches them.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes = hand_over(found, grant, to=to, able=self.takers(unit, found.incident), now=now)
            if changes:
                settings = settings_of(found.incident, unit.incidents, self._settings)
                unit.outbox.add([handed(found.after(changes).incident, grant.person, to, settings, now)])
            return changes

        return self._act_on(ref, by, PersonAct.HAND_OVER, do)

    def snooze(self, ref: str, *, by: Identity, until: datetime, reason: str) -> Incident:
        """Put an incident off until a moment, or until it gets worse."""
        return self._act(
            ref,
            by,
            PersonAct.SNOOZE,
            lambda found, grant, now: snooze(found, grant, until=until, reason=reason, now=now),
        )

    def complete(self, ref: str, step: str, *, by: Identity, proof: str = "") -> Incident:
        """Mark a step done; where it takes two, ask for the other's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            if not needs_second(found, step, grant):
                return complete_step(found, step, grant, now=now, proof=proof)
            changes, approval = ask_approval(found, step, grant, proof=proof, now=now)
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, PersonAct.DO_STEP, do)

    def skip(self, ref: str, step: str, *, by: Identity, reason: SkipReason, words: str) -> Incident:
        """Say that a step is not needed, and why; where it takes two, ask for the other's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            if not needs_second(found, step, grant):
                return skip_step(found, step, grant, reason=reason, words=words, now=now)
            changes, approval = ask_approval(found, step, grant, proof=words, reason=reason, now=now)
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, PersonAct.SKIP_STEP, do)

    def approve(self, ref: str, step: str, *, by: Identity) -> Incident:
        """Agree to what somebody else has done, or wants to leave out: it counts from now on.

        Raises:
            ConflictError: Nothing waits there, the second is no second, or whoever asked may not any more.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            asked = _waiting(unit, found, step)
            author = self._author(unit, found, asked)
            changes, said = self._agreed(unit, found, asked, author, grant, now)
            unit.people.save_approval(said)
            return changes

        return self._act_on(ref, by, PersonAct.APPROVE, do)

    def decline(self, ref: str, step: str, *, by: Identity, reason: str) -> Incident:
        """Do not agree to it, and say why; the step stays open."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes, said = decline_word(found, _waiting(unit, found, step), grant, reason=reason, now=now)
            unit.people.save_approval(said)
            return changes

        return self._act_on(ref, by, PersonAct.APPROVE, do)

    def _author(self, unit: UnitOfWork, found: Dossier, asked: Approval) -> Grant:
        """Return the grant of whoever asked, as it is given now: it may have been taken from them since."""
        name = asked.typed_by or asked.author
        who = Identity(name=name, acts_for=asked.author if asked.typed_by else "")
        try:
            return self._door.grant(unit, found, who, asked.act)
        except (NotFoundError, DeniedError):
            what = f"whoever asked for {asked.step_id} may not do it any more"
            raise ConflictError(Problem(what=what, fix="decline it, and let somebody else do the step")) from None

    def reopen(self, ref: str, step: str, *, by: Identity, reason: str) -> Incident:
        """Open a step again, and say why."""
        return self._act(
            ref,
            by,
            PersonAct.REOPEN_STEP,
            lambda found, grant, now: reopen_step(found, step, grant, reason=reason, now=now),
        )

    def note(self, ref: str, *, by: Identity, text: str) -> Incident:
        """Add a note to the timeline."""
        return self._act(ref, by, PersonAct.NOTE, lambda found, grant, now: add_note(found, grant, text=text, now=now))

    def client_data(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Say that client data is concerned: legal clocks begin, people are called anew."""
        return self._act(
            ref,
            by,
            PersonAct.CLIENT_DATA,
            lambda found, grant, now: say_client_data(found, grant, reason=reason, now=now),
        )

    def record_fact(
        self, ref: str, kind: CaseFactKind, value: str, *, by: Identity, source: str = "", reason: str
    ) -> Incident:
        """State a fact: T0, T1, flow stopped, cause, persons, severity.

        Where a duty would ask for less or later by it, or the severity falls, ask for a second person's word on it.

        Args:
            ref: Of which incident.
            kind: What it is about.
            value: As ``CaseFact`` has it; ``now`` and ``none`` (withdrawn) are understood too.
            by: Who states it.
            source: From whom or from where it is known.
            reason: Why, in words.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            moment = rfc3339(now) if kind.is_moment and value.strip().lower() == "now" else value
            stated = StatedFact(kind=kind, value=moment, source=source, reason=reason)
            if not loosened(found, stated, now):
                behind = unit.incidents.incident_findings(found.incident.id)
                return record_fact(found, grant, stated, now=now, findings=behind)
            changes, approval = ask_fact(found, grant, stated, now=now)
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, fact_act(kind), do)

    def decide_duty(
        self,
        ref: str,
        duty: str,
        *,
        owed: bool,
        by: Identity,
        reason: str,
        memo: str = "",
        occasion: datetime | None = None,
    ) -> Incident:
        """Say whether a duty is owed, and ask for a second person's word on it."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes, approval = ask_decision(
                found, duty, grant, owed=owed, reason=reason, now=now, memo=memo, occasion=occasion
            )
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, PersonAct.DUTY, do)

    def file_receipt(
        self,
        ref: str,
        duty: str,
        *,
        number: str,
        at: datetime | None,
        by: Identity,
        version: str = "",
        reason: str = "",
    ) -> Incident:
        """Record what shows that a duty was fulfilled; sent now, unless told when."""
        return self._act(
            ref,
            by,
            PersonAct.RECEIPT,
            lambda found, grant, now: file_receipt(
                found, duty, grant, number=number, at=at or now, now=now, version=version, reason=reason
            ),
        )

    def confirm_duties(self, ref: str, *, by: Identity, note: str = "") -> Incident:
        """Say that the laws apply as computed, and ask for a second person's word on it."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes, approval = ask_confirmation(found, grant, now=now, note=note)
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, PersonAct.DUTY, do)

    def terms_changes(self, ref: str) -> tuple[TermsChange, ...]:
        """Return what differs between the configuration and what an incident keeps of the one it opened under."""
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
        return differences(found, *self._configured(found))

    def keeps_other_terms(self, incident: Incident) -> bool:
        """Tell whether an open incident runs under something else than is configured now."""
        if not incident.terms or incident.status is IncidentStatus.CLOSED:
            return False
        if self._terms is None:
            self._terms = part_of("terms", configured_terms(self._settings, self._regulations)).id
        playbook = self._playbooks.get(incident.playbook)
        other = playbook is not None and part_of("playbook", playbook).id != incident.checklist
        # A digest keeps no laws: none counts from it.
        return other or (incident.terms != self._terms and incident.kind is not IncidentKind.HISTORY)

    def adopt(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Let an incident go on under what is configured now; what loosens it asks for a second person's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            terms, playbook = self._configured(found)
            if not weakened(found, terms, playbook):
                return adopt(found, grant, terms, playbook, reason=reason, now=now)
            changes, approval = ask_adopting(found, grant, terms, playbook, reason=reason, now=now)
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, PersonAct.ADOPT, do)

    def _configured(self, found: Dossier) -> tuple[CaseTerms, Playbook | None]:
        terms = configured_terms(self._settings, self._regulations)
        return terms, self._playbooks.get(found.incident.playbook)

    def _agreed(
        self, unit: UnitOfWork, found: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime
    ) -> tuple[IncidentChanges, Approval]:
        """Do what was asked for, by the word of a second person."""
        if asked.act is PersonAct.DUTY:
            if asked.step_id == LAWS:
                changes = confirm_duties(found, author, second=second, now=now, note=asked.proof)
            else:
                changes = approve_decision(found, asked, author, second, now)
        elif asked.act in (PersonAct.AWARE, PersonAct.FACT):
            behind = unit.incidents.incident_findings(found.incident.id)
            changes = record_fact(found, author, asked_fact(asked), now=now, second=second, findings=behind)
        elif asked.act is PersonAct.REOPEN:
            taken = _taken_since(unit, found)
            changes = reopen(found, author, reason=asked.proof, now=now, second=second, elsewhere=taken)
        elif asked.act is PersonAct.ADOPT:
            terms, playbook = self._configured(found)
            if meant(terms, playbook) != asked.data:
                what = "the configuration is another than the one that was agreed on"
                raise ConflictError(Problem(what=what, fix="decline it, and ask for it anew: nabat incidents adopt"))
            changes = adopt(found, author, terms, playbook, reason=asked.proof, now=now, second=second)
        else:
            return approve_step(found, asked, author, second, now=now)
        return changes, decided(asked, second, ApprovalStatus.APPROVED, now)

    def invite(self, ref: str, person: str, *, by: Identity, reason: str) -> Incident:
        """Let somebody of the team into an incident whom neither a role nor a page lets in.

        Raises:
            NotFoundError: Nobody of the team is called so, or not for this incident.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            case = self._door.case(unit, found.incident)
            free = [each.name for each in self._settings.team.people if each.name not in case.excluded]
            if person not in free:
                raise NotFoundError(Problem(what=f"{person!r} cannot be invited", fix=f"one of: {', '.join(free)}"))
            changes = record_invitation(found, grant, person, reason=reason, now=now)
            unit.people.save_case_invitation(
                CaseInvitation(incident_id=found.incident.id, person=person, by=grant.person, at=now, reason=reason)
            )
            return changes

        return self._act_on(ref, by, PersonAct.INVITE, do)

    def promote(self, ref: str, row: str, *, by: Identity, reason: str) -> Incident:
        """Make an incident of a row of a digest, and return it: its clocks count from now, and the team is paged."""
        now = self._clock.now()
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            changes = promote(
                found,
                self._rows(found.incident, *_behind(unit, found)),
                row,
                unit.incidents,
                self._playbooks,
                self._settings,
                regulations=self._regulations,
                grant=self._door.grant(unit, found, by, PersonAct.PROMOTE, ref),
                reason=reason,
                now=now,
            )
            unit.incidents.save(changes)
            made = self._dossier(unit, changes.opened[0])
            joined = self._joined(unit, made.incident, skip_bad=True)
            scoped = with_scope(made, joined.scope, now=now, classes=dict(self._settings.records.data_classes))
            unit.incidents.save(scoped)
            self._keep_version(unit, made.after(scoped).incident, joined)
        self._on_change()
        return made.after(scoped).incident

    def open_case(self, told: CaseByHand, *, by: Identity) -> Incident:
        """Open an incident that a person tells of, and return it: its clocks count from now, and the team is paged.

        Args:
            told: What they say; actors as a person writes them.
            by: Who opens it.

        Raises:
            DeniedError: They may not.
            InputError: Something is missing or cannot be: all of it is named.
        """
        now = self._clock.now()
        with self._store.begin() as unit:
            grant = self._door.general(unit, by, PersonAct.OPEN_CASE)
            actors, wrong = _actors(self._settings, told.actors)
            told = replace(told, actors=actors)
            changes = open_by_hand(told, grant, self._playbooks, self._settings, self._regulations, now, wrong)
            unit.incidents.save(changes)
            made = self._rescoped(unit, changes.opened[0], now)
        self._on_change()
        return made

    def merge(self, ref: str, into: str, *, by: Identity, reason: str) -> Incident:
        """Let an open incident go on as another one, and return that one."""
        with self._store.begin() as unit:
            one, other, grants = self._both(unit, ref, into, by)
            number, now = len(unit.incidents.merges(one.incident.id)) + 1, self._clock.now()
            changes, merge = merge_cases(one, other, grants, self._tools(unit), number=number, reason=reason, now=now)
            unit.incidents.save(changes)
            unit.incidents.save_merge(merge)
            self._take_lists(unit, one.incident.id, other.incident.id)
            made = self._rescoped(unit, other.incident.id, now)
        self._on_change()
        return made

    def unmerge(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Take back that an incident goes on as another one: it is open again, and its team is called."""
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            grant = self._door.grant(unit, found, by, PersonAct.MERGE, ref)
            into = found.incident.merged_into
            if not into:
                what = f"{found.name} was not merged by a person"
                raise ConflictError(Problem(what=what, fix="merge is for open incidents: nabat incidents merge"))
            other = self._dossier(unit, into)
            grants = grant, self._door.grant(unit, other, by, PersonAct.MERGE, into)
            merges = unit.incidents.merges(found.incident.id)
            last, now = (merges[-1] if merges else None), self._clock.now()
            changes, merge = unmerge_cases(found, other, last, grants, self._tools(unit), reason=reason, now=now)
            unit.incidents.save(changes)
            unit.incidents.save_merge(merge)
            self._give_lists_back(unit, merge, now)
            self._rescoped(unit, into, now)
            made = self._rescoped(unit, found.incident.id, now)
        self._on_change()
        return made

    def _both(
        self, unit: UnitOfWork, ref: str, into: str, by: Identity
    ) -> tuple[Dossier, Dossier, tuple[Grant, Grant]]:
        one, other = self._dossier(unit, ref), self._dossier(unit, into)
        mine = self._door.grant(unit, one, by, PersonAct.MERGE, ref)
        return one, other, (mine, self._door.grant(unit, other, by, PersonAct.MERGE, into))

    @staticmethod
    def _take_lists(unit: UnitOfWork, one: str, other: str) -> None:
        """Let the lists of clients that people brought to an incident count in the one it goes on in."""
        known = unit.scopes.imports(other)
        there = {each.file_sha256 for each in known if each.counts}
        new = [each for each in unit.scopes.imports(one) if each.counts and each.file_sha256 not in there]
        for number, each in enumerate(new, len(known) + 1):
            unit.scopes.save_import(replace(each, incident_id=other, number=number))

    @staticmethod
    def _give_lists_back(unit: UnitOfWork, merge: CaseMerge, now: datetime) -> None:
        its = {each.path for each in unit.scopes.imports(merge.incident_id)}
        for each in unit.scopes.imports(merge.into_id):
            if each.counts and each.path in its:
                over = replace(each, removed_at=now, removed_by=merge.ended_by, removed_reason=merge.ended_why)
                unit.scopes.save_import(over)

    def _tools(self, unit: UnitOfWork) -> OpeningTools:
        return OpeningTools(
            known=unit.incidents, playbooks=self._playbooks, regulations=self._regulations, settings=self._settings
        )

    def _rescoped(self, unit: UnitOfWork, incident_id: str, now: datetime) -> Incident:
        """Count anew whose data an incident is about, keep that as a version, and return it."""
        found = self._dossier(unit, incident_id)
        joined = self._joined(unit, found.incident)
        classes = dict(self._settings.records.data_classes)
        _, findings = _behind(unit, found)
        changes = with_scope(found, joined.scope, now=now, classes=classes, findings=findings.values())
        unit.incidents.save(changes)
        self._keep_version(unit, found.after(changes).incident, joined)
        return found.after(changes).incident

    def openable(self) -> dict[str, Playbook]:
        """Return the checklists under which a person may open an incident, by name."""
        return openable(self._playbooks)

    def set_status(
        self, ref: str, status: IncidentStatus, *, by: Identity, reason: str, until: datetime | None = None
    ) -> Incident:
        """Say where an incident stands: in progress, on hold until a moment, or resolved."""
        return self._act(
            ref,
            by,
            PersonAct.STATUS,
            lambda found, grant, now: set_status(found, grant, status, reason=reason, now=now, until=until),
        )

    def reopen_case(self, ref: str, *, by: Identity, reason: str) -> Incident:
        """Open a closed incident again; where its playbook asks for two to close, ask for the other's word."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            if not reopening_needs_second(found, grant):
                return reopen(found, grant, reason=reason, now=now, elsewhere=_taken_since(unit, found))
            changes, approval = ask_reopening(found, grant, reason=reason, now=now)
            unit.people.save_approval(approval)
            return changes

        return self._act_on(ref, by, PersonAct.REOPEN, do)

    def close(self, ref: str, reason: CloseReason, *, by: Identity, note: str) -> Incident:
        """Close an incident; what was known until now is covered by that, and no more."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            findings = unit.incidents.incident_findings(found.incident.id)
            return close(found, grant, reason, findings, note=note, now=now)

        return self._act_on(ref, by, PersonAct.CLOSE, do)

    # -- planned work --------------------------------------------------------------------------------------------

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
        return MuteDesk(self._store, self._settings, self._clock, self._door)

    @property
    def planned(self) -> PlannedWork:
        """The acts about planned work."""
        return PlannedWork(self._store, self._settings, self._clock)

    def assess(self, ref: str, factor: SeverityFactor, value: float | None, *, by: Identity, reason: str) -> Incident:
        """Say what a factor of the severity by ENISA's method is; without a value, as computed again."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            known, classes = unit.severity.of(found.incident.id), dict(self._settings.records.data_classes)
            made = correct_factor(found, grant, known, classes, factor=factor, value=value, reason=reason, now=now)
            unit.severity.add(made.correction)
            return made.changes

        return self._act_on(ref, by, PersonAct.ASSESS, do)

    # -- documents -----------------------------------------------------------------------------------------------

    def documents(self, who: Identity) -> DocumentDesk:
        """Return the acts of one person about documents."""
        return DocumentDesk(
            self._store,
            self._door,
            self._clock,
            settings=self.with_rota,
            read=self._dossier,
            who=who,
            on_change=self._on_change,
        )

    # -- feedback ------------------------------------------------------------------------------------------------

    def precision(self, hidden: "Hidden | None" = None) -> tuple[RulePrecision, ...]:
        """Return how often each rule and facet was right in the last 365 days, by what people said."""
        from detector.runtime.feedback.judged_incidents import JudgedIncidents  # noqa: PLC0415 - loads what judges
        from detector.runtime.feedback.precision_report import rows_of_unit  # noqa: PLC0415 - likewise

        self._closed_ones = self._closed_ones or JudgedIncidents()
        with self._store.read() as unit:
            return rows_of_unit(unit, self._clock.now(), self._closed_ones, hidden)

    def incident_costs(self, hidden: "Hidden | None" = None) -> "tuple[IncidentCost, IncidentCost]":
        """Return what became of the incidents of the last 30 days: behaviour's, and those that rules opened alone."""
        from detector.runtime.feedback.precision_report import costs_of_unit  # noqa: PLC0415 - loads what judges

        with self._store.read() as unit:
            return costs_of_unit(unit, self._settings, self._clock.now(), hidden)

    def precision_report(self, hidden: "Hidden | None" = None) -> "PrecisionReport":
        """Return the same, with what lowering would have changed: kept findings are folded anew, which takes time."""
        from detector.runtime.feedback.precision_report import report  # noqa: PLC0415 - loads what judges

        return report(self._store, self._settings, self._playbooks, self._regulations, self._clock.now(), hidden)

    # -- whose data ----------------------------------------------------------------------------------------------

    def scope(self, ref: str, *, by: str = NABAT) -> tuple[Incident, Scope]:
        """Compute the blast radius anew and keep it with the incident, as a version if it differs.

        Args:
            ref: Of which incident.
            by: Who asks for it.
        """
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            _, findings = _behind(unit, found)
            joined = self._joined(unit, found.incident)
            classes = dict(self._settings.records.data_classes)
            known = findings.values()
            changes = with_scope(found, joined.scope, now=self._clock.now(), classes=classes, findings=known)
            unit.incidents.save(changes)
            self._keep_version(unit, found.after(changes).incident, joined, by)
        return found.after(changes).incident, joined.scope

    def import_clients(
        self, ref: str, given: ClientList, *, name: str, source: str, reason: str, by: Identity
    ) -> Incident:
        """Take in a list of clients whom the log does not name.

        Args:
            ref: To which incident.
            given: The list.
            name: Of its file.
            source: Where it comes from, in words.
            reason: Why these clients are concerned.
            by: Who brings it.

        Raises:
            ConflictError: The incident is closed, not about client data, or counts the same list already.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            kept_source, kept_reason = must_take_lists(found, source, reason)
            known = unit.scopes.imports(found.incident.id)
            same = next((each for each in known if each.counts and each.file_sha256 == given.sha256), None)
            if same is not None:
                what = f"list {same.number} of {found.name} is this very file"
                raise ConflictError(Problem(what=what, fix="take that one back first, or leave it"))
            made = self._keeper.write_import(
                ClientImport(
                    incident_id=found.incident.id,
                    number=len(known) + 1,
                    at=now,
                    by=grant.person,
                    source=kept_source,
                    reason=kept_reason,
                    file_name=shown_name(name),
                    file_sha256=given.sha256,
                    clients=len(given.ids),
                ),
                given.ids,
            )
            unit.scopes.save_import(made)
            return self._with_list(unit, found, grant, made, import_clients, now)

        return self._act_on(ref, by, PersonAct.IMPORT_CLIENTS, do)

    def remove_import(self, ref: str, number: int, *, reason: str, by: Identity) -> Incident:
        """Take a list of clients back: they count no more for its sake.

        Raises:
            NotFoundError: There is no such list, or it counts no more.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            why = must_give_back(found, reason)
            counting = {each.number: each for each in unit.scopes.imports(found.incident.id) if each.counts}
            if number not in counting:
                there = ", ".join(map(str, counting)) or "none"
                what = f"{found.name} counts no list {number}"
                raise NotFoundError(Problem(what=what, fix=f"lists that count: {there}"))
            made = replace(counting[number], removed_at=now, removed_by=grant.person, removed_reason=why)
            unit.scopes.save_import(made)
            return self._with_list(unit, found, grant, made, remove_import, now)

        return self._act_on(ref, by, PersonAct.IMPORT_CLIENTS, do)

    def _with_list(
        self, unit: UnitOfWork, found: Dossier, grant: Grant, made: ClientImport, act: ListAct, now: datetime
    ) -> IncidentChanges:
        """Return what a list that came or went changes, and keep the scope as a version."""
        _, findings = _behind(unit, found)
        joined = self._joined(unit, found.incident)
        classes = self._settings.records.data_classes
        changes = act(found, grant, made, joined.scope, now=now, classes=classes, findings=findings.values())
        self._keep_version(unit, found.after(changes).incident, joined, grant.person)
        return changes

    def scope_change(self, ref: str, since: int) -> ScopeChange:
        """Return what differs between a version of a scope and the last one.

        Raises:
            NotFoundError: There is no such version.
            StoreError: A list of clients is missing or altered.
        """
        with self._store.read() as unit:
            versions = self._versions(unit, self._dossier(unit, ref), since)
        return self._keeper.change(versions, since)

    def version_clients(self, ref: str, number: int) -> pl.DataFrame:
        """Return the clients of a version of a scope, sorted, each with where it is known from.

        Raises:
            NotFoundError: There is no such version.
            StoreError: A list of clients is missing or altered.
        """
        with self._store.read() as unit:
            versions = self._versions(unit, self._dossier(unit, ref), number)
        marks = self._keeper.clients([each for each in versions if each.number <= number])
        rows = sorted((client, mark.name.lower()) for client, mark in marks.items())
        return pl.DataFrame(rows, {"subject_id": pl.String(), "source": pl.String()}, orient="row")

    @staticmethod
    def _versions(unit: UnitOfWork, found: Dossier, number: int) -> list[ScopeVersion]:
        versions = unit.scopes.versions(found.incident.id)
        if number not in {each.number for each in versions}:
            there = f"1 to {versions[-1].number}" if versions else "none: no client data was touched yet"
            what = f"{found.name} has no version {number} of its scope"
            raise NotFoundError(Problem(what=what, fix=f"there are {there}"))
        return versions

    def _joined(self, unit: UnitOfWork, incident: Incident, *, skip_bad: bool = False) -> JoinedScope:
        """Return the blast radius as the access journal shows it now, with imported lists."""
        findings = unit.incidents.incident_findings(incident.id)
        return self._keeper.joined(unit, incident, self._scopes(skip_bad=skip_bad).with_clients(incident, findings))

    def _keep_version(self, unit: UnitOfWork, incident: Incident, joined: JoinedScope, by: str = NABAT) -> None:
        if not self._of_replay:
            self._keeper.record(unit, incident, joined, at=self._clock.now(), by=by)

    def retro(self, ref: str, days: int) -> RetroSearch:
        """Search the access journal backwards: since when the incident may have gone on, and who did the same.

        Args:
            ref: Which incident.
            days: So many days before its first event.

        Raises:
            StoreError: The journal cannot be read at all.
        """
        with self._store.read() as unit:
            incident = self._dossier(unit, ref).incident
            findings = unit.incidents.incident_findings(incident.id)
        events = self._scopes().events(ScopeCase(incident, findings))
        return search_back(self._journal, incident, whose(incident), events, self._clock.now(), days=days)

    def subjects(self, ref: str, *, usual: bool = False) -> pl.DataFrame:
        """Return the clients touched, one row each, with data classes and counts, and where each is known from.

        Args:
            ref: Of which incident.
            usual: Those whom the actors' usual work alone touched, instead of those of the matter.
        """
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
            _, findings = _behind(unit, found)
            lists = unit.scopes.imports(found.incident.id)
        table = self._scopes().subjects(ScopeCase(found.incident, tuple(findings.values())), usual=usual)
        return with_sources(table, {} if usual else self._keeper.imported(lists))

    def write_subjects(self, ref: str, path: Path, *, by: Identity, usual: bool = False) -> int:
        """Write these clients as CSV, safe to open in a spreadsheet; return how many there are.

        That somebody was shown them stands on the timeline before they are written.

        Raises:
            DeniedError: They may not see client numbers.
        """
        table = self.subjects(ref, usual=usual)
        self._record_look(ref, by, table.height)
        write_csv(table, path)
        return table.height

    def write_version(self, ref: str, number: int, path: Path, *, by: Identity) -> int:
        """Write the clients of a version of the scope as CSV likewise.

        Raises:
            DeniedError: They may not see client numbers.
            NotFoundError: There is no such version.
            StoreError: A list of clients is missing or altered.
        """
        table = self.version_clients(ref, number)
        self._record_look(ref, by, table.height)
        write_csv(table, path)
        return table.height

    def _record_look(self, ref: str, by: Identity, clients: int) -> None:
        """Say on the timeline and in the access log that somebody was shown so many clients."""

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            unit.people.record(
                AccessRecord(
                    id=secrets.token_hex(16),
                    at=now,
                    kind=AccessKind.CLIENTS_SEEN,
                    by=grant.person,
                    person=grant.person,
                    incident_id=found.incident.id,
                    count=clients,
                    address=by.address,
                )
            )
            return record_look(found, grant, clients=clients, now=now)

        self._act_on(ref, by, PersonAct.CLIENTS, do)

    # -- inside --------------------------------------------------------------------------------------------------

    def _scopes(self, *, skip_bad: bool = False) -> IncidentScopes:
        """Return what answers whose data incidents are about, with the watched clients as their file is now.

        The service refuses to start with a wrong file. One that went wrong since makes scopes wider, never narrower.
        """
        if self._watched is None:
            try:
                self._watched = CompanyLists.read(self._settings).watched
            except ConfigError:
                self._watched = frozenset()
        return IncidentScopes(self._journal, self._watched, self._playbooks, skip_bad=skip_bad)

    def _dossier(self, unit: UnitOfWork, ref: str) -> Dossier:
        # A code name is two words; on a command line a hyphen between them saves the quotes.
        if unit.incidents.find(ref) is None and unit.incidents.find(ref.replace("-", " ")) is not None:
            ref = ref.replace("-", " ")
        return dossier(unit.incidents, ref, self._playbooks, self._settings, self._regulations)

    def _touches(self, incident: Incident) -> TouchSummary | None:
        """Return what explains the touches of an incident as it was found within the last minute, else anew."""
        if not incident.scope.events:
            return None
        try:
            return self._touched.get(incident.id, self._clock.now(), lambda: self.touches(incident))
        except StoreError:
            return None

    def _other(self, incident: Incident) -> tuple[Both, ...]:
        """Return what else it may be by the rules behind an incident; their files are read when it is first asked."""
        if self._causes is None:
            self._causes = other_causes(self._settings)
        return tuple(dict.fromkeys(text for rule in incident.rules for text in self._causes.get(rule, ())))

    def _rows(self, incident: Incident, alerts: Sequence[Alert], findings: Mapping[str, Finding]) -> list[Row]:
        """Return the rows of a digest as its findings show them; of any other incident none."""
        return rows_of(alerts, findings, self._playbooks) if incident.kind is IncidentKind.HISTORY else []

    def _judged(self, unit: UnitOfWork, rows: Sequence[Row]) -> tuple[tuple[Row, ...], dict[str, Incident]]:
        """Return rows of a digest, the worst first, and the incidents that some became, by id.

        Each is of the kind of its incident, the one it became or would be: where somebody got in, the access journal
        says what was touched.
        """
        became = unit.incidents.by_ids([row.incident_id for row in rows if row.incident_id])
        judged = {row.id: (each, each.scope) for row in rows if (each := became.get(row.incident_id))}
        asked = [row for row in rows if row.id not in judged and row.kind in _TO_LOOK_UP]
        self._look_up(unit.incidents, [row for row in asked if self._looked_up.get(row.id, (None,))[0] != row])
        judged |= {row.id: self._looked_up[row.id][1:] for row in asked}
        return tuple(ranked(as_incident(row, *judged[row.id]) if row.id in judged else row for row in rows)), became

    def _look_up(self, past: IncidentStore, rows: Sequence[Row]) -> None:
        """Remember of rows the incidents they would be, and whose data those are about; what is over hardly changes."""
        now, settings, laws = self._clock.now(), self._settings, self._regulations
        made = [would_be(row, past, self._playbooks, settings, regulations=laws, now=now).incidents[0] for row in rows]
        followed = [incident for incident in made if incident.follow_until is not None]
        found = dict(
            zip(
                [each.id for each in followed],
                self._scopes(skip_bad=True).scopes(map(ScopeCase, followed)),
                strict=True,
            )
        )
        self._looked_up |= {
            row.id: (row, each, found.get(each.id, each.scope)) for row, each in zip(rows, made, strict=True)
        }

    def _act(self, ref: str, by: Identity, act: PersonAct, do: PureAct) -> Incident:
        return self._act_on(ref, by, act, lambda _, found, grant, now: do(found, grant, now))

    def _act_on(self, ref: str, by: Identity, act: PersonAct, do: ActInUnit) -> Incident:
        """Ask the door, do it and write it, all in one transaction."""
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            changes = do(unit, found, self._door.grant(unit, found, by, act, ref), self._clock.now())
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident


def _of_link(claim: LinkClaim, address: str) -> Identity:
    return Identity(name=claim.person, proven_by=ProvenBy.LINK, address=address)


def _actors(settings: Settings, written: Sequence[str]) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the ids of the actors that a person writes, and what is wrong with the rest."""
    found, problems = list[str](), list[Problem]()
    for each in written:
        try:
            found.append(actor_of(settings, each))
        except InputError as error:
            problems += error.problems
    return tuple(dict.fromkeys(found)), problems


def _taken_since(unit: UnitOfWork, found: Dossier) -> frozenset[str]:
    """Return the findings of a closed incident's actors that alerts name which are open."""
    alerts = unit.incidents.open_alerts_of_all({alert.actor_id for alert in found.alerts})
    return frozenset(each for alert in alerts for each in alert.finding_ids)


def _waiting(unit: UnitOfWork, found: Dossier, subject: str) -> Approval:
    """Return what waits for a second person's word: at a step, a duty (``LAW/STAGE`` will do), or of the whole case."""
    name = subject.lower()
    names = {subject.upper(), name, f"{DUTY}{name}", f"{FACT}{name.replace('-', '_')}"}
    asked = next((each for each in unit.people.approvals(found.incident.id) if each.step_id in names), None)
    step = next((each for each in found.steps if asked is not None and each.step_id == asked.step_id), None)
    if asked is None or (step is not None and step.status is not StepStatus.OPEN):
        raise ConflictError(Problem(what=f"step {subject.upper()} waits for nobody's word", fix="it is open, or done"))
    return asked


def _behind(unit: UnitOfWork, found: Dossier) -> tuple[Sequence[Alert], dict[str, Finding]]:
    """Return the alerts of an incident and their findings, by id; a digest reports the alerts of its rows."""
    digest = found.incident.kind is IncidentKind.HISTORY
    alerts = tuple(unit.incidents.alerts(found.incident.alert_ids).values()) if digest else found.alerts
    return alerts, unit.incidents.findings({each for alert in alerts for each in alert.finding_ids})


@contextmanager
def open_console(settings: Settings, clock: Clock, *, of_replay: bool = False) -> Iterator[Console]:
    """Open the store and the access journal for acts from outside the daemon; those of a replay are open to anybody."""
    keys = Keys(settings.state)
    store = Store.open(settings.database_url, make=False, clock=clock)
    try:
        yield Console(
            store,
            Journal(settings.state / "journal", store),
            settings,
            checklists(settings),
            laws(settings),
            clock,
            links=links(settings, keys),
            of_replay=of_replay,
        )
    finally:
        store.close()
