"""The investigation of a case as people write it: hypotheses, evidence for and against, answers to fixed questions.

Comes in: nothing. Goes out: values. Each is somebody's word, is never changed, and the newest counts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WordKind(StrEnum):
    """What a word says.

    ``HYPOTHESIS``: what may have happened. ``FOR`` / ``AGAINST``: what speaks for one, or against it. ``HOLDS`` /
    ``REFUTED`` / ``OPEN``: how it stands, and why. ``ANSWER``: to one of the questions of a review.
    """

    HYPOTHESIS = "hypothesis"
    FOR = "for"
    AGAINST = "against"
    HOLDS = "holds"
    REFUTED = "refuted"
    OPEN = "open"
    ANSWER = "answer"


class ReviewQuestion(StrEnum):
    """What a review asks, always the same.

    ``WEAK_SPOT``: what made it possible. ``PREVENTED``: why nothing prevented it. ``SOONER``: why it was not noticed
    sooner. ``PERSONS``: what people contributed, without names. ``HELPED`` / ``HINDERED`` / ``LUCK``: in the answer to
    it. ``CONSEQUENCES``: for the business.
    """

    WEAK_SPOT = "weak_spot"
    PREVENTED = "prevented"
    SOONER = "sooner"
    PERSONS = "persons"
    HELPED = "helped"
    HINDERED = "hindered"
    LUCK = "luck"
    CONSEQUENCES = "consequences"


VERDICTS = (WordKind.HOLDS, WordKind.REFUTED, WordKind.OPEN)
"""How a hypothesis may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationWord:
    """One word of somebody.

    Attributes:
        number: Among the case's words, from 1.
        about: Of a hypothesis its number among hypotheses; of an answer the question.
        text: In words; of an answer empty: it is taken back.
        by: Whose word it is, as the timeline writes it.
    """

    incident_id: str
    number: int
    kind: WordKind
    about: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A hypothesis with what was said of it.

    Attributes:
        number: From 1.
        stands: How it stands, by the newest word; None: nobody has judged it.
        speaks_for / speaks_against: What does, the oldest first.
    """

    number: int
    word: InvestigationWord
    stands: InvestigationWord | None
    speaks_for: tuple[InvestigationWord, ...]
    speaks_against: tuple[InvestigationWord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """All of it: hypotheses in their order, and the answers that stand, by question."""

    hypotheses: tuple[Hypothesis, ...]
    answers: dict[ReviewQuestion, InvestigationWord]
