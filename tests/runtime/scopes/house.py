"""A service without its reader, with the console over it: touches and findings are given to it, time is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from detector.clock import ManualClock
from detector.incident import Regulation, load_playbooks, load_regulations
from detector.keys import Keys
from detector.notify import Links
from detector.runtime.decide import Decider
from detector.runtime.incidents.console import Console, PersonalConsole
from detector.runtime.incidents.scopes.client_controllers import ClientControllers
from detector.runtime.incidents.scopes.client_residences import ClientResidences
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes
from detector.runtime.incidents.scopes.scope_keeper import FOLDER, ScopeKeeper
from detector.schema.case.incidents import Incident
from detector.schema.case.scope_versions import ScopeVersion
from detector.schema.detection.findings import Finding
from detector.schema.events.touches import TouchReason
from detector.settings import LegalSettings, Settings
from detector.store import ClientListFiles, Journal, Store
from tests.fakes.people import me
from tests.fakes.story import a_finding
from tests.notify.conftest import LINKS, NIGHT, make_settings
from tests.store.values import events, reasons_of

THIEF = "user:mallory"
PLAYBOOKS = load_playbooks()
LAWS = load_regulations(["us-hipaa", "eu-gdpr-33"])


def later(minutes: float) -> datetime:
    return NIGHT + timedelta(minutes=minutes)


@dataclass
class ScopeHouse:
    """One store, one journal, one case; files of where clients live, and of their controllers."""

    folder: Path
    residence: str = ""
    controllers: str = ""
    legal: LegalSettings = field(default_factory=LegalSettings)
    organization: str = ""
    laws: Mapping[str, Regulation] = field(default_factory=lambda: LAWS)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    lines: int = 0

    def __post_init__(self) -> None:
        self.settings: Settings = make_settings().model_copy(update={"state": self.folder, "legal": self.legal})
        records = self.settings.records.model_copy(
            update={"residence": self.residence, "controllers": self.controllers}
        )
        ours = self.settings.organization
        if self.organization:
            ours = ours.model_copy(update={"name": self.organization})
        self.settings = self.settings.model_copy(update={"records": records, "organization": ours})
        self.store = Store.open(f"sqlite:///{self.folder / 'nabat.db'}")
        self.journal = Journal(self.folder / "journal", self.store)
        self.keeper = ScopeKeeper(
            ClientListFiles(self.folder / FOLDER),
            ClientResidences(self.residence),
            ClientControllers.of_settings(self.settings),
        )
        self.decider = Decider(
            settings=self.settings,
            playbooks=PLAYBOOKS,
            regulations=self.laws,
            scope_of=IncidentScopes(
                self.journal, playbooks=PLAYBOOKS, skip_bad=True, of_class=bool(self.residence or self.controllers)
            ).with_clients,
            scope_versions=self.keeper,
            links=LINKS,
        )
        links = Links(Keys(self.folder).link, self.settings.base_url, self.settings.notify.link_valid)
        laws = dict(self.laws)
        self.console = Console(self.store, self.journal, self.settings, PLAYBOOKS, laws, self.clock, links=links)

    def reconfigure(self) -> None:
        """Let the console have the settings as they are now."""
        links = Links(Keys(self.folder).link, self.settings.base_url, self.settings.notify.link_valid)
        self.console.reconfigure(self.settings, PLAYBOOKS, dict(self.laws), links)

    def touched(
        self, minute: float, clients: Sequence[str], by: str = THIEF, *, why: TouchReason | None = None, **row: object
    ) -> None:
        """Let somebody read cards, one a second; ``why``: what explains it."""
        rows = []
        for each in clients:
            self.lines += 1
            at = later(minute) + timedelta(seconds=len(rows))
            known = {"@timestamp": at, "subject.ids": [each], "record.ids": [each], "actor.id": by, "record.count": 1}
            rows.append({**known, "log.offset": self.lines, "source.ip": "203.0.113.9", **row})
        frame = events(*rows)
        self.journal.append(frame)
        if why is not None:
            self.journal.append_reasons([reasons_of(frame, *([int(why)] * len(row["subject.ids"]) for row in rows))])

    def found(self, minute: float, **changes: object) -> Incident:
        """Let a finding open the case, or go on."""
        self.clock.advance(later(minute) - self.clock.now())
        said = {"first_event_at": later(0), "last_event_at": later(minute), **changes}
        finding: Finding = a_finding("bulk", later(minute), by=THIEF, **said)  # type: ignore[arg-type]
        with self.store.begin() as unit:
            self.decider.decide(unit, [finding], later(minute))
        return self.incident()

    def rescope(self, minute: float) -> None:
        """Let the service count anew."""
        self.clock.advance(later(minute) - self.clock.now())
        with self.store.begin() as unit:
            self.decider.rescope(unit, self.incident().id, later(minute))

    def incident(self) -> Incident:
        with self.store.read() as unit:
            (only,) = (each for each in unit.incidents.newest() if not each.merged_into)
            return only

    def versions(self) -> list[ScopeVersion]:
        with self.store.read() as unit:
            return unit.scopes.versions(self.incident().id)

    def why(self) -> list[list[str]]:
        """Return of each version why it differs."""
        return [[each.message.removeprefix("scope-why-") for each in version.why] for version in self.versions()]

    def by(self, name: str = "lev") -> PersonalConsole:
        return PersonalConsole(self.console, me(name))

    def bring(self, text: str, by: str = "lev", column: str = "") -> Incident:
        return self.by(by).import_clients(
            self.incident().id,
            text.encode(),
            name="/home/lev/export.csv",
            source="the laptop",
            reason="rows of the export",
            column=column,
        )
