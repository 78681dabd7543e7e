"""The drill that goes on: taken up from its row, played by the clock, ended, or broken off when something is real.

Comes in: the store, the parts and the decider in force, once a second the time. Goes out: what the drill's lines, calls
and questions lead to, decided as what is real is decided, in transactions of their own. Everything it needs lies in the
database: a service that is started anew goes on where the drill stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from detector.incident import Playbook, Scenario, called_id, open_called
from detector.notify import drill_questions
from detector.runtime.components import Components
from detector.runtime.decide import Decider, ScopeOf
from detector.runtime.drills.drill_lines import watched
from detector.runtime.drills.drill_stream import DrillStream
from detector.runtime.incidents.drills.drill_end import DrillEnd, cases_of, end_drill, real_since
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.case.scope_versions import ScopedClients
from detector.schema.detection.findings import Finding
from detector.schema.team.drills import Drill, DrillInject, DrillMode, DrillStatus, drill_of
from detector.store import Store, UnitOfWork
from detector.telemetry import Logger

log = Logger("drills")

# A drill's few alerts are never too many to be read.
_NO_STORM = 1_000_000


@dataclass(frozen=True, slots=True)
class DrillTurn:
    """What one look at the drill led to.

    Attributes:
        changed: Ids of its incidents that were opened or extended.
        messages: Whether anything is to be sent.
    """

    changed: tuple[str, ...] = ()
    messages: bool = False


_NOTHING = DrillTurn()


class DrillKeeper:
    """Plays one drill at a time.

    Args:
        store: Where drills and incidents are kept.
        state: The state folder: the drill's own journal lies there.
        session_key: Of the session hashes.
    """

    def __init__(self, store: Store, *, state: Path, session_key: bytes) -> None:
        self._store, self._state, self._session_key = store, state, session_key
        self._stream: DrillStream | None = None
        self._playing: tuple[int, Scenario] | None = None
        self._watched: frozenset[str] = frozenset()
        self._undecided: tuple[Finding, ...] = ()

    def close(self) -> None:
        """Forget the drill that was played; its row stays."""
        if self._stream is not None:
            self._stream.close()
        self._stream = self._playing = None
        self._undecided = ()

    def beside(self, real: ScopeOf, playbooks: Mapping[str, Playbook]) -> ScopeOf:
        """Return what answers whose data an incident is about: of a drill's from its own journal alone.

        Args:
            real: Answers for all others.
            playbooks: By name.
        """

        def scope_of(incident: Incident, findings: Sequence[Finding]) -> ScopedClients:
            number, stream = drill_of(incident.matter), self._stream
            if number is None:
                return real(incident, findings)
            if stream is None or stream.drill.number != number:
                return ScopedClients(incident.scope)  # it is over, or nothing was written yet
            scopes = IncidentScopes(stream.journal, self._watched, playbooks, skip_bad=True)
            return scopes.with_clients(incident, findings)

        return scope_of

    def beat(self, decider: Decider, parts: Components, now: datetime) -> DrillTurn:
        """Take up a drill that was asked for, play what is due by now, and end it when it is over.

        Raises:
            StoreError: Nothing was committed; the next beat tries again.
        """
        with self._store.read() as unit:
            drill = unit.drills.going()
        if drill is None:
            self.close()
            return _NOTHING
        scenario = self._scenario_of(drill)
        found = self._judge(drill, scenario, parts, now)
        with self._store.begin() as unit:
            known = unit.drills.find(drill.number)
            if known is None or not known.going:
                return _NOTHING  # somebody stopped it meanwhile
            real = real_since(unit, known.asked_at, decider.settings)
            if real is not None:
                log.warning("drill_interrupted", drill=known.number, incident=real.number)
                self._end(unit, known, DrillEnd(status=DrillStatus.INTERRUPTED), decider, now)
                return DrillTurn(messages=True)
            if known.status is DrillStatus.ASKED:
                self._begin(unit, known, scenario, now)
                return _NOTHING
            turn = self._play(unit, known, scenario, found, decider, now)
            if self._over(unit, known, scenario, now):
                self._end(unit, known, DrillEnd(status=DrillStatus.FINISHED), decider, now)
                turn = replace(turn, messages=True)
        self._undecided = ()
        return turn

    def _scenario_of(self, drill: Drill) -> Scenario:
        if self._playing is None or self._playing[0] != drill.number:
            self.close()
            self._playing = drill.number, Scenario.model_validate_json(drill.plan)
        return self._playing[1]

    def _judge(self, drill: Drill, scenario: Scenario, parts: Components, now: datetime) -> tuple[Finding, ...]:
        """Return what the lines written by now show, with what could not be decided about yet."""
        if drill.status is not DrillStatus.RUNNING or drill.mode is not DrillMode.LIVE:
            return ()
        if self._stream is None:
            self._stream = DrillStream(drill, scenario, parts, session_key=self._session_key, state=self._state)
            self._watched = parts.lists.watched | watched(scenario, drill.number)
        self._undecided = (*self._undecided, *self._stream.step(now))
        return self._undecided

    def _begin(self, unit: UnitOfWork, drill: Drill, scenario: Scenario, now: datetime) -> None:
        live = drill.mode is DrillMode.LIVE
        first = min(each.after for each in (scenario.steps if live else scenario.injects))
        unit.drills.save(replace(drill, status=DrillStatus.RUNNING, started_at=now, first_at=now + first))
        if not live:
            unit.drills.save_injects(
                DrillInject(
                    drill=drill.number,
                    number=number,
                    roles=each.to,
                    text=each.text.en,
                    text_ru=each.text.ru,
                    question=each.question.en,
                    question_ru=each.question.ru,
                    due_at=now + each.after,
                )
                for number, each in enumerate(scenario.injects, 1)
            )
        log.warning("drill_begun", drill=drill.number, scenario=drill.scenario)

    def _play(
        self,
        unit: UnitOfWork,
        drill: Drill,
        scenario: Scenario,
        found: tuple[Finding, ...],
        decider: Decider,
        now: datetime,
    ) -> DrillTurn:
        changed, sent = list[str](), False
        if found:
            outcome = _of_drill(decider).decide(unit, found, now)
            changed, sent = [*outcome.changed], bool(outcome.messages)
        if drill.mode is DrillMode.LIVE:
            opened = self._call(unit, drill, scenario, decider, now)
            paged = [decider.page(unit, each, now) for each in opened]
            return DrillTurn((*changed, *opened), sent or any(each.messages for each in paged))
        due = [each for each in unit.drills.injects(drill.number) if each.sent_at is None and each.due_at <= now]
        questions = [each for inject in due for each in drill_questions(drill, inject, decider.settings, now)]
        unit.outbox.add(questions)
        unit.drills.save_injects(replace(each, sent_at=now) for each in due)
        return DrillTurn(messages=bool(questions))

    @staticmethod
    def _call(unit: UnitOfWork, drill: Drill, scenario: Scenario, decider: Decider, now: datetime) -> list[str]:
        """Open the incidents of the calls that have come by now; return their ids."""
        opened = []
        for place, step in enumerate(scenario.steps):
            due = drill.started_at is not None and drill.started_at + step.after <= now
            if step.report is None or not due or unit.incidents.find(called_id(drill, place)) is not None:
                continue
            unit.incidents.save(
                open_called(step.report, drill, place, decider.playbooks, decider.settings, decider.regulations, now)
            )
            opened.append(called_id(drill, place))
        return opened

    @staticmethod
    def _over(unit: UnitOfWork, drill: Drill, scenario: Scenario, now: datetime) -> bool:
        """Tell whether a drill is over: by the clock, or because all that it brought is dealt with."""
        began = drill.started_at or now
        if now >= began + scenario.lasts:
            return True
        if drill.mode is DrillMode.TABLE_TOP:
            return all(each.answered_at is not None for each in unit.drills.injects(drill.number))
        if now < began + _last_of(scenario):
            return False
        incidents = unit.incidents.of_matter(drill.matter)
        return bool(incidents) and all(each.status is IncidentStatus.CLOSED for each in incidents)

    def _end(self, unit: UnitOfWork, drill: Drill, end: DrillEnd, decider: Decider, now: datetime) -> None:
        end_drill(
            unit,
            drill,
            end,
            settings=decider.settings,
            playbooks=decider.playbooks,
            regulations=decider.regulations,
            now=now,
        )
        log.warning("drill_ended", drill=drill.number, status=end.status.value, incidents=len(cases_of(unit, drill)))


def _of_drill(decider: Decider) -> Decider:
    """Return what decides about a drill: no silence of the real world hides it, and it is no storm."""
    group = decider.settings.group.model_copy(update={"storm_count": _NO_STORM})
    settings = decider.settings.model_copy(update={"group": group})
    return replace(decider, settings=settings, orders=(), mute_orders=None, exception_mutes=None)


def _last_of(scenario: Scenario) -> timedelta:
    """Return how long after its beginning a scenario writes its last line, or makes its last call."""
    return max(each.after + (each.lines.took if each.lines is not None else timedelta(0)) for each in scenario.steps)
