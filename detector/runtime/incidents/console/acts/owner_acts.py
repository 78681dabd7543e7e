"""Who has an incident: acknowledge, take over, hand over, put off; by a command, a page, a link or a button."""

from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident import (
    Dossier,
    IncidentChanges,
    acknowledge,
    hand_over,
    kept_playbook,
    pass_on,
    settings_of,
    snooze,
    take_over,
)
from detector.notify import ButtonAct, ButtonClaim, LinkClaim, LinkError, Roster, handed, passed_on
from detector.runtime.incidents.console.reading.case_reading import CaseReading
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.ids import derive
from detector.schema.team.delivery import MessageKind
from detector.schema.team.grants import Grant, Identity, PersonAct, ProvenBy
from detector.store import UnitOfWork
from detector.web.ports import Detail

# How a link's incident is called in a refusal: nothing of it is told.
_OF_LINK = "of this link"


class OwnerActs(CaseReading):
    """The acts that say who has an incident, and until when it can wait."""

    def acknowledge(self, ref: str, *, by: Identity, via: str) -> Incident:
        """Say "I have it": the paging stops and the others are told."""
        return self._act(
            ref, by, PersonAct.ACKNOWLEDGE, lambda found, grant, now: acknowledge(found, grant, via=via, now=now)
        )

    def acknowledge_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Acknowledge by a signed one-time link.

        Args:
            token: Of the link.
            by: Who is signed in in the same browser: then it is their word; None: whom the link was sent to.
            address: Where from, as far as it is known.

        Raises:
            InputError: It is not ours, too old, or has been used.
            DeniedError: Whom it was sent to may not take the incident any more.
        """
        now = self._clock.now()
        claim = self._claim(token, now)
        with self._store.begin() as unit:
            found = self._dossier(unit, claim.incident_id)
            who = by or _of_link(claim, address)
            grant = self._door.grant(unit, found, who, PersonAct.ACKNOWLEDGE, _OF_LINK)
            if not unit.outbox.use_link(claim.token_id, now):
                raise InputError(Problem(what="this link has been used", fix="open the incident's page"))
            changes = acknowledge(found, grant, via="link", now=now)
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident

    def pass_on_by_link(self, token: str, *, by: Identity | None = None, address: str = "") -> Incident:
        """Say by a signed link that one cannot take it: the next ones are called now, once a link.

        Whoever passed it on may still acknowledge by the same link.

        Args:
            token: Of the link.
            by: Who is signed in in the same browser; None: whom the link was sent to.
            address: Where from, as far as it is known.

        Raises:
            InputError: It is not ours, too old, or passed it on before.
            ConflictError: Somebody else has it, or nobody is left.
            DeniedError: Whom it was sent to may not do it any more.
        """
        now = self._clock.now()
        claim = self._claim(token, now)
        with self._store.begin() as unit:
            found = self._dossier(unit, claim.incident_id)
            grant = self._door.grant(unit, found, by or _of_link(claim, address), PersonAct.HAND_OVER, _OF_LINK)
            if not unit.outbox.use_link(derive("passed-on", claim.token_id), now):
                raise InputError(Problem(what="this link has been used", fix="open the incident's page"))
            changes = self._given_away(unit, found, grant, now)
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident

    def link_detail(self, token: str, *, by: Identity | None = None, address: str = "") -> tuple[Detail, str]:
        """Return what a link is about and for whom, changing nothing: what the page behind it shows.

        Raises:
            InputError: It is not ours or too old, or the person must not see the incident.
        """
        claim = self._claim(token, self._clock.now())
        who = by or _of_link(claim, address)
        with self._store.read() as unit:
            self._door.grant(unit, self._dossier(unit, claim.incident_id), who, PersonAct.LOOK, _OF_LINK)
        return self.detail(claim.incident_id), who.name

    def press(self, token: str, *, address: str = "") -> Incident:
        """Do what a button under a page says, once, as whom it was sent to.

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
        """Do what a button under a page in a chat says, once, as whoever the chat's service says pressed it.

        Raises:
            InputError: It is no button of a page of ours, too old, or has been used.
            ConflictError: More is known since that page, and called about anew; or it cannot be done.
            DeniedError: They may not do it.
        """
        now = self._clock.now()
        with self._store.begin() as unit:
            try:
                act, message_id = self._links.read_callback(data)
                page = unit.outbox.message(message_id)
                if page is None or page.kind is not MessageKind.PAGE:
                    raise InputError(Problem(what="this link was not made by this service, or its page is gone"))
                claim = self._links.claim_by(act, page, person, now)
            except LinkError as error:
                raise InputError(Problem(what=str(error))) from None
            done = self._pressed(unit, claim, Identity(name=person, proven_by=ProvenBy.LINK), now)
        self._on_change()
        return done

    def _pressed(self, unit: UnitOfWork, claim: ButtonClaim, who: Identity, now: datetime) -> Incident:
        found = self._dossier(unit, claim.incident_id)
        act = PersonAct.ACKNOWLEDGE if claim.act is ButtonAct.ACKNOWLEDGE else PersonAct.HAND_OVER
        grant = self._door.grant(unit, found, who, act, _OF_LINK)
        page = unit.outbox.message(claim.message_id)
        since = found.incident.called_since
        if page is None or (since != found.incident.opened_at and page.created_at < since):
            what = "more is known since this page, and nobody saw it there"
            raise ConflictError(Problem(what=what, fix="use the newest page, or open the incident"))
        if not unit.outbox.use_link(claim.token_id, now):
            raise InputError(Problem(what="this link has been used", fix="open the incident's page"))
        if claim.act is ButtonAct.ACKNOWLEDGE:
            changes = acknowledge(found, grant, via="button", now=now)
        else:
            changes = self._given_away(unit, found, grant, now)
        unit.incidents.save(changes)
        return found.after(changes).incident

    def pass_on(self, ref: str, *, by: Identity) -> Incident:
        """Give an incident to whoever is next: who has it hands it over, who cannot take it has the next ones called.

        Raises:
            ConflictError: Somebody else has it, or nobody is left.
        """
        return self._act_on(ref, by, PersonAct.HAND_OVER, self._given_away)

    def _given_away(self, unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
        incident = found.incident
        settings = settings_of(incident, unit.incidents, self.with_rota)
        if incident.acknowledged_by != grant.person:
            # Nothing is written where somebody else has it, or it is closed: the transition refuses.
            waits = incident.acknowledged_at is None and incident.status is not IncidentStatus.CLOSED
            playbook = kept_playbook(incident, unit.incidents) or self._playbooks.get(incident.playbook)
            first = (playbook.first.en, playbook.first.ru) if playbook else ("", "")
            pages = passed_on(unit, incident, settings, now, self._links, by=grant.person, first=first) if waits else ()
            return pass_on(found, grant, to=[each.person for each in pages], now=now)
        able = self.takers(unit, incident)
        line = Roster(settings, incident.suspects, now).in_line()
        to = next((each for each in line if each in able and each not in grant.people), "")
        if not to:
            fix = "invite somebody first: nabat incidents invite"
            raise ConflictError(Problem(what=f"nobody else can take {found.name}", fix=fix))
        changes = hand_over(found, grant, to=to, able=able, now=now)
        if changes:
            unit.outbox.add([handed(found.after(changes).incident, grant.person, to, settings, now)])
        return changes

    def _claim(self, token: str, now: datetime) -> LinkClaim:
        try:
            return self._links.read(token, now)
        except LinkError as error:
            raise InputError(Problem(what=str(error))) from None

    def take_over(self, ref: str, *, by: Identity, via: str) -> Incident:
        """Have an incident that somebody else has."""
        return self._act(
            ref, by, PersonAct.TAKE_OVER, lambda found, grant, now: take_over(found, grant, via=via, now=now)
        )

    def hand_over(self, ref: str, *, by: Identity, to: str) -> Incident:
        """Give an incident to somebody else, who is told at once.

        Raises:
            InputError: They cannot take it: not of its team, the case is about them, or nothing reaches them.
        """

        def do(unit: UnitOfWork, found: Dossier, grant: Grant, now: datetime) -> IncidentChanges:
            changes = hand_over(found, grant, to=to, able=self.takers(unit, found.incident), now=now)
            if changes:
                settings = settings_of(found.incident, unit.incidents, self._settings)
                unit.outbox.add([handed(found.after(changes).incident, grant.person, to, settings, now)])
            return changes

        return self._act_on(ref, by, PersonAct.HAND_OVER, do)

    def snooze(self, ref: str, *, by: Identity, until: datetime, reason: str) -> Incident:
        """Put an incident off until a moment, or until it gets worse."""
        return self._act(
            ref,
            by,
            PersonAct.SNOOZE,
            lambda found, grant, now: snooze(found, grant, until=until, reason=reason, now=now),
        )


def _of_link(claim: LinkClaim, address: str) -> Identity:
    return Identity(name=claim.person, proven_by=ProvenBy.LINK, address=address)
