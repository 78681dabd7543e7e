"""Routes for logs of databases: tables called like a kind of client data, and the column their rows are picked by.

Comes in: events with the tables their statements name. Goes out: guesses with ``table``. The column is the one
called an id that statements about the table compare most, or filters of MongoDB; without any it is ``id``, there
``_id``.
"""

import re
from collections import Counter

import polars as pl

from detector.runtime.onboarding.guessed_route import GuessedRoute
from detector.runtime.onboarding.request_words import RequestWords, words_of
from detector.runtime.onboarding.survey import TABLES
from detector.settings import Route

_TABLE = re.compile(r"[a-z_][a-z0-9_$*.]{0,80}")
_COMPARED = re.compile(
    r"""(?i)\b([a-z][a-z0-9_]{0,30}_?id|guid|uuid)["`\]]?\s*(?:=|in\s*\()|\b(id)["`\]]?\s*(?:=|in\s*\()"""
)
_FILTERED = re.compile(
    r"""(?i)"(?:filter|query|q|\$match)"\s*:\s*\{(?:[^{}]{0,200},)?\s*"([a-z][a-z0-9_]{0,30}id|_?id|guid|uuid)"\s*:"""
)
_MONGODB = '"atype"'
_LOOKED_AT = 500


def guess_tables(frame: pl.DataFrame, words: RequestWords) -> list[GuessedRoute]:
    """Return routes for the tables that hold client data by their name."""
    if TABLES not in frame.columns:
        return []
    named = (
        frame.select(pl.col(TABLES).alias("table"), "event.original", "user.name").explode("table").drop_nulls("table")
    )
    made: list[GuessedRoute] = []
    for table, count in named["table"].value_counts(sort=True).iter_rows():
        name = table.rpartition(".")[2]
        kinds = words.objects_in(name)
        if not kinds or not _TABLE.fullmatch(table):
            continue
        mine = named.filter(pl.col("table") == table)
        kind = words.file.objects[kinds[0]]
        statements = mine["event.original"].drop_nulls()
        column = _column(statements.head(_LOOKED_AT).to_list(), kinds[0], words)
        person = kind.person or _names_person(column, kinds[0], words)
        route = Route.model_validate(
            {"table": table, "object": kinds[0], "classes": kind.classes, "subject": f"where:{column}"}
        )
        made.append(
            GuessedRoute(
                route=route,
                wanted=kind.sure or person,
                count=count,
                share=count / frame.height,
                signed_in=mine["user.name"].is_not_null().sum() / count,
                paths=_values(statements, column),
                stand_in=not person,
                words=tuple(sorted({word for word in words_of(name) if word in words.object_of})),
            )
        )
    return made


def _column(statements: list[str], kind: str, words: RequestWords) -> str:
    """Return the column by which rows are picked; one that names a client goes before the others."""
    found = Counter(
        column.lower() for text in statements for pair in _COMPARED.findall(text) for column in pair if column
    )
    found.update(column for text in statements for column in _FILTERED.findall(text))
    persons = [column for column, _ in found.most_common() if _names_person(column, kind, words)]
    plain = "_id" if any(_MONGODB in text for text in statements) else "id"
    return next(iter([*persons, *(column for column, _ in found.most_common(1))]), plain)


def _names_person(column: str, kind: str, words: RequestWords) -> bool:
    """Tell whether a column of a table names a person whose record that is: ``client_id`` of documents."""
    return any(words.file.objects[one].person and one != kind for one in words.objects_in(column))


def _values(statements: pl.Series, column: str) -> int:
    """Return by how many different values a column was picked, written out in the statements."""
    name = re.escape(column)
    picked = statements.str.extract(rf"""(?i)\b{name}["`\]]?\s*(?:=|in\s*\()\s*('[^']*'|[0-9a-f-]+)""")
    filtered = statements.str.extract(rf"""(?i)"{name}"\s*:\s*("[^"]*"|[0-9.]+|\{{[^{{}}]*\}})""")
    return picked.zip_with(picked.is_not_null(), filtered).drop_nulls().n_unique()
