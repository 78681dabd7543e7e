"""By what notices others were told of a case. Pure.

Comes in: its duties with their laws, documents, what these were drafted as. Goes out: ``SentNotice`` values: of duties
that have a receipt or a document that was sent, of forms and documents by hand. What we keep ourselves told nobody, and
an answer to a complaint tells of no breach.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from detector.incident.duty.regulations import Regulation, law_and_stage
from detector.incident.notices.notice_forms import notice_forms
from detector.schema.case.documents import DocumentAct, DocumentKind, FiledDocument
from detector.schema.case.duties import Duty, DutyState, numbered
from detector.schema.notices.notice_fields import NoticeDraft
from detector.schema.notices.withdrawals import SentNotice, TimeTold

_OWN: Final = frozenset({"not-notifying"})
"""Forms that go to nobody."""


def sent_notices(
    duties: Iterable[Duty],
    laws: Mapping[str, Regulation],
    documents: Sequence[FiledDocument],
    drafts: Iterable[NoticeDraft],
    receipts: Mapping[str, datetime],
) -> list[SentNotice]:
    """Return by what others were told.

    Args:
        duties: Of the case.
        laws: That it keeps.
        documents: Of it and of cases that go on in it.
        drafts: What versions of these were drafted as.
        receipts: When the first receipt of a duty was written down since the case was last opened, by its name.
    """
    told, titles = _by_name(documents, {(each.document_id, each.version): each.duty for each in drafts})
    found = [each for duty in duties if (each := _of_duty(duty, laws, told.pop(duty.ref, []), receipts)) is not None]
    told_laws = {each.name.partition("/")[0] for each in found}
    for name, tellings in told.items():
        form = notice_forms().get(name)
        if name in _OWN or (form is not None and (form.internal or form.serves in told_laws)):
            continue
        both = (form.title.en, form.title.ru) if form is not None else (titles[name],) * 2
        to = (form.to.en, form.to.ru) if form is not None else ("", "")
        found.append(SentNotice(name=name, titles=both, recipients=to, told=_in_order(tellings)))
    return found


def _by_name(
    documents: Iterable[FiledDocument], drafted: Mapping[tuple[str, int], str]
) -> tuple[dict[str, list[TimeTold]], dict[str, str]]:
    """Return each time that a document was sent, and what the document is called, by what it was filed as."""
    found: dict[str, list[TimeTold]] = {}
    titles: dict[str, str] = {}
    for filed in documents:
        if filed.document.kind is not DocumentKind.NOTICE:
            continue
        keys = [(filed.id, each.version) for each in filed.versions]
        name = filed.document.duty or next((drafted[key] for key in keys if key in drafted), filed.id)
        titles[name] = filed.document.title
        for sent in filed.done(DocumentAct.SENT):
            receipts, key = filed.done(DocumentAct.RECEIPT, sent.version), (filed.id, sent.version)
            telling = TimeTold(
                at=sent.happened_at,
                recorded_at=sent.at,
                receipt=receipts[-1].reference if receipts else "",
                document=f"{filed.id} v{sent.version}",
                draft=key if key in drafted else None,
            )
            found.setdefault(name, []).append(telling)
    return found, titles


def _of_duty(
    duty: Duty, laws: Mapping[str, Regulation], told: list[TimeTold], receipts: Mapping[str, datetime]
) -> SentNotice | None:
    """Return by what a duty told somebody; None: it told nobody, or of no breach."""
    owed = law_and_stage(duty, laws)
    if owed is not None and (owed[1].kept or owed[1].start == "occasion"):
        return None
    if duty.state is DutyState.DONE and duty.receipt_at is not None:
        told = _with_receipt(told, duty, receipts.get(duty.ref))
    if not told:
        return None
    title = numbered((owed[1].title.en, owed[1].title.ru), duty.stage, duty.reader) if owed else (duty.ref, duty.ref)
    heading = owed[1].heading if owed is not None else None
    recipients = (duty.recipient, duty.recipient_ru or duty.recipient)
    return SentNotice(
        name=duty.ref,
        titles=title,
        headings=(heading.en, heading.ru) if heading is not None else ("", ""),
        recipients=recipients,
        told=_in_order(told),
    )


def _with_receipt(told: list[TimeTold], duty: Duty, recorded_at: datetime | None) -> list[TimeTold]:
    """Return how often somebody was told with the duty's own receipt, which may be that of a document."""
    assert duty.receipt_at is not None  # noqa: S101 - asked before
    same = [each for each in told if duty.receipt_number in ("", each.receipt) or each.document == duty.notice_version]
    if same:
        last = same[-1]
        known = max(filter(None, (last.recorded_at, recorded_at)), default=None)
        return [
            replace(last, receipt=duty.receipt_number, recorded_at=known) if each is last else each for each in told
        ]
    alone = TimeTold(
        at=duty.receipt_at, recorded_at=recorded_at, receipt=duty.receipt_number, document=duty.notice_version
    )
    return [*told, alone]


def _in_order(told: Iterable[TimeTold]) -> tuple[TimeTold, ...]:
    return tuple(sorted(told, key=lambda each: each.recorded_at or each.at))
