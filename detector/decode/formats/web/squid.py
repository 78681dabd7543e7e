"""Squid's access log: its native layout, and ``logformat combined``.

Comes in: lines. Goes out: ``Parsed``. What the proxy did (``TCP_MISS``, ``HIER_DIRECT``) is kept in labels.
"""

from detector.decode.format import Format
from detector.decode.json.field_map import REQUEST, TARGET
from detector.decode.logformat.items import DROPPED, NUMBER, TIME, Variable
from detector.decode.logformat.layout import stock
from detector.decode.logformat.undo_escapes import Escape

_CLIENT = {
    "client": Variable("source.ip"),
    "user": Variable("user.name"),
    "status": Variable("http.response.status_code", shape=NUMBER),
    "bytes": Variable("http.response.body.bytes", shape=NUMBER),
}
_NATIVE = stock(
    "$time $pad$elapsed $client $result/$status $bytes $method $url $user $hierarchy/$peer $type",
    {
        **_CLIENT,
        "time": Variable(TIME, form="epoch", shape=r"[0-9]{9,11}\.[0-9]{3}"),
        "pad": Variable(DROPPED, shape=" *"),
        "elapsed": Variable("event.duration", form="ms", shape="-?[0-9]+"),
        "result": Variable(shape="[A-Z_]+"),
        "method": Variable("http.request.method"),
        "url": Variable(TARGET),
    },
)
_COMBINED = stock(
    '$client $identity $user [$time] "$request" $status $bytes "$referer" "$agent" $result:$hierarchy',
    {
        **_CLIENT,
        "time": Variable(TIME, form="clf", shape=r"[^\[\]\" ]+ [^\[\]\" ]+"),
        "request": Variable(REQUEST),
        "referer": Variable("http.request.referrer"),
        "agent": Variable("user_agent.original", empty=True),
        "result": Variable(shape="[A-Z_]+"),
        "hierarchy": Variable(shape="[A-Z_]+"),
    },
    Escape.BACKSLASH,
)

FORMATS: tuple[Format, ...] = (
    Format(
        "squid",
        "squid.access",
        "web",
        _NATIVE.parse,
        63,
        telling=r"(?:^| )[0-9]{9,11}\.[0-9]{3} +-?[0-9]+ [^ ]+ [A-Z_]+/[0-9]{3} ",
        about="Squid's native access log",
        ways=_NATIVE.ways,
        empty_words=False,
    ),
    Format(
        "squid.combined",
        "squid.access",
        "web",
        _COMBINED.parse,
        120,
        telling=r'" [A-Z_]+:[A-Z_]+$',
        about="Squid with `logformat combined`",
        ways=_COMBINED.ways,
        empty_words=False,
    ),
)
