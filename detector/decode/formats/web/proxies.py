"""Access lines of Traefik (common log format) and Envoy (its default text, and Istio's).

Comes in: lines. Goes out: ``Parsed``. Their JSON logs are field maps in config/formats. Envoy's default text does not
name the peer: the client is the last entry of X-Forwarded-For, which Envoy itself appends (``use_remote_address``).
"""

import polars as pl

from detector.decode.columns.frame_ops import replace_columns
from detector.decode.format import Format
from detector.decode.json.field_map import REQUEST
from detector.decode.line_context import LineContext
from detector.decode.logformat.items import DECIMAL, NUMBER, TIME, Variable
from detector.decode.logformat.layout import stock
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import FORWARDED, Parsed

_STATUS = Variable("http.response.status_code", shape=NUMBER)
_AGENT = Variable("user_agent.original")
_TRAEFIK = stock(
    '$client - $user [$time] "$request" $status $bytes "$referer" "$agent" $requests "$router" "$server" ${duration}ms',
    {
        "client": Variable("source.ip"),
        "user": Variable("user.name"),
        "time": Variable(TIME, form="clf", shape=r"[^\[\]\" ]+ [^\[\]\" ]+"),
        "request": Variable(REQUEST),
        "status": _STATUS,
        "bytes": Variable("http.response.body.bytes", shape=NUMBER),
        "referer": Variable("http.request.referrer"),
        "agent": _AGENT,
        "requests": Variable(shape=NUMBER),
        "duration": Variable("event.duration", form="ms", shape=DECIMAL),
    },
    Escape.BACKSLASH,
)
_ENVOY = {
    "time": Variable(TIME, form="iso"),
    "request": Variable(REQUEST),
    "status": _STATUS,
    "received": Variable("http.request.body.bytes", shape=NUMBER),
    "sent": Variable("http.response.body.bytes", shape=NUMBER),
    "duration": Variable("event.duration", form="ms", shape=NUMBER),
    "upstream_service_time": Variable(shape=NUMBER),
    "forwarded": Variable(FORWARDED),
    "agent": _AGENT,
    "request_id": Variable("http.request.id"),
    "authority": Variable("url.domain"),
    "peer": Variable("source.ip"),
}
_END = (
    '$received $sent $duration $upstream_service_time "$forwarded" "$agent" "$request_id" "$authority" "$upstream_host"'
)
_DEFAULT = stock(f'[$time] "$request" $status $response_flags {_END}', _ENVOY)
_ISTIO = stock(
    '[$time] "$request" $status $response_flags $response_code_details $connection_termination_details '
    f'"$upstream_transport_failure_reason" {_END} $upstream_cluster $upstream_local_address $downstream_local_address '
    "$peer $requested_server_name $route_name",
    _ENVOY,
)
_BEGIN = r'^\[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z\] "'


def _envoy(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode Envoy's default text; the peer is the last address of X-Forwarded-For."""
    made = _DEFAULT.parse(lines, place)
    if not made.frame.height:
        return made
    last = made.frame[FORWARDED].str.extract(r"([^, ]+) *$")
    return Parsed(replace_columns(made.frame, [last.alias("source.ip")]), made.rows, made.failures)


FORMATS: tuple[Format, ...] = (
    Format(
        "traefik.clf",
        "traefik.access",
        "web",
        _TRAEFIK.parse,
        64,
        telling='" [0-9]+ms$',
        about="Traefik's access log as text (its default)",
        ways=_TRAEFIK.ways,
    ),
    Format(
        "envoy",
        "envoy.access",
        "web",
        _envoy,
        66,
        telling=_BEGIN,
        about="Envoy's access log as text (its default)",
        ways=_DEFAULT.ways,
    ),
    Format(
        "envoy.istio",
        "envoy.access",
        "web",
        _ISTIO.parse,
        65,
        telling=_BEGIN,
        about="Istio's proxies, access log as text",
        ways=_ISTIO.ways,
    ),
)
