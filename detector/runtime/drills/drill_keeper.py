"""The drill that goes on: taken up from its row, played by the clock, ended, or broken off when something is real.

Comes in: the store, the parts and the decider in force, once a second the time. Goes out: what the drill's lines, calls
and questions lead to, decided as what is real is decided, in transactions of their own. Everything it needs lies in the
database: a service that is started anew goes on where the drill stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from detector.errors import ConflictError, StoreError
from detector.incident import Playbook
from detector.incident.drills import DrillCall, Scenario, called_id, open_called
from detector.messages import messages
from detector.notify import drill_questions
from detector.runtime.components import Components
from detector.runtime.decide import Decider, ScopeOf
from detector.runtime.drills.drill_lines import watched
from detector.runtime.drills.drill_stream import DrillStream
from detector.runtime.incidents.drills.drill_end import DrillEnd, end_drill, real_since
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.case.scope_versions import ScopedClients
from detector.schema.detection.findings import Finding
from detector.schema.team.drills import Drill, DrillInject, DrillMode, DrillStatus, drill_of
from detector.settings import Settings
from detector.store import Store, UnitOfWork
from detector.telemetry import FaultLog, Logger

log = Logger("drills")

# A drill's few alerts are never too many to be read.
_NO_STORM = 1_000_000
# Nobody expects any more what was asked for so long ago, of a service that did not run.
_LONGEST_WAIT = timedelta(minutes=15)
# A clock that is set back by less is waited for; by more the times of a drill mean nothing any more.
_SLACK = timedelta(minutes=5)
# What cannot be written so many times one after the other, once a second, ends the drill.
_MOST_FAILURES = 60


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
        self._failed, self._faults = 0, FaultLog("drills")

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

        Whatever goes wrong in an exercise costs nothing that is real: what could not be written is tried again for a
        while, and a fault ends the drill.
        """
        try:
            turn = self._beat(decider, parts, now)
        except (StoreError, ConflictError) as error:  # what is held is decided about again
            self._failed += 1
            if self._failed == 1:
                self._faults.report("drill_waits", error)
            if self._failed < _MOST_FAILURES:
                return _NOTHING
            self._give_up(decider, now)
        except Exception as error:  # noqa: BLE001 - the service goes on whatever an exercise does
            self._faults.report("drill_failed", error)
            self._give_up(decider, now)
        else:
            self._failed = 0
            return turn
        return DrillTurn(messages=True)

    def _beat(self, decider: Decider, parts: Components, now: datetime) -> DrillTurn:
        with self._store.read() as unit:
            drill = unit.drills.going()
            real = real_since(unit, drill.asked_at, decider.settings, now) if drill is not None else None
        if drill is None:
            self.close()
            return _NOTHING
        if real is not None:
            log.warning("drill_interrupted", drill=drill.number, incident=real.number)
            return self._end(drill, DrillEnd(status=DrillStatus.INTERRUPTED, about=real.suspects), decider, now)
        if drill.status is DrillStatus.ASKED and now - drill.asked_at > _LONGEST_WAIT:
            why = messages(decider.settings.language).text("drill-waited-too-long")
            return self._end(drill, DrillEnd(status=DrillStatus.STOPPED, why=why), decider, now)
        if max(filter(None, (drill.asked_at, drill.started_at))) > now + _SLACK:
            why = messages(decider.settings.language).text("drill-clock-set-back")
            return self._end(drill, DrillEnd(status=DrillStatus.STOPPED, why=why), decider, now)
        scenario = self._scenario_of(drill)
        if drill.status is DrillStatus.ASKED:
            return self._begin(drill, scenario, now)
        found = self._judge(drill, scenario, parts, now)
        with self._store.read() as unit:
            due, over = self._due(unit, drill, scenario, now), self._over(unit, drill, scenario, now)
        turn = self._play(drill, scenario, found, decider, now) if found or due else _NOTHING
        self._undecided = ()
        return self._end(drill, DrillEnd(status=DrillStatus.FINISHED), decider, now) if over else turn

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

    def _begin(self, drill: Drill, scenario: Scenario, now: datetime) -> DrillTurn:
        live = drill.mode is DrillMode.LIVE
        first = min(each.after for each in (scenario.steps if live else scenario.injects))
        injects = [
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
            for number, each in enumerate(() if live else scenario.injects, 1)
        ]
        with self._going(drill) as unit:
            if unit is not None:
                begun = replace(drill, status=DrillStatus.RUNNING, started_at=now, first_at=now + first)
                unit.drills.save(begun)
                unit.drills.save_injects(injects)
        log.warning("drill_begun", drill=drill.number, scenario=drill.scenario)
        return _NOTHING

    @contextmanager
    def _going(self, drill: Drill) -> Iterator[UnitOfWork | None]:
        """Begin a transaction; None where somebody stopped the drill meanwhile."""
        with self._store.begin() as unit:
            known = unit.drills.find(drill.number)
            yield unit if known is not None and known.going else None

    @staticmethod
    def _due(unit: UnitOfWork, drill: Drill, scenario: Scenario, now: datetime) -> bool:
        """Tell whether a call or a question is due that was not made yet."""
        if drill.mode is DrillMode.TABLE_TOP:
            return any(each.sent_at is None and each.due_at <= now for each in unit.drills.injects(drill.number))
        return any(unit.incidents.find(called_id(drill, place)) is None for place, _ in _calls_by(drill, scenario, now))

    def _play(
        self, drill: Drill, scenario: Scenario, found: tuple[Finding, ...], decider: Decider, now: datetime
    ) -> DrillTurn:
        """Decide about what was found, make the calls and put the questions that are due."""
        with self._going(drill) as unit:
            if unit is None:
                return _NOTHING
            if drill.mode is DrillMode.TABLE_TOP:
                return DrillTurn(messages=_ask(unit, drill, decider.settings, now))
            changed, sent = list[str](), False
            if found:
                outcome = _of_drill(decider).decide(unit, found, now)
                changed, sent = [*outcome.changed], bool(outcome.messages)
            for place, call in _calls_by(drill, scenario, now):
                key = called_id(drill, place)
                if unit.incidents.find(key) is None:
                    with_call = open_called(
                        call, drill, place, decider.playbooks, decider.settings, decider.regulations, now
                    )
                    unit.incidents.save(with_call)
                    changed.append(key)
                    sent = bool(decider.page(unit, key, now).messages) or sent
            return DrillTurn(tuple(changed), sent)

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

    def _end(self, drill: Drill, end: DrillEnd, decider: Decider, now: datetime) -> DrillTurn:
        with self._going(drill) as unit:
            if unit is None:
                return _NOTHING
            end_drill(
                unit,
                drill,
                end,
                settings=decider.settings,
                playbooks=decider.playbooks,
                regulations=decider.regulations,
                now=now,
            )
        log.warning("drill_ended", drill=drill.number, status=end.status.value)
        return DrillTurn(messages=True)

    def _give_up(self, decider: Decider, now: datetime) -> None:
        """End the drill that goes on because of a fault; where even that fails, its row alone."""
        why = messages(decider.settings.language).text("drill-given-up")
        end = DrillEnd(status=DrillStatus.STOPPED, why=why)
        self.close()
        self._failed = 0
        with suppress(StoreError):
            with self._store.read() as unit:
                drill = unit.drills.going()
            if drill is None:
                return
            try:
                self._end(drill, end, decider, now)
            except Exception as error:  # noqa: BLE001 - its incidents are closed by a person then
                self._faults.report("drill_not_ended", error)
                with self._store.begin() as unit:
                    unit.drills.save(
                        replace(drill, status=end.status, ended_at=now, ended_by=end.by, ended_why=end.why)
                    )


def _calls_by(drill: Drill, scenario: Scenario, now: datetime) -> Iterator[tuple[int, DrillCall]]:
    """Yield the calls that have come by now, with the places of their steps."""
    for place, step in enumerate(scenario.steps):
        if step.report is not None and drill.started_at is not None and drill.started_at + step.after <= now:
            yield place, step.report


def _ask(unit: UnitOfWork, drill: Drill, settings: Settings, now: datetime) -> bool:
    """Put the questions that are due; tell whether anybody is asked."""
    due = [each for each in unit.drills.injects(drill.number) if each.sent_at is None and each.due_at <= now]
    questions = [each for inject in due for each in drill_questions(drill, inject, settings, now)]
    unit.outbox.add(questions)
    unit.drills.save_injects(replace(each, sent_at=now) for each in due)
    return bool(questions)


def _of_drill(decider: Decider) -> Decider:
    """Return what decides about a drill: no silence of the real world hides it, and it is no storm."""
    group = decider.settings.group.model_copy(update={"storm_count": _NO_STORM})
    settings = decider.settings.model_copy(update={"group": group})
    return replace(decider, settings=settings, orders=(), mute_orders=None, exception_mutes=None)


def _last_of(scenario: Scenario) -> timedelta:
    """Return how long after its beginning a scenario writes its last line, or makes its last call."""
    return max(each.after + (each.lines.took if each.lines is not None else timedelta(0)) for each in scenario.steps)
