"""Sights: what an incident wants to know of a suspicious actor, kept while its window lasts.

Comes in: the rows of a closed bucket and the actors that looked suspicious in it. Goes out: pointers to the first
events of each, with ids and line hashes, and the addresses, services and data classes seen. Hashing every line would
cost a third of the whole budget, so only windows that become findings, or whose surprise reaches ``LEVEL`` (one in
fifty), are identified; the evidence of a finding begins in the bucket in which its actor first stood out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import polars as pl

from detector.detect.behaviour import rows
from detector.schema.findings import Evidence

LEVEL = 4.0
EACH = 2


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a suspicious actor in one bucket: pointers to events, and what they have in common."""

    bucket: int
    evidence: tuple[Evidence, ...]
    addresses: tuple[str, ...]
    services: tuple[str, ...]
    classes: tuple[str, ...]
    special: bool


def collect(details: pl.DataFrame, wanted: Collection[tuple[int, str, int]]) -> dict[str, list[Sight]]:
    """Return the sight of each wanted (key of the actor, its name, bucket)."""
    if not wanted or not details.height:
        return {}
    names = {(who, bucket): name for who, name, bucket in wanted}
    some = pl.col("bucket").is_in(sorted({bucket for _, _, bucket in wanted}))
    whos = pl.Series([who for who, _, _ in wanted], dtype=pl.UInt64()).unique()
    mine = rows.first_of_each(details.filter(some & pl.col("who").is_in(whos.implode())))
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in mine.with_row_index("row").iter_rows(named=True):
        key = (row["who"], row["bucket"])
        if key in names:
            groups.setdefault(key, []).append(row)
    first = pl.Series([row["row"] for group in groups.values() for row in group[:EACH]], dtype=pl.UInt32())
    known = {row["row"]: row for row in _pointers(mine.with_row_index("row"), first)}
    out: dict[str, list[Sight]] = {}
    for (who, bucket), group in sorted(groups.items(), key=lambda item: item[0][1]):
        pointers = [known[row["row"]] for row in group[:EACH]]
        out.setdefault(names[who, bucket], []).append(_sight(bucket, group, pointers))
    return out


def _pointers(mine: pl.DataFrame, first: pl.Series) -> list[dict[str, Any]]:
    some = mine.filter(pl.col("row").is_in(first.implode()))
    return rows.identified(some.drop("row")).with_columns(some["row"]).to_dicts()


def _sight(bucket: int, group: list[dict[str, Any]], pointers: list[dict[str, Any]]) -> Sight:
    def different(name: str) -> tuple[str, ...]:
        return tuple(sorted({row[name] for row in group if row[name] is not None}))

    return Sight(
        bucket,
        tuple(
            Evidence(
                at=row["@timestamp"],
                event_id=row["event.id"],
                path=row["log.file.path"] or "",
                offset=row["log.offset"] or 0,
                line_hash=row["event.hash"] or "",
            )
            for row in pointers
        ),
        different("source.ip"),
        different("service.name"),
        tuple(sorted({name for row in group for name in row["object.classes"] or ()})),
        any(row["object.confidentiality"] == "special" for row in group),
    )


_SIGHT = {
    "name": pl.String(),
    "bucket": pl.Int64(),
    "addresses": pl.List(pl.String()),
    "services": pl.List(pl.String()),
    "classes": pl.List(pl.String()),
    "special": pl.Boolean(),
    "at": pl.List(pl.Datetime("us", "UTC")),
    "event": pl.List(pl.String()),
    "path": pl.List(pl.String()),
    "offset": pl.List(pl.Int64()),
    "hash": pl.List(pl.String()),
}


def table(looks: dict[str, list[Sight]]) -> pl.DataFrame:
    """Return sights as a table."""
    told = [
        (
            name,
            sight.bucket,
            list(sight.addresses),
            list(sight.services),
            list(sight.classes),
            sight.special,
            [evidence.at for evidence in sight.evidence],
            [evidence.event_id for evidence in sight.evidence],
            [evidence.path for evidence in sight.evidence],
            [evidence.offset for evidence in sight.evidence],
            [evidence.line_hash for evidence in sight.evidence],
        )
        for name, seen in looks.items()
        for sight in seen
    ]
    return pl.DataFrame(told, schema=_SIGHT, orient="row")


def read(told: pl.DataFrame) -> dict[str, list[Sight]]:
    """Return the sights of a table."""
    out: dict[str, list[Sight]] = {}
    for name, bucket, addresses, services, classes, special, *pointers in told.iter_rows():
        evidence = tuple(
            Evidence(at=at, event_id=event, path=path, offset=offset, line_hash=line)
            for at, event, path, offset, line in zip(*pointers, strict=True)
        )
        sight = Sight(bucket, evidence, tuple(addresses), tuple(services), tuple(classes), special)
        out.setdefault(name, []).append(sight)
    return out
