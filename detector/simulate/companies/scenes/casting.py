"""Who leaks, what, when and how strongly; and which honest oddities happen: the cast of a run, shuffled by the seed.

Comes in: the business and how many leaks. Goes out: scenes, leaks first. Every kind comes once before any comes twice,
the strengths are even, and half of the leaks that may are from the actor's own clients. Who leaks is in one scene only,
but in the hard world, where one leaks twice and some do an honest errand on the day of their leak.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from detector.simulate import world as places
from detector.simulate.companies.business import Business
from detector.simulate.companies.scenes.leak_kinds import LEAK_KINDS
from detector.simulate.companies.scenes.oddity_kinds import ODDITY_KINDS
from detector.simulate.companies.scenes.staging import STRENGTHS, Actor, SceneKind, StagedScene, Strength
from detector.simulate.companies.shape import ServiceAccount
from detector.simulate.companies.staffing import Employee
from detector.simulate.world import Dice, dice

_TWICE = ("bulk_reader", "document_harvest", "search_pages", "sequential_ids", "chains_between_work")
_ERRAND = "busy_errand"
_ERRANDS = 3
_TRIES = 3
_LAST = 3600.0
_TRAINED = 8  # A run of so many days has a first quarter in which a detector may learn.


@dataclass(slots=True)
class _Casting:
    """Finds people and programs who are free, and days they work.

    Attributes:
        days: On which scenes may begin.
        leaking: Who leaks: they are in no other scene.
        busy: Who is in another scene; when all are, they are free again.
    """

    business: Business
    luck: Dice
    days: range
    leaking: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)

    def people(self, actor: Actor, days: Sequence[int], leaving: bool = False) -> tuple[list[Employee], int] | None:
        """Return who does it and the first day; None when nobody is free."""
        free = [each for each in self.business.people if each.account not in self.leaking and _fits(each, actor)]
        self.luck.shuffle(free)
        free.sort(key=lambda person: (person.account in self.busy, person.left if leaving else 0))
        for person in free:
            order = [day for day in days if not (leaving and person.left < inf and day < person.left - 6)]
            self.luck.shuffle(order)
            for day in order:
                found = self._cast(person, free, actor, day)
                if found:
                    self.busy.update(each.account for each in found)
                    return found, day
        return None

    def _cast(self, person: Employee, free: Sequence[Employee], actor: Actor, day: int) -> list[Employee]:
        if actor != "dormant" and _shift(self.business, person, day) is None:
            return []
        if actor != "pair":
            return [person]
        mates = [each for each in free if each.team == person.team and each is not person]
        return next(([person, mate] for mate in mates if _shift(self.business, mate, day)), [])

    def service(self, actor: Actor) -> ServiceAccount | None:
        """Return a program that is free."""
        fitting = [
            service
            for service in self.business.shape.services
            if service.account not in self.leaking and (service.kind == "partner" or actor == "service")
        ]
        if not fitting:
            return None
        chosen = self.luck.choice([each for each in fitting if each.account not in self.busy] or fitting)
        self.busy.add(chosen.account)
        return chosen


def _shift(business: Business, person: Employee, day: int) -> tuple[float, float] | None:
    """Return when the person works on a day, as far as the run goes; None when that is hardly anything."""
    shift, end = business.shift(person, day), business.midnight(business.days) - _LAST
    return None if shift is None or shift[0] > end - _LAST else (shift[0], min(shift[1], end))


def _fits(person: Employee, actor: Actor) -> bool:
    if actor == "dormant" or person.dormant:
        return actor == "dormant" and person.dormant
    if actor == "admin":
        return person.job.type == "admin"
    return person.job.type == "human" and (actor == "person" or bool(person.job.holds))


def plan_scenes(business: Business, leaks: int) -> list[StagedScene]:
    """Return the scenes of a run: the leaks, then twice as many honest oddities."""
    cast = _Casting(business, dice("cast", business.shape.name, business.seed), range(business.days))
    found = _leaks(cast, leaks)
    cast.leaking, cast.busy, cast.days = cast.leaking | cast.busy, set(), range(business.days)
    kinds = _visible(business, {name: kind for name, kind in ODDITY_KINDS.items() if name != _ERRAND})
    odd = _errands(business, found) if business.terms.tangled else []
    for kind in _rounds(kinds, 2 * len(found) * _TRIES, cast.luck):
        if len(odd) < 2 * len(found):
            scene = _stage(cast, f"oddity-{len(odd) + 1:02}", kind, kinds[kind])
            odd += [scene] if scene is not None else []
    return found + odd


def _leaks(cast: _Casting, count: int) -> list[StagedScene]:
    business, days = cast.business, cast.business.days
    tangled = business.terms.tangled and count > 3
    kinds = _visible(business, LEAK_KINDS)
    chosen = _rounds(kinds, count * _TRIES, cast.luck)
    found: list[StagedScene] = []
    for number, kind in enumerate(chosen):
        if len(found) == count - tangled:
            break
        place = list(LEAK_KINDS).index(kind) + chosen[:number].count(kind) + business.seed
        own = (sum(kinds[each].own for each in chosen[:number]) + business.seed) % 2 == 0
        early = tangled and not found and days >= _TRAINED
        cast.days = range(1, days // 4) if early else range(days // 4, days)
        scene = _stage(cast, f"leak-{len(found) + 1:02}", kind, kinds[kind], STRENGTHS[place % len(STRENGTHS)], own)
        if scene is not None:
            found.append(scene)
            cast.leaking |= cast.busy
    return found + (_again(cast, found) if tangled else [])


def _visible(business: Business, kinds: Mapping[str, SceneKind]) -> dict[str, SceneKind]:
    """Return the kinds that leave lines in the logs that are written."""
    blind = "audit" not in business.logs and business.shape.audit == "postgresql.csv"
    return {name: kind for name, kind in kinds.items() if not (blind and kind.direct)}


def _rounds(kinds: Iterable[str], count: int, luck: Dice) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        fresh = list(kinds)
        luck.shuffle(fresh)
        found += fresh
    return found[:count]


def _stage(
    cast: _Casting, name: str, kind: str, what: SceneKind, strength: Strength | None = None, own: bool = False
) -> StagedScene | None:
    luck, business = cast.luck, cast.business
    length = luck.randint(*what.days)
    address = places.outside(luck) if what.outside else ""
    first_days = range(cast.days.start, max(cast.days.start + 1, cast.days.stop - length + 1))
    people: list[Employee] = []
    service = None
    if what.actor in ("service", "partner"):
        service = cast.service(what.actor)
        if service is None:
            return None
    if what.actor in ("service", "partner", "nobody"):
        first = luck.choice(first_days)
    else:
        chosen = cast.people(what.actor, first_days, leaving=kind == "own_book_leaver")
        if chosen is None:
            return None
        people, first = chosen
    activities = _activities(business, luck, what, people, first, length)
    return StagedScene(
        id=name, kind=kind, leak=strength is not None, strength=strength or "", people=tuple(people), service=service,
        days=tuple(day for day, _ in activities), begins=tuple(begin for _, begin in activities), address=address,
        own=what.own and (own or kind == "own_book_leaver"),
    )  # fmt: skip


def _activities(
    business: Business, luck: Dice, what: SceneKind, people: Sequence[Employee], first: int, length: int
) -> list[tuple[int, float]]:
    """Return the days and moments of the activities: from the first day on, when everybody is at work."""
    found: list[tuple[int, float]] = []
    for day in range(first, business.days):
        shifts = [_shift(business, person, day) for person in people]
        if len(found) < length and (all(shifts) or what.actor == "dormant"):
            found.append((day, _moment(business, luck, what, day, shifts[-1] if shifts else None)))
    return found


def _moment(business: Business, luck: Dice, what: SceneKind, day: int, shift: tuple[float, float] | None) -> float:
    midnight = business.midnight(day)
    if what.when == "night":
        return midnight + (luck.uniform(0.2, 4.5) if luck.chance(0.6) else luck.uniform(21, 23.2)) * 3600
    if what.when == "evening":
        return midnight + luck.uniform(18.5, 22.5) * 3600
    if what.when == "any" or shift is None:
        return midnight + luck.uniform(0.2, 22) * 3600
    return shift[0] + luck.uniform(0.05, 0.75) * (shift[1] - shift[0])


def _insiders(leaks: Sequence[StagedScene]) -> list[StagedScene]:
    """Return the leaks by people at work who have clients of their own."""
    return [scene for scene in leaks if scene.people and not scene.person.dormant and scene.person.job.holds]


def _again(cast: _Casting, leaks: Sequence[StagedScene]) -> list[StagedScene]:
    """Let one who has leaked leak once more, in another way, some days later."""
    business, luck = cast.business, cast.luck
    for scene in _insiders(leaks):
        days = [day for day in range(scene.days[-1] + 2, business.days) if _shift(business, scene.person, day)]
        if days:
            kind, day = luck.choice([name for name in _TWICE if name != scene.kind]), luck.choice(days)
            begin = _moment(business, luck, LEAK_KINDS[kind], day, _shift(business, scene.person, day))
            again = StagedScene(
                id=f"leak-{len(leaks) + 1:02}", kind=kind, leak=True, strength=luck.choice(STRENGTHS), days=(day,),
                begins=(begin,), people=(scene.person,), own=LEAK_KINDS[kind].own and luck.chance(0.5),
            )  # fmt: skip
            return [again]
    return []


def _errands(business: Business, leaks: Sequence[StagedScene]) -> list[StagedScene]:
    """Let some who leak do an honest errand on the same day, at another hour."""
    luck = dice("errands", business.seed)
    found: list[StagedScene] = []
    for scene in _insiders(leaks):
        shift = _shift(business, scene.person, scene.days[0])
        if shift is None or len(found) == _ERRANDS or luck.chance(0.2):
            continue
        moments = [shift[0] + share * (shift[1] - shift[0]) for share in (0.1, 0.3, 0.5, 0.7, 0.9)]
        apart = [moment for moment in moments if abs(moment - scene.begins[0]) > 1800]
        if not apart:  # a shift too short for both
            continue
        begin = luck.choice(apart)
        found.append(
            StagedScene(
                id=f"errand-{len(found) + 1:02}", kind=_ERRAND, leak=False, days=scene.days[:1], begins=(begin,),
                people=(scene.person,),
            )
        )  # fmt: skip
    return found
