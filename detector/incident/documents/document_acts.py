"""What people do with documents: file, revise, approve, say that one was sent, record its receipt.

Comes in: the ``Dossier`` of the incident (None: the document is about none), a grant, the document so far. Goes out:
``DocumentChanges``: rows to be added, and what the incident's timeline and duties become. A version that is filed is
never changed: what is wrong in it is put right by the next.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError, Problem
from detector.incident.acts.duty_acts import file_receipt, receipt_eases
from detector.incident.acts.transitions import moment_problems, must_be_no_drill, when
from detector.incident.composed_texts import composed_title
from detector.incident.dossier import Dossier
from detector.incident.granted import granted, signature
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import Data, clean, rfc3339
from detector.messages import LANGUAGES, MessageText, messages
from detector.schema.case.documents import (
    COMPANY_DOCUMENTS,
    LEAVING,
    MAX_BODY,
    STANDING_KINDS,
    TWO_PERSONS,
    DocumentAct,
    DocumentHead,
    DocumentKind,
    DocumentRecord,
    DocumentVersion,
    FiledDocument,
    NewDocument,
)
from detector.schema.case.incidents import IncidentKind, Step
from detector.schema.team.grants import Grant, PersonAct

Said = dict[str, str | int | MessageText]

_TITLE = 200
_LANGUAGE = re.compile(r"[a-z]{2}")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,100}")
_BODY = re.compile(rb".*?<body[^>]*>", re.DOTALL | re.IGNORECASE)
_REASON = 1000
# The kinds of documents that the mark of a drill can be written into, and what stands around it there.
_MARKABLE = {
    "text/markdown": (b"**", b"**\n\n"),
    "text/plain": (b"", b"\n\n"),
    "text/html": (b"<p><strong>", b"</strong></p>"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicted:
    """What of a version the case does not bear out, and why somebody goes on all the same.

    Attributes:
        remarks: What the check says of it, a line each; empty: nothing contradicts.
        reason: In words.
        withdrawn_at: Of a notice that is sent: when it was withdrawn, in a case that was opened again since; None: it
            was not.
    """

    remarks: tuple[str, ...] = ()
    reason: str = ""
    withdrawn_at: datetime | None = None


_BORNE_OUT = Contradicted()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChanges:
    """Rows to be added in one transaction, and what becomes of the incident, one change after the other."""

    document: DocumentHead | None = None
    version: DocumentVersion | None = None
    body: bytes | None = None
    record: DocumentRecord | None = None
    incident: tuple[IncidentChanges, ...] = ()


def add_document(
    dossier: Dossier | None, grant: Grant, new: NewDocument, *, number: int, now: datetime
) -> DocumentChanges:
    """File a document with its first version.

    Args:
        dossier: The incident it is about; None: none.
        grant: Of whose version it is.
        new: What is filed.
        number: The next in its place.
        now: When.

    Raises:
        InputError: Something of it cannot be: all of it is named.
        ConflictError: The incident is closed, and takes none of that kind any more.
        NotFoundError: The incident has no such duty.
    """
    _must_be_granted(dossier, grant, PersonAct.DOCUMENT)
    _must_take(dossier, new.kind)
    problems = [*_body_problems(new.media_type, new.body), *_unmarkable(dossier, new.media_type)]
    title, body = clean(new.title)[:_TITLE], _marked(dossier, new.media_type, new.body)
    if not title:
        problems.append(Problem(what="the title is missing", fix="say what the document is, in a few words"))
    if not _LANGUAGE.fullmatch(new.language):
        problems.append(Problem(what=f"{new.language!r} is no language", fix="two letters: en, ru, fr"))
    if new.standing and new.standing not in STANDING_KINDS:
        names = ", ".join(STANDING_KINDS)
        problems.append(Problem(what=f"{new.standing!r} does not come round by the calendar", fix=f"one of: {names}"))
    if new.done_at is not None:
        problems += moment_problems(dossier, new.done_at, now)
    if new.duty and dossier is None:
        problems.append(Problem(what="a duty is one of an incident", fix="name the incident"))
    if problems:
        raise InputError(problems)
    if (drill := _drill_of(dossier)) is not None:
        marked = title.startswith(_in_all_languages("drill-mark"))
        title = title if marked else f"{drill.words.text('drill-mark')} {title}"
    owner, place = (dossier.incident.id, dossier.incident.number) if dossier else (COMPANY_DOCUMENTS,) * 2
    document = DocumentHead(
        id=f"{place}-d{number}",
        incident_id=owner,
        number=number,
        kind=new.kind,
        language=new.language,
        title=title,
        duty=dossier.duty(new.duty).ref if dossier and new.duty else "",
        standing=new.standing,
        done_at=(new.done_at or now) if new.standing else None,
        two_persons=new.two_persons or new.kind in TWO_PERSONS,
        names_clients=new.names_clients or new.kind is DocumentKind.LETTER,
        made_by=grant.person,
        made_at=now,
    )
    version = _version(document, 1, grant, new.media_type, body, "", now)
    made_of = composed_title(document) if drill is None else None
    shown = title if dossier is None or made_of is None else dossier.words.worded(made_of)
    args: Said = {"document": document.id, "kind": new.kind.value, "title": shown, "hash": version.sha256}
    entry = _entry(dossier, grant, "document_added", now, args, ("document", document.id), ("version", 1))
    return DocumentChanges(document=document, version=version, body=body, incident=entry)


def revise_document(
    dossier: Dossier | None,
    grant: Grant,
    filed: FiledDocument,
    *,
    media_type: str,
    body: bytes,
    note: str,
    now: datetime,
) -> DocumentChanges:
    """File the next version of a document; who approved the one before has not approved this one.

    Raises:
        InputError: Something of it cannot be, or what changed is not said.
        ConflictError: It is the newest version again, or the incident is closed and takes none of that kind any more.
    """
    _must_be_granted(dossier, grant, PersonAct.DOCUMENT)
    _must_take(dossier, filed.document.kind)
    problems, note = [*_body_problems(media_type, body), *_unmarkable(dossier, media_type)], clean(note)
    if not note:
        problems.append(Problem(what="what changed is missing", fix="say it in words"))
    if problems:
        raise InputError(problems)
    body = _marked(dossier, media_type, body)
    version = _version(filed.document, filed.newest.version + 1, grant, media_type, body, note, now)
    if version.sha256 == filed.newest.sha256:
        what = f"version {filed.newest.version} of {filed.id} says the same"
        raise ConflictError(Problem(what=what, fix="there is nothing to file"))
    args: Said = {"document": filed.id, "version": version.version, "note": note, "hash": version.sha256}
    about = (("document", filed.id), ("version", version.version))
    entry = _entry(dossier, grant, "document_revised", now, args, *about)
    return DocumentChanges(version=version, body=body, incident=entry)


def approve_document(
    dossier: Dossier | None,
    grant: Grant,
    filed: FiledDocument,
    *,
    version: int | None,
    now: datetime,
    contradicted: Contradicted = _BORNE_OUT,
) -> DocumentChanges:
    """Approve a version; without a number the newest.

    Raises:
        ConflictError: It is theirs, they have approved it, it is not the newest, the incident is closed and takes none
            of that kind any more, or it contradicts the case and nobody says why it is approved all the same.
        NotFoundError: There is no such version.
    """
    _must_be_granted(dossier, grant, PersonAct.APPROVE)
    _must_take(dossier, filed.document.kind)
    meant = version_of(filed, version)
    _must_be_of_this_close(dossier, filed, meant)
    if meant.version != filed.newest.version:
        what = f"version {meant.version} of {filed.id} is not the newest"
        raise ConflictError(Problem(what=what, fix=f"read and approve version {filed.newest.version}"))
    if grant.people & meant.people:
        what = f"version {meant.version} of {filed.id} is by {meant.author}, whose approval is no second word"
        raise ConflictError(Problem(what=what, fix=f"another person approves it: nabat documents approve {filed.id}"))
    if any(grant.person == each.by for each in filed.done(DocumentAct.APPROVED, meant.version)):
        what = f"{grant.person} has approved version {meant.version} of {filed.id}"
        raise ConflictError(Problem(what=what, fix="there is nothing left to do"))
    reason = why_all_the_same(filed, meant, contradicted)
    args: Said = {"document": filed.id, "version": meant.version, "hash": meant.sha256}
    about = (("document", filed.id), ("version", meant.version))
    steps = _reviewed(dossier, filed, meant, grant, now)
    return DocumentChanges(
        record=_record(filed, meant, DocumentAct.APPROVED, grant, now, now, reason=reason),
        incident=_entry(dossier, grant, "document_approved", now, args, *about, steps=steps, contradicted=contradicted),
    )


def why_all_the_same(filed: FiledDocument, meant: DocumentVersion, contradicted: Contradicted) -> str:
    """Return why a version that contradicts the case goes on, as it is kept.

    Raises:
        ConflictError: Nobody says so.
        InputError: It is too long.
    """
    reason = clean(contradicted.reason)
    if len(reason) > _REASON:
        raise InputError(Problem(what=f"the reason has more than {_REASON} characters", fix="say it in short"))
    if contradicted.remarks and not reason:
        what = f"version {meant.version} of {filed.id} contradicts the case ({len(contradicted.remarks)})"
        right = f"draft it anew, or nabat documents revise {filed.id}"
        fix = f"put it right: {right}; or say why it goes on all the same: --reason"
        raise ConflictError([Problem(what=what, fix=fix), *(Problem(what=each) for each in contradicted.remarks)])
    return reason


def _reviewed(
    dossier: Dossier | None, filed: FiledDocument, meant: DocumentVersion, grant: Grant, now: datetime
) -> tuple[Step, ...] | None:
    """Return the steps of the case with those done that an approved review ends; None: it is no review of a case."""
    if dossier is None or filed.document.kind is not DocumentKind.REVIEW:
        return None
    by = signature(dossier, grant)
    proof = dossier.words.text("incident-proof-reviewed", document=filed.id, version=meant.version, by=by)
    return when(dossier, "reviewed", now, by, proof)


def send_document(
    dossier: Dossier | None,
    grant: Grant,
    filed: FiledDocument,
    *,
    to: str,
    at: datetime,
    version: int | None,
    now: datetime,
    contradicted: Contradicted = _BORNE_OUT,
) -> DocumentChanges:
    """Record that a version was sent.

    Args:
        dossier: The incident it is about.
        grant: Of whoever says so.
        filed: The document.
        to: To whom, and how.
        at: When.
        version: Which; None: the newest.
        now: When it is recorded.
        contradicted: What of it the case does not bear out, and why it goes out all the same.

    Raises:
        InputError: It is not said to whom, or the moment cannot be.
        ConflictError: A second person has not approved that version, or had not then; or it contradicts the case and
            nobody says why it goes out all the same; or it is what was withdrawn.
        NotFoundError: There is no such version.
    """
    _must_be_granted(dossier, grant, PersonAct.SEND)
    if dossier is not None:
        must_be_no_drill(dossier, "nothing of it is sent to anybody")
    meant, to = version_of(filed, version), clean(to)
    problems = moment_problems(dossier, at, now)
    if not to:
        problems.append(Problem(what="to whom it was sent is missing", fix="name the authority or person, and the way"))
    if problems:
        raise InputError(problems)
    _must_be_of_this_close(dossier, filed, meant, at)
    withdrawn_at = contradicted.withdrawn_at
    if withdrawn_at is not None and meant.at < withdrawn_at <= at:
        # Its reader holds a withdrawal: what was written before it does not say that it holds no more.
        what = f"version {meant.version} of {filed.id} was withdrawn at {rfc3339(withdrawn_at)}"
        raise ConflictError(Problem(what=what, fix="draft it anew, it says so then: nabat notices draft"))
    if filed.document.two_persons:
        agreed = filed.agreed_at(meant.version)
        fix = f"another person approves it first: nabat documents approve {filed.id}"
        if agreed is None:
            what = f"version {meant.version} of {filed.id} needs the approval of a second person"
            raise ConflictError(Problem(what=what, fix=fix))
        if at < agreed.replace(second=0, microsecond=0):
            what = f"version {meant.version} of {filed.id} was approved at {rfc3339(agreed)}, after {rfc3339(at)}"
            fix = "give the moment it was sent; what went out without approval is a receipt: nabat duties receipt"
            raise ConflictError(Problem(what=what, fix=fix))
    reason = why_all_the_same(filed, meant, contradicted)
    args: Said = {"document": filed.id, "version": meant.version, "to": to, "at": rfc3339(at), "hash": meant.sha256}
    about = (("document", filed.id), ("version", meant.version))
    return DocumentChanges(
        record=_record(filed, meant, DocumentAct.SENT, grant, now, at, place=to, reason=reason),
        incident=_entry(dossier, grant, "document_sent", now, args, *about, contradicted=contradicted),
    )


def receive_receipt(
    dossier: Dossier | None,
    grant: Grant,
    filed: FiledDocument,
    *,
    number: str,
    at: datetime,
    now: datetime,
    version: int | None = None,
    reason: str = "",
) -> DocumentChanges:
    """Record the receipt of what was sent; the duty that the document was written for is fulfilled by it.

    Args:
        dossier: The incident it is about.
        grant: Of whoever records it.
        filed: The document.
        number: Of the receipt, or where it is kept.
        at: When it came.
        now: When it is recorded.
        version: Of which version; None: the one sent last.
        reason: Why an earlier receipt is corrected.

    Raises:
        InputError: The number is missing, or the moment cannot be.
        ConflictError: That version was not sent, or there is a receipt and no reason to correct it.
    """
    _must_be_granted(dossier, grant, PersonAct.RECEIPT)
    number, reason = clean(number), clean(reason)
    sent = filed.done(DocumentAct.SENT, version)
    if not sent:
        which = f"version {version} of {filed.id}" if version is not None else filed.id
        what = f"nothing says that {which} was sent"
        raise ConflictError(Problem(what=what, fix=f"say to whom and when: nabat documents sent {filed.id}"))
    last = sent[-1]
    problems = moment_problems(dossier, at, now)
    if not number:
        problems.append(Problem(what="the receipt's number is missing", fix="give it, or where the receipt is kept"))
    if at < last.happened_at.replace(second=0, microsecond=0):
        what = f"the receipt at {rfc3339(at)} is earlier than the sending of {filed.id}, {rfc3339(last.happened_at)}"
        problems.append(Problem(what=what, fix="give the moment it came"))
    if problems:
        raise InputError(problems)
    earlier = filed.done(DocumentAct.RECEIPT, last.version)
    if earlier and not reason:
        what = f"version {last.version} of {filed.id} has the receipt {earlier[-1].reference!r}"
        raise ConflictError(Problem(what=what, fix="say why it is corrected: --reason"))
    meant = version_of(filed, last.version)
    args: Said = {"document": filed.id, "version": meant.version, "number": number, "reason": reason or "none"}
    about = (("document", filed.id), ("version", meant.version), ("receipt", number))
    record = _record(filed, meant, DocumentAct.RECEIPT, grant, now, at, reference=number, reason=reason)
    first = _entry(dossier, grant, "document_receipt", now, args, *about)
    if dossier is None or not filed.document.duty:
        return DocumentChanges(record=record, incident=first)
    if receipt_eases(dossier, filed.document.duty, last.happened_at):
        what = f"{filed.document.duty} would be late no more by this receipt, which takes two persons"
        fix = f"correct the duty's own receipt first: nabat duties receipt {dossier.incident.number} --reason"
        raise ConflictError(Problem(what=what, fix=fix))
    ended = file_receipt(
        dossier.after(first[0]),
        filed.document.duty,
        grant,
        number=number,
        at=last.happened_at,
        now=now,
        version=f"{filed.id} v{meant.version}",
        reason=reason,
    )
    return DocumentChanges(record=record, incident=(*first, ended))


def record_reading(
    dossier: Dossier | None, grant: Grant, filed: FiledDocument, version: DocumentVersion, *, now: datetime
) -> DocumentChanges:
    """Say on the timeline that somebody read a version that names clients."""
    _must_be_granted(dossier, grant, PersonAct.CLIENTS)
    args: Said = {"document": filed.id, "version": version.version}
    about = (("document", filed.id), ("version", version.version))
    return DocumentChanges(incident=_entry(dossier, grant, "document_read", now, args, *about))


def _must_be_granted(dossier: Dossier | None, grant: Grant, act: PersonAct) -> None:
    if dossier is not None:
        granted(dossier, grant, act)
    elif grant.act is not act or grant.incident_id:
        raise DeniedError(Problem(what="the grant is not for this", fix="ask for it anew"))


def _must_be_of_this_close(
    dossier: Dossier | None, filed: FiledDocument, meant: DocumentVersion, at: datetime | None = None
) -> None:
    """Refuse what withdraws by a decision that a later one replaced; ``at``: when it went out.

    Raises:
        ConflictError: The incident is not closed as no breach, or was closed anew between the version and then.
    """
    if dossier is None or filed.document.kind is not DocumentKind.WITHDRAWAL:
        return
    before = at is not None and dossier.incident.closed_since(at)
    dossier.must_be_none("nothing is withdrawn by it", made_at=None if before else meant.at)


def _must_take(dossier: Dossier | None, kind: DocumentKind) -> None:
    """Refuse what no closed incident speaks any more; what it showed is still written down, as reports and reviews.

    Raises:
        ConflictError: It is closed.
    """
    if dossier is None or kind not in LEAVING:
        return
    if kind is DocumentKind.WITHDRAWAL:
        dossier.must_be_none("nothing of it is withdrawn")
    elif kind is DocumentKind.LETTER:  # clients are written to a week and a month after the first letters, too
        dossier.must_go_on("no letter is written for it any more")
    else:
        dossier.must_be_open("no notice is written for it any more")


def _entry(
    dossier: Dossier | None,
    grant: Grant,
    kind: str,
    now: datetime,
    args: Said,
    *data: tuple[str, str | int],
    steps: tuple[Step, ...] | None = None,
    contradicted: Contradicted = _BORNE_OUT,
) -> tuple[IncidentChanges, ...]:
    """Return the timeline entry of an act, and steps that it ends; what is about no incident has none."""
    if dossier is None:
        return ()
    message, about = f"incident-entry-{kind.replace('_', '-')}", Data(data)
    if contradicted.remarks:
        count = len(contradicted.remarks)
        message, about = f"{message}-all-the-same", (*data, ("contradictions", count))
        args = {**args, "count": count, "reason": clean(contradicted.reason)}
    text = dossier.words.wording(message, **args)
    by = granted(dossier, grant, grant.act)
    after = dossier.steps if steps is None else steps
    return (dossier.changes(dossier.incident, after, at=now, kind=kind, by=by, text=text, data=about),)


def _version(
    document: DocumentHead, number: int, grant: Grant, media_type: str, body: bytes, note: str, now: datetime
) -> DocumentVersion:
    return DocumentVersion(
        document_id=document.id,
        version=number,
        incident_id=document.incident_id,
        media_type=media_type,
        bytes=len(body),
        sha256=sha256(body).hexdigest(),
        author=grant.person,
        typed_by=grant.typed_by,
        at=now,
        note=note,
    )


def _record(
    filed: FiledDocument,
    version: DocumentVersion,
    act: DocumentAct,
    grant: Grant,
    now: datetime,
    happened: datetime,
    *,
    place: str = "",
    reference: str = "",
    reason: str = "",
) -> DocumentRecord:
    return DocumentRecord(
        document_id=filed.id,
        number=len(filed.records) + 1,
        incident_id=filed.document.incident_id,
        version=version.version,
        act=act,
        by=grant.person,
        typed_by=grant.typed_by,
        at=now,
        happened_at=happened,
        place=place,
        reference=reference,
        reason=reason,
    )


def version_of(filed: FiledDocument, number: int | None) -> DocumentVersion:
    """Return a version by its number; without one the newest.

    Raises:
        NotFoundError: There is none.
    """
    found = filed.newest if number is None else filed.version(number)
    if found is None:
        what = f"{filed.id} has no version {number}"
        raise NotFoundError(Problem(what=what, fix=f"its versions are 1 to {filed.newest.version}"))
    return found


def _drill_of(dossier: Dossier | None) -> Dossier | None:
    return dossier if dossier is not None and dossier.incident.kind is IncidentKind.DRILL else None


def _unmarkable(dossier: Dossier | None, media_type: str) -> list[Problem]:
    """Return why a document cannot be one of a drill: whoever holds it must see that it is."""
    if _drill_of(dossier) is None or media_type in _MARKABLE:
        return []
    what = f"a document of a drill says so in its text, and that of {media_type} is not known here"
    return [Problem(what=what, fix=f"one of: {', '.join(_MARKABLE)}")]


def _in_all_languages(message: str) -> tuple[str, ...]:
    return tuple(messages(each).text(message) for each in LANGUAGES)


def _marked(dossier: Dossier | None, media_type: str, body: bytes) -> bytes:
    """Return the body of a document; that of a drill begins with what it is."""
    drill = _drill_of(dossier)
    if drill is None or media_type not in _MARKABLE:
        return body
    before, after = _MARKABLE[media_type]
    if any(each.encode() in body for each in _in_all_languages("drill-document-mark")):
        return body
    mark = drill.words.text("drill-document-mark").encode()
    head = _BODY.match(body) if media_type == "text/html" else None
    at = head.end() if head is not None else 0
    return b"".join((body[:at], before, mark, after, body[at:]))


def _body_problems(media_type: str, body: bytes) -> list[Problem]:
    problems = []
    if not _MEDIA.fullmatch(media_type):
        problems.append(Problem(what=f"{media_type!r} is no media type", fix="write it as text/markdown"))
    if not body.strip():
        problems.append(Problem(what="the document is empty", fix="name a file that holds its text"))
    if len(body) > MAX_BODY:
        what = f"the document has {len(body)} bytes, more than {MAX_BODY}"
        problems.append(Problem(what=what, fix="keep large files as evidence, and file what is said of them"))
    if media_type.startswith("text/") and not _is_utf8(body):
        problems.append(Problem(what="the text is not UTF-8", fix="save it as UTF-8, or name a file of another kind"))
    return problems


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
