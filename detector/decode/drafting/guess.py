"""What a field of an unknown log holds, guessed by its name and its values.

Comes in: names and some values of each. Goes out: columns. A guess is for a person to look at: it is written into a
draft, and never decides by itself how a log is read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from detector.decode.columns.null_values import is_null_value
from detector.decode.enrich.addresses import plausible_client
from detector.decode.json.lookup import as_text
from detector.decode.time.event_time import parse_values
from detector.decode.weblog.request_line import METHODS
from detector.settings import ActorSettings

TIME = "time"
_UTC = ZoneInfo("UTC")
_NAMES: Mapping[str, str] = {
    TIME: "time timestamp ts date datetime when at created createdat eventtime logtime asctime localtime t",
    "source.ip": "ip clientip remoteaddr remoteaddress remoteip srcip sourceip sourceaddress client addr address peer "
    "clientaddr clientaddress remotehost ipaddress callerip",
    "forwarded_for": "xforwardedfor forwardedfor xff httpxforwardedfor",
    "user.id": "userid uid accountid sub principalid loginid operatorid employeeid staffid upn userprincipalname",
    "user.name": "user username usr uname login account accountname principal actor who email mail remoteuser "
    "loginname userlogin owner by operator authuser subject preferredusername samaccountname currentuser requestuser "
    "authenticateduser employee useremail accountemail",
    "user.roles": "role roles",
    "organization.id": "tenant tenantid org orgid organization organizationid",
    "session.id": "session sessionid sid",
    "http.request.method": "method requestmethod httpmethod reqmethod verb",
    "request": "request requestline req",
    "target": "url uri path requesturi originalurl requestpath target endpoint resource href requesturl pathname page",
    "url.query": "query querystring args",
    "url.domain": "vhost domain servername httphost authority",
    "http.response.status_code": "status statuscode code responsestatus httpstatus responsecode sc rc rescode",
    "http.response.body.bytes": "bytes bytessent size responsesize bodybytessent contentlength bytesout ressize length "
    "responsebytes",
    "event.duration": "duration latency elapsed took responsetime requesttime timems ms timetaken runtime "
    "processingtime",
    "user_agent.original": "useragent ua agent httpuseragent browser",
    "http.request.referrer": "referer referrer httpreferer",
    "http.request.id": "requestid reqid traceid correlationid xrequestid",
    "host.name": "hostname node instance machine pod server",
    "service.name": "service servicename app appname application component",
    "event.action": "action act event operation op eventname activity command eventtype",
    "event.outcome": "outcome result success succeeded",
    "subject.ids": "clientid customerid patientid subjectid clientids customerids",
    "record.ids": "recordid documentid recordids documentids",
    "record.count": "rows rowcount count recordcount",
}
_HOLDERS = (
    "user usr account principal actor operator employee staff identity subject auth authuser currentuser login "
    "usercontext useridentity"
)
_ACCOUNTS = frozenset(_HOLDERS.split())
"""What an account's own fields stand under: ``principal.name``, ``actor.key``."""
_OF_ACCOUNT = {"name": "user.name", "id": "user.id", "key": "user.id", "value": "user.name", "email": "user.name"}
_COLUMN = {name: column for column, names in _NAMES.items() for name in names.split()}
ACCOUNTS = frozenset(("user.name", "user.id"))
SECRETS = re.compile(r"(?i)cookie|authorization|password|passwd|secret|token|api[_-]?key|credential")
"""Names whose values must never be kept."""
_NUMBERS = ("http.response.status_code", "http.response.body.bytes", "event.duration", "record.count")
_UNITS = (("ms", "ms"), ("millis", "ms"), ("us", "us"), ("micros", "us"), ("ns", "ns"), ("nanos", "ns"))
_HARDLY_CLIENT = re.compile(r"(?i)server|local|dst|dest|upstream|backend|listen|bind|proxy")
_MOST = 0.8
_ALL = 0.95
_ACCOUNT = re.compile(r"[^\W_][\w.@+\\-]{0,63}")
# Numbers, ids drawn by lot, methods, levels, names of hosts.
_NO_ACCOUNT = re.compile(
    r"[0-9.]+|[0-9A-Fa-f-]{16,}|[A-Z]{3,8}|(?i:trace|debug|info|notice|warn(?:ing)?|error|critical|fatal)"
    r"|[\w-]+(?:\.[\w-]+){2,}|(?i:https?|http/[0-9.]+|true|false)"
)
_STRANGERS = frozenset(ActorSettings().anonymous)
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+|[\w.-]+\\[\w.-]+")
_EPOCHS = (10, 13, 16, 19)
_BACK, _YEAR = 60, 400 * 86_400
_SHORTEST_TIME = len("2026-05-17T10:05:03")


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """What the fields hold.

    Attributes:
        columns: For each column the fields it may stand in, the likeliest first.
        secrets: Fields that must not be kept.
        unit: Unit of the duration.
    """

    columns: Mapping[str, tuple[str, ...]]
    secrets: tuple[str, ...]
    unit: str


def guess(fields: Mapping[str, Sequence[object]]) -> FieldGuess:
    """Return what fields hold.

    Args:
        fields: Their paths, and the values that were seen, none of them null.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    secrets = tuple(path for path in fields if SECRETS.search(path.rpartition(".")[2]))
    for path, values in fields.items():
        if path in secrets:
            continue
        told = of_values(path, values)
        if told is not None:
            column, doubt = told
            found.setdefault(column, []).append((doubt, path))
    if not ACCOUNTS & set(found):
        known = {path for paths in found.values() for _, path in paths} | set(secrets)
        shaped = [path for path, values in fields.items() if path not in known and _own_shape(as_texts(values))]
        found |= {"user.name": [(0, path) for path in shaped]} if shaped else {}
    columns = {
        column: tuple(path for _, path in sorted(paths, key=lambda one: one[0])) for column, paths in found.items()
    }
    durations = columns.get("event.duration", ())
    return FieldGuess(columns, secrets, _unit(durations[0], fields[durations[0]]) if durations else "s")


def speaks_of_account(path: str) -> bool:
    """Tell whether a field's name speaks of an account."""
    return of_name(path) in ACCOUNTS


def as_texts(values: Iterable[object]) -> list[str]:
    """Return the values that say something, as texts."""
    return [text for value in values if (text := as_text(value)) is not None and not is_null_value(text)]


def like_accounts(texts: Sequence[str]) -> bool:
    """Tell whether texts may be names of accounts: short words, several of them, that come again and again."""
    texts = [text for text in texts if text.lower() not in _STRANGERS]
    distinct = set(texts)
    return (
        2 <= len(distinct) <= max(len(texts) // 3, 2)
        and _share(texts, lambda text: _ACCOUNT.fullmatch(text) is not None) >= _ALL
        and _share(texts, lambda text: _NO_ACCOUNT.fullmatch(text) is None) >= _ALL
        and not any(plausible_client(text) for text in distinct)
    )


def _own_shape(texts: Sequence[str]) -> bool:
    """Tell whether texts are written as accounts only are, and come again: a mail address, a domain and a name."""
    return like_accounts(texts) and _share(texts, lambda text: _MAIL.fullmatch(text) is not None) >= _MOST


def of_values(path: str, values: Sequence[object]) -> tuple[str, int] | None:
    """Return the column of a field, and how doubtful that is; None when nobody can say."""
    texts = as_texts(values)
    if not texts:
        return None
    named = of_name(path)
    if named is not None and _can_be(named, texts):
        return named, path.count(".")
    if named == "http.request.method":
        return "event.action", 5  # a verb of the application's own
    return _by_values(path, texts)


def of_name(path: str) -> str | None:
    """Return the column a field's name speaks of."""
    steps = [re.sub(r"[^a-z0-9]", "", step.lower()) for step in path.split(".")]
    last = steps[-1]
    if len(steps) > 1 and steps[-2] in _ACCOUNTS and last in _OF_ACCOUNT:
        return _OF_ACCOUNT[last]
    if len(steps) > 1 and (last in ("name", "id") or last not in _COLUMN):
        joined = _COLUMN.get("".join(steps[-2:]))
        if joined or last in ("name", "id"):
            return joined
    return _COLUMN.get(last) or _COLUMN.get(re.sub(r"(?:milli|micro|nano)?(?:ms|us|ns|secs?|seconds|s)$", "", last))


def _by_values(path: str, texts: Sequence[str]) -> tuple[str, int] | None:
    if _share(texts, plausible_client) >= _MOST and not _HARDLY_CLIENT.search(path):
        return "source.ip", 10
    if _share(texts, lambda text: text in METHODS) >= _MOST:
        return "http.request.method", 10
    if _share(texts, lambda text: text[:1] == "/" and " " not in text) >= _MOST:
        return "target", 10
    if _share(texts, lambda text: len(text) >= _SHORTEST_TIME and ":" in text) >= _MOST and _can_be(TIME, texts):
        return TIME, 10
    if _share(texts, _since_1970) >= _MOST and _rising(texts):
        return TIME, 12
    return None


def _since_1970(text: str) -> bool:
    """Tell whether a number may be seconds to nanoseconds since 1970, of a moment of this time."""
    whole, dot, _ = text.partition(".")
    return len(whole) in _EPOCHS and (dot == "" or len(whole) in _EPOCHS[:2]) and _is_number(text) and whole[0] in "12"


def _rising(texts: Sequence[str]) -> bool:
    """Tell whether numbers stand nearly in order, within a year: ids of people and amounts do not."""
    numbers = [float(text) for text in texts if _is_number(text)]
    unit = 10 ** (len(str(int(numbers[0]))) - _EPOCHS[0])
    steps = [after - before for before, after in pairwise(numbers)]
    good = sum(step >= -_BACK * unit for step in steps)
    return good >= _MOST * len(steps) and max(numbers) - min(numbers) < _YEAR * unit and len(set(numbers)) > 1


def _can_be(column: str, texts: Sequence[str]) -> bool:
    """Say whether values fit a column."""
    if column == TIME:
        return parse_values(list(texts), "auto", _UTC).null_count() <= (1 - _MOST) * len(texts)
    if column == "source.ip":
        return _share(texts, plausible_client) >= _MOST
    if column == "http.request.method":
        return _share(texts, lambda text: text.upper() in METHODS) >= _MOST
    if column == "request":
        return _share(texts, lambda text: text.partition(" ")[0] in METHODS and " " in text) >= _MOST
    if column == "target":
        return (
            _share(texts, lambda text: text[:1] == "/" or text[:8].lower().startswith(("http://", "https:/"))) >= _MOST
        )
    if column == "http.response.status_code":
        return _share(texts, lambda text: len(text) == 3 and text.isdigit() and "100" <= text <= "599") >= _MOST
    if column in _NUMBERS:
        return _share(texts, _is_number) >= _MOST
    return True


def _share(texts: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, texts)) / len(texts)


def _is_number(text: str) -> bool:
    whole, _, part = text.partition(".")
    return (whole + part).isascii() and (whole + part).isdigit()


def _unit(path: str, values: Sequence[object]) -> str:
    """Return the unit of a duration: what its name ends in; else a number with a fraction is in seconds."""
    name = path.lower()
    told = next((unit for end, unit in _UNITS if name.endswith(end)), "")
    numbers = [float(text) for value in values if (text := as_text(value)) and _is_number(text)]
    return told or ("s" if numbers and max(numbers) < 60 and any(one % 1 for one in numbers) else "ms")
