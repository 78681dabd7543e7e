"""What every look at cases and every act on them needs: the store, the door, and one transaction an act.

Comes in: a reference, who acts, and what they do. Goes out: what is true afterwards. Each act reads and writes inside
one transaction, so that two people (or a person and the daemon) never undo each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from detector.auth import KEPT_AS, Suspected, no_such_incident
from detector.clock import Clock
from detector.errors import ConfigError, ConflictError, Problem
from detector.incident import (
    CLOSE,
    TELL_STEP,
    CaseTerms,
    Dossier,
    IncidentChanges,
    Playbook,
    Regulation,
    configured_terms,
    dossier,
    settings_of,
    with_scope,
)
from detector.notify import Links, Roster
from detector.runtime.expected.own_actors import own_actors_of
from detector.runtime.incidents.case_door import CaseDoor, DoorRows
from detector.runtime.incidents.drills.drill_journals import DrillJournals
from detector.runtime.incidents.letters.standing.mailing_progress import asked_letters, count_wider
from detector.runtime.incidents.scopes.client_controllers import ClientControllers
from detector.runtime.incidents.scopes.client_residences import ClientResidences
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase
from detector.runtime.incidents.scopes.scope_keeper import FOLDER, NABAT, ScopeKeeper
from detector.runtime.incidents.terms_in_force import TERMS_KEPT_AS, terms_digest
from detector.runtime.incidents.withdrawal_reading import notices_told, withdrawals_of
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind
from detector.schema.case.scope_versions import JoinedScope
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.letters.mailings import ClientTouch
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.settings import Settings
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.lists.rota_files import read_rota
from detector.store import ClientListFiles, Journal, Store, UnitOfWork

PureAct = Callable[[Dossier, Grant, datetime], IncidentChanges]
ActInUnit = Callable[[UnitOfWork, Dossier, Grant, datetime], IncidentChanges]

# Acts that ask whether each client of the case has a letter.
_ASKING_OF_LETTERS: Final = frozenset({PersonAct.APPROVE, PersonAct.CLOSE, PersonAct.DO_STEP, PersonAct.SKIP_STEP})
_ASKED_ABOUT: Final = (CLOSE, TELL_STEP)

# Acts that the configuration weighs: whether one person may do them alone, how far they go, or what a case keeps of it.
_WEIGHED: Final = frozenset(
    {
        PersonAct.ADOPT,
        PersonAct.APPROVE,
        PersonAct.ASSESS,
        PersonAct.AWARE,
        PersonAct.CLIENT_DATA,
        PersonAct.CLOSE,
        PersonAct.DUTY,
        PersonAct.FACT,
        PersonAct.IMPORT_CLIENTS,
        PersonAct.RECEIPT,
        PersonAct.REOPEN,
        PersonAct.SNOOZE,
        PersonAct.STATUS,
    }
)


class CaseDesk:
    """Where cases are read and acts on them are done; what is read and done stands in the classes that build on it.

    Args:
        on_change: Called after each act: the sender looks for messages at once.
        of_replay: The incidents are a replay's, open to whoever can read them.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        settings: Settings,
        playbooks: Mapping[str, Playbook],
        regulations: Mapping[str, Regulation],
        clock: Clock,
        *,
        links: Links,
        on_change: Callable[[], None] = lambda: None,
        of_replay: bool = False,
    ) -> None:
        self._store = store
        self._journal, self._drills = journal, DrillJournals(settings.state)
        self._settings = settings
        self._playbooks = playbooks
        self._regulations = regulations
        self._clock = clock
        self._links = links
        self._keeper = _keeper(settings)
        self._on_change = on_change
        self._of_replay, self._door = of_replay, CaseDoor(settings, of_replay=of_replay)
        self._forget()

    def reconfigure(
        self,
        settings: Settings,
        playbooks: Mapping[str, Playbook],
        regulations: Mapping[str, Regulation],
        links: Links,
    ) -> None:
        """Go on with a new configuration."""
        self._settings, self._playbooks, self._regulations = settings, playbooks, regulations
        self._links, self._door = links, CaseDoor(settings, of_replay=self._of_replay)
        self._keeper = _keeper(settings)
        self._forget()

    def _forget(self) -> None:
        """Drop what was worked out under another configuration."""
        self._watched: frozenset[str] | None = None
        self._digest = ""

    @property
    def store(self) -> Store:
        """Where incidents are kept."""
        return self._store

    @property
    def door(self) -> CaseDoor:
        """The door that everybody's looks and acts go through."""
        return self._door

    def close_journals(self) -> None:
        """Close the journals of drills; the store and the access journal are whoever's gave them."""
        self._drills.close()

    def is_of_service(self) -> bool:
        """Tell whether a service works on this store, wherever it is linked from: it keeps its team there."""
        with self._store.read() as unit:
            return bool(unit.kv.get(KEPT_AS))

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        return self._clock

    def _must_be_in_force(self, unit: UnitOfWork) -> None:
        """Refuse what the running service's configuration decides under another: commands may be given any file.

        Raises:
            ConflictError: Team, ladder, laws, playbooks or what acts are weighed by are not those that the service has.
        """
        kept = None if self._of_replay else unit.kv.get(TERMS_KEPT_AS)
        if not kept:
            return
        self._digest = self._digest or terms_digest(self._settings, self._playbooks, self._regulations)
        if kept != self._digest:
            what = "team, ladder, laws, playbooks, kinds of data or spans here are not those of the running service"
            fix = "name the service's configuration (-c), and reload the service if it was edited"
            raise ConflictError(Problem(what=what, fix=fix))

    def _must_leave_somebody(self, unit: UnitOfWork, incident: Incident, grant: Grant) -> None:
        """Refuse what would keep several of the team out of an incident and leave it to whoever says so alone.

        Raises:
            ConflictError: Nobody else of the team could decide about it.
        """
        case = self._door.case(unit, incident)
        if len(case.excluded) > 1 and grant.people.issuperset(case.able(PersonAct.CLOSE)):
            what = f"nobody but {grant.person} could decide about this incident: it would be about everybody else"
            raise ConflictError(Problem(what=what, fix="open one for each, so that others see it"))

    def find(self, unit: UnitOfWork, ref: str) -> Incident:
        """Return the incident a person means.

        Raises:
            NotFoundError: None is called so.
        """
        found = unit.incidents.find(ref)
        if found is None:
            raise no_such_incident(ref)
        return found

    def own_accounts(self, who: Identity) -> frozenset[str]:
        """Return the actor ids that are a person's own."""
        return own_actors_of(self._settings, who)

    @property
    def team_accounts(self) -> frozenset[str]:
        """The actor ids of everybody on the team."""
        return self._settings.team.all_accounts

    def suspected(self) -> Suspected:
        """Return whom the open incidents are about."""
        with self._store.read() as unit:
            return self._door.suspected(unit)

    @property
    def with_rota(self) -> Settings:
        """The settings with what the rota's files hold; a file that is wrong by now is left out."""
        if not self._settings.notify.rota.is_read:
            self._settings = read_rota(self._settings, skip_bad=True)
        return self._settings

    def takers(self, unit: UnitOfWork, incident: Incident, rows: DoorRows | None = None) -> tuple[str, ...]:
        """Return to whom an incident can be handed: who may take it over, and is reached by the team it keeps."""
        reached = self._roster(unit, incident).able
        able = self._door.case(unit, incident, rows).able(PersonAct.TAKE_OVER)
        return tuple(each for each in able if each in reached)

    def _roster(self, unit: UnitOfWork, incident: Incident) -> Roster:
        """Return the team that an incident keeps as it stands now."""
        settings = settings_of(incident, unit.incidents, self.with_rota)
        return Roster(settings, incident.suspects, self._clock.now())

    def _act(self, ref: str, by: Identity, act: PersonAct, do: PureAct) -> Incident:
        return self._act_on(ref, by, act, lambda _, found, grant, now: do(found, grant, now))

    def _act_on(self, ref: str, by: Identity, act: PersonAct, do: ActInUnit, *, about: str = "") -> Incident:
        """Ask the door, do it and write it, all in one transaction; ``about``: which step, where it is about one."""
        asks, wider = act in _ASKING_OF_LETTERS and about in _ASKED_ABOUT, 0
        if asks:
            with self._store.read() as unit:
                if (incident := unit.incidents.find(ref)) is not None:
                    wider = count_wider(unit, incident, self._settings, self._client_touches)
        with self._store.begin() as unit:
            found = self._dossier(unit, ref)
            grant = self._door.grant(unit, found, by, act, ref)
            if act in _WEIGHED:
                self._must_be_in_force(unit)
            if asks:
                found = replace(
                    found,
                    letters=asked_letters(unit, found.incident, self._settings, wider),
                    sent=tuple(notices_told(unit, found.incident, found.duties, found.terms.regulations)),
                )
            changes = do(unit, found, grant, self._clock.now())
            unit.incidents.save(changes)
        self._on_change()
        return found.after(changes).incident

    def _dossier(self, unit: UnitOfWork, ref: str) -> Dossier:
        found = dossier(unit.incidents, ref, self._playbooks, self._settings, self._regulations)
        incident, laws = found.incident, found.terms.regulations
        if incident.close_reason in (None, CloseReason.HANDLED) or incident.merged_into:
            return found
        return replace(
            found,
            sent=tuple(notices_told(unit, incident, found.duties, laws)),
            withdrawals=withdrawals_of(unit, incident, found.duties, laws),
        )

    @staticmethod
    def _behind(unit: UnitOfWork, found: Dossier) -> tuple[Sequence[Alert], dict[str, Finding]]:
        """Return the alerts of an incident and their findings, by id; a digest reports the alerts of its rows."""
        digest = found.incident.kind is IncidentKind.HISTORY
        alerts = tuple(unit.incidents.alerts(found.incident.alert_ids).values()) if digest else found.alerts
        return alerts, unit.incidents.findings({each for alert in alerts for each in alert.finding_ids})

    @staticmethod
    def _taken_since(unit: UnitOfWork, found: Dossier) -> frozenset[str]:
        """Return the findings of a closed incident's actors that alerts name which are open."""
        alerts = unit.incidents.open_alerts_of_all({alert.actor_id for alert in found.alerts})
        return frozenset(each for alert in alerts for each in alert.finding_ids)

    def _configured(self, found: Dossier) -> tuple[CaseTerms, Playbook | None]:
        terms = configured_terms(self._settings, self._regulations)
        return terms, self._playbooks.get(found.incident.playbook)

    def _scopes(self, of: Incident | None = None, *, skip_bad: bool = False) -> IncidentScopes:
        """Return what answers whose data incidents are about, with the watched clients as their file is now.

        Those of a drill's incident stand in its own journal.

        The service refuses to start with a wrong file. One that went wrong since makes scopes wider, never narrower.
        """
        if self._watched is None:
            try:
                self._watched = CompanyLists.read(self._settings, only=("watched",)).watched
            except ConfigError:
                self._watched = frozenset()
        journal = (self._drills.of(of.matter) if of is not None else None) or self._journal
        of_class = bool(self._settings.residence_file or self._settings.records.controllers)
        return IncidentScopes(journal, self._watched, self._playbooks, skip_bad=skip_bad, of_class=of_class)

    def _client_touches(self, unit: UnitOfWork, incident: Incident) -> dict[str, list[ClientTouch]]:
        """Return what was done with the data of each client of an incident."""
        findings = unit.incidents.incident_findings(incident.id)
        touches: dict[str, list[ClientTouch]] = {}
        for row in self._scopes(incident).client_touches(ScopeCase(incident, findings)).iter_rows(named=True):
            touches.setdefault(row["client"], []).append(ClientTouch(**row))
        return touches

    def _joined(self, unit: UnitOfWork, incident: Incident, *, skip_bad: bool = False) -> JoinedScope:
        """Return the blast radius as the access journal shows it now, with imported lists."""
        findings = unit.incidents.incident_findings(incident.id)
        seen = self._scopes(incident, skip_bad=skip_bad).with_clients(incident, findings)
        return self._keeper.joined(unit, incident, seen)

    def _keep_version(self, unit: UnitOfWork, incident: Incident, joined: JoinedScope, by: str = NABAT) -> None:
        if not self._of_replay:
            self._keeper.record(unit, incident, joined, at=self._clock.now(), by=by)

    def _rescoped(self, unit: UnitOfWork, ref: str, now: datetime, by: str = NABAT) -> Incident:
        """Count anew whose data an incident is about, keep that as a version if it differs, and return it."""
        self._must_be_in_force(unit)
        found = self._dossier(unit, ref)
        joined = self._joined(unit, found.incident)
        classes = dict(self._settings.records.data_classes)
        _, findings = self._behind(unit, found)
        changes = with_scope(found, joined.scope, now=now, classes=classes, findings=findings.values())
        unit.incidents.save(changes)
        self._keep_version(unit, found.after(changes).incident, joined, by)
        return found.after(changes).incident


def _keeper(settings: Settings) -> ScopeKeeper:
    return ScopeKeeper(
        ClientListFiles(settings.state / FOLDER),
        ClientResidences(settings.residence_file),
        ClientControllers.of_settings(settings),
    )
