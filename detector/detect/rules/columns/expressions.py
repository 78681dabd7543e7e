"""Fields as polars expressions over the columns of events, and what is known of them by their names."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames

Types = Mapping[str, pl.DataType]
URI = "nabat.uri"  # path and query as they were asked for, put together on the rows that need it
URL = "nabat.url"  # the whole of what a proxy was asked for: with scheme and host, as its log has it
SCHEMES = ("https", "ftp", "http")
EXTENSION = "nabat.extension"
VALUES = "nabat.values"  # what the line holds, as texts: made where a rule looks for words anywhere in it
LINE = "event.original"
COUNTED = "nabat.address"  # what an address counts by: what groups and values of correlations mean by ``source.ip``
LABEL = "labels."
NATIVE = "native."  # a field under the name its log gives it: a label, or what a path into a label's list leads to
EVERYTHING = "native.*"  # the values of all labels
OBJECT = ".*"  # how the name of a native field ends that is an object: it is asked for as its JSON
EITHER = " | "  # between the names of fields of which the first that holds something counts
NETWORK = "nabat.network"  # a fact; groups by it are told of as the network's
# Values of closed lists, which decode writes in lower case only: no need to fold them again and again.
CLOSED = {
    "actor.type",
    "event.category",
    "event.action",
    "event.outcome",
    "object.confidentiality",
    "record.count_basis",
}
VIRTUAL: dict[str, pl.DataType] = {
    URI: pl.String(),
    URL: pl.String(),
    EXTENSION: pl.String(),
    COUNTED: pl.String(),
    VALUES: pl.List(pl.String()),
}


def times(frame: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Return the event time of each row, in microseconds."""
    return frame.get_column("@timestamp").to_numpy().astype("datetime64[us]", copy=False).view(np.int64)


def source(field: str, types: Types) -> tuple[pl.Expr, pl.DataType] | None:
    """Return the expression and type of a field, or None where no such column is."""
    if field == URI:
        return _uri(), pl.String()
    if field == URL:
        return _url(), pl.String()
    if field == EXTENSION:
        return pl.col("url.path").str.extract(r"\.([A-Za-z0-9]{1,8})$"), pl.String()
    if field == COUNTED:
        return frames.counted_address(), pl.String()
    if field in types:
        return pl.col(safe(field)), types[field]
    if "labels" in types and field.startswith((LABEL, NATIVE)):
        return frames.label(field.partition(".")[2]), pl.String()
    return None


def _uri() -> pl.Expr:
    query = pl.concat_str(pl.lit("?"), pl.col("url.query")).fill_null("")
    return pl.concat_str(pl.col("url.path"), query)


def _url() -> pl.Expr:
    """Return scheme, host and the rest; of a tunnel (CONNECT) host and port, without a host what there is."""
    host, scheme = pl.col("url.domain"), pl.lit(SCHEMES[-1])
    for name in reversed(SCHEMES[:-1]):
        written = pl.concat_str(pl.lit(f"{name}://"), host).fill_null("://")
        scheme = pl.when(pl.col(LINE).str.contains(written, literal=True)).then(pl.lit(name)).otherwise(scheme)
    whole = pl.concat_str(scheme, pl.lit("://"), host, _uri())
    return pl.coalesce(whole, pl.when(pl.col("url.path").is_null()).then(host), _uri())


def safe(name: str) -> str:
    """Return the column's name for a field: polars takes a lone star and ``^…$`` for patterns of names."""
    return f"={name}" if name == "*" or (name.startswith("^") and name.endswith("$")) else name
