"""How far mailings are, and who approved them: read in one transaction, for commands, pages and acts alike.

Comes in: a transaction, an incident or a mailing. Goes out: figures and names of the team; no client.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident import rfc3339
from detector.incident.duty.law_people import own_case
from detector.runtime.incidents.letters.joined_cases import joined_cases
from detector.schema.case.documents import DocumentAct, FiledDocument
from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import ON_THE_WAY, ClientLetters, Mailing, MailingKind, MailingProgress
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


def client_letters(unit: UnitOfWork, incident: Incident) -> ClientLetters:
    """Return how the clients of a case stand with the first letter: counted by the database, no client is read."""
    firsts = [each for each in unit.letters.mailings(incident.id) if each.kind is MailingKind.FIRST]
    merged = unit.incidents.gone_into(incident.id)
    if not firsts and not merged:
        return ClientLetters()
    counts = unit.letters.first_counts(incident.id, merged)
    return ClientLetters(
        counts=tuple(sorted(counts.items())),
        later=_unplanned(unit, incident, firsts[-1], sum(counts.values())) if firsts else 0,
        wider=_wider(unit, incident, firsts[-1], merged) if firsts else 0,
        first=tuple(unit.letters.first_stranded(incident.id, merged, limit=_SHOWN)),
    )


def _unplanned(unit: UnitOfWork, incident: Incident, newest: Mailing, known: int) -> int:
    """Return how many clients stand in no plan: those who came since, and those without a way in a plan of old."""
    own = own_case(incident).scope.known_subjects
    then = next((each for each in unit.scopes.versions(incident.id) if each.number == newest.scope_version), None)
    before = own_case(replace(incident, scope=then.scope)).scope.known_subjects if then is not None else own
    of_old = newest.not_reached and sum(unit.letters.by_state(newest).values()) == newest.letters
    return max(own - known, 0) if of_old else max(min(own - before, own - known), 0)


def _wider(unit: UnitOfWork, incident: Incident, newest: Mailing, merged: Collection[str]) -> int:
    """Return of how many clients, by counts, more data is concerned than when the letters of a case were planned.

    By the counts of the versions of scopes: a class of data that more clients have, and more than came into the case.
    What cases that go on in this one told their clients is taken for told.
    """
    told, clients = Counter[str](), 0
    for case in (incident.id, *merged):
        plans = [newest] if case == incident.id else unit.letters.mailings(case)
        planned = {each.scope_version for each in plans if each.kind is MailingKind.FIRST}
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
        raise ConflictError(Problem(what=what, fix=f"let another one approve: nabat letters approve {ref}"))


def must_know_of_merged(unit: UnitOfWork, mailing: Mailing, ref: str) -> None:
    """Refuse letters that were planned while their case was made of others than now, where somebody would get two.

    Raises:
        ConflictError: A case with letters of its own went into it since, or was parted from it, or it from another.
    """
    joined, what = joined_cases(unit, mailing.incident_id), ""
    came = [each.at for each in unit.incidents.merges_into(mailing.incident_id) if each.ended_at is None]
    came += [each.at for case in joined.merged for each in unit.incidents.merges(case) if each.ended_at is None]
    theirs = [each for case in joined.merged for each in unit.letters.mailings(case)]
    if any(at > mailing.at for at in came) and _begun(unit, theirs, mailing.kind):
        what = f"{mailing.document_id} was planned before a case with letters of its own went into this one"
    elif any(each.at <= mailing.at < each.ended_at for each in joined.left if each.ended_at is not None):
        what = f"{mailing.document_id} was planned while another case was part of this one"
    elif any(each.at > mailing.at for each in joined.parted) and _begun(
        unit, joined.planned_elsewhere(unit), mailing.kind
    ):
        what = f"{mailing.document_id} was planned before this case was part of another one, which wrote to clients"
    if what:
        fix = f"plan them again, so that nobody gets two: nabat letters plan {ref} --file"
        raise ConflictError(Problem(what=what, fix=fix))


def _begun(unit: UnitOfWork, mailings: Iterable[Mailing], kind: MailingKind) -> bool:
    """Tell whether letters of a kind went out, or perhaps did."""
    return any(each.kind is kind and ON_THE_WAY.intersection(unit.letters.by_state(each)) for each in mailings)


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
    firsts = (each for each in unit.letters.mailings(incident_id) if each.kind is MailingKind.FIRST)
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
