"""What shows that the company is prepared: answers to tests of channels, texts that were reviewed, scores of days."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTest:
    """One message by which it is tried whether somebody is reached over one target.

    Attributes:
        id: That of the message.
        person / target: Who is to answer, and over what it was sent; names of the configuration.
        round: Which of the rounds it belongs to: all of one were sent together.
        at: When it was decided.
        answered_at: When the person said that it had come; None: nobody has.
        answered_by: Who said so, where they had signed in; else the person whom the link was sent to.
    """

    id: str
    person: str
    target: str
    round: int
    at: datetime
    answered_at: datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedText:
    """One template as it was when somebody recorded that the templates were reviewed.

    Attributes:
        document_id: The record. name: of the text. sha256: of its bytes, hexadecimal.
    """

    document_id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessScore:
    """How ready the company was on a day.

    Attributes:
        day: In the configured zone, ``2026-03-02``. at: when it was counted last on that day.
        score: 0 to 100.
        lost: The points that each area lost, by its name; areas that lost none are left out.
    """

    day: str
    at: datetime
    score: int
    lost: tuple[tuple[str, int], ...] = ()
