"""Cloud services: load balancers, storage, audit trails.

Comes in: nothing. Goes out: the family's tables.
"""

from detector.decode.format import Format
from detector.decode.formats.cloud import m365csv
from detector.decode.wrapping import Wrapper

FORMATS: tuple[Format, ...] = ()
WRAPPERS: tuple[Wrapper, ...] = (m365csv.WRAPPER,)
