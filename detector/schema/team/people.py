"""People as accounts: their secrets, the sessions of their browsers, invitations, and what is recorded of their access.

Comes in: nothing. Goes out: values that are kept. No password, code or token is among them: of what somebody has to
know there are hashes only, but for the seed of one-time codes, from which codes are computed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSecret:
    """What a person signs in with.

    Attributes:
        name: In ``team.people``.
        password_hash: argon2id, with its parameters; empty: none is set.
        password_by: Who set the password, or made the invitation by which it was set; empty: the person herself.
        password_confirmed_by: Who stands for such a password: a third person, or the person by a link; empty: nobody.
        code_seed: Of one-time codes, base32; empty: none are asked for.
        code_step: The newest time step a code of which was used: none is taken twice.
        recovery: SHA-256 of the recovery codes that are left.
    """

    name: str
    password_hash: str = ""
    password_at: datetime | None = None
    password_by: str = ""
    password_confirmed_by: str = ""
    code_seed: str = ""
    code_step: int = 0
    recovery: tuple[str, ...] = ()

    @property
    def rests_on(self) -> str:
        """Whose word a password is that is not the person's own, and that nobody stands for; empty: none."""
        return "" if self.password_confirmed_by else self.password_by


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBrowser:
    """A browser in which a person signed in before: it has tries of its own.

    Attributes:
        id: SHA-256 of the token in the browser's cookie, which is a new one after each signing in.
        network: Where it signed in from last; empty: no proxy says it.
    """

    id: str
    person: str
    network: str = ""
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTries:
    """Tries to sign in as a person that failed in one place, one after the other.

    Attributes:
        place: ``browser:ID``, ``network:ADDRESS``, or ``anywhere`` for all that is not known.
        failures: Since the last success or wait.
        waits: How often the place had to wait; each wait is twice as long.
        waits_until: No try counts before; None: it has not had to wait.
    """

    person: str
    place: str
    failures: int = 0
    waits: int = 0
    waits_until: datetime | None = None
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession:
    """A browser in which somebody is signed in.

    Attributes:
        id: SHA-256 of the token in the browser's cookie.
        proven_by: ``ProvenBy``'s value.
        seen_at: Of the last press; reloading by itself is none.
        ends_at: When it ends whatever happens.
        ended_at: When it was signed out or revoked; None: it was not.
    """

    id: str
    person: str
    proven_by: str
    address: str = ""
    second_factor: bool = False
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class InvitationUse(StrEnum):
    """What an invitation is good for."""

    PASSWORD = "password"  # noqa: S105 - a use, no secret
    OWN = "own"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that is good once: to set a password, to say that one is one's own, or (in the demonstration) to sign in.

    Attributes:
        id: SHA-256 of the token in the link.
    """

    id: str
    person: str
    use: InvitationUse = InvitationUse.PASSWORD
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInvitation:
    """Somebody was let into an incident whom neither a role nor a page lets in."""

    incident_id: str
    person: str
    by: str
    at: datetime
    reason: str


class AccessKind(StrEnum):
    """What is recorded of people's access: a closed list."""

    SIGNED_IN = "signed_in"
    REFUSED = "refused"
    SIGNED_OUT = "signed_out"
    PASSWORD_SET = "password_set"  # noqa: S105 - an event, no secret
    PASSWORD_CONFIRMED = "password_confirmed"  # noqa: S105 - an event, no secret
    CODES_SET = "codes_set"
    CODES_OFF = "codes_off"
    INVITED = "invited"
    REVOKED = "revoked"
    CLIENTS_SEEN = "clients_seen"
    ASKED_WHO = "asked_who"
    DOCUMENT_READ = "document_read"
    REPORT_READ = "report_read"
    CLOCK_CONFIRMED = "clock_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRecord:
    """One thing somebody did with their access, or somebody else with it.

    Attributes:
        by: Who did it. person: whose access it is about.
        incident_id: Of a look at client numbers, or at a document that names clients.
        count: So many client numbers were seen, or asked about.
        address: Where from, as far as it is known.
    """

    id: str
    at: datetime
    kind: AccessKind
    by: str
    person: str
    incident_id: str = ""
    count: int = 0
    address: str = ""
