"""Lines become events: formats, the record map, annotation.

Comes in: ``frames.LineBatch``. Goes out: ``frames.EventBatch``. It reads the files of formats and the roles file when
it is built, and nothing after that; it keeps no event.
"""

from detector.decode.decoder import Decoder
from detector.decode.heads import Framings, framings_for
from detector.decode.rows import rows
from detector.decode.table import format_names
from detector.decode.trying import try_format
from detector.decode.zones import without_zone

__all__ = ["Decoder", "Framings", "format_names", "framings_for", "rows", "try_format", "without_zone"]
