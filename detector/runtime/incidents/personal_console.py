"""The console as one person sees it: every look and every act goes through the door with who somebody has shown to be.

Comes in: who it is, a reference, what they do. Goes out: what is true afterwards, without what they must not see. Pages
and commands are given this and nothing else; that somebody else acts cannot be said here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import DeniedError
from detector.incident import CaseByHand, RulePrecision, TermsChange
from detector.notify import OnCallRota
from detector.runtime.incidents.console import Console
from detector.runtime.incidents.scopes.read_client_list import read_client_list
from detector.runtime.silences.order_notices import order_item
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, Scope, Step
from detector.schema.case.retro import RetroSearch
from detector.schema.case.scope_versions import ScopeChange
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.detection.mute_orders import CoveredOrder, MuteOrder, OrderState
from detector.schema.detection.work_exceptions import CoveredWork, WorkException
from detector.schema.events.touches import Toucher, TouchSummary
from detector.schema.levels import Severity
from detector.schema.team.grants import Identity, PersonAct, SkipReason
from detector.schema.team.people import AccessKind, AccessRecord
from detector.store import UnitOfWork
from detector.web.explained import Explanation
from detector.web.ports import Detail, OnCallView, OwedThing

if TYPE_CHECKING:
    from detector.incident import IncidentCost
    from detector.runtime.feedback.precision_report import PrecisionReport
    from detector.runtime.incidents.documents.document_desk import DocumentDesk

# So many incidents are read at a time to find those that somebody may see.
_CHUNK = 200


class PersonalConsole:
    """The looks and acts of one person.

    Args:
        console: Of the service.
        who: As they have shown themselves to be.
    """

    def __init__(self, console: Console, who: Identity) -> None:
        self._console, self._who = console, who
        self._seen: set[str] = set()

    # -- looking -------------------------------------------------------------------------------------------------

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return the incidents that the person may look at, the newest first."""
        found: list[Incident] = []
        start = 0
        with self._console.store.read() as unit:
            while len(found) < offset + limit:
                read = unit.incidents.newest(open_only=open_only, limit=_CHUNK, offset=start)
                found += self._console.door.visible(unit, read, self._who)
                start += _CHUNK
                if len(read) < _CHUNK:
                    break
        self._seen |= {each.id for each in found}
        return found[offset : offset + limit]

    def agenda(self) -> list[OwedThing]:
        """Return what is owed in incidents that the person may look at, and by the calendar; the first due first."""
        owed = self._console.agenda()
        incidents = {each.incident.id: each.incident for each in owed if each.incident is not None}
        with self._console.store.read() as unit:
            seen = {each.id for each in self._console.door.visible(unit, list(incidents.values()), self._who)}
        mine = [each for each in owed if each.incident is None or each.incident.id in seen]
        return sorted([*mine, *self._silences_owed()], key=lambda each: (each.item.due_at, each.item.id))

    def _silences_owed(self) -> list[OwedThing]:
        """Return the silences that will end, for whoever may see them."""
        try:
            found = self.silences()
        except DeniedError:
            return []
        return [
            OwedThing(order_item(each.order, self._console.clock.now()), None, each.order.made_by)
            for each in found
            if each.state is not OrderState.ENDED
        ]

    def silences(self) -> list[CoveredOrder]:
        """Return silences and inhibitions with what they muted, but for those about the person's own accounts.

        Raises:
            DeniedError: The person may not see them.
        """
        return self._console.mutes.orders(self._who)

    def add_silence(
        self,
        matchers: Sequence[str],
        *,
        until: datetime,
        reason: str,
        source: Sequence[str] = (),
        starts: datetime | None = None,
    ) -> MuteOrder:
        """Make a silence, or an inhibition while ``source`` is open."""
        return self._console.mutes.add(matchers, until=until, by=self._who, reason=reason, source=source, starts=starts)

    def confirm_silence(self, ref: str) -> MuteOrder:
        """Agree to somebody else's silence."""
        return self._console.mutes.confirm(ref, by=self._who)

    def end_silence(self, ref: str) -> MuteOrder:
        """End a silence now."""
        return self._console.mutes.end(ref, by=self._who)

    def on_call(self, days: int) -> OnCallView:
        """Return who is on call, now and in some days to come.

        Raises:
            DeniedError: The person may not see how the team works.
        """
        self._overview()
        now, rota = self._console.clock.now(), OnCallRota(self._console.with_rota)
        spans = tuple(rota.spans(now, now + timedelta(days=days))) if rota.plans else ()
        return OnCallView(present=spans[0] if spans else None, coming=spans, away=rota.away(now))

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist."""
        if incident_id not in self._seen:
            self._look(incident_id)
        return self._console.steps(incident_id)

    def detail(self, ref: str, *, look_up: bool = False) -> Detail:
        """Return everything about one incident, and what the person may do there.

        Raises:
            NotFoundError: None is called so, or it is about the person.
            DeniedError: They were not called into it.
        """
        incident = self._look(ref)
        found = self._console.detail(incident.id, look_up=look_up)
        with self._console.store.read() as unit:
            may = self._console.door.acts(unit, incident, self._who)
            takers = self._console.takers(unit, incident) if PersonAct.HAND_OVER in may else ()
            others = self._console.related(found.incident)
            seen = {each.id for each in self._console.door.visible(unit, [one.incident for one in others], self._who)}
        related = tuple(each for each in others if each.incident.id in seen)
        return replace(found, may=may, takers=takers, related=related)

    def keeps_other_terms(self, incident: Incident) -> bool:
        """Tell whether an open incident runs under something else than is configured now."""
        return self._console.keeps_other_terms(self._look(incident.id))

    def explain(self, ref: str) -> Explanation:
        """Return what is known of an incident's actors beside it, without what is said of the person.

        Accounts that may be in it are left out where they are the person's, and incidents that they may not look at.
        """
        found = self._console.explain(self._look(ref).id)
        others = found.together.listed if found.together else ()
        beside = [each.incidents for each in others]
        beside += [day.incidents for actor in found.actors for day in actor.similar]
        named = {number for some in beside for number, *_ in some}
        with self._console.store.read() as unit:
            there = [each for each in (unit.incidents.find(number) for number in sorted(named)) if each is not None]
            seen = {each.number for each in self._console.door.visible(unit, there, self._who)}
        hidden = {each.actor_id for each in others if self._console.door.is_of(each.actor_id, self._who)}
        return found.without(hidden, named - seen)

    def touches(self, incident: Incident) -> TouchSummary | None:
        """Return what explains that an incident's clients were touched; None: no client is named."""
        return self._console.touches(self._look(incident.id))

    def who(self, clients: Sequence[str], since: datetime, until: datetime) -> list[Toucher]:
        """Return everybody who touched all of some clients; that it was asked is recorded.

        Raises:
            DeniedError: The person may not ask about clients.
        """
        with self._console.store.begin() as unit:
            grant = self._console.door.general(unit, self._who, PersonAct.ASK_WHO)
            unit.people.record(
                AccessRecord(
                    id=secrets.token_hex(16),
                    at=self._console.clock.now(),
                    kind=AccessKind.ASKED_WHO,
                    by=grant.person,
                    person=grant.person,
                    count=len(set(clients)),
                    address=self._who.address,
                )
            )
        return self._console.who(clients, since, until)

    def journal_ends(self) -> datetime:
        """Return the moment of the newest touch in the journal; now where there is none."""
        return self._console.journal_ends()

    def write_who(self, found: Sequence[Toucher], path: Path) -> int:
        """Write who touched clients as CSV; return how many there are."""
        return self._console.write_who(found, path)

    def precision(self) -> tuple[RulePrecision, ...]:
        """Return how often each rule and facet was right."""
        self._overview()
        return self._console.precision(self._is_about)

    def incident_costs(self) -> "tuple[IncidentCost, IncidentCost]":
        """Return what became of the incidents of the last 30 days."""
        self._overview()
        return self._console.incident_costs(self._is_about)

    def precision_report(self) -> "PrecisionReport":
        """Return how often each rule was right, with what lowering would have changed."""
        self._overview()
        return self._console.precision_report(self._is_about)

    def expected(self) -> list[CoveredWork]:
        """Return the exceptions for planned work, but for those about the person's own accounts."""
        self._overview()
        hidden = self._console.own_accounts(self._who)
        return [each for each in self._console.planned.work() if each.exception.actor_id not in hidden]

    @property
    def documents(self) -> "DocumentDesk":
        """What the person does with documents."""
        return self._console.documents(self._who)

    # -- whose data ----------------------------------------------------------------------------------------------

    def scope(self, ref: str) -> tuple[Incident, Scope]:
        """Compute the blast radius anew and keep it with the incident."""
        with self._console.store.read() as unit:
            incident = self._console.find(unit, ref)
            self._console.door.of(unit, incident, self._who, PersonAct.SCOPE, ref)
        return self._console.scope(incident.id, by=self._who.person)

    def import_clients(
        self, ref: str, raw: bytes, *, name: str, source: str, reason: str, column: str = ""
    ) -> Incident:
        """Take in a list of clients whom the log does not name: one id a line, or CSV.

        Raises:
            InputError: The list is wrong somewhere; all of it is told.
        """
        given = read_client_list(raw, name, column)
        return self._console.import_clients(ref, given, name=name, source=source, reason=reason, by=self._who)

    def remove_import(self, ref: str, number: int, *, reason: str) -> Incident:
        """Take such a list back."""
        return self._console.remove_import(ref, number, reason=reason, by=self._who)

    def retro(self, ref: str, days: int) -> RetroSearch:
        """Search backwards from an incident; what is about the person's own accounts is left out."""
        with self._console.store.read() as unit:
            incident = self._console.find(unit, ref)
            self._console.door.of(unit, incident, self._who, PersonAct.SCOPE, ref)
        found = self._console.retro(incident.id, days)
        others = tuple(each for each in found.others if not self._console.door.is_of(each.actor_id, self._who))
        return replace(found, others=others)

    def scope_change(self, ref: str, since: int) -> ScopeChange:
        """Return what differs between a version of a scope and the last one."""
        return self._console.scope_change(self._look(ref).id, since)

    def write_version(self, ref: str, number: int, path: Path) -> int:
        """Write the clients of a version of a scope as CSV; that they were shown stands on the timeline."""
        return self._console.write_version(ref, number, path, by=self._who)

    def write_subjects(self, ref: str, path: Path, *, usual: bool = False) -> int:
        """Write the clients touched as CSV; that they were shown stands on the timeline."""
        return self._console.write_subjects(ref, path, by=self._who, usual=usual)

    # -- acting --------------------------------------------------------------------------------------------------

    def acknowledge(self, ref: str, *, via: str) -> Incident:
        """Say "I have it"."""
        return self._console.acknowledge(ref, by=self._who, via=via)

    def take_over(self, ref: str, *, via: str) -> Incident:
        """Have an incident that somebody else has."""
        return self._console.take_over(ref, by=self._who, via=via)

    def hand_over(self, ref: str, *, to: str) -> Incident:
        """Give an incident to somebody else, who is told at once."""
        return self._console.hand_over(ref, by=self._who, to=to)

    def pass_on(self, ref: str) -> Incident:
        """Give an incident to whoever is next, or have the next ones called where nobody has it."""
        return self._console.pass_on(ref, by=self._who)

    def snooze(self, ref: str, *, until: datetime, reason: str) -> Incident:
        """Put an incident off until a moment, or until it gets worse."""
        return self._console.snooze(ref, by=self._who, until=until, reason=reason)

    def complete(self, ref: str, step: str, *, proof: str = "") -> Incident:
        """Mark a step done, or ask for a second person's word on it."""
        return self._console.complete(ref, step, by=self._who, proof=proof)

    def skip(self, ref: str, step: str, *, reason: SkipReason, words: str) -> Incident:
        """Say that a step is not needed, or ask for a second person's word on that."""
        return self._console.skip(ref, step, by=self._who, reason=reason, words=words)

    def approve(self, ref: str, step: str) -> Incident:
        """Agree to what somebody else did."""
        return self._console.approve(ref, step, by=self._who)

    def decline(self, ref: str, step: str, *, reason: str) -> Incident:
        """Do not agree to it."""
        return self._console.decline(ref, step, by=self._who, reason=reason)

    def reopen(self, ref: str, step: str, *, reason: str) -> Incident:
        """Open a step again."""
        return self._console.reopen(ref, step, by=self._who, reason=reason)

    def note(self, ref: str, *, text: str) -> Incident:
        """Add a note to the timeline."""
        return self._console.note(ref, by=self._who, text=text)

    def client_data(self, ref: str, *, reason: str) -> Incident:
        """Say that client data is concerned."""
        return self._console.client_data(ref, by=self._who, reason=reason)

    def record_fact(self, ref: str, kind: CaseFactKind, value: str, *, source: str = "", reason: str) -> Incident:
        """State a fact of an incident, or ask for a second person's word on it."""
        return self._console.record_fact(ref, kind, value, by=self._who, source=source, reason=reason)

    def assess(self, ref: str, factor: SeverityFactor, value: float | None, *, reason: str) -> Incident:
        """Say what a factor of the severity by ENISA's method is; without a value, as computed again."""
        return self._console.assess(ref, factor, value, by=self._who, reason=reason)

    def decide_duty(
        self, ref: str, duty: str, *, owed: bool, reason: str, memo: str = "", occasion: datetime | None = None
    ) -> Incident:
        """Say whether a duty is owed; a second person has to agree."""
        return self._console.decide_duty(
            ref, duty, owed=owed, by=self._who, reason=reason, memo=memo, occasion=occasion
        )

    def file_receipt(
        self, ref: str, duty: str, *, number: str, at: datetime | None, version: str = "", reason: str = ""
    ) -> Incident:
        """Record what shows that a duty was fulfilled."""
        return self._console.file_receipt(ref, duty, number=number, at=at, by=self._who, version=version, reason=reason)

    def confirm_duties(self, ref: str, *, note: str = "") -> Incident:
        """Say that the laws apply as computed; a second person has to agree."""
        return self._console.confirm_duties(ref, by=self._who, note=note)

    def terms_changes(self, ref: str) -> tuple[TermsChange, ...]:
        """Return what differs between the configuration and what an incident keeps."""
        return self._console.terms_changes(self._look(ref).id)

    def adopt(self, ref: str, *, reason: str) -> Incident:
        """Let an incident go on under the configuration as it is now."""
        return self._console.adopt(ref, by=self._who, reason=reason)

    def invite(self, ref: str, person: str, *, reason: str) -> Incident:
        """Let somebody of the team into an incident."""
        return self._console.invite(ref, person, by=self._who, reason=reason)

    def promote(self, ref: str, row: str, *, reason: str) -> Incident:
        """Make an incident of a row of a digest."""
        return self._console.promote(ref, row, by=self._who, reason=reason)

    def merge(self, ref: str, into: str, *, reason: str) -> Incident:
        """Let an incident go on as another one, and return that one."""
        return self._console.merge(ref, into, by=self._who, reason=reason)

    def unmerge(self, ref: str, *, reason: str) -> Incident:
        """Take back that an incident goes on as another one."""
        return self._console.unmerge(ref, by=self._who, reason=reason)

    def openable(self) -> dict[str, tuple[str, str]]:
        """Return the checklists under which the person may open an incident, by name, in English and Russian.

        Raises:
            DeniedError: They may open none.
        """
        self._general(PersonAct.OPEN_CASE)
        return {name: (each.title.en, each.title.ru) for name, each in self._console.openable().items()}

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
        """Open an incident that no alert tells of."""
        told = CaseByHand(
            title=title,
            severity=severity,
            playbook=playbook,
            reason=reason,
            actors=tuple(actors),
            addresses=tuple(addresses),
            since=since,
            until=until,
        )
        return self._console.open_case(told, by=self._who)

    def set_status(self, ref: str, status: IncidentStatus, *, reason: str, until: datetime | None = None) -> Incident:
        """Say where an incident stands."""
        return self._console.set_status(ref, status, by=self._who, reason=reason, until=until)

    def reopen_case(self, ref: str, *, reason: str) -> Incident:
        """Open a closed incident again, or ask for a second person's word on it."""
        return self._console.reopen_case(ref, by=self._who, reason=reason)

    def close(self, ref: str, reason: CloseReason, *, note: str) -> Incident:
        """Close an incident."""
        return self._console.close(ref, reason, by=self._who, note=note)

    # -- planned work --------------------------------------------------------------------------------------------

    def expect_alike(self, ref: str, *, until: datetime, reason: str) -> WorkException:
        """Ask for an exception for what a false alarm was about."""
        return self._console.expect_alike(ref, until=until, by=self._who, reason=reason)

    def review_expected(self, ref: str) -> WorkException:
        """Agree to an exception that somebody else asked for."""
        return self._console.planned.review(ref, by=self._general(PersonAct.REVIEW_EXPECTED))

    def end_expected(self, ref: str) -> WorkException:
        """End an exception, or take back one that nobody reviewed."""
        return self._console.planned.end(ref, by=self._general(PersonAct.END_EXPECTED))

    # -- inside --------------------------------------------------------------------------------------------------

    def _look(self, ref: str) -> Incident:
        with self._console.store.read() as unit:
            incident = self._console.find(unit, ref)
            self._console.door.of(unit, incident, self._who, PersonAct.LOOK, ref)
        self._seen.add(incident.id)
        return incident

    def _is_about(self, unit: UnitOfWork, incident: Incident) -> bool:
        """Tell that an incident must count nowhere for the person: it is about them."""
        return self._console.door.is_about(unit, incident, self._who)

    def _overview(self) -> None:
        self._general(PersonAct.OVERVIEW)

    def _general(self, act: PersonAct) -> str:
        with self._console.store.read() as unit:
            return self._console.door.general(unit, self._who, act).person


class PersonalConsoles:
    """Gives everybody the console as they see it, and answers links, which say themselves for whom they are.

    Args:
        console: Of the service.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def of(self, who: Identity) -> PersonalConsole:
        """Return the console as one person sees it."""
        return PersonalConsole(self._console, who)

    def link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> tuple[Detail, str]:
        """Return what a link is about and for whom."""
        return self._console.link_detail(token, by=by, address=address)

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a page says, once."""
        return self._console.press(token, address=address)

    def acknowledge_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Acknowledge by a signed one-time link."""
        return self._console.acknowledge_by_link(token, by=by, address=address)
