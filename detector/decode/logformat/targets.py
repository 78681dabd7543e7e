"""Request lines and targets over a column: plain ones cut at once, odd ones with care.

Comes in: ``GET /a?b HTTP/1.1`` or ``/a?b``. Goes out: method, host, path and query, and the requests that are none.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from detector.decode.columns import cut
from detector.decode.parsed import Rows
from detector.decode.requests import METHODS, PROTOCOLS, Request, split_request, split_target

_NAMES = ("http.request.method", "url.domain", "url.path", "url.query")
_METHODS, _PROTOCOLS = list(METHODS), list(PROTOCOLS)


def of_requests(column: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    """Return the parts of request lines, and what is no request."""
    method, target, protocol = cut(column, " ", ["method", "target", "protocol"])
    path, query = cut(target, "?", ["path", "query"])
    plain = method.is_in(_METHODS) & target.str.starts_with("/") & protocol.is_in(_PROTOCOLS)
    odd = _odd(column, plain)
    found = [_request(text) for text in column[odd].to_list()]
    parts = _placed([method, pl.Series([None], dtype=pl.String()), path, query], found, odd, len(column))
    return parts, _lost("request", column, odd, [one == Request() for one in found])


def _request(text: str) -> Request:
    made = split_request(text)
    if made.method != "-":
        return made
    # Squid writes so what it took for a request to itself, and errors before a request.
    return replace(made, method=None) if (made.path or "").startswith("/") else Request()


def of_targets(column: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    """Return host, path and query of targets, and what is no target."""
    path, query = cut(column, "?", ["path", "query"])
    odd = _odd(column, column.str.starts_with("/"))
    found = [_target(text) for text in column[odd].to_list()]
    nothing = pl.Series([None], dtype=pl.String())
    parts = _placed([nothing, nothing, path, query], found, odd, len(column))[1:]
    return parts, _lost("target", column, odd, [one == Request() for one in found])


def of_paths(column: pl.Series) -> tuple[list[pl.Series], list[pl.Series]]:
    """Return paths, and hosts where something that is no path named one (to a proxy)."""
    odd = _odd(column, column.str.starts_with("/"))
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


def _lost(name: str, column: pl.Series, odd: Rows, bad: list[bool]) -> pl.Series:
    """Return the values at those of the ``odd`` places that are ``bad``, null elsewhere."""
    nothing = pl.Series(name, [None], dtype=pl.String()).new_from_index(0, len(column))
    places = odd[np.asarray(bad, np.bool_)]
    return nothing.scatter(places, column[places]) if len(places) else nothing


def _odd(column: pl.Series, plain: pl.Series) -> Rows:
    return np.flatnonzero((~plain.fill_null(value=False) & column.is_not_null()).to_numpy())


def _placed(columns: list[pl.Series], found: list[Request], odd: Rows, height: int) -> list[pl.Series]:
    """Put the parts found with care into the columns cut at once."""
    full = [one if len(one) == height else one.new_from_index(0, height) for one in columns]
    if len(odd):
        rows = [(one.method, one.domain, one.path, one.query) for one in found]
        full = [
            column.scatter(odd, pl.Series([row[at] for row in rows], dtype=pl.String()))
            for at, column in enumerate(full)
        ]
    return [column.alias(name) for column, name in zip(full, _NAMES, strict=True)]
