"""A format drafted for lines that none reads, why none reads them, and what else to tell people of their logs."""

from detector.decode.drafting.diagnose import forwarding, missing_beside, names_nobody, without_zone
from detector.decode.drafting.draft import DraftedFormat, draft_format, draft_quoted_account
from detector.decode.drafting.explain import explain_reject
from detector.decode.drafting.guess import like_accounts, speaks_of_account
from detector.decode.drafting.try_format import count_headers, try_format
from detector.decode.logformat.custom import misspelt_variables

__all__ = [
    "DraftedFormat",
    "count_headers",
    "draft_format",
    "draft_quoted_account",
    "explain_reject",
    "forwarding",
    "like_accounts",
    "missing_beside",
    "misspelt_variables",
    "names_nobody",
    "speaks_of_account",
    "try_format",
    "without_zone",
]
