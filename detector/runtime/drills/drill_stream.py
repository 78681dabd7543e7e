"""A drill's own stream: its lines through the real decoder and the real rules, with a memory of its own.

Comes in: a drill, the parts in force, the time. Goes out: findings that stand in the drill's matter. What it remembers
(detection state, access journal) lies apart from what is real and is thrown away when the drill is over: nothing of a
drill counts for the behaviour of anybody, and nothing real for the drill. After a restart the lines are read from the
first one on; ids that are derived make the repetition silent.
"""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from detector.decode import Decoder
from detector.detect import Core, Reorderer
from detector.detect.rules import RuleDetector
from detector.frames import LineBatch
from detector.incident.drills import Scenario
from detector.runtime.components import Components
from detector.runtime.drills.drill_lines import FORMAT, SERVICE, SOURCE, lines_of, planted, watched
from detector.runtime.incidents.drills.drill_journals import drill_folder, drill_store, remove_old
from detector.runtime.intake.allowed_lateness import LEAST
from detector.schema.detection.findings import Finding
from detector.schema.ids import derive
from detector.schema.team.drills import Drill
from detector.settings import Settings, SourceSettings
from detector.store import Journal

_OFFICE = "drill office"
# After its last line the stream is looked at for so long: what waits for the order of lines is judged by then.
_SETTLED = 3 * LEAST


class DrillStream:
    """The lines of one drill as they are written, judged.

    Args:
        drill: It, begun.
        scenario: What happens in it.
        parts: The rules, lists and record map in force.
        session_key: Of the session hashes.
        state: The state folder.
    """

    def __init__(self, drill: Drill, scenario: Scenario, parts: Components, *, session_key: bytes, state: Path) -> None:
        settings = _settings(parts.settings, drill.number)
        lists = replace(parts.lists, watched=parts.lists.watched | watched(scenario, drill.number))
        self.drill = drill
        self._decoder = Decoder(settings, session_key=session_key)
        # How accounts usually work is learned over weeks: without a past the model would have nothing to say.
        self._core = Core(
            sequencer=Reorderer(lateness={SOURCE: timedelta(0)}),
            rules=RuleDetector(parts.ruleset, settings, lists=lists),
        )
        self._state = self._core.empty()
        self._waiting = list(lines_of(scenario, drill, ZoneInfo(settings.timezone)))
        self._until = (self._waiting[-1].due_at if self._waiting else drill.asked_at) + _SETTLED
        self._offset = 0
        remove_old(state, drill.number)
        folder = drill_folder(state, drill.number)
        with ExitStack() as opened:
            folder.mkdir(parents=True)
            self._store = opened.enter_context(closing(drill_store(folder)))
            self.journal = Journal(folder / "journal", self._store, durable=False)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the journal; it stays for whoever looks whose data the drill touched, until the drill is over."""
        self._opened.close()

    def step(self, now: datetime) -> Sequence[Finding]:
        """Read and judge what was written by now; return what is found."""
        if now > self._until and not self._waiting:
            return ()
        frames = self._read(now)
        self._state, judged = self._core.step(self._state, frames, now=now)
        self.journal.append_reasons(judged.touches)
        with self._store.begin() as unit:
            self.journal.flush(unit)
        return tuple(self._of_drill(each) for each in judged.findings)

    def _read(self, now: datetime) -> list[pl.DataFrame]:
        due = [each for each in self._waiting if each.due_at <= now]
        if not due:
            return []
        del self._waiting[: len(due)]
        sizes = [len(each.text.encode()) + 1 for each in due]
        starts = [self._offset + sum(sizes[:at]) for at in range(len(due))]
        begin, self._offset = self._offset, self._offset + sum(sizes)
        path = f"{SOURCE}-{self.drill.number}"
        frame = self._decoder.decode(
            LineBatch(
                source=SOURCE,
                stream=path,
                path=path,
                file_id=sha256(path.encode()).hexdigest()[:32],
                lines=pl.Series([each.text for each in due], dtype=pl.String),
                offsets=pl.Series(starts, dtype=pl.Int64),
                start=begin,
                end=self._offset,
                ingested=now,
                at_end=True,
            )
        ).frame
        self.journal.append(frame)
        return [frame]

    def _of_drill(self, finding: Finding) -> Finding:
        """Return a finding as the drill's: in its matter, with an id that no real one, and no other drill's, has."""
        settled = self._of_drill(finding.settled) if finding.settled is not None else None
        return replace(
            finding,
            id=self._id(finding.id),
            matter=self.drill.matter,
            replaces=tuple(map(self._id, finding.replaces)),
            settled=settled,
        )

    def _id(self, finding_id: str) -> str:
        return derive("finding", self.drill.matter, finding_id)


def _settings(settings: Settings, number: int) -> Settings:
    """Return the settings with the drill's own source, office and planted client."""
    records, actors = settings.records, settings.actors
    networks = {**actors.networks, _OFFICE: (ip_network("192.0.2.0/24"),)}
    return settings.model_copy(
        update={
            "sources": (SourceSettings(name=SOURCE, paths=("-",), format=FORMAT, service=SERVICE),),
            "records": records.model_copy(update={"canaries": (*records.canaries, planted(number))}),
            "actors": actors.model_copy(update={"networks": networks}),
        }
    )
