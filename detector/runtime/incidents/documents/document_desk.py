"""What one person does with documents, for the command line and the pages alike.

Comes in: a reference, what is done. Goes out: the document as it is then. Each act goes through the door and is one
transaction. Whoever drafts notices files them here, too: ``add`` takes a ``NewDocument`` and nothing else.
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from detector.clock import Clock
from detector.errors import InputError, NotFoundError, Problem
from detector.incident import Dossier
from detector.incident.claims.document_remarks import DocumentRemark
from detector.incident.documents.document_acts import (
    Contradicted,
    DocumentChanges,
    add_document,
    approve_document,
    receive_receipt,
    record_reading,
    revise_document,
    send_document,
    version_of,
)
from detector.messages import messages
from detector.notify import Roster, owner
from detector.runtime.incidents.agenda.standing_agenda import last_done, read_standing, update_standing
from detector.runtime.incidents.case_documents import documents_of
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.incidents.documents.template_texts import template_hashes
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.runtime.incidents.withdrawal_reading import withdrawn_before
from detector.schema.case.documents import (
    COMPANY_DOCUMENTS,
    STANDING_KINDS,
    TEMPLATE_REVIEW,
    DocumentAct,
    DocumentKind,
    DocumentVersion,
    FiledDocument,
    NewDocument,
)
from detector.schema.team.grants import Grant, PersonAct
from detector.schema.team.people import AccessKind
from detector.schema.team.preparation import ReviewedText
from detector.store import Store, UnitOfWork
from detector.web.ports import StandingThing

_CHUNK = 200
Act = Callable[[Dossier | None, Grant, FiledDocument, datetime], DocumentChanges]
ActOnText = Callable[[Dossier | None, Grant, FiledDocument, datetime, Contradicted], DocumentChanges]
Check = Callable[[UnitOfWork, Dossier, FiledDocument, int, str], Sequence[DocumentRemark]]


class DocumentDesk(PersonalDesk):
    """The looks and acts of one person on documents.

    Args:
        store: The database. door, clock, known: What every desk stands on (``PersonalDesk``).
        check: Returns what is to be said of a version of a document, in a language.
    """

    def __init__(self, store: Store, door: CaseDoor, clock: Clock, *, check: Check, **known: Any) -> None:
        super().__init__(store, door, clock, **known)
        self._check = check

    def of(self, ref: str) -> list[FiledDocument]:
        """Return the documents of an incident, or of the company (``company``), the oldest first.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            dossier = self._case(unit, ref)
            self._grant(unit, dossier, PersonAct.LOOK, ref)
            return documents_of(unit, dossier.incident.id) if dossier else self._of_company(unit)

    def all(self, limit: int) -> list[FiledDocument]:
        """Return the company's documents and those of the newest incidents that the person may look at."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            found = self._of_company(unit)
            seen = self._door.visible(unit, unit.incidents.listed(limit=limit), self._who)
            return [*found, *(each for incident in seen for each in unit.documents.of(incident.id))]

    def show(self, document_id: str) -> FiledDocument:
        """Return a document.

        Raises:
            NotFoundError: None is called so, for this person.
        """
        with self._store.read() as unit:
            return self._granted_document(unit, document_id, PersonAct.LOOK)[0]

    def may(self, filed: FiledDocument | None = None) -> frozenset[PersonAct]:
        """Return what the person may do with a document of an incident; without one, with the company's."""
        with self._store.read() as unit:
            dossier = self._filed(unit, filed.id)[1] if filed is not None else None
            if dossier is not None:
                return self._door.acts(unit, dossier.incident, self._who)
            return self._door.acts_of_none(unit, self._who)

    def body(self, document_id: str, version: int | None = None) -> tuple[DocumentVersion, bytes]:
        """Return a version and its bytes; that clients' names were read is recorded.

        Raises:
            NotFoundError: There is none, for this person.
            DeniedError: It names clients, and they may not see such.
            StoreError: It is not what was filed.
        """
        with self._store.read() as unit:
            filed, _, _ = self._granted_document(unit, document_id, PersonAct.LOOK)
            if not filed.document.names_clients:
                found = version_of(filed, version)
                return found, unit.documents.body(found)
        with self._store.begin() as unit:
            filed, dossier, grant = self._granted_document(unit, document_id, PersonAct.CLIENTS)
            found = version_of(filed, version)
            body = unit.documents.body(found)
            save_document(unit, record_reading(dossier, grant, filed, found, now=self._clock.now()), filed.id)
            self._record(unit, grant, AccessKind.DOCUMENT_READ, 1)
        return found, body

    def remarks(self, document_id: str, language: str = "") -> Sequence[DocumentRemark]:
        """Return what is to be said of the newest version before it is approved or sent.

        Raises:
            NotFoundError: None is called so, for this person.
        """
        with self._store.read() as unit:
            filed, dossier, _ = self._granted_document(unit, document_id, PersonAct.LOOK)
            return () if dossier is None else self._check(unit, dossier, filed, filed.newest.version, language)

    def differences(self, document_id: str, old: int | None = None, new: int | None = None) -> list[str]:
        """Return how two versions of a text differ, as a unified difference; without numbers the newest two.

        Raises:
            NotFoundError: There is no such version, or none before it.
            InputError: One of them is no text.
            DeniedError: It names clients, and they may not see such.
        """
        last, body = self.body(document_id, new)
        before = old if old is not None else last.version - 1
        if before < 1:
            what = f"{document_id} has one version"
            raise NotFoundError(Problem(what=what, fix="there is nothing to compare it with"))
        first, earlier = self.body(document_id, before)
        if not (first.is_text and last.is_text):
            what = f"{document_id} is no text ({last.media_type})"
            raise InputError(Problem(what=what, fix="write both versions to files: nabat documents show --out"))
        names = (f"{document_id} v{first.version}", f"{document_id} v{last.version}")
        return list(
            difflib.unified_diff(earlier.decode().splitlines(), body.decode().splitlines(), *names, lineterm="")
        )

    def standing(self) -> list[StandingThing]:
        """Return what comes round by the calendar, the first due first, with whose it is and when it was done last."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            done = last_done(unit)
            items = read_standing(unit, self._settings, self._clock.now())
        roster = Roster(self._settings, (), self._clock.now())
        calls = [owner(item, roster) for item in items]
        return [
            StandingThing(item, call.person if call is not None else "", done.get(item.what))
            for item, call in zip(items, calls, strict=True)
        ]

    # -- acting --------------------------------------------------------------------------------------------------

    def add(self, ref: str, new: NewDocument) -> FiledDocument:
        """File a document of an incident, or of the company (``company``).

        Raises:
            InputError: Something of it cannot be.
        """
        with self._store.begin() as unit:
            dossier = self._case(unit, ref)
            grant = self._grant(unit, dossier, PersonAct.DOCUMENT, ref)
            filed = file_document(unit, dossier, grant, new, now=self._clock.now())
            if new.standing == TEMPLATE_REVIEW:
                unit.preparation.add_reviewed(
                    ReviewedText(document_id=filed.id, name=name, sha256=digest)
                    for name, digest in template_hashes(self._settings).items()
                )
            if new.standing:
                update_standing(unit, self._settings, self._clock.now())
        self._on_change()
        return filed

    def record_done(self, name: str, *, media_type: str, body: bytes, at: datetime | None = None) -> FiledDocument:
        """Record that something of the calendar was done: what shows it is filed for the company.

        Raises:
            InputError: Nothing of that name comes round, or something of the record cannot be.
        """
        kind = STANDING_KINDS.get(name)
        if kind is None:
            fix = f"one of: {', '.join(STANDING_KINDS)}"
            raise InputError(Problem(what=f"{name!r} does not come round by the calendar", fix=fix))
        language = self._settings.language
        moment = at or self._clock.now()
        day = moment.astimezone(ZoneInfo(self._settings.timezone)).date()
        what = messages(language).text(f"standing-{name.replace('_', '-')}")
        return self.add(
            COMPANY_DOCUMENTS,
            NewDocument(
                kind=kind,
                language=language,
                title=f"{what} {day.isoformat()}",
                media_type=media_type,
                body=body,
                standing=name,
                done_at=moment,
            ),
        )

    def revise(self, document_id: str, *, media_type: str, body: bytes, note: str) -> FiledDocument:
        """File the next version."""
        return self._act(
            document_id,
            PersonAct.DOCUMENT,
            lambda dossier, grant, filed, now: revise_document(
                dossier, grant, filed, media_type=media_type, body=body, note=note, now=now
            ),
        )

    def approve(
        self, document_id: str, *, version: int | None = None, reason: str = "", language: str = ""
    ) -> FiledDocument:
        """Approve a version; the newest, unless told which.

        Args:
            document_id: The document.
            version: Which.
            reason: Why it is approved though it contradicts the case.
            language: In which it is said what contradicts; empty: that of the service.
        """
        return self._act_on_text(
            document_id,
            PersonAct.APPROVE,
            version,
            reason,
            language,
            lambda dossier, grant, filed, now, contradicted: approve_document(
                dossier, grant, filed, version=version, now=now, contradicted=contradicted
            ),
        )

    def sent(
        self,
        document_id: str,
        *,
        to: str,
        at: datetime | None = None,
        version: int | None = None,
        reason: str = "",
        language: str = "",
    ) -> FiledDocument:
        """Record that a version was sent; the newest and now, unless told otherwise.

        Args:
            document_id: The document.
            to: To whom, and how.
            at: When.
            version: Which.
            reason: Why it goes out though it contradicts the case.
            language: In which it is said what contradicts; empty: that of the service.
        """
        return self._act_on_text(
            document_id,
            PersonAct.SEND,
            version,
            reason,
            language,
            lambda dossier, grant, filed, now, contradicted: send_document(
                dossier, grant, filed, to=to, at=at or now, version=version, now=now, contradicted=contradicted
            ),
        )

    def receipt(
        self,
        document_id: str,
        *,
        number: str,
        at: datetime | None = None,
        version: int | None = None,
        reason: str = "",
    ) -> FiledDocument:
        """Record the receipt of what was sent; the duty that the document was written for ends."""
        return self._act(
            document_id,
            PersonAct.RECEIPT,
            lambda dossier, grant, filed, now: receive_receipt(
                dossier, grant, filed, number=number, at=at or now, now=now, version=version, reason=reason
            ),
        )

    # -- inside --------------------------------------------------------------------------------------------------

    def _act(self, document_id: str, act: PersonAct, do: Act) -> FiledDocument:
        with self._store.begin() as unit:
            filed, dossier, grant = self._granted_document(unit, document_id, act)
            filed = save_document(unit, do(dossier, grant, filed, self._clock.now()), filed.id)
        self._on_change()
        return filed

    def _act_on_text(
        self, document_id: str, act: PersonAct, version: int | None, reason: str, language: str, do: ActOnText
    ) -> FiledDocument:
        """Do what takes a reason where the text contradicts the case."""
        with self._store.begin() as unit:
            filed, dossier, grant = self._granted_document(unit, document_id, act)
            if act is PersonAct.APPROVE:
                before = filed.done(DocumentAct.APPROVED, filed.newest.version)
                people = filed.newest.people.union(*(each.people for each in before))
                self._door.must_sign_in_independently(unit, grant, people - grant.people)
                if dossier is not None:
                    self._door.must_have_own_word(unit, dossier, grant.person, beside=people)
            contradicted = Contradicted(reason=reason)
            if dossier is not None:
                found = self._check(unit, dossier, filed, version_of(filed, version).version, language)
                remarks = tuple(each.text for each in found if each.asks_why)
                sends = act is PersonAct.SEND
                withdrawn = withdrawn_before(unit, dossier.incident, filed) if sends else None
                contradicted = replace(contradicted, remarks=remarks, withdrawn_at=withdrawn)
            done = do(dossier, grant, filed, self._clock.now(), contradicted)
            filed = save_document(unit, done, filed.id)
        self._on_change()
        return filed

    def _granted_document(
        self, unit: UnitOfWork, document_id: str, act: PersonAct
    ) -> tuple[FiledDocument, Dossier | None, Grant]:
        """Return a document with the grant; for whom its incident does not exist, it does not exist either."""
        filed, dossier = self._filed(unit, document_id)
        try:
            return filed, dossier, self._grant(unit, dossier, act, document_id)
        except NotFoundError:
            raise _no_document(document_id) from None

    def _grant(self, unit: UnitOfWork, dossier: Dossier | None, act: PersonAct, ref: str) -> Grant:
        if dossier is not None:
            return self._door.grant(unit, dossier, self._who, act, ref)
        return self._door.general(unit, self._who, PersonAct.OVERVIEW if act is PersonAct.LOOK else act)

    def _case(self, unit: UnitOfWork, ref: str) -> Dossier | None:
        return None if ref.strip().lower() == COMPANY_DOCUMENTS else self._read(unit, ref)

    def _filed(self, unit: UnitOfWork, document_id: str) -> tuple[FiledDocument, Dossier | None]:
        filed = unit.documents.find(document_id.strip().lower()) or self._by_name(unit, document_id)
        if filed is None:
            raise _no_document(document_id)
        owner = filed.document.incident_id
        if owner == COMPANY_DOCUMENTS:
            if not self._without_mine(unit, [filed]):
                raise _no_document(document_id)
            return filed, None
        dossier = self._read(unit, owner)
        while dossier.incident.merged_into:  # what is done with it is done where the case goes on
            dossier = self._read(unit, dossier.incident.merged_into)
        return filed, dossier

    def _of_company(self, unit: UnitOfWork) -> list[FiledDocument]:
        """Return the company's documents that exist for this person."""
        return self._without_mine(unit, unit.documents.of(COMPANY_DOCUMENTS))

    def _without_mine(self, unit: UnitOfWork, filed: Sequence[FiledDocument]) -> list[FiledDocument]:
        """Return documents of the company without reports that may count a case about this person.

        Somebody who sees such a case filed them.
        """
        if all(each.document.kind is not DocumentKind.REPORT for each in filed):
            return list(filed)
        about = self._door.ids_about(unit, unit.incidents.parties(), self._who)
        opened = min((case.opened_at for case in unit.incidents.by_ids(about).values()), default=None)
        return [
            each
            for each in filed
            if each.document.kind is not DocumentKind.REPORT or opened is None or opened > each.newest.at
        ]

    def _by_name(self, unit: UnitOfWork, document_id: str) -> FiledDocument | None:
        """Return a document whose incident is called otherwise than by its number: ``amber-otter-d2``."""
        name, _, number = document_id.strip().lower().rpartition("-d")
        incident = unit.incidents.find(name) if name else None
        return unit.documents.find(f"{incident.number}-d{number}") if incident is not None else None


def file_document(
    unit: UnitOfWork, dossier: Dossier | None, grant: Grant, new: NewDocument, *, now: datetime
) -> FiledDocument:
    """File a document inside a transaction.

    Raises:
        InputError: Something of it cannot be.
    """
    number = unit.documents.next_number(dossier.incident.id if dossier else COMPANY_DOCUMENTS)
    changes = add_document(dossier, grant, new, number=number, now=now)
    return save_document(unit, changes, changes.document.id if changes.document else "")


def save_document(unit: UnitOfWork, changes: DocumentChanges, document_id: str) -> FiledDocument:
    """Write what an act made, and return the document as it is then."""
    write_document(unit, changes)
    found = unit.documents.find(document_id)
    if found is None:
        raise _no_document(document_id)
    return found


def write_document(unit: UnitOfWork, changes: DocumentChanges) -> None:
    """Write what an act made of a document, and of its case."""
    for each in changes.incident:
        unit.incidents.save(each)
    unit.documents.add(document=changes.document, version=changes.version, body=changes.body, record=changes.record)


def _no_document(ref: str) -> NotFoundError:
    return NotFoundError(Problem(what=f"there is no document {ref!r}", fix="see `nabat documents list`"))
