"""One replay from the first line to the answers: read, judge, keep, in one process.

Comes in: a plan. Goes out: the answers in its folder, and how much was done.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from detector.decode import Decoder
from detector.detect import Core, Judged
from detector.errors import Cause
from detector.frames import EventBatch, LineBatch
from detector.runtime import process_tuning
from detector.runtime.components import Components, build, left_out
from detector.runtime.decide import Decider
from detector.runtime.expected.exception_mutes import ExceptionMutes
from detector.runtime.intake.merge_logs import Merge
from detector.runtime.pending_findings import PendingFindings
from detector.runtime.replay.folder import clear
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay_store import ReplayStore
from detector.schema.detection.findings import Finding

Progress = Callable[[int], None]


def silent(_done: int) -> None:
    """Tell nobody how far it is."""


# Fewer lines than these leave little behind, and looking for it takes a tenth of a second.
_MANY = 200_000


@dataclass(slots=True)
class Replayed:
    """What a replay did.

    Attributes:
        rejects: Lines that gave no event, by reason.
        late: Events over an hour behind others of their log, or too far in the future: not counted with others.
        behind / ahead: How many of these there were of each source.
        rule_errors: How often rules failed, by id: what they would have found there is not known. rule_causes: why each
            failed last.
        forgotten: How much detection let go of because too much came for its memory, by memory
            (``runtime.evictions.MEMORIES``): what would have been found of it is not known.
    """

    lines: int = 0
    events: int = 0
    bytes: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    late: int = 0
    behind: Counter[str] = field(default_factory=Counter)
    ahead: Counter[str] = field(default_factory=Counter)
    rule_errors: Counter[str] = field(default_factory=Counter)
    rule_causes: dict[str, Cause] = field(default_factory=dict)
    forgotten: Counter[str] = field(default_factory=Counter)
    findings: int = 0
    alerts: int = 0
    incidents: int = 0

    def add(self, batch: LineBatch, decoded: EventBatch) -> None:
        """Count what was read."""
        self.lines += batch.lines.len() + len(batch.rejects)
        self.events += decoded.frame.height
        self.bytes += batch.size
        self.rejects.update(reject.reason.value for reject in decoded.rejects)


class Replay:
    """One replay, which runs once.

    Attributes:
        left_out: What does not judge although it was meant to, in sentences.

    Raises:
        ConfigError: With every mistake in what the settings name.
    """

    def __init__(self, plan: ReplayPlan) -> None:
        self._plan = plan
        parts = build(plan.settings, session_key=plan.session_key)
        self.left_out = left_out(parts.skipped, parts.model_problem)
        self._parts: Components | None = parts

    def run(self, on_progress: Progress = silent) -> Replayed:
        """Replay and write the answers.

        Args:
            on_progress: Told how many bytes were read so far.

        Raises:
            InputError: A file cannot be read, or the folder cannot be used.
            StoreError: What is kept cannot be written.
        """
        plan, done = self._plan, Replayed()
        parts, self._parts = self._parts, None
        if parts is None:
            raise RuntimeError("a replay runs once")
        clear(plan.out, plan.settings.state)
        decider = Decider(
            settings=plan.settings,
            playbooks=parts.playbooks,
            regulations=parts.regulations,
            exception_mutes=ExceptionMutes.of(plan.settings, parts.ruleset),
            event_time=True,
            watched=parts.lists.watched,
        )
        with ReplayStore(plan.out, decider) as store:
            store.expect(plan.exceptions)
            last = self._judge(parts.decoder, parts.core, store, done, on_progress)
            # What judges and what it remembers are gone, and what is decided and written has its room.
            del parts
            if done.lines >= _MANY:
                process_tuning.give_back()
            store.decide(last)
            done.findings, done.alerts, done.incidents = store.write_answers()
        return done

    def _judge(
        self, decoder: Decoder, core: Core, store: ReplayStore, done: Replayed, on_progress: Progress
    ) -> tuple[Finding, ...]:
        """Judge all lines; return the findings that were not set aside."""
        plan, pending = self._plan, PendingFindings()
        merge = Merge(plan.logs, decoder, plan.batch_lines, plan.together)
        state = core.empty()

        def hold(judged: Judged) -> None:
            done.late += judged.late
            done.behind.update({source: many for source, (many, _) in judged.late_of.items()})
            done.ahead.update(judged.ahead_of)
            done.rule_errors.update(judged.rule_errors)
            done.rule_causes.update(judged.rule_causes)
            done.forgotten.update(judged.forgotten)
            pending.add(judged.findings)
            store.add_reasons(judged.touches)

        def events_of(some: list[tuple[LineBatch, EventBatch]]) -> Iterator[pl.DataFrame]:
            """Yield the events of what was decoded, and let go of it: they are judged in a copy that is in order."""
            while some:
                batch, decoded = some.pop(0)
                done.add(batch, decoded)
                events = plan.within(decoded.frame)
                store.add_touches(events)
                yield events

        for some in merge:
            state, judged = core.step(
                state, events_of(some), backlog=merge.opened, idle_until=merge.idle(), closed=tuple(merge.closed)
            )
            hold(judged)
            if len(pending) >= plan.held_findings:
                store.set_aside(pending.joined())
                pending.clear()
            on_progress(done.bytes)
        _, judged = core.step(state, [], final=True)
        hold(judged)
        return pending.joined()
