"""Letters to the clients of a case: mailings, what each letter is about, what became of it; questions of clients.

Comes in: nothing. Goes out: values. Who the clients are, their addresses and their data lie in a file of the state
folder (``store.MailingFiles``); rows of the database name a letter by its number in that file.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple


class MailingKind(StrEnum):
    """Which letter it is. The words are parts of the names of templates.

    ``WITHDRAWAL``: to whoever was told of what turned out to be no breach.
    """

    FIRST = "first"
    WEEK = "follow-7"
    MONTH = "follow-30"
    WITHDRAWAL = "withdrawal"


class LetterState(StrEnum):
    """What became of a letter.

    ``PLANNED``: not sent yet. ``SENDING``: being handed over by a sender that runs. ``UNKNOWN``: it was being handed
    over when the sender or the server ended, so that nobody here knows whether it was. ``SENT``: the server took it.
    ``BOUNCED``: it came back, and there is no other way. ``FAILED``: every way refused it. ``POST``: it goes by post.
    ``REPLACED``: a later plan of the same letter stands in its place, and it was not on its way. ``NOT_REACHED``: the
    client has no way at all. ``UNREPRESENTED``: a child, or somebody represented, for whom nobody can be written to.
    ``HELD``: somebody holds it back. The others are a person's word on how a client without a
    letter was told: ``POSTED``, on paper; ``TOLD``, by telephone, in person, in their account; ``PUBLIC``, by a public
    communication; ``GIVEN_UP``: not at all, for a reason.
    """

    PLANNED = "planned"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    POST = "post"
    REPLACED = "replaced"
    NOT_REACHED = "not-reached"
    UNREPRESENTED = "unrepresented"
    HELD = "held"
    POSTED = "posted"
    TOLD = "told-otherwise"
    PUBLIC = "public"
    GIVEN_UP = "given-up"


STANDING: Final = tuple(each for each in LetterState if each is not LetterState.REPLACED)
"""Wherever a letter stands that counts: no later plan stands in its place."""
SETTLED: Final = (LetterState.POSTED, LetterState.TOLD, LetterState.PUBLIC, LetterState.GIVEN_UP)
"""What a person says of a client without a letter."""
LOST: Final = (LetterState.FAILED, LetterState.BOUNCED)
"""Where every way refused a letter, or it came back."""
PERHAPS_SENT: Final = (LetterState.UNKNOWN, LetterState.SENDING)
"""Where nobody knows yet whether a letter went."""
TO_SEND: Final = (LetterState.PLANNED, LetterState.SENDING)
"""What a sender brings further."""
INFORMED: Final = (LetterState.SENT, LetterState.POSTED, LetterState.TOLD)
"""Where a client was told, each for themselves."""
UNREACHED: Final = (LetterState.NOT_REACHED, LetterState.UNREPRESENTED)
"""Where nothing was to go from the beginning."""
ON_THE_WAY: Final = frozenset(LetterState) - {LetterState.PLANNED, LetterState.REPLACED, *UNREACHED}
"""Where something became of a letter, or may have."""
OVER: Final = (*INFORMED, LetterState.PUBLIC, LetterState.GIVEN_UP)
"""Where nothing is to be done for a client any more."""
TOLD_BY_OTHERS: Final = (*OVER, *PERHAPS_SENT)
"""Where a case that was parted from the one that wrote owes a client no letter: told, given up, or perhaps told."""
WITHDRAWN: Final = (*INFORMED, LetterState.PUBLIC, *PERHAPS_SENT)
"""Where a letter of withdrawal stands by which a client counts as told no more: it went, or perhaps did."""
STRANDED: Final = (
    *LOST,
    *UNREACHED,
    LetterState.HELD,
    LetterState.POST,
)
"""Where no sender brings a letter any further: a person has to say how the client was told."""
WITHOUT: Final = (*STRANDED, LetterState.PLANNED, LetterState.UNKNOWN)
"""Where a client has no letter, or nobody knows, and a person can say how they were told."""


class DataAct(StrEnum):
    """What was done with data, as a client is told."""

    SEEN = "seen"
    LISTED = "listed"
    EXPORTED = "exported"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTouch:
    """What was done with one class of one client's data.

    Attributes:
        data_class: Empty: the record map names none.
        action: As the journal has it.
    """

    client: str
    data_class: str
    action: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernedData:
    """One class of a client's data, and what was done with it.

    Attributes:
        data_class: Empty: it is not known which.
        acts: In the order of ``DataAct``.
    """

    data_class: str
    acts: tuple[DataAct, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWay:
    """One way a letter can go."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is written to, and all that the letter says of them.

    Attributes:
        number: In the mailing, from 1.
        client: The id as the scope has it.
        name: Of whoever is written to; empty: not known.
        about: The name of the client, where somebody else is written to for them.
        represented: Somebody else is written to.
        language: Of the letter.
        ways: In the order in which they are tried; empty: there is none, and no letter.
        data: Empty: an imported list alone names the client, and which data it is nobody knows.
        codes: Of each offer the code that is theirs.
        form: Of the letter, as the law of their residence asks for it; empty: the common one.
        again: They were told before, of less of their data.
        mistaken: They were told since that it was a mistake, and it was none after all.
        told_at: Of a letter of withdrawal: when they were told of what it withdraws.
    """

    number: int
    client: str
    name: str = ""
    about: str = ""
    represented: bool = False
    language: str
    ways: tuple[LetterWay, ...]
    data: tuple[ConcernedData, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    form: str = ""
    again: bool = False
    mistaken: bool = False
    told_at: datetime | None = None


class NotReachedWhy(StrEnum):
    """Why a client of the scope gets no letter: a closed list."""

    NO_CONTACT = "no_contact"
    NO_ADDRESS = "no_address"
    NO_REPRESENTATIVE = "no_representative"
    TOLD_OTHERWISE = "told_otherwise"
    """They were told by telephone or in person: nothing is known that a letter of withdrawal could go to."""
    OF_CONTROLLER = "of_controller"
    """Their data is processed for others alone, who tell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """A client of the scope for whom there is no letter: by the name that contacts have, with the data concerned."""

    client: str
    why: NotReachedWhy
    name: str = ""
    data: tuple[ConcernedData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterClass:
    """A class of data as letters name it, and what its loss may lead to."""

    title: str
    title_ru: str = ""
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What all letters of a mailing say alike.

    Attributes:
        reference: The number of the case. other_references: numbers of cases that became one with it, under which
            letters went before.
        organization: Whose letters they are.
        hotline: Whom clients can ask. hotline_ru: the same in Russian; empty: as in all languages.
        noticed_at: When it was noticed.
        did: What was done, by the names of messages.
        timezone: In which times are told. form_zones: in which they are by a form, where its law has one of its own.
        classes: By name.
        offers: Their titles by id, in English and Russian.
        contact: How the company is reached: address, telephone, e-mail, site.
        templates: Texts by language. forms: of other forms of the letter, likewise.
        phrases: What the company says in a language beside them, as it wrote it.
        help_contacts: Whom people may turn to beside the company, by group, as letters name them.
        outcome: Of a letter of withdrawal: what it turned out to be, by the name of a message.
    """

    kind: MailingKind
    reference: str
    organization: str
    hotline: str
    noticed_at: datetime
    did: tuple[str, ...]
    timezone: str
    classes: dict[str, LetterClass]
    offers: dict[str, tuple[str, str]]
    templates: dict[str, str]
    phrases: dict[str, str] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    form_zones: dict[str, str] = field(default_factory=dict)
    contact: str = ""
    help_contacts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hotline_ru: str = ""
    other_references: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Letters that were planned together: never changed once it was written.

    Attributes:
        number: In the case, from 1.
        document_id / document_version: What two people approve; it holds counts and samples.
        scope_version: From which the recipients were taken.
        replaces: The number of the mailing that was planned before. What of it was not on its way is not sent any more;
            what comes back, or is to go again, goes on in it. 0: none.
        at / by: When it was planned, and by whom.
        letters: How many. not_reached: for how many clients there is no letter.
        path / sha256 / bytes: The file with the recipients.
        texts_sha256: Of all letters as they read, in the order of their numbers.
    """

    incident_id: str
    number: int
    kind: MailingKind
    document_id: str
    document_version: int
    scope_version: int
    replaces: int = 0
    at: datetime
    by: str
    letters: int
    not_reached: int
    path: str
    sha256: str
    bytes: int
    texts_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Where one letter stands.

    Attributes:
        mailing: Its number in the case. number: of the recipient in it.
        way: Which of the recipient's ways is tried, from 0.
        message_id: Derived from mailing, client and way, without the angle brackets.
        attempts: How often it was handed over, or nearly.
        error: Code of what went wrong last; empty: nothing. Of a client without a way: why there is none.
        by / words: Who says how the client was told or why not, in what words; empty: nobody had to.
        told_at: When the client was told so.
        client: Keyed hash of the id; empty: of a plan of an older version.
    """

    incident_id: str
    mailing: int
    number: int
    way: int
    channel: str
    language: str
    state: LetterState
    message_id: str
    attempts: int = 0
    changed_at: datetime
    error: str = ""
    by: str = ""
    words: str = ""
    told_at: datetime | None = None
    client: str = ""

    @property
    def on_its_way(self) -> bool:
        """Whether somebody has it, perhaps has it, or will not be reached: nobody is written to again then.

        Where an address refused it, it goes on by the next way, and that address is not tried again.
        """
        waits = self.state in (LetterState.POST, LetterState.HELD) and self.way == 0
        return self.state in ON_THE_WAY and (not waits or self.attempts > 0)


class ToldAs(NamedTuple):
    """What a person says of clients without a letter: as letters keep it."""

    state: LetterState
    by: str
    words: str
    told_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHold:
    """That a person stops the letters of a case to one client: an objection, a lawyer's word.

    Attributes:
        number: In the case, from 1.
        client: Keyed hash of the id.
        released_at / released_by / released_why: When, by whom and why letters may go again; None: they may not.
    """

    incident_id: str
    number: int
    client: str
    at: datetime
    by: str
    reason: str
    released_at: datetime | None = None
    released_by: str = ""
    released_why: str = ""

    @property
    def stands(self) -> bool:
        """Whether letters are held back by it."""
        return self.released_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLetters:
    """How the clients of a case stand with the first letter, that of cases which go on in it included.

    Attributes:
        counts: How many clients stand where: each once, by the newest of their letters.
        later: How many clients came into the case since its letters were planned, or were counted without a row.
        wider: Of how many clients, by counts, more data is concerned than when their letters were planned.
        withdrawn: How many were told since that it was a mistake: they are not counted as told any more.
        listed: How many stand on a list for the post that was written: perhaps they were posted. Counted for acts.
        first: Of those that no sender brings any further the first few of each state: document and number in there.
        less: How many were told, each for themselves, of less than all, and stand by a letter that is open
            still: part of ``without``.
    """

    counts: tuple[tuple[LetterState, int], ...] = ()
    later: int = 0
    wider: int = 0
    listed: int = 0
    withdrawn: int = 0
    first: tuple[tuple[LetterState, str, int], ...] = ()
    less: int = 0

    def count(self, *states: LetterState) -> int:
        """Return how many letters are in some states."""
        return sum(count for state, count in self.counts if state in states)

    @property
    def planned(self) -> bool:
        """Whether letters were filed at all."""
        return bool(self.counts) or self.withdrawn > 0

    @property
    def without(self) -> int:
        """For how many clients there is no letter and no word."""
        return self.count(*WITHOUT, LetterState.SENDING) + self.later

    @property
    def untold(self) -> int:
        """How many were told nothing, and nobody has said why."""
        return self.without - self.less

    @property
    def going(self) -> int:
        """How many are to be written to yet."""
        return self.count(*TO_SEND, LetterState.POST) + self.later + self.wider

    @property
    def reached(self) -> int:
        """How many were told, each for themselves or in public."""
        return self.informed + self.count(LetterState.PUBLIC)

    @property
    def perhaps_reached(self) -> int:
        """How many were told perhaps: nobody knows whether their letter went."""
        return self.count(*PERHAPS_SENT) + self.listed

    @property
    def informed(self) -> int:
        """How many were told, each for themselves, be it of less than all."""
        return self.count(*INFORMED) + self.less


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingProgress:
    """A mailing with how far it is.

    Attributes:
        by_state: How many letters stand where. by_channel: how many go which way now.
        approvals: Who approved it, none of them its author.
        replaced: A later plan stands in its place.
    """

    mailing: Mailing
    by_state: tuple[tuple[LetterState, int], ...]
    by_channel: tuple[tuple[str, int], ...]
    approvals: tuple[str, ...]
    replaced: bool = False

    @property
    def unlisted(self) -> int:
        """How many clients without a way have no row: others write to them, or the plan is of an older version."""
        rows = sum(count for _, count in self.by_state) - self.mailing.letters
        return max(self.mailing.not_reached - rows, 0)

    def count(self, *states: LetterState) -> int:
        """Return how many letters are in some states."""
        return sum(count for state, count in self.by_state if state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCall:
    """A question of a client, and whether it was answered.

    Attributes:
        number: In the case, from 1.
        question: In words, without who asked.
        answered_at / answered_by / answer: When, by whom and what; None: it waits.
    """

    incident_id: str
    number: int
    at: datetime
    by: str
    question: str
    answered_at: datetime | None = None
    answered_by: str = ""
    answer: str = ""
