"""A scene: one leak or one honest oddity, and the means to play it.

Comes in: who, when, how strong. Goes out: activities with the scene's tag, and reading that is spread as people do it:
in one go where it is quick, in bursts with ordinary work between where it is not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Literal

from detector.simulate.companies.activity import Activity
from detector.simulate.companies.business import Business
from detector.simulate.companies.shape import ServiceAccount
from detector.simulate.companies.staffing import Employee
from detector.simulate.world import Dice, dice

Strength = Literal["loud", "medium", "quiet"]
STRENGTHS: tuple[Strength, ...] = ("loud", "medium", "quiet")
OWN_SHARES: Mapping[str, float] = {"loud": 1.0, "medium": 0.5, "quiet": 0.2}
Actor = Literal["person", "keeper", "pair", "admin", "dormant", "service", "partner", "nobody"]
Amount = tuple[int, int, float]  # clients from, to, and median seconds for each


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedScene:
    """One scene.

    Attributes:
        days: The days of its activities; a night shift belongs to the day on which it begins.
        begins: When each of them begins, seconds since 1970.
        address: Where an intruder comes from. own: The clients are taken from the actor's own.
    """

    id: str
    kind: str
    leak: bool
    days: tuple[int, ...]
    begins: tuple[float, ...]
    strength: Strength | Literal[""] = ""
    people: tuple[Employee, ...] = ()
    service: ServiceAccount | None = None
    address: str = ""
    own: bool = False

    @property
    def person(self) -> Employee:
        """Return the first person of a scene that has people."""
        return self.people[0]

    @property
    def actors(self) -> list[str]:
        """Return the ids of the actors as events will have them."""
        if self.people:
            return [f"user:{person.account}" for person in self.people]
        if self.service:
            return [f"user:{self.service.account}"]
        address = ip_address(self.address)
        # Whoever has an IPv6 address has all of its network, and counts as one.
        return [f"ip:{address if address.version == 4 else ip_network((int(address), 64), strict=False)}"]


@dataclass(slots=True)
class Performance:
    """One activity of a scene while it is played.

    Attributes:
        step: Which of the scene's activities. luck: Chance of this activity.
    """

    business: Business
    scene: StagedScene
    step: int
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    luck: Dice = field(init=False)

    def __post_init__(self) -> None:
        self.luck = dice("scene", self.business.seed, self.scene.id, self.step)

    @property
    def when(self) -> float:
        """Return when this activity begins."""
        return self.scene.begins[self.step]

    @property
    def day(self) -> int:
        """Return the day this activity belongs to."""
        return self.scene.days[self.step]

    @property
    def first(self) -> bool:
        """Say whether it is the scene's first activity."""
        return self.step == 0

    @property
    def pace(self) -> float:
        """Return the median seconds for one client."""
        return self.amounts[self.scene.strength][2]

    @property
    def count(self) -> int:
        """Return how many clients belong to this activity."""
        low, high, _ = self.amounts[self.scene.strength]
        total = dice("amount", self.business.seed, self.scene.id).randint(low, high)
        return max(1, round(total / len(self.scene.begins)))

    def insider(self, person: Employee | None = None, when: float = 0.0) -> Activity:
        """Return a person of the scene at work as on every day."""
        person = person or self.scene.person
        return self.business.activity(person, when or self.when, self.luck, self.scene.id, self.day)

    def at_night(self) -> Activity:
        """Return the person signing in from outside the office, as those do who work at night."""
        desk, home = self.insider(), self.business.home(self.scene.person, self.day)
        desk.ip = f"10.99.0.{self.luck.randint(2, 200)}" if self.luck.chance(0.5) else home
        desk.session = f"{self.luck.getrandbits(64):016x}"
        desk.sign_in(failures=1 if self.luck.chance(0.1) else 0)
        desk.pause(30)
        return desk

    def intruder(self, account: str, role: str, agent: str) -> Activity:
        """Return somebody who uses an account, or none, from elsewhere."""
        return self.business.stranger(self.luck, account, role, self.scene.address, agent, self.when, self.scene.id)

    def loot(self, count: int, person: Employee | None = None) -> list[int]:
        """Return clients to read: those of others, or a share of the person's own."""
        person = person or self.scene.person
        if not self.scene.own:
            return self.business.strangers(self.luck, person, self.when, count)
        own = self.own_part(person)
        self.luck.shuffle(own)
        return own

    def own_part(self, person: Employee) -> list[int]:
        """Return this activity's part of the person's own clients, in the order of the list."""
        own, steps = self.business.caseload.own(person), len(self.scene.begins)
        chosen = own[: max(5, round(len(own) * OWN_SHARES[self.scene.strength or "medium"]))]
        return chosen[self.step * len(chosen) // steps : (self.step + 1) * len(chosen) // steps]

    def burst(self, desk: Activity, clients: Sequence[int], act: Callable[[int], None], pace: float) -> None:
        """Act on clients one after the other, and do nothing else meanwhile."""
        begin = desk.now
        for client in clients:
            act(client)
            desk.pause(pace)
        self.business.reserved[desk.account].append((begin, desk.now))

    def spread(self, desk: Activity, clients: Sequence[int], act: Callable[[int], None], rest: float = 700.0) -> None:
        """Act on clients: in one go where that is quick, else in bursts between which ordinary work goes on."""
        if len(clients) * self.pace < 1500:
            self.burst(desk, clients, act, self.pace)
            return
        done = 0
        while done < len(clients):
            size = self.luck.randint(5, 18)
            self.burst(desk, clients[done : done + size], act, self.pace)
            desk.pause(rest, 0.9)
            done += size


Play = Callable[[Performance], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneKind:
    """One kind of scene.

    Attributes:
        amounts: Clients and pace by strength. days: How many days it uses, from and to.
        when: In working hours, in the evening, by night, or whenever.
        own: Half of these take the actor's own clients. outside: It comes from an address out there.
        direct: It shows in the log of a database only.
    """

    play: Play
    actor: Actor
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    days: tuple[int, int] = (1, 1)
    when: Literal["work", "evening", "night", "any"] = "work"
    own: bool = False
    outside: bool = False
    direct: bool = False


def play(business: Business, scene: StagedScene, kinds: Mapping[str, SceneKind], day: int) -> bool:
    """Play what a scene has for a day; say whether there was anything."""
    steps = [step for step, its in enumerate(scene.days) if its == day]
    for step in steps:
        kind = kinds[scene.kind]
        kind.play(Performance(business, scene, step, kind.amounts))
    return bool(steps)
