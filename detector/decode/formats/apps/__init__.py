"""Applications, and wrappers around other formats.

Comes in: nothing. Goes out: the family's table.
"""

from detector.decode.format import Format

FORMATS: tuple[Format, ...] = ()
