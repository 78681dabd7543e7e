"""Duties: what one stage of one law asks to be sent to one recipient, and what a case keeps of the configuration.

A duty is no step: a step shows the duties it serves, and ticking it fulfils none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.schema.detection.findings import Reason

OF_OTHERS = "duty-others-own"
"""Why a duty is not ours where all people concerned are clients of others."""


class DutyState(StrEnum):
    """Where a duty stands. ``MISSED`` is never stored: it is an open duty whose due time is over."""

    UNDECIDED = "undecided"
    OWED = "owed"
    NOT_OWED = "not_owed"
    DONE = "done"
    MISSED = "missed"


def stage_of(name: str) -> str:
    """Return the stage of the law that a duty is one of: ``uk-complaint`` of ``uk-complaint.2``."""
    return name.partition(".")[0]


def further(stage: str, number: int) -> str:
    """Return what the duty of another request, or of one controller or country, is called: ``uk-complaint.2``."""
    return f"{stage}.{number}"


def numbered(titles: tuple[str, str], name: str, reader: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Return the titles of a stage, in English and Russian, as a duty's: which request it answers, whom it tells."""
    if reader[0]:
        return f"{titles[0]}: {reader[0]}", f"{titles[1]}: {reader[1]}"
    number = name.removeprefix(stage_of(name))[1:]
    return (f"{titles[0]}, no. {number}", f"{titles[1]}, № {number}") if number else titles


class DutyVerdict(StrEnum):
    """What the facts alone say: the duty is owed, it is not, or a person has to judge."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One stage of one law in one case.

    The first part is computed from facts each time something changes; the rest is what people decided and sent.

    Attributes:
        regulation / stage: Ids in the frozen law; of a second complaint, and each after it, with its number
            (``further``); of each controller that is told likewise.
        law_version: Of the law as it is frozen with the case.
        position: Order in the case, from 0.
        step: Step of the checklist that shows it; empty: none.
        recipient / recipient_ru: Who has to be told.
        basis: What it counts from: ``T0``, ``T1``, ``year_end``, ``occasion``, or the stage whose receipt starts it.
        due_at: UTC; None when the law names no number or the clock has not started.
        internal: The due time is our own target, not the law's.
        verdict: What the facts say. reasons: why, in words.
        moot: It follows a duty that is not owed: nobody has to decide about it.
        state: What people made of it.
        decided_at / decided_by / approved_by: The decision whether it is owed, and the second person.
        decision_reason: Why. memo: What was weighed, at length.
        decided_verdict / decided_subjects: What the facts said then, and of how many people at most.
        occasion_at: When what starts it came (a complaint, a request); None: none has.
        occasion: Which one it is, in the words of whoever recorded it: from whom, its number.
        controller: The one controller that is told by it; empty: it is about no controller, or about those that
            nobody named.
        country: The one country whose authority is told by it, by two letters; empty: of no one country.
        receipt_number / receipt_at / receipt_by: What shows that it was sent, when it was, and who says so.
        notice_version: Which version of the notice was sent.
    """

    incident_id: str
    regulation: str
    stage: str
    law_version: int
    position: int
    step: str = ""
    recipient: str = ""
    recipient_ru: str = ""
    basis: str = "T0"
    due_at: datetime | None = None
    internal: bool = False
    verdict: DutyVerdict = DutyVerdict.ASK
    reasons: tuple[Reason, ...] = ()
    moot: bool = False
    state: DutyState = DutyState.UNDECIDED
    decided_at: datetime | None = None
    decided_by: str = ""
    approved_by: str = ""
    decision_reason: str = ""
    memo: str = ""
    decided_verdict: DutyVerdict | None = None
    decided_subjects: int = 0
    occasion_at: datetime | None = None
    occasion: str = ""
    controller: str = ""
    country: str = ""
    receipt_number: str = ""
    receipt_at: datetime | None = None
    receipt_by: str = ""
    notice_version: str = ""

    @property
    def ref(self) -> str:
        """What people call it: ``us-hipaa/hipaa-media``."""
        return f"{self.regulation}/{self.stage}"

    @property
    def of_ref(self) -> str:
        """What people call that of the law's own stage: of a second request or complaint the same as of the first."""
        return f"{self.regulation}/{self.of_stage}"

    @property
    def of_stage(self) -> str:
        """The stage of the law; of a second request or complaint, and each after it, the same as of the first."""
        return stage_of(self.stage)

    @property
    def told_alone(self) -> str:
        """The one controller or country that is told by it; empty: it is about none, or about all nobody named."""
        return self.controller or self.country

    @property
    def reader(self) -> tuple[str, str]:
        """Who that is in words, in English and Russian."""
        return (self.recipient, self.recipient_ru or self.recipient) if self.told_alone else ("", "")

    @property
    def open(self) -> bool:
        """Whether it keeps a case from being closed as handled."""
        return not self.moot and self.state in (DutyState.UNDECIDED, DutyState.OWED)

    @property
    def of_others(self) -> bool:
        """Whether it is not ours: all people concerned are clients of others, who decide about their data."""
        return self.moot and any(each.message == OF_OTHERS for each in self.reasons)

    @property
    def counting(self) -> bool:
        """Whether its clock counts: it is open, and called for or perhaps so, by the facts or by two people's word."""
        return self.open and (self.verdict is not DutyVerdict.NO or self.state is DutyState.OWED)

    @property
    def ended_at(self) -> datetime | None:
        """When its clock ended: by its own receipt, or by the decision that it is not owed; None: it runs."""
        if self.state is DutyState.DONE:
            return self.receipt_at
        return self.decided_at if self.state is DutyState.NOT_OWED else None

    def counts_from(
        self, noticed_at: datetime, aware_at: datetime | None, sent: Mapping[str, datetime | None]
    ) -> datetime:
        """Return what its time counts from.

        Args:
            noticed_at: Since when the law counts that the case was noticed.
            aware_at: T1.
            sent: When each duty of the case was fulfilled, by its name.
        """
        starts = {"T0": noticed_at, "T1": aware_at, "occasion": self.occasion_at}
        return starts.get(self.basis) or sent.get(f"{self.regulation}/{self.basis}") or noticed_at

    def late(self, now: datetime) -> bool:
        """Tell whether it was sent after its time, or was not when that was over: by the law, not by our own target."""
        at = self.receipt_at if self.state is DutyState.DONE else now if self.counting else None
        return at is not None and self.due_at is not None and not self.internal and self.due_at < at

    def shown_state(self, now: datetime) -> str:
        """Return where it stands as people read it: of what nobody has to decide about, that."""
        return "moot" if self.moot and self.state is DutyState.UNDECIDED else self.state_at(now).value

    def state_at(self, now: datetime) -> DutyState:
        """Return where it stands at a moment: one whose clock counts is missed once it is past due."""
        return DutyState.MISSED if self.open and self.late(now) else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPart:
    """A piece of the configuration as cases keep it; cases that opened under the same one share it.

    Attributes:
        id: SHA-256 of ``body``, hex.
        kind: ``terms`` (laws, team, ladder, zone) or ``playbook``.
        body: JSON.
    """

    id: str
    kind: str
    body: str
