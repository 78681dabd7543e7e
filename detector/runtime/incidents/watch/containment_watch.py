"""Watching that what people say they have stopped has stopped: an actor said to be blocked that acts again.

Comes in: the events that were just read, and of which incidents a person has said that the flow is stopped. Goes out:
the incidents in which one of the actors touched client data after that, as long as they are watched, the closed ones
among them. A refused request is no touch: that is the block at work. What was touched before this process knew of an
incident stands in the access journal, and is looked up there once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from detector import frames
from detector.schema.case.stopped_flow import FlowAgain, StoppedFlow
from detector.store import Journal

_NEEDED = ("@timestamp", "actor.id", "object.type", "event.outcome")
_INSTANT = timedelta(microseconds=1)


@dataclass(slots=True)
class ContainmentWatch:
    """Remembers whose silence is watched, and who has broken it. It may be forgotten at any time.

    Attributes:
        journal: Where touches are kept.
        broken: By incident, what its actors have done, until it is said (``heard_of``).
    """

    journal: Journal
    broken: dict[str, FlowAgain] = field(default_factory=dict)
    _flows: dict[str, StoppedFlow] = field(default_factory=dict)
    _of: dict[str, list[StoppedFlow]] = field(default_factory=dict)

    @property
    def watching(self) -> bool:
        """Whether anybody is watched."""
        return bool(self._flows)

    def follow(self, flows: Iterable[StoppedFlow]) -> None:
        """Watch these from now on, and no others."""
        known, self._flows = self._flows, {each.incident_id: each for each in flows}
        if known == self._flows:
            return
        self._of = {}
        for each in self._flows.values():
            for actor in each.actors:
                self._of.setdefault(actor, []).append(each)
        self.broken = {key: was for key, was in self.broken.items() if self._flows.get(key) == known.get(key)}
        for each in self._flows.values():
            if known.get(each.incident_id) != each:
                self._look_up(each)

    def ingest(self, events: pl.DataFrame) -> None:
        """Take in events just read."""
        if not self._of:
            return
        touching = frames.chosen(events, _NEEDED).filter(
            pl.col("object.type").is_not_null(),
            pl.col("event.outcome") != "failure",
            pl.col("actor.id").is_in(list(self._of)),
        )
        for actor, at in touching.select("actor.id", "@timestamp").iter_rows():
            for flow in self._of[actor]:
                if flow.since < at <= flow.until:
                    self._note(flow.incident_id, at, 1)

    def heard_of(self, incident_ids: Iterable[str]) -> None:
        """Remember that this was said."""
        for each in incident_ids:
            self.broken.pop(each, None)

    def _look_up(self, flow: StoppedFlow) -> None:
        first, last = flow.since + _INSTANT, flow.until + _INSTANT
        for piece in self.journal.pieces(since=first, until=last, actors=flow.actors, skip_bad=True):
            touches = piece.filter(pl.col("event.outcome") != "failure").select("@timestamp").collect()
            if touches.height:
                self._note(flow.incident_id, touches.get_column("@timestamp").min(), touches.height)  # type: ignore[arg-type]

    def _note(self, incident_id: str, at: datetime, count: int) -> None:
        known = self.broken.get(incident_id, FlowAgain(at, 0))
        self.broken[incident_id] = FlowAgain(min(known.at, at), known.count + count)
