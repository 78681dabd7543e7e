"""Error logs of nginx and Apache.

Comes in: lines. Goes out: ``Parsed``: time, client, account where it is named, level and message. A refusal (a rule, a
wrong password, a limit) is a failure with its request in the columns of a request; a wrong password is a failed login.
In every other line the request is kept as a label: the access log tells the same request, and it must not count twice.
Apache names no request; a path its message holds is a label too.

nginx writes the message and the request without escapes, so a client can write ``, client: 203.0.113.1`` there too. A
line that holds it twice has no client.
"""

from collections.abc import Sequence

import polars as pl

from detector.decode.columns.frame_ops import constant, first_of
from detector.decode.columns.list_columns import label_columns
from detector.decode.format import Format
from detector.decode.line_context import LineContext
from detector.decode.logformat.items import NUMBER, TIME, Variable
from detector.decode.logformat.layout import stock
from detector.decode.logformat.request_targets import of_requests
from detector.decode.logformat.undo_escapes import Escape, undone
from detector.decode.parse_result import Parsed

_REST = "$rest"
_LEVEL = Variable("$level", shape="[a-z]+[0-9]?")
_PID = Variable("$pid", shape=NUMBER)

_NGINX = stock(
    "$time [$level] $pid#$thread: $rest",
    {
        "time": Variable(TIME, form="%Y/%m/%d %H:%M:%S", shape="[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}"),
        "level": _LEVEL,
        "pid": _PID,
        "thread": Variable("$thread", shape=NUMBER),
        "rest": Variable(_REST, shape=".*"),
    },
)
_NGINX_REST = (
    r"(?s)^(?:\*(?P<connection>[0-9]+) )?(?P<message>.*?)(?:, client: (?P<client>[^ ,]+)"
    r"(?:, server: (?P<server>[^,]*))?"
    r'(?:, request: "(?P<request>.*?)")?(?:, subrequest: "(?P<subrequest>.*?)")?(?:, upstream: "(?P<upstream>.*?)")?'
    r'(?:, host: "(?P<host>[^"]*)")?(?:, referrer: "(?P<referrer>.*)")?)?$'
)
_NGINX_DENIED = (
    '^access forbidden by rule|^user ".*" was not found in |^user ".*": password mismatch|no user/password was provided'
    "|^directory index of .* is forbidden|^limiting (?:requests|connections)|^client sent no required SSL certificate"
    "|^client SSL certificate verify error|^auth request unexpected status: (?:401|403)"
)
_NGINX_LOGIN = r'^user "(.*)"(?:: password mismatch| was not found in )'

_APACHE_TIME = r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)? [0-9]{4}"
_APACHE = stock(
    "[$time] [$level] $rest",
    {
        "time": Variable(TIME, form="%a %b %d %H:%M:%S%.f %Y", shape=_APACHE_TIME),
        "level": Variable("$level", shape="(?:[a-z0-9_]*:)?[a-z]+[0-9]?"),
        "rest": Variable(_REST, shape=".*"),
    },
)
_APACHE_REST = (
    r"(?s)^(?:\[pid (?P<pid>[0-9]+)(?::tid (?P<thread>[0-9]+))?\] )?(?P<cause>[^\[]*: )?"
    r"(?:\[(?:client|remote) (?P<client>[^\]]+)\] )?(?:(?P<code>AH[0-9]{5}): )?"
    r"(?P<message>.*?)(?:, referer: (?P<referrer>.*))?$"
)
_APACHE_DENIED = (
    "^client denied by server configuration|^user .* not found|^user .*: authentication failure for "
    "|: authorization failure|^access to .* (?:denied|failed)|forbidden by Options directive"
    "|^ModSecurity: Access denied|^Cannot serve directory |^client used wrong authentication scheme"
    "|^Invalid (?:login|nonce)"
)
_APACHE_LOGIN = r"^user (.*?)(?:: authentication failure for | not found)"
_APACHE_TARGET = r'(?:^user .*: authentication failure for "|^user .* not found: |^access to )(/[^" ]*)'


def nginx(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode nginx's error lines."""
    made = _NGINX.parse(lines, place)
    if not made.frame.height:
        return made
    rest = made.frame.get_column(_REST)
    unsure = rest.str.count_matches(", client: ", literal=True) > 1
    found = rest.str.extract_groups(_NGINX_REST).struct.unnest().get_columns()
    part = {one.name: one.set(unsure, None) if unsure.any() else one for one in found}
    message = first_of("message", part["message"], rest)
    denied = message.str.contains(_NGINX_DENIED)
    request, _ = of_requests(_only(part["request"], denied))
    labels = {
        "level": made.frame.get_column("$level"),
        "message": message,
        "request": _only(part["request"], ~denied),
        **{name: part[name] for name in ("connection", "server", "subrequest", "upstream")},
    }
    columns = [
        part["client"].alias("source.ip"),
        first_of("url.domain", part["host"], part["server"]),
        part["referrer"].alias("http.request.referrer"),
        *(one for one in request if one.name != "url.domain"),
    ]
    return _events(made, columns, labels, denied, message.str.extract(_NGINX_LOGIN))


def apache(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode Apache's error lines."""
    made = _APACHE.parse(lines, place)
    if not made.frame.height:
        return made
    rest = undone(made.frame.get_column(_REST), Escape.BACKSLASH)
    found = rest.str.extract_groups(_APACHE_REST).struct.unnest().get_columns()
    part = {one.name: one for one in found}
    level = made.frame.get_column("$level")
    message = part["message"]
    denied = message.str.contains(_APACHE_DENIED)
    client = part["client"]
    client = client.str.replace(":[0-9]+$", "").zip_with(part["pid"].is_not_null(), client)
    labels = {
        "level": level.str.extract("([a-z]+[0-9]?)$"),
        "module": level.str.extract("^([a-z0-9_]+):"),
        "message": message,
        "cause": part["cause"].str.strip_suffix(": "),
        "path": message.str.extract(_APACHE_TARGET),
        **{name: part[name] for name in ("code", "pid", "thread")},
    }
    columns = [
        client.alias("source.ip"),
        part["referrer"].alias("http.request.referrer"),
    ]
    return _events(made, columns, labels, denied, message.str.extract(_APACHE_LOGIN))


def _only(column: pl.Series, rows: pl.Series) -> pl.Series:
    """Return the column with null in all other rows."""
    return column.set(~rows.fill_null(value=False), None)


def _events(
    made: Parsed, columns: Sequence[pl.Series], labels: dict[str, pl.Series], denied: pl.Series, users: pl.Series
) -> Parsed:
    """Return the events: what the line says, what was refused, and whose login failed."""
    height = made.frame.height
    nothing = constant("", None, height)
    kept = {key: column for key, column in labels.items() if column.null_count() < height}
    hosts = [made.frame.get_column("host.name")] if "host.name" in made.frame.columns else []
    frame = pl.DataFrame(
        [
            made.frame.get_column(TIME),
            *hosts,
            *columns,
            users.alias("user.name"),
            constant("", "login", height).zip_with(users.is_not_null(), nothing).alias("event.action"),
            constant("", "failure", height).zip_with(denied.fill_null(value=False), nothing).alias("event.outcome"),
            label_columns(list(kept), list(kept.values())),
        ]
    )
    return Parsed(frame, made.rows, made.failures)


FORMATS: tuple[Format, ...] = (
    Format(
        "nginx.error",
        "nginx.error",
        "web",
        nginx,
        68,
        telling=r"(?:^|: )[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8} \[[a-z]+\] [0-9]+#[0-9]+: ",
        about="nginx's error log",
    ),
    Format(
        "apache.error",
        "apache.error",
        "web",
        apache,
        69,
        telling=rf"(?:^|: )\[{_APACHE_TIME}\] \[(?:[a-z0-9_]*:)?[a-z]+[0-9]?\] ",
        about="Apache's error log",
    ),
)
