"""What others were told of a case that turned out to be no breach, and how far that is withdrawn: read anew each time.

Comes in: a transaction, a case with its duties and laws. Goes out: ``Withdrawal`` values; nothing is stored for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from detector.incident.duty.regulations import Regulation
from detector.incident.letters.told_clients import TELL_STEP
from detector.incident.notices.sent_notices import sent_notices
from detector.runtime.incidents.case_documents import documents_of, kept_of
from detector.schema.case.documents import DocumentAct, DocumentKind, FiledDocument
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import INFORMED, PERHAPS_SENT, WITHDRAWN, LetterState, MailingKind
from detector.schema.notices.notice_fields import NoticeDraft
from detector.schema.notices.withdrawals import CALLED_OFF, CLIENTS, PREFIX, SentNotice, TimeTold, Withdrawal
from detector.store import UnitOfWork


def notices_told(
    unit: UnitOfWork, incident: Incident, duties: Sequence[Duty], laws: Mapping[str, Regulation]
) -> list[SentNotice]:
    """Return by what notices others were told of a case."""
    documents, drafts = documents_of(unit, incident.id), kept_of(unit, incident.id, unit.notices.drafts)
    return sent_notices(duties, laws, documents, drafts, _receipts(unit, incident.id))


def withdrawals_of(
    unit: UnitOfWork, incident: Incident, duties: Sequence[Duty], laws: Mapping[str, Regulation]
) -> tuple[Withdrawal, ...]:
    """Return what is to be withdrawn, or was, in a case that is closed as no breach; of any other nothing."""
    if not incident.ended_as_none:
        return ()
    documents, drafts = documents_of(unit, incident.id), kept_of(unit, incident.id, unit.notices.drafts)
    told = sent_notices(duties, laws, documents, drafts, _receipts(unit, incident.id))
    clients = _clients(unit, incident)
    if clients is not None:  # the letters tell the people concerned, and so do those that withdraw
        people = {each.ref for each in duties if each.step == TELL_STEP}
        told = [each for each in told if each.name not in people]
    off = dict(_called_off(unit, incident.id))
    found = [_withdrawal(each, documents, drafts, incident.closed_at) for each in told]
    return tuple(_or_off(each, off) for each in (*found, *([clients] if clients is not None else ())))


def _receipts(unit: UnitOfWork, incident_id: str) -> dict[str, datetime]:
    """Return when the first receipt of each duty was written down since a case was last opened, by its name.

    One that is written down later corrects it, and tells nobody anew.
    """
    opened = [each.number for each in unit.incidents.entries_of(incident_id, "reopened")]
    entries = unit.incidents.entries_of(incident_id, "duty_receipt")
    mine = [each for each in entries if not opened or each.number > opened[-1]]
    return {str(dict(each.data)["duty"]): each.at for each in (*reversed(entries), *reversed(mine))}


def withdrawn_last(
    incident: Incident, name: str, documents: Iterable[FiledDocument], drafts: Iterable[NoticeDraft]
) -> datetime | None:
    """Return when a notice was withdrawn last, in a case that was opened again since; None: it was not."""
    if incident.ended_as_none:
        return None
    theirs = {each.document_id for each in drafts if each.duty == f"{PREFIX}{name}"}
    filed = [each for each in documents if each.id in theirs]
    return max((sent.happened_at for each in filed for sent in each.done(DocumentAct.SENT)), default=None)


def withdrawn_before(unit: UnitOfWork, incident: Incident, filed: FiledDocument) -> datetime | None:
    """Return when the notice that a document is was withdrawn last, in a case that was opened again since.

    None: it was not, or the document is no notice.
    """
    if incident.ended_as_none or filed.document.kind is not DocumentKind.NOTICE:
        return None
    drafts = kept_of(unit, incident.id, unit.notices.drafts)
    names = {filed.document.duty, *(each.duty for each in drafts if each.document_id == filed.id)} - {""}
    documents = documents_of(unit, incident.id)
    found = (withdrawn_last(incident, name, documents, drafts) for name in names)
    return max((each for each in found if each is not None), default=None)


def _withdrawal(
    notice: SentNotice, documents: Sequence[FiledDocument], drafts: Sequence[NoticeDraft], closed_at: datetime | None
) -> Withdrawal:
    """Return how far a notice is withdrawn: what withdrew it before it was sent again does not count.

    Nor does what was drafted and not sent before the case was closed as it is now: it gives another decision.
    """
    one = Withdrawal(notice=notice)
    mine = {each.document_id for each in drafts if each.duty == one.name}
    filed = [each for each in documents if each.id in mine and each.document.kind is DocumentKind.WITHDRAWAL]
    if not filed:
        return one
    newest = filed[-1]
    sent = [each for each in newest.done(DocumentAct.SENT) if each.at >= notice.last_at]
    receipts = newest.done(DocumentAct.RECEIPT, sent[-1].version) if sent else ()
    if not sent and newest.newest.at < max(notice.last_at, closed_at or notice.last_at):
        return one
    return replace(
        one,
        document=newest.id,
        agreed=not newest.waits,
        sent_at=sent[-1].happened_at if sent else None,
        receipt=receipts[-1].reference if receipts else "",
    )


def _clients(unit: UnitOfWork, incident: Incident) -> Withdrawal | None:
    """Return how far the clients who were told are set right; None: no letter told any."""
    merged = unit.incidents.gone_into(incident.id)
    mine = unit.letters.mailings(incident.id)
    of_all = (*mine, *(each for case in merged for each in unit.letters.mailings(case)))
    firsts = [each for each in of_all if each.kind is MailingKind.FIRST]
    if not firsts:
        return None
    since = max(each.at for each in firsts)
    counts, less = unit.letters.first_counts(incident.id, merged)
    mailings = [each for each in mine if each.kind is MailingKind.WITHDRAWAL and each.at >= since]
    left = less + sum(counts.get(state, 0) for state in (*INFORMED, *PERHAPS_SENT))
    for each in mailings:
        states = unit.letters.by_state(each)
        left += sum(states.get(state, 0) for state in PERHAPS_SENT) - states.get(LetterState.GIVEN_UP, 0)
    if not mailings and not left:
        return None
    at = incident.closed_at or since
    notice = SentNotice(name=CLIENTS, titles=("", ""), recipients=("", ""), told=(TimeTold(at=at),))
    done = bool(mailings) and left <= 0
    standing = bool(mailings) and (done or mailings[-1].at >= at)  # one of an earlier close gives another decision
    newest = unit.documents.find(mailings[-1].document_id) if standing else None
    return Withdrawal(
        notice=notice,
        clients=max(left, 0),
        states=frozenset(unit.letters.by_state(mailings[-1])) if standing else frozenset(),
        begun=any(unit.letters.clients_in_state(each, *WITHDRAWN) for each in mailings),
        document=newest.id if newest is not None else "",
        agreed=newest is not None and len({each.by for each in newest.done(DocumentAct.APPROVED)}) > 1,
        sent_at=_sent_at(newest, mailings[-1].at) if done else None,
    )


def _sent_at(filed: FiledDocument | None, planned: datetime) -> datetime:
    """Return when letters were sent; of those that all went another way, when they were planned."""
    sent = filed.done(DocumentAct.SENT) if filed is not None else ()
    return sent[-1].happened_at if sent else planned


def _called_off(unit: UnitOfWork, incident_id: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in unit.incidents.entries_of(incident_id, CALLED_OFF):
        said = dict(entry.data)
        yield f"{said['withdrawal']} {said['told']}", (entry.by, str(said["reason"]))


def _or_off(one: Withdrawal, off: Mapping[str, tuple[str, str]]) -> Withdrawal:
    by, why = off.get(f"{one.name} {one.told_key}", ("", ""))
    return replace(one, off_by=by, off_why=why) if by and one.sent_at is None else one
