"""What one person does about the review of a case: words of the investigation, the document, its approval.

Comes in: a reference, what is said. Goes out: the investigation, the review as a text, the document as it was filed. A
draft is a version of a document, and another person approves it: that ends the step of the checklist that asks for it.
"""

from functools import cached_property
from pathlib import Path

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident import Dossier
from detector.incident.documents.document_acts import revise_document
from detector.incident.learning.case_times import case_times
from detector.incident.learning.investigate import investigation_of, say_word
from detector.incident.notices.notice_values import organization_values
from detector.messages import LANGUAGES, Language, messages
from detector.rendering import RichText, SourceTemplates, read_source, write_markdown
from detector.runtime.incidents.case_documents import documents_of
from detector.runtime.incidents.documents.document_desk import file_document, save_document
from detector.runtime.incidents.learning.action_desk import actions_of
from detector.runtime.incidents.learning.cost_desk import cost_sheet
from detector.runtime.incidents.learning.review_values import ReviewFacts, review_values
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.schema.case.documents import DocumentKind, FiledDocument, NewDocument
from detector.schema.learning.investigation_words import Investigation, InvestigationWord, WordKind
from detector.schema.team.grants import PersonAct
from detector.store import UnitOfWork
from detector.web.texts import PageTexts

_MARKDOWN, _TEMPLATE = "text/markdown", "review"


class ReviewDesk(PersonalDesk):
    """The looks and acts of one person about reviews."""

    writes = "reviews"

    @cached_property
    def _templates(self) -> SourceTemplates:
        return SourceTemplates(map(Path, self._settings.incident.templates))

    def investigation(self, ref: str) -> Investigation:
        """Return the investigation of a case.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return investigation_of(unit.learning.words(found.incident.id))

    def say(self, ref: str, kind: WordKind, text: str, *, about: str = "") -> InvestigationWord:
        """Write down a word of the investigation.

        Raises:
            NotFoundError: There is no such hypothesis.
            InputError: There is no such question, or the words are missing.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.ACTION)
            known, now = unit.learning.words(found.incident.id), self._clock.now()
            word, changes = say_word(found, grant, known, kind, about.strip().lower(), text, now)
            unit.learning.add_word(word)
            unit.incidents.save(changes)
        self._on_change()
        return word

    def text(self, ref: str, language: str = "") -> RichText:
        """Return the review as it would be drafted now.

        Raises:
            InputError: The template cannot be filled in.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return self._text(unit, found, self._language(language))

    def draft(self, ref: str, language: str = "", *, over: bool = False) -> FiledDocument:
        """File the review as it stands now: a new document, or its next version.

        Args:
            ref: The case.
            language: Of the text; empty: the configured one.
            over: Also where the newest version was written by hand.

        Raises:
            ConflictError: The newest version says the same, or was written by hand.
        """
        spoken, now = self._language(language), self._clock.now()
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.DOCUMENT)
            text, filed = self._text(unit, found, spoken), self._filed(unit, found, spoken)
            body, note = write_markdown(text).encode(), messages(spoken).text("review-draft-note")
            if filed is None:
                new = NewDocument(
                    kind=DocumentKind.REVIEW,
                    language=spoken,
                    title=text.title,
                    media_type=_MARKDOWN,
                    body=body,
                    two_persons=True,
                )
                saved = file_document(unit, found, grant, new, now=now)
            else:
                if unit.documents.body(filed.newest) == body:
                    what = f"{filed.id} says what is known now"
                    raise ConflictError(Problem(what=what, fix="there is nothing to draft"))
                if filed.newest.version > 1 and filed.newest.note != note and not over:
                    what = f"version {filed.newest.version} of {filed.id} was written by hand"
                    fix = "put what it says into the investigation (nabat review answer), or draft over it: --over"
                    raise ConflictError(Problem(what=what, fix=fix))
                changes = revise_document(found, grant, filed, media_type=_MARKDOWN, body=body, note=note, now=now)
                saved = save_document(unit, changes, filed.id)
        self._on_change()
        return saved

    def filed(self, ref: str, language: str = "") -> FiledDocument:
        """Return the review that was drafted; without a language in whichever it was.

        Raises:
            NotFoundError: Nobody has.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            wanted = [self._language(language), *([] if language else LANGUAGES)]
            drafted = [filed for each in wanted if (filed := self._filed(unit, found, each)) is not None]
        if not drafted:
            what = f"nobody has drafted the review of {found.name}"
            raise NotFoundError(Problem(what=what, fix=f"nabat review draft {found.incident.number}"))
        return drafted[0]

    def drafts(self, ref: str) -> list[FiledDocument]:
        """Return the reviews that were drafted, one a language at most."""
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return [filed for each in LANGUAGES if (filed := self._filed(unit, found, each)) is not None]

    # -- inside --------------------------------------------------------------------------------------------------

    def _text(self, unit: UnitOfWork, found: Dossier, language: Language) -> RichText:
        case, now = found.incident.id, self._clock.now()
        entries = unit.incidents.entries(case)
        facts = ReviewFacts(
            dossier=found,
            times=case_times(found, entries, now),
            entries=entries,
            investigation=investigation_of(unit.learning.words(case)),
            actions=actions_of(unit, found.incident),
            costs=cost_sheet(unit, found, self._settings),
        )
        page = PageTexts(self._settings, language, now)
        values = review_values(facts, page, organization_values(self._settings.organization))
        source = self._templates.render(_TEMPLATE, language, values)
        return read_source(source, language=language, title=_title(found, language))

    @staticmethod
    def _filed(unit: UnitOfWork, found: Dossier, language: Language) -> FiledDocument | None:
        """Return the document that drafts of a language are versions of; None: there is none yet."""
        title = _title(found, language)
        mine = (each for each in documents_of(unit, found.incident.id) if each.document.kind is DocumentKind.REVIEW)
        return next((each for each in mine if (each.document.language, each.document.title) == (language, title)), None)


def _title(found: Dossier, language: Language) -> str:
    return messages(language).text("review-title", number=found.incident.number)
