"""Lists of clients with where each is known from: the log, imported lists, or both. Pure.

Comes in: the table of a scope's clients, and ids of imported lists. Goes out: the table with a column ``source``, and a
row for each client whom imported lists alone name.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

import polars as pl

from detector.schema.events.id_forms import one_form

_LOG = "log"
_LONGEST = 120


def with_sources(table: pl.DataFrame, imported: Mapping[str, Sequence[int]]) -> pl.DataFrame:
    """Return the clients with the column ``source``: ``log``, ``import 2``, or both.

    Args:
        table: A row a client whom the log names, with its ``subject_id``.
        imported: The numbers of the lists that name a client.
    """
    logged = set(table.get_column("subject_id"))
    found: dict[str, list[str]] = {}
    alone: dict[str, str] = {}
    for client, numbers in imported.items():
        lists = [f"import {number}" for number in numbers]
        name = client if client in logged else one_form(client)
        if name in logged:
            found.setdefault(name, []).extend(lists)
        else:
            alone[client] = "; ".join(lists)
    sources = ["; ".join((_LOG, *dict.fromkeys(found.get(client, ())))) for client in table.get_column("subject_id")]
    marked = table.insert_column(1, pl.Series("source", sources, pl.String()))
    if not alone:
        return marked
    rows = pl.DataFrame(sorted(alone.items()), {"subject_id": pl.String(), "source": pl.String()}, orient="row")
    more = pl.concat([marked.clear(), rows], how="diagonal")
    counts = [name for name, kind in table.schema.items() if kind.is_integer()]
    nothing = pl.col(counts).fill_null(0)
    return pl.concat([marked, more.with_columns(nothing, pl.col("data_classes").fill_null(""))]).sort("subject_id")


def shown_name(name: str) -> str:
    """Return the name of a file without its folder, fit to be shown: nothing unseen, not endless."""
    text = "".join(char for char in PurePath(name).name if char.isprintable())
    return text[:_LONGEST] or "-"
