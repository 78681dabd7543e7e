"""Lines become events: formats, the record map, annotation.

Comes in: ``frames.LineBatch``. Goes out: ``frames.EventBatch``. It reads the files of formats and the roles file when
it is built, and nothing after that; it keeps no event.
"""

from detector.decode.decoder import Decoder
from detector.decode.drafting.diagnose import forwarding, missing_beside, names_nobody, without_zone
from detector.decode.drafting.draft import DraftedFormat, draft_format, draft_quoted_account
from detector.decode.drafting.explain import explain_reject
from detector.decode.drafting.guess import like_accounts, speaks_of_account
from detector.decode.drafting.plain_rows import rows
from detector.decode.drafting.try_format import count_headers, try_format
from detector.decode.enrich.claimed_actors import ClaimedActor
from detector.decode.framing_detection import Framings, framings_for
from detector.decode.logformat.custom import misspelt_variables
from detector.decode.parse_result import CUT
from detector.decode.record_map.coverage import TABLE, RequestCounts, count_columns, count_requests, request_columns
from detector.decode.record_map.path_pattern import merge_siblings, path_pattern, path_patterns
from detector.decode.registry import format_hint, format_names, is_format

__all__ = [
    "CUT",
    "TABLE",
    "ClaimedActor",
    "Decoder",
    "DraftedFormat",
    "Framings",
    "RequestCounts",
    "count_columns",
    "count_headers",
    "count_requests",
    "draft_format",
    "draft_quoted_account",
    "explain_reject",
    "format_hint",
    "format_names",
    "forwarding",
    "framings_for",
    "is_format",
    "like_accounts",
    "merge_siblings",
    "missing_beside",
    "misspelt_variables",
    "names_nobody",
    "path_pattern",
    "path_patterns",
    "request_columns",
    "rows",
    "speaks_of_account",
    "try_format",
    "without_zone",
]
