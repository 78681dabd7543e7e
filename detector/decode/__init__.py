"""Lines become events: formats, the record map, annotation.

Comes in: ``frames.LineBatch``. Goes out: ``frames.EventBatch``. It reads the files of formats and the roles file when
it is built, and nothing after that; it keeps no event.
"""

from detector.decode.claimed_actors import Claim
from detector.decode.coverage import TABLE, RequestCounts, count_columns, count_requests, request_columns
from detector.decode.decoder import Decoder
from detector.decode.draft import DraftedFormat, draft_format, draft_quoted_account
from detector.decode.explain import explain_reject
from detector.decode.guess import like_accounts, speaks_of_account
from detector.decode.heads import Framings, framings_for
from detector.decode.logformat.given import misspelt_variables
from detector.decode.openends import forwarding, missing_beside, names_nobody, without_zone
from detector.decode.path_pattern import path_pattern, path_patterns
from detector.decode.path_siblings import merge_siblings
from detector.decode.rows import rows
from detector.decode.table import format_hint, format_names, is_format
from detector.decode.trying import count_headers, try_format

__all__ = [
    "TABLE",
    "Claim",
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
