"""Web servers and proxies beyond the stock layouts.

Comes in: nothing. Goes out: the family's table.
"""

from detector.decode.format import Format
from detector.decode.formats.web import error_log, haproxy_formats, proxies, squid, w3c

FORMATS: tuple[Format, ...] = (
    *haproxy_formats.FORMATS,
    *squid.FORMATS,
    *proxies.FORMATS,
    *w3c.FORMATS,
    *error_log.FORMATS,
)
