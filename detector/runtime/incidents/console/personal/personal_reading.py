"""What one person sees: incidents, what is owed, how rules did; without what they must not see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import DeniedError
from detector.incident import RulePrecision, TermsChange, takes_back
from detector.incident.documents.breach_register import RegisterEntry
from detector.notify import OnCallRota
from detector.runtime.delivery.target_trials import target_check, targets_tried
from detector.runtime.incidents.console.personal.one_person import OnePerson
from detector.runtime.incidents.console.personal.personal_reports import PersonalReports
from detector.runtime.incidents.console.reading.register_reading import duty_words, remedial_words, write_register
from detector.runtime.incidents.told_of_others import names_another, numbers_told, without_told
from detector.runtime.silences.order_notices import order_item
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.damaged_cases import DamagedCase
from detector.schema.case.incidents import Incident, Step
from detector.schema.detection.health import CheckedPart, HealthCheck
from detector.schema.detection.mute_orders import CoveredOrder
from detector.schema.detection.work_exceptions import CoveredWork
from detector.schema.events.touches import TouchSummary
from detector.schema.team.grants import PersonAct
from detector.web.explained import Explanation
from detector.web.ports import Detail, OnCallView, OwedThing
from detector.web.texts import PageTexts

if TYPE_CHECKING:
    from detector.incident import IncidentCost
    from detector.runtime.feedback.precision_report import PrecisionReport
    from detector.runtime.incidents.documents.document_desk import DocumentDesk
    from detector.runtime.incidents.drills.drill_desk import DrillDesk
    from detector.runtime.incidents.learning.action_desk import ActionDesk
    from detector.runtime.incidents.learning.cost_desk import CostDesk
    from detector.runtime.incidents.learning.review_desk import ReviewDesk
    from detector.runtime.incidents.learning.times_desk import TimesDesk
    from detector.runtime.incidents.learning.year_desk import YearDesk
    from detector.runtime.incidents.letters.call_desk import CallDesk
    from detector.runtime.incidents.letters.letter_orders import LetterOrders
    from detector.runtime.incidents.notices.document_check import DocumentCheckDesk
    from detector.runtime.incidents.notices.notice_desk import NoticeDesk
    from detector.runtime.incidents.preparation.readiness_desk import ReadinessDesk


_ASKED_FOR = (PersonAct.ACKNOWLEDGE, PersonAct.DO_STEP, PersonAct.APPROVE, PersonAct.CLOSE)
"""Acts whose buttons stay where somebody may not press them, with who could."""
# So many incidents are read at a time to find those that somebody may see.
_CHUNK = 200
_ALL = 1_000_000


class PersonalReading(OnePerson):
    """The looks of one person."""

    def must_be_known(self) -> None:
        """Refuse a login that the service's team does not know.

        Raises:
            DeniedError: The configuration was changed, and the service has not read it.
        """
        with self._console.store.read() as unit:
            self._console.door.must_know(unit, self._who)

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return the incidents that the person may look at, the newest first."""
        found: list[Incident] = []
        start, many = 0, min(_CHUNK, offset + limit)
        with self._console.store.read() as unit:
            while len(found) < offset + limit:
                read = unit.incidents.listed(open_only=open_only, limit=many, offset=start)
                found += self._console.door.visible(unit, read, self._who)
                start += many
                if len(read) < many:
                    break
        self._seen |= {each.id for each in found}
        return found[offset : offset + limit]

    def takable(self, incidents: Sequence[Incident]) -> frozenset[str]:
        """Return the ids of those of some incidents that the person may take."""
        with self._console.store.read() as unit:
            found = self._console.door.visible(unit, incidents, self._who, PersonAct.ACKNOWLEDGE)
        return frozenset(each.id for each in found)

    def checks(self, known: Sequence[HealthCheck]) -> tuple[HealthCheck, ...]:
        """Return checks without what they tell of cases about the person: that a target took a page just now."""
        accounts = self._console.team_accounts
        with self._console.store.read() as unit:
            known_of = unit.incidents.parties()
            near = [each for each in known_of if each.merged_into or not accounts.isdisjoint(each.suspects)]
            hidden = self._about(unit, near)
            if not hidden:
                return tuple(known)
            tried = targets_tried(unit, hidden)
        return tuple(
            target_check(each.name, tried.get(each.name)) if each.part is CheckedPart.TARGET else each for each in known
        )

    def agenda(self, most: int | None = None) -> list[OwedThing]:
        """Return what is owed in incidents that the person may look at, and by the calendar; the first due first.

        Args:
            most: In how many incidents: those in which the person owes it by name, then those first due. None: in all.
        """
        owed = self._console.agenda(self._first_due(most) if most is not None else None)
        incidents = {each.incident.id: each.incident for each in owed if each.incident is not None}
        with self._console.store.read() as unit:
            seen = {each.id for each in self._console.door.visible(unit, list(incidents.values()), self._who)}
        reports = self._reports_seen() if any(each.item.kind is AgendaKind.REPORT for each in owed) else frozenset()
        mine = [
            each
            for each in owed
            if (each.item.what in reports if each.item.kind is AgendaKind.REPORT else True)
            and (each.incident is None or each.incident.id in seen)
        ]
        return sorted([*mine, *self._silences_owed()], key=lambda each: (each.item.due_at, each.item.id))

    def _first_due(self, most: int) -> list[str]:
        """Return so many incidents that the person may look at, of those in which something is owed."""
        found: list[str] = []
        with self._console.store.read() as unit:
            waiting = unit.agenda.first_due(self._who.name)
            for start in range(0, len(waiting), most):
                read, _ = unit.incidents.readable_by_ids(waiting[start : start + most])
                found += [each.id for each in self._console.door.visible(unit, list(read.values()), self._who)]
                if len(found) >= most:
                    break
        return found

    def _reports_seen(self) -> frozenset[str]:
        """Return the reports from outside that wait and that the person may see."""
        try:
            return frozenset(each.report.id for each in self._console.reports_seen(self._who))
        except DeniedError:
            return frozenset()

    def _silences_owed(self) -> list[OwedThing]:
        """Return the silences that will end, for whoever may see them."""
        try:
            found = self._console.mutes.not_ended(self._who)
        except DeniedError:
            return []
        now = self._console.clock.now()
        return [OwedThing(order_item(each, now), None, each.made_by) for each in found]

    def acts_by_role(self) -> frozenset[PersonAct]:
        """Return the acts about no incident that the person's roles allow, for what is shown."""
        with self._console.store.read() as unit:
            return self._console.door.acts_by_role(unit, self._who)

    def able_by_role(self, acts: Iterable[PersonAct]) -> dict[PersonAct, tuple[str, ...]]:
        """Return whose roles allow some acts about no incident, for buttons that stay where one may not press them."""
        with self._console.store.read() as unit:
            return self._console.door.able_by_role(unit, acts)

    def silences(self) -> list[CoveredOrder]:
        """Return silences and inhibitions with what they muted, but for those about the person's own accounts.

        Raises:
            DeniedError: The person may not see them.
        """
        return self._console.mutes.orders(self._who)

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
        return self.checklists([incident_id])[incident_id]

    def checklists(self, incidents: Collection[str]) -> dict[str, list[Step]]:
        """Return the checklists of incidents, by id."""
        for each in incidents:
            if each not in self._seen:
                self._look(each)
        return self._console.checklists(incidents)

    def detail(self, ref: str, *, look_up: bool = False) -> Detail:
        """Return everything about one incident, and what the person may do there.

        Raises:
            NotFoundError: None is called so, or it is about the person.
            DeniedError: They were not called into it.
        """
        door = self._console.door
        with self._console.store.read() as unit:
            incident = self._console.find(unit, ref)
            rows = door.read(unit, [incident])
            door.of(unit, incident, self._who, PersonAct.LOOK, ref, rows)
            self._seen.add(incident.id)
            case = self._console.dossier(unit, incident.id)
            found = self._console.detail_of(unit, case, rows, look_up=look_up)
            may = door.acts(unit, incident, self._who, rows)
            able = door.able(unit, incident, _ASKED_FOR, rows)
            takers = self._console.takers(unit, incident, rows) if PersonAct.HAND_OVER in may else ()
            askable, back = tuple[str, ...](), frozenset[str]()
            if PersonAct.ASSIGN_ROLE in may:
                askable = self._console.askable(unit, incident, rows)
                grant = door.of(unit, incident, self._who, PersonAct.ASSIGN_ROLE, rows=rows)
                back = frozenset(each.role for each in found.assignments if takes_back(each, grant))
            two = PersonAct.CLOSE in may and self._console.close_takes_two(unit, case, self._who, rows)
            others = self._console.related(found.incident)
            seen = {each.id for each in door.visible(unit, [one.incident for one in others], self._who)}
            told = unit.incidents.by_numbers(numbers_told(found))
            about = self._about(unit, told)
        hidden = {each.number for each in told if each.id in about}
        related = tuple(each for each in others if each.incident.id in seen)
        return replace(
            without_told(found, hidden),
            may=may,
            able=able,
            takers=takers,
            close_takes_two=two,
            askable=askable,
            withdrawable=back,
            related=related,
            other_terms=self._console.keeps_other_terms(incident),
        )

    def register(self, laws: Collection[str] = ()) -> list[RegisterEntry]:
        """Return the register of breaches, as far as the person may look at the incidents, the newest first."""
        return self._console.register(self.incidents(limit=_ALL), laws)

    def register_words(self, entry: RegisterEntry, words: PageTexts) -> tuple[str, ...]:
        """Return what was done about a breach, and what became of its duties, as people read it."""
        return (*remedial_words(entry, words), *duty_words(entry, words))

    def write_register(self, entries: Sequence[RegisterEntry], words: PageTexts, path: Path) -> int:
        """Write entries of the register as CSV; return how many there are."""
        return write_register(entries, words, path)

    def damaged(self, ref: str) -> DamagedCase:
        """Return what can be read of an incident of which something cannot be read.

        Raises:
            NotFoundError: None is called so, or it is about the person.
            DeniedError: They were not called into it.
            UnreadableRowError: Whom it is about cannot be read.
        """
        found = self._console.damaged(ref, self._who)
        # Whom another incident is about cannot be asked for sure now: none is named.
        return replace(
            found,
            entries=tuple(each for each in found.entries if not names_another(found.incident, each)),
            facts=tuple(each for each in found.facts if not names_another(found.incident, each)),
        )

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
            there = unit.incidents.by_numbers(named)
            seen = {each.number for each in self._console.door.visible(unit, there, self._who)}
        hidden = {each.actor_id for each in others if self._console.door.is_of(each.actor_id, self._who)}
        return found.without(hidden, named - seen)

    def touches(self, incident: Incident) -> TouchSummary | None:
        """Return what explains that an incident's clients were touched; None: no client is named."""
        return self._console.touches(self._look(incident.id))

    def precision(self) -> tuple[RulePrecision, ...]:
        """Return how often each rule and facet was right."""
        self._overview()
        return self._console.precision(self._about)

    def incident_costs(self) -> "tuple[IncidentCost, IncidentCost]":
        """Return what became of the incidents of the last 30 days."""
        self._overview()
        return self._console.incident_costs(self._about)

    def precision_report(self) -> "PrecisionReport":
        """Return how often each rule was right, with what lowering would have changed."""
        self._overview()
        return self._console.precision_report(self._about)

    def expected(self) -> list[CoveredWork]:
        """Return the exceptions for planned work, but for those about the person's own accounts."""
        self._overview()
        hidden = self._console.own_accounts(self._who)
        found = self._console.planned.work(
            lambda unit, names: self._console.door.suspected_seen(unit, self._who, names)
        )
        return [each for each in found if each.exception.actor_id not in hidden]

    def terms_changes(self, ref: str) -> tuple[TermsChange, ...]:
        """Return what differs between the configuration and what an incident keeps."""
        return self._console.terms_changes(self._look(ref).id)

    def openable(self) -> dict[str, tuple[str, str]]:
        """Return the checklists under which the person may open an incident, by name, in English and Russian.

        Raises:
            DeniedError: They may open none.
        """
        self._general(PersonAct.OPEN_CASE)
        return {name: (each.title.en, each.title.ru) for name, each in self._console.openable().items()}

    @property
    def reports(self) -> PersonalReports:
        """What the person does with reports from outside."""
        return PersonalReports(self._console, self._who)

    @property
    def document_checks(self) -> "DocumentCheckDesk":
        """The check of documents."""
        return self._console.document_checks(self._who)

    @property
    def notices(self) -> "NoticeDesk":
        """What the person does with notices."""
        return self._console.notices(self._who)

    @property
    def drills(self) -> "DrillDesk":
        """What the person does about drills."""
        return self._console.drills(self._who)

    @property
    def documents(self) -> "DocumentDesk":
        """What the person does with documents."""
        return self._console.documents(self._who)

    @property
    def actions(self) -> "ActionDesk":
        """What the person does about corrective actions."""
        return self._console.actions(self._who)

    @property
    def times(self) -> "TimesDesk":
        """How long cases took, of those that the person may look at."""
        return self._console.times(self._who)

    @property
    def review(self) -> "ReviewDesk":
        """What the person does about reviews."""
        return self._console.review(self._who)

    @property
    def costs(self) -> "CostDesk":
        """What the person does about what cases cost."""
        return self._console.costs(self._who)

    @property
    def year(self) -> "YearDesk":
        """What a year was like, of the cases that the person may look at."""
        return self._console.year(self._who)

    @property
    def readiness(self) -> "ReadinessDesk":
        """What the person sees of how ready the company is."""
        return self._console.readiness(self._who)

    @property
    def letters(self) -> "LetterOrders":
        """What the person does with letters to clients."""
        return self._console.letters(self._who)

    @property
    def calls(self) -> "CallDesk":
        """What the person does with calls of clients."""
        return self._console.calls(self._who)
