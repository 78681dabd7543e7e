"""Holds the documents of a case against what is established, against each other, and against the lists of wording.

Comes in: a reference; a file that is not filed yet. Goes out: remarks, each with document, version and line. What was
put right by something sent later is not held against anybody; a remark on a document that names clients shows nothing
of its text but numbers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from detector.errors import InputError, Problem
from detector.incident import Dossier
from detector.incident.claims.contradictions import contradictions, disagree, left_out
from detector.incident.claims.document_remarks import DocumentRemark, RemarkKind
from detector.incident.claims.read_claims import Claim, ClaimTopic, read_claims
from detector.incident.claims.read_sentences import sentences
from detector.incident.claims.wording_lists import WordingList, load_wording, wording_faults
from detector.incident.duty.law_people import LawPlaces
from detector.incident.duty.regulations import Regulation
from detector.incident.letters.letter_forms import forms_of
from detector.incident.notices.notice_facts import NoticeFacts
from detector.incident.notices.notice_forms import NoticeSubject, notice_forms, of_duty, of_form
from detector.messages import LANGUAGES, Language, messages
from detector.runtime.incidents.case_documents import documents_of
from detector.runtime.incidents.notices.notice_desk import NoticeDesk
from detector.schema.case.documents import LEAVING, DocumentAct, DocumentKind, DocumentRecord, FiledDocument
from detector.schema.team.grants import PersonAct
from detector.store import UnitOfWork

_SPEAKING: Final = frozenset({*LEAVING, DocumentKind.FAQ, DocumentKind.REPORT})
_TEXT: Final = frozenset({"text/markdown", "text/plain", "text/html"})
_NAMELESS: Final = frozenset({ClaimTopic.PERSONS, ClaimTopic.RECORDS, ClaimTopic.CLASS_COUNT})
_LONGEST: Final = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfiledText:
    """A file to be checked before it is filed."""

    name: str
    language: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCase:
    """What was found: ``read`` versions were read."""

    read: int
    remarks: tuple[DocumentRemark, ...]

    @property
    def faults(self) -> int:
        """How many remarks say that something is wrong."""
        return sum(each.kind != "unread" for each in self.remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A version as it is read.

    Attributes:
        places: Where those live whom its law is about. controller: whose clients alone it is about. ours: it is about
            those alone whose controller we are.
        plan: Of letters to clients: what it counts are letters, and not people concerned.
    """

    document: str
    version: int
    language: str
    media_type: str
    body: bytes
    kind: DocumentKind = DocumentKind.NOTICE
    of_law: bool = False
    places: LawPlaces | None = None
    controller: str = ""
    ours: bool = False
    names_clients: bool = False
    plan: bool = False
    sent: DocumentRecord | None = None
    zones: tuple[tzinfo, ...] = ()


class DocumentCheckDesk(NoticeDesk):
    """The check of a case's documents by one person."""

    def check(self, ref: str, unfiled: UnfiledText | None = None) -> CheckedCase:
        """Return what contradicts, is left out, or is worded as it should not be.

        Raises:
            NotFoundError: No incident is called so, for this person.
            ConfigError: A list of wording of the company's own is wrong.
            InputError: The file that is not filed is no text, or in a language that is not checked.
        """
        lists = tuple(load_wording(map(Path, self._settings.incident.wording)).values())
        with self._store.read() as unit:
            dossier, _ = self._granted(unit, ref, PersonAct.LOOK)
            facts = self.facts(unit, dossier, self._language(""))
            texts = list(self._texts(unit, dossier))
        if unfiled is not None:
            texts.append(_unfiled(unfiled))
        claimed = {(each.document, each.version): self._claims(each) for each in texts if not _unread(each, facts)}
        remarks = [remark for each in texts for remark in self._remarks(each, claimed, facts, lists)]
        return CheckedCase(read=len(claimed), remarks=tuple(remarks))

    def of_version(
        self, unit: UnitOfWork, dossier: Dossier, filed: FiledDocument, version: int, language: str = ""
    ) -> tuple[DocumentRemark, ...]:
        """Return what is to be said of one version by itself, before it is approved or sent.

        Args:
            unit: In which it is read.
            dossier: The case, which somebody may look at.
            filed: The document.
            version: Which one.
            language: Of the remarks; empty: that of the service.
        """
        if filed.document.kind not in _SPEAKING:
            return ()
        lists = tuple(load_wording(map(Path, self._settings.incident.wording)).values())
        facts = self.facts(unit, dossier, self._language(language))
        text = self._text(unit, dossier, filed, version, None)
        claimed = {} if _unread(text, facts) else {(text.document, text.version): self._claims(text)}
        return tuple(self._remarks(text, claimed, facts, lists))

    def wording(self, source: str, language: str, *, of_law: bool) -> list[str]:
        """Return what of a text does not go out, in words; the text is one that would be drafted."""
        lists = load_wording(map(Path, self._settings.incident.wording)).values()
        words = messages(self._language(""))
        found = wording_faults(sentences(source, _spoken(language)), language, lists, of_law=of_law)
        return [
            words.text("check-phrase", said=each.said, reason=each.rule.reason.text(words.language))
            + f" {words.text('check-instead', instead=each.rule.instead.text(words.language))}"
            for each in found
        ]

    # -- inside --------------------------------------------------------------------------------------------------

    def _texts(self, unit: UnitOfWork, dossier: Dossier) -> Iterator[_Text]:
        filed = [each for each in documents_of(unit, dossier.incident.id) if each.document.kind in _SPEAKING]
        for each, version, sent in _standing(filed):
            yield self._text(unit, dossier, each, version, sent)

    def _text(
        self, unit: UnitOfWork, dossier: Dossier, filed: FiledDocument, version: int, sent: DocumentRecord | None
    ) -> _Text:
        zone, law = ZoneInfo(self._settings.timezone), filed.document.duty.partition("/")[0]
        duty = next((each for each in dossier.duties if each.ref == filed.document.duty), None)
        laws = dossier.terms.regulations
        subject = of_duty(duty, laws) if duty is not None else _of_form(unit, filed, laws)
        found, binding = filed.version(version) or filed.newest, laws.get(law)
        plan = any(each.document_id == filed.id for each in unit.letters.mailings(filed.document.incident_id))
        clocks = [binding.zone_or(zone)] if binding is not None else []
        if plan:  # a form of a law tells days by that law's clock
            clocks += [ZoneInfo(each.zone) for each in forms_of(dossier.duties, laws) if each.zone]
        readable = found.media_type in _TEXT and found.bytes <= _LONGEST * 4
        return _Text(
            document=filed.id,
            version=version,
            language=filed.document.language,
            media_type=found.media_type,
            body=unit.documents.body(found) if readable else b"",
            kind=filed.document.kind,
            of_law=bool(filed.document.duty),
            places=subject.places if subject is not None and not (duty and duty.controller) else None,
            controller=duty.controller if duty is not None else "",
            ours=subject.ours if subject is not None else False,
            names_clients=filed.document.names_clients,
            plan=plan,
            sent=sent,
            zones=tuple(clocks),
        )

    def _claims(self, text: _Text) -> tuple[Claim, ...]:
        classes = self._settings.records.data_classes
        titles = {name: each.title_ru if text.language == "ru" else each.title for name, each in classes.items()}
        ours = self._settings.organization
        names = (ours.name, ours.legal_name, *self._settings.legal.controllers)
        found = read_claims(text.body.decode(), _spoken(text.language), titles, text.media_type, names)
        return tuple(each for each in found if not (text.plan and each.topic in _NAMELESS))

    def _remarks(
        self,
        text: _Text,
        claimed: Mapping[tuple[str, int], Sequence[Claim]],
        facts: NoticeFacts,
        lists: Iterable[WordingList],
    ) -> Iterator[DocumentRemark]:
        t, place = facts.words.text, _place(text, facts)
        if unread := _unread(text, facts):
            yield DocumentRemark(kind="unread", document=text.document, version=text.version, line=0, text=unread)
            return

        def remark(kind: RemarkKind, line: int, beside: tuple[str, ...], **said: str) -> DocumentRemark:
            words = t(f"check-{kind}", place=t("check-line", place=place, line=line), **said)
            return DocumentRemark(
                kind=kind, document=text.document, version=text.version, line=line, text=words,
                beside=beside + _sent(text, facts),
            )  # fmt: skip

        facts = replace(facts, places=text.places, controller=text.controller, ours=text.ours)
        claims = claimed[text.document, text.version] if text.kind is not DocumentKind.WITHDRAWAL else ()
        for each in contradictions(claims, facts, text.zones):
            others = _others(each.claim, text, claimed, facts)
            yield remark("contradicts", each.claim.line, others, said=_said(each.claim, text, facts), now=each.now)
        missed = () if text.kind in (DocumentKind.LETTER, DocumentKind.WITHDRAWAL) else left_out(claims, facts)
        if missed:
            line = next(each.line for each in claims if each.topic is ClaimTopic.DATA and each.holds)
            yield remark("leaves-out", line, (), titles="; ".join(map(facts.class_title, missed)))
        found = sentences(text.body.decode(), _spoken(text.language), text.media_type)
        for fault in wording_faults(found, text.language, lists, of_law=text.of_law):
            rule, language = fault.rule, facts.words.language
            instead = t("check-instead", instead=rule.instead.text(language))
            said = rule.id if text.names_clients else fault.said
            yield remark("wording", fault.line, (instead,), said=said, reason=rule.reason.text(language))


def _of_form(unit: UnitOfWork, filed: FiledDocument, laws: Mapping[str, Regulation]) -> NoticeSubject | None:
    """Return what a document is that was drafted by a form; None: it was filed by hand."""
    drafts = unit.notices.drafts(filed.document.incident_id)
    form = next((notice_forms().get(each.duty) for each in drafts if each.document_id == filed.id), None)
    return of_form(form, law=laws.get(form.serves)) if form is not None else None


def _standing(filed: Iterable[FiledDocument]) -> Iterator[tuple[FiledDocument, int, DocumentRecord | None]]:
    """Yield the versions that stand: the newest of each document, and what was sent last of each matter."""
    filed = list(filed)
    last: dict[str, tuple[str, DocumentRecord]] = {}
    for each in filed:
        for record in each.done(DocumentAct.SENT):
            matter = _matter(each)
            if matter not in last or record.happened_at >= last[matter][1].happened_at:
                last[matter] = (each.id, record)
    for each in filed:
        said = last.get(_matter(each))
        mine = said[1] if said is not None and said[0] == each.id else None
        newest = each.newest.version
        if mine is not None and mine.version != newest:
            yield each, mine.version, mine
        if (mine is not None and mine.version == newest) or not each.done(DocumentAct.SENT, newest):
            yield each, newest, mine if mine is not None and mine.version == newest else None


def _matter(filed: FiledDocument) -> str:
    """Return what a later sending puts right: all notices under one law, else the document.

    What one controller, or one who complained, was told is not put right by what another is.
    """
    law, _, stage = filed.document.duty.partition("/")
    return filed.document.duty if "." in stage else law or filed.id


def _unfiled(text: UnfiledText) -> _Text:
    problems = []
    if text.media_type not in _TEXT:
        problems.append(Problem(file=text.name, what="is no text", fix="name a file that ends in .md, .txt or .html"))
    if text.language not in LANGUAGES:
        what = f"no text in {text.language!r} is checked"
        problems.append(Problem(file=text.name, what=what, fix=f"one of: {', '.join(LANGUAGES)}"))
    if len(text.body) > _LONGEST:
        problems.append(Problem(file=text.name, what=f"is longer than {_LONGEST} bytes", fix="check it in parts"))
    try:
        text.body.decode()
    except UnicodeDecodeError:
        problems.append(Problem(file=text.name, what="is not UTF-8", fix="save it as UTF-8"))
    if problems:
        raise InputError(problems)
    return _Text(document=text.name, version=0, language=text.language, media_type=text.media_type, body=text.body)


def _unread(text: _Text, facts: NoticeFacts) -> str:
    """Return why a version is not read; empty: it is."""
    t, place = facts.words.text, _place(text, facts)
    if text.language not in LANGUAGES:
        return t("check-unread-language", place=place, language=text.language)
    if text.media_type not in _TEXT:
        return t("check-unread-form", place=place, media=text.media_type)
    if not text.body or len(text.body.decode()) > _LONGEST:
        return t("check-unread-long", place=place, limit=_LONGEST)
    return ""


def _place(text: _Text, facts: NoticeFacts) -> str:
    if not text.version:
        return text.document
    return facts.words.text("check-place", document=text.document, version=text.version)


def _said(claim: Claim, text: _Text, facts: NoticeFacts) -> str:
    hidden = text.names_clients and claim.topic not in _NAMELESS
    return facts.words.text("check-a-client") if hidden else claim.said


def _others(
    claim: Claim, text: _Text, claimed: Mapping[tuple[str, int], Sequence[Claim]], facts: NoticeFacts
) -> tuple[str, ...]:
    """Return which other documents say something else: of each the first place."""
    t, places = facts.words.text, list[str]()
    for (document, version), claims in claimed.items():
        if (document, version) == (text.document, text.version):
            continue
        other = next((each for each in claims if disagree(claim, each)), None)
        if other is not None:
            place = t("check-place", document=document, version=version) if version else document
            places.append(t("check-line", place=place, line=other.line))
    return (t("check-others", places=facts.some(places)),) if places else ()


def _sent(text: _Text, facts: NoticeFacts) -> tuple[str, ...]:
    if text.sent is None:
        return ()
    time = facts.moment(text.sent.happened_at)
    return (facts.words.text("check-sent", time=time, to=text.sent.place),)


def _spoken(language: str) -> Language:
    return "ru" if language == "ru" else "en"
