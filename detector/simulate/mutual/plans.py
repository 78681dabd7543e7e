"""Who leaks, what, when and how quietly; and which honest oddities happen: the cast of a run, shuffled by the seed.

Comes in: the stage and how many days it plays. Goes out: plans. A person is in one scene at most, so that the truth
about an actor is one thing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from detector.simulate import world as places
from detector.simulate.log_lines import DAY
from detector.simulate.mutual import leaks, oddities
from detector.simulate.mutual.leaks import ScenePlan
from detector.simulate.mutual.work import shift
from detector.simulate.stage import Stage
from detector.simulate.world import Dice, Program, StaffMember, dice


@dataclass(slots=True)
class _Casting:
    """Finds people who are free and at work."""

    stage: Stage
    days: range
    luck: Dice
    taken: set[str] = field(default_factory=set)

    def person(
        self, roles: tuple[str, ...], days: Iterable[int]
    ) -> tuple[StaffMember, int, tuple[float, float]] | None:
        """Return somebody of these roles, a day they work, and their hours; None when nobody is free."""
        people = [person for person in self.stage.world.by_role(*roles) if person.account not in self.taken]
        self.luck.shuffle(people)
        choice = list(days)
        self.luck.shuffle(choice)
        for person in people:
            for day in choice:
                hours = shift(self.stage, person, day)
                if hours is not None:
                    self.taken.add(person.account)
                    return person, day, hours
        return None

    def program(self) -> Program:
        """Return a program whose token gets used elsewhere."""
        free = [program for program in self.stage.world.programs if program.account not in self.taken]
        found = self.luck.choice(free or list(self.stage.world.programs))
        self.taken.add(found.account)
        return found


def leak_days(days: int) -> range:
    """Return the days on which leaks may begin: behind a first quarter of quiet history, if the run has one."""
    return range(days // 4, days)


def plan_leaks(stage: Stage, days: int, count: int) -> list[ScenePlan]:
    """Return ``count`` leaks: every kind once before any comes twice."""
    luck = dice("plan", stage.seed)
    cast = _Casting(stage, leak_days(days), luck)
    kinds: list[str] = []
    while len(kinds) < count:
        fresh = list(leaks.LEAKS)
        luck.shuffle(fresh)
        kinds += fresh
    found = [_leak(cast, kind, f"leak-{number:02}", days) for number, kind in enumerate(kinds[:count], 1)]
    return [plan for plan in found if plan is not None]


def _leak(cast: _Casting, kind: str, name: str, days: int) -> ScenePlan | None:
    luck, stage = cast.luck, cast.stage
    quiet = kind in leaks.ALWAYS_QUIET or luck.chance(0.4)
    outside = places.outside(luck) if kind in leaks.FROM_OUTSIDE else ""
    roles = leaks.LEAKS[kind][1]
    if not roles:
        day = luck.choice(cast.days)
        program = cast.program() if kind == "service_token" else None
        begin = stage.midnight(day) + luck.uniform(0, 22) * 3600
        return ScenePlan(
            id=name, kind=kind, begin=begin, day=day, last_day=days - 1, quiet=quiet, program=program, address=outside
        )
    span = cast.days if kind != "slow_drip" else cast.days[: max(1, len(cast.days) // 2)]
    chosen = cast.person(roles, span)
    if chosen is None:
        return None
    person, day, hours = chosen
    return ScenePlan(
        id=name, kind=kind, begin=_hour(stage, luck, kind, day, hours, quiet), day=day, last_day=days - 1, quiet=quiet,
        person=person, address=outside,
    )  # fmt: skip


def _hour(stage: Stage, luck: Dice, kind: str, day: int, hours: tuple[float, float], quiet: bool) -> float:
    if kind in leaks.BY_NIGHT:
        return stage.midnight(day) + (luck.uniform(0.2, 4.5) if luck.chance(0.6) else luck.uniform(21, 23.4)) * 3600
    if kind == "brute_force":
        return stage.midnight(day) + luck.uniform(0, 20) * 3600
    share = luck.uniform(0.05, 0.7) if quiet or luck.chance(0.75) else luck.uniform(0.9, 1.05)
    return min(hours[0] + share * (hours[1] - hours[0]), stage.midnight(day) + DAY - 1800)


def plan_oddities(stage: Stage, days: int, leaking: Iterable[ScenePlan]) -> list[ScenePlan]:
    """Return the honest oddities of a run: each kind about once in ten days, at least once."""
    luck = dice("oddities", stage.seed)
    cast = _Casting(stage, range(days), luck)
    cast.taken = {plan.actor.removeprefix("user:") for plan in leaking}
    kinds = list(oddities.ODDITIES) * max(1, round(days / 10))
    found = [_oddity(cast, kind, f"oddity-{number:02}", days) for number, kind in enumerate(kinds, 1)]
    return [plan for plan in found if plan is not None]


def _oddity(cast: _Casting, kind: str, name: str, days: int) -> ScenePlan | None:
    luck, stage = cast.luck, cast.stage
    outside = places.outside(luck) if kind in oddities.FROM_OUTSIDE else ""
    roles = oddities.ODDITIES[kind][1]
    if not roles:
        day = luck.choice(cast.days)
        migrates = kind == "night_migration"
        hour = luck.uniform(0, 5) if migrates else luck.uniform(9, 19)
        return ScenePlan(
            id=name, kind=kind, begin=stage.midnight(day) + hour * 3600, day=day, last_day=days - 1,
            program=cast.program() if migrates else None,
            address=f"192.0.2.{luck.randint(200, 240)}" if migrates else outside,
        )  # fmt: skip
    chosen = cast.person(roles, cast.days)
    if chosen is None:
        return None
    person, day, hours = chosen
    begin = hours[0] + luck.uniform(0.1, 0.6) * (hours[1] - hours[0])
    if kind in oddities.IN_THE_EVENING:
        begin = stage.midnight(day) + luck.uniform(18.5, 22.5) * 3600
    return ScenePlan(id=name, kind=kind, begin=begin, day=day, last_day=days - 1, person=person, address=outside)


def plan_launches(seed: int, days: int) -> frozenset[int]:
    """Return the launch days: about one in a fortnight, at least one in a week or more."""
    luck = dice("launch", seed)
    count = max(1, round(days / 14)) if days >= 5 else 0
    return frozenset(luck.sample(range(days), count)) if count else frozenset()
