"""Lists of clients with where each is known from, and whether a law is about them. Pure.

Comes in: the table of a scope's clients, ids of imported lists, where clients live. Goes out: the table with a column
``source`` and a row for each client whom imported lists alone name; of a law without those who surely live elsewhere.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

import polars as pl

from detector.incident import Lies, lie_as_a_rule, lies_in
from detector.schema.events.id_forms import one_form
from detector.settings.lists.contact_rows import Contact


class WrittenClients(NamedTuple):
    """How many clients a file names.

    Attributes:
        nameless: Of how many that had to have a name none is known; None: nobody asks for names.
        apart: Of how many it is not known where they live; they stand in a file of their own.
    """

    clients: int
    nameless: int | None = None
    apart: int = 0


_LOG = "log"
_LONGEST = 120
_NOT_KNOWN = "not known"


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


def living_there(
    table: pl.DataFrame, wanted: Collection[str], homes: Mapping[str, str], as_a_rule: Collection[str]
) -> pl.DataFrame:
    """Return the clients whom a law is about, with the column ``lives_there``: ``yes``, ``as a rule``, ``not known``.

    Args:
        table: A row a client, with its ``subject_id``.
        wanted: Where the law says that they live; empty: it is about everybody.
        homes: Where clients live of whom that is known.
        as_a_rule: Where all others do.
    """
    words = {Lies.INSIDE: "yes", Lies.PERHAPS: _NOT_KNOWN, Lies.OUTSIDE: ""}
    by_rule = {**words, Lies.INSIDE: "as a rule"}[lie_as_a_rule(as_a_rule, wanted)] if wanted else "yes"
    listed = {client: words[lies_in(place, wanted)] for client, place in homes.items()} if wanted else {}
    said = [listed.get(client, by_rule) for client in table.get_column("subject_id")]
    return table.insert_column(1, pl.Series("lives_there", said, pl.String())).filter(pl.col("lives_there") != "")


def known_apart(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the clients who live where a law speaks of, and those of whom that is not known: two annexes of a notice.

    Where it is known of nobody they all stand in the first.
    """
    unknown = pl.col("lives_there") == _NOT_KNOWN
    living, others = table.filter(~unknown), table.filter(unknown)
    return (living, others) if living.height else (others, living)


def beside(path: Path) -> Path:
    """Return the file of those of whom it is not known where they live, beside the annex."""
    return path.with_name(f"{path.stem}-not-known{path.suffix}")


def with_names(table: pl.DataFrame, contact_of: Callable[[str], Contact | None]) -> pl.DataFrame:
    """Return the clients with the column ``name``: as contacts have it, empty where they have none."""
    contacts = map(contact_of, table.get_column("subject_id"))
    names = [contact.name if contact is not None else "" for contact in contacts]
    return table.insert_column(1, pl.Series("name", names, pl.String()))


def shown_name(name: str) -> str:
    """Return the name of a file without its folder, fit to be shown: nothing unseen, not endless."""
    text = "".join(char for char in PurePath(name).name if char.isprintable())
    return text[:_LONGEST] or "-"
