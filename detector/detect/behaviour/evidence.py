"""Sights: what an incident wants to know of a suspicious actor, kept while its window lasts.

Comes in: the rows of a closed bucket and the actors that looked suspicious in it. Goes out: pointers to the first
events of each, with ids and line hashes, and the addresses, services and data classes seen. Hashing every line would
cost a third of the whole budget, so only windows that become findings, or whose surprise reaches ``LEVEL`` (one
actor in five days), are identified; the evidence of a finding begins in the bucket in which its actor first stood out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from detector.detect.behaviour import compact_events
from detector.detect.hash_index import mix
from detector.schema.detection.findings import Evidence

LEVEL = 0.7
EACH = 2


@dataclass(frozen=True, slots=True)
class WindowEvidence:
    """What was seen of a suspicious actor in one bucket: pointers to events, and what they have in common."""

    bucket: int
    evidence: tuple[Evidence, ...]
    addresses: tuple[str, ...]
    services: tuple[str, ...]
    classes: tuple[str, ...]
    special: bool
    history: bool = False
    sent: bool = True


def collect(details: pl.DataFrame, wanted: Collection[tuple[int, str, int]]) -> dict[str, list[WindowEvidence]]:
    """Return the sight of each wanted (key of the actor, its name, bucket)."""
    if not wanted or not details.height:
        return {}
    names = {(who, bucket): name for who, name, bucket in wanted}
    keys = mix(*(np.array(column, dtype=np.uint64) for column in zip(*names, strict=True)))
    theirs = mix(*(details.get_column(name).to_numpy().astype(np.uint64) for name in ("who", "bucket")))
    mine = compact_events.first_of_each(details[np.flatnonzero(np.isin(theirs, keys))])
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for number, row in enumerate(mine.iter_rows(named=True)):
        key = (row["who"], row["bucket"])
        if key in names:  # another actor and bucket may have the same mixed key
            groups.setdefault(key, []).append({**row, "row": number})
    first = [row["row"] for group in groups.values() for row in group[:EACH]]
    known = dict(zip(first, compact_events.identified(mine[first]).iter_rows(named=True), strict=True))
    out: dict[str, list[WindowEvidence]] = {}
    for (who, bucket), group in sorted(groups.items(), key=lambda item: item[0][1]):
        pointers = [known[row["row"]] for row in group[:EACH]]
        out.setdefault(names[who, bucket], []).append(_sight(bucket, group, pointers))
    return out


def _sight(bucket: int, group: list[dict[str, Any]], pointers: list[dict[str, Any]]) -> WindowEvidence:
    def different(name: str) -> tuple[str, ...]:
        return tuple(sorted({row[name] for row in group if row[name] is not None}))

    return WindowEvidence(
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
        all(row["log.history"] for row in group),
        any(row["sent"] for row in group),
    )


_SIGHT = {
    "name": pl.String(),
    "bucket": pl.Int64(),
    "addresses": pl.List(pl.String()),
    "services": pl.List(pl.String()),
    "classes": pl.List(pl.String()),
    "special": pl.Boolean(),
    "history": pl.Boolean(),
    "sent": pl.Boolean(),
    "at": pl.List(pl.Datetime("us", "UTC")),
    "event": pl.List(pl.String()),
    "path": pl.List(pl.String()),
    "offset": pl.List(pl.Int64()),
    "hash": pl.List(pl.String()),
}


def table(looks: dict[str, list[WindowEvidence]]) -> pl.DataFrame:
    """Return sights as a table."""
    told = [
        (
            name,
            sight.bucket,
            list(sight.addresses),
            list(sight.services),
            list(sight.classes),
            sight.special,
            sight.history,
            sight.sent,
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


def read(told: pl.DataFrame) -> dict[str, list[WindowEvidence]]:
    """Return the sights of a table."""
    out: dict[str, list[WindowEvidence]] = {}
    for name, bucket, addresses, services, classes, special, history, sent, *pointers in told.iter_rows():
        evidence = tuple(
            Evidence(at=at, event_id=event, path=path, offset=offset, line_hash=line)
            for at, event, path, offset, line in zip(*pointers, strict=True)
        )
        sight = WindowEvidence(
            bucket, evidence, tuple(addresses), tuple(services), tuple(classes), special, history, sent
        )
        out.setdefault(name, []).append(sight)
    return out
