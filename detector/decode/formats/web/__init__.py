"""Web servers and proxies beyond the stock layouts.

Comes in: nothing. Goes out: the family's table.
"""

from detector.decode.format import Format

FORMATS: tuple[Format, ...] = ()
