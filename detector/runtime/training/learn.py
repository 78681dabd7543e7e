"""Learn from old lines what is usual: a behaviour model, and the state a daemon may begin with. Nobody is paged.

Comes in: log files, or the access journal. Goes out: a model folder, and (backfill) a first snapshot that holds the
baselines and what the rules know of accounts, so that judging need not begin cold.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from detector.clock import Clock
from detector.detect import FRESH, STATE_VERSION, CoreState, ReorderState
from detector.detect.behaviour import Model, Trainer, train
from detector.errors import InputError
from detector.keys import Keys
from detector.runtime.components import Components, build
from detector.runtime.feedback.confirmed_spans import ConfirmedSpans
from detector.runtime.feedback.judged_incidents import Hidden
from detector.runtime.intake.log_file import Log
from detector.runtime.intake.merge_logs import Merge
from detector.runtime.replay.batch_lines import BATCH_LINES
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.state_folder import lock, prepare
from detector.runtime.training.model_registry import ModelRegistry
from detector.settings import Settings
from detector.settings.lists.company_lists import CompanyLists
from detector.store import Journal, Snapshots, Store
from detector.telemetry import Logger

log = Logger("learn")

SEED = 1

Progress = Callable[[int], None]


def _silent(_done: int) -> None:
    pass


def learn_from_logs(
    settings: Settings,
    logs: Sequence[Log],
    *,
    session_key: bytes,
    seed: int = SEED,
    hash_seed: int = FRESH,
    on_progress: Progress = _silent,
    on_events: Callable[[pl.DataFrame], object] = len,
    confirmed: ConfirmedSpans | None = None,
    on_reasons: Callable[[Sequence[pl.DataFrame]], object] = len,
) -> tuple[Components, Trainer, CoreState]:
    """Run old lines through ordering, rules and windows; findings are dropped.

    What ``confirmed`` incidents consist of is not learned by behaviour.

    Returns:
        The parts used, the trainer with all windows collected, and the core's state (ordering empty: what comes later
        has streams of its own).
    """
    parts = build(settings, session_key=session_key, seed=hash_seed)
    core = replace(parts.core, behaviour=None)
    trainer = Trainer(settings, seed=seed, hash_seed=hash_seed, lists=CompanyLists.read(settings))
    merge = Merge(logs, parts.decoder, BATCH_LINES)
    left_out = confirmed or ConfirmedSpans()
    state, done = core.empty(), 0
    for some in merge:
        for batch, events in some:
            on_events(events.frame)
            done += batch.size
        sequence, rows = core.sequencer.step(
            state.sequence,
            [events.frame for _, events in some],
            backlog=merge.opened,
            idle_until=merge.idle(),
            closed=merge.closed,
        )
        rules, _ = core.rules.step(state.rules, rows.ordered)
        on_reasons(() if core.rules.touches is None else (core.rules.touches,))
        trainer.add(left_out.without(rows.ordered))
        state = CoreState(sequence=sequence, rules=rules)
        on_progress(done)
    _, rows = core.sequencer.step(state.sequence, [], final=True)
    rules, _ = core.rules.step(state.rules, rows.ordered)
    on_reasons(() if core.rules.touches is None else (core.rules.touches,))
    trainer.add(left_out.without(rows.ordered))
    return parts, trainer, CoreState(sequence=ReorderState(), rules=rules)


def learn_from_journal(settings: Settings, now: datetime, *, seed: int = SEED, hidden: Hidden | None = None) -> Model:
    """Train on the touches the daemon has kept, but for those of confirmed incidents that are not hidden.

    Raises:
        InputError: There is too little of it.
        StoreError: The journal cannot be read.
    """
    store = Store.open(settings.database_url, make=False)
    try:
        with store.read() as unit:
            confirmed = ConfirmedSpans.of(unit, hidden)
        touches = Journal(settings.state / "journal", store).kept(now)
        model, _ = train(touches, settings, now, seed, confirmed.without, lists=CompanyLists.read(settings))
        if confirmed.left_out:
            log.info("confirmed_left_out", incidents=confirmed.incidents, touches=confirmed.left_out)
    finally:
        store.close()
    return model


def backfill(settings: Settings, clock: Clock, *, on_progress: Progress = _silent) -> Model | None:
    """Let a service that has not run yet begin with what its sources' files already show.

    Returns:
        The model trained; None when there was too little history for one (the baselines are kept all the same).
    """
    prepare(settings.state)
    unlock = lock(settings.state)
    store = Store.open(settings.database_url)
    try:
        keys = Keys(settings.state)
        # What the rules remember of the past must be in the journal too, or an incident's reasons and its scope differ.
        journal = Journal(settings.state / "journal", store)
        with store.read() as unit:
            confirmed = ConfirmedSpans.of(unit)
        parts, trainer, state = learn_from_logs(
            settings,
            logs_of(settings, ()),
            session_key=keys.session,
            hash_seed=keys.seed,
            on_progress=on_progress,
            on_events=journal.append,
            confirmed=confirmed,
            on_reasons=journal.append_reasons,
        )
        model = None
        try:
            model, behaviour = trainer.finish(clock.now())
            registry = ModelRegistry(settings.state)
            registry.add(model)
            registry.take_up(model.version)
        except InputError as error:
            log.warning("no_model_learned", why=str(error))
            behaviour = trainer.state
        tables = parts.core.to_tables(replace(state, behaviour=behaviour))
        with store.begin() as unit:
            journal.flush(unit)
            Snapshots(settings.state / "snapshots", store).save(unit, tables, (), {"version": STATE_VERSION})
    finally:
        store.close()
        unlock()
    return model
