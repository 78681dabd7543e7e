"""Who has an incident: acknowledge, take over, hand over, put off; by a command, a page or a link."""

from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident import (
    Dossier,
    IncidentChanges,
    acknowledge,
    hand_over,
    pass_on,
    settings_of,
    snooze,
    take_over,
)
from detector.notify import LinkClaim, LinkError, Roster, handed, passed_on
from detector.runtime.delivery.page_content import page_content
from detector.runtime.incidents.console.reading.case_reading import CaseReading
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.ids import derive
from detector.schema.team.grants import Grant, Identity, PersonAct, ProvenBy
from detector.store import UnitOfWork
from detector.web.ports import Detail

OF_LINK = "of this link"
"""How a link's incident is called in a refusal: nothing of it is told."""


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
            who = by or of_link(claim, address)
            grant = self._door.grant(unit, found, who, PersonAct.ACKNOWLEDGE, OF_LINK)
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
            grant = self._door.grant(unit, found, by or of_link(claim, address), PersonAct.HAND_OVER, OF_LINK)
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
        who = by or of_link(claim, address)
        with self._store.read() as unit:
            self._door.grant(unit, self._dossier(unit, claim.incident_id), who, PersonAct.LOOK, OF_LINK)
        return self.detail(claim.incident_id), who.name

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
            content = page_content(incident, unit.incidents, self._playbooks)
            pages = passed_on(unit, incident, settings, now, self._links, content, by=grant.person) if waits else ()
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


def of_link(claim: LinkClaim, address: str) -> Identity:
    """Return whom a link was sent to, as who they show to be by it."""
    return Identity(name=claim.person, proven_by=ProvenBy.LINK, address=address)
