"""HAProxy's own log formats: ``option httplog``, ``httpslog`` and ``tcplog``; with a syslog prefix or without.

Comes in: lines. Goes out: ``Parsed``. The layouts are HAProxy's, compiled as a pasted ``log-format`` is.
"""

from detector.decode.format import Format
from detector.decode.logformat import compile_layout

_BEGIN = "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"
_HTTPS = (
    f"{_BEGIN} %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc"
)
_TCP = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq"
_ADDRESS = r"(?:^|[ :] ?)[0-9A-Za-z.:]+:[0-9]+ \[[0-9]{2}/[A-Z][a-z]{2}/[0-9:]+\.[0-9]{3}\] "


def _format(name: str, order: int, layout: str, about: str) -> Format:
    made = compile_layout(layout, kind="haproxy")
    return Format(name, name, "web", made.parse, order, telling=_ADDRESS, about=about, ways=made.ways)


FORMATS: tuple[Format, ...] = (
    _format("haproxy.http", 60, _BEGIN, "HAProxy with `option httplog`"),
    _format("haproxy.https", 61, _HTTPS, "HAProxy with `option httpslog`"),
    _format("haproxy.tcp", 62, _TCP, "HAProxy with `option tcplog`: connections without requests"),
)
