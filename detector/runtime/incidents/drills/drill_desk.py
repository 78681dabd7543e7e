"""What people do about drills: ask for one, stop it, write down answers, look at it and at its report.

Comes in: who acts, and what they say. Goes out: the drill as it is then. Each act asks the door and is one transaction;
the running service takes it up within a second.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from detector.auth import Suspected
from detector.clock import Clock
from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident import Playbook, Regulation, clean
from detector.incident.drills import Scenario, measure_drill
from detector.messages import messages
from detector.runtime.incidents.drills.configured_scenarios import scenarios
from detector.runtime.incidents.drills.drill_end import (
    DrillEnd,
    cases_of,
    comes_first,
    end_drill,
    without_what_is_real,
)
from detector.runtime.silences.mute_desk import GeneralDoor
from detector.schema.team.drills import Drill, DrillInject, DrillMode, DrillStatus
from detector.schema.team.grants import Identity, PersonAct
from detector.settings import Settings
from detector.store import Store, UnitOfWork
from detector.web.ports.drill_ports import DrillReport

_LONGEST = 2_000
_LISTED = 100


class DrillDoor(GeneralDoor, Protocol):
    """The door, which knows whom open incidents are about."""

    def suspected(self, unit: UnitOfWork) -> Suspected:
        """Return whom open incidents are about."""
        ...


class DrillDesk:
    """The looks and acts of one person on drills.

    Args:
        store: The database.
        door: That every look and act goes through.
        clock: The time.
        settings: The team, and folders with scenarios.
        playbooks: By name. regulations: laws that bind us, by id.
        who: Who it is.
        on_change: Called after each act.
    """

    def __init__(
        self,
        store: Store,
        door: DrillDoor,
        clock: Clock,
        *,
        settings: Settings,
        playbooks: Mapping[str, Playbook],
        regulations: Mapping[str, Regulation],
        who: Identity,
        on_change: Callable[[], None],
    ) -> None:
        self._store, self._door, self._clock, self._settings = store, door, clock, settings
        self._playbooks, self._regulations = playbooks, regulations
        self._who, self._on_change = who, on_change

    def scenarios(self) -> Mapping[str, Scenario]:
        """Return the shipped scenarios and the operator's, by name.

        Raises:
            ConfigError: With every mistake in every file.
        """
        return scenarios(self._settings)

    def drills(self) -> list[Drill]:
        """Return the newest drills, the one that goes on with what is measured of it so far."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            return [self._told(unit, self._measured(unit, each)) for each in unit.drills.newest(_LISTED)]

    def injects(self, drill: Drill) -> list[DrillInject]:
        """Return what is asked in a drill."""
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            return unit.drills.injects(drill.number)

    def report(self, number: int | None = None) -> DrillReport:
        """Return what a drill shows; without a number the newest.

        Raises:
            NotFoundError: There is none.
        """
        with self._store.read() as unit:
            self._door.general(unit, self._who, PersonAct.OVERVIEW)
            drill = self._found(unit, number)
            earlier = [each for each in unit.drills.finished() if each.number < drill.number]
            known = self._told(unit, self._measured(unit, drill))
            live = [each for each in (*earlier, known) if each.mode is DrillMode.LIVE]
            return DrillReport(
                drill=known, cases=cases_of(unit, drill), injects=unit.drills.injects(drill.number), series=live
            )

    def ask(self, name: str, *, table_top: bool = False) -> Drill:
        """Ask for a drill; the running service takes it up.

        Raises:
            NotFoundError: No scenario is called so.
            ConflictError: One is going on, or something real is open that nobody has.
            InputError: The scenario asks nothing at the table.
            DeniedError: They may not.
        """
        found = self.scenarios()
        if name not in found:
            fix = f"one of: {', '.join(sorted(found))}"
            raise NotFoundError(Problem(what=f"there is no scenario {clean(name)!r}", fix=fix))
        scenario = found[name]
        if table_top and not scenario.injects:
            raise InputError(Problem(what=f"{name} asks nothing at the table", fix="give it `injects`"))
        with self._store.begin() as unit:
            grant = self._door.general(unit, self._who, PersonAct.DRILL)
            _must_be_quiet(unit, self._settings)
            drill = Drill(
                number=unit.drills.next_number(),
                scenario=name,
                title=scenario.title.en,
                title_ru=scenario.title.ru,
                mode=DrillMode.TABLE_TOP if table_top else DrillMode.LIVE,
                plan=scenario.model_dump_json(by_alias=True),
                asked_by=grant.person,
                asked_at=self._clock.now(),
            )
            unit.drills.save(drill)
        self._on_change()
        return drill

    def stop(self, reason: str) -> Drill:
        """Stop the drill that goes on.

        Raises:
            NotFoundError: None does.
            InputError: No reason was given.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            grant = self._door.general(unit, self._who, PersonAct.DRILL)
            drill = unit.drills.going()
            if drill is None:
                raise NotFoundError(
                    Problem(what="no drill is going on", fix="`nabat drill status` shows the last ones")
                )
            end = DrillEnd(status=DrillStatus.STOPPED, by=grant.person, why=_said(reason, "the reason"))
            ended = end_drill(
                unit,
                drill,
                end,
                settings=self._settings,
                playbooks=self._playbooks,
                regulations=self._regulations,
                now=self._clock.now(),
            )
        self._on_change()
        return ended

    def answer(self, inject: int, text: str, number: int | None = None) -> DrillInject:
        """Write down what was answered to a question of a drill; the newest one's, unless told which.

        Raises:
            NotFoundError: There is no such question.
            ConflictError: It was not put yet, or it has an answer and the drill is over.
            InputError: Nothing was said.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            grant = self._door.general(unit, self._who, PersonAct.DRILL)
            drill = self._found(unit, number)
            injects = {each.number: each for each in unit.drills.injects(drill.number)}
            if inject not in injects:
                numbers = ", ".join(map(str, injects)) or "none: it is played through the service"
                what = f"drill {drill.number} has no question {inject}"
                raise NotFoundError(Problem(what=what, fix=f"its questions are {numbers}"))
            if injects[inject].sent_at is None:
                raise ConflictError(Problem(what=f"question {inject} was not put yet", fix="wait for it"))
            if injects[inject].answered_at is not None and not drill.going:
                what = f"question {inject} was answered, and drill {drill.number} is over"
                raise ConflictError(Problem(what=what, fix="what it showed stays; write more into its report"))
            done = replace(
                injects[inject],
                answer=_said(text, "the answer"),
                answered_by=grant.person,
                answered_at=self._clock.now(),
            )
            unit.drills.save_injects([done])
        self._on_change()
        return done

    def _found(self, unit: UnitOfWork, number: int | None) -> Drill:
        found = unit.drills.find(number) if number is not None else next(iter(unit.drills.newest(1)), None)
        if found is None:
            what = f"there is no drill {number}" if number is not None else "there was no drill yet"
            raise NotFoundError(Problem(what=what, fix="`nabat drill status` shows them; `nabat drill run` begins one"))
        return found

    def _told(self, unit: UnitOfWork, drill: Drill) -> Drill:
        """Return a drill as the person may see it."""
        if not self._door.suspected(unit).has(self._who):
            return drill
        return without_what_is_real(drill, messages(self._settings.language))

    def _measured(self, unit: UnitOfWork, drill: Drill) -> Drill:
        return measure_drill(drill, cases_of(unit, drill), self._clock.now()) if drill.going else drill


def _must_be_quiet(unit: UnitOfWork, settings: Settings) -> None:
    """Refuse a drill beside another one, and beside something real that people are being called about.

    Raises:
        ConflictError: There is such a one.
    """
    going = unit.drills.going()
    if going is not None:
        fix = "wait until it is over, or end it: nabat drill stop"
        raise ConflictError(Problem(what=f"drill {going.number} ({going.scenario}) is going on", fix=fix))
    for each in unit.incidents.open_incidents():
        if each.acknowledged_at is None and comes_first(each, settings):
            what = f"incident {each.number} is real, and nobody has it: a drill would be in its way"
            raise ConflictError(Problem(what=what, fix="answer it first: nabat incidents ack"))


def _said(text: str, what: str) -> str:
    """Return what a person wrote, fit to be kept.

    Raises:
        InputError: It is empty, or too long.
    """
    kept = clean(text)
    if not kept:
        raise InputError(Problem(what=f"{what} is missing", fix="give it in words"))
    if len(kept) > _LONGEST:
        raise InputError(Problem(what=f"{what} has more than {_LONGEST} characters", fix="say it in fewer words"))
    return kept
