"""The record map: which requests touch which client data, and who counts as what kind of actor."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final, Literal

from pydantic import Field

from detector.settings.account_form import account_form, spelt_alike
from detector.settings.address_form import IPV6_PREFIX, address_form
from detector.settings.role_session import without_session
from detector.settings.types import Network, Span, Strict

Action = Literal[
    "read", "list", "search", "export", "download", "print", "create", "update", "delete", "login", "logout", "other"
]
Risk = Literal["phishing", "identity", "document", "password", "payment", "disclosure"]

_BY_NAME: Final[Mapping[str, tuple[Risk, ...]]] = {
    "identity": ("phishing", "identity"),
    "contact": ("phishing",),
    "document": ("identity", "document"),
    "identity_document": ("identity", "document"),
    "passport": ("identity", "document"),
    "password": ("password",),
    "credentials": ("password",),
    "financial": ("phishing", "payment"),
    "card": ("payment",),
    "payment_card": ("payment",),
    "health": ("disclosure",),
}
_BY_ENISA: Final[Mapping[str, tuple[Risk, ...]]] = {
    "simple": ("phishing",),
    "behavioural": ("phishing", "disclosure"),
    "financial": ("phishing", "payment"),
    "sensitive": ("disclosure",),
}


class DataClass(Strict):
    """One class of client data and how sensitive it is."""

    confidentiality: Literal["public", "internal", "confidential", "special"] = Field(
        description="How sensitive: decides severity and legal questions."
    )
    title: str = Field(default="", description="What people call it, in English.")
    title_ru: str = Field(default="", description="What people call it, in Russian.")
    retention: Span | None = Field(
        default=None, description="How long the company keeps such data, as the data map shows it."
    )
    enisa: Literal["simple", "behavioural", "financial", "sensitive"] = Field(
        default="simple",
        description=(
            "Category in ENISA's severity method. `sensitive` are special categories of the law (health, faith, "
            "politics, sex life): notices and fines call them so. Identity papers are `simple`; where `risks` "
            "name `document` they count one more."
        ),
    )
    identifies: Literal["negligible", "limited", "significant", "maximum"] = Field(
        default="maximum",
        description=(
            "How easily a person is recognised by this data and what is read with it (ENISA's ease of "
            "identification): `maximum` a name with contacts or a passport number, `significant` a phone number or "
            "e-mail alone, `limited` a name alone or a device, `negligible` an internal number."
        ),
    )

    risks: tuple[Risk, ...] = Field(
        default=(),
        description=(
            "What its loss may lead to for a client, as letters tell it with what to do: `phishing`, `identity` (loans "
            "in their name), `document` (its number is used), `password`, `payment`, `disclosure`. Left out: by its "
            "name (identity, contact, document, identity_document, passport, password, credentials, financial, card, "
            "health), else by `enisa`."
        ),
    )

    def may_lead_to(self, name: str) -> tuple[Risk, ...]:
        """Return what the loss of data of this class may lead to, where it is called ``name``."""
        return self.risks or _BY_NAME.get(name) or _BY_ENISA[self.enisa]


class Route(Strict):
    """Requests (or audit events) of one shape and the client data they touch. The first route that fits counts."""

    service: str = Field(default="*", description="`service.name` it applies to; `*` for all.")
    path: str = Field(
        default="", description="Path template: `{name}` holds one segment, `*` any one segment, `**` any rest."
    )
    table: str = Field(
        default="",
        description=(
            "A table instead of a path, for logs of SQL: `schema.table`, or `table` of any schema; `*` matches any "
            "part of a name."
        ),
    )
    methods: tuple[str, ...] = Field(default=(), description="HTTP methods; empty: all.")
    when: dict[str, str | int | bool] = Field(
        default_factory=dict, description="Columns, labels or JSON fields and the value each must have (audit logs)."
    )
    object: str = Field(
        default="", description="`object.type`: client, account, document. Empty: no client data (a login page)."
    )
    action: Action | Literal[""] = Field(
        default="",
        description=(
            "`event.action`; may be left out with `table`: SELECT is `read` by ids and `list` else, COPY TO `export`, "
            "INSERT `create`."
        ),
    )
    classes: tuple[str, ...] = Field(default=(), description="Data classes touched, names from data_classes.")
    subject: str = Field(
        default="",
        description=(
            "Place of the client's id: a `{name}` of the path, `query:NAME`, `field:NAME` (a JSON field, dotted; "
            "one id or a list), or with `table` `where:COLUMN`, which must equal values in the statement."
        ),
    )
    tenant: str = Field(
        default="",
        description=(
            "Where several companies share one system and number their clients each by itself: where the company is "
            "named, a `{name}` of the path, `query:NAME`, `field:NAME`, or `host` (the virtual host). It is put before "
            "each id: `acme/17`."
        ),
    )
    record: str = Field(
        default="", description="Place of the record's id, in the same notation; empty: the same as subject."
    )
    ids: Literal["number", "text"] = Field(
        default="number",
        description=(
            "What the ids are. `number`: those of digits are numbers, so `0777`, `+777`, `777.json` and `777,1` are "
            "client 777; `text`: zeros, signs and what follows belong to the id."
        ),
    )
    count: str = Field(
        default="",
        description=(
            "Place of the number of returned records: `query:NAME`, `field:NAME`, or a number. Empty: "
            "counted from the ids."
        ),
    )
    bytes_per_record: int | None = Field(
        default=None, gt=0, description="To estimate the number of records from bytes sent when nothing else tells."
    )


class RecordMap(Strict):
    """Which requests touch which client data."""

    data_classes: dict[str, DataClass] = Field(default_factory=dict, description="Classes of client data by name.")
    routes: tuple[Route, ...] = Field(default=(), description="Tried in order.")
    canaries: tuple[str, ...] = Field(
        default=(),
        description=(
            "Ids of planted false clients, in any spelling, with or without tenant: any touch is a certain sign."
        ),
    )
    watched: str = Field(
        default="",
        description=(
            "CSV of clients whose records are likely to be snooped on: staff, well-known people, litigants. The first "
            "line names the columns; the first column holds the client's id as the log has it. A column `tenant` is "
            "put before it; others (a reason) are ignored."
        ),
    )
    portfolio: str = Field(
        default="",
        description=(
            "CSV of whose client each is. The first line names the columns; the first column holds the client's id as "
            "the log has it, `tenant` is put before it, `user` names an account, `team` a team of `actors.teams`; "
            "others are ignored. A client of several has several rows. That whoever a client belongs to touches it is "
            "explained, and no stranger to behaviour."
        ),
    )
    residence: str = Field(
        default="",
        description=(
            "CSV of where clients live. The first line names the columns; the first column holds the client's id as "
            "the log has it, `tenant` is put before it, `residence` names a country, or a region where a law is one "
            "of a region (`RU`, `FR`, `US-CA`); others are ignored, an empty one is not known. Which laws apply to a "
            "case follows from whom it concerns; of clients who are not listed `legal.residence` tells."
        ),
    )
    controllers: str = Field(
        default="",
        description=(
            "CSV of the controllers for which you process the data of clients. The first line names the columns; the "
            "first column holds the client's id as the log has it, `tenant` is put before it, `controller` names one; "
            "others are ignored. A client of several has several rows; a row that names `organization.name` says that "
            "you decide about the data yourself. Each controller has its own numbers and list, and tells its clients "
            "itself."
        ),
    )

    @property
    def ids_are_numbers(self) -> bool:
        """Whether no route keeps the zeros of clients' ids: the log then has one spelling of each number."""
        return all(route.ids == "number" for route in self.routes if route.subject)


class ActorSettings(Strict):
    """What is known about accounts. Kinds come from here, never from behaviour."""

    roles_file: str = Field(
        default="",
        description=(
            "CSV with the columns user, role and optionally type and organization. `user` is an account or a pattern "
            "(`cust-*`, `*@example.org`): an account named exactly is what its rows say, any other what the first "
            "pattern says that fits."
        ),
    )
    teams: str = Field(
        default="",
        description=(
            "CSV of who is in which team, with the columns user and team; others are ignored. Whoever is in several "
            "has several rows. Colleagues are those of these teams; of an account that is in none, those of its first "
            "role and organization."
        ),
    )
    leave: str = Field(
        default="",
        description=(
            "CSV of who is away when, with the columns user, from and until (days such as 2026-03-02, the last one "
            "included); others are ignored. Or a calendar (iCalendar, `.ics`): the leave of whoever attends "
            "an event, else of the account its summary begins with (`anna: leave`). Who reads client data then is "
            "told; what an account is silent then makes it no account that wakes up."
        ),
    )
    holidays: str = Field(
        default="",
        description=(
            "When the company is closed: a CSV with the columns day and, for several days, until (the last one); "
            "others are ignored. Or a calendar (`.ics`), every event of it. Rules know it as `nabat.holiday`; what an "
            "account is silent then makes it no account that wakes up."
        ),
    )
    domains: tuple[str, ...] = Field(
        default=(),
        description=(
            "Your own Windows domains, Kerberos realms and mail domains: with `[CORP, corp.example.org]` `CORP\\anna`, "
            "`anna@corp.example.org` and `anna` are one account. `*`: whatever domain. Those not named keep accounts "
            "apart, since `anna@` two providers are two people. An account that a machine has for itself "
            "(`\\\\fs1\\anna`) is one with `anna` only where the machine is named."
        ),
    )
    case_sensitive: bool = Field(
        default=False,
        description=(
            "`Anna` and `anna` are two accounts. As a rule they are one, and so is it in letters of full width, with "
            "white space around it or signs nobody sees in it; what the log wrote stays in `user.original`."
        ),
    )
    service_accounts: tuple[str, ...] = Field(
        default=(), description="Glob patterns of account names that are programs."
    )
    admins: tuple[str, ...] = Field(default=(), description="Glob patterns of account names that administer.")
    anonymous: tuple[str, ...] = Field(
        default=("anonymous", "anonymoususer", "guest"),
        description=(
            "Names of no account, large and small letters alike: whoever bears one is judged by session or address. "
            "What software writes for an empty value (`-`, empty quotes; `null`, `None`, `undefined`, `(null)`, unless "
            "the log is a web server's, which writes `-` for nobody) is none anyway. An account that the roles file "
            "names is always one."
        ),
    )
    named_sessions: tuple[str, ...] = Field(
        default=("AWSReservedSSO_*",),
        description=(
            "Glob patterns of AWS roles whose session names are people, because a directory gives them or the role's "
            "trust policy demands them (`sts:RoleSessionName`); `federated-user` for those of `GetFederationToken`. "
            "Such sessions are accounts of their own; of any other role whoever assumes it names the session as he "
            "likes, and the role is the account."
        ),
    )
    ipv6_prefix: int = Field(
        default=IPV6_PREFIX,
        ge=32,
        le=128,
        description=(
            "IPv6 addresses that agree in so many bits count as one: whoever has one address has all of its /64. "
            "Smaller where providers give customers a /56."
        ),
    )
    networks: dict[str, tuple[Network, ...]] = Field(
        default_factory=dict,
        description=(
            "Names of your networks: office, vpn, partner. The rest is `internet`; loopback, `this machine`; private "
            "addresses (10.x, 192.168.x, fc00::/7), `private network`."
        ),
    )

    @cached_property
    def _own_domains(self) -> frozenset[str]:
        return frozenset(spelt_alike(domain).casefold() for domain in self.domains)

    def form(self, account: str) -> str:
        """Return the one form of an account; empty for what holds nothing that can be seen."""
        account = without_session(account, self.named_sessions)
        return account_form(account, self._own_domains, case_sensitive=self.case_sensitive)

    def address_form(self, address: str) -> str:
        """Return the one form of an address as an actor; empty for none, and for a network of several actors."""
        return address_form(address, self.ipv6_prefix)

    def spelt(self, account: str) -> str:
        """Return an account without what spellings differ in, with its domain."""
        return spelt_alike(without_session(account, self.named_sessions), case_sensitive=self.case_sensitive)
