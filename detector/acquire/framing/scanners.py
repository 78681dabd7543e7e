"""How each framing finds the records in a file's bytes; ``scanner_for`` is the table of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from detector.acquire.framing.base import Scanner
from detector.acquire.framing.braces import BraceScanner
from detector.acquire.framing.csv_quotes import QuoteScanner
from detector.acquire.framing.json_objects import ObjectScanner
from detector.acquire.framing.multiline import PartScanner, StartScanner
from detector.acquire.framing.xml_elements import ElementScanner
from detector.schema.framing import Cutting, Framing

_SCANNERS: Mapping[Cutting, Callable[[Framing, int], Scanner]] = MappingProxyType(
    {
        Cutting.START: StartScanner,
        Cutting.PARTS: PartScanner,
        Cutting.QUOTES: QuoteScanner,
        Cutting.JSON: ObjectScanner,
        Cutting.XML: ElementScanner,
        Cutting.BRACES: BraceScanner,
    }
)


def scanner_for(framing: Framing, base: int) -> Scanner:
    """Return a scanner of this framing (any but LINES) that begins at byte ``base``, the border of a record."""
    return _SCANNERS[framing.cutting](framing, base)


__all__ = ["Scanner", "scanner_for"]
