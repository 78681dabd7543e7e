"""Who of a scope is written to, where, in which language, and about which of their own data. Pure.

Comes in: the clients of a version of the scope, what was done with the data of each, contacts. Goes out: a
``Recipient`` for each client who can be reached, and why there is none for the others. What stands in a recipient is of
that client alone: nothing here sees two clients at a time, but to look up who represents one.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple

from detector.schema.events.id_forms import one_form
from detector.schema.letters.mailings import (
    ClientTouch,
    ConcernedData,
    DataAct,
    LetterWay,
    NotReached,
    NotReachedWhy,
    Recipient,
)
from detector.settings.lists.contact_rows import POST, Contact

_ACTS: Final[Mapping[str, DataAct]] = {
    "list": DataAct.LISTED,
    "search": DataAct.LISTED,
    "export": DataAct.EXPORTED,
    "download": DataAct.EXPORTED,
    "print": DataAct.EXPORTED,
    "create": DataAct.CHANGED,
    "update": DataAct.CHANGED,
    "delete": DataAct.DELETED,
}
"""What a client is told of an action; of any other that the data was seen."""
_ORDER: Final = tuple(DataAct)
_ENGLISH: Final = "en"


class Addressed(NamedTuple):
    """Who is written to, and who is not.

    Attributes:
        recipients: Numbered in the order of ids.
        missed: For whom there is no letter.
        foreign: How many get it in another language than theirs: theirs, as contacts have it, that of the letter,
            and the form of the letter.
    """

    recipients: list[Recipient]
    missed: list[NotReached]
    foreign: Counter[tuple[str, str, str]]


def recipients_of(
    clients: Iterable[str],
    touches: Mapping[str, Sequence[ClientTouch]],
    contact_of: Callable[[str], Contact | None],
    *,
    languages: Collection[str],
    language: str,
    form_of: Callable[[str], str] = lambda _: "",
    forms: Mapping[str, Collection[str]] = MappingProxyType({}),
    of_others: Collection[str] = (),
    again: Collection[str] = (),
    mistaken: Collection[str] = (),
) -> Addressed:
    """Return who is written to, and for whom there is no letter.

    Args:
        clients: Of the scope.
        touches: By client.
        contact_of: Returns the contact of a client.
        languages: Of which there are letters.
        language: For whom none of these is known.
        form_of: Returns the form of the letter that a client gets; empty: the common one.
        forms: Of other forms the languages of which there are letters; where ours is none of them, in English.
        of_others: Whose controllers are others alone: they are written to by these.
        again: Who were told before, of less of their data.
        mistaken: Who were told since that it was a mistake.
    """
    found: list[Recipient] = []
    missed: list[NotReached] = []
    foreign = Counter[tuple[str, str, str]]()
    for client in sorted(clients):
        if client in of_others:
            missed.append(NotReached(client=client, why=NotReachedWhy.OF_CONTROLLER))
            continue
        contact = contact_of(client)
        written = _written_to(contact, contact_of)
        if contact is None or isinstance(written, NotReachedWhy):
            why = written if isinstance(written, NotReachedWhy) else NotReachedWhy.NO_CONTACT
            name, data = contact.name if contact is not None else "", concerned_data(touches.get(client, ()))
            missed.append(NotReached(client=client, why=why, name=name, data=data))
            continue
        represented = written is not contact
        spoken, form = written.language or contact.language, form_of(client)
        form = form if form in forms else ""
        there = forms[form] if form else languages
        given = next(each for each in (spoken, language, _ENGLISH) if each in there)
        if spoken and spoken != given:
            foreign[spoken, given, form] += 1
        found.append(
            Recipient(
                number=len(found) + 1,
                client=client,
                name=written.name,
                about=contact.name if represented else "",
                represented=represented,
                language=given,
                form=form,
                ways=_ways(written),
                data=concerned_data(touches.get(client, ())),
                again=client in again,
                mistaken=client in mistaken,
            )
        )
    return Addressed(found, missed, foreign)


def ways_to(client: str, contact_of: Callable[[str], Contact | None]) -> tuple[LetterWay, ...]:
    """Return the ways by which letters about a client go, to whomever they go; empty: there are none."""
    written = _written_to(contact_of(client), contact_of)
    return () if isinstance(written, NotReachedWhy) else _ways(written)


def client_digest(client: str, key: bytes) -> str:
    """Return the keyed hash by which the database knows a client, whichever way the id is spelled."""
    return hmac.new(key, f"client {one_form(client)}".encode("utf-8", "replace"), sha256).hexdigest()


def concerned_data(touches: Iterable[ClientTouch]) -> tuple[ConcernedData, ...]:
    """Return the classes of data that touches of one client are about, sorted, each with what was done with it."""
    by_class: dict[str, list[ClientTouch]] = {}
    for touch in touches:
        by_class.setdefault(touch.data_class, []).append(touch)
    if len(by_class) > 1:
        by_class.pop("", None)  # what is known better is told
    return tuple(
        ConcernedData(
            data_class=name,
            acts=tuple(sorted({_ACTS.get(each.action, DataAct.SEEN) for each in some}, key=_ORDER.index)),
            first_at=min(each.first_at for each in some),
            last_at=max(each.last_at for each in some),
        )
        for name, some in sorted(by_class.items())
    )


def _written_to(contact: Contact | None, contact_of: Callable[[str], Contact | None]) -> Contact | NotReachedWhy:
    """Return to whom a letter about a client goes, or why to nobody. A child is never written to."""
    if contact is None:
        return NotReachedWhy.NO_CONTACT
    if contact.represented_by:
        contact = contact_of(contact.represented_by)
        if contact is None or contact.minor:
            return NotReachedWhy.NO_REPRESENTATIVE
    elif contact.minor:
        return NotReachedWhy.NO_REPRESENTATIVE
    return contact if contact.ways else NotReachedWhy.NO_ADDRESS


def _ways(contact: Contact) -> tuple[LetterWay, ...]:
    """Return the ways in their order; behind one by post nothing is tried: no letter of paper tells that it failed."""
    ways = [LetterWay(channel=each.channel, address=each.address) for each in contact.ways]
    post = next((at for at, each in enumerate(ways) if each.channel == POST), len(ways))
    return tuple(ways[: post + 1])
