"""Request lines and targets over a column: usual ones by one pattern, odd ones with care.

Comes in: ``GET /a?b HTTP/1.1`` or ``/a?b``. Goes out: method, host, path and query, and the requests that are none.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from detector.decode.parse_result import Rows
from detector.decode.weblog.request_line import Request, split_request, split_target

_TARGET = r"(?:[A-Za-z][A-Za-z0-9+.-]{0,8}://(?P<domain>[^/? ]+))?(?P<path>/[^? ]*)(?:\?(?P<query>[^ ]*))?"
_WHOLE = f"^{_TARGET}$"
_REQUEST = rf"^(?P<method>[A-Z]{{2,16}}) {_TARGET} HTTP/[0-9](?:\.[0-9])?$"
_COLUMNS = {
    "method": "http.request.method",
    "domain": "url.domain",
    "path": "url.path",
    "query": "url.query",
}


def of_requests(column: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    """Return the parts of request lines, and what is no request."""
    return _parts(column, "request", _REQUEST, _request)


def of_targets(column: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    """Return host, path and query of targets, and what is no target."""
    return _parts(column, "target", _WHOLE, _target)


def _parts(
    column: pl.Series, name: str, usual: str, careful: Callable[[str], Request]
) -> tuple[list[pl.Series], pl.Series]:
    parts = {one.name: one for one in column.str.extract_groups(usual).struct.unnest().get_columns()}
    odd: Rows = np.flatnonzero((parts["path"].is_null() & column.is_not_null()).to_numpy())
    lost = pl.Series(name, [None], dtype=pl.String()).new_from_index(0, len(column))
    if len(odd):
        found = [careful(text) for text in column[odd].to_list()]
        for part, values in parts.items():
            parts[part] = values.scatter(odd, pl.Series([getattr(one, part) for one in found], dtype=pl.String()))
        bad = odd[np.asarray([one == Request() for one in found], np.bool_)]
        lost = lost.scatter(bad, column[bad]) if len(bad) else lost
    return [values.alias(_COLUMNS[part]) for part, values in parts.items()], lost


def of_paths(column: pl.Series) -> tuple[list[pl.Series], list[pl.Series]]:
    """Return paths, and hosts where something that is no path named one (to a proxy)."""
    odd: Rows = np.flatnonzero((~column.str.starts_with("/")).fill_null(value=False).to_numpy())
    if not len(odd):
        return [column], []
    found = [_target(text) for text in column[odd].to_list()]
    nothing = pl.Series([None], dtype=pl.String()).new_from_index(0, len(column))
    paths = column.scatter(odd, pl.Series([one.path for one in found], dtype=pl.String()))
    return [paths], [nothing.scatter(odd, pl.Series([one.domain for one in found], dtype=pl.String()))]


def _target(text: str) -> Request:
    if "://" in text[:12] or text[:1] in ("/", "*", "?"):
        return Request(None, *split_target(text))
    host, colon, port = text.rpartition(":")  # of a CONNECT
    return Request(domain=text) if colon and host and port.isascii() and port.isdigit() else Request()


def _request(text: str) -> Request:
    made = split_request(text)
    if made.method != "-":
        return made
    # Squid writes so what it took for a request to itself, and errors before a request.
    return replace(made, method=None) if (made.path or "").startswith("/") else Request()
