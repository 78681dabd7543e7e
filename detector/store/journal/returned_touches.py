"""Touches that returned client data, each once: what scopes, lists of clients and companions are made of.

Comes in: the journal, or a slice of it, and what narrows it. Goes out: those of its events that count, in the columns
that are used of them. What failed, or was sent nothing (its count is 0), touched nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from detector import frames
from detector.store.journal.access_journal import Journal
from detector.store.journal.journal_schema import KEYS, TOUCH_KEY
from detector.store.journal.journal_slice import JournalSlice, TouchSource

_MOVED = pl.col("http.response.status_code").is_between(300, 399) & (pl.col("http.response.status_code") != 304)
# What failed returned nothing, nor did what was only pointed elsewhere or asked for no content: as ``decode`` counts.
RETURNED_DATA = (
    (pl.col("event.outcome") != "failure")
    & ~(_MOVED & (pl.col("http.request.method") == "GET")).fill_null(False)
    & (pl.col("record.count") != 0).fill_null(value=True)
    & ~pl.col("http.request.method").str.to_uppercase().is_in(["HEAD", "OPTIONS"]).fill_null(False)
)
USED = (
    "actor.id",
    "log.offset",
    "@timestamp",
    "event.action",
    "object.type",
    "object.classes",
    "record.ids",
    "record.count",
    "record.count_basis",
    "subject.ids",
    "service.name",
    "host.name",
    "source.ip",
    "session.id",
    "event.outcome",
    "event.duration",
    "event.dataset",
    "log.stream",
    "log.source",
    *KEYS,
)


def read_returned(journal: TouchSource, skip_bad: bool, **narrowing: Any) -> pl.DataFrame:
    """Return the events that returned client data, each once, narrowed as ``narrowed_to`` says.

    Raises:
        StoreError: The journal cannot be read.
    """
    if isinstance(journal, JournalSlice):
        return journal.touches(**narrowing)
    return each_once(pl.concat(in_pieces(journal, skip_bad, returned, **narrowing)))


def in_pieces(
    journal: Journal, skip_bad: bool, taken: Callable[[pl.LazyFrame], pl.DataFrame], **narrowing: Any
) -> list[pl.DataFrame]:
    """Return what is taken of each piece of the journal."""
    return journal.read_files(lambda: list(map(taken, journal.pieces(skip_bad=skip_bad, **narrowing))))


def returned(lazy: pl.LazyFrame, columns: Iterable[str | pl.Expr] = USED) -> pl.DataFrame:
    """Return some columns of events that returned client data, in memory of their own.

    What polars takes out of a file holds on to all texts of the file: a handful of rows to half a megabyte.
    """
    return frames.copied(lazy.filter(RETURNED_DATA).select(*columns).collect())


def each_once(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the events without those that stand there again."""
    # Nearly always each stands there once, and leaving some out writes all others anew.
    once = frame.get_column(TOUCH_KEY).n_unique() == frame.height
    return frame if once else frame.unique(TOUCH_KEY, keep="any", maintain_order=False)
