"""Lines become events: formats, the record map, annotation.

Comes in: ``frames.LineBatch``. Goes out: ``frames.EventBatch``. It reads the files of formats and the roles file when
it is built, and nothing after that; it keeps no event.
"""

from detector.decode.decoder import Decoder
from detector.decode.rows import rows
from detector.decode.table import format_names
from detector.decode.trying import try_format

__all__ = ["Decoder", "format_names", "rows", "try_format"]
