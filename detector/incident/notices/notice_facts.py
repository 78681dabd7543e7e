"""All that is known of a case, as the answers of a notice need it, in the notice's language and zone.

Comes in: the incident, its steps, facts and duties, the newest version of its scope, who we are. Goes out: values and
their words. Nothing here names a client, or the account an incident is about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from detector.incident.case_facts.fact_readings import standing
from detector.incident.case_facts.fact_values import moment_of
from detector.incident.duty.law_people import Concerned, LawPeople, LawPlaces, living_in, others_clients, own_case
from detector.incident.duty.owed import steps_ruled_out
from detector.incident.letters.help_contacts import HelpContact
from detector.incident.notices.addressees import Addressee
from detector.messages import Argument, Messages
from detector.schema.case.agenda import AgendaItem
from detector.schema.case.case_facts import CaseFact, CaseFactKind, IncidentCause
from detector.schema.case.documents import DocumentAct, DocumentKind, FiledDocument
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import Incident, Scope, Step, StepStatus
from detector.schema.case.scope_versions import ScopeVersion
from detector.schema.case.severity_assessments import SeverityAssessment
from detector.schema.detection.source_hours import CaseCoverage
from detector.schema.letters.mailings import ClientLetters
from detector.schema.notices.notice_fields import FieldChange, FieldState, NoticeField
from detector.schema.notices.withdrawals import Withdrawal
from detector.settings import DataClass, OrganizationSettings

CONFIRM_COMMAND: Final = 'nabat incidents fact {incident} t1 now --reason "..."'
STOPPED_COMMAND: Final = 'nabat incidents fact {incident} flow-stopped now --reason "..."'
"""What somebody says who knows since when we are aware, and since when nothing flows."""
_FEW = 20


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """What is known for a field.

    Attributes:
        state: How far.
        text: What it says. why: of an estimate: why it is one.
        roles: Of what is missing: who can give it.
        command: How it is given; empty: it is written into the notice.
    """

    state: FieldState
    text: str = ""
    why: str = ""
    roles: tuple[str, ...] = ()
    command: str = ""


def sentence_case(text: str) -> str:
    """Return a title as a line begins: packs write it as it stands within a sentence."""
    return text[:1].upper() + text[1:]


def filled(text: str) -> FieldAnswer:
    """Return an answer that is known."""
    return FieldAnswer(FieldState.FILLED, text)


def estimated(text: str, why: str, *, command: str = "") -> FieldAnswer:
    """Return an answer that is an estimate, and why."""
    return FieldAnswer(FieldState.ESTIMATED, text, why, command=command)


def missing(*roles: str, command: str = "") -> FieldAnswer:
    """Return that nothing is known, and who can give it."""
    return FieldAnswer(FieldState.MISSING, roles=roles or ("dpo",), command=command)


def configured(text: str, key: str, *roles: str) -> FieldAnswer:
    """Return what the settings say under ``key``; where they say nothing, who sets it."""
    return filled(text) if text else missing(*(roles or ("dpo", "exe")), command=f"nabat.yml: {key}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What a notice of a case can say.

    Attributes:
        duty: That it fulfils; None: none, as of a report to the police.
        plain: The people concerned or the public read it.
        serves: Of a form: the law that it serves.
        addressee: Whom it goes to, by name; None: nobody has named them. addressee_key: of the settings, that would.
        places: Where those live whom the law of that duty is about; None: everywhere. law_places: those of all duties.
        controller: Whose clients alone it is about; empty: all.
        ours: It is about those alone whose controller we are ourselves.
        as_a_rule: Where those clients live whom no list names.
        duties: All of the case.
        kept: Of these, what we keep ourselves: nobody is told by it.
        marks: How sure we are of each: ``text``, ``secondary``, ``memory``.
        titles / law_titles: What they and their laws are called, in English and Russian. called: Whom they tell,
            likewise, where somebody has named them.
        facts: What was stated, the oldest first.
        version: The newest version of the scope; None: none was kept yet.
        classes: Data classes as configured.
        documents: What was filed.
        agenda: What is owed in it.
        trained_at: When the staff was trained last, as the calendar has it.
        evidence_lines: How many raw lines are kept of it.
        letters: How our own clients stand with their letters.
        help_contacts: Whom people may turn to beside the company, by group.
        briefing: So long after a briefing of the team the next is due; None: nobody is asked for any.
        sent_changes: What differs from the notice sent before, by field; None: none was sent.
        withdrawal: Of a notice that withdraws another one: which. withdrawn_fields: what that one said, where it was
            drafted here. ended_by: who closed the case, last; ended_with: who agreed to that.
        form: What the notice is called. forms_told: By the id of a form that is no law's and goes to somebody: to whom,
            and when it was sent first.
        withdrawn_at: When the same notice was withdrawn, in a case that was opened again since; None: it was not.
        words: Texts in the notice's language. zone: in which its moments are.
    """

    incident: Incident
    duty: Duty | None
    plain: bool = False
    serves: str = ""
    addressee: Addressee | None = None
    addressee_key: str = ""
    places: LawPlaces | None = None
    law_places: tuple[LawPlaces, ...] = ()
    controller: str = ""
    ours: bool = False
    as_a_rule: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    kept: frozenset[str] = frozenset()
    marks: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    called: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    law_titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    facts: tuple[CaseFact, ...] = ()
    version: ScopeVersion | None = None
    classes: Mapping[str, DataClass] = field(default_factory=dict)
    organization: OrganizationSettings = field(default_factory=OrganizationSettings)
    assessment: SeverityAssessment | None = None
    coverage: CaseCoverage | None = None
    documents: tuple[FiledDocument, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    trained_at: datetime | None = None
    evidence_lines: int = 0
    letters: ClientLetters = field(default_factory=ClientLetters)
    help_contacts: Mapping[str, tuple[HelpContact, ...]] = field(default_factory=dict)
    briefing: timedelta | None = None
    sent_changes: tuple[FieldChange, ...] | None = None
    withdrawal: Withdrawal | None = None
    withdrawn_fields: tuple[NoticeField, ...] = ()
    ended_by: str = ""
    ended_with: str = ""
    forms_told: Mapping[str, tuple[tuple[str, str], datetime]] = field(default_factory=dict)
    form: str = ""
    withdrawn_at: datetime | None = None
    words: Messages
    zone: tzinfo
    now: datetime

    @property
    def scope(self) -> Scope:
        """The scope its numbers are of: of a version from before that, with what tells its records apart since."""
        found = self._whole_scope
        if self.controller:
            return of_controller(found, self.controller)
        return self._own_case.scope if self.ours else found

    @property
    def _own_case(self) -> Incident:
        return own_case(replace(self.incident, scope=self._whole_scope))

    @property
    def _whole_scope(self) -> Scope:
        if self.version is None:
            return self.incident.scope
        kept, now = self.version.scope, self.incident.scope
        same = (kept.record_low, kept.record_high, kept.subjects) == (now.record_low, now.record_high, now.subjects)
        return replace(kept, nameless=now.nameless) if same and kept.nameless is None else kept

    @property
    def of_others(self) -> int:
        """How many people are concerned whose controllers are others alone, whomever it is about."""
        return others_clients(self._whole_scope)

    @property
    def among_others(self) -> bool:
        """Whether it counts clients of others beside our own, and has to tell them apart."""
        return not self.ours and not self.controller and bool(self.of_others)

    @property
    def own_people(self) -> int:
        """How many people are concerned at most whose controller we are ourselves."""
        return self._own_case.people_high

    @property
    def everybody(self) -> Concerned:
        """Who is concerned, by this scope or by what a person stated; without what no log counts.

        Of one controller's clients there are at most as many more as there are people of no known controller.
        """
        if self.controller:
            whole = Concerned.by(replace(self.incident, scope=self._whole_scope))
            others = whole.most - sum(count for _, count in whole.scope.by_controller)
            return Concerned(self.scope, self.scope.subjects, self.scope.subjects + max(others, 0))
        return Concerned.by(self._own_case if self.ours else replace(self.incident, scope=self.scope))

    def living(self, places: LawPlaces | None) -> LawPeople:
        """Return how many people are concerned who live in some places; of everywhere all of them."""
        return living_in(places.codes if places is not None else (), self.everybody, self.as_a_rule)

    def living_of_class(self, places: LawPlaces | None, name: str) -> LawPeople | None:
        """Return how many of those are concerned by data of a class; None: nobody counted it.

        At most as many more as there are people of whom no log names the data.
        """
        count = dict(self.scope.by_class).get(name)
        homes = tuple((place, people) for each, place, people in self.scope.classes_by_residence if each == name)
        if not count or (places is not None and self.scope.by_residence and not self.scope.classes_by_residence):
            return None
        of_class = Concerned(Scope(by_residence=homes), count, count + self.unnamed)
        return living_in(places.codes if places is not None else (), of_class, self.as_a_rule)

    @property
    def unnamed(self) -> int:
        """How many more may be concerned than the logs name with their data: counted, estimated, listed or stated."""
        return max(self.everybody.most - self.scope.subjects, 0)

    @property
    def data_classes(self) -> tuple[str, ...]:
        """Which classes of data are concerned; in a notice of a law those of the people whom it is about."""
        counted = ((name, self.living_of_class(self.places, name)) for name in self.scope.data_classes)
        return tuple(name for name, people in counted if people is None or people.most)

    @property
    def russian(self) -> bool:
        """Whether it is written in Russian."""
        return self.words.language == "ru"

    def t(self, message: str, **args: Argument) -> str:
        """Return a message ``notice-…`` in the notice's language."""
        return self.words.text(f"notice-{message}", **args)

    def moment(self, at: datetime) -> str:
        """Return a moment with its zone, to the minute."""
        local = at.astimezone(self.zone)
        offset = local.strftime("%z")
        return f"{self.day(at)} {local:%H:%M} (UTC{offset[:3]}:{offset[3:]})"

    def day(self, at: datetime) -> str:
        """Return a day in figures: nobody is held to the minute of a plan."""
        local = at.astimezone(self.zone)
        return f"{local:%d.%m.%Y}" if self.russian else f"{local:%Y-%m-%d}"

    def number(self, count: int) -> str:
        """Return a whole number as people of the language write it."""
        return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}") if self.russian else f"{count:,}"

    def some(self, names: Iterable[str]) -> str:
        """Return names behind commas, at most so many that somebody reads them."""
        all_names = list(names)
        more = len(all_names) - _FEW
        named = ", ".join(all_names[:_FEW])
        return self.t("and-more", names=named, count=more) if more > 0 else named

    def joined(self, parts: Sequence[FieldAnswer], between: str) -> FieldAnswer:
        """Return answers as one: an estimate where one of them is, or is missing; the first where all are missing."""
        text = between.join(each.text for each in parts if each.text)
        if not text:
            return parts[0]
        if all(each.state is FieldState.FILLED for each in parts):
            return filled(text)
        why = "; ".join(dict.fromkeys(each.why for each in parts if each.why))
        return estimated(text, why or self.t("why-part"))

    def class_title(self, name: str) -> str:
        """Return what people call a data class."""
        known = self.classes.get(name)
        return (known.title_ru if self.russian else known.title) or name if known is not None else name

    def stated(self, kind: CaseFactKind) -> CaseFact | None:
        """Return the fact of a kind that holds; None: nothing is stated."""
        found = standing(kind, self.facts)
        return found if found is not None and found.value else None

    @property
    def first_duty(self) -> Duty | None:
        """The first duty of its law, beside its own; of a form, of the law that it serves; None: there is none."""
        law = self.duty.regulation if self.duty is not None else self.serves
        same = [each for each in self.duties if each.regulation == law and each != self.duty]
        if self.duty is not None and self.duty.country:
            same = [each for each in same if each.country == self.duty.country]
        return min(same, key=lambda each: each.position, default=None)

    @property
    def flow_stopped(self) -> datetime | None:
        """Since when nothing flows, as it is stated; None: nobody says so."""
        found = self.stated(CaseFactKind.FLOW_STOPPED)
        return moment_of(found) if found is not None else None

    @property
    def people_told(self) -> datetime | None:
        """Since when the people concerned are told: by the step, by letters that went out, by a notice of this law."""
        step = self.done("N4")
        moments = [step.done_at] if step is not None else []
        moments += [
            each.happened_at
            for filed in self.documents
            if filed.document.kind is DocumentKind.LETTER
            for each in filed.done(DocumentAct.SENT)
        ]
        law = self.duty.regulation if self.duty is not None else ""
        done = [each for each in self.duties if each.regulation == law and each.state is DutyState.DONE]
        moments += [each.receipt_at for each in done if each.step == "N4"]
        since = self.people_withdrawn
        holding = (each for each in moments if each is not None and (since is None or each > since))
        return min(holding, default=None)

    @property
    def people_withdrawn(self) -> datetime | None:
        """When letters last told people that it was a mistake, in a case that was opened again; None: they hold."""
        if self.incident.ended_as_none:
            return None
        sent = (
            each.happened_at
            for filed in self.documents
            if filed.document.kind is DocumentKind.WITHDRAWAL and filed.document.names_clients
            for each in filed.done(DocumentAct.SENT)
        )
        return max(sent, default=None)

    @property
    def cause(self) -> IncidentCause:
        """What caused it, as far as it is stated."""
        found = self.stated(CaseFactKind.CAUSE)
        return IncidentCause(found.value) if found is not None else IncidentCause.UNKNOWN

    def done(self, step_id: str) -> Step | None:
        """Return a step of the checklist that is done; None: it is not."""
        done = (each for each in self.steps if each.step_id == step_id and each.status is StepStatus.DONE)
        return next(done, None)

    def open_step(self, step_id: str) -> Step | None:
        """Return a step that is open; None: it is done or left out, or all that laws ask for in it is ruled out."""
        if step_id in steps_ruled_out(self.duties):
            return None
        return next((each for each in self.steps if each.step_id == step_id and each.status is StepStatus.OPEN), None)

    def title_of(self, duty: Duty) -> str:
        """Return what a duty is called, with its law where the notice is no law's own."""
        title = self.titles.get(duty.ref, (duty.ref, duty.ref))[self.russian]
        law = self.law_titles.get(duty.regulation) if self.duty is None else None
        return f"{law[self.russian]}: {title}" if law is not None else title

    def marked_title_of(self, duty: Duty) -> str:
        """Return the same as those read it who decide: what of a law is not its wording says so."""
        title, mark = self.title_of(duty), self.marks.get(duty.ref, "text")
        return title if mark == "text" else self.words.text("law-marked", title=title, mark=mark)


def of_controller(scope: Scope, controller: str) -> Scope:
    """Return what of a scope is about the clients of one controller.

    Surely of theirs are the records that name none but them; what names ours alone is not. What was done is left out
    where others' clients are in it: it would be told of theirs as well.
    """
    count = dict(scope.by_controller).get(controller, 0)
    by_class = tuple((name, people) for name, of, people in scope.classes_by_controller if of == controller)
    counted = bool(scope.classes_by_controller)
    alone = len(scope.by_controller) == 1 and count == scope.known_subjects
    records = dict(scope.records_by_controller)
    others = sum(count for _, count in scope.records_by_residence)
    if sum(count for name, count in scope.by_controller if name) == others_clients(scope):  # each client has one
        others += sum(records.values()) - records.get(controller, 0)
    return replace(
        scope,
        subjects=count,
        imported_subjects=0,
        record_low=scope.record_low if alone else records.get(controller, 0),
        record_high=max(scope.record_high - others, 0) if records else scope.record_high,
        data_classes=tuple(name for name, _ in by_class) if counted else scope.data_classes,
        by_class=by_class,
        by_action=scope.by_action if alone else (),
        by_residence=(),
        classes_by_residence=(),
        by_controller=((controller, count),),
        of_others=(),
        classes_of_others=(),
        records_by_residence=(),
        records_of_others=None,
    )


Answering = Callable[[NoticeFacts], FieldAnswer]
"""Answers a field by what is known of a case."""


def fixed(message: str) -> Answering:
    """Return what answers a field with the same sentence whatever is known."""
    return lambda facts: filled(facts.t(message))


def by_people(*roles: str) -> Answering:
    """Return what leaves a field to people of these roles."""
    return lambda _: missing(*roles)
