"""What every event must say in the end: action, category, and a record count only where one is known.

Comes in: a frame with what the log and the record map say. Goes out: the frame with ``event.action``,
``event.category``, ``record.count`` and its basis settled, and without ids and counts in rows that returned no data.

A count is taken from the first that has one: the place the route names (``logged``, or ``estimated`` when it is a
number in the configuration), the log's own (``logged``), the ids in the line (``counted``), bytes sent (``estimated``).

What failed (4xx, 5xx), was only pointed elsewhere (a redirected GET) or asks for no content (HEAD, OPTIONS) returned no
data: object and action stay, ids and counts do not.
"""

from collections.abc import Iterator, Set
from functools import lru_cache

import polars as pl

from detector.decode.columns import put

STATED, ASSUMED, PER_RECORD = "$stated", "$assumed", "$per_record"
_IDS = ("subject.ids", "record.ids")
_EMPTY = ["HEAD", "OPTIONS", "head", "options"]
_LOGGED, _COUNTED, _ESTIMATED = "logged", "counted", "estimated"
_ACTION, _CATEGORY, _BASIS, _COUNT = "event.action", "event.category", "record.count_basis", "record.count"
_METHOD, _STATUS, _BYTES, _GOOD = (
    "http.request.method",
    "http.response.status_code",
    "http.response.body.bytes",
    "$good",
)


def settle(frame: pl.DataFrame) -> pl.DataFrame:
    """Settle action, category, ids and counts."""
    first, second = _plan(frozenset(frame.columns))
    frame = put(frame, frame.select_seq(first).get_columns())
    return put(frame, frame.select_seq(second).get_columns()) if second else frame


@lru_cache(maxsize=256)
def _plan(have: frozenset[str]) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """Return what is asked of frames with these columns: what each row says, then ids and counts by that."""
    made = [_action(have).alias(_ACTION), _category(have).alias(_CATEGORY), _returned(have).alias(_GOOD)]
    counts = _counted(have) if have.intersection((*_IDS, _COUNT, STATED, PER_RECORD)) else []
    return made, [pl.when(pl.col(_GOOD)).then(one).alias(name) for name, one in counts]


def _action(have: Set[str]) -> pl.Expr:
    return pl.col(_ACTION).fill_null("other") if _ACTION in have else pl.lit("other")


def _category(have: Set[str]) -> pl.Expr:
    said = pl.col(_CATEGORY).fill_null("web") if _CATEGORY in have else pl.lit("web")
    action = _action(have)
    if "url.path" in have:
        is_api = (said == "web") & pl.col("url.path").str.starts_with("/api/")
        said = pl.when(is_api).then(pl.lit("api")).otherwise(said)
    return pl.when((action == "login") | (action == "logout")).then(pl.lit("authentication")).otherwise(said)


def _returned(have: Set[str]) -> pl.Expr:
    """Say of each row whether the answer can have held data."""
    good = pl.col("event.outcome") != "failure"
    if _METHOD not in have:
        return good
    method, status = pl.col(_METHOD), pl.col(_STATUS)
    if _STATUS in have:
        moved = (method == "GET") & (status >= 300) & (status < 400) & (status != 304)
        good &= ~moved.fill_null(value=False)
    empty = pl.any_horizontal([method == one for one in _EMPTY])
    return good & ~empty.fill_null(value=False)


def _counted(have: Set[str]) -> list[tuple[str, pl.Expr]]:
    """Return ids, count and basis; a record that nothing names apart is the client's own."""
    found = [pl.col(name) for name in reversed(_IDS) if name in have]
    made = [("record.ids", pl.coalesce(found))] if found else []
    made += [("subject.ids", pl.col("subject.ids"))] if "subject.ids" in have else []
    choices = list(_choices(have, found))
    bases: list[pl.Expr] = [pl.when(value.is_not_null()).then(basis) for value, basis in choices]
    nothing = pl.lit(None, pl.Int64()), pl.lit(None, pl.String())
    return [
        *made,
        (_COUNT, pl.coalesce([value for value, _ in choices] or [nothing[0]])),
        (_BASIS, pl.coalesce(bases or [nothing[1]])),
    ]


def _choices(have: Set[str], ids: list[pl.Expr]) -> Iterator[tuple[pl.Expr, pl.Expr]]:
    """Give counts and their bases; the first that has one is taken."""
    if STATED in have:
        assumed = pl.when(pl.col(ASSUMED)).then(pl.lit(_ESTIMATED)).otherwise(pl.lit(_LOGGED))
        yield pl.col(STATED), assumed
    if _COUNT in have:
        yield pl.col(_COUNT), pl.lit(_LOGGED)
    if ids:
        yield pl.coalesce(ids).list.len().cast(pl.Int64), pl.lit(_COUNTED)
    if PER_RECORD in have and _BYTES in have:
        per = pl.col(PER_RECORD)
        yield (pl.col(_BYTES) + per // 2) // per, pl.lit(_ESTIMATED)
