"""What the service composed and kept as a text, said again in the reader's language.

Comes in: an incident with its timeline; a document. Goes out: a text in another language. The proof of a step with who
agreed to it, the note of a close, the reason of a fact, the title of a document are kept as texts in the service's
language; what they were made of stands in the timeline, or follows from the incident. Nothing is read out of the text
itself: what a person wrote stays as they wrote it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from detector.incident.timeline import rfc3339
from detector.messages import LANGUAGES, Argument, Language, by_text, messages
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.documents import STANDING_KINDS, DocumentHead
from detector.schema.case.incidents import CloseReason, Incident, TimelineEntry
from detector.schema.detection.findings import Reason
from detector.schema.letters.mailings import MailingKind

_VIA: Final = ("cli", "link", "page", "button")
_OF_FACTS: Final = ("merged", "before", "flow", "unmerged")
_DAY: Final = len("2026-03-04")
_AGREED: Final = "incident-proof-approved"


class SaidAgain:
    """Says what an incident keeps beside its timeline in one language.

    Args:
        incident: The incident.
        entries: Its timeline. facts: what was stated of it.
        language: Of the reader.
        zone: Where it is read; None: moments stand as they are kept.
    """

    def __init__(
        self,
        incident: Incident,
        entries: Sequence[TimelineEntry],
        facts: Iterable[CaseFact],
        language: Language,
        zone: tzinfo | None = None,
    ) -> None:
        said = [reason for entry in entries for reason in entry.said]
        self._known = by_text((*said, *(each for reason in said for each in _inside(reason))))
        self._known |= by_text(self._of_incident(incident, entries, tuple(facts)))
        self._messages, self._zone = messages(language), zone

    def __call__(self, text: str) -> str:
        """Return a text in the language, where the service composed it; else as it was written."""
        reason = self._known.get(text)
        return self._messages.worded(reason, zone=self._zone).text if reason is not None else text

    def agreed(self, text: str) -> tuple[str, str]:
        """Return what somebody said, in the language, and who agreed to it; empty: nobody had to."""
        reason = self._known.get(text)
        said = dict(reason.args) if reason is not None else {}
        if reason is None or reason.message != _AGREED or "proof" not in said:
            return self(text), ""
        return self(str(said["proof"])), str(said.get("approver", ""))

    def facts(self, facts: Iterable[CaseFact]) -> tuple[CaseFact, ...]:
        """Return facts with what the service composed of them in the language."""
        return tuple(replace(each, source=self(each.source), reason=self(each.reason)) for each in facts)

    def _of_incident(
        self, incident: Incident, entries: Sequence[TimelineEntry], facts: Sequence[CaseFact]
    ) -> Iterator[Reason]:
        """Yield what the service says is a step's proof, a close's note, or the source and reason of a fact."""
        opened = rfc3339(incident.opened_at)
        yield from (_proof("opened", alerts=count + 1, at=opened) for count in range(len(incident.alert_ids)))
        yield from (_proof("acknowledged", **{"via:": f"incident-via-{via}"}) for via in _VIA)
        yield _proof("by-hand", by=entries[0].by if entries else "", at=opened)
        yield from (_proof("dropped", reason=reason.value) for reason in CloseReason)
        if incident.close_reason is not None:
            yield _proof("closed", reason=incident.close_reason.value, **self._within("note", incident.close_note))
        for each in (one for one in facts if one.kind is CaseFactKind.T1):
            aware = _proof("aware", at=each.value, reason=each.reason)
            yield aware
            yield _proof("approved", **_nested("proof", aware), approver=each.approved_by)
        yield from (_reason(f"incident-fact-{why}") for why in _OF_FACTS)
        for entry in entries:
            yield from _of_entry(entry, opened)

    def _within(self, name: str, text: str) -> dict[str, Argument]:
        """Return a text as the argument of a message: as a message itself, where it is known to be one."""
        known = self._known.get(text)
        return {name: text} if known is None else _nested(name, known)


def title_again(document: DocumentHead, language: Language) -> str:
    """Return what people call a document in the reader's language, where the service named it."""
    found, mark = composed_title(document), messages(language).text("drill-mark")
    if found is None:
        return document.title
    said = messages(language).worded(found).text
    return f"{mark} {said}" if _unmarked(document.title) != document.title else said


def composed_title(document: DocumentHead) -> Reason | None:
    """Return what the title of a document is made of; None: a person gave it, or it is of the document's language."""
    return by_text(_titles(document)).get(_unmarked(document.title))


def _titles(document: DocumentHead) -> Iterator[Reason]:
    place = document.id.rpartition("-d")[0]
    yield _reason("calls-faq-title")
    yield _reason("review-title", number=place)
    *_, number, _, day = ("", "", *document.title.split(" "))
    yield _reason("report-letter-title", number=number, received=day)
    for kind in MailingKind:
        yield _reason("letters-title", **{"kind:": f"letters-kind-{kind.value.replace('_', '-')}"})
    if document.standing in STANDING_KINDS:
        what = f"standing-{document.standing.replace('_', '-')}"
        yield _reason("standing-document", **{"what:": what}, day=document.title[-_DAY:])


def _unmarked(title: str) -> str:
    """Return a title without the mark of a drill."""
    marks = (f"{messages(each).text('drill-mark')} " for each in LANGUAGES)
    return next((title.removeprefix(each) for each in marks if title.startswith(each)), title)


def _inside(reason: Reason) -> Iterable[Reason]:
    """Yield the messages that stand inside another one."""
    parts: dict[str, list[tuple[str, Argument]]] = {}
    for name, value in reason.args:
        outer, colon, rest = name.partition(":")
        if colon:
            parts.setdefault(outer, []).append((rest, value))
    for some in parts.values():
        within = Reason(message=str(dict(some).get("", "")), args=tuple(each for each in some if each[0]))
        yield within
        yield from _inside(within)


def _nested(name: str, reason: Reason) -> dict[str, Argument]:
    """Return a message as the argument of another one."""
    return {f"{name}:": reason.message} | {f"{name}:{each}": value for each, value in reason.args}


def _of_entry(entry: TimelineEntry, opened: str) -> Iterator[Reason]:
    """Yield what the service says beside an entry, of what the entry is about."""
    about = dict(entry.data)
    if entry.kind == "opened" and "matters" in about:
        yield _reason("history-proof-opened", matters=about["matters"], at=opened)
    elif entry.kind == "document_approved":
        given = {"document": about.get("document", ""), "version": about.get("version", 0), "by": entry.by}
        yield _proof("reviewed", **given)
    elif entry.kind == "report_linked":
        kind = next((str(value) for each in entry.said for name, value in each.args if name == "kind"), "other")
        yield _reason("report-source", **{"kind:": f"report-kind-{kind}", "report": str(about.get("report", ""))})


def _proof(what: str, **args: Argument) -> Reason:
    return _reason(f"incident-proof-{what}", **args)


def _reason(message: str, **args: Argument) -> Reason:
    return Reason(message=message, args=tuple(args.items()))
