"""One incident as people see it: its case, what explains it, and which others belong to it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from detector.auth import no_such_incident
from detector.errors import StoreError
from detector.incident import Dossier, all_readings, in_order_due, standing_roles, verify_chain
from detector.incident.enisa.assess import assess
from detector.incident.letters.told_clients import notices_sent
from detector.runtime.coverage_hours.coverage_statement import coverage_of
from detector.runtime.incidents.case_documents import documents_of
from detector.runtime.incidents.case_door import DoorRows
from detector.runtime.incidents.companions.related_cases import near, related
from detector.runtime.incidents.console.reading.digest_reading import DigestReading
from detector.runtime.incidents.console.reading.incident_labels import labels_of
from detector.runtime.incidents.console.reading.other_causes import Both, other_causes
from detector.runtime.incidents.console.reading.recent_answers import RecentAnswers
from detector.runtime.incidents.learning.action_desk import actions_of
from detector.runtime.incidents.letters.standing.mailing_progress import client_letters
from detector.runtime.incidents.scopes.incident_scope import ScopeCase
from detector.schema.case.damaged_cases import DamagedCase
from detector.schema.case.incidents import Incident, RelatedCase, Step
from detector.schema.events.touches import TouchSummary
from detector.schema.letters.mailings import ClientLetters
from detector.schema.team.grants import Identity, PersonAct
from detector.store import UnitOfWork, case_differences, newest_head
from detector.web.explained import Explanation
from detector.web.ports import Detail

# Of so many incidents an explanation is shown again, and what explains their touches.
_EXPLAINED, _TOUCHED = 32, 100
# Related incidents are looked for among so many, the newest; their clients are compared with those of the nearest.
_RELATED_AMONG, _CLIENTS_OF = 500, 10
# A case with more records than this is compared with them once a minute, whoever looks.
_LONG_RECORD = 500


class CaseReading(DigestReading):
    """Reads one incident."""

    def _forget(self) -> None:
        super()._forget()
        self._causes: Mapping[str, tuple[Both, ...]] | None = None
        self._explained: RecentAnswers[Explanation] = RecentAnswers(_EXPLAINED)
        self._explaining = Lock()
        self._touched: RecentAnswers[TouchSummary | None] = RecentAnswers(_TOUCHED)
        self._compared: RecentAnswers[bool] = RecentAnswers(_TOUCHED)
        self._related: RecentAnswers[tuple[RelatedCase, ...]] = RecentAnswers(_TOUCHED)

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist, without steps that cannot be read: a list shows the others."""
        return self.checklists([incident_id])[incident_id]

    def checklists(self, incidents: Collection[str]) -> dict[str, list[Step]]:
        """Return the checklists of incidents as ``steps`` does, by id."""
        with self._store.read() as unit:
            return unit.incidents.readable_checklists(incidents)

    def detail(self, ref: str, *, look_up: bool = False) -> Detail:
        """Return everything about one incident.

        Args:
            ref: Which one.
            look_up: Say whose data was touched as the access journal shows it now, which may be more than was counted
                last; nothing is changed.

        Raises:
            NotFoundError: None is called so.
        """
        with self._store.read() as unit:
            return self.detail_of(unit, self._dossier(unit, ref), look_up=look_up)

    def dossier(self, unit: UnitOfWork, ref: str) -> Dossier:
        """Return what a case is by itself.

        Raises:
            NotFoundError: None is called so.
        """
        return self._dossier(unit, ref)

    def detail_of(
        self, unit: UnitOfWork, found: Dossier, at_door: DoorRows | None = None, *, look_up: bool = False
    ) -> Detail:
        """Return everything about a case that was read; ``at_door``: what the door has read of it."""
        incident = found.incident
        alerts, findings = self._behind(unit, found)
        if look_up:
            seen = self._scopes(incident, skip_bad=True).with_clients(incident, tuple(findings.values()))
            incident = replace(incident, scope=self._keeper.joined(unit, incident, seen).scope)
        barred = self._door.case(unit, incident, at_door).excluded
        entries = tuple(unit.incidents.entries(incident.id))
        altered = self._altered(unit, incident.id)
        rows, became = self._judged(unit, self._rows(incident, alerts, findings))
        became |= unit.incidents.by_ids({incident.merged_into} - {""})
        return Detail(
            incident=incident,
            steps=found.steps,
            entries=entries,
            alerts=tuple(sorted(alerts, key=lambda alert: (alert.opened_at, alert.id))),
            findings=tuple(sorted(findings.values(), key=lambda finding: (finding.at, finding.id))),
            messages=tuple(unit.outbox.messages(incident.id)),
            duties=tuple(in_order_due(found.duties)),
            chain_sound=not verify_chain(entries) and not altered,
            rows=rows,
            numbers={each.id: each.number for each in became.values()},
            other_causes=self._other(incident),
            touches=self._touches(incident),
            held=unit.evidence.summary(incident.id),
            coverage=coverage_of(unit, incident, self._clock.now()),
            scope_versions=tuple(unit.scopes.versions(incident.id)),
            imports=tuple(unit.scopes.imports(incident.id)),
            **labels_of(found),
            approvals=tuple(unit.people.approvals(incident.id)),
            documents=tuple(documents_of(unit, incident.id)),
            letters=client_letters(unit, incident, self._settings) if incident.kind.breach else ClientLetters(),
            notices_sent=len(notices_sent(found)),
            withdrawals=found.withdrawals,
            actions=tuple(actions_of(unit, incident)),
            facts=all_readings(incident, found.facts),
            assignments=standing_roles(found.assignments, self._settings.team, barred),
            assessment=assess(
                incident, self._settings.records.data_classes, unit.severity.of(incident.id), found.facts
            ),
        )

    def damaged(self, ref: str, who: Identity) -> DamagedCase:
        """Return what somebody may read of an incident of which something cannot be read.

        Raises:
            NotFoundError: None is called so, or it is about whoever asks.
            DeniedError: They were not called into it.
            UnreadableRowError: Whom it is about cannot be read.
        """
        with self._store.read() as unit:
            found = unit.incidents.damaged(ref.strip())
            if found is None:
                raise no_such_incident(ref)
            self._door.of(unit, found.incident, who, PersonAct.LOOK, ref)
        return found

    def related(self, incident: Incident) -> tuple[RelatedCase, ...]:
        """Return which other incidents may belong to one, as it was found within the last minute, else anew."""
        state = (incident.version, incident.scope)
        return self._related.get(incident.id, self._clock.now(), lambda: self._find_related(incident), state=state)

    def _find_related(self, incident: Incident) -> tuple[RelatedCase, ...]:
        with self._store.read() as unit:
            others = near(incident, unit.incidents.listed(limit=_RELATED_AMONG))
            asked = [each for each in others if each.scope.subjects][:_CLIENTS_OF] if incident.scope.subjects else []
            cases = [ScopeCase(each, unit.incidents.incident_findings(each.id)) for each in (incident, *asked)]
        shared: dict[str, int] = {}
        if asked:
            (mine, _), *theirs = self._scopes(incident, skip_bad=True).subject_ids(cases)
            shared = {each.id: len(mine & ids) for each, (ids, _) in zip(asked, theirs, strict=True)}
        return related(incident, others, shared)

    def _altered(self, unit: UnitOfWork, incident_id: str) -> bool:
        """Tell whether a case is not what was recorded; of one with a long record as it was found within a minute."""
        head = newest_head(unit, incident_id)

        def compare() -> bool:
            return any(case_differences(unit, incident_id))

        if head is None or head.sequence <= _LONG_RECORD:
            return compare()
        return self._compared.get(incident_id, self._clock.now(), compare, state=head.hash)

    def explain(self, ref: str) -> Explanation:
        """Return what is known of an incident's actors beside it; what was made within a minute is shown again.

        Raises:
            NotFoundError: None is called so.
            StoreError: The access journal cannot be read at all.
        """
        # Loads what judges events: whoever acknowledges at a command line must not wait for it.
        from detector.runtime.incidents.explain import explain  # noqa: PLC0415

        now = self._clock.now()
        with self._store.read() as unit:
            found = self._dossier(unit, ref)
            _, findings = self._behind(unit, found)
        incident, zone = found.incident, ZoneInfo(self._settings.timezone)
        state = (incident.last_event_at, incident.related_actors, len(findings))

        def made() -> Explanation:
            return explain(self._journal, incident, tuple(findings.values()), self._incidents_of, zone)

        # One at a time: who opens the same page meanwhile waits for what is being made.
        with self._explaining:
            return self._explained.get(incident.id, now, made, state=state)

    def _incidents_of(self, actor: str, since: datetime, until: datetime) -> list[Incident]:
        with self._store.read() as unit:
            return unit.incidents.incidents_of(actor, since, until)

    def touches(self, incident: Incident) -> TouchSummary | None:
        """Return what explains that an incident's clients were touched; None: no client is named.

        Raises:
            StoreError: The journal cannot be read.
        """
        with self._store.read() as unit:
            findings = unit.incidents.incident_findings(incident.id)
        found = self._scopes(incident).touches(ScopeCase(incident, findings))
        return found if found.by_class else None

    def _touches(self, incident: Incident) -> TouchSummary | None:
        """Return what explains the touches of an incident as it was found within the last minute, else anew."""
        if not incident.scope.events:
            return None
        try:
            return self._touched.get(incident.id, self._clock.now(), lambda: self.touches(incident))
        except StoreError:
            return None

    def _other(self, incident: Incident) -> tuple[Both, ...]:
        """Return what else it may be by the rules behind an incident; their files are read when it is first asked."""
        if self._causes is None:
            self._causes = other_causes(self._settings)
        return tuple(dict.fromkeys(text for rule in incident.rules for text in self._causes.get(rule, ())))
