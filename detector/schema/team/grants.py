"""Who acts, what may be done, and the proof that somebody may do it: identities, acts, grants, approvals.

Comes in: nothing. Goes out: values. A ``Grant`` is made by ``detector.auth.authorize`` alone; transitions of an
incident take one where they would take a name.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property


class PersonAct(StrEnum):
    """Everything that a person may ask for: a closed list."""

    LOOK = "look"
    CLIENTS = "clients"
    EVIDENCE = "evidence"
    ACKNOWLEDGE = "acknowledge"
    TAKE_OVER = "take_over"
    HAND_OVER = "hand_over"
    SNOOZE = "snooze"
    NOTE = "note"
    DO_STEP = "do_step"
    ACTION = "action"
    APPROVE = "approve"
    SKIP_STEP = "skip_step"
    REOPEN_STEP = "reopen_step"
    CLIENT_DATA = "client_data"
    AWARE = "aware"
    FACT = "fact"
    DUTY = "duty"
    RECEIPT = "receipt"
    DOCUMENT = "document"
    SEND = "send"
    ASSESS = "assess"
    ADOPT = "adopt"
    STATUS = "status"
    CLOSE = "close"
    OPEN_CASE = "open_case"
    REOPEN = "reopen"
    MERGE = "merge"
    PROMOTE = "promote"
    SCOPE = "scope"
    IMPORT_CLIENTS = "import_clients"
    INVITE = "invite"
    ASSIGN_ROLE = "assign_role"
    ANSWER_ROLE = "answer_role"
    ACT_FOR = "act_for"
    EXPECT = "expect"
    REVIEW_EXPECTED = "review_expected"
    END_EXPECTED = "end_expected"
    SILENCE = "silence"
    CONFIRM_SILENCE = "confirm_silence"
    END_SILENCE = "end_silence"
    DRILL = "drill"
    MODEL = "model"
    OVERVIEW = "overview"
    ASK_WHO = "ask_who"
    REPORT = "report"
    TAKE_REPORT = "take_report"
    PEOPLE = "people"
    PEOPLE_LIST = "people_list"
    ACCESS_LOG = "access_log"


class ProvenBy(StrEnum):
    """How a person showed who they are."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 - a way, no secret
    INVITATION = "invitation"
    PROXY = "proxy"
    PROVIDER = "provider"
    LINK = "link"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody has shown to be.

    Attributes:
        name: In ``team.people``; without a team the login.
        proven_by: How it was shown.
        accounts: Further actor ids that were used for it: ``user:root`` of a login.
        address: Where from, as far as it is known; empty: this machine.
        signed_in_from: Where they signed in, where that is another address.
        second_factor: A one-time code was given.
        acts_for: In whose name they act, where that is somebody else.
        rests_on: On whose word, beside their own, they are it: of whoever set their password, or invited to.
    """

    name: str
    proven_by: ProvenBy = ProvenBy.LOGIN
    accounts: tuple[str, ...] = ()
    address: str = ""
    signed_in_from: str = ""
    second_factor: bool = False
    acts_for: str = ""
    rests_on: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """In whose name the act is done."""
        return self.acts_for or self.name

    @cached_property
    def people(self) -> frozenset[str]:
        """Everybody whose word it is: who acts, and in whose name."""
        return frozenset((self.name, self.person))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """This person may do this act on this incident, now.

    Attributes:
        person: In whose name it is done.
        typed_by: Who does it for them; empty: they themselves.
        incident_id: Empty: the act is about no incident.
        roles: What the person holds in this incident, sorted; a role in which they stand in is one of them.
        rests_on: As of their ``Identity``.
    """

    act: PersonAct
    person: str
    typed_by: str = ""
    incident_id: str = ""
    roles: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Everybody whose word it is."""
        return frozenset((self.person, self.typed_by)) - {""}


class SkipReason(StrEnum):
    """Why a step is left out: a closed list, said with words."""

    NOT_CONCERNED = "not_concerned"
    NOT_REQUIRED = "not_required"
    DONE_ELSEWHERE = "done_elsewhere"
    IMPOSSIBLE = "impossible"
    REPLACED = "replaced"


class ApprovalStatus(StrEnum):
    """What became of a request for a second person's word."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one person has done or decided, waiting for another's word; one a subject, the newest.

    Attributes:
        step_id: What it is about: a step, ``duty:LAW/STAGE``, ``laws`` (which apply), ``terms`` (adopting them),
            ``fact:KIND`` (a correction by which less is asked for), ``receipt:LAW/STAGE`` (a corrected one),
            ``import:N`` (taking a list of clients back), ``enisa:FACTOR``, ``letters`` (that letters which can still go
            do not), ``close``, ``reopen`` (a closed case), ``resolve``, ``hold``, ``merge``.
        act: ``do_step``, ``skip_step``, ``duty``, ``adopt``, ``aware`` (T1), ``fact`` (any other), ``receipt``,
            ``import_clients``, ``assess``, ``send`` (letters), ``close``, ``reopen``, ``status`` or ``merge``.
        author: In whose name it is asked for. typed_by: who asked for them; empty: they themselves.
        proof: What shows that it is done, or why it is left out, in words.
        data: What else the act needs, by name: the ``reason`` of leaving a step out.
        decided_by: Who said yes or no; empty while it waits.
    """

    incident_id: str
    step_id: str
    act: PersonAct
    author: str
    typed_by: str = ""
    proof: str = ""
    data: tuple[tuple[str, str | int | float], ...] = ()
    asked_at: datetime
    status: ApprovalStatus = ApprovalStatus.PENDING
    decided_by: str = ""
    decided_at: datetime | None = None
