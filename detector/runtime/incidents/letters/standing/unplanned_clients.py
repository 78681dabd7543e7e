"""Which clients of a case stand in no plan of letters, and of whom more data is concerned than their letters name.

Comes in: a transaction, a case, what was done with the data of each client. Goes out: ids of clients. A difference of
sets: of the clients in the newest version of the scope, and of those whom the first letters that count in the case are
about (``JoinedCases``). The ledger knows clients by a keyed hash; of plans of older versions the files are read.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from detector.errors import ConfigError
from detector.incident.letters.recipients import client_digest, concerned_data
from detector.keys import Keys
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases, mailings_of
from detector.runtime.incidents.scopes.client_controllers import ClientControllers, of_others_alone
from detector.runtime.incidents.scopes.scope_keeper import FOLDER as SCOPES
from detector.runtime.incidents.scopes.scope_keeper import ScopeKeeper
from detector.schema.events.id_forms import one_form
from detector.schema.letters.mailings import (
    INFORMED,
    LOST,
    ON_THE_WAY,
    STANDING,
    STRANDED,
    TOLD_BY_OTHERS,
    ClientTouch,
    Letter,
    LetterState,
    LetterWay,
    Mailing,
    MailingKind,
    Recipient,
)
from detector.settings import Settings
from detector.store import ClientListFiles, MailingFiles, UnitOfWork

FOLDER = "mailings"

Touches = Mapping[str, Sequence[ClientTouch]]


class StandingLetter(NamedTuple):
    """What a client was told of, or perhaps was.

    Attributes:
        classes: Of data; None: plans of older versions did not say it of clients without a way.
        informed: They surely were, and for themselves.
        stranded: None of the letters is on its way or was settled: it is asked how they were told.
        lost: All of them came back, or every way refused them. tried: the addresses that they had to go to,
            however they are spelled.
    """

    classes: frozenset[str] | None
    informed: bool
    stranded: bool
    lost: bool
    tried: frozenset[str] = frozenset()

    def with_data(self, recipient: Recipient) -> frozenset[str] | None:
        """Return of which classes it speaks together with what another letter to the same client says."""
        named = frozenset(each.data_class for each in recipient.data)
        return self.classes | named if self.classes is not None and (recipient.ways or named) else None

    def beside(self, other: "StandingLetter") -> "StandingLetter":
        """Return how the client stands with letters of two cases: what nobody got names nothing beside one they got."""
        if self.stranded is not other.stranded:
            return other if self.stranded else self
        both = self.classes | other.classes if self.classes is not None and other.classes is not None else None
        lost, tried = self.lost and other.lost, self.tried | other.tried
        return StandingLetter(both, self.informed or other.informed, self.stranded, lost, tried)

    def goes_another_way(self, ways: Iterable[LetterWay]) -> bool:
        """Tell whether nothing reached the client, and an address is known now that nothing had to go to."""
        return self.lost and not self.tried.issuperset(_addresses(ways))

    def names(self, touches: Iterable[ClientTouch]) -> bool:
        """Tell whether it speaks of all data that was touched."""
        classes = frozenset(each.data_class for each in concerned_data(touches) if each.data_class)
        return self.classes is None or classes <= self.classes


_NOTHING = StandingLetter(frozenset(), informed=False, stranded=True, lost=True)


class UnplannedClients(NamedTuple):
    """Clients of whom another plan of letters would have to speak: ids, sorted.

    Attributes:
        later: In no plan.
        wider: Of whom more data is concerned than their letters name.
    """

    later: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()


def standing_letters(
    unit: UnitOfWork,
    files: MailingFiles,
    mailings: Iterable[Mailing],
    states: Collection[LetterState],
    counts: Callable[[Letter], bool] = lambda _: True,
) -> dict[str, StandingLetter]:
    """Return by the one form of their ids which clients letters are about, and which of their data.

    Args:
        unit: The transaction.
        files: Where recipients lie.
        mailings: Whose letters.
        states: In which they stand.
        counts: Tells of a letter whether it does.
    """
    clients: dict[str, StandingLetter] = {}
    for mailing in mailings:
        letters = [each for each in unit.letters.in_state(mailing, *states) if counts(each)]
        recipients = files.read(mailing.path, mailing.sha256)[1] if letters else {}
        for each in letters:
            recipient = recipients[each.number]
            form = one_form(recipient.client)
            before = clients.get(form, _NOTHING)
            informed, stranded = before.informed or each.state in INFORMED, before.stranded and each.state in STRANDED
            lost, tried = before.lost and each.state in LOST, before.tried.union(_addresses(recipient.ways))
            clients[form] = StandingLetter(before.with_data(recipient), informed, stranded, lost, tried)
    return clients


def letters_elsewhere(
    unit: UnitOfWork,
    files: MailingFiles,
    joined: JoinedCases,
    kind: MailingKind = MailingKind.FIRST,
    counts: Callable[[Letter], bool] = lambda _: True,
) -> dict[str, StandingLetter]:
    """Return whom another case told, or perhaps did, while this one was part of it.

    Whose letter was refused, came back or was held back there is planned anew here: the other case may end otherwise.
    """
    return standing_letters(unit, files, joined.planned_elsewhere(unit, kind), TOLD_BY_OTHERS, counts)


def letters_of_others(
    unit: UnitOfWork,
    files: MailingFiles,
    joined: JoinedCases,
    kind: MailingKind,
    counts: Callable[[Letter], bool] = lambda _: True,
) -> dict[str, StandingLetter]:
    """Return how clients stand with what had begun in the cases that go on in one, and in those it was part of."""
    told: dict[str, StandingLetter] = {}
    for case in joined.merged:
        theirs = standing_letters(unit, files, mailings_of(unit, case, kind), ON_THE_WAY, counts)
        told = beside_each_other(told, theirs)
    return beside_each_other(told, letters_elsewhere(unit, files, joined, kind, counts))


def beside_each_other(
    told: Mapping[str, StandingLetter], more: Mapping[str, StandingLetter]
) -> dict[str, StandingLetter]:
    """Return how clients stand with letters of several cases."""
    return {**told, **{client: each.beside(told.get(client, _NOTHING)) for client, each in more.items()}}


def later_clients(unit: UnitOfWork, joined: JoinedCases, settings: Settings) -> tuple[str, ...]:
    """Return which clients of a case stand in no plan of first letters.

    Where nothing was joined, parted or withdrawn, those alone are looked at who came since the newest plan: it knows
    the others.

    Raises:
        StoreError: A list of clients or a mailing is missing or altered.
    """
    withdrawn = bool(unit.letters.withdrawals(joined.case, joined.merged))
    since = 0 if joined.of_several or withdrawn else planned_from(unit, joined.case)
    came = clients_since(unit, joined.case, since, settings)
    if not came:
        return ()
    key = Keys(settings.state).client
    known = unit.letters.first_clients(joined.case, joined.merged)
    files = MailingFiles(settings.state / FOLDER)
    known |= {client_digest(each, key) for each in letters_elsewhere(unit, files, joined)}
    if "" in known:  # of a plan of an older version
        mailings = joined.mailings(unit, MailingKind.FIRST)
        old = standing_letters(unit, files, mailings, STANDING, lambda each: not each.client)
        known |= {client_digest(each, key) for each in old}
    return tuple(sorted(each for each in came if client_digest(each, key) not in known))


def wider_clients(unit: UnitOfWork, joined: JoinedCases, settings: Settings, touches: Touches) -> tuple[str, ...]:
    """Return of which clients of a case more data is concerned than the letters about them name.

    Raises:
        StoreError: A list of clients or a mailing is missing or altered.
    """
    files = MailingFiles(settings.state / FOLDER)
    told = letters_of_others(unit, files, joined, MailingKind.FIRST)
    mine = standing_letters(unit, files, mailings_of(unit, joined.case, MailingKind.FIRST), STANDING)
    told = beside_each_other(told, mine)
    clients = clients_since(unit, joined.case, 0, settings)
    lost = ((each, told.get(one_form(each))) for each in clients if each in touches)
    return tuple(sorted(each for each, letter in lost if letter is not None and not letter.names(touches[each])))


def may_be_wider(unit: UnitOfWork, joined: JoinedCases) -> bool:
    """Tell whether the scope of a case, or what it is made of, is another than when its newest letters were planned."""
    if joined.of_several:
        return True
    versions = unit.scopes.versions(joined.case)
    return bool(versions) and versions[-1].number > planned_from(unit, joined.case)


def planned_from(unit: UnitOfWork, incident_id: str) -> int:
    """Return from which version of the scope the newest first letters were planned; 0: from none that says all."""
    filed = mailings_of(unit, incident_id, MailingKind.FIRST)
    if not filed:
        return 0
    newest = filed[-1]
    # A plan of an older version has no row of who has no way.
    of_old = newest.not_reached and sum(unit.letters.by_state(newest).values()) == newest.letters
    return 0 if of_old else newest.scope_version


def clients_since(unit: UnitOfWork, incident_id: str, since: int, settings: Settings) -> Collection[str]:
    """Return the clients of the newest version of a scope who were not in an earlier one; 0: all. Our own alone."""
    versions = [each for each in unit.scopes.versions(incident_id) if each.number > since]
    keeper = ScopeKeeper(ClientListFiles(settings.state / SCOPES))
    marks = keeper.clients(versions) if versions else {}
    try:
        owners = ClientControllers.of_settings(settings).of(marks)
    except ConfigError:
        return marks.keys()
    return marks.keys() - of_others_alone(owners)


def _addresses(ways: Iterable[LetterWay]) -> Iterable[str]:
    return (each.address.casefold() for each in ways)
