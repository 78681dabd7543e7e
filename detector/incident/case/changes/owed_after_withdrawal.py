"""What a case owes anew that is opened again after what others were told was withdrawn.

Comes in: its duties and steps, what was withdrawn. Goes out: the same, as they stand by then: whoever was told that
there was no breach counts as told of none.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from detector.incident.playbook.checklist import undone
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import Step, StepStatus
from detector.schema.notices.withdrawals import Withdrawal

_TELL_STEP: Final = "N4"
"""By which clients are told."""


def owed_again(duties: Iterable[Duty], withdrawals: Iterable[Withdrawal]) -> tuple[Duty, ...]:
    """Return the duties of a case that is opened again: whose notice was withdrawn waits to be fulfilled anew."""
    gone, people = _withdrawn(withdrawals)
    return tuple(
        replace(
            duty,
            state=DutyState.OWED if duty.decided_by else DutyState.UNDECIDED,
            receipt_number="",
            receipt_at=None,
            receipt_by="",
            notice_version="",
        )
        if duty.state is DutyState.DONE and (duty.ref in gone or (people and duty.step == _TELL_STEP))
        else duty
        for duty in duties
    )


def untold(steps: Iterable[Step], withdrawals: Iterable[Withdrawal]) -> tuple[Step, ...]:
    """Return the steps of such a case: the one to tell clients is open where letters told them it was a mistake."""
    _, people = _withdrawn(withdrawals)
    again = (StepStatus.DONE,) if people else ()
    return tuple(undone(each) if each.step_id == _TELL_STEP and each.status in again else each for each in steps)


def _withdrawn(withdrawals: Iterable[Withdrawal]) -> tuple[frozenset[str], bool]:
    """Return by name which notices were withdrawn, and whether letters were to anybody."""
    found = list(withdrawals)
    names = frozenset(each.notice.name for each in found if each.sent_at is not None)
    return names, any(each.of_clients and each.begun for each in found)
