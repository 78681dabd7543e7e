"""The crisis team and how it is reached."""

from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, SecretStr, field_validator

from detector.errors import did_you_mean
from detector.settings.account_form import ACCOUNT
from detector.settings.places import PLACE
from detector.settings.sections.rota_settings import RotaSettings
from detector.settings.types import Duration, Span, Strict, TimeOfDay

Role = Literal["lead", "dep", "scr", "soc", "own", "dpo", "com", "care", "hr", "exe", "fin", "ext"]
ROLES: tuple[str, ...] = get_args(Role)
ACCESS_ROLES: Final = ("reader", "auditor", "admin")
"""Roles that only give access: to look at incidents, to check who looked, to give people accounts."""
Sector = Literal[
    "nis2-essential",
    "nis2-important",
    "trust-services",
    "telecom",
    "kii",
    "hipaa-covered",
    "hipaa-associate",
    "processor",
    "dora-financial",
    "nydfs-covered",
]
SECTORS: tuple[str, ...] = get_args(Sector)


class Person(Strict):
    """Somebody of the crisis team."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="Short name, used on the command line.")
    title: str = Field(default="", description="How to address the person.")
    language: Literal["", "en", "ru"] = Field(default="", description="Language of messages; empty: the service's.")
    accounts: tuple[str, ...] = Field(
        default=(),
        description=(
            "Actor ids of the person (`user:anna`, or `anna`): nobody is paged about herself. Left out: the login of "
            "that name."
        ),
    )
    targets: tuple[str, ...] = Field(
        default=(),
        description=(
            "Targets in order of preference; the next is tried when one fails. Only who holds no role but reader, "
            "auditor or admin has none: nobody pages them."
        ),
    )

    @property
    def known_as(self) -> tuple[str, ...]:
        """The actor ids that are this person: the accounts, or where none is named the login of that name."""
        return self.accounts or (f"{ACCOUNT}{self.name}",)


class Target(Strict):
    """One place a message can go."""

    url: SecretStr = Field(
        description="Apprise URL; take secrets from the environment: `ntfys://${NTFY_TOKEN}@push.example.org/nabat`."
    )
    timeout: Span = Field(default="10s", validate_default=True, description="How long one try may take.")


class Rung(Strict):
    """One step of the escalation ladder."""

    after: Duration = Field(description="Time since the incident opened.")
    to: tuple[str, ...] = Field(min_length=1, description="`primary`, `deputy`, `lead`, `everybody`, or a role.")

    @field_validator("to")
    @classmethod
    def _known_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        words = ("primary", "deputy", "everybody", *ROLES)
        strange = [word for word in value if word not in words]
        if strange:
            raise ValueError(f"unknown: {', '.join(strange)}; {did_you_mean(strange[0], words)}")
        return value


class BySeverity(Strict):
    """A span for each severity of an incident."""

    low: Span = Field(description="Of an incident of low severity.")
    medium: Span = Field(description="Of medium severity.")
    high: Span = Field(description="Of high severity.")
    critical: Span = Field(description="Of critical severity.")

    def of(self, severity: str) -> timedelta:
        """Return the span for a severity, by its name."""
        spans = {"low": self.low, "medium": self.medium, "high": self.high, "critical": self.critical}
        return spans[severity]


class Briefings(Strict):
    """How often the team is briefed, by severity of an incident."""

    low: Span | None = Field(default=None, description="Of an incident of low severity; null: nobody is asked to.")
    medium: Span | None = Field(default=None, description="Of medium severity.")
    high: Span | None = Field(default="4h", validate_default=True, description="Of high severity.")
    critical: Span | None = Field(default="1h", validate_default=True, description="Of critical severity.")

    def of(self, severity: str) -> timedelta | None:
        """Return the span for a severity, by its name; None: nobody is asked to brief."""
        spans = {"low": self.low, "medium": self.medium, "high": self.high, "critical": self.critical}
        return spans[severity]


class QuietHours(Strict):
    """The hours in which reminders wait."""

    starts: TimeOfDay = Field(description="Local time from which they wait.")
    ends: TimeOfDay = Field(description="Local time until which they wait; the same as `starts`: never.")
    below: Literal["low", "medium", "high", "critical"] = Field(
        description="Only those of incidents below this severity; duties of laws at 95 % and missed never wait."
    )


class NotifySettings(Strict):
    """How people are told."""

    targets: dict[str, Target] = Field(default_factory=dict, description="Places messages can go, by name.")
    oncall_role: Role = Field(
        default="soc",
        description="Role whose first person is `primary` and second is `deputy`, where the rota names nobody.",
    )
    rota: RotaSettings = Field(
        default_factory=RotaSettings, description="Who is on call when: `primary` and `deputy` of the ladder."
    )
    ladder: tuple[Rung, ...] = Field(
        default=(
            {"after": "0s", "to": ["primary"]},
            {"after": "5m", "to": ["deputy"]},
            {"after": "15m", "to": ["lead"]},
            {"after": "30m", "to": ["everybody"]},
        ),
        validate_default=True,
        description="Who is paged when, until somebody acknowledges.",
    )
    repeat: Span = Field(
        default="30m",
        validate_default=True,
        description="After the last rung, everybody is paged again this often until an acknowledgement.",
    )
    again: BySeverity = Field(
        default={"low": "1h", "medium": "30m", "high": "15m", "critical": "5m"},
        validate_default=True,
        description=(
            "After an acknowledgement: so long after the team was called again the next change waits, unless it is "
            "graver than that it grows."
        ),
    )
    lapse: BySeverity = Field(
        default={"low": "2d", "medium": "1d", "high": "4h", "critical": "1h"},
        validate_default=True,
        description="An acknowledgement lapses after so long without a step done or a note: the team is paged again.",
    )
    remind: BySeverity = Field(
        default={"low": "1d", "medium": "8h", "high": "2h", "critical": "30m"},
        validate_default=True,
        description="So long after a step is due its owner is reminded again, and the lead and deputy with her.",
    )
    quiet: QuietHours = Field(
        default={"starts": "22:00", "ends": "07:00", "below": "high"},
        validate_default=True,
        description="When reminders wait.",
    )
    digest: TimeOfDay = Field(
        default="08:30",
        validate_default=True,
        description="When everybody is sent what they owe, each day that anything is owed, in the configured zone.",
    )
    min_severity: Literal["low", "medium", "high", "critical"] = Field(
        default="medium", description="Incidents below this severity page nobody."
    )
    telegram_users: dict[str, Annotated[int, Field(gt=0)]] = Field(
        default_factory=dict,
        description=(
            "Telegram's user ids of people of the team, by name. Where any is given, pages to `tgram://` targets have "
            "buttons, and the service asks Telegram who pressed: it is their word. Who is not named is refused, and "
            "told the id."
        ),
    )
    attempts: int = Field(default=5, gt=0, description="Tries a target gets before the next one is used.")
    backoff: Span = Field(
        default="5s", validate_default=True, description="Wait before the second try; doubles with each."
    )
    link_valid: Span = Field(default="7d", validate_default=True, description="How long an acknowledgement link works.")


class Ladder(Strict):
    """Who is called when, as a case keeps it."""

    oncall_role: Role
    ladder: tuple[Rung, ...]
    repeat: Span
    min_severity: Literal["low", "medium", "high", "critical"]

    @classmethod
    def of(cls, notify: NotifySettings) -> "Ladder":
        """Return the ladder as configured."""
        return cls(**{name: getattr(notify, name) for name in cls.model_fields})

    def put_into(self, notify: NotifySettings) -> NotifySettings:
        """Return these settings with this ladder."""
        return notify.model_copy(update={name: getattr(self, name) for name in type(self).model_fields})


class TeamSettings(Strict):
    """Who does what."""

    people: tuple[Person, ...] = Field(default=(), description="Everybody who can be reached.")
    roles: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description=(
            "Names of people by role, the primary first: lead, dep, scr, soc, own, dpo, com, care, hr, exe, fin, ext; "
            "and reader, auditor, admin, which only give access."
        ),
    )

    def person(self, name: str) -> Person:
        """Return the person of that name.

        Raises:
            KeyError: Nobody is called so.
        """
        return {person.name: person for person in self.people}[name]

    def has(self, name: str) -> bool:
        """Tell whether somebody of that name is on the team."""
        return any(person.name == name for person in self.people)

    @property
    def all_accounts(self) -> frozenset[str]:
        """The actor ids of everybody on the team."""
        return frozenset(each for person in self.people for each in person.known_as)

    def accounts_of(self, name: str) -> frozenset[str]:
        """Return the actor ids of a person; nothing for somebody who is not on the team."""
        return frozenset(each for person in self.people if person.name == name for each in person.known_as)

    def excluded(self, actors: Collection[str]) -> frozenset[str]:
        """Return whom a matter about these actors must not reach: who holds one or shares an account with who does."""
        wanted = set(actors)
        holders = [person for person in self.people if wanted.intersection(person.known_as)]
        return self.holders_of(wanted.union(*(person.known_as for person in holders)))

    def holders_of(self, accounts: Collection[str]) -> frozenset[str]:
        """Return who holds any of these actor ids."""
        return frozenset(person.name for person in self.people if not set(accounts).isdisjoint(person.known_as))

    def holders(self, role: str, excluded: Collection[str] = ()) -> tuple[str, ...]:
        """Return who holds a role, the primary first; where all who do are excluded, who stands in for them.

        The deputy stands in, else the lead, else the first of the team who is left. A role nobody holds has nobody.
        """
        named = self.roles.get(role, ())
        able = tuple(name for name in named if name not in excluded)
        if able or not named or role in ACCESS_ROLES:
            return able
        line = (*self.roles.get("dep", ()), *self.roles.get("lead", ()), *self.paged)
        return tuple(name for name in dict.fromkeys(line) if name not in excluded)[:1]

    def roles_of(self, name: str, excluded: Collection[str] = ()) -> frozenset[str]:
        """Return the roles a person holds where others are excluded; a team without roles holds them all."""
        if not self.people or (name in self.paged and not any(self.roles.get(role) for role in ROLES)):
            return frozenset(ROLES) | {role for role in ACCESS_ROLES if name in self.roles.get(role, ())}
        return frozenset(role for role in self.roles if name in self.holders(role, excluded))

    @property
    def paged(self) -> tuple[str, ...]:
        """Everybody who can be reached, in the team's order."""
        return tuple(person.name for person in self.people if person.targets)


class IncidentSettings(Strict):
    """How incidents are run."""

    playbooks: tuple[str, ...] = Field(
        default=(), description="More folders with playbooks, besides the shipped ones; a file of the same name wins."
    )
    drills: tuple[str, ...] = Field(
        default=(),
        description="More folders with scenarios of drills, besides the shipped ones; a file of the same name wins.",
    )
    regulations: tuple[str, ...] = Field(
        default=("ru-152fz", "eu-gdpr-33"),
        description=(
            "Laws that bind you: their duties begin with a leak. What holds a `/` is a folder of your own, every pack "
            "of which binds you: contracts, or a law in your lawyer's words. A case keeps those it opened under."
        ),
    )
    templates: tuple[str, ...] = Field(
        default=(),
        description=(
            "Folders with templates of your own for notices and letters, in folders `en` and `ru`; a file with the "
            "name of a shipped one replaces it."
        ),
    )
    wording: tuple[str, ...] = Field(
        default=(),
        description=(
            "Folders with lists of your own of words that do not go out, besides the shipped `en.yml` and `ru.yml`; a "
            "file with the name of a shipped one replaces it."
        ),
    )
    briefings: Briefings = Field(
        default_factory=Briefings,
        description=(
            "So long after a briefing of the team the next is due, while somebody has the incident and its checklist "
            "has step B2; null: none of that severity."
        ),
    )
    code_names: bool = Field(default=True, description="Give incidents a code name that can be said aloud.")


class NoticeRecipient(Strict):
    """Somebody whom notices go to."""

    name: str = Field(default="", description="Name; empty: as the law's pack, or the list of controllers, has it.")
    address: str = Field(default="", description="Postal address.")
    portal: str = Field(default="", description="Page on which notices are handed in.")
    email: str = Field(default="", description="E-mail for notices.")
    phone: str = Field(default="", description="Telephone.")
    contract: str = Field(default="", description="Contract and clause under which they are told.")
    language: Literal["", "en", "ru"] = Field(
        default="", description="Language their notices are drafted in, unless another is asked for; empty: ours."
    )


class LegalSettings(Strict):
    """What decides which of the laws named in ``incident.regulations`` apply to a case."""

    residence: tuple[Annotated[str, Field(pattern=f"^{PLACE}$")], ...] = Field(
        default=(),
        description=(
            "Where those of your clients live whom `records.residence` does not name: countries, and regions where a "
            "law is one of a region (`RU`, `FR`, `US-CA`); `EU` where you know no more. Empty: not known, and no law "
            "is ruled out by it."
        ),
    )
    sectors: tuple[Sector, ...] | None = Field(
        default=None,
        description=(
            "What you are in the eyes of the laws: `nis2-essential` or `nis2-important` entity, `trust-services`, "
            "`telecom` (public electronic communications), `kii` (Russian critical infrastructure), `hipaa-covered`, "
            "`hipaa-associate`, `processor` (of other companies' data), `dora-financial` (a financial entity under "
            "DORA), `nydfs-covered` (a covered entity of New York's Department of Financial Services). `[]`: none of "
            "them; left out: not known."
        ),
    )
    # Whom we write to is no part of what a case keeps: an address that is named meanwhile counts at once.
    recipients: dict[str, NoticeRecipient] = Field(
        default_factory=dict,
        exclude=True,
        description=(
            "Whom notices go to, where a law does not name them: by law (`eu-dora-19`), by one of its duties "
            "(`eu-nis2-23/nis2-24h`), or by form (`insurer`). `nabat check` says which are missing."
        ),
    )
    controllers: dict[str, NoticeRecipient] = Field(
        default_factory=dict,
        exclude=True,
        description="How the controllers are reached whose data you process, by the names in `records.controllers`.",
    )
