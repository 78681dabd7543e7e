"""Applications, and wrappers around other formats.

Comes in: nothing. Goes out: the family's tables.
"""

from detector.decode.envelope import Wrapper
from detector.decode.format import Format
from detector.decode.formats.apps import cri, docker

FORMATS: tuple[Format, ...] = ()
WRAPPERS: tuple[Wrapper, ...] = (docker.WRAPPER, cri.WRAPPER)
