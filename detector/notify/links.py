"""Acknowledgement links: signed, one for one message to one person, good until a date, good once.

Comes in: incident, person, message, time. Goes out: a URL whose token carries them, and back from a token the claim
it makes. A link only opens a page; the press there acknowledges, because chats fetch links to preview them. That a link
was used is written by the store (``used_link``), not known here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from itsdangerous import BadSignature, URLSafeSerializer

from detector.errors import NabatError
from detector.schema.ids import derive

_SALT = "nabat.acknowledge.1"
_LONGEST = 2048


class LinkError(NabatError):
    """A link that does not open anything."""


class LinkTamperedError(LinkError):
    """The token was not signed by this service, or was altered or cut."""


class LinkExpiredError(LinkError):
    """The token was good once; its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClaim:
    """What a valid link says: this person, paged by this message, may acknowledge this incident.

    ``token_id`` is what ``used_link`` keeps; it is the same for every copy of the link.
    """

    incident_id: str
    person: str
    message_id: str
    expires_at: datetime
    token_id: str


class LinkMaker(Protocol):
    """Something that can put a link into a page."""

    def make(self, *, incident_id: str, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the acknowledgement page for ``person``."""
        ...


class Links:
    """Makes and reads links with one key.

    The expiry stands inside the signed token and is compared with the time the caller gives, so that a replayed story
    and the service judge a link the same way.
    """

    def __init__(self, key: bytes, base_url: str, valid: timedelta) -> None:
        self._serializer = URLSafeSerializer(key, salt=_SALT)
        self._base = base_url.rstrip("/")
        self._valid = valid

    def make(self, *, incident_id: str, person: str, message_id: str, now: datetime) -> str:
        """Return the URL that opens the acknowledgement page for ``person``."""
        expires = int((now + self._valid).timestamp())
        token = self._serializer.dumps([incident_id, person, message_id, expires])
        return f"{self._base}/ack/{token if isinstance(token, str) else token.decode()}"

    def read(self, token: str, now: datetime) -> LinkClaim:
        """Return what the token claims.

        Raises:
            LinkTamperedError: Not our signature, or not our form.
            LinkExpiredError: Ours, and too old.
        """
        try:
            if len(token) > _LONGEST or not token.isascii():
                raise BadSignature("not a token")
            match self._serializer.loads(token):
                case [str(incident_id), str(person), str(message_id), int(expires)]:
                    expires_at = datetime.fromtimestamp(expires, UTC)
                case _:
                    raise BadSignature("another form")
        except BadSignature:
            raise LinkTamperedError("this link was not made by this service, or it was cut on the way") from None
        if now >= expires_at:
            raise LinkExpiredError("this link is too old; open the incident from the pages or the command line")
        return LinkClaim(
            incident_id=incident_id,
            person=person,
            message_id=message_id,
            expires_at=expires_at,
            token_id=derive("link", incident_id, person, message_id),
        )
