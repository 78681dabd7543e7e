"""What every event must say in the end: action, category, and a record count only where one is known.

Comes in: a frame with what the log and the record map say. Goes out: the frame with ``event.action``,
``event.category``, ``record.count`` and its basis settled, and without ids and counts in rows that returned no data.

A count is taken from the first that has one: the place the route names (``logged``, or ``estimated`` when it is a
number in the configuration), the log's own (``logged``), the ids in the line (``counted``), bytes sent (``estimated``).

What failed (4xx, 5xx), was only pointed elsewhere (a redirected GET) or asks for no content (HEAD, OPTIONS) returned no
data: object and action stay, ids and counts do not.
"""

from functools import cache

import polars as pl

from detector.decode.columns import put

STATED, ASSUMED, PER_RECORD = "$stated", "$assumed", "$per_record"
_TOUCHED = frozenset({"subject.ids", "record.ids", "record.count", STATED, PER_RECORD})
_READ = _TOUCHED | {
    "event.action",
    "event.category",
    "event.outcome",
    "url.path",
    "http.request.method",
    "http.response.status_code",
    "http.response.body.bytes",
    ASSUMED,
}


def settle(frame: pl.DataFrame) -> pl.DataFrame:
    """Settle action, category, ids and counts."""
    return put(frame, frame.select(_plan(frozenset(frame.columns) & _READ)).get_columns())


@cache
def _plan(have: frozenset[str]) -> list[pl.Expr]:
    """Return the expressions for frames that have these columns; built once, as building costs more than using."""
    action = pl.coalesce(*_present(have, "event.action"), pl.lit("other"))
    made = [action.alias("event.action"), _category(have, action).alias("event.category")]
    if not have & _TOUCHED:
        return made
    returned = _returned(have)
    ids = _present(have, "record.ids", "subject.ids")
    if "subject.ids" in have:
        made.append(pl.when(returned).then(pl.col("subject.ids")).alias("subject.ids"))
    if ids:  # a record that the log does not name apart is the client's own
        made.append(pl.when(returned).then(pl.coalesce(*ids)).alias("record.ids"))
    return made + _count(have, ids, returned)


def _present(have: frozenset[str], *names: str) -> list[pl.Expr]:
    return [pl.col(name) for name in names if name in have]


def _returned(have: frozenset[str]) -> pl.Expr:
    """Say of each row whether the answer can have held data."""
    good = pl.col("event.outcome") != "failure"
    if "http.request.method" in have:
        method = pl.col("http.request.method").str.to_uppercase().fill_null("")
        good &= ~method.is_in(["HEAD", "OPTIONS"])
        if "http.response.status_code" in have:
            status = pl.col("http.response.status_code").fill_null(200)
            good &= ~((method == "GET") & status.is_between(300, 399) & (status != 304))
    return good.fill_null(value=True)


def _category(have: frozenset[str], action: pl.Expr) -> pl.Expr:
    otherwise = pl.coalesce(*_present(have, "event.category"), pl.lit("web"))
    if "url.path" in have:
        is_api = (otherwise == "web") & pl.col("url.path").str.starts_with("/api/")
        otherwise = pl.when(is_api).then(pl.lit("api")).otherwise(otherwise)
    is_login = action.is_in(["login", "logout"])
    return pl.when(is_login).then(pl.lit("authentication")).otherwise(otherwise)


def _count(have: frozenset[str], ids: list[pl.Expr], returned: pl.Expr) -> list[pl.Expr]:
    choices: list[tuple[pl.Expr, pl.Expr]] = []
    if STATED in have:
        basis = pl.when(pl.col(ASSUMED)).then(pl.lit("estimated")).otherwise(pl.lit("logged"))
        choices.append((pl.col(STATED), basis))
    if "record.count" in have:
        choices.append((pl.col("record.count"), pl.lit("logged")))
    if ids:
        choices.append((pl.coalesce(*ids).list.len().cast(pl.Int64), pl.lit("counted")))
    if PER_RECORD in have and "http.response.body.bytes" in have:
        per = pl.col(PER_RECORD)
        choices.append(((pl.col("http.response.body.bytes") + per // 2) // per, pl.lit("estimated")))
    count = pl.coalesce(*(value for value, _ in choices))
    basis = pl.coalesce(*(pl.when(value.is_not_null()).then(said) for value, said in choices))
    return [
        pl.when(returned).then(count).alias("record.count"),
        pl.when(returned).then(basis).alias("record.count_basis"),
    ]
