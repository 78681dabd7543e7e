"""The columns of an event, as one table: name, attribute, dtype, whether required, meaning, origin.

Comes in: nothing. Goes out: ``COLUMNS``, which docs/schema.md, the frames and the record checks are made from.
Names are the Elastic Common Schema's (ECS) where it has one. Extend this table when a new column is needed; never go
around it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an event."""

    name: str
    attribute: str
    dtype: str
    required: bool
    meaning: str
    origin: str


COLUMNS: tuple[Column, ...] = (
    Column(
        "@timestamp",
        "timestamp",
        "datetime (UTC, µs)",
        True,
        "When it happened, as the log says (event time). All windows, rules and deadlines count in it.",
        "ECS @timestamp",
    ),
    Column(
        "event.ingested",
        "event_ingested",
        "datetime (UTC, µs)",
        True,
        "When this daemon read the line. `event.ingested - @timestamp` is the lag.",
        "ECS event.ingested",
    ),
    Column(
        "event.duration",
        "event_duration",
        "int64 (ns)",
        False,
        "How long the request took.",
        "ECS event.duration",
    ),
    Column(
        "actor.id",
        "actor_id",
        "str",
        False,
        "The key behaviour is grouped by: `user:<id>`, else `session:<id>`, else `ip:<address>` (of IPv6 "
        "`ip:<network>`). Null: nobody.",
        "derived; OCSF actor",
    ),
    Column(
        "actor.type",
        "actor_type",
        "enum human, service, admin, anonymous, unknown",
        True,
        "What kind of actor; from config, never guessed from behaviour.",
        "OCSF actor.user.type",
    ),
    Column(
        "user.id",
        "user_id",
        "str",
        False,
        "The account in its one form (`actors.domains`, `actors.case_sensitive`), by its stable id where the log has "
        "one. Null where a name is only claimed (`sources.accounts`).",
        "ECS user.id",
    ),
    Column(
        "user.name",
        "user_name",
        "str",
        False,
        "The login in its one form; a claimed one, too.",
        "ECS user.name",
    ),
    Column(
        "user.original",
        "user_original",
        "str",
        False,
        "The login as logged, where that is not its one form.",
        "ours (after ECS user_agent.original)",
    ),
    Column(
        "user.roles",
        "user_roles",
        "list[str]",
        False,
        "Roles the account held then (from the log or the directory file).",
        "ECS user.roles",
    ),
    Column(
        "organization.id",
        "organization_id",
        "str",
        False,
        "The tenant or branch the actor belongs to.",
        "ECS organization.id",
    ),
    Column(
        "session.id",
        "session_id",
        "str (keyed hash)",
        False,
        "Session or token; never the raw token.",
        "OCSF actor.session.uid",
    ),
    Column(
        "source.ip",
        "source_ip",
        "str (canonical IPv4/IPv6)",
        False,
        "Address of the client after trusted proxies are removed.",
        "ECS source.ip",
    ),
    Column(
        "source.subnet",
        "source_subnet",
        "str (canonical IPv6 network)",
        False,
        "The network an IPv6 address counts by (`actors.ipv6_prefix`): rules that count by `source.ip` count by it. "
        "Null: the address counts by itself.",
        "ours",
    ),
    Column(
        "network.name",
        "network_name",
        "str",
        False,
        "Our name for that network: office, vpn, partner, internet; `this machine` for loopback and link-local, "
        "`private network` for private addresses without a name.",
        "ECS network.name",
    ),
    Column(
        "user_agent.original",
        "user_agent_original",
        "str",
        False,
        "The user agent as sent.",
        "ECS user_agent.original",
    ),
    Column(
        "user_agent.name",
        "user_agent_name",
        "str",
        False,
        "What it calls itself: Firefox, Chrome Mobile, curl, aws-cli, bot, other.",
        "ECS user_agent.name",
    ),
    Column(
        "event.category",
        "event_category",
        "enum web, api, database, file, authentication, host",
        True,
        "The broad kind of event.",
        "ECS event.category",
    ),
    Column(
        "event.action",
        "event_action",
        "enum read, list, search, export, download, print, create, update, delete, login, logout, other",
        True,
        "What was done to client data, in one closed list.",
        "ECS event.action; verbs after OCSF Datastore/API Activity",
    ),
    Column(
        "event.outcome",
        "event_outcome",
        "enum success, failure, unknown",
        True,
        "Whether data could have left: failure means none was returned.",
        "ECS event.outcome",
    ),
    Column(
        "http.request.method",
        "http_request_method",
        "str",
        False,
        "GET, POST ... original case.",
        "ECS",
    ),
    Column(
        "url.domain",
        "url_domain",
        "str",
        False,
        "Host asked for.",
        "ECS",
    ),
    Column(
        "url.path",
        "url_path",
        "str",
        False,
        "Path without the query. Clear in memory for rules; in evidence, ids become the template's placeholder.",
        "ECS",
    ),
    Column(
        "url.query",
        "url_query",
        "str",
        False,
        "Query string. Clear in memory for rules; in evidence only parameter names, and values the format allows.",
        "ECS",
    ),
    Column(
        "http.request.referrer",
        "http_request_referrer",
        "str",
        False,
        "The page it came from (path only).",
        "ECS",
    ),
    Column(
        "http.request.id",
        "http_request_id",
        "str",
        False,
        "Correlation id, to join two logs of one request.",
        "ECS",
    ),
    Column(
        "http.response.status_code",
        "http_response_status_code",
        "int16",
        False,
        "Status sent.",
        "ECS",
    ),
    Column(
        "http.request.body.bytes",
        "http_request_body_bytes",
        "int64",
        False,
        "Bytes received.",
        "ECS",
    ),
    Column(
        "http.response.body.bytes",
        "http_response_body_bytes",
        "int64",
        False,
        "Bytes sent; the first measure of how much could have left.",
        "ECS",
    ),
    Column(
        "object.type",
        "object_type",
        "str",
        False,
        "Kind of client object touched: client, account, document, invoice.",
        "OCSF resources[].type",
    ),
    Column(
        "object.confidentiality",
        "object_confidentiality",
        "enum public, internal, confidential, special",
        False,
        "How sensitive that kind is; `special` is special-category data. From config.",
        "OCSF confidentiality",
    ),
    Column(
        "object.owner",
        "object_owner",
        "str",
        False,
        "Tenant or portfolio that owns the records; differs from organization.id when data is reached across tenants.",
        "OCSF resources[].owner",
    ),
    Column(
        "record.ids",
        "record_ids",
        "list[str]",
        False,
        "Client records named in the line, each id in its one form. Raw: only the access journal and an incident's "
        "scope may hold them.",
        "OCSF resources[].uid",
    ),
    Column(
        "record.count",
        "record_count",
        "int64",
        False,
        "Number of records returned or changed. Null when not known; zero only where none was.",
        "ours (draft ECS search.results.size)",
    ),
    Column(
        "record.count_basis",
        "record_count_basis",
        "enum logged, counted, at_least, estimated",
        False,
        "Where record.count comes from: the log, the ids in the line, those in what is left of a line of which parts "
        "are missing (`log.flags`), or bytes and config.",
        "ours",
    ),
    Column(
        "subject.ids",
        "subject_ids",
        "list[str]",
        False,
        "Data subjects (clients) the records are about; a regulator asks for both numbers. Like record.ids.",
        "ours",
    ),
    Column(
        "service.name",
        "service_name",
        "str",
        True,
        "The system: crm, billing, portal.",
        "ECS service.name",
    ),
    Column(
        "host.name",
        "host_name",
        "str",
        False,
        "The machine that wrote the log.",
        "ECS host.name",
    ),
    Column(
        "event.id",
        "event_id",
        "str (128-bit hex)",
        True,
        "hash(file identity, offset, line): the same line read twice has the same id.",
        "ECS event.id",
    ),
    Column(
        "event.dataset",
        "event_dataset",
        "str",
        True,
        "Format and stream: nginx.access, portal.audit.",
        "ECS event.dataset",
    ),
    Column(
        "event.hash",
        "event_hash",
        "str (sha256)",
        True,
        "Hash of the raw line, to prove later that evidence is untouched.",
        "ECS event.hash",
    ),
    Column(
        "log.file.path",
        "log_file_path",
        "str",
        True,
        "File it was read from.",
        "ECS log.file.path",
    ),
    Column(
        "log.offset",
        "log_offset",
        "int64",
        True,
        "Byte where the line starts; of the events of one line each is counted one further.",
        "Filebeat's log.offset",
    ),
    Column(
        "log.history",
        "log_history",
        "bool",
        False,
        "The line was in its log before this daemon first opened it: see sources.md, first reading.",
        "ours",
    ),
    Column(
        "log.flags",
        "log_flags",
        "list[str]",
        False,
        "What is wrong with the line that was read all the same: `too_long` (parts of it are left out), `invalid_utf8` "
        "or `binary` (what is no text became U+FFFD), `ambiguous` (it can be read in several ways, each an event), "
        "`incomplete` (of a record of several lines some are missing); "
        "`statement_unclear`: its SQL names a table of the record map in a way that was not understood, and counts as "
        "a list of it; `statement_wide`: its SQL lists such a table by values that very many rows may share; "
        "`statement_page`: its SQL asks for rows of such a table that lie behind others; "
        "`statement_open`: its SQL changes or deletes all rows of such a table, or nearly; "
        "`statement_cut`: the log cut its SQL.",
        "Filebeat's log.flags",
    ),
    Column(
        "labels",
        "labels",
        "dict[str, str]",
        False,
        "Anything a format wants to keep that has no column; rules may read it, features may not.",
        "ECS labels",
    ),
    Column(
        "object.classes",
        "object_classes",
        "list[str]",
        False,
        "Data classes the request touched: contact, identity_document, payment. From the record map.",
        "ours (after ENISA data types)",
    ),
    Column(
        "event.original",
        "event_original",
        "str",
        False,
        "The raw line (of one with `log.flags`, what could be read of it). In memory, in the evidence of findings and "
        "in evidence packs only.",
        "ECS event.original",
    ),
    Column(
        "log.file.identity",
        "log_file_identity",
        "str",
        True,
        "Identity of the file behind the path: survives a rename, changes when the path is begun anew.",
        "ours (after Vector fingerprint)",
    ),
    Column(
        "log.stream",
        "log_stream",
        "str",
        True,
        "The logical log a line belongs to: a path with all its rotated predecessors. Lateness is counted per stream.",
        "ours",
    ),
    Column(
        "log.source",
        "log_source",
        "str",
        True,
        "Name of the source in the configuration.",
        "ours",
    ),
)

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

# Raw ids and tokens of clients: only the access journal and the scope of an incident may hold what these columns carry.
CLIENT_DATA: frozenset[str] = frozenset(
    {"record.ids", "subject.ids", "url.path", "url.query", "http.request.referrer", "event.original"}
)

ACTOR_TYPES = ("human", "service", "admin", "anonymous", "unknown")
ACCOUNT, SESSION, ADDRESS, HOST, UNNAMED = "user:", "session:", "ip:", "host:", "unnamed:"
"""How `actor.id` begins: of whom it is the key; of a host or a service in findings only, where the log names nobody."""
CATEGORIES = ("web", "api", "database", "file", "authentication", "host")
WIDE = ("/24", "/48")
"""How the name of a network of many addresses on the internet ends, of IPv4 and of IPv6."""
UNNAMED_NETWORKS = INTERNET, PRIVATE_NETWORK = ("internet", "private network")
"""What `network.name` says of addresses of no configured network: which they are of, the address alone tells."""
CHANGES = ("create", "update", "delete")
"""Actions that change or destroy client data; of the others, those that send it take it."""
OF_MANY = ("list", "search", "export", "download")
"""Actions whose answer may hold many records without an id."""
AT_LEAST = "at_least"
"""Where a count comes from: the ids in what is left of a line that was shortened."""
ACTIONS = (
    "read",
    "list",
    "search",
    "export",
    "download",
    "print",
    "create",
    "update",
    "delete",
    "login",
    "logout",
    "other",
)
OUTCOMES = ("success", "failure", "unknown")
CONFIDENTIALITY = ("public", "internal", "confidential", "special")
COUNT_BASES = ("logged", "counted", "estimated")
