"""How far mailings are, and who approved them: read in one transaction, for commands, pages and acts alike.

Comes in: a transaction, an incident or a mailing. Goes out: figures and names of the team; no client.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from detector.errors import ConflictError, NotFoundError, Problem, StoreError
from detector.incident import rfc3339
from detector.incident.duty.law_people import own_case
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases, joined_cases, mailings_of
from detector.runtime.incidents.letters.standing.parted_cases import PartedCase
from detector.runtime.incidents.letters.standing.unplanned_clients import (
    Touches,
    later_clients,
    may_be_wider,
    wider_clients,
)
from detector.schema.case.documents import DocumentAct, FiledDocument
from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import (
    INFORMED,
    ON_THE_WAY,
    ClientLetters,
    LetterState,
    Mailing,
    MailingKind,
    MailingProgress,
)
from detector.settings import Settings
from detector.store import UnitOfWork

_APPROVALS: Final = 2
_SHOWN: Final = 3
_AGO: Final = {MailingKind.WEEK: timedelta(days=6), MailingKind.MONTH: timedelta(days=27)}
"""How long ago the first letters were at least of which a later one speaks as of a week, or a month."""


def progress_of(unit: UnitOfWork, incident_id: str) -> list[MailingProgress]:
    """Return the mailings of an incident with how far each is."""
    mailings = unit.letters.mailings(incident_id)
    replaced = {each.replaces for each in mailings}
    return [
        MailingProgress(
            mailing=each,
            by_state=tuple(sorted(unit.letters.by_state(each).items())),
            by_channel=tuple(sorted(unit.letters.by_channel(each).items())),
            approvals=approvals_of(document_of(unit, each), each),
            replaced=each.number in replaced,
        )
        for each in mailings
    ]


def client_letters(
    unit: UnitOfWork, incident: Incident, settings: Settings, joined: JoinedCases | None = None
) -> ClientLetters:
    """Return how the clients of a case stand with the first letter: counted by the database.

    Who came since the newest plan is looked up by client; of how many more data is concerned is an estimate by the
    counts of versions of the scope (``asked_letters``). ``joined``: where it was read already.
    """
    joined = joined or joined_cases(unit, incident.id, incident)
    firsts = joined.mailings(unit, MailingKind.FIRST)
    counts, less = unit.letters.first_counts(incident.id, joined.merged) if firsts else ({}, 0)
    if joined.parted or joined.left:
        counts, less = _counted_of_parted(unit, joined, settings, counts, less)
    withdrawn = _withdrawn(unit, joined)
    if not counts and not withdrawn:
        return ClientLetters()
    if incident.ended_as_none:  # nobody is to be told any more
        return ClientLetters(
            counts=tuple(sorted(counts.items())),
            less=less,
            withdrawn=withdrawn,
            first=tuple(unit.letters.first_stranded(incident.id, joined.merged, limit=_SHOWN)),
        )
    own = bool(firsts) and firsts[-1].incident_id == incident.id
    return ClientLetters(
        counts=tuple(sorted(counts.items())),
        later=_later(unit, incident, joined, settings, sum(counts.values())),
        wider=_wider(unit, incident, firsts[-1], joined.merged) if own else 0,
        withdrawn=withdrawn,
        first=tuple(unit.letters.first_stranded(incident.id, joined.merged, limit=_SHOWN)),
        less=less,
    )


def _withdrawn(unit: UnitOfWork, joined: JoinedCases) -> int:
    """Return how many clients were told that it was a mistake, and were not told anew since."""
    withdrawals = unit.letters.withdrawals(joined.case, joined.merged)
    if not withdrawals:
        return 0
    firsts = joined.mailings(unit, MailingKind.FIRST)
    told_anew = {
        client
        for withdrawal in withdrawals
        for each in firsts
        if each.at > withdrawal.at
        for client in unit.letters.clients_in_state(each, *INFORMED)
    }
    clients = (unit.letters.clients_in_state(each, *INFORMED, LetterState.PUBLIC) for each in withdrawals)
    return len(frozenset[str]().union(*clients) - told_anew)


def _counted_of_parted(
    unit: UnitOfWork, joined: JoinedCases, settings: Settings, counts: dict[LetterState, int], less: int
) -> tuple[dict[LetterState, int], int]:
    try:
        return PartedCase(unit, joined, settings).counted()
    except StoreError:  # a list of clients is gone or altered, which `nabat verify` names
        return counts, less


def asked_letters(unit: UnitOfWork, incident: Incident, settings: Settings, wider: int) -> ClientLetters:
    """Return the same as an act asks for it; ``wider``: as ``count_wider`` has found before."""
    found = replace(client_letters(unit, incident, settings), wider=wider)
    if not found.count(LetterState.POST):
        return found
    posted = unit.letters.first_in_state(incident.id, unit.incidents.gone_into(incident.id), LetterState.POST)
    return replace(found, listed=sum(each.attempts > 0 for each in posted))


def count_wider(
    unit: UnitOfWork, incident: Incident, settings: Settings, touches: Callable[[UnitOfWork, Incident], Touches]
) -> int:
    """Return of how many clients more data is concerned than their letters name, looked up by client.

    That reads files and the journal, which no transaction that writes should wait for.

    Args:
        unit: The transaction.
        incident: The case.
        settings: The configuration.
        touches: Returns what was done with the data of each client, from the journal.
    """
    if incident.ended_as_none:
        return 0
    joined = joined_cases(unit, incident.id, incident)
    planned = joined.mailings(unit, MailingKind.FIRST) or joined.planned_elsewhere(unit, MailingKind.FIRST)
    if not planned or not may_be_wider(unit, joined):
        return 0
    try:
        return len(wider_clients(unit, joined, settings, touches(unit, incident)))
    except StoreError:  # a file is gone or altered, which `nabat verify` names: the counts are asked about
        return client_letters(unit, incident, settings).wider


def _later(unit: UnitOfWork, incident: Incident, joined: JoinedCases, settings: Settings, known: int) -> int:
    """Return how many clients stand in no plan."""
    try:
        return len(later_clients(unit, joined, settings))
    except StoreError:  # a list of clients is gone or altered, which `nabat verify` names
        return max(own_case(incident).scope.known_subjects - known, 0)


def _wider(unit: UnitOfWork, incident: Incident, newest: Mailing, merged: Collection[str]) -> int:
    """Return of how many clients, by counts, more data is concerned than when the letters of a case were planned.

    By the counts of the versions of scopes: a class of data that more clients have, and more than came into the case.
    What cases that go on in this one told their clients is taken for told.
    """
    told, clients = Counter[str](), 0
    for case in (incident.id, *merged):
        plans = [newest] if case == incident.id else mailings_of(unit, case, MailingKind.FIRST)
        planned = {each.scope_version for each in plans}
        then = next((each for each in reversed(unit.scopes.versions(case)) if each.number in planned), None)
        if then is None:
            continue
        scope = own_case(replace(incident, scope=then.scope)).scope
        told.update(dict(scope.by_class))
        clients += scope.known_subjects
    own = own_case(incident).scope
    came = max(own.known_subjects - clients, 0)
    grown = [count - told[name] - came for name, count in own.by_class] if clients else []
    return max([0, *grown])


def approvals_of(filed: FiledDocument, mailing: Mailing) -> tuple[str, ...]:
    """Return who approved a mailing, none of them its author."""
    version = filed.version(mailing.document_version)
    theirs = version.people if version is not None else frozenset[str]()
    done = filed.done(DocumentAct.APPROVED, mailing.document_version)
    return tuple(dict.fromkeys(each.by for each in done if not each.people & theirs))


def must_be_approved(unit: UnitOfWork, mailing: Mailing, ref: str, *, barred: frozenset[str]) -> None:
    """Refuse letters that two people beside their author have not approved.

    Args:
        unit: The transaction.
        ref: Of the case, as it is written in a hint.
        mailing: The letters.
        barred: Whom the case turned out to be about: their word is nobody's.

    Raises:
        ConflictError: They have not.
    """
    said = [each for each in approvals_of(document_of(unit, mailing), mailing) if each not in barred]
    if len(said) < _APPROVALS:
        by = f", {said[0]} has approved them" if said else ""
        what = f"letters need the approval of two people beside {mailing.by}{by}"
        kind = "" if mailing.kind is MailingKind.FIRST else f" --kind {mailing.kind.value}"
        raise ConflictError(Problem(what=what, fix=f"let another one approve: nabat letters approve {ref}{kind}"))


def must_know_of_merged(unit: UnitOfWork, mailing: Mailing, ref: str) -> None:
    """Refuse letters that were planned while their case was made of others than now, where somebody would get two.

    Raises:
        ConflictError: A case with letters of its own went into it since, or was parted from it, or it from another.
    """
    joined, what = joined_cases(unit, mailing.incident_id), ""
    came = [each.at for case in joined.merged for each in unit.incidents.merges(case) if each.ended_at is None]
    theirs = [each for case in joined.merged for each in mailings_of(unit, case, mailing.kind)]
    if any(at > mailing.at for at in came) and _begun(unit, theirs):
        what = f"{mailing.document_id} was planned before a case with letters of its own went into this one"
    elif any(each.stood_at(mailing.at) for each in joined.left):
        what = f"{mailing.document_id} was planned while another case was part of this one"
    elif any(each.at > mailing.at for each in joined.parted) and _begun(
        unit, joined.planned_elsewhere(unit, mailing.kind)
    ):
        what = f"{mailing.document_id} was planned before this case was part of another one, which wrote to clients"
    if what:
        fix = f"plan them again, so that nobody gets two: nabat letters plan {ref} --file"
        raise ConflictError(Problem(what=what, fix=fix))


def _begun(unit: UnitOfWork, mailings: Iterable[Mailing]) -> bool:
    """Tell whether letters went out, or perhaps did."""
    return any(ON_THE_WAY.intersection(unit.letters.by_state(each)) for each in mailings)


def must_be_time(unit: UnitOfWork, mailing: Mailing, now: datetime) -> None:
    """Refuse letters that tell of a first one "a week ago", or a month, while that is not true.

    Raises:
        ConflictError: The first letters were sent later than that.
    """
    soonest = earliest_sending(unit, mailing.incident_id, mailing.kind)
    if soonest is not None and now < soonest:
        first = soonest - _AGO[mailing.kind]
        what = f"the first letters were sent at {rfc3339(first)}, and these speak of them as longer ago"
        raise ConflictError(Problem(what=what, fix=f"send them from {rfc3339(soonest)} on"))


def earliest_sending(unit: UnitOfWork, incident_id: str, kind: MailingKind) -> datetime | None:
    """Return from when on a letter is true that tells of a first one; None: it tells of none, or none was sent."""
    if kind not in _AGO:
        return None
    firsts = mailings_of(unit, incident_id, MailingKind.FIRST)
    taken_back = max((each.at for each in mailings_of(unit, incident_id, MailingKind.WITHDRAWAL)), default=None)
    if taken_back is not None and any(each.at > taken_back for each in firsts):  # people were told anew since
        firsts = [each for each in firsts if each.at > taken_back]
    sent = [record.happened_at for each in firsts for record in document_of(unit, each).done(DocumentAct.SENT)]
    return min(sent) + _AGO[kind] if sent else None


def document_of(unit: UnitOfWork, mailing: Mailing) -> FiledDocument:
    """Return what people approve of a mailing.

    Raises:
        NotFoundError: It is gone.
    """
    found = unit.documents.find(mailing.document_id)
    if found is None:
        what = f"the document {mailing.document_id} of these letters is gone"
        raise NotFoundError(Problem(what=what, fix="see what was altered: nabat verify"))
    return found
