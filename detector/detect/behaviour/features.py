"""The table of features: name, unit, meaning, facet, and how each comes out of an event frame.

Comes in: nothing. Goes out: ``FEATURES`` (one row each), ``FACETS`` (features that tell of the same thing) and
``COLUMNS`` (what the forest sees: each feature against the actor's own past and against its role's).

A feature is one whole number a window. ``ROW`` features are sums over events, written as one polars expression each;
``BUCKET`` features are sums over buckets, found when a bucket closes; ``DISTINCT`` ones are counted over the window.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.schema.columns import ADDRESS, CHANGES

_MOST = 1_000_000_000
_WEIGHTS = {"public": 0, "internal": 1, "confidential": 3, "special": 10}
_DOCUMENT = "(?i)doc|file|scan|passport|contract|attach|image"


class Kind(StrEnum):
    """Where a feature's numbers come from."""

    ROW = "row"
    BUCKET = "bucket"
    DISTINCT = "distinct"


def touched() -> pl.Expr:
    """Whether an event touched client data: a record type is known, and not that nothing was sent or changed."""
    something = pl.col("record.count").ne_missing(0)
    return pl.col("object.type").is_not_null() & pl.col("event.outcome").ne_missing("failure") & something


def sent() -> pl.Expr:
    """Whether an event that touched client data sent it, as far as is known: what changes it does not."""
    return touched() & ~pl.col("event.action").is_in(CHANGES).fill_null(value=False)


def failed() -> pl.Expr:
    """Whether an event is a failure worth counting: not the noise of strangers asking for pages that do not exist."""
    known = (
        pl.col("object.type").is_not_null()
        | pl.col("event.action").eq_missing("login")
        | ~pl.col("actor.id").str.starts_with(ADDRESS)
    )
    return pl.col("event.outcome").eq_missing("failure") & known


def _events() -> pl.Expr:
    return pl.col("touch")


def _records() -> pl.Expr:
    counted = pl.coalesce(pl.col("record.count"), pl.col("record.ids").list.len().cast(pl.Int64), pl.lit(0))
    return pl.col("touch") * counted.clip(0, _MOST)


def _exports() -> pl.Expr:
    return pl.col("touch") * pl.col("event.action").is_in(["export", "download", "print"])


def _bytes() -> pl.Expr:
    return pl.col("touch") * pl.col("http.response.body.bytes").fill_null(0).clip(0, _MOST)


def _failures() -> pl.Expr:
    return 1 - pl.col("touch")


def _searches() -> pl.Expr:
    return pl.col("touch") * pl.col("event.action").is_in(["search", "list"])


def _documents() -> pl.Expr:
    return pl.col("touch") * pl.col("object.type").str.contains(_DOCUMENT).fill_null(value=False)


def _sensitive() -> pl.Expr:
    weight = pl.col("object.confidentiality").replace_strict(_WEIGHTS, default=1, return_dtype=pl.Int64)
    return pl.col("touch") * weight


@dataclass(frozen=True, slots=True)
class Feature:
    """One number of a window.

    Attributes:
        name: Stable: part of a model's fingerprint and of the messages' ids.
        unit: What one of it is. step: how much of it is little (the scale is logarithmic above it).
        expression: For ``ROW`` features, over an event frame with the column ``touch`` (1 or 0).
    """

    name: str
    kind: Kind
    facet: str
    unit: str
    step: float
    meaning: str
    expression: Callable[[], pl.Expr] | None = None


FEATURES: tuple[Feature, ...] = (
    Feature("events", Kind.ROW, "volume", "events", 1, "Events that touched client data.", _events),
    Feature(
        "records", Kind.ROW, "volume", "records", 1, "Records returned, as logged, counted or estimated.", _records
    ),
    Feature("exports", Kind.ROW, "export", "events", 1, "Exports, downloads and prints.", _exports),
    Feature("bytes", Kind.ROW, "volume", "bytes", 4096, "Bytes sent in answers that hold client data.", _bytes),
    Feature(
        "failures",
        Kind.ROW,
        "failures",
        "events",
        3,
        "Refused requests; failed logins count for the address.",
        _failures,
    ),
    Feature("searches", Kind.ROW, "volume", "events", 1, "Searches and lists of client data.", _searches),
    Feature("documents", Kind.ROW, "documents", "events", 1, "Touches of documents, scans and files.", _documents),
    Feature(
        "sensitive",
        Kind.ROW,
        "sensitivity",
        "points",
        3,
        "Touches weighted by how sensitive the record is.",
        _sensitive,
    ),
    Feature("night", Kind.BUCKET, "time", "events", 1, "Touches at night (21 to 7) or at the weekend, local time."),
    Feature("novel", Kind.BUCKET, "novelty", "clients", 1, "Clients this actor has never touched before."),
    Feature("strange", Kind.BUCKET, "relation", "clients", 1, "Clients nobody of this actor's role has ever touched."),
    Feature("new_addresses", Kind.BUCKET, "network", "addresses", 1, "Addresses this actor has never come from."),
    Feature("subjects", Kind.DISTINCT, "breadth", "clients", 1, "Different clients touched."),
    Feature("addresses", Kind.DISTINCT, "network", "addresses", 1, "Different addresses it came from."),
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
COUNT = len(FEATURES)
ROW: tuple[Feature, ...] = tuple(feature for feature in FEATURES if feature.kind is Kind.ROW)
BUCKET: tuple[Feature, ...] = tuple(feature for feature in FEATURES if feature.kind is Kind.BUCKET)
DISTINCT: tuple[Feature, ...] = tuple(feature for feature in FEATURES if feature.kind is Kind.DISTINCT)
ADDITIVE = len(ROW) + len(BUCKET)
INDEX: dict[str, int] = {name: position for position, name in enumerate(NAMES)}
STEPS: npt.NDArray[np.float64] = np.array([feature.step for feature in FEATURES], dtype=np.float64)

FACETS: dict[str, tuple[int, ...]] = {
    facet: tuple(at for at, feature in enumerate(FEATURES) if feature.facet == facet)
    for facet in dict.fromkeys(feature.facet for feature in FEATURES)
}

# What the forest sees and a model's sample holds.
COLUMNS: tuple[str, ...] = tuple(f"self_{name}" for name in NAMES) + tuple(f"peer_{name}" for name in NAMES)

OWN_SHARE = 0.7


def fingerprint() -> str:
    """Return the hash of everything a model's numbers depend on here; a model of another hash does not fit."""
    told = "\n".join(f"{f.name} {f.kind} {f.facet} {f.unit} {f.step}" for f in FEATURES) + f"\n{OWN_SHARE}"
    return sha256(told.encode()).hexdigest()


def combined(normal: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return one robust z a feature from the columns of ``COLUMNS``: own past before peers."""
    own, peers = normal[:, :COUNT].astype(np.float64), normal[:, COUNT:].astype(np.float64)
    return OWN_SHARE * own + (1 - OWN_SHARE) * peers


def facets(normal: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the worst z of each facet, one column a facet, in the order of ``FACETS``."""
    z = combined(normal)
    return np.stack([z[:, list(members)].max(axis=1) for members in FACETS.values()], axis=1)
