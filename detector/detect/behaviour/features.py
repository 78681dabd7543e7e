"""The table of features: name, unit, meaning, facet, and how each comes out of an event frame.

Comes in: nothing. Goes out: ``FEATURES`` (one row each) and ``FACETS`` (features that tell of the same thing).

A feature is one whole number. ``ROW`` features are sums over the events of a rolling hour, written as one polars
expression each; ``BUCKET`` features are sums over its buckets, found when a bucket closes; ``LIVE`` ones are counted
over it; ``DAY`` ones are what another feature has come to since local midnight. Each is judged by itself against the
account's own days and its role's; what tells of one thing is one facet, and the worst feature of a facet speaks for
it, so that one act is never counted as two. Some are the forest's alone (``LEFT_TO_RULES``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.schema.events.columns import CHANGES

_MOST = 1_000_000_000
_DOCUMENT = "(?i)doc|file|scan|passport|contract|attach|image|record"
_LIVELY = 10
_SHOWS, _EXPORTS = ("search", "list"), ("export", "print")


class Kind(StrEnum):
    """Where a feature's numbers come from."""

    ROW = "row"
    BUCKET = "bucket"
    LIVE = "live"
    DAY = "day"


def touched() -> pl.Expr:
    """Whether an event touched client data: a record type is known, and not that nothing was sent or changed."""
    something = pl.col("record.count").ne_missing(0)
    return pl.col("object.type").is_not_null() & pl.col("event.outcome").ne_missing("failure") & something


def sent() -> pl.Expr:
    """Whether an event that touched client data sent it, as far as is known: what changes it does not."""
    return touched() & ~pl.col("event.action").is_in(CHANGES).fill_null(value=False)


def showed() -> pl.Expr:
    """Whether an event showed a list, of which somebody may open some."""
    return pl.col("event.action").is_in(_SHOWS).fill_null(value=False)


def exported() -> pl.Expr:
    """Whether an event took many records away at once."""
    many = (pl.col("record.count").fill_null(0) > 1) & (pl.col("subject.ids").list.len().fill_null(0) != 1)
    download = pl.col("event.action").eq_missing("download") & many
    return pl.col("event.action").is_in(_EXPORTS).fill_null(value=False) | download


def opened() -> pl.Expr:
    """Whether an event dealt with the clients it names one by one."""
    return ~showed() & ~exported()


def returned() -> pl.Expr:
    """How many records an event returned, as far as the log tells."""
    return pl.coalesce(pl.col("record.count"), pl.col("record.ids").list.len().cast(pl.Int64), pl.lit(0)).clip(0, _MOST)


def _documents() -> pl.Expr:
    return pl.col("object.type").str.contains(_DOCUMENT).fill_null(value=False) & opened()


@dataclass(frozen=True, slots=True)
class Feature:
    """One number of a window.

    Attributes:
        name: Stable: part of a model's fingerprint and of the messages' ids.
        unit: What one of it is. step: how much of it is little (the scale is logarithmic above it).
        floor: Less than this in an hour is never unusual, whatever the past says.
        expression: For ``ROW`` features, over events that touched client data.
    """

    name: str
    kind: Kind
    facet: str
    unit: str
    step: float
    floor: float
    meaning: str
    expression: Callable[[], pl.Expr] | None = None


HOURLY: tuple[Feature, ...] = (
    Feature(
        "events", Kind.ROW, "volume", "events", 5, 80, "Events that touched client data.", lambda: pl.lit(1)
    ),
    Feature(
        "records", Kind.ROW, "volume", "records", 10, 200, "Records read, without lists and exports.",
        lambda: pl.when(opened()).then(returned()).otherwise(0),
    ),
    Feature(
        "shown", Kind.ROW, "search", "records", 30, 300, "Records that searches and lists showed.",
        lambda: pl.when(showed()).then(returned()).otherwise(0),
    ),
    Feature("exports", Kind.ROW, "export", "events", 1, 3, "Exports and prints of many records.", exported),
    Feature("documents", Kind.ROW, "documents", "events", 2, 10, "Documents, scans and files opened.", _documents),
    Feature(
        "strangers", Kind.BUCKET, "relation", "clients", 2, 12,
        "Clients opened whom neither the actor nor its role or team had dealt with, who are in no portfolio of theirs, "
        "whom no list had shown it and who are no neighbours of others it opened.",
    ),
    Feature(
        "new_network", Kind.BUCKET, "network", "events", 2, 15,
        "Events within an hour of the first one from a network the actor had never come from.",
    ),
    Feature(
        "waking", Kind.BUCKET, "waking", "clients", 2, 12,
        "Such `strangers`, opened within two hours of the end of a silence longer than any before.",
    ),
    Feature("clients", Kind.LIVE, "volume", "clients", 3, 40, "Different clients opened."),
    Feature(
        "neighbours", Kind.LIVE, "order", "clients", 2, 8,
        "Clients new to the actor whose numbers follow each other: runs of four or more.",
    ),
)  # fmt: skip

# Of a day: by the feature of the hour it sums, and from how many on it is told of.
_DAILY: dict[str, float] = {
    "shown": 500, "exports": 4, "documents": 20, "strangers": 20, "clients": 60, "neighbours": 12
}  # fmt: skip


def _daily(feature: Feature) -> Feature:
    return replace(
        feature, name=f"{feature.name}_day", kind=Kind.DAY, floor=_DAILY[feature.name], expression=None,
        meaning=f"{feature.meaning} Since local midnight.",
    )  # fmt: skip


FEATURES: tuple[Feature, ...] = (*HOURLY, *(_daily(feature) for feature in HOURLY if feature.name in _DAILY))

NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
COUNT = len(FEATURES)
ROW: tuple[Feature, ...] = tuple(feature for feature in FEATURES if feature.kind is Kind.ROW)
ADDITIVE = sum(feature.kind in (Kind.ROW, Kind.BUCKET) for feature in FEATURES)
INDEX: dict[str, int] = {name: position for position, name in enumerate(NAMES)}
STEPS: npt.NDArray[np.float64] = np.array([feature.step for feature in FEATURES], dtype=np.float64)
FLOORS: npt.NDArray[np.float64] = np.array([feature.floor for feature in FEATURES], dtype=np.float64)
# Of a day, which of the hourly features are summed.
DAILY: npt.NDArray[np.int64] = np.array([INDEX[name] for name in NAMES if name in _DAILY])
# What is judged as a share of the clients opened, not as a number: of the hour and of the day.
SHARES: tuple[tuple[int, int], ...] = (
    (INDEX["strangers"], INDEX["clients"]),
    (INDEX["strangers_day"], INDEX["clients_day"]),
)
LEAST_OPENED = 15

LEFT_TO_RULES = frozenset({"network", "waking", "order"})
"""What the forest weighs and no facet tells of: rules do (``accounts/new-network*``, ``waking-account*``,
``access/walk``, ``sequential-ids``)."""
FACETS: dict[str, tuple[int, ...]] = {
    facet: tuple(at for at, feature in enumerate(FEATURES) if feature.facet == facet)
    for facet in dict.fromkeys(feature.facet for feature in FEATURES)
    if facet not in LEFT_TO_RULES
}


def fingerprint() -> str:
    """Return the hash of everything a model's numbers depend on here; a model of another hash does not fit."""
    told = "\n".join(f"{f.name} {f.kind} {f.facet} {f.unit} {f.step} {f.floor}" for f in FEATURES)
    return sha256(told.encode()).hexdigest()


# What tells of things not seen before says nothing while nothing has been seen.
OF_THE_PAST = frozenset({"relation"})


def counted(z: npt.NDArray[np.float32], values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return z as it is judged: nothing where there is less than usual, or less than a feature's floor.

    A day is told of while it goes on: by an hour that brings a tenth of it or more.
    """
    asked = values >= FLOORS
    asked[:, len(HOURLY) :] &= _LIVELY * values[:, DAILY] >= values[:, len(HOURLY) :]
    return np.where(asked, np.maximum(z, 0), 0).astype(np.float32)


def facets(z: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the worst z of each facet, one column a facet, in the order of ``FACETS``."""
    return np.stack([z[:, list(members)].max(axis=1) for members in FACETS.values()], axis=1).astype(np.float64)
