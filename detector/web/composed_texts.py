"""What the service composed and kept beside the timeline, said again in the reader's language.

Comes in: an incident with its timeline and facts. Goes out: by the text that is kept what it is made of. The proof of a
step with who agreed to it, or the note of a close, is kept as a text in the service's language; what it was made of
stands in the timeline, or follows from the incident. Nothing is read out of the text itself: what a person wrote stays
as they wrote it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from detector.incident import rfc3339
from detector.messages import LANGUAGES, Language, messages
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason
from detector.schema.detection.findings import Reason
from detector.web.ports import Detail

_VIA: Final = ("cli", "link", "page", "button")


def _composed_texts(detail: Detail) -> Mapping[str, Reason]:
    """Return what the texts are made of that an incident keeps beside its timeline, by the text in each language."""
    inner = (each for entry in detail.entries for reason in entry.said for each in _inside(reason))
    known: dict[str, Reason] = {}
    for reason in (*inner, *_of_incident(detail)):
        for language in LANGUAGES:
            try:
                known[messages(language).worded(reason).text] = reason
            except KeyError:  # another version's: the text is shown as it was written
                continue
    return known


def _inside(reason: Reason) -> Iterator[Reason]:
    """Yield the messages that stand inside another one."""
    parts: dict[str, list[tuple[str, str | int | float]]] = {}
    for name, value in reason.args:
        outer, colon, rest = name.partition(":")
        if colon:
            parts.setdefault(outer, []).append((rest, value))
    for some in parts.values():
        within = Reason(message=str(dict(some).get("", "")), args=tuple(each for each in some if each[0]))
        yield within
        yield from _inside(within)


def _of_incident(detail: Detail) -> Iterable[Reason]:
    """Return what the service itself says is a step's proof."""
    incident, opened = detail.incident, rfc3339(detail.incident.opened_at)
    for count in range(1, len(incident.alert_ids) + 1):
        yield _said("opened", alerts=count, at=opened)
    for via in _VIA:
        yield _said("acknowledged", **{"via:": f"incident-via-{via}"})
    yield _said("by-hand", by=detail.entries[0].by if detail.entries else "", at=opened)
    for reason in CloseReason:
        yield _said("dropped", reason=reason.value)
    if incident.close_reason is not None:
        yield _said("closed", reason=incident.close_reason.value, note=incident.close_note)
    for each in detail.facts:
        if each.fact.kind is CaseFactKind.T1:
            yield _said("aware", at=each.fact.value, reason=each.fact.reason)


def _said(what: str, **args: str | int) -> Reason:
    return Reason(message=f"incident-proof-{what}", args=tuple(args.items()))


class SaidAgain:
    """Says what an incident keeps beside its timeline in one language."""

    def __init__(self, detail: Detail, language: Language, zone: tzinfo) -> None:
        self._known, self._messages, self._zone = _composed_texts(detail), messages(language), zone

    def __call__(self, text: str) -> str:
        """Return a text in the language, where the service composed it; else as it was written."""
        reason = self._known.get(text)
        return self._messages.worded(reason, zone=self._zone).text if reason is not None else text
