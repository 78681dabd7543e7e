"""Orders to send: that the service sends the letters of a case by itself, until they are sent or somebody stops it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.schema.letters.mailings import MailingKind


class SendingState(StrEnum):
    """How far an order is.

    ``STANDING``: the service sends, and goes on after every start. ``DONE``: nothing is left to send. ``STOPPED``: by a
    person. ``HALTED``: the mail server refused so many in a row that it is no matter of single addresses. ``REFUSED``:
    the letters may not be sent any more, or something is missing.
    """

    STANDING = "standing"
    DONE = "done"
    STOPPED = "stopped"
    HALTED = "halted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingOrder:
    """That the service sends the letters of a kind, whatever plan they are of.

    Attributes:
        number: In the case, from 1.
        at / by: When it was given, and by whom: in their name the letters are sent, while they may send them.
        reason: Why the letters go out though they contradict the case; empty: they did not.
        ended_at: None while it stands. ended_by: who stopped it; empty: it ended by itself.
        why: Code of a failure, or what was wrong; empty: nothing.
    """

    incident_id: str
    number: int
    kind: MailingKind
    at: datetime
    by: str
    reason: str = ""
    state: SendingState = SendingState.STANDING
    ended_at: datetime | None = None
    ended_by: str = ""
    why: str = ""

    @property
    def stands(self) -> bool:
        """Whether the service sends by it."""
        return self.state is SendingState.STANDING
