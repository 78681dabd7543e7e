"""CloudFront's standard log: W3C extended, values parted by tabs, gzipped files.

Comes in: lines, and the ``#Fields:`` directive they stand behind; without one the fields are those CloudFront writes by
default. Goes out: ``Parsed``. CloudFront writes blanks and odd characters of headers as ``%HH``: those are undone
once; path and query stay as they are. Cookies are not kept: the session among them is hashed.
"""

from urllib.parse import unquote

import polars as pl

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import replace_columns
from detector.decode.format import Format
from detector.decode.formats.web.w3c import FIELDS, W3c
from detector.decode.line_context import LineContext
from detector.decode.logformat import headers
from detector.decode.logformat.items import Variable
from detector.decode.parse_result import FORWARDED, Parsed
from detector.schema.events.framing import Framing

DEFAULT = (
    f"{FIELDS} date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes "
    "time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
)
_ESCAPED = ("user_agent.original", "http.request.referrer", FORWARDED)
_KNOWN = {
    "c-ip": Variable("source.ip"),
    "cs-method": Variable("http.request.method"),
    "cs-uri-stem": Variable("url.path"),
    "cs-uri-query": Variable("url.query"),
    "x-host-header": Variable("url.domain", rank=1),
    "cs(host)": Variable("url.domain", rank=4),
    "sc-status": Variable("http.response.status_code"),
    "sc-bytes": Variable("http.response.body.bytes"),
    "cs-bytes": Variable("http.request.body.bytes"),
    "time-taken": Variable("event.duration", form="s"),
    "x-edge-request-id": Variable("http.request.id"),
    "x-forwarded-for": headers.of_request("x-forwarded-for", "x-forwarded-for"),
}
_LINES = W3c(_KNOWN, needs=("x-edge-location", "cs-method", "cs-uri-stem"), between="\t", plus=False, default=DEFAULT)


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode lines."""
    parsed = _LINES.parse(lines, place)
    return Parsed(replace_columns(parsed.frame, _unescaped(parsed.frame)), parsed.rows, parsed.failures)


def _unescaped(frame: pl.DataFrame) -> list[pl.Series]:
    made = []
    for name in _ESCAPED:
        if name in frame.columns and frame[name].str.contains("%", literal=True).any():
            distinct = Dictionary.of(frame[name])
            made.append(distinct.column(name, [unquote(text, errors="replace") for text in distinct.values]))
    return made


FORMATS: tuple[Format, ...] = (
    Format(
        "cloudfront",
        "aws.cloudfront",
        "web",
        parse,
        66,
        telling=r"^(?:#(?:Version|Fields):|[0-9]{4}-[0-9]{2}-[0-9]{2}\t[0-9]{2}:[0-9]{2}:[0-9]{2}\t)",
        framing=Framing(header=FIELDS),
        head=rf"^(?:#Version: [0-9.]+\r?\n)?{FIELDS}[^\r\n]* x-edge-location",
        about="CloudFront's standard access log (W3C with tabs); the fields are those of the file's own `#Fields:`",
    ),
)
