"""Settings: one strict model of nabat.yml, and a loader that reports every mistake with file and line.

Comes in: a YAML file. Goes out: an immutable ``Settings``. docs/configuration.md prints the description of each key; a
test requires one for every key.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator

from detector.errors import InputError, Problem
from detector.settings.account_form import ACCOUNT
from detector.settings.loading.origin import Origin
from detector.settings.sections.consequences_settings import ConsequencesSettings
from detector.settings.sections.detection import BehaviourSettings, GroupSettings, RuleSettings
from detector.settings.sections.evidence_settings import EvidenceSettings
from detector.settings.sections.letter_settings import ContactSettings, LetterSettings
from detector.settings.sections.organization import OrganizationPerson, OrganizationSettings
from detector.settings.sections.preparation_settings import Course, PreparationSettings, TrainingSettings
from detector.settings.sections.records import ActorSettings, DataClass, RecordMap, Route
from detector.settings.sections.response import (
    IncidentSettings,
    LegalSettings,
    NotifySettings,
    Person,
    Rung,
    Target,
    TeamSettings,
)
from detector.settings.sections.rota_settings import RotaSettings
from detector.settings.sections.sign_in import AuthSettings, ProxySettings
from detector.settings.sections.sources import SourceSettings
from detector.settings.sections.standing_settings import StandingDuty, StandingSettings
from detector.settings.types import Duration, Network, Size, Span, Strict, known_zone

__all__ = [
    "ActorSettings",
    "AuthSettings",
    "BehaviourSettings",
    "ContactSettings",
    "Course",
    "DataClass",
    "DatabaseSettings",
    "Duration",
    "EvidenceSettings",
    "GroupSettings",
    "IncidentSettings",
    "JournalSettings",
    "LegalSettings",
    "LetterSettings",
    "Network",
    "NotifySettings",
    "OrganizationPerson",
    "OrganizationSettings",
    "Person",
    "PreparationSettings",
    "ProxySettings",
    "RecordMap",
    "RotaSettings",
    "Route",
    "RuleSettings",
    "Rung",
    "Settings",
    "Size",
    "SourceSettings",
    "Span",
    "StandingDuty",
    "StandingSettings",
    "Strict",
    "Target",
    "TeamSettings",
    "TrainingSettings",
    "WebSettings",
]


_TOKEN: Final = 16
# As ``schema.events.columns`` has them, which stands above.
_NO_ACCOUNTS: Final = ("session:", "ip:", "host:", "unnamed:")


class DatabaseSettings(Strict):
    """Where decisions are kept."""

    url: SecretStr | None = Field(
        default=None, description="SQLAlchemy URL (`postgresql+psycopg://…`); empty: SQLite in the state folder."
    )


class JournalSettings(Strict):
    """The access journal."""

    retention: Span = Field(
        default="400d", validate_default=True, description="How long touches of client data are kept."
    )


class WebSettings(Strict):
    """The pages, /metrics and health."""

    enabled: bool = Field(default=True, description="Serve them at all.")
    host: Literal["127.0.0.1", "::1", "localhost"] = Field(
        default="127.0.0.1",
        description="Address to listen on: this machine only. Put a proxy with TLS before it for others.",
    )
    port: int = Field(default=8470, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field(
        default="", description="Where people reach these pages, used in links of messages; empty: http://HOST:PORT."
    )
    report_form: bool = Field(
        default=False,
        description="Serve `/report`: a form by which anybody, without an account, tells of a possible leak.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description=(
            "What a scraper shows (`Authorization: Bearer`) to read the metrics that tell of findings, incidents and "
            "messages, 16 characters or more; take it from the environment. Empty: `/metrics` leaves these out."
        ),
    )

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query + parts.fragment
        except ValueError:
            usable = False
        if value and not usable:
            raise ValueError(f"{value[:80]!r} is not an address of pages; write https://nabat.example.org")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _TOKEN:
            raise ValueError(f"a token has {_TOKEN} characters or more: openssl rand -hex 16")
        return value


class Settings(Strict):
    """The whole configuration."""

    state: Path = Field(
        default=Path("state"), description="Folder for the database, the journal, snapshots, the model and keys."
    )
    language: Literal["en", "ru"] = Field(default="en", description="Language of messages and pages.")
    timezone: str = Field(default="UTC", description="Zone in which people are shown times.")
    organization: OrganizationSettings = Field(
        default_factory=OrganizationSettings, description="Who we are, as notices and letters say it."
    )
    consequences: ConsequencesSettings = Field(
        default_factory=ConsequencesSettings, description="Figures by which it is reckoned what a leak may cost."
    )
    database: DatabaseSettings = Field(default_factory=DatabaseSettings, description="Where decisions are kept.")
    journal: JournalSettings = Field(default_factory=JournalSettings, description="The access journal.")
    web: WebSettings = Field(default_factory=WebSettings, description="Pages, metrics, health.")
    sources: tuple[SourceSettings, ...] = Field(default=(), description="Where lines come from.")
    formats: tuple[str, ...] = Field(default=(), description="More folders with formats, besides the shipped ones.")
    records: RecordMap = Field(default_factory=RecordMap, description="Which requests touch which client data.")
    actors: ActorSettings = Field(default_factory=ActorSettings, description="What is known about accounts.")
    rules: RuleSettings = Field(default_factory=RuleSettings, description="Which Sigma rules judge.")
    behaviour: BehaviourSettings = Field(default_factory=BehaviourSettings, description="The behaviour model.")
    group: GroupSettings = Field(default_factory=GroupSettings, description="How findings become alerts and incidents.")
    incident: IncidentSettings = Field(default_factory=IncidentSettings, description="How incidents are run.")
    evidence: EvidenceSettings = Field(
        default_factory=EvidenceSettings,
        description="What is kept of cases as proof, and what shows forgery.",
    )
    legal: LegalSettings = Field(default_factory=LegalSettings, description="What decides which laws apply to a case.")
    contacts: ContactSettings = Field(default_factory=ContactSettings, description="How clients are reached.")
    letters: LetterSettings = Field(default_factory=LetterSettings, description="Letters to clients.")
    team: TeamSettings = Field(default_factory=TeamSettings, description="The crisis team.")
    auth: AuthSettings = Field(default_factory=AuthSettings, description="How people sign in to the pages.")
    notify: NotifySettings = Field(default_factory=NotifySettings, description="How the team is reached.")
    standing: StandingSettings = Field(
        default_factory=StandingSettings,
        description="What comes round by the calendar, whether anything happens or not.",
    )
    preparation: PreparationSettings = Field(
        default_factory=PreparationSettings, description="How it is kept that the company is ready."
    )
    snapshot_every: Span = Field(
        default="5s", validate_default=True, description="How often the detection state is saved."
    )

    _origin: Origin | None = PrivateAttr(default=None)

    @field_validator("organization", mode="before")
    @classmethod
    def _name_alone(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    @model_validator(mode="after")
    def _accounts_in_one_form(self) -> Self:
        """Let people be known by the one form of their accounts, too: as written, incidents of old know them."""
        people = tuple(map(self._known, self.team.people))
        if people != self.team.people:
            self.__dict__["team"] = self.team.model_copy(update={"people": people})
        return self

    def _known(self, person: Person) -> Person:
        accounts = dict.fromkeys((*person.accounts, *map(self._actor, person.accounts)))
        return person.model_copy(update={"accounts": tuple(accounts)})

    def _actor(self, actor: str) -> str:
        """Return an actor id with its account in its one form; what is of no other kind is an account."""
        if actor.startswith(_NO_ACCOUNTS):
            return actor
        return f"{ACCOUNT}{self.actors.form(actor.removeprefix(ACCOUNT))}"

    def team_member(self, login: str) -> str:
        """Return who of the team is called so, or whose account alone this is; empty: nobody, or several."""
        named = [person.name for person in self.team.people if person.name == login]
        account = f"{ACCOUNT}{self.actors.form(login)}"
        found = named or [person.name for person in self.team.people if account in person.accounts]
        return found[0] if len(found) == 1 else ""

    def came_from(self, origin: Origin) -> None:
        """Remember which file this was read from."""
        self._origin = origin

    @property
    def file(self) -> str:
        """The file this was read from, as the person named it; empty when it comes from none."""
        return self._origin.file if self._origin else ""

    def with_location(self, problem: Problem) -> Problem:
        """Return a problem about these settings with the file and line it is at, as far as they are known."""
        return self._origin.with_location(problem) if self._origin else problem

    def parts_of(self, problems: Iterable[Problem]) -> set[str]:
        """Return the keys of the top under which problems of the file stand."""
        origin = self._origin
        return {origin.part(each.line) for each in problems if each.file == origin.file} if origin else set()

    @property
    def database_url(self) -> str:
        """The database's URL, with the default filled in."""
        if self.database.url is not None:
            return self.database.url.get_secret_value()
        return f"sqlite:///{self.state.absolute() / 'nabat.db'}"

    @property
    def never_ran(self) -> bool:
        """Whether there is no database yet: nothing has run with this configuration. Of a server it is not known.

        Raises:
            InputError: This account may not look into the state folder.
        """
        if self.database.url is not None:
            return False
        try:
            (self.state / "nabat.db").stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except PermissionError:
            what = "the state folder is the service's, and this account may not read it"
            fix = "use the service's account, which leaves you who you are: sudo -u nabat nabat ..."
            raise InputError(Problem(file=str(self.state), what=what, fix=fix)) from None
        return False

    @property
    def residence_file(self) -> str:
        """The file of where clients live: one of its own, else that of their contacts; empty: neither is named."""
        return self.records.residence or self.contacts.csv

    @property
    def base_url(self) -> str:
        """Where people reach the pages, without a slash at the end."""
        host = f"[{self.web.host}]" if ":" in self.web.host else self.web.host
        return (self.web.public_url or f"http://{host}:{self.web.port}").rstrip("/")
