"""Who works at Example Mutual, from where and with what: people, programs, clients, addresses, agents.

Comes in: the number of staff. Goes out: the world, the same for every seed, so that one shipped roles file fits every
run; what people *do* depends on the seed and is made elsewhere. Addresses come from the documentation ranges only.
"""

import random
from dataclasses import dataclass
from typing import Literal

CLIENT_FIRST = 100_000
CLIENTS = 20_000
BLOCK = 40
CANARIES = (104_729, 112_358, 118_081)

SURNAMES = (
    "ivanova", "smirnov", "kim", "garcia", "orlova", "novak", "haas", "lind", "petrov", "silva", "costa", "meyer",
    "volkova", "berg", "dahl", "egorov", "fischer", "grant", "hughes", "ito", "jansen", "kovacs", "lopez", "moreau",
    "nilsson", "okafor", "popov", "quinn", "rossi", "sokolova", "tanaka", "ulrich", "vasiliev", "weber", "xu", "young",
    "zaitseva", "abbott", "brandt", "chen", "diaz", "evans", "frolova", "gomez", "hansen", "ivers", "jokinen", "keller",
    "larsen", "mironov", "nagy", "olsen", "pavlova", "romano", "sato", "titov", "urban", "vogel", "wagner", "yilmaz",
    "zhukov", "adler", "belova", "cruz", "dumont", "eriksen", "ferrari", "gusev", "horvat", "ilin", "jung", "kozlova",
)  # fmt: skip

# Prefix of account names and share of the staff, by role.
ROLES: dict[str, tuple[str, float]] = {
    "operator": ("op", 0.58),
    "senior_operator": ("sop", 0.12),
    "back_office": ("bo", 0.15),
    "analyst": ("an", 0.05),
    "manager": ("mg", 0.06),
    "compliance": ("co", 0.02),
    "admin": ("adm", 0.02),
}

Shift = tuple[float, float]
SHIFTS: dict[str, Shift] = {"early": (7.0, 15.5), "day": (8.8, 17.6), "late": (12.5, 21.0), "night": (21.5, 30.2)}

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36"
    " Edg/{v}.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{v} "
    "Safari/605.1.15",
)
PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Mobile Safari/537.36",
)
TOOLS = ("curl/8.5.0", "python-requests/2.32.3", "PostmanRuntime/7.43.0", "Wget/1.21.4")
SCANNERS = (
    "Mozilla/5.0 zgrab/0.x",
    "Go-http-client/1.1",
    "python-requests/2.31.0",
    "Mozilla/5.0 (compatible; CensysInspect/1.1)",
    "curl/7.88.1",
    "-",
)


class Dice(random.Random):
    """Chance that is decided by a text: the same text, the same throws, on every machine."""

    def gap(self, median: float, spread: float = 0.8) -> float:
        """Return a log-normal pause in seconds: mostly short, now and then long."""
        return median * self.lognormvariate(0.0, spread)

    def chance(self, probability: float) -> bool:
        """Say yes with this probability."""
        return self.random() < probability


def dice(*parts: object) -> Dice:
    """Return the dice of one matter."""
    return Dice("/".join(map(str, parts)))


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody on the staff.

    Attributes:
        number: Place among the people of the same role.
        desk: Address at the office. shift: When they work. remote: Share of days at home.
        direct: Reaches the systems from home without the VPN.
        browser: Index into the browsers. tools: Sometimes works with scripts.
    """

    account: str
    role: str
    number: int
    desk: str
    shift: str
    remote: float
    direct: bool
    browser: int
    tools: bool


@dataclass(frozen=True, slots=True)
class Program:
    """A service account: which system it calls, from where, with which agent."""

    account: str
    kind: Literal["sync", "dunning", "mailer", "bi", "backend", "partner"]
    address: str
    agent: str


PROGRAMS = (
    Program("svc-crm", "backend", "192.0.2.194", "okhttp/4.12.0"),
    Program("svc-sync", "sync", "192.0.2.195", "python-requests/2.32.3"),
    Program("svc-dunning", "dunning", "192.0.2.196", "Apache-HttpClient/5.3.1 (Java/21.0.4)"),
    Program("svc-mailer", "mailer", "192.0.2.197", "Go-http-client/2.0"),
    Program("svc-bi", "bi", "192.0.2.198", "python-requests/2.31.0"),
    Program("ptn-collect", "partner", "198.51.100.133", "curl/8.5.0"),
)


@dataclass(frozen=True, slots=True)
class World:
    """The company as it stands before anybody does anything."""

    people: tuple[StaffMember, ...]
    programs: tuple[Program, ...] = PROGRAMS

    def by_role(self, *roles: str) -> list[StaffMember]:
        """Return the people who have one of the roles."""
        return [person for person in self.people if person.role in roles]

    @property
    def keepers(self) -> list[StaffMember]:
        """People who have clients of their own."""
        return self.by_role("operator", "senior_operator", "back_office")


def _shift(role: str, number: int) -> str:
    if role not in ("operator", "senior_operator"):
        return "day"
    return ("early", "day", "day", "late", "early", "day", "day", "late", "day", "night")[number % 10]


def build_world(staff: int = 120) -> World:
    """Return a company of about ``staff`` people."""
    people: list[StaffMember] = []
    for role, (prefix, share) in ROLES.items():
        for number in range(max(2, round(staff * share))):
            luck = dice("person", role, number)
            surname = SURNAMES[(number * 7 + len(role) * 5) % len(SURNAMES)]
            again = number // len(SURNAMES)
            office_worker = role in ("operator", "senior_operator")
            people.append(
                StaffMember(
                    account=f"{prefix}.{surname}{again + 1 if again else ''}",
                    role=role,
                    number=number,
                    desk=f"192.0.2.{10 + len(people) % 110}",
                    shift=_shift(role, number),
                    remote=luck.choice((0.0, 0.1, 0.2)) if office_worker else luck.choice((0.1, 0.3, 0.5)),
                    direct=luck.chance(0.2 if office_worker else 0.4),
                    browser=luck.choice((0, 0, 0, 1, 1, 2, 2, 3, 4)),
                    tools=role in ("analyst", "admin") or luck.chance(0.03),
                )
            )
    return World(tuple(people))


def roles_csv(world: World) -> str:
    """Return the roles file of the company: one row an account."""
    rows = ["user,role,type,organization"]
    rows += [
        f"{person.account},{person.role},{'admin' if person.role == 'admin' else 'human'},example-mutual"
        for person in world.people
    ]
    rows += [
        f"{program.account},service,service,{'partner' if program.kind == 'partner' else 'example-mutual'}"
        for program in world.programs
    ]
    return "\n".join(rows) + "\n"


def outside(luck: Dice) -> str:
    """Return an address of the wide world: homes, hotels, phones, rented machines, all from the same pools."""
    kind = luck.random()
    if kind < 0.62:
        return f"203.0.113.{luck.randint(1, 254)}"
    if kind < 0.85:
        return f"198.51.100.{luck.randint(1, 120)}"
    return f"2001:db8:{luck.randint(0x10, 0x4F):x}:{luck.randint(1, 9):x}::{luck.randint(2, 0xFFFF):x}"


def home(person: StaffMember, seed: int, day: int) -> str:
    """Return the address of a person's home; the provider changes it every week or two."""
    settled = dice("home", seed, person.account, (day + person.number) // 9)
    return outside(settled)


def vpn(luck: Dice) -> str:
    """Return an address of the VPN's pool."""
    return f"192.0.2.{luck.randint(129, 190)}"


def browser(person: StaffMember, day: int) -> str:
    """Return the person's browser on a day; it updates itself now and then."""
    family = BROWSERS[person.browser]
    updates = (day + person.number * 5) // 24
    first = 3 if "Version/18" in family else 134
    return family.format(v=first + updates)


def portfolio_owner(client: int, keepers: int) -> int:
    """Return the index of the keeper a client belongs to: blocks of neighbouring ids go to one keeper."""
    return ((client - CLIENT_FIRST) // BLOCK) * 37 % keepers


def portfolio(index: int, keepers: int) -> list[int]:
    """Return the clients of one keeper, planted ones left out."""
    return [
        client
        for block in range(CLIENTS // BLOCK)
        if block * 37 % keepers == index
        for client in range(CLIENT_FIRST + block * BLOCK, CLIENT_FIRST + (block + 1) * BLOCK)
        if client not in CANARIES
    ]


WATCHED = tuple(range(CLIENT_FIRST + 7, CLIENT_FIRST + CLIENTS, 487))
