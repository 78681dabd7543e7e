"""Judge recorded logs in one way: with or without history, with or without behaviour.

Comes in: the company's configuration, its logs of before, and the recording of those to be judged. Goes out: incidents
with their findings and scopes, from the same detection, decisions and database as those of a replay.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl

from detector.detect import Core, CoreState
from detector.detect.behaviour import Model
from detector.errors import InputError
from detector.runtime.components import build
from detector.runtime.decide import Decider
from detector.runtime.evaluate.matching import JudgedIncident
from detector.runtime.evaluate.recording import Recording
from detector.runtime.incidents.incident_scope import subject_ids_of
from detector.runtime.intake.log_file import Log
from detector.runtime.pending_findings import PendingFindings
from detector.runtime.replay.folder import JOURNAL
from detector.runtime.replay.plan import REPLAY_KEY
from detector.runtime.replay.replay_store import ReplayStore, open_database
from detector.runtime.training.learn import learn_from_logs
from detector.schema.findings import Finding
from detector.schema.incidents import CloseReason, Incident
from detector.settings import Settings
from detector.store import Journal, Store

# Of the hashes in what is remembered: a company's answer shall be the same in every run.
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingWay:
    """One way to judge.

    Attributes:
        title: As the page names it.
        history: What was before is known, as after ``nabat train --backfill``.
        behaviour: Behaviour is judged, not rules alone.
    """

    title: str
    history: bool = True
    behaviour: bool = True

    @property
    def folder(self) -> str:
        """A name for its folder."""
        return self.title.replace(" ", "-")


DEFAULTS = JudgingWay(title="shipped defaults")
WAYS = (DEFAULTS, JudgingWay(title="day one", history=False), JudgingWay(title="rules only", behaviour=False))


@dataclass(frozen=True, slots=True)
class History:
    """What was learned before.

    Attributes:
        tables: What detection remembers, as a snapshot holds it.
        touches: Files of events of that time, for the access journal.
    """

    model: Model | None
    tables: dict[str, bytes]
    touches: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one way of judging gave."""

    cases: tuple[JudgedIncident, ...]
    findings: tuple[Finding, ...]


def learn(settings: Settings, logs: list[Log], until: datetime, folder: Path) -> History:
    """Learn from logs what a service learns from them before its first start."""
    folder.mkdir(parents=True)
    touches: list[Path] = []

    def note(events: pl.DataFrame) -> None:
        touches.append(folder / f"{len(touches):06}.parquet")
        events.write_parquet(touches[-1], compression="lz4", statistics=False)

    parts, trainer, state = learn_from_logs(settings, logs, session_key=REPLAY_KEY, hash_seed=_SEED, on_events=note)
    try:
        model, behaviour = trainer.finish(until)
    except InputError:  # too little history for a model; the baselines are kept all the same
        model, behaviour = None, trainer.state
    tables = parts.core.to_tables(replace(state, behaviour=behaviour))
    return History(model, {name: _packed(table) for name, table in tables.items()}, tuple(touches))


def _packed(table: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    table.write_ipc(buffer)
    return buffer.getvalue()


def judge(settings: Settings, way: JudgingWay, history: History, recording: Recording, out: Path) -> Judgement:
    """Judge recorded logs.

    Args:
        settings: The company's configuration.
        way: How to judge.
        history: Of before; used where the way has one.
        recording: What is judged.
        out: Folder for database and journal; made.
    """
    out.mkdir(parents=True)
    parts = build(settings, session_key=REPLAY_KEY, model=history.model if way.history else None, seed=_SEED)
    core = parts.core if way.behaviour else replace(parts.core, behaviour=None)
    decider = Decider(settings=settings, playbooks=parts.playbooks, regulations=parts.regulations, event_time=True)
    with ReplayStore(out, decider) as store:
        if way.history:
            for path in history.touches:
                store.add_touches(pl.read_parquet(path))
        state = _begin(core, history) if way.history else core.empty()
        store.decide(_fold(core, state, recording, store))
        store.write_answers()
    return _answers(out)


def _begin(core: Core, history: History) -> CoreState:
    tables = {name: pl.read_ipc(BytesIO(packed)) for name, packed in history.tables.items()}
    if core.behaviour is None:
        tables = {name: table for name, table in tables.items() if not name.startswith("behaviour.")}
    return core.from_tables(tables)


def _fold(core: Core, state: CoreState, recording: Recording, store: ReplayStore) -> tuple[Finding, ...]:
    """Judge the turns one after the other, as a replay does."""
    pending = PendingFindings()
    for turn in recording:
        events = turn.events()
        state, judged = core.step(
            state, [events], backlog=recording.backlog, idle_until=turn.idle_until, closed=turn.closed
        )
        pending.add(judged.findings)
        store.add_touches(events)
    _, judged = core.step(state, [], final=True)
    pending.add(judged.findings)
    return pending.joined()


def _answers(out: Path) -> Judgement:
    with closing(open_database(out)) as store:
        journal = Journal(out / JOURNAL, store, durable=False)
        with store.read() as unit:
            incidents = list(_incidents(store))
            behind = {each.id: tuple(unit.incidents.incident_findings(each.id)) for each in incidents}
            findings = tuple(each for each in unit.incidents.all_findings() if not each.replaced_by)
        return Judgement(
            tuple(JudgedIncident(each, behind[each.id], subject_ids_of(journal, each)) for each in incidents), findings
        )


def _incidents(store: Store) -> Iterator[Incident]:
    with store.read() as unit:
        offset = 0
        while page := unit.incidents.newest(limit=1000, offset=offset):
            yield from (each for each in page if each.close_reason is not CloseReason.DUPLICATE)
            offset += len(page)
