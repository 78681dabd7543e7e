"""Formats written in code, by the kind of system that writes the log; those a field map can say are in config/formats.

Comes in: nothing. Goes out: ``CODED`` and ``WRAPPERS``, two tables. A new format is a module in its family and a line
in that family's table; nothing is discovered by itself.
"""

from detector.decode.envelope import Wrapper
from detector.decode.format import Format
from detector.decode.formats import apps, cloud, databases, hosts, web

CODED: tuple[Format, ...] = (*web.FORMATS, *databases.FORMATS, *cloud.FORMATS, *hosts.FORMATS, *apps.FORMATS)
WRAPPERS: tuple[Wrapper, ...] = (*hosts.WRAPPERS, *cloud.WRAPPERS, *apps.WRAPPERS)
"""Envelopes around lines of other formats."""
