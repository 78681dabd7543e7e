"""What one person does with calls of clients: write them down, answer them, have the answers for the hotline written.

Comes in: a reference, what is done. Goes out: questions and figures. Each act goes through the door; questions are read
by whoever may see clients, for people tell who they are.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from detector.clock import Clock
from detector.errors import NotFoundError, Problem
from detector.incident.duty.law_people import others_clients, own_case
from detector.incident.letters.hotline import HOTLINE, add_call, answer_call, hotline_text
from detector.messages import Language, messages
from detector.resources import shipped
from detector.runtime.incidents.case_documents import documents_of
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.incidents.documents.document_desk import DocumentDesk
from detector.runtime.incidents.letters.letter_plan import letter_facts
from detector.runtime.incidents.letters.letter_templates import read_template
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.schema.case.documents import DocumentKind, FiledDocument, NewDocument
from detector.schema.letters.mailings import ClientCall, MailingKind
from detector.schema.team.grants import PersonAct
from detector.store import Store


class CallDesk(PersonalDesk):
    """The acts of one person on calls of clients; ``documents`` are their acts on documents."""

    def __init__(self, store: Store, door: CaseDoor, clock: Clock, *, documents: DocumentDesk, **known: Any) -> None:
        super().__init__(store, door, clock, **known)
        self._documents = documents

    def add(self, ref: str, question: str, answer: str = "") -> ClientCall:
        """Write down the question of a client; without an answer it goes onto the agenda.

        Raises:
            InputError: There is none.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.NOTE)
            number = len(unit.letters.calls(found.incident.id)) + 1
            call, entry = add_call(found, grant, number, question, answer, self._clock.now())
            unit.letters.save_call(call)
            unit.incidents.save(entry)
        self._on_change()
        return call

    def answer(self, ref: str, number: int, answer: str) -> ClientCall:
        """Say what a client was answered.

        Raises:
            NotFoundError: There is no such call.
            ConflictError: It was answered.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.NOTE)
            calls = {each.number: each for each in unit.letters.calls(found.incident.id)}
            if number not in calls:
                there = f"there are 1 to {len(calls)}" if calls else "there are none"
                raise NotFoundError(Problem(what=f"{found.name} has no call {number}", fix=there))
            call, entry = answer_call(found, grant, calls[number], answer, self._clock.now())
            unit.letters.save_call(call)
            unit.incidents.save(entry)
        self._on_change()
        return call

    def of(self, ref: str) -> list[ClientCall]:
        """Return the questions of clients, the oldest first."""
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.CLIENTS)
            return unit.letters.calls(found.incident.id)

    def script(self, ref: str, language: Language) -> str:
        """Return the answers for the hotline, and how a call goes; what nobody else has approved is marked.

        Raises:
            ConfigError: The template is wrong, or something of the configuration is missing.
        """
        return self._script(ref, language, marked=True)

    def _script(self, ref: str, language: Language, *, marked: bool) -> str:
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.CLIENTS)
            calls = unit.letters.calls(found.incident.id)
            until = _approved_until(documents_of(unit, found.incident.id)) if marked else None
        facts, template = letter_facts(self._settings, found, MailingKind.FIRST), self._template(language)
        classes, others = own_case(found.incident).scope.data_classes, others_clients(found.incident.scope) > 0
        offered = {each.id: each.classes for each in self._settings.letters.offers}
        return hotline_text(
            template, facts, language, classes, calls, offered=offered, approved_until=until, of_others=others
        )

    def file_script(self, ref: str, language: Language) -> FiledDocument:
        """File these answers as a document that a second person approves."""
        new = NewDocument(
            kind=DocumentKind.FAQ,
            language=language,
            title=messages(language).text("calls-faq-title"),
            media_type="text/markdown",
            body=self._script(ref, language, marked=False).encode(),
            two_persons=True,
            names_clients=True,
        )
        return self._documents.add(ref, new)

    def _template(self, language: Language) -> str:
        ours, own = shipped("config", "templates"), self._settings.letters.templates
        folder = Path(own) if own and (Path(own) / language / HOTLINE).is_file() else ours
        return read_template(folder / language / HOTLINE, folder)


def _approved_until(documents: Iterable[FiledDocument]) -> datetime:
    """Return when the newest answers were filed that a second person has approved since."""
    versions = (
        (filed, each) for filed in documents if filed.document.kind is DocumentKind.FAQ for each in filed.versions
    )
    agreed = (each.at for filed, each in versions if filed.agreed_at(each.version) is not None)
    return max(agreed, default=datetime.min.replace(tzinfo=UTC))
