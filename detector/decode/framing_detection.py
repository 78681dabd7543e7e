"""How a file is cut into records: as its source's format says, or as the format does that knows the file's first bytes.

Comes in: the formats, a source and the head of a file. Goes out: the framing that the reader follows.
"""

import re
from functools import cached_property

from detector.decode.format import Format
from detector.decode.registry import Formats, candidates, load_formats
from detector.schema.events.framing import LINES, Framing
from detector.settings import Settings, SourceSettings


class Framings:
    """Tells framings; a file that no format knows by its head is read by lines."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def __call__(self, source: SourceSettings, head: bytes) -> Framing:
        """Return how a file of this source that begins with ``head`` is cut; of no known format, as ``auto`` would."""
        found = self._formats[source.reads] if self._formats.has(source.reads) else self._known(head)
        return found.framing if found is not None else LINES

    @cached_property
    def _heads(self) -> list[tuple[re.Pattern[str], Format]]:
        return [(re.compile(one.head), one) for one in candidates(self._formats) if one.head]

    def _known(self, head: bytes) -> Format | None:
        text = head.decode("utf-8", "replace")
        return next((one for pattern, one in self._heads if pattern.search(text)), None)


def framings_for(settings: Settings) -> Framings:
    """Return the framings of the formats these settings know.

    Raises:
        ConfigError: A format file is wrong.
    """
    return Framings(load_formats(settings))
