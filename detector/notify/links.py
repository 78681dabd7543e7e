"""Links and buttons of messages: signed, one for one message to one person, good until a date, good once.

Comes in: incident, person, message, time. Goes out: a URL whose token carries them, and back from a token the claim
it makes. A link only opens a page; the press there acknowledges or accepts, because chats fetch links to preview them.
A button acts by itself and shows nothing: it is pressed by a POST, which no preview sends. A token of the one kind is
none of the other. That one was used is written by the store (``used_link``), not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from itsdangerous import BadSignature, URLSafeSerializer

from detector.errors import NabatError
from detector.schema.ids import derive
from detector.schema.team.delivery import Message, MessageKind

_SALT = "nabat.acknowledge.1"
_BUTTON_SALT = "nabat.button.1"
_ROLE_SALT = "nabat.role.1"
_TEST_SALT = "nabat.channel-test.1"
_LONGEST = 2048


_NOT_OURS = "this link was not made by this service, or it was cut on the way"


class LinkError(NabatError):
    """A link that does not open anything."""


class LinkTamperedError(LinkError):
    """The token was not signed by this service, or was altered or cut."""


class LinkExpiredError(LinkError):
    """The token was good once; its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClaim:
    """What a valid link says: this person may answer this message about this incident.

    ``token_id`` is what ``used_link`` keeps; it is the same for every copy of the link.
    """

    incident_id: str
    person: str
    message_id: str
    expires_at: datetime
    token_id: str


class ButtonAct(StrEnum):
    """What a button under a message does."""

    ACKNOWLEDGE = "acknowledge"
    HAND_OVER = "hand_over"
    ACCEPT_ROLE = "accept_role"


_UNDER: Final = {
    MessageKind.PAGE: (ButtonAct.ACKNOWLEDGE, ButtonAct.HAND_OVER),
    MessageKind.ROLE_ASKED: (ButtonAct.ACCEPT_ROLE,),
}


def acts_under(message: Message) -> tuple[ButtonAct, ...]:
    """Return what can be done by buttons under a message."""
    return _UNDER.get(message.kind, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonClaim:
    """What a valid button says: this person, asked by this message, does this act on this incident.

    ``token_id`` is what ``used_link`` keeps; it is the same for every copy of the button.
    """

    act: ButtonAct
    incident_id: str
    person: str
    message_id: str
    token_id: str


class LinkMaker(Protocol):
    """Something that can put a link into a message, and buttons under it."""

    def buttons(self, message: Message) -> tuple[tuple[ButtonAct, str], ...]:
        """Return the acts that can be done under a message, each with the address to post to."""
        ...

    def callbacks(self, message: Message) -> tuple[tuple[ButtonAct, str], ...]:
        """Return the same acts, each with what a chat sends back when they are pressed there."""
        ...

    def make(self, *, incident_id: str, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the acknowledgement page for ``person``."""
        ...

    def make_role(self, *, incident_id: str, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the page on which ``person`` answers a request for a role."""
        ...

    def make_channel_test(self, *, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the page on which ``person`` says that a test message came."""
        ...


class Links:
    """Makes and reads links with one key.

    The expiry stands inside the signed token and is compared with the time the caller gives, so that a replayed story
    and the service judge a link the same way.
    """

    def __init__(self, key: bytes, base_url: str, valid: timedelta) -> None:
        self._serializer = URLSafeSerializer(key, salt=_SALT)
        self._buttons = URLSafeSerializer(key, salt=_BUTTON_SALT)
        self._roles = URLSafeSerializer(key, salt=_ROLE_SALT)
        self._tests = URLSafeSerializer(key, salt=_TEST_SALT)
        self._base = base_url.rstrip("/")
        self._valid = valid

    def make(self, *, incident_id: str, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the acknowledgement page for ``person``."""
        return self._link("ack", self._serializer, [incident_id, person, message_id], now)

    def make_role(self, *, incident_id: str, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the page on which ``person`` answers a request for a role.

        It lies below the acknowledgements: proxies treat those with care already.
        """
        return self._link("ack/role", self._roles, [incident_id, person, message_id], now)

    def make_channel_test(self, *, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the page on which ``person`` says that a test message came."""
        return self._link("ack/test", self._tests, ["", person, message_id], now)

    def _link(self, place: str, key: URLSafeSerializer, claim: Sequence[str], now: datetime) -> str:
        return f"{self._base}/{place}/{_signed(key, [*claim, self._expires(now)])}"

    def _expires(self, now: datetime) -> int:
        return int((now + self._valid).timestamp())

    def buttons(self, message: Message) -> tuple[tuple[ButtonAct, str], ...]:
        """Return the acts that can be done under a message, each with the address to post to."""
        said = (message.incident_id, message.person, message.id, self._expires(message.created_at))
        return tuple(
            (act, f"{self._base}/press/{_signed(self._buttons, [act.value, *said])}") for act in acts_under(message)
        )

    def callbacks(self, message: Message) -> tuple[tuple[ButtonAct, str], ...]:
        """Return the same acts, each with what a chat sends back: 64 characters at most, and no proof of anything."""
        return tuple((act, f"{act.value}:{message.id}") for act in acts_under(message))

    def read_callback(self, data: str) -> tuple[ButtonAct, str]:
        """Return act and message of what a chat sent back.

        Raises:
            LinkTamperedError: Not our form.
        """
        act, _, message_id = data.partition(":")
        if act not in set(ButtonAct) or not message_id:
            raise LinkTamperedError(_NOT_OURS)
        return ButtonAct(act), message_id

    def claim_by(self, act: ButtonAct, page: Message, person: str, now: datetime) -> ButtonClaim:
        """Return what somebody who is known otherwise claims by a button under a page.

        Raises:
            LinkExpiredError: The page is too old.
        """
        _must_last(int((page.created_at + self._valid).timestamp()), now)
        return _button_claim(act, page.incident_id, person, page.id)

    def read_button(self, token: str, now: datetime) -> ButtonClaim:
        """Return what the token of a button claims.

        Raises:
            LinkTamperedError: Not our signature, or not our form.
            LinkExpiredError: Ours, and too old.
        """
        match _loaded(self._buttons, token):
            case [str(act), str(incident_id), str(person), str(message_id), int(expires)] if act in set(ButtonAct):
                _must_last(expires, now)
                return _button_claim(ButtonAct(act), incident_id, person, message_id)
        raise LinkTamperedError(_NOT_OURS)

    def read(self, token: str, now: datetime) -> LinkClaim:
        """Return what the token of an acknowledgement link claims.

        Raises:
            LinkTamperedError: Not our signature, or not our form.
            LinkExpiredError: Ours, and too old.
        """
        return _link_claim(_loaded(self._serializer, token), "link", now)

    def read_role(self, token: str, now: datetime) -> LinkClaim:
        """Return what the token of a link claims that answers a request for a role.

        Raises:
            LinkTamperedError: Not our signature, or not our form.
            LinkExpiredError: Ours, and too old.
        """
        return _link_claim(_loaded(self._roles, token), "role-link", now)

    def read_channel_test(self, token: str, now: datetime) -> LinkClaim:
        """Return what the token of a link claims that says that a test message came.

        Raises:
            LinkTamperedError: Not our signature, or not our form.
            LinkExpiredError: Ours, and too old.
        """
        return _link_claim(_loaded(self._tests, token), "test-link", now)


def _link_claim(said: object, what: str, now: datetime) -> LinkClaim:
    match said:
        case [str(incident_id), str(person), str(message_id), int(expires)]:
            return LinkClaim(
                incident_id=incident_id,
                person=person,
                message_id=message_id,
                expires_at=_must_last(expires, now),
                token_id=derive(what, incident_id, person, message_id),
            )
    raise LinkTamperedError(_NOT_OURS)


def _button_claim(act: ButtonAct, incident_id: str, person: str, message_id: str) -> ButtonClaim:
    return ButtonClaim(
        act=act,
        incident_id=incident_id,
        person=person,
        message_id=message_id,
        token_id=derive("button", act.value, incident_id, person, message_id),
    )


def _signed(serializer: URLSafeSerializer, said: Sequence[str | int]) -> str:
    token = serializer.dumps(said)
    return token if isinstance(token, str) else token.decode()


def _loaded(serializer: URLSafeSerializer, token: str) -> object:
    """Return what a token of ours holds."""
    try:
        if len(token) > _LONGEST or not token.isascii():
            raise BadSignature("not a token")
        return serializer.loads(token)
    except BadSignature:
        raise LinkTamperedError(_NOT_OURS) from None


def _must_last(expires: int, now: datetime) -> datetime:
    expires_at = datetime.fromtimestamp(expires, UTC)
    if now >= expires_at:
        raise LinkExpiredError("this link is too old; open the incident from the pages or the command line")
    return expires_at
