"""What others were told of a case that turned out to be no breach, and how far that is withdrawn: values.

Comes in: nothing. Goes out: values. Nothing of it is stored: it is read from documents, duties, letters and the
timeline (docs/adr/0153).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from detector.schema.letters.mailings import STRANDED, TO_SEND, LetterState

WITHDRAWAL: Final = "withdrawal"
PREFIX: Final = f"{WITHDRAWAL}/"
"""How the name of a notice begins that withdraws another one: ``withdrawal/eu-gdpr-33/gdpr-72h``."""
CLIENTS: Final = "clients"
"""What stands for the letters to clients among the notices that are withdrawn."""
CALLED_OFF: Final = "withdrawal_off"
"""The entry of the timeline by which a person says that something is not withdrawn, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeTold:
    """One time that somebody was told.

    Attributes:
        at: When, as people say. recorded_at: when they said so here; None: it is not known any more.
        receipt: Its number; empty: there is none.
        document: Which version of which document; empty: it was not filed here.
        draft: Of which document and version that was drafted here; None: of none.
    """

    at: datetime
    recorded_at: datetime | None = None
    receipt: str = ""
    document: str = ""
    draft: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """What somebody outside was told by.

    Attributes:
        name: ``law/stage`` of a duty, the name of a form, or the document.
        titles / recipients: In English and Russian. headings: What the notice itself was headed, likewise.
        told: Each time, in the order in which it was written down; never empty.
    """

    name: str
    titles: tuple[str, str]
    headings: tuple[str, str] = ("", "")
    recipients: tuple[str, str]
    told: tuple[TimeTold, ...]

    @property
    def last_at(self) -> datetime:
        """When it was written down last that they were told: people state the moment itself freely."""
        return max(each.recorded_at or each.at for each in self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """How far something that others were told is withdrawn.

    Attributes:
        notice: What they were told by; of clients with the moment of the close alone.
        clients: Of letters: how many clients were told, and are not set right.
        document: Which withdraws it; empty: nobody has drafted one.
        begun: Of letters: somebody got one that withdraws, or perhaps did.
        states: Of letters: where those of the newest plan stand.
        agreed: A second person has approved its newest version.
        sent_at / receipt: When it was sent, and the number of its receipt.
        off_by / off_why: Who says that it is not withdrawn, and why.
    """

    notice: SentNotice
    clients: int = 0
    begun: bool = False
    states: frozenset[LetterState] = frozenset()
    document: str = ""
    agreed: bool = False
    sent_at: datetime | None = None
    receipt: str = ""
    off_by: str = ""
    off_why: str = ""

    @property
    def name(self) -> str:
        """What people call it: as the notice that withdraws."""
        return f"{PREFIX}{self.notice.name}"

    @property
    def told_key(self) -> str:
        """When they were told last, as the timeline keeps it of what is called off: told anew, it is open again."""
        return str(int(self.notice.last_at.timestamp()))

    @property
    def of_clients(self) -> bool:
        """Whether it is about letters to clients."""
        return self.notice.name == CLIENTS

    @property
    def outstanding(self) -> bool:
        """Whether somebody has to do something still."""
        return self.sent_at is None and not self.off_by

    def command(self, number: str) -> str:
        """Return what is done next; ``number``: of the case."""
        if self.of_clients:
            return self._of_letters(number)
        if not self.document:
            return f"nabat notices draft {number} {self.name}"
        if not self.agreed:
            return f"nabat notices approve {number} {self.name}"
        return f'nabat notices send {number} {self.name} --to "..."'

    def _of_letters(self, number: str) -> str:
        case = f"{number} --kind {WITHDRAWAL}"
        if not self.document:
            return f"nabat letters plan {case} --file"
        if not self.agreed:
            return f"nabat letters approve {case}"
        if self.states.intersection(TO_SEND):
            return f"nabat letters send {case}"
        if LetterState.UNKNOWN in self.states:
            return f"nabat letters status {case} --unknown"
        left = [f" --state {each.value.replace('_', '-')}" for each in STRANDED if each in self.states]
        return f"nabat letters settle {case}{''.join(left)}" if left else f"nabat letters plan {case} --file"
