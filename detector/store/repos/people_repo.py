"""What is kept of people: secrets, sessions, invitations, records of access; approvals that wait in incidents.

Comes in and goes out: values of the vocabulary. Who may do what it does not know.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Executable, delete, select, update

from detector.schema.team.delivery import WrittenTo
from detector.schema.team.grants import Approval, ApprovalStatus
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
from detector.schema.team.role_assignments import RoleAssignment
from detector.store.db import tables
from detector.store.db.session import Session
from detector.store.repos.proven_time import ProvenTime


class PeopleRepo:
    """People, inside one transaction."""

    def __init__(self, session: Session, proven_time: ProvenTime) -> None:
        self._session, self._proven_time = session, proven_time

    # -- secrets -------------------------------------------------------------------------------------------------

    def secret(self, name: str) -> PersonSecret | None:
        """Return what a person signs in with."""
        table = tables.person_secrets
        return self._session.value(PersonSecret, select(table).where(table.c.name == name))

    def secrets(self) -> list[PersonSecret]:
        """Return what everybody signs in with, by name."""
        table = tables.person_secrets
        return self._session.values(PersonSecret, select(table).order_by(table.c.name))

    def save_secret(self, secret: PersonSecret) -> None:
        """Insert or replace."""
        self._session.upsert_values(tables.person_secrets, [secret])

    # -- tries and browsers --------------------------------------------------------------------------------------

    def tries(self, person: str) -> list[FailedTries]:
        """Return where tries to sign in as a person failed, by place."""
        table = tables.failed_tries
        return self._session.values(FailedTries, select(table).where(table.c.person == person).order_by(table.c.place))

    def save_tries(self, tries: FailedTries) -> None:
        """Insert or replace those of a person and place."""
        self._session.upsert_values(tables.failed_tries, [tries])

    def forget_tries(self, person: str, places: Collection[str] | None = None) -> None:
        """Delete those of a person: of some places, or of all."""
        table = tables.failed_tries
        gone = delete(table).where(table.c.person == person)
        self._session.run(gone if places is None else gone.where(table.c.place.in_(places)))

    def forget_old_tries(self, now: datetime, kept: timedelta) -> None:
        """Delete those of whoever failed last longer ago than that, and does not wait any more."""
        table, before = tables.failed_tries.c, self._proven_time.until(now) - kept
        over = (table.last_at < before) & (table.waits_until.is_(None) | (table.waits_until < before))
        self._session.run(delete(tables.failed_tries).where(over))

    def browsers(self, person: str) -> list[KnownBrowser]:
        """Return the browsers in which a person signed in before, by id."""
        table = tables.known_browsers
        return self._session.values(KnownBrowser, select(table).where(table.c.person == person).order_by(table.c.id))

    def save_browser(self, browser: KnownBrowser) -> None:
        """Insert or replace."""
        self._session.upsert_values(tables.known_browsers, [browser])

    def rename_browser(self, before: str, after: str) -> None:
        """Know a browser by another id, whoever signed in there."""
        table = tables.known_browsers
        self._session.run(update(table).where(table.c.id == before).values(id=after))

    def forget_browsers(self, person: str) -> None:
        """Delete those of a person."""
        self._session.run(delete(tables.known_browsers).where(tables.known_browsers.c.person == person))

    def forget_old_browsers(self, now: datetime, kept: timedelta) -> None:
        """Delete those in which nobody signed in for longer than that."""
        before = self._proven_time.until(now) - kept
        self._session.run(delete(tables.known_browsers).where(tables.known_browsers.c.seen_at < before))

    # -- sessions ------------------------------------------------------------------------------------------------

    def session(self, session_id: str) -> BrowserSession | None:
        """Return a browser's session."""
        table = tables.browser_sessions
        return self._session.value(BrowserSession, select(table).where(table.c.id == session_id))

    def sessions(self, person: str = "") -> list[BrowserSession]:
        """Return the sessions that nobody ended, of one person or of all, by id."""
        table = tables.browser_sessions
        wanted = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.id)
        return self._session.values(BrowserSession, wanted.where(table.c.person == person) if person else wanted)

    def save_session(self, session: BrowserSession) -> None:
        """Insert or replace."""
        self._session.upsert_values(tables.browser_sessions, [session])

    def forget_sessions(self, now: datetime, kept: timedelta) -> None:
        """Delete those that ended longer ago than that."""
        before = self._proven_time.until(now) - kept
        self._session.run(delete(tables.browser_sessions).where(tables.browser_sessions.c.ends_at < before))

    # -- invitations ---------------------------------------------------------------------------------------------

    def invitation(self, invitation_id: str) -> Invitation | None:
        """Return an invitation."""
        table = tables.invitations
        return self._session.value(Invitation, select(table).where(table.c.id == invitation_id))

    def save_invitation(self, invitation: Invitation) -> None:
        """Insert or replace."""
        self._session.upsert_values(tables.invitations, [invitation])

    def withdraw_invitations(self, person: str, at: datetime, uses: Collection[InvitationUse]) -> None:
        """Let no unused invitation of a person for some uses be good any more."""
        table = tables.invitations
        its = (table.c.person == person) & table.c.use.in_(uses)
        open_ones = its & table.c.used_at.is_(None) & (table.c.ends_at > at)
        self._session.run(update(table).where(open_ones).values(ends_at=at))

    def newest_invitation(self, person: str, use: InvitationUse) -> Invitation | None:
        """Return the newest invitation of a person for a use."""
        table = tables.invitations
        its = select(table).where((table.c.person == person) & (table.c.use == use))
        return self._session.value(Invitation, its.order_by(table.c.made_at.desc(), table.c.id).limit(1))

    def inviters(self, person: str, used_at: datetime) -> tuple[str, ...]:
        """Return who made the invitations that a person used at a moment."""
        table = tables.invitations
        used = select(table.c.made_by).where((table.c.person == person) & (table.c.used_at == used_at))
        return tuple(made_by for (made_by,) in self._session.rows(used))

    def case_invitations(self, incident_id: str) -> list[CaseInvitation]:
        """Return who was let into an incident, by name."""
        table = tables.case_invitations
        wanted = select(table).where(table.c.incident_id == incident_id).order_by(table.c.person)
        return self._session.values(CaseInvitation, wanted)

    def save_case_invitation(self, invitation: CaseInvitation) -> None:
        """Insert or replace."""
        self._session.upsert_values(tables.case_invitations, [invitation])

    # -- who is concerned ----------------------------------------------------------------------------------------

    def invited_to(self, incidents: Collection[str]) -> dict[str, frozenset[str]]:
        """Return by incident who was let in."""
        table = tables.case_invitations
        return self._by_incident(select(table.c.incident_id, table.c.person).where(table.c.incident_id.in_(incidents)))

    def asked_for_roles(self, incidents: Collection[str]) -> dict[str, list[RoleAssignment]]:
        """Return by incident who was asked to hold which role, by role, the oldest first."""
        table = tables.role_assignments
        wanted = select(table).where(table.c.incident_id.in_(incidents)).order_by(table.c.role, table.c.number)
        found: dict[str, list[RoleAssignment]] = {}
        for each in self._session.values(RoleAssignment, wanted):
            found.setdefault(each.incident_id, []).append(each)
        return found

    def called_to(self, incidents: Collection[str]) -> dict[str, frozenset[str]]:
        """Return by incident who was written to about it."""
        table = tables.messages
        wanted = select(table.c.incident_id, table.c.person).where(table.c.incident_id.in_(incidents)).distinct()
        return self._by_incident(wanted)

    def written_to(self, people: Mapping[str, Collection[str]]) -> dict[str, list[WrittenTo]]:
        """Return by incident what was written about it to some of the people."""
        if not people:
            return {}
        table = tables.messages.c
        wanted = select(
            table.incident_id, table.person, table.role, table.kind, table.rung, table.round, table.created_at
        ).where(
            table.incident_id.in_(list(people)), table.person.in_({name for some in people.values() for name in some})
        )
        found: dict[str, list[WrittenTo]] = {}
        for incident_id, person, role, kind, rung, number, at in self._session.rows(wanted):
            said = WrittenTo(
                incident_id=incident_id, person=person, role=role, kind=kind, rung=rung, round=number, at=at
            )
            if person in people[incident_id]:
                found.setdefault(incident_id, []).append(said)
        return found

    def roles_of_steps(self, incidents: Collection[str]) -> dict[str, frozenset[str]]:
        """Return by incident the roles that its steps name."""
        table = tables.steps
        wanted = select(table.c.incident_id, table.c.roles).where(table.c.incident_id.in_(incidents)).distinct()
        found: dict[str, set[str]] = {}
        for incident_id, roles in self._session.rows(wanted):
            found.setdefault(incident_id, set()).update(roles)
        return {incident_id: frozenset(roles) for incident_id, roles in found.items()}

    def _by_incident(self, wanted: Executable) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for incident_id, person in self._session.rows(wanted):
            found.setdefault(incident_id, set()).add(person)
        return {incident_id: frozenset(people) for incident_id, people in found.items()}

    # -- records and approvals -----------------------------------------------------------------------------------

    def record(self, record: AccessRecord) -> None:
        """Keep what somebody did with their access."""
        self._session.upsert_values(tables.access_records, [record], update=False)

    def records(self, since: datetime) -> list[AccessRecord]:
        """Return what was recorded since a moment, the oldest first."""
        table = tables.access_records
        wanted = select(table).where(table.c.at >= since).order_by(table.c.at, table.c.id)
        return self._session.values(AccessRecord, wanted)

    def forget_records(self, before: datetime, most: int) -> int:
        """Delete the oldest records from before a moment that are about no incident; return how many were deleted."""
        table = tables.access_records
        old = select(table.c.id).where(table.c.at < before, table.c.incident_id == "").order_by(table.c.at).limit(most)
        ids = [str(row[0]) for row in self._session.rows(old)]
        return self._session.run(delete(table).where(table.c.id.in_(ids))) if ids else 0

    def approvals(self, incident_id: str) -> list[Approval]:
        """Return the approvals that wait in an incident, by step."""
        table = tables.approvals
        waiting = (table.c.incident_id == incident_id) & (table.c.status == ApprovalStatus.PENDING)
        return self._session.values(Approval, select(table).where(waiting).order_by(table.c.step_id))

    def save_approval(self, approval: Approval) -> None:
        """Insert or replace the one of its step."""
        self._session.upsert_values(tables.approvals, [approval])
