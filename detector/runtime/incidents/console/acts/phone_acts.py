"""Answers from a phone, without signing in: buttons under messages, and the link of a request for a role."""

from datetime import datetime
from typing import Final

from detector.errors import ConflictError, InputError, Problem
from detector.incident import Dossier, IncidentChanges, accept_role, acknowledge
from detector.notify import ButtonAct, ButtonClaim, LinkClaim, LinkError, acts_under
from detector.runtime.incidents.console.acts.assignment_acts import RoleActs
from detector.runtime.incidents.console.acts.owner_acts import OF_LINK, OwnerActs, of_link
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Message
from detector.schema.team.grants import Grant, Identity, PersonAct, ProvenBy
from detector.schema.team.role_assignments import RoleAssignment
from detector.store import UnitOfWork
from detector.web.ports import AskedRole

_ACTS: Final = {
    ButtonAct.ACKNOWLEDGE: PersonAct.ACKNOWLEDGE,
    ButtonAct.HAND_OVER: PersonAct.HAND_OVER,
    ButtonAct.ACCEPT_ROLE: PersonAct.ANSWER_ROLE,
}


class PhoneActs(OwnerActs, RoleActs):
    """The acts of whoever holds a phone and is not signed in."""

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a message says, once, as whom it was sent to.

        Args:
            token: Of the button.
            address: Where from, as far as it is known.

        Raises:
            InputError: It is not ours, too old, or has been used.
            ConflictError: More is known since that page, and called about anew; or it cannot be done.
            DeniedError: Whom it was sent to may not do it any more.
        """
        now = self._clock.now()
        try:
            claim = self._links.read_button(token, now)
        except LinkError as error:
            raise InputError(Problem(what=str(error))) from None
        with self._store.begin() as unit:
            who = Identity(name=claim.person, proven_by=ProvenBy.LINK, address=address)
            done = self._pressed(unit, claim, who, now)
        self._on_change()
        return done

    def press_in_chat(self, data: str, *, person: str) -> Incident:
        """Do what a button under a message in a chat says, once, as whoever the chat's service says pressed it.

        Raises:
            InputError: It is no button of a message of ours, too old, or has been used.
            ConflictError: More is known since that page, and called about anew; or it cannot be done.
            DeniedError: They may not do it.
        """
        now = self._clock.now()
        with self._store.begin() as unit:
            try:
                act, message_id = self._links.read_callback(data)
                message = unit.outbox.message(message_id)
                if message is None or act not in acts_under(message):
                    raise InputError(Problem(what="this link was not made by this service, or its page is gone"))
                claim = self._links.claim_by(act, message, person, now)
            except LinkError as error:
                raise InputError(Problem(what=str(error))) from None
            done = self._pressed(unit, claim, Identity(name=person, proven_by=ProvenBy.LINK), now)
        self._on_change()
        return done

    def _pressed(self, unit: UnitOfWork, claim: ButtonClaim, who: Identity, now: datetime) -> Incident:
        found = self._dossier(unit, claim.incident_id)
        grant = self._door.grant(unit, found, who, _ACTS[claim.act], OF_LINK)
        message = unit.outbox.message(claim.message_id)
        if message is None or claim.act not in acts_under(message):
            raise InputError(Problem(what="this link was not made by this service, or its page is gone"))
        if claim.act is ButtonAct.ACCEPT_ROLE:
            changes = self._role_taken(unit, found, grant, message, claim.token_id, now)
        else:
            changes = self._page_answered(unit, found, grant, message, claim, now)
        unit.incidents.save(changes)
        return found.after(changes).incident

    def _page_answered(
        self, unit: UnitOfWork, found: Dossier, grant: Grant, page: Message, claim: ButtonClaim, now: datetime
    ) -> IncidentChanges:
        since = found.incident.called_since
        if since != found.incident.opened_at and page.created_at < since:
            what = "more is known since this page, and nobody saw it there"
            raise ConflictError(Problem(what=what, fix="use the newest page, or open the incident"))
        _use(unit, claim.token_id, now)
        if claim.act is ButtonAct.ACKNOWLEDGE:
            return acknowledge(found, grant, via="button", now=now)
        return self._given_away(unit, found, grant, now)

    # -- a request for a role ------------------------------------------------------------------------------------

    def role_link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> AskedRole:
        """Return what a link is about by which a request for a role is answered, changing nothing.

        Raises:
            InputError: It is not ours or too old, or the person must not see the incident.
        """
        claim = self._role_claim(token, self._clock.now())
        who = by or of_link(claim, address)
        with self._store.read() as unit:
            found = self._dossier(unit, claim.incident_id)
            self._door.grant(unit, found, who, PersonAct.LOOK, OF_LINK)
            message = unit.outbox.message(claim.message_id)
            asked = _still_asked(found, who.person, message) if message is not None else None
        return AskedRole(incident=found.incident, asked=asked, person=who.person)

    def answer_role_by_link(
        self, token: str, *, by: Identity | None = None, address: str = "", why_not: str | None = None
    ) -> Incident:
        """Accept a role that a signed one-time link asks for, or decline it.

        Args:
            token: Of the link.
            by: Who is signed in in the same browser: then it is their word; None: whom the link was sent to.
            address: Where from, as far as it is known.
            why_not: Why it is declined; None: it is accepted.

        Raises:
            InputError: It is not ours, too old, or has been used; or the reason is missing.
            ConflictError: They are not asked any more.
            DeniedError: They may not answer.
        """
        now = self._clock.now()
        claim = self._role_claim(token, now)
        with self._store.begin() as unit:
            found = self._dossier(unit, claim.incident_id)
            grant = self._door.grant(unit, found, by or of_link(claim, address), PersonAct.ANSWER_ROLE, OF_LINK)
            message = unit.outbox.message(claim.message_id)
            if message is None:
                raise InputError(Problem(what="this link was not made by this service, or its page is gone"))
            changes = self._role_taken(unit, found, grant, message, claim.token_id, now, why_not=why_not)
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident

    def _role_taken(
        self,
        unit: UnitOfWork,
        found: Dossier,
        grant: Grant,
        message: Message,
        token_id: str,
        now: datetime,
        *,
        why_not: str | None = None,
    ) -> IncidentChanges:
        if _still_asked(found, grant.person, message) is None:
            what = f"{grant.person} is not asked for this role any more"
            raise ConflictError(Problem(what=what, fix="there is nothing left to answer"))
        if why_not is None:
            changes = accept_role(found, grant, message.role, now=now)
        else:
            changes = self._declined(unit, found, grant, message.role, why_not, now)
        _use(unit, token_id, now)
        return changes

    def _role_claim(self, token: str, now: datetime) -> LinkClaim:
        try:
            return self._links.read_role(token, now)
        except LinkError as error:
            raise InputError(Problem(what=str(error))) from None


def _still_asked(found: Dossier, person: str, message: Message) -> RoleAssignment | None:
    """Return the request that a message told somebody of, while it stands; what was asked since is another one."""
    mine = [each for each in found.assignments if each.stands and (each.person, each.role) == (person, message.role)]
    return next((each for each in mine if each.at <= message.created_at and message.person == person), None)


def _use(unit: UnitOfWork, token_id: str, now: datetime) -> None:
    if not unit.outbox.use_link(token_id, now):
        raise InputError(Problem(what="this link has been used", fix="open the incident's page"))
