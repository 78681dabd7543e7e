"""What everybody who acts in the simulation shares: the world, the calendar, the seed and the tape.

Comes in: staff, seed, the first day. Goes out: answers like "whose client is this" and "how busy is it today". Nothing
here writes a line.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from detector.simulate import world as places
from detector.simulate.log_lines import DAY, moment
from detector.simulate.visit import Tape
from detector.simulate.world import CANARIES, CLIENT_FIRST, CLIENTS, Dice, StaffMember, World, dice


@dataclass(slots=True)
class Stage:
    """The company in motion.

    Attributes:
        origin: Midnight UTC of day 0, seconds since 1970.
        launches: Days on which a new product brings everybody more work.
    """

    world: World
    seed: int
    origin: float
    tape: Tape = field(default_factory=Tape)
    launches: frozenset[int] = frozenset()
    _keepers: dict[str, int] = field(default_factory=dict)
    _own: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._keepers = {person.account: index for index, person in enumerate(self.world.keepers)}

    def midnight(self, day: int) -> float:
        """Return when a day begins, seconds since 1970."""
        return self.origin + day * DAY

    def date(self, day: int) -> date:
        """Return the date of a day."""
        return moment(self.origin).date() + timedelta(days=day)

    def own(self, person: StaffMember) -> list[int]:
        """Return the person's own clients, in the order in which they come up most (it differs between people)."""
        if person.account not in self._own:
            index = self._keepers.get(person.account)
            found = [] if index is None else places.portfolio(index, len(self._keepers))
            turn = dice("portfolio", person.account).randrange(len(found)) if found else 0
            self._own[person.account] = found[turn:] + found[:turn]
        return self._own[person.account]

    def any_client(self, luck: Dice) -> int:
        """Return some client; never a planted one."""
        while True:
            client = CLIENT_FIRST + int(luck.random() * CLIENTS)
            if client not in CANARIES:
                return client

    def strangers(self, luck: Dice, person: StaffMember, count: int) -> list[int]:
        """Return distinct clients that are not the person's own."""
        own = set(self.own(person))
        found: dict[int, None] = {}
        while len(found) < count:
            client = self.any_client(luck)
            if client not in own:
                found[client] = None
        return list(found)

    def bustle(self, day: int, role: str) -> float:
        """Return how busy a role is on a day; 1 is usual."""
        today = self.date(day)
        factor = (1.12, 1.0, 1.0, 0.98, 0.9, 0.8, 0.7)[today.weekday()]
        factor *= dice("bustle", self.seed, day).lognormvariate(0, 0.08)
        if day in self.launches and role in ("operator", "senior_operator"):
            factor *= 1.9
        return factor
