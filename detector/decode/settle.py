"""What every event must say in the end: action, category, and a record count only where one is known.

Comes in: a frame with what the log and the record map say. Goes out: the frame with ``event.action``,
``event.category``, ``record.count`` and its basis settled, and without ids and counts in rows that returned no data.

A count is taken from the first that has one: the place the route names (``logged``, or ``estimated`` when it is a
number in the configuration), the log's own (``logged``), the ids in the line (``counted``), bytes sent (``estimated``).
"""

import numpy as np
import numpy.typing as npt
import polars as pl

STATED, ASSUMED, ESTIMATED = "$stated", "$assumed", "$estimated"
_TOUCHED = ("subject.ids", "record.ids", "record.count")


def returned_rows(frame: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Say of each row whether the answer can have held data."""
    good = pl.col("event.outcome") != "failure"
    if "http.request.method" in frame.columns:
        method = pl.col("http.request.method").str.to_uppercase().fill_null("")
        good &= ~method.is_in(["HEAD", "OPTIONS"])
        if "http.response.status_code" in frame.columns:
            status = pl.col("http.response.status_code").fill_null(200)
            good &= ~((method == "GET") & status.is_between(300, 399) & (status != 304))
    return frame.select(good.fill_null(value=True)).to_series().to_numpy()


def settle(frame: pl.DataFrame, returned: npt.NDArray[np.bool_] | None = None) -> pl.DataFrame:
    """Settle action, category and counts; ``returned`` as ``returned_rows`` gives it, if it is known already."""
    have = frame.columns
    action = pl.coalesce(*_present(have, "event.action"), pl.lit("other"))
    frame = frame.with_columns(action.alias("event.action"), _category(have, action))
    touched = [name for name in _TOUCHED if name in have]
    if not touched and ESTIMATED not in have:
        return frame
    if "subject.ids" in have:  # a record that the log does not name apart is the client's own
        frame = frame.with_columns(
            pl.coalesce(*_present(have, "record.ids"), pl.col("subject.ids")).alias("record.ids")
        )
        touched.append("record.ids")
    rows = pl.Series("$returned", returned_rows(frame) if returned is None else returned)
    if touched and not rows.all():
        frame = frame.with_columns(pl.when(rows).then(pl.col(name)).alias(name) for name in set(touched))
    return frame.with_columns(_count(frame.columns))


def _present(have: list[str], *names: str) -> list[pl.Expr]:
    return [pl.col(name) for name in names if name in have]


def _category(have: list[str], action: pl.Expr) -> pl.Expr:
    otherwise = pl.coalesce(*_present(have, "event.category"), pl.lit("web"))
    if "url.path" in have:
        is_api = (otherwise == "web") & pl.col("url.path").str.starts_with("/api/")
        otherwise = pl.when(is_api).then(pl.lit("api")).otherwise(otherwise)
    is_login = action.is_in(["login", "logout"])
    return pl.when(is_login).then(pl.lit("authentication")).otherwise(otherwise).alias("event.category")


def _count(have: list[str]) -> list[pl.Expr]:
    assumed = pl.col(ASSUMED) if ASSUMED in have else pl.lit(value=False)
    choices = [
        (pl.col(name), basis)
        for name, basis in (
            (STATED, pl.when(assumed).then(pl.lit("estimated")).otherwise(pl.lit("logged"))),
            ("record.count", pl.lit("logged")),
        )
        if name in have
    ]
    if "record.ids" in have:
        choices.append((pl.col("record.ids").list.len().cast(pl.Int64), pl.lit("counted")))
    if ESTIMATED in have:
        choices.append((pl.col(ESTIMATED), pl.lit("estimated")))
    return [
        pl.coalesce(*(value for value, _ in choices)).alias("record.count"),
        pl.coalesce(*(pl.when(value.is_not_null()).then(basis) for value, basis in choices)).alias(
            "record.count_basis"
        ),
    ]
