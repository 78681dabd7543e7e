"""Web servers and proxies beyond the stock layouts.

Comes in: nothing. Goes out: the family's table.
"""

from detector.decode.format import Format
from detector.decode.formats.web import errors, haproxy, proxies, squid, w3c

FORMATS: tuple[Format, ...] = (
    *haproxy.FORMATS,
    *squid.FORMATS,
    *proxies.FORMATS,
    *w3c.FORMATS,
    *errors.FORMATS,
)
