"""What signing in has to remember: the port that the store meets."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from detector.schema.team.people import (
    AccessRecord,
    BrowserSession,
    CaseInvitation,
    FailedTries,
    Invitation,
    InvitationUse,
    KnownBrowser,
    PersonSecret,
)


class PeopleStore(Protocol):
    """Secrets, sessions, invitations and records, inside one transaction."""

    def secret(self, name: str) -> PersonSecret | None:
        """Return what a person signs in with."""
        ...

    def secrets(self) -> list[PersonSecret]:
        """Return what everybody signs in with, by name."""
        ...

    def save_secret(self, secret: PersonSecret) -> None:
        """Insert or replace."""
        ...

    def tries(self, person: str) -> list[FailedTries]:
        """Return where tries to sign in as a person failed."""
        ...

    def save_tries(self, tries: FailedTries) -> None:
        """Insert or replace those of a person and place."""
        ...

    def forget_tries(self, person: str, places: Collection[str] | None = None) -> None:
        """Delete those of a person: of some places, or of all."""
        ...

    def forget_old_tries(self, now: datetime, kept: timedelta) -> None:
        """Delete those of whoever failed last longer ago than that, and does not wait any more."""
        ...

    def browsers(self, person: str) -> list[KnownBrowser]:
        """Return the browsers in which a person signed in before."""
        ...

    def save_browser(self, browser: KnownBrowser) -> None:
        """Insert or replace."""
        ...

    def rename_browser(self, before: str, after: str) -> None:
        """Know a browser by another id, whoever signed in there."""
        ...

    def forget_browsers(self, person: str) -> None:
        """Delete those of a person."""
        ...

    def forget_old_browsers(self, now: datetime, kept: timedelta) -> None:
        """Delete those in which nobody signed in for longer than that."""
        ...

    def session(self, session_id: str) -> BrowserSession | None:
        """Return a browser's session."""
        ...

    def sessions(self, person: str = "") -> list[BrowserSession]:
        """Return the sessions that nobody ended, of one person or of all."""
        ...

    def save_session(self, session: BrowserSession) -> None:
        """Insert or replace."""
        ...

    def forget_sessions(self, now: datetime, kept: timedelta) -> None:
        """Delete those that ended longer ago than that."""
        ...

    def invitation(self, invitation_id: str) -> Invitation | None:
        """Return an invitation."""
        ...

    def save_invitation(self, invitation: Invitation) -> None:
        """Insert or replace."""
        ...

    def withdraw_invitations(self, person: str, at: datetime, uses: Collection[InvitationUse]) -> None:
        """Let no unused invitation of a person for some uses be good any more."""
        ...

    def newest_invitation(self, person: str, use: InvitationUse) -> Invitation | None:
        """Return the newest invitation of a person for a use."""
        ...

    def inviters(self, person: str, used_at: datetime) -> tuple[str, ...]:
        """Return who made the invitations that a person used at a moment."""
        ...

    def record(self, record: AccessRecord) -> None:
        """Keep what somebody did with their access."""
        ...

    def records(self, since: datetime) -> list[AccessRecord]:
        """Return what was recorded since a moment, the oldest first."""
        ...

    def case_invitations(self, incident_id: str) -> list[CaseInvitation]:
        """Return who was let into an incident."""
        ...

    def save_case_invitation(self, invitation: CaseInvitation) -> None:
        """Insert or replace."""
        ...


class PeopleUnit(Protocol):
    """A transaction."""

    @property
    def people(self) -> PeopleStore:
        """What is kept of people."""
        ...


class PeopleTransactions(Protocol):
    """Where transactions come from."""

    def begin(self) -> AbstractContextManager[PeopleUnit]:
        """Begin one that writes."""
        ...

    def read(self) -> AbstractContextManager[PeopleUnit]:
        """Begin one that only reads."""
        ...
