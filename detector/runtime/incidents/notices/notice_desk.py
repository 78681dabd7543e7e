"""What one person does with notices, for the command line and the pages alike.

Comes in: a reference, a duty or a form. Goes out: the notice as it would be drafted now, the draft as it was filed. A
draft is a version of a document, and is approved, sent and acknowledged as documents are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident import Dossier
from detector.incident.composed_texts import SaidAgain
from detector.incident.documents.document_acts import revise_document
from detector.incident.duty.regulations import Regulation, RegulationStage, law_and_stage
from detector.incident.enisa.assess import assess
from detector.incident.letters.help_contacts import help_contacts
from detector.incident.notices.addressees import Addressee, addressee_of, addressee_of_form, missing_addressees
from detector.incident.notices.notice_facts import NoticeFacts, sentence_case
from detector.incident.notices.notice_forms import (
    ADDRESSEE,
    NoticeForm,
    NoticeSubject,
    notice_forms,
    of_duty,
    of_form,
    of_withdrawal,
)
from detector.incident.notices.notice_values import MadeNotice, NoticeStanding, values_of
from detector.incident.notices.resolve_fields import resolve_fields
from detector.incident.notices.write_field import write_field
from detector.messages import Language, messages
from detector.rendering import RichText, SourceTemplates, read_source, write_markdown
from detector.runtime.coverage_hours.coverage_statement import coverage_of
from detector.runtime.incidents.case_documents import documents_of, kept_of
from detector.runtime.incidents.documents.document_desk import file_document, save_document
from detector.runtime.incidents.letters.standing.mailing_progress import client_letters
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.runtime.incidents.withdrawal_reading import withdrawals_of, withdrawn_last
from detector.schema.case.documents import DocumentAct, FiledDocument, NewDocument
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import Incident
from detector.schema.notices.notice_fields import (
    ALL_NOTICES,
    FieldChange,
    NoticeDraft,
    NoticeField,
    changed_fields,
)
from detector.schema.notices.withdrawals import PREFIX, Withdrawal
from detector.schema.team.grants import PersonAct
from detector.store import UnitOfWork
from detector.web.texts import PageTexts

_MARKDOWN = "text/markdown"


class NoticeDesk(PersonalDesk):
    """The looks and acts of one person on notices."""

    writes = "notices"

    @cached_property
    def _templates(self) -> SourceTemplates:
        return SourceTemplates(map(Path, self._settings.incident.templates))

    def of(self, ref: str, language: str = "") -> list[NoticeStanding]:
        """Return the notices of a case: one for each duty, then the forms.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            dossier, _ = self._granted(unit, ref, PersonAct.LOOK)
            case = _Case(self, unit, dossier, self._language(language))
            return [self._written_to(case, each, language).standing(each) for each in case.subjects()]

    def one(self, ref: str, name: str, language: str = "") -> NoticeStanding:
        """Return one of them: a duty's (``law/stage``, or the stage), or a form's.

        Raises:
            NotFoundError: The case has no such duty, and no form is called so.
        """
        with self._store.read() as unit:
            dossier, _ = self._granted(unit, ref, PersonAct.LOOK)
            case, subject = self._about(unit, dossier, name, language)
            return case.standing(subject)

    def text(self, made: MadeNotice) -> RichText:
        """Return the text of a notice, filled into its template.

        Raises:
            InputError: The template cannot be filled in.
        """
        language = made.facts.words.language
        page = PageTexts(self._settings, language, made.facts.now)
        coverage = page.watched(made.facts.coverage) if made.facts.coverage is not None else []
        source = self._templates.render(self._template(made), language, values_of(made, coverage=coverage))
        if made.of_drill:
            head, _, rest = source.partition("\n")
            source = f"{head}\n\n**{messages(language).text('drill-document-mark')}**\n{rest}"
        return read_source(source, language=language, title=made.title)

    def filed_text(self, standing: NoticeStanding, version: int | None = None) -> RichText:
        """Return the text of a version that was filed; without a number of the newest.

        Raises:
            NotFoundError: Nobody has drafted it, or there is no such version.
        """
        filed = standing.filed
        found = None if filed is None else filed.newest if version is None else filed.version(version)
        if filed is None or found is None:
            name = standing.made.subject.name
            raise NotFoundError(Problem(what=f"nobody has drafted {name}", fix="nabat notices draft"))
        with self._store.read() as unit:
            body = unit.documents.body(found)
        return read_source(body.decode(), language=filed.document.language, title=filed.document.title)

    def filed_draft(self, standing: NoticeStanding, version: int) -> NoticeDraft:
        """Return what a version that was filed was made of.

        Raises:
            NotFoundError: There is no such version, or it was written by hand.
        """
        wanted = (standing.filed.id if standing.filed is not None else "", version)
        with self._store.read() as unit:
            drafts = kept_of(unit, standing.made.facts.incident.id, unit.notices.drafts)
        found = [each for each in drafts if (each.document_id, each.version) == wanted]
        if not found:
            what = f"{standing.made.subject.name} has no draft of version {version}"
            raise NotFoundError(Problem(what=what, fix="see its versions: nabat documents list"))
        return found[0]

    def draft(self, ref: str, name: str, language: str = "") -> FiledDocument:
        """File the notice as it stands now: a new document, or its next version.

        Raises:
            ConflictError: The newest version says the same.
            InputError: The template cannot be filled in.
        """
        with self._store.begin() as unit:
            dossier, grant = self._granted(unit, ref, PersonAct.DOCUMENT)
            case, subject = self._about(unit, dossier, name, language)
            standing = case.standing(subject)
            made, filed, now = standing.made, standing.filed, self._clock.now()
            template = self._template(made)
            known = standing.draft is not None and not standing.stale and standing.draft.template == template
            since = made.facts.withdrawn_at
            if (
                known
                and not made.subject.repeats
                and (since is None or (filed is not None and filed.newest.at > since))
            ):
                what = f"{filed.id if filed else name} says what is known now"
                raise ConflictError(Problem(what=what, fix="there is nothing to draft"))
            body = write_markdown(self.text(made)).encode()
            if filed is None:
                new = NewDocument(
                    kind=made.subject.kind,
                    language=made.facts.words.language,
                    title=made.title,
                    media_type=_MARKDOWN,
                    body=body,
                    duty=made.subject.duty.ref if made.subject.duty is not None else "",
                )
                saved = file_document(unit, dossier, grant, new, now=now)
            else:
                note = self._note(standing)
                changes = revise_document(dossier, grant, filed, media_type=_MARKDOWN, body=body, note=note, now=now)
                saved = save_document(unit, changes, filed.id)
            unit.notices.add(
                draft=NoticeDraft(
                    incident_id=dossier.incident.id,
                    document_id=saved.id,
                    version=saved.newest.version,
                    duty=made.subject.name,
                    language=made.facts.words.language,
                    scope_version=made.scope_version,
                    template=template,
                    fields=made.fields,
                    at=now,
                )
            )
        self._on_change()
        return saved

    def write(self, ref: str, name: str, field: str, value: str, *, reason: str) -> NoticeStanding | None:
        """Write into a field of a notice, or of all (``all``); what is written survives new versions of the scope.

        Raises:
            NotFoundError: The notice asks for no such field.
        """
        with self._store.begin() as unit:
            dossier, grant = self._granted(unit, ref, PersonAct.DOCUMENT)
            case = _Case(self, unit, dossier, self._language(""))
            everywhere = name.strip().lower() == ALL_NOTICES
            subjects = case.subjects() if everywhere else [case.subject(name)]
            duty = ALL_NOTICES if everywhere else subjects[0].name
            word, changes = write_field(
                dossier,
                grant,
                duty=duty,
                field=field.strip().lower(),
                value=value,
                reason=reason,
                fields=list(dict.fromkeys(each.id for subject in subjects for each in subject.content)),
                words=unit.notices.words(dossier.incident.id),
                now=self._clock.now(),
            )
            unit.incidents.save(changes)
            unit.notices.add(word=word)
        self._on_change()
        return None if everywhere else self.one(ref, duty)

    def changes(self, ref: str, name: str, language: str = "") -> tuple[FieldChange, ...] | None:
        """Return what would differ from the version sent last, by field; None: none was sent."""
        with self._store.read() as unit:
            dossier, _ = self._granted(unit, ref, PersonAct.LOOK)
            case, subject = self._about(unit, dossier, name, language)
            made = case.made(subject)
            sent = case.sent(subject)
            return None if sent is None else _differences(sent, subject.name, made.fields)

    # -- inside --------------------------------------------------------------------------------------------------

    def _about(self, unit: UnitOfWork, dossier: Dossier, name: str, language: str) -> "tuple[_Case, NoticeSubject]":
        """Return a notice, and its case in the language it is written in."""
        case = _Case(self, unit, dossier, self._language(language))
        subject = case.subject(name)
        return self._written_to(case, subject, language), subject

    def _written_to(self, case: "_Case", subject: NoticeSubject, language: str) -> "_Case":
        """Return a case in the language of whoever a notice goes to, where nobody asks for another."""
        theirs = subject.addressee.language if subject.addressee is not None else ""
        return case if language or not theirs else case.in_language(self._language(theirs))

    def addressee(self, law: Regulation, stage: RegulationStage, duty: Duty) -> Addressee | None:
        """Return whom the notice of a duty goes to, as the configuration has it now."""
        legal, ours = self._settings.legal, self._settings.organization
        return addressee_of(law, stage, legal, ours, controller=duty.controller, country=duty.country)

    def _called(self, duties: Iterable[Duty], laws: Mapping[str, Regulation]) -> dict[str, tuple[str, str]]:
        """Return whom duties tell, by name, where somebody has named them: the people concerned have none."""
        owed = ((each, law_and_stage(each, laws)) for each in duties)
        named = ((each, both) for each, both in owed if both is not None and both[1].addressed)
        found = ((each.ref, self.addressee(*both, each)) for each, both in named)
        return {ref: addressee.names for ref, addressee in found if addressee is not None}

    def addressee_of_form(self, form: NoticeForm, law: Regulation | None) -> Addressee | None:
        """Return likewise whom a form goes to."""
        return addressee_of_form(form.id, self._settings.legal, law, self._settings.organization.country)

    def key_of(self, subject: NoticeSubject) -> str:
        """Return which setting would name whom a notice goes to."""
        name = subject.name.removeprefix(PREFIX)
        law, stage = subject.law, subject.law.stage(subject.stage) if subject.law is not None else None
        if stage is not None and stage.each == "controller":
            return "records.controllers"
        if law is None:
            return f"legal.recipients: {subject.serves or name}"
        if subject.duty is not None and subject.duty.country:
            return f"legal.recipients: {law.id}/{subject.duty.country}"
        lacking = missing_addressees(law, law.stages, self._settings.legal, self._settings.organization)
        return f"legal.recipients: {law.id if law.id in lacking else name}"

    def _template(self, made: MadeNotice) -> str:
        own = f"notice-{made.subject.stage}"
        return own if own in self._templates.names(made.facts.words.language) else "notice"

    def _note(self, standing: NoticeStanding) -> str:
        made, draft = standing.made, standing.draft
        changed = changed_fields(draft.fields, made.fields) if draft is not None else ()
        words = made.facts.words
        if not changed:
            return words.text("notice-revised-nothing")
        fields = ", ".join(each.title for each in changed)[:300]
        return words.text("notice-revised", version=made.scope_version, fields=fields)

    def facts(self, unit: UnitOfWork, dossier: Dossier, language: Language) -> NoticeFacts:
        """Return what is known of a case for any notice in a language, in our own zone."""
        incident, now, classes = dossier.incident, self._clock.now(), self._settings.records.data_classes
        versions = unit.scopes.versions(incident.id)
        laws = dossier.terms.regulations
        titled = [of_duty(each, laws) for each in dossier.duties]
        zone = ZoneInfo(self._settings.timezone)
        again = SaidAgain(incident, unit.incidents.entries(incident.id), dossier.facts, language, zone)
        note, second = again.agreed(incident.close_note)
        called = PageTexts(self._settings, language, now)
        return NoticeFacts(
            incident=replace(incident, close_note=note),
            duty=None,
            duties=dossier.duties,
            kept=frozenset(each.name for each in titled if each is not None and each.kept),
            marks=_marks_of(dossier.duties, laws),
            titles={each.name: each.titles for each in titled if each is not None},
            called=self._called(dossier.duties, laws),
            law_titles={name: (law.title.en, law.title.ru) for name, law in laws.items()},
            law_places=tuple({each.places: None for each in titled if each is not None and each.places is not None}),
            as_a_rule=dossier.terms.legal.residence,
            steps=tuple(replace(each, proof=again(each.proof)) for each in dossier.steps),
            facts=again.facts(dossier.facts),
            version=versions[-1] if versions else None,
            classes=classes,
            organization=self._settings.organization,
            assessment=assess(incident, classes, unit.severity.of(incident.id), dossier.facts),
            coverage=coverage_of(unit, incident, now),
            documents=tuple(documents_of(unit, incident.id)),
            agenda=tuple(unit.agenda.of(incident.id).values()),
            trained_at=unit.documents.last_done().get("training"),
            help_contacts=help_contacts(self._settings.letters.help_contacts),
            briefing=self._settings.incident.briefings.of(incident.severity.value),
            letters=client_letters(unit, incident, self._settings),
            ended_by=called.person(_ended_by(unit, incident)),
            ended_with=called.person(second),
            evidence_lines=sum(each.lines for each in unit.evidence.segments(incident.id)),
            words=messages(language),
            zone=zone,
            now=now,
        )


def _ended_by(unit: UnitOfWork, incident: Incident) -> str:
    """Return who closed a case that is closed as no breach; empty: it is not."""
    closed = unit.incidents.entries_of(incident.id, "closed") if incident.ended_as_none else ()
    return closed[-1].by if closed else ""


def _marks_of(duties: Sequence[Duty], laws: Mapping[str, Regulation]) -> dict[str, str]:
    """Return how sure we are of each duty: of its stage, else of its law."""
    owed = {each.ref: law_and_stage(each, laws) for each in duties}
    return {ref: both[1].verified or both[0].verified.mark for ref, both in owed.items() if both is not None}


class _Case:
    """One case, read once, in one language."""

    def __init__(self, desk: NoticeDesk, unit: UnitOfWork, dossier: Dossier, language: Language) -> None:
        self._desk, self._unit, self._dossier, self._language = desk, unit, dossier, language
        case = dossier.incident.id
        self._words = kept_of(unit, case, unit.notices.words)
        self._all_drafts = kept_of(unit, case, unit.notices.drafts)
        self._drafts = [each for each in self._all_drafts if each.language == language]
        self._filed = {each.id: each for each in documents_of(unit, dossier.incident.id)}
        self._known: NoticeFacts | None = None
        self._others: dict[Language, _Case] = {}

    def in_language(self, language: Language) -> "_Case":
        """Return the same case in a language."""
        if language == self._language:
            return self
        if language not in self._others:
            self._others[language] = _Case(self._desk, self._unit, self._dossier, language)
        return self._others[language]

    def subjects(self) -> list[NoticeSubject]:
        """Return what notices the case can have."""
        duties = [self._of_duty(each) for each in self._dossier.duties]
        others = [*map(self._of_form, notice_forms().values()), *map(self._of_withdrawal, self.withdrawals.values())]
        return [*(each for each in duties if each is not None), *others]

    @cached_property
    def withdrawals(self) -> dict[str, Withdrawal]:
        """What withdraws notices of the case, by name."""
        case, laws = self._dossier, self._dossier.terms.regulations
        found = withdrawals_of(self._unit, case.incident, case.duties, laws)
        return {each.name: each for each in found if not each.of_clients}

    def _of_withdrawal(self, withdrawal: Withdrawal) -> NoticeSubject:
        notice = withdrawal.notice
        form = notice_forms().get(notice.name)
        duty = self._duty(notice.name)
        of = self._of_form(form) if form is not None else self._of_duty(duty) if duty is not None else None
        return of_withdrawal(notice, of, of.addressee if of is not None else None)

    def _of_duty(self, duty: Duty) -> NoticeSubject | None:
        laws = self._dossier.terms.regulations
        owed = law_and_stage(duty, laws)
        return of_duty(duty, laws, self._desk.addressee(*owed, duty) if owed is not None else None)

    def _of_form(self, form: NoticeForm) -> NoticeSubject:
        law = self._dossier.terms.regulations.get(form.serves)
        named = self._desk.addressee_of_form(form, law)
        return of_form(form, named if form.addressed else None, law)

    def subject(self, name: str) -> NoticeSubject:
        """Return a duty's notice or a form's by its name."""
        if name.strip().lower().startswith(PREFIX):
            return self._withdrawing(name.strip().lower())
        form = notice_forms().get(name.strip().lower())
        if form is not None:
            return self._of_form(form)
        try:
            duty = self._dossier.duty(name)
        except NotFoundError as error:
            (problem,) = error.problems
            forms = f"; without a duty: {', '.join(notice_forms())}"
            raise NotFoundError(replace(problem, fix=f"{problem.fix}{forms}")) from None
        found = self._of_duty(duty)
        if found is None:
            what = f"the case does not keep the law of {duty.ref}"
            raise NotFoundError(Problem(what=what, fix="write the notice by hand: nabat documents add"))
        return found

    def _withdrawing(self, name: str) -> NoticeSubject:
        """Return what withdraws a notice, by its name, or by that of the stage alone."""
        found = [each for each in self.withdrawals if name == each or name == f"{PREFIX}{each.rpartition('/')[2]}"]
        if len(found) == 1:
            return self._of_withdrawal(self.withdrawals[found[0]])
        self._dossier.must_be_none("nothing of it is withdrawn")
        names = ", ".join(self.withdrawals) or "none: nobody outside was told by a notice"
        what = f"{self._dossier.name} has no {name!r}"
        raise NotFoundError(Problem(what=what, fix=f"what withdraws its notices: {names}"))

    def made(self, subject: NoticeSubject) -> MadeNotice:
        """Return the notice as it would be drafted now."""
        facts = self._facts(subject)
        fields = resolve_fields(subject.content, facts, self._words, duty=subject.name)
        sent = self.sent(subject)
        if sent is not None:
            facts = replace(facts, sent_changes=_differences(sent, subject.name, fields))
            fields = resolve_fields(subject.content, facts, self._words, duty=subject.name)
        return MadeNotice(subject=subject, facts=facts, fields=fields)

    def _facts(self, subject: NoticeSubject) -> NoticeFacts:
        if self._known is None:
            self._known = self._desk.facts(self._unit, self._dossier, self._language)
        zone, law = self._known.zone, subject.law
        # What withdraws the notice of a duty goes to whom that went.
        withdrawal = self.withdrawals.get(subject.name)
        about = self._duty(withdrawal.notice.name) if withdrawal is not None else subject.duty
        controller = about.controller if about is not None else ""
        return replace(
            self._known,
            duty=subject.duty,
            plain=subject.plain,
            # A controller is told of all its clients, wherever they live.
            places=None if controller else subject.places,
            controller=controller,
            ours=subject.ours,
            serves=subject.serves,
            addressee=subject.addressee,
            addressee_key=self._desk.key_of(subject),
            zone=law.zone_or(zone) if law is not None else zone,
            withdrawal=withdrawal,
            withdrawn_fields=self._withdrawn_fields(subject),
            withdrawn_at=self._withdrawn_at(subject),
            forms_told=self._forms_told,
            form=subject.name,
        )

    @cached_property
    def _forms_told(self) -> dict[str, tuple[tuple[str, str], datetime]]:
        """Return to whom forms that are no law's went, and when first, by the form: what stays with us is not sent."""
        drafted = {(each.document_id, each.version): each.duty for each in self._all_drafts}
        found: dict[str, tuple[tuple[str, str], datetime]] = {}
        for filed in self._filed.values():
            for sent in filed.done(DocumentAct.SENT):
                form = notice_forms().get(drafted.get((filed.id, sent.version), ""))
                if form is not None and form.addressed:
                    at = min(sent.happened_at, found.get(form.id, ((), sent.happened_at))[1])
                    found[form.id] = ((form.to.en, form.to.ru), at)
        return found

    def _withdrawn_at(self, subject: NoticeSubject) -> datetime | None:
        return withdrawn_last(self._dossier.incident, subject.name, self._filed.values(), self._all_drafts)

    def _duty(self, ref: str) -> Duty | None:
        return next((each for each in self._dossier.duties if each.ref == ref), None)

    def _withdrawn_fields(self, subject: NoticeSubject) -> tuple[NoticeField, ...]:
        """Return what the notice said that is withdrawn, its rows called as in the language of this one."""
        found = self.withdrawals.get(subject.name)
        last = found.notice.told[-1].draft if found is not None else None
        sent = next((each for each in self._all_drafts if (each.document_id, each.version) == last), None)
        if found is None or sent is None:
            return ()
        if sent.language == self._language:
            return sent.fields
        rows = {each.id: each for each in self.subject(found.notice.name).content}
        russian = self._language == "ru"
        called = {name: sentence_case(row.ru if russian else row.en) for name, row in rows.items()}
        return tuple(replace(each, title=called.get(each.id, each.title)) for each in sent.fields)

    def standing(self, subject: NoticeSubject) -> NoticeStanding:
        """Return where the notice stands."""
        mine = [each for each in self._drafts if each.duty == subject.name and each.document_id in self._filed]
        draft = mine[-1] if mine else None
        filed = self._filed.get(draft.document_id) if draft is not None else None
        if draft is not None and filed is not None and filed.newest.version != draft.version:
            draft = None  # somebody revised it by hand since
        return NoticeStanding(made=self.made(subject), filed=filed, draft=draft)

    def sent(self, subject: NoticeSubject) -> NoticeDraft | None:
        """Return what its reader was sent last under the same law was made of; of a form that form's own.

        What comes round is not sent: there it is the one filed last.
        """
        if subject.repeats:
            mine = [each for each in self._drafts if each.duty == subject.name and each.document_id in self._filed]
            return mine[-1] if mine else None
        withdrawn = self._withdrawn_at(subject)
        before = {each.name for each in self.subjects() if each.name == subject.name or subject.goes_on(each)}
        found = []
        for each in self._drafts:
            filed = self._filed.get(each.document_id)
            sent = filed.done(DocumentAct.SENT, each.version) if each.duty in before and filed is not None else ()
            if sent and (withdrawn is None or sent[-1].happened_at > withdrawn):
                found.append((sent[-1].happened_at, each))
        return max(found, key=lambda one: one[0])[1] if found else None


def _differences(sent: NoticeDraft, name: str, fields: Sequence[NoticeField]) -> tuple[FieldChange, ...]:
    """Return what differs from a notice sent; of another stage of the law only what both ask for."""
    fields = [each for each in fields if each.id != ADDRESSEE]
    if sent.duty == name:
        return changed_fields(sent.fields, tuple(each for each in fields if each.id != "what_changed"))
    known = {each.id for each in sent.fields}
    return changed_fields(sent.fields, tuple(each for each in fields if each.id in known))
