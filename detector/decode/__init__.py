"""Lines become events: formats, the record map, annotation.

Comes in: ``frames.LineBatch``. Goes out: ``frames.EventBatch``. It reads the files of formats and the roles file when
it is built, and shipped ones with the first line of a format; it keeps no event. What people are told of lines and
formats, and drafts for their own, are in ``drafting``.
"""

from detector.decode.decoder import Decoder
from detector.decode.enrich.claimed_actors import ClaimedActor
from detector.decode.framing_detection import Framings, framings_for
from detector.decode.parse_result import CUT
from detector.decode.plain_rows import rows
from detector.decode.record_map.coverage import TABLE, RequestCounts, count_columns, count_requests, request_columns
from detector.decode.record_map.path_pattern import merge_siblings, path_pattern, path_patterns
from detector.decode.registry import format_hint, format_names, is_format

__all__ = [
    "CUT",
    "TABLE",
    "ClaimedActor",
    "Decoder",
    "Framings",
    "RequestCounts",
    "count_columns",
    "count_requests",
    "format_hint",
    "format_names",
    "framings_for",
    "is_format",
    "merge_siblings",
    "path_pattern",
    "path_patterns",
    "request_columns",
    "rows",
]
