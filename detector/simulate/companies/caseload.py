"""Whose clients are whose: open cases, wards and portfolios, as they fill and empty day by day.

Comes in: the staff, the clientele, one morning after the other, and who served whom. Goes out: the clients that are
somebody's own on a day. A case ends after days or weeks, a patient goes home, a portfolio is exchanged slowly.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from detector.simulate.companies.clientele import Clientele
from detector.simulate.companies.shape import CompanyShape, WorldTerms
from detector.simulate.companies.staffing import Employee
from detector.simulate.log_lines import DAY
from detector.simulate.world import Dice, dice

_FOR_GOOD = 100_000
_BLOCK = 20
_PARTNER_DAYS = 5


@dataclass(slots=True)
class Caseload:
    """The clients of everybody on the present day; each with the last day on which they are one's own."""

    seed: int
    origin: float
    terms: WorldTerms
    clientele: Clientele
    books: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    teams: dict[str, list[Employee]] = field(default_factory=lambda: defaultdict(list))
    _lists: dict[str, list[int]] = field(default_factory=dict)

    def open(self, shape: CompanyShape, people: tuple[Employee, ...]) -> None:
        """Give everybody the clients they have before the first day."""
        for person in people:
            self.teams[person.team].append(person)
            luck = dice("book", self.seed, person.account)
            if person.job.holds == "portfolio":
                self.books[person.account] = dict.fromkeys(self._portfolio(luck, person.job.size), _FOR_GOOD)
            elif person.job.holds == "cases":
                self.books[person.account] = {
                    client: int(luck.random() * person.job.stays * 2.2)
                    for client in self.clientele.several(luck, self.origin, person.job.size)
                }
        for service in shape.services:
            if service.kind == "partner":
                luck = dice("book", self.seed, service.account)
                size = service.size * _PARTNER_DAYS
                self.books[service.account] = dict.fromkeys(self._portfolio(luck, size), _FOR_GOOD)

    def _portfolio(self, luck: Dice, size: int) -> list[int]:
        if luck.chance(self.terms.scattered):
            return self.clientele.several(luck, self.origin, size)
        found: dict[int, None] = {}
        while len(found) < size:
            block = min(_BLOCK, size - len(found))
            found.update(dict.fromkeys(self.clientele.neighbours(luck, self.origin, block)))
        return list(found)

    def key(self, person: Employee) -> str:
        """Return under which name the person's clients are kept: their own, or the ward's."""
        return person.team if person.job.holds == "ward" else person.account

    def morning(self, day: int, people: tuple[Employee, ...]) -> None:
        """Begin a day: cases end, patients go home and others come, portfolios change."""
        self._lists.clear()
        wards: dict[str, Employee] = {}
        for person in people:
            if person.job.holds == "ward":
                wards.setdefault(person.team, person)
            elif person.job.holds:
                book = self.books[person.account]
                self.books[person.account] = {client: last for client, last in book.items() if last >= day}
                if person.job.holds == "portfolio":
                    self._exchange(person, day)
        for team, person in wards.items():
            self._admit(team, person, day)

    def _exchange(self, person: Employee, day: int) -> None:
        book = self.books[person.account]
        luck = dice("turnover", self.seed, person.account, day)
        for client in list(book):
            if luck.chance(self.terms.turnover):
                del book[client]
                book[self.clientele.any(luck, self.origin + day * DAY)] = _FOR_GOOD

    def _admit(self, team: str, person: Employee, day: int) -> None:
        luck = dice("ward", self.seed, team, day)
        ward = {client: last for client, last in self.books[team].items() if last >= day}
        beds = person.job.size * (0.85 + 0.1 * luck.gauss(0, 1))
        while len(ward) < beds:
            stay = luck.gap(person.job.stays, 0.7) * (luck.random() if not self.books[team] else 1.0)
            when = self.origin + day * DAY + luck.uniform(6, 22) * 3600
            known = self.clientele.any(luck, when)
            client = self.clientele.newcomer(luck, when) if luck.chance(person.job.fresh) else known
            ward[client] = day + int(stay)
        self.books[team] = ward

    def own(self, person: Employee) -> list[int]:
        """Return the person's own clients as they stood in the morning, those one has had longest first."""
        return self.of(self.key(person))

    def of(self, key: str) -> list[int]:
        """Return the clients kept under a name."""
        if key not in self._lists:
            self._lists[key] = list(self.books.get(key, ()))
        return self._lists[key]

    def colleague(self, luck: Dice, person: Employee) -> Employee:
        """Return somebody of the person's team who has clients; themselves where nobody else has."""
        mates = [each for each in self.teams[person.team] if each is not person and self.own(each)]
        return luck.choice(mates) if mates else person

    def serve(self, key: str, client: int, last: int) -> None:
        """Let a client become one's own up to a day."""
        book = self.books[key]
        book[client] = max(last, book.get(client, 0))
