"""Facts about events that need memory or settings, as columns (``detector.schema.facts``).

Comes in: events in total order and the state. Goes out: the frame with the fact columns, and the state. Whether a
remembered thing still counts is decided by event time, never by when memory was tidied, so that any cut of the rows
gives the same facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from detector.schema.facts import FACTS
from detector.settings import Settings

_DAY = 86_400_000_000
KNOWN_FOR = 7 * _DAY
NEW_FOR = _DAY
FORGET = 90 * _DAY
RUN_PAUSE = 600_000_000
FAILURE_SPAN = 3_600_000_000
MAX_FAILURES = 100

SEEN = {"kind": pl.String(), "actor": pl.String(), "value": pl.String(), "first": pl.Int64(), "last": pl.Int64()}
RUNS = {"actor": pl.String(), "id": pl.Int64(), "step": pl.Int64(), "run": pl.Int64(), "time": pl.Int64()}
FAILURES = {"key": pl.String(), "time": pl.Int64()}
_DTYPES: dict[str, pl.DataType] = {"bool": pl.Boolean(), "int64": pl.Int64()}
FACT_TYPES = {fact.name: _DTYPES[fact.dtype] for fact in FACTS}
_NOVELTIES = {"nabat.network_new": "network", "nabat.address_new": "address", "nabat.agent_new": "agent"}


@dataclass(frozen=True, slots=True)
class FactState:
    """What accounts were seen with, runs of neighbouring ids, and recent failed logins."""

    seen: pl.DataFrame
    runs: pl.DataFrame
    failures: pl.DataFrame

    @staticmethod
    def empty() -> "FactState":
        """Return the state before the first event."""
        return FactState(pl.DataFrame(schema=SEEN), pl.DataFrame(schema=RUNS), pl.DataFrame(schema=FAILURES))


class FactMaker:
    """Adds the facts to frames."""

    def __init__(self, settings: Settings) -> None:
        self._zone = settings.timezone
        self._canaries = list(settings.records.canaries)

    def late(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return late events with the facts that need no history; the others are null."""
        nulls = [pl.lit(None, dtype=FACT_TYPES[fact.name]).alias(fact.name) for fact in FACTS if fact.stateful]
        return frame.with_columns(*nulls, *self._stateless())

    def step(self, state: FactState, frame: pl.DataFrame) -> tuple[FactState, pl.DataFrame]:
        """Return the state and the events in order, with every fact."""
        if not frame.height:
            return state, self.late(frame)
        time = frame["@timestamp"].dt.epoch("us")
        seen, novelties = _novelties(state.seen, frame, time)
        runs, run = _runs(state.runs, frame, time)
        failures, before = _failures(state.failures, frame, time)
        columns = [*novelties, run.alias("nabat.sequential_run"), before.alias("nabat.failures_before")]
        return FactState(seen, runs, failures), frame.with_columns(*columns).with_columns(*self._stateless())

    def _stateless(self) -> list[pl.Expr]:
        hour = pl.col("@timestamp").dt.convert_time_zone(self._zone).dt.hour().cast(pl.Int64)
        touched = pl.lit(value=False)
        if self._canaries:
            element = pl.element().is_in(self._canaries).any()
            touched = pl.any_horizontal(
                pl.col(name).list.eval(element).list.first().fill_null(value=False)
                for name in ("subject.ids", "record.ids")
            )
        return [
            hour.alias("nabat.local_hour"),
            ((hour >= 22) | (hour < 6)).alias("nabat.night"),
            touched.alias("nabat.canary"),
        ]


def _network() -> pl.Expr:
    address = pl.col("source.ip")
    small = (
        pl.when(address.str.contains(":", literal=True))
        .then(address.str.extract(r"^([0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]*)"))
        .otherwise(address.str.extract(r"^(\d+\.\d+\.\d+)\."))
    )
    named = pl.col("network.name")
    return pl.when(named.is_not_null() & (named != "internet")).then(named).otherwise(small)


def _novelties(seen: pl.DataFrame, frame: pl.DataFrame, time: pl.Series) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Say of each event of a signed-in account whether its network, address or agent is new for it."""
    table = frame.select(
        pl.when(pl.col("user.id").is_not_null() & (pl.col("event.outcome") != "failure"))
        .then(pl.col("actor.id"))
        .alias("actor"),
        _network().alias("network"),
        pl.col("source.ip").alias("address"),
        pl.col("user_agent.name").alias("agent"),
        pl.lit("").alias("account"),
    ).with_columns(time=time)
    if table["actor"].null_count() == table.height:
        return seen, [pl.repeat(False, frame.height, eager=True, dtype=pl.Boolean()).alias(name) for name in _NOVELTIES]
    kinds = ("account", *_NOVELTIES.values())
    fresh = pl.concat(
        [
            table.lazy()
            .filter(pl.col("actor").is_not_null() & pl.col(kind).is_not_null())
            .group_by("actor", pl.col(kind).alias("value"))
            .agg(pl.col("time").min().alias("first"), pl.col("time").max().alias("last"))
            .select(pl.lit(kind).alias("kind"), *list(SEEN)[1:])
            for kind in kinds
        ]
    ).collect()
    keys = ["kind", "actor", "value"]
    # What was not seen for FORGET before this batch's first sight of it counts as never seen.
    old = seen.join(fresh, on=keys, how="left", suffix=" now").filter(
        pl.col("first now").is_null() | (pl.col("last") >= pl.col("first now") - FORGET)
    )
    merged = (
        pl.concat([old.select(*SEEN), fresh]).group_by(keys).agg(pl.col("first").min(), pl.col("last").max())
    ).select(*SEEN)
    newest = int(np.max(time.to_numpy()))
    account = merged.filter(pl.col("kind") == "account").select("actor", pl.col("first").alias("since"))
    table = table.join(account, on="actor", how="left", maintain_order="left")
    columns = []
    for name, kind in _NOVELTIES.items():
        firsts = merged.filter(pl.col("kind") == kind).select("actor", pl.col("value").alias(kind), "first")
        joined = table.join(firsts, on=["actor", kind], how="left", maintain_order="left")
        new = (pl.col("time") - pl.col("first") < NEW_FOR) & (pl.col("first") - pl.col("since") >= KNOWN_FOR)
        columns.append(joined.select(new.fill_null(value=False).alias(name)).to_series())
    return merged.filter(pl.col("last") >= newest - FORGET).sort(keys), columns


def _runs(runs: pl.DataFrame, frame: pl.DataFrame, time: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Measure how many neighbouring ids in a row the actor has read."""
    number = pl.col("subject.ids").list.first().str.extract(r"(\d{1,17})$").cast(pl.Int64, strict=False)
    touches = (
        frame.select("actor.id", "event.outcome", number.alias("id"))
        .with_columns(time=time)
        .with_row_index("row")
        .filter(pl.col("id").is_not_null() & (pl.col("event.outcome") != "failure"))
        .select("row", pl.col("actor.id").alias("actor"), "id", "time")
    )
    if not touches.height:
        return runs, pl.repeat(None, frame.height, eager=True, dtype=pl.Int64())
    mine = runs.join(touches.select("actor").unique(), on="actor", how="semi", maintain_order="left")
    both = pl.concat([mine.with_columns(row=pl.lit(None, dtype=pl.UInt32())), touches], how="diagonal")
    both = both.with_columns(
        delta=pl.col("id") - pl.col("id").shift(1).over("actor"),
        gap=pl.col("time") - pl.col("time").shift(1).over("actor"),
    ).with_columns(
        step=pl.when(pl.col("row").is_null())
        .then(pl.col("step"))
        .when((pl.col("gap") <= RUN_PAUSE) & (pl.col("delta").abs() == 1))
        .then(pl.col("delta"))
        .when((pl.col("gap") <= RUN_PAUSE) & (pl.col("delta") == 0))
        .then(None)  # reading the same record again neither breaks a run nor lengthens it
        .otherwise(0)
    )
    both = both.with_columns(moved=pl.col("step").is_not_null(), step=pl.col("step").forward_fill().over("actor"))
    turned = (pl.col("step") != pl.col("step").shift(1).over("actor")).fill_null(value=True) | (
        (pl.col("step") == 0) & pl.col("moved")
    )
    both = both.with_columns(leg=turned.cum_sum().over("actor"))
    begins = pl.col("run").first().over("actor", "leg")
    stride = (pl.col("moved") & pl.col("row").is_not_null()).cum_sum().over("actor", "leg").cast(pl.Int64)
    # A leg begun here starts from the record before it: its first step makes two neighbours.
    own = pl.when(pl.col("step") == 0).then(1).otherwise(stride + 1)
    both = both.with_columns(run=pl.when(begins.is_not_null()).then(begins + stride).otherwise(own))
    latest = both.group_by("actor", maintain_order=True).last().select(*RUNS)
    newest = int(np.max(time.to_numpy()))
    kept = pl.concat([runs.join(latest.select("actor"), on="actor", how="anti", maintain_order="left"), latest])
    lengths = both.filter(pl.col("row").is_not_null()).select("row", "run")
    column = (
        pl.int_range(frame.height, dtype=pl.UInt32(), eager=True)
        .to_frame("row")
        .join(lengths, on="row", how="left", maintain_order="left")["run"]
    )
    return kept.filter(pl.col("time") >= newest - RUN_PAUSE), column


def _failures(failures: pl.DataFrame, frame: pl.DataFrame, time: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Count the failed logins before each successful one, by address and by account."""
    logins = (
        frame.select("source.ip", "user.name", "event.action", "event.outcome")
        .with_columns(time=time)
        .with_row_index("row")
        .filter(pl.col("event.action") == "login")
    )
    nothing = pl.repeat(None, frame.height, eager=True, dtype=pl.Int64())
    if not logins.height:
        return failures, nothing
    keyed = pl.concat(
        [
            logins.select("row", "time", "event.outcome", (pl.lit(f"{name}:") + pl.col(name)).alias("key"))
            for name in ("source.ip", "user.name")
        ]
    ).filter(pl.col("key").is_not_null())
    failed = keyed.filter(pl.col("event.outcome") == "failure").sort("row", maintain_order=True)
    good = keyed.filter(pl.col("event.outcome") == "success")
    every = pl.concat(
        [
            failures.with_columns(row=pl.lit(-1, dtype=pl.Int64())).select("key", "time", "row"),
            failed.select("key", "time", pl.col("row").cast(pl.Int64)),
        ]
    )
    pairs = good.join(every, on="key", suffix=" failed").filter(
        (pl.col("row failed") < pl.col("row").cast(pl.Int64)) & (pl.col("time failed") >= pl.col("time") - FAILURE_SPAN)
    )
    counts = pairs.group_by("row", "key").len().group_by("row").agg(pl.col("len").max().clip(upper_bound=MAX_FAILURES))
    newest = int(np.max(time.to_numpy()))
    kept = every.filter(pl.col("time") >= newest - FAILURE_SPAN).group_by("key", maintain_order=True)
    carried = kept.tail(MAX_FAILURES).select(*FAILURES)
    base = logins.filter(pl.col("event.outcome") == "success").select("row").join(counts, on="row", how="left")
    column = (
        pl.int_range(frame.height, dtype=pl.UInt32(), eager=True)
        .to_frame("row")
        .join(
            base.with_columns(pl.col("len").fill_null(0).cast(pl.Int64)), on="row", how="left", maintain_order="left"
        )["len"]
    )
    return carried, column


def to_tables(state: FactState) -> dict[str, pl.DataFrame]:
    """Return the state as tables."""
    return {"facts.seen": state.seen, "facts.runs": state.runs, "facts.failures": state.failures}


def from_tables(tables: Mapping[str, Any]) -> FactState:
    """Return the state held in tables; what is missing is empty."""
    none = FactState.empty()
    return FactState(
        tables.get("facts.seen", none.seen),
        tables.get("facts.runs", none.runs),
        tables.get("facts.failures", none.failures),
    )
