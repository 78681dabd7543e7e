"""What the view of letters to clients shows: how each stands, what contradicts the case, what a press has shown.

Comes in: the console, an incident, the words, what was pressed. Goes out: values of the template. A client is named
only in what a press has shown.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from detector.errors import Problem, StoreError
from detector.incident.claims.document_remarks import DocumentRemark
from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import SETTLED, TO_SEND, WITHOUT, LetterState, MailingKind, MailingProgress
from detector.web.ports import ConsolePort, LettersView
from detector.web.texts import PageTexts
from detector.web.texts.problems import in_words

_APART = (LetterState.POST, LetterState.REPLACED, LetterState.HELD)
"""Letters that the service does not send."""


def letters_of(
    console: ConsolePort, incident: Incident, words: PageTexts, pressed: Mapping[str, Any], *, shown: bool
) -> dict[str, Any]:
    """Return the values of the view.

    Args:
        console: Of whoever reads.
        incident: Whose letters.
        words: Of the reader.
        pressed: ``letters_kind``, which letter; ``letters_counted``, what it would come to; ``letters_text``, a plan as
            it was filed; ``letters_back``, what came back; ``letters_held``, how many were held back, and had gone.
        shown: This view is.
    """
    if not shown:
        return {}
    view = console.letters.view(incident.id)
    newest = {each.mailing.kind: each for each in view.mailings}
    left = {kind: sum(left_of(each) for each in view.mailings if each.mailing.kind is kind) for kind in newest}
    return {
        "letters": view,
        "letters_listed": [*(("", each) for each in reversed(view.mailings)), *reversed(view.theirs)],
        "letters_newest": [newest[kind] for kind in MailingKind if kind in newest],
        "letters_left": left,
        "letters_contradict": {
            each.mailing.document_id: _contradictions(console, each, words) for each in newest.values() if left_of(each)
        },
        "letters_why": lambda what: in_words(Problem(what=what), words),
        "letter_kinds": [
            kind.value for kind in MailingKind if (kind is MailingKind.WITHDRAWAL) == incident.ended_as_none
        ],
        "letter_kinds_all": [kind.value for kind in MailingKind],
        "letters_kind": "",
        "letters_counted": (),
        "letters_text": "",
        "letters_back": None,
        "letters_held": None,
        "letters_without": [(state.value, count) for state, count in _counts(view, incident) if state in WITHOUT],
        "letters_first": [
            (
                state.value,
                ", ".join(f"{document} № {number}" for each, document, number in view.told.first if each is state),
            )
            for state in WITHOUT
            if any(each is state for each, _, _ in view.told.first)
        ],
        "letters_settled": [state.value for state in SETTLED],
        "left_of": left_of,
        "gone_of": lambda each: each.mailing.letters - each.count(*TO_SEND, *_APART),
        **pressed,
    }


def _counts(view: LettersView, incident: Incident) -> list[tuple[LetterState, int]]:
    """Return how many clients stand where: with the first letter, or with that of withdrawal where it was no breach."""
    if not incident.ended_as_none:
        return list(view.told.counts)
    found = Counter[LetterState]()
    for each in view.mailings:
        if each.mailing.kind is MailingKind.WITHDRAWAL:
            found.update(dict(each.by_state))
    return sorted(found.items())


def left_of(progress: MailingProgress) -> int:
    """Return how many letters of a plan are to be sent still."""
    return progress.count(*TO_SEND)


def _contradictions(console: ConsolePort, progress: MailingProgress, words: PageTexts) -> list[DocumentRemark]:
    """Return in what a plan contradicts the case, as whoever approves or sends it has to say why."""
    try:
        remarks = console.documents.remarks(progress.mailing.document_id, words.language)
    except StoreError:
        return []  # sending says that it is not what was filed
    return [each for each in remarks if each.asks_why]
