"""Begin where the last run stopped: the saved detection state and the positions it stands at."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from detector.detect import READABLE_VERSIONS, STATE_VERSION, Core, CoreState
from detector.errors import NabatError
from detector.runtime.sources.first_readings import NAME, FirstReadings
from detector.schema.events.lines import Position
from detector.store import Snapshots, Store


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where to begin.

    Attributes:
        first_start: Nothing has ever been read here.
        history: The first readings so far.
        problem: Why the saved state could not be used; empty when it was, or when there was none.
    """

    state: CoreState
    positions: tuple[Position, ...]
    first_start: bool
    history: FirstReadings
    problem: str = ""


def restore(core: Core, snapshots: Snapshots, store: Store) -> Beginning:
    """Return the state to go on with.

    Positions come from the saved state, so that lines judged since then are judged again. Without a usable state the
    committed positions serve: no decision is lost or doubled, only windows begin cold. Where behaviour alone cannot be
    used, as after an upgrade that judges it otherwise, it alone begins without a past.
    """
    with store.read() as unit:
        positions, noted = unit.positions.all(), unit.kv.get(NAME)
    followed = noted is not None  # logs have been followed here, even if none of them held a line yet
    snapshot = snapshots.load()
    problem = snapshots.problem
    if snapshot is not None and snapshot.meta.get("version") in READABLE_VERSIONS:
        for tables in (snapshot.tables, _without_behaviour(snapshot.tables)):
            try:
                state = core.from_tables(tables)
            except NabatError as error:
                problem = problem or str(error)
                continue
            return Beginning(
                state,
                snapshot.positions,
                first_start=not snapshot.positions and not followed,
                history=FirstReadings.from_text(snapshot.meta.get(NAME)),
                problem=problem,
            )
    elif snapshot is not None:
        problem = f"the saved detection state is of version {snapshot.meta.get('version')}, this is {STATE_VERSION}"
    return Beginning(
        core.empty(),
        positions,
        first_start=not positions and not followed,
        history=FirstReadings.from_text(noted),
        problem=problem,
    )


def _without_behaviour(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables of everything else, lanes included."""
    return {name: table for name, table in tables.items() if "behaviour" not in name.split(".")}
