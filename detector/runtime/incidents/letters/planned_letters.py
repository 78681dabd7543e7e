"""What one person does with letters to clients before they are sent: plan, file, approve; and how far they are.

Comes in: a reference, what is done. Goes out: plans and figures. Each act goes through the door; who the clients are
and what the letters say is shown to whoever may see client numbers, and that is recorded. Others see figures alone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from detector.clock import Clock
from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident import Dossier
from detector.incident.documents.document_acts import add_document
from detector.incident.letters.letter_text import LetterRenderer, texts_digest
from detector.incident.letters.mailing_acts import letters_entry
from detector.incident.letters.recipients import client_digest, ways_to
from detector.keys import Keys
from detector.messages import messages
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.incidents.documents.document_desk import DocumentDesk, write_document
from detector.runtime.incidents.letters.contact_source import contacts_of
from detector.runtime.incidents.letters.held_clients import HeldClients
from detector.runtime.incidents.letters.letter_plan import (
    ConcernedClients,
    LetterPlan,
    plan_letters,
    plan_lines,
    plan_text,
)
from detector.runtime.incidents.letters.sending.send_letters import (
    being_sent,
    first_letter,
    only_sender,
    unreachable_letter,
)
from detector.runtime.incidents.letters.standing.joined_cases import joined_cases, mailings_of
from detector.runtime.incidents.letters.standing.mailing_progress import progress_of
from detector.runtime.incidents.letters.standing.unplanned_clients import (
    FOLDER,
    StandingLetter,
    Touches,
    beside_each_other,
    letters_of_others,
    standing_letters,
)
from detector.runtime.incidents.letters.standing.withdrawal_recipients import WithdrawalRecipients
from detector.runtime.incidents.letters.standing.withdrawn_letters import WithdrawnLetters
from detector.runtime.incidents.letters.withdrawal_plan import plan_withdrawal
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.runtime.incidents.scopes.client_controllers import ClientControllers, of_others_alone
from detector.runtime.incidents.scopes.client_residences import ClientResidences
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import Incident
from detector.schema.events.id_forms import one_form
from detector.schema.letters.mailings import (
    ON_THE_WAY,
    PERHAPS_SENT,
    STRANDED,
    Letter,
    LetterState,
    LetterWay,
    Mailing,
    MailingKind,
    MailingProgress,
    Recipient,
)
from detector.schema.team.grants import PersonAct
from detector.schema.team.people import AccessKind
from detector.store import MailingFiles, Store, UnitOfWork, WrittenFile

_SAMPLES: Final = 2
_REPLACEABLE: Final = (LetterState.PLANNED, *STRANDED)
_NOT_WRITTEN_TO: Final = (
    LetterState.FAILED,
    LetterState.BOUNCED,
    LetterState.HELD,
    LetterState.TOLD,
    LetterState.PUBLIC,
    LetterState.GIVEN_UP,
)
"""No later letter speaks to such a client of a first one."""


class PlannedLetters(PersonalDesk):
    """The acts of one person on letters that are planned, and the looks at all.

    Args:
        concerned: Counts anew whose data an incident is about.
        touches: Returns what was done with the data of each of its clients.
        documents: The person's acts on documents.
    """

    def __init__(
        self,
        store: Store,
        door: CaseDoor,
        clock: Clock,
        *,
        concerned: Callable[[str], ConcernedClients],
        touches: Callable[[UnitOfWork, Incident], Touches],
        documents: DocumentDesk,
        **known: Any,
    ) -> None:
        super().__init__(store, door, clock, **known)
        self._concerned, self._touches, self._documents = concerned, touches, documents
        self._files = MailingFiles(self._settings.state / FOLDER)

    # -- planning ------------------------------------------------------------------------------------------------

    def plan(self, ref: str, kind: MailingKind, *, samples: int) -> LetterPlan:
        """Return the letters that would be sent, with some of them as they read; that they were seen is recorded.

        Raises:
            ConfigError: Contacts, templates or codes are wrong: all problems are told.
            ConflictError: A letter that follows up has no first one; the case of one that withdraws is not closed as
                no breach.
            NotFoundError: No client data is known to be concerned.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.CLIENTS)
            if samples:
                self._record(unit, grant, AccessKind.CLIENTS_SEEN, samples)
        if kind is MailingKind.WITHDRAWAL:
            return self._withdrawal(ref, samples)
        contacts = contacts_of(self._settings, whole=False)
        concerned = self._concerned(found.incident.id)
        homes = ClientResidences(self._settings.residence_file).of(concerned.clients)
        of_others = of_others_alone(ClientControllers.of_settings(self._settings).of(concerned.clients))
        with self._store.read() as unit:
            found = self._read(unit, ref)
            standing = self._standing(unit, found, kind)
            another = {
                client
                for client in concerned.clients
                if (letter := standing.get(one_form(client))) is not None
                and letter.goes_another_way(ways_to(client, contacts.of))
            }
            wanted = self._wanted(unit, found, kind, standing, concerned)
            given = {each.id: unit.letters.given_codes(each.id) for each in self._settings.letters.offers}
            earlier = len(unit.letters.mailings(found.incident.id))
            others = _other_references(unit, found)
            withdrawn = WithdrawnLetters(unit, joined_cases(unit, found.incident.id, found.incident))
        key = Keys(self._settings.state).client
        informed = {client for client, each in standing.items() if each.informed}
        return plan_letters(
            self._settings,
            found,
            concerned,
            contacts,
            kind,
            wanted=lambda client: client in another or wanted(client),
            another=another,
            given=given,
            key=key,
            earlier=earlier,
            samples=samples,
            home_of=lambda client: homes.get(client, ""),
            of_others=of_others,
            again={each for each in concerned.clients if one_form(each) in informed},
            other_references=others,
            mistaken={each for each in concerned.clients if withdrawn.has(client_digest(each, key))},
        )

    def concerns(self, ref: str, client: str) -> bool:
        """Tell whether a case concerns a client, however the id is spelled.

        Raises:
            DeniedError: They may not see client numbers.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.CLIENTS)
            self._record(unit, grant, AccessKind.CLIENTS_SEEN, 1)
        try:
            clients = self._concerned(found.incident.id).clients
        except NotFoundError:  # no client data is known to be concerned
            return False
        form = one_form(client)
        return any(form == one_form(each) for each in clients)

    def _withdrawal(self, ref: str, samples: int) -> LetterPlan:
        """Return the letters to those who were told of what turned out to be no breach.

        Whom none reached is written to again where an address is known by now that it had not to go to.
        """
        with self._store.read() as unit:
            found = self._read(unit, ref)
            found.must_be_none("nothing is withdrawn")
            joined = joined_cases(unit, found.incident.id, found.incident)
            lost = WithdrawalRecipients(unit, self._files, joined).lost()
        contacts = contacts_of(self._settings, whole=False) if lost else None

        def anew(client: str) -> tuple[LetterWay, ...]:
            letter = lost.get(one_form(client))
            if letter is None or contacts is None:
                return ()
            ways = ways_to(client, contacts.of)
            return tuple(ways) if letter.goes_another_way(ways) else ()

        with self._store.read() as unit:
            found = self._read(unit, ref)
            told = WithdrawalRecipients(unit, self._files, joined_cases(unit, found.incident.id, found.incident))
            earlier = len(unit.letters.mailings(found.incident.id))
            told.read(Keys(self._settings.state).client, anew)
            return plan_withdrawal(self._settings, found, told, earlier=earlier, samples=samples)

    def counted(self, ref: str, kind: MailingKind, language: str) -> list[str]:
        """Return what the letters would come to, in words, a line each; no client is shown.

        Raises:
            ConfigError: As ``plan``.
            ConflictError: As ``plan``.
            NotFoundError: As ``plan``.
        """
        return plan_lines(self.plan(ref, kind, samples=0), messages("ru" if language == "ru" else "en"))

    def plan_and_file(self, ref: str, kind: MailingKind) -> Mailing:
        """Count whose data was touched anew, and file letters to them, with samples, for two others to approve.

        Raises:
            ConfigError: As ``plan``.
            ConflictError: As ``plan`` and ``file``.
            NotFoundError: As ``plan``.
        """
        return self.file(ref, self.plan(ref, kind, samples=_SAMPLES))

    def must_see_clients(self, ref: str, clients: int) -> None:
        """Record that somebody is shown so many clients.

        Raises:
            DeniedError: They may not see client numbers.
        """
        with self._store.begin() as unit:
            _, grant = self._granted(unit, ref, PersonAct.CLIENTS)
            self._record(unit, grant, AccessKind.CLIENTS_SEEN, clients)

    def file(self, ref: str, plan: LetterPlan) -> Mailing:
        """File a plan, so that two others can approve it; a plan of the same letter that waits is replaced.

        Raises:
            ConflictError: There is nobody to write to, or another plan was made meanwhile.
        """
        if not plan.recipients and not plan.unreachable:
            raise ConflictError(Problem(what="there is nobody to write to", fix="see for whom there is no letter"))
        with self._store.read() as unit:
            incident, _ = self._granted(unit, ref, PersonAct.DOCUMENT)
        everybody = [*plan.recipients, *(each for each, _ in plan.unreachable)]
        with only_sender(self._settings.state, incident.incident.id):
            file = self._files.write(incident.incident.id, plan.earlier + 1, plan.facts, everybody)
            with self._store.begin() as unit:
                mailing = self._file(unit, ref, plan, file)
        self._on_change()
        return mailing

    def _file(self, unit: UnitOfWork, ref: str, plan: LetterPlan, file: WrittenFile) -> Mailing:
        found, grant = self._granted(unit, ref, PersonAct.DOCUMENT)
        before = unit.letters.mailings(found.incident.id)
        given = {offer: unit.letters.given_codes(offer) for offer in plan.given}
        again = any(
            given[offer].keys() & new.keys() or {*given[offer].values()} & {*new.values()}
            for offer, new in plan.given.items()
        )
        if len(before) != plan.earlier or again:
            raise ConflictError(Problem(what="another plan of letters was made meanwhile", fix="plan again"))
        now, language = self._clock.now(), self._settings.language
        words = messages(language)
        new = NewDocument(
            kind=DocumentKind.WITHDRAWAL if plan.kind is MailingKind.WITHDRAWAL else DocumentKind.LETTER,
            language=language,
            title=words.text("letters-title", kind=words.text(f"letters-kind-{plan.kind}")),
            media_type="text/markdown",
            body=plan_text(plan, language, file.sha256).encode(),
            names_clients=True,
        )
        number = unit.documents.next_number(found.incident.id)
        changes = add_document(found, grant, new, number=number, now=now)
        write_document(unit, changes)
        for each in changes.incident:
            found = found.after(each)
        assert changes.document is not None  # noqa: S101 - what was just added
        mailing = Mailing(
            incident_id=found.incident.id,
            number=len(before) + 1,
            kind=plan.kind,
            document_id=changes.document.id,
            document_version=1,
            scope_version=plan.scope_version,
            replaces=next((each.number for each in reversed(before) if each.kind is plan.kind), 0),
            at=now,
            by=grant.person,
            letters=len(plan.recipients),
            not_reached=len(plan.not_reached),
            path=file.path,
            sha256=file.sha256,
            bytes=file.bytes,
            texts_sha256=plan.texts_sha256,
        )
        letters = [first_letter(mailing, each, self._settings.letters) for each in plan.recipients]
        letters = self._held(unit, found.incident.id).applied(letters, {each.number: each for each in plan.recipients})
        unreachable = [unreachable_letter(mailing, each, why) for each, why in plan.unreachable]
        key = Keys(self._settings.state).client
        everybody = (*plan.recipients, *(each for each, _ in plan.unreachable))
        whose = {each.number: client_digest(each.client, key) for each in everybody}
        letters = [replace(each, client=whose[each.number]) for each in (*letters, *unreachable)]
        unit.letters.add(mailing, letters)
        anew = set(whose.values())
        for earlier in before:
            if earlier.kind is plan.kind:
                waiting = unit.letters.in_state(earlier, *_REPLACEABLE)
                over = [letter for letter in waiting if not letter.on_its_way or letter.client in anew]
                unit.letters.save([replace(letter, state=LetterState.REPLACED, changed_at=now) for letter in over])
        for offer, codes in plan.given.items():
            unit.letters.give_codes(offer, codes)
        figures = {"letters": mailing.letters, "scope": mailing.scope_version, "missing": mailing.not_reached}
        entry = letters_entry(found, grant, "planned", now, document=mailing.document_id, **figures)
        unit.incidents.save(entry)
        return mailing

    def approve(self, ref: str, kind: MailingKind, *, reason: str = "") -> MailingProgress:
        """Approve the newest plan of a letter, as one of the two who have to; ``reason``: though it contradicts.

        Raises:
            ConflictError: It is theirs, they have approved it, or it contradicts the case and there is no reason.
        """
        mailing = self._newest(ref, kind)
        self._documents.approve(mailing.document_id, version=mailing.document_version, reason=reason)
        return next(each for each in self.status(ref) if each.mailing == mailing)

    # -- looking -------------------------------------------------------------------------------------------------

    def status(self, ref: str) -> list[MailingProgress]:
        """Return the mailings of an incident with how far each is, the oldest first: figures alone."""
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return progress_of(unit, found.incident.id)

    def unknown(self, ref: str, kind: MailingKind) -> list[Letter]:
        """Return the letters of which it is not known whether they were sent: numbers and message ids, no client.

        What a sender that was killed had in its hands is among them, before another one looks.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.SEND)
            mailings = joined_cases(unit, found.incident.id, found.incident).mailings(unit, kind)
            if not mailings:
                raise self._none_filed(found, kind)
            going = being_sent(self._settings.state, found.incident.id)
            return [
                letter for each in mailings for letter in unit.letters.in_state(each, *_in_doubt(each, found, going))
            ]

    # -- inside --------------------------------------------------------------------------------------------------

    def _newest(self, ref: str, kind: MailingKind) -> Mailing:
        return self._filed(ref, kind)[-1]

    def _filed(self, ref: str, kind: MailingKind) -> list[Mailing]:
        """Return the mailings of a kind, the oldest first.

        Raises:
            NotFoundError: There are none.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            mailings = mailings_of(unit, found.incident.id, kind)
        if not mailings:
            raise self._none_filed(found, kind)
        return mailings

    @staticmethod
    def _none_filed(found: Dossier, kind: MailingKind) -> NotFoundError:
        what = f"no letters were filed for {found.name}: {messages('en').text(f'letters-kind-{kind}')}"
        which = f" --kind {kind}" if kind is not MailingKind.FIRST else ""
        return NotFoundError(Problem(what=what, fix=f"nabat letters plan {found.incident.number}{which} --file"))

    def _wanted(
        self,
        unit: UnitOfWork,
        found: Dossier,
        kind: MailingKind,
        standing: Mapping[str, StandingLetter],
        concerned: ConcernedClients,
    ) -> Callable[[str], bool]:
        """Return what tells which clients get a letter: who has none of its kind yet, and a first one if it follows.

        Another first letter gets of whose data more is concerned than theirs says, or than they were told of.
        """
        if kind is MailingKind.FIRST:
            touches = concerned.touches
            return lambda client: (
                (told := standing.get(one_form(client))) is None or not told.names(touches.get(client, ()))
            )
        first = self._standing(unit, found, MailingKind.FIRST, but=_NOT_WRITTEN_TO)
        if not first:
            what = f"nobody was sent a first letter about {found.name}"
            raise ConflictError(Problem(what=what, fix="plan and send that one before"))
        return lambda client: (form := one_form(client)) in first and form not in standing

    def _standing(
        self, unit: UnitOfWork, found: Dossier, kind: MailingKind, *, but: Collection[LetterState] = ()
    ) -> dict[str, StandingLetter]:
        """Return whose letter of a kind is on its way, or perhaps is, by ``standing_letters``; ``but``: states."""
        joined = joined_cases(unit, found.incident.id)
        withdrawn = WithdrawnLetters(unit, joined)

        def counts(letter: Letter) -> bool:
            return letter.on_its_way and letter.state not in but and not withdrawn.took_back(letter)

        mailings = mailings_of(unit, found.incident.id, kind)
        mine = standing_letters(unit, self._files, mailings, ON_THE_WAY, counts)
        return beside_each_other(letters_of_others(unit, self._files, joined, kind, counts), mine)

    def _held(self, unit: UnitOfWork, incident_id: str) -> HeldClients:
        """Return whose letters are held back in a case."""
        return HeldClients(unit, incident_id, Keys(self._settings.state).client)

    def _as_approved(self, mailing: Mailing) -> tuple[dict[int, Recipient], LetterRenderer]:
        """Return the recipients, and what writes their letters as two people have approved them."""
        facts, everybody = self._files.read(mailing.path, mailing.sha256)
        renderer, recipients = LetterRenderer(facts), {number: each for number, each in everybody.items() if each.ways}
        if texts_digest(renderer, recipients.values()) != mailing.texts_sha256:
            what = "the letters would read otherwise than those that were approved: Nabat was changed since"
            raise ConflictError(Problem(what=what, fix="plan them again: whoever got one gets none twice"))
        return recipients, renderer


def _other_references(unit: UnitOfWork, found: Dossier) -> tuple[str, ...]:
    """Return the numbers of other cases under which clients of a case may have letters, the oldest first."""
    joined = joined_cases(unit, found.incident.id, found.incident)
    mailings = joined.mailings(unit) + [each for kind in MailingKind for each in joined.planned_elsewhere(unit, kind)]
    ids = dict.fromkeys(each.incident_id for each in mailings if each.incident_id != found.incident.id)
    return tuple(case.number for each in ids if (case := unit.incidents.find(each)) is not None)


def _in_doubt(mailing: Mailing, found: Dossier, going: bool) -> tuple[LetterState, ...]:
    """Return where a letter stands of which nobody knows whether it went: of a case that ended no sender says it."""
    ours = mailing.incident_id == found.incident.id
    return (LetterState.UNKNOWN,) if ours and going else PERHAPS_SENT
