"""The clients of a company: their ids, how they grow in number, and which are watched.

Comes in: a shape and a seed. Goes out: ids. New clients get the next ids as the days go, as everywhere.
"""

from dataclasses import dataclass, field

from detector.simulate.companies.shape import CompanyShape
from detector.simulate.log_lines import DAY
from detector.simulate.world import Dice, dice

_OPEN, _SHUT = 6.0, 22.0


@dataclass(slots=True)
class Clientele:
    """The clients of one run.

    Attributes:
        scale: How much smaller or larger than usual the company is.
        watched: Clients whose records are likely to be snooped on, with the reason.
    """

    shape: CompanyShape
    seed: int
    origin: float
    scale: float = 1.0
    watched: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        luck = dice("watched", self.seed)
        for number in sorted(luck.sample(range(self.shape.clients), 60)):
            self.watched[self.id(number)] = luck.choice(("staff", "staff", "vip", "vip", "litigant"))

    def id(self, number: int) -> int:
        """Return the id of the client of a number; the gaps between ids are uneven."""
        stride = self.shape.stride
        shift = number * 2_654_435_761 % 4_294_967_296 // 65_536 % stride if stride > 1 else 0
        return self.shape.first_id + number * stride + shift

    def number(self, client: int) -> int:
        """Return the number of a client's id."""
        return (client - self.shape.first_id) // self.shape.stride

    def count(self, when: float) -> int:
        """Return how many clients there are at a moment."""
        day, second = divmod(when - self.origin, DAY)
        share = min(max((second / 3600 - _OPEN) / (_SHUT - _OPEN), 0.0), 1.0)
        return self.shape.clients + int((max(day, 0) + share) * max(1.0, self.shape.newcomers * self.scale))

    def any(self, luck: Dice, when: float) -> int:
        """Return some client."""
        return self.id(int(luck.random() * self.count(when)))

    def newcomer(self, luck: Dice, when: float) -> int:
        """Return a client who has just come to the company."""
        return self.id(self.count(when) - luck.randint(0, 3))

    def neighbours(self, luck: Dice, when: float, count: int, step: int = 1) -> list[int]:
        """Return clients next to each other, as lists by number have them."""
        most = self.count(when)
        begin = luck.randrange(max(1, most - count * step))
        return [self.id(number) for number in range(begin, min(most, begin + count * step), step)]

    def several(self, luck: Dice, when: float, count: int) -> list[int]:
        """Return distinct chance clients."""
        most = self.count(when)
        return [self.id(number) for number in luck.sample(range(most), min(count, most))]

    def watched_csv(self) -> str:
        """Return the file of watched clients."""
        return "\n".join(["client_id,reason", *(f"{client},{why}" for client, why in self.watched.items())]) + "\n"
