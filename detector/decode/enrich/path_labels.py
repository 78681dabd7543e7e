"""What the path of a log says: parts that the source's patterns name become columns and labels.

Comes in: events of one file and the named parts of its path. Goes out: the events with them. What the line says itself
counts first.
"""

from collections.abc import Mapping

import polars as pl

from detector.decode.columns.frame_ops import constant, first_of, replace_columns
from detector.frames import EVENT_SCHEMA

COLUMNS = ("host.name", "organization.id", "service.name")
"""Names that are columns; every other one is a label."""


def named(frame: pl.DataFrame, parts: Mapping[str, str]) -> pl.DataFrame:
    """Return the events with what their log's path says."""
    made = [_column(frame, name, text) for name, text in parts.items() if name in COLUMNS]
    pairs = [{"key": name, "value": text} for name, text in parts.items() if name not in COLUMNS]
    if pairs:
        given = pl.Series("given", [pairs], dtype=EVENT_SCHEMA["labels"]).new_from_index(0, frame.height)
        if "labels" in frame.columns:
            own = pl.col("labels").fill_null(pl.lit([], dtype=EVENT_SCHEMA["labels"]))
            given = frame.select(pl.concat_list(own, pl.lit(given))).to_series()
        made.append(given.alias("labels"))
    return replace_columns(frame, made)


def _column(frame: pl.DataFrame, name: str, text: str) -> pl.Series:
    given = constant(name, text, frame.height)
    return first_of(name, frame[name], given) if name in frame.columns else given
