"""What the record map knows of requests, counted: the share that touches client data, and what nothing names.

Comes in: decoded batches. Goes out: counts for each source. A request is a successful event with a path (web, API,
file) or an SQL statement about a table, or anything else that touched client data. Logins, host messages and whatever
has neither path nor statement are none, so sources of those have no coverage, and nobody can call theirs low.

Left out: answers 4xx and 5xx, redirects, HEAD and OPTIONS; and, as long as no route names them, style sheets, scripts,
fonts, pictures from folders of such, and health probes. Of requests nothing names at most ``SAMPLED`` a call are
looked at, evenly spread, and counted for the rest.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import index
from detector.decode.record_map.apply import NO_ROUTE
from detector.decode.record_map.path_pattern import path_patterns
from detector.decode.weblog.request_line import METHODS
from detector.frames import EventBatch

SAMPLED = 1024
TABLE = "table "
"""Begin of the pattern of a table."""
_COLUMNS = (
    "log.source",
    "event.category",
    "event.outcome",
    "http.request.method",
    "http.response.status_code",
    "url.path",
    "object.type",
    "subject.ids",
)
_ASSET = (
    r"(?i)\.(?:css|js|mjs|map|woff2?|ttf|otf|eot|ico|svg|wasm)$"
    r"|/(?:static|assets|dist|build|public|img|images|icons|fonts|_next|_nuxt|wp-content|wp-includes)/.*"
    r"\.(?:png|jpe?g|gif|webp|avif|mp4|webm|json)$"
)
_PROBE = (
    r"(?i)^/(?:[a-z._-]+/)*(?:healthz?|health-?check|livez|readyz|readiness|liveness|ping|heartbeat|nginx_status"
    r"|stub_status|server-status|metrics|robots\.txt|favicon\.ico|favicon\.png)/?$|^/\.well-known/"
)
_EMPTY = ("HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
_WEB = ("web", "api")
_WITH_PATH = (*_WEB, "file")
_MAY_BE = (*_WEB, "database")
_NO_TABLES = pl.List(pl.String())


@dataclass(slots=True)
class RequestCounts:
    """Requests of one source.

    Attributes:
        requests: How many there were. touched: how many of them touched client data.
        by_path: How many of them came over the web; the others are statements and files.
        statements: How many were SQL statements.
        unmapped: Those that no route names, by pattern: ``GET /api/customers/{id}``, ``table crm.orders``.
        routes: How often each route of the record map fitted, requests or not, by its number.
        asked / named: How many of the requests that touched client data fitted each route, and how many of them named a
            client.
        texts: Events that are no requests and may be about clients all the same: they have neither path nor table, and
            are neither logins nor messages of a host.
    """

    requests: int = 0
    touched: int = 0
    by_path: int = 0
    statements: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    routes: Counter[int] = field(default_factory=Counter)
    asked: Counter[int] = field(default_factory=Counter)
    named: Counter[int] = field(default_factory=Counter)
    texts: int = 0

    def add(self, other: "RequestCounts") -> None:
        """Count these as well."""
        self.requests += other.requests
        self.touched += other.touched
        self.by_path += other.by_path
        self.statements += other.statements
        self.unmapped.update(other.unmapped)
        self.routes.update(other.routes)
        self.asked.update(other.asked)
        self.named.update(other.named)
        self.texts += other.texts


def count_requests(batches: Sequence[EventBatch]) -> dict[str, RequestCounts]:
    """Return the requests of some batches, by source."""
    return count_columns([request_columns(batch) for batch in batches])


def count_columns(frames: Sequence[pl.DataFrame]) -> dict[str, RequestCounts]:
    """Return the requests of some batches, of which ``request_columns`` were put aside, by source."""
    full = [frame for frame in frames if frame.height]
    if not full:
        return {}
    marked = pl.concat(full).select(*_MARKS)
    made = {source: RequestCounts() for source in marked["source"].unique().to_list()}
    sums = marked.group_by("source").agg(pl.col("request", "touched", "by_path", "statement", "text").sum())
    for source, requests, touched, by_path, statements, texts in sums.iter_rows():
        one = made[source]
        one.requests, one.touched, one.by_path, one.statements = requests, touched, by_path, statements
        one.texts = texts
    fitting = marked.filter(pl.col("route") != NO_ROUTE)
    sums = fitting.group_by("source", "route").agg(pl.len(), pl.col("touched", "named").sum())
    for source, route, count, asked, named in sums.iter_rows():
        made[source].routes[route] += count
        made[source].asked[route] += asked
        made[source].named[route] += named
    for source, pattern, count in _unmapped(marked):
        made[source].unmapped[pattern] += count
    return made


def request_columns(batch: EventBatch) -> pl.DataFrame:
    """Return what counting needs of a batch: to count has a price of its own, and many batches can share it."""
    height = batch.frame.height
    routes = batch.routes if batch.routes is not None else pl.Series("route", [NO_ROUTE]).new_from_index(0, height)
    tables = batch.tables if batch.tables is not None else pl.Series("", [None], _NO_TABLES).new_from_index(0, height)
    return pl.DataFrame([*(batch.frame[name] for name in _COLUMNS), routes.alias("route"), tables.alias("tables")])


def _marks() -> list[pl.Expr]:
    status, method, path = pl.col("http.response.status_code"), pl.col("http.request.method"), pl.col("url.path")
    category = pl.col("event.category")
    moved = (status >= 300) & (status < 400) & (status != 304)
    answered = (
        (pl.col("event.outcome") != "failure")
        & ~moved.fill_null(value=False)
        & ~method.str.to_uppercase().is_in(_EMPTY).fill_null(value=False)
    )
    known = pl.col("route") != NO_ROUTE
    touched = pl.col("object.type").is_not_null() | pl.col("subject.ids").is_not_null()
    statement = pl.col("tables").is_not_null()
    web = path.is_not_null() & category.is_in(_WEB)
    noise = web & ~known & (path.str.contains(_ASSET) | path.str.contains(_PROBE))
    asked = (path.is_not_null() & category.is_in(_WITH_PATH) & ~noise) | statement
    request = answered & (asked | touched)
    return [
        pl.col("log.source").alias("source"),
        pl.col("route"),
        request.alias("request"),
        (request & touched).alias("touched"),
        (request & pl.col("subject.ids").is_not_null()).alias("named"),
        (request & web).alias("by_path"),
        (request & statement).alias("statement"),
        (answered & asked & ~known & ~touched).alias("unmapped"),
        (path.is_null() & ~statement & ~known & ~touched & category.is_in(_MAY_BE))
        .fill_null(value=False)
        .alias("text"),
        method,
        path,
        pl.col("tables"),
    ]


_MARKS = _marks()


def _unmapped(marked: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Return source, pattern and number of requests that nothing names."""
    rows = np.flatnonzero(marked["unmapped"].to_numpy())
    weight = -(-len(rows) // SAMPLED)
    if not len(rows):
        return []
    some = marked[index(rows[::weight])]
    methods = _known(some["http.request.method"].fill_null(""))
    patterns = methods + path_patterns(some["url.path"])
    frame = pl.DataFrame([some["source"], patterns.alias("pattern"), some["tables"]])
    by_table = frame.filter(pl.col("tables").is_not_null()).explode("tables").drop_nulls("tables")
    named = by_table.select("source", (pl.lit(TABLE) + pl.col("tables")).alias("pattern"))
    paths = frame.filter(pl.col("tables").is_null()).select("source", "pattern").drop_nulls()
    counted = pl.concat([paths, named]).group_by("source", "pattern").len()
    return [(source, pattern, count * weight) for source, pattern, count in counted.iter_rows()]


def _known(methods: pl.Series) -> pl.Series:
    """Return methods as words before a path; what is none of HTTP's is an attacker's text."""
    shown = {method: f"{method} " for method in METHODS}
    return methods.str.to_uppercase().replace_strict(shown, default="", return_dtype=pl.String())
