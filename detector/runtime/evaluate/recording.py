"""Logs decoded once, so that they can be judged in several ways.

Comes in: log files and the scenes whose lines stand in them. Goes out: the turns of a replay in their order, from files
of columns; and for each scene the events that its lines became, with the names by which Nabat may speak of whoever
acted in them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from detector import frames
from detector.decode import Decoder
from detector.frames import EventBatch
from detector.runtime.evaluate.truth import Scene
from detector.runtime.intake.log_file import Log
from detector.runtime.intake.merge_logs import Merge
from detector.schema.events.columns import ACCOUNT, ADDRESS, SESSION


@dataclass(frozen=True, slots=True)
class SceneEvent:
    """What one line of a scene became.

    Attributes:
        names: The account, session and address, as findings name actors.
        taking: It took client data.
    """

    at: datetime
    path: str
    offset: int
    names: frozenset[str]
    taking: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What is judged together, with the marks that ``Core.step`` needs."""

    path: Path
    idle_until: Mapping[str, datetime]
    closed: tuple[str, ...]

    def events(self) -> pl.DataFrame:
        """Read the events."""
        return pl.read_parquet(self.path)


@dataclass(slots=True)
class Recording:
    """Turns in a folder.

    Attributes:
        backlog: Streams and their sources.
        lines: Lines read, those that gave no event included. rejects: Those that gave none.
        events: By scene, what its lines became.
    """

    folder: Path
    backlog: Mapping[str, str] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    lines: int = 0
    rejects: int = 0
    events: dict[str, list[SceneEvent]] = field(default_factory=lambda: defaultdict(list))

    def add(self, events: pl.DataFrame, idle_until: Mapping[str, datetime], closed: Sequence[str]) -> None:
        """Take in what is judged together."""
        path = self.folder / f"{len(self.turns):06}.parquet"
        events.write_parquet(path, compression="lz4", statistics=False)
        self.turns.append(Turn(path, idle_until, tuple(closed)))

    def __iter__(self) -> Iterator[Turn]:
        """Yield the turns in their order."""
        return iter(self.turns)


def record(
    folder: Path, logs: Sequence[Log], decoder: Decoder, scenes: Sequence[Scene], begun: Mapping[str, int], lines: int
) -> Recording:
    """Decode logs once.

    Args:
        folder: For the turns; made.
        logs: The files.
        decoder: Of the company's configuration.
        scenes: Whose events are to be noted.
        begun: How many lines of each file lie before those of ``logs``: a scene's lines are counted from there.
        lines: Lines a batch.
    """
    folder.mkdir(parents=True)
    merge, marks = Merge(logs, decoder, lines, lines), _marks(scenes, begun)
    kept = Recording(folder, merge.opened)
    for some in merge:
        for batch, decoded in some:
            kept.lines += batch.lines.len() + len(batch.rejects)
            kept.rejects += len(decoded.rejects)
            for scene, event in _noted(decoded, marks.get(Path(batch.path).name)):
                kept.events[scene].append(event)
        kept.add(frames.concat([decoded.frame for _, decoded in some]), merge.idle(), merge.closed)
    return kept


def _marks(scenes: Sequence[Scene], begun: Mapping[str, int]) -> dict[str, pl.DataFrame]:
    """Return by file which lines belong to which scene, and whether they took something."""
    rows: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)
    for scene in scenes:
        for file, spans in scene.lines.items():
            taking = {number for low, high in scene.taking.get(file, ()) for number in range(low, high + 1)}
            for low, high in spans:
                rows[file] += [(n - begun.get(file, 0), scene.id, n in taking) for n in range(low, high + 1)]
    schema = {"number": pl.Int64, "scene": pl.String, "taking": pl.Boolean}
    return {file: pl.DataFrame(some, schema, orient="row") for file, some in rows.items()}


def _noted(decoded: EventBatch, marks: pl.DataFrame | None) -> Iterator[tuple[str, SceneEvent]]:
    if marks is None or decoded.numbers is None or not decoded.frame.height:
        return
    found = (
        decoded.frame.select(
            "@timestamp", "log.file.path", "log.offset", "actor.id",
            user=ACCOUNT + pl.col("user.id"),
            session=SESSION + pl.col("session.id"),
            address=ADDRESS + frames.counted_address(),
            number=decoded.numbers.cast(pl.Int64),
        ).join(marks, on="number")
    )  # fmt: skip
    for at, path, offset, actor, user, session, address, _, scene, taking in found.iter_rows():
        names = frozenset(each for each in (actor, user, session, address) if each)
        yield scene, SceneEvent(at, path, offset, names, taking)
