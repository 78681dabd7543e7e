"""Judge recorded logs in several ways: with or without history, rules, behaviour, or a part of it.

Comes in: the company's configuration, its logs of before, and the recording of those to be judged. Goes out: incidents
with their findings and scopes, from the same detection, decisions and database as those of a replay.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from shutil import copytree

import polars as pl

from detector.detect import Core, CoreState
from detector.detect.behaviour import FACETS, Behaviour, BehaviourVariant, Model
from detector.errors import InputError
from detector.runtime.components import Components, build
from detector.runtime.decide import Decider
from detector.runtime.evaluate.announced_work import Announcement
from detector.runtime.evaluate.matching import JudgedIncident
from detector.runtime.evaluate.recording import Recording
from detector.runtime.expected.exception_mutes import ExceptionMutes
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase
from detector.runtime.intake.log_file import Log
from detector.runtime.pending_findings import PendingFindings
from detector.runtime.replay.folder import JOURNAL
from detector.runtime.replay.plan import REPLAY_KEY
from detector.runtime.replay.replay_store import ReplayStore, open_database
from detector.runtime.training.learn import learn_from_logs
from detector.schema.case.incidents import CloseReason, Incident
from detector.schema.detection.findings import Detector, Finding
from detector.settings import Settings
from detector.store import Journal, Store

# Of the hashes in what is remembered: a company's answer shall be the same in every run.
_SEED = 1


class WayGroup(StrEnum):
    """What a way of judging is there for."""

    COLUMN = "column"
    """It stands beside the others in every table."""
    BUDGET = "budget"
    """Another budget of behaviour."""
    ALONE = "alone"
    """Behaviour without rules, by some budget."""
    PLAIN = "plain"
    """A plain isolation forest, by some budget."""
    ABLATION = "ablation"
    """A part is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingWay:
    """One way to judge.

    Attributes:
        title: As the page names it.
        history: What was before is known, as after ``nabat train --backfill``.
        rules / behaviour: They are judged.
        budget: Of behaviour, false incidents a month; None: as configured.
        without: Facets of behaviour that say nothing.
        announced: This share of the planned honest work gets exceptions, as `nabat expect` makes them.
        plain: Neither, but a plain isolation forest.
    """

    title: str
    group: WayGroup = WayGroup.COLUMN
    history: bool = True
    rules: bool = True
    behaviour: bool = True
    budget: float | None = None
    without: frozenset[str] = frozenset()
    announced: float = 0.0
    plain: bool = False

    @property
    def folder(self) -> str:
        """A name for its folder."""
        return "-".join(re.findall(r"[\w.]+", self.title))


DEFAULTS = JudgingWay(title="shipped defaults")
DAY_ONE = JudgingWay(title="day one", history=False)
RULES_ONLY = JudgingWay(title="rules only", behaviour=False)
PLAIN_FOREST = JudgingWay(title="plain IsolationForest", plain=True)
WAYS = (DEFAULTS, DAY_ONE, RULES_ONLY, PLAIN_FOREST)


def ways_asked(announced: float = 0.0, budgets: Sequence[float] = (), *, ablation: bool = False) -> list[JudgingWay]:
    """Return the ways of judging that are asked for, those that are always there first.

    Args:
        announced: A share of planned work that is announced; 0: no such column.
        budgets: Of behaviour and of the plain forest.
        ablation: Each facet, and rules, are left out once.
    """
    asked = list(WAYS)
    if announced:
        asked.append(JudgingWay(title=f"announced {100 * announced:g} %", announced=announced))
    for budget in budgets:
        month, alone = f"at {budget:g} a month", f"behaviour alone at {budget:g} a month"
        asked += [
            JudgingWay(title=month, group=WayGroup.BUDGET, budget=budget),
            JudgingWay(title=alone, group=WayGroup.ALONE, rules=False, budget=budget),
            JudgingWay(title=f"{PLAIN_FOREST.title} {month}", group=WayGroup.PLAIN, plain=True, budget=budget),
        ]
    for facet in FACETS if ablation else ():
        asked.append(JudgingWay(title=f"without {facet}", group=WayGroup.ABLATION, without=frozenset((facet,))))
    if ablation:
        asked.append(JudgingWay(title="without rules", group=WayGroup.ABLATION, rules=False))
    return asked


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


@dataclass(frozen=True, slots=True)
class Folded:
    """What detection said of the recorded logs.

    Attributes:
        findings: By the title of a way. store: a folder with the journal of what was touched, and no incident.
    """

    parts: Components
    findings: Mapping[str, tuple[Finding, ...]]
    store: Path


def fold(
    settings: Settings, history: History | None, recording: Recording, ways: Sequence[JudgingWay], out: Path
) -> Folded:
    """Let detection see recorded logs once, for all ways that know the same of before.

    What rules say does not hang on behaviour, and habits and rates do not hang on what is said of them: so one fold
    tells what each way would have said (``BehaviourVariant``).

    Args:
        settings: The company's configuration.
        history: Of before; None: nothing is known.
        recording: What is judged.
        ways: Those asked for.
        out: Folder for the journal; made.
    """
    out.mkdir(parents=True)
    parts = build(settings, session_key=REPLAY_KEY, model=history.model if history else None, seed=_SEED)
    said: dict[str, list[Finding]] = {way.title: [] for way in ways if way.behaviour and not _as_shipped(way)}
    variants = [
        BehaviourVariant(way.budget or settings.behaviour.false_incidents_a_month, way.without, said[way.title].extend)
        for way in ways
        if way.title in said
    ]
    behaviour = Behaviour.of(settings, parts.model, _SEED, lists=parts.lists, variants=variants)
    core = replace(parts.core, behaviour=behaviour if parts.core.behaviour else None)
    pending = {way.title: PendingFindings() for way in ways}
    with ReplayStore(out, _decider(parts)) as store:
        for path in history.touches if history else ():
            store.add_touches(pl.read_parquet(path))
        for findings in _steps(core, _begin(core, history), recording, store):
            by_rules = [each for each in findings if each.detector is not Detector.BEHAVIOUR]
            for way in ways:
                if _as_shipped(way):
                    pending[way.title].add(findings)
                else:
                    pending[way.title].add([*(by_rules if way.rules else ()), *said.get(way.title, ())])
            for some in said.values():
                some.clear()
        store.decide(())
    return Folded(parts, {title: waiting.joined() for title, waiting in pending.items()}, out)


def _as_shipped(way: JudgingWay) -> bool:
    """Tell whether detection speaks as it is shipped."""
    return way.rules and way.behaviour and way.budget is None and not way.without


def _begin(core: Core, history: History | None) -> CoreState:
    if history is None:
        return core.empty()
    return core.from_tables({name: pl.read_ipc(BytesIO(packed)) for name, packed in history.tables.items()})


def _steps(core: Core, state: CoreState, recording: Recording, store: ReplayStore) -> Iterator[Sequence[Finding]]:
    """Judge the turns one after the other, as a replay does."""
    for turn in recording:
        events = turn.events()
        state, judged = core.step(
            state, [events], backlog=recording.backlog, idle_until=turn.idle_until, closed=turn.closed
        )
        store.add_reasons(judged.touches)
        store.add_touches(events)
        yield judged.findings
    _, judged = core.step(state, [], final=True)
    store.add_reasons(judged.touches)
    yield judged.findings


def _decider(parts: Components) -> Decider:
    return Decider(
        settings=parts.settings,
        playbooks=parts.playbooks,
        regulations=parts.regulations,
        exception_mutes=ExceptionMutes.of(parts.settings, parts.ruleset),
        event_time=True,
        watched=parts.lists.watched,
    )


def judge(folded: Folded, way: JudgingWay, out: Path, announced: Announcement | None = None) -> Judgement:
    """Let what one way found become incidents.

    Args:
        folded: What was found.
        way: Whose findings.
        out: Folder for database, journal and answers; made.
        announced: Planned work that is written down beforehand.
    """
    copytree(folded.store, out)
    if announced is not None:
        with closing(open_database(out)) as store:
            announced.write(store, folded.parts.settings, folded.parts.ruleset)
    with ReplayStore(out, _decider(folded.parts)) as store:
        store.decide(folded.findings[way.title])
        store.write_answers()
    return _answers(out, folded.parts)


def _answers(out: Path, parts: Components) -> Judgement:
    with closing(open_database(out)) as store:
        scopes = IncidentScopes(Journal(out / JOURNAL, store, durable=False), parts.lists.watched, parts.playbooks)
        with store.read() as unit:
            incidents = list(_incidents(store))
            behind = {each.id: tuple(unit.incidents.incident_findings(each.id)) for each in incidents}
            findings = tuple(each for each in unit.incidents.all_findings() if not each.replaced_by)
        cases = [ScopeCase(each, behind[each.id]) for each in incidents]
        judged = (
            JudgedIncident(each.incident, tuple(each.findings), *ids)
            for each, ids in zip(cases, scopes.subject_ids(cases), strict=True)
        )
        return Judgement(tuple(judged), findings)


def _incidents(store: Store) -> Iterator[Incident]:
    with store.read() as unit:
        offset = 0
        while page := unit.incidents.newest(limit=1000, offset=offset):
            yield from (each for each in page if each.close_reason is not CloseReason.DUPLICATE)
            offset += len(page)
