"""The investigation of a case: what people say of it, and how all of that stands together.

Comes in: a ``Dossier``, a grant, words. Goes out: the word as it is kept, with what the timeline says; the
``Investigation``. A closed case takes words as an open one does: the review comes last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from detector.errors import InputError, NotFoundError, Problem
from detector.incident.acts.transitions import must_be_no_digest
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean
from detector.schema.learning.investigation_words import (
    VERDICTS,
    Hypothesis,
    Investigation,
    InvestigationWord,
    ReviewQuestion,
    WordKind,
)
from detector.schema.team.grants import Grant, PersonAct

LONGEST: Final = 1000
"""Characters that a word has at most."""


def say_word(
    dossier: Dossier,
    grant: Grant,
    words: Sequence[InvestigationWord],
    kind: WordKind,
    about: str,
    text: str,
    now: datetime,
) -> tuple[InvestigationWord, IncidentChanges]:
    """Write a word down.

    Args:
        dossier: The case.
        grant: Of whoever says it.
        words: Those of the case so far.
        kind: What it says.
        about: The number of a hypothesis, or a question; of a new hypothesis nothing.
        text: In words; an answer may be empty: it is taken back.
        now: When.

    Raises:
        NotFoundError: There is no such hypothesis.
        InputError: There is no such question, or the words are missing or too many.
    """
    by = granted(dossier, grant, PersonAct.ACTION)
    must_be_no_digest(dossier)
    known = [each for each in words if each.kind is WordKind.HYPOTHESIS]
    problems, kept = list[Problem](), clean(text)
    if kind is WordKind.HYPOTHESIS:
        about = str(len(known) + 1)
    elif kind is WordKind.ANSWER and about not in tuple(ReviewQuestion):
        fix = f"one of: {', '.join(ReviewQuestion)}"
        problems.append(Problem(what=f"a review asks no question {clean(about)!r}", fix=fix))
    elif kind is not WordKind.ANSWER and about not in {each.about for each in known}:
        there = f"there are 1 to {len(known)}" if known else "add one: nabat review hypothesis"
        raise NotFoundError(Problem(what=f"{dossier.name} has no hypothesis {clean(about)!r}", fix=there))
    if not kept and kind is not WordKind.ANSWER:
        problems.append(Problem(what="the words are missing", fix="say it in words, without names of clients"))
    if len(kept) > LONGEST:
        problems.append(Problem(what=f"more than {LONGEST} characters", fix="say it in short, or file a document"))
    if problems:
        raise InputError(problems)
    incident, number = dossier.incident, len(words) + 1
    word = InvestigationWord(incident_id=incident.id, number=number, kind=kind, about=about, text=kept, by=by, at=now)
    said = dossier.words.wording(f"incident-entry-investigation-{kind.value}", about=about, text=kept or "-")
    data = (("word", number), ("about", about))
    entry = f"investigation_{kind.value}"
    return word, dossier.changes(incident, dossier.steps, at=now, kind=entry, by=by, text=said, data=data)


def investigation_of(words: Iterable[InvestigationWord]) -> Investigation:
    """Return how all that was said stands together."""
    said = sorted(words, key=lambda each: each.number)
    answers = {ReviewQuestion(each.about): each for each in said if each.kind is WordKind.ANSWER}

    def about(number: str, *kinds: WordKind) -> tuple[InvestigationWord, ...]:
        return tuple(each for each in said if each.kind in kinds and each.about == number)

    return Investigation(
        hypotheses=tuple(
            Hypothesis(
                number=int(each.about),
                word=each,
                stands=next(reversed(about(each.about, *VERDICTS)), None),
                speaks_for=about(each.about, WordKind.FOR),
                speaks_against=about(each.about, WordKind.AGAINST),
            )
            for each in said
            if each.kind is WordKind.HYPOTHESIS
        ),
        answers={
            question: answers[question] for question in ReviewQuestion if question in answers and answers[question].text
        },
    )
