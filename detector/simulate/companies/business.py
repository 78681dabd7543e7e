"""A company in motion: what everybody who acts in it shares.

Comes in: a shape, a world, a seed, staff and days. Goes out: answers like "whose client is this", "where does she work
from today", and activities to act with. Nothing here decides what anybody does.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from detector.simulate import world as places
from detector.simulate.companies.activity import Activity
from detector.simulate.companies.caseload import Caseload
from detector.simulate.companies.clientele import Clientele
from detector.simulate.companies.logbook import Logbook
from detector.simulate.companies.rota import Rota
from detector.simulate.companies.shape import CompanyShape, ServiceAccount, WorldTerms
from detector.simulate.companies.staffing import Employee, hire
from detector.simulate.companies.wording import Wording
from detector.simulate.log_lines import DAY, moment
from detector.simulate.world import BROWSERS, PHONES, Dice, dice

_USUAL_STAFF = 160
_AT_HOME = 0.01
CUSTOMER_BROWSERS = (134, 135, 136)


@dataclass(frozen=True, slots=True)
class Presence:
    """Where somebody works from on a day, with what, and under which session."""

    address: str
    agent: str
    session: str


@dataclass(slots=True)
class Business:
    """One company of one run.

    Attributes:
        reserved: When people are busy with a scene and do no ordinary work, by account, on the present day.
    """

    shape: CompanyShape
    terms: WorldTerms
    seed: int
    origin: float
    days: int
    staff: int
    logs: tuple[str, ...]
    log: Logbook = field(init=False)
    wording: Wording = field(init=False)
    people: tuple[Employee, ...] = field(init=False)
    rota: Rota = field(init=False)
    clientele: Clientele = field(init=False)
    caseload: Caseload = field(init=False)
    reserved: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        files = {log: file for log, file in self.shape.files.items() if log in self.logs}
        self.log = Logbook(self.seed, self.origin, self.terms, files)
        self.wording = Wording(self.shape)
        self.people = hire(self.shape, self.terms, self.seed, self.staff, self.days)
        self.rota = Rota(self.seed, moment(self.origin).date(), self.days, self.terms)
        self.clientele = Clientele(self.shape, self.seed, self.origin, self.scale)
        self.caseload = Caseload(self.seed, self.origin, self.terms, self.clientele)
        self.caseload.open(self.shape, self.people)

    @property
    def scale(self) -> float:
        """Return how large the company is against the usual one."""
        return self.staff / _USUAL_STAFF

    def begin_day(self, day: int) -> None:
        """Let the morning come."""
        self.reserved.clear()
        self.wording.forget()
        self.caseload.morning(day, self.people)

    def midnight(self, day: int) -> float:
        """Return when a day begins, seconds since 1970."""
        return self.origin + day * DAY

    def day_of(self, when: float) -> int:
        """Return the day of a moment."""
        return int((when - self.origin) // DAY)

    def shift(self, person: Employee, day: int) -> tuple[float, float] | None:
        """Return when the person works on a day, seconds since 1970; None when they don't."""
        hours = self.rota.hours(person, day)
        return None if hours is None else (self.midnight(day) + hours[0] * 3600, self.midnight(day) + hours[1] * 3600)

    def bustle(self, day: int) -> float:
        """Return how busy a day is; 1 is usual."""
        weekday = (1.12, 1.0, 1.0, 0.98, 0.92, 0.85, 0.8)[self.rota.date(day).weekday()]
        after = 1.25 if day - 1 in self.rota.holidays else 1.0
        rush = 1.6 if dice("rush", self.seed, day).chance(0.05) else 1.0
        return weekday * after * rush * dice("bustle", self.seed, day).lognormvariate(0, 0.08)

    def desk(self, person: Employee) -> str:
        """Return the person's address at the office: a desk of one's own, or that of a branch behind one address."""
        if dice("nat", self.seed, person.team).chance(self.terms.nat):
            return f"192.0.2.{1 + person.branch % 120}"
        return f"10.20.{person.branch}.{person.seat}"

    def home(self, person: Employee, day: int) -> str:
        """Return the address of the person's home; the provider changes it every week or two."""
        return places.outside(dice("home", self.seed, person.account, (day + person.number) // 9))

    def mobile(self, luck: Dice) -> str:
        """Return an address of a mobile network, which hundreds of people share."""
        return f"198.51.100.{luck.randint(200, 212)}"

    def presence(self, person: Employee, day: int) -> Presence:
        """Return where the person works from on a day."""
        luck = dice("place", self.seed, person.account, day)
        address, agent = self.desk(person), self.browser(person, day)
        if luck.chance(max(person.job.remote, _AT_HOME)):
            address = self.home(person, day) if person.direct else f"10.99.0.{luck.randint(2, 200)}"
        elif luck.chance(0.012):
            address, agent = places.outside(luck), luck.choice((agent, *PHONES))
        elif person.mobile and luck.chance(0.2):
            address, agent = self.mobile(luck), PHONES[person.number % 2]
        return Presence(address, agent, f"{luck.getrandbits(64):016x}")

    def browser(self, person: Employee, day: int) -> str:
        """Return the person's browser on a day; it updates itself now and then."""
        family = BROWSERS[person.browser]
        return family.format(v=(3 if "Version/18" in family else 134) + (day + person.number * 5) // 21)

    def any_browser(self, luck: Dice) -> str:
        """Return the browser of somebody out there."""
        if luck.chance(0.45):
            return luck.choice(PHONES)
        return luck.choice(BROWSERS[:4]).format(v=luck.choice(CUSTOMER_BROWSERS))

    def activity(self, person: Employee, when: float, luck: Dice, tag: str = "", day: int | None = None) -> Activity:
        """Return the person at work as on every day: place, browser and session of that day."""
        place = self.presence(person, self.day_of(when) if day is None else day)
        return Activity(
            self.log, self.wording, luck, person.account, person.job.name, place.address, place.agent, place.session,
            when, tag,
        )  # fmt: skip

    def stranger(
        self, luck: Dice, account: str, role: str, ip: str, agent: str, when: float, tag: str = ""
    ) -> Activity:
        """Return somebody who uses an account, or none, from anywhere."""
        session = f"{luck.getrandbits(64):016x}" if account else ""
        return Activity(self.log, self.wording, luck, account, role, ip, agent, session, when, tag)

    def program(self, service: ServiceAccount, when: float, luck: Dice, tag: str = "") -> Activity:
        """Return a program at work: from its server, with its version of the day."""
        day = self.day_of(when)
        address, agent = service.address, service.agent
        move, upgrade = (dice(fate, self.seed, service.account) for fate in ("move", "upgrade"))
        if move.chance(self.terms.moves) and day >= move.randint(2, max(3, self.days - 2)):
            address = move.choice((f"10.1.7.{move.randint(2, 250)}", places.outside(move)))
        elif dice("failover", self.seed, service.account, day // 2).chance(0.04):
            address = f"10.1.8.{dice(service.account, day // 2).randint(2, 250)}"
        if upgrade.chance(self.terms.moves) and day >= upgrade.randint(2, max(3, self.days - 2)):
            agent = agent.replace("/2.32.3", "/2.32.4").replace("/4.12.0", "/5.1.0").replace("/8.5.0", "/8.12.1")
            agent = agent.replace("/5.3.1", "/5.4.2")
        role = "partner" if service.kind == "partner" else "service"
        session = f"{dice('token', self.seed, service.account, day).getrandbits(64):016x}"
        return Activity(self.log, self.wording, luck, service.account, role, address, agent, session, when, tag)

    def next_client(self, luck: Dice, person: Employee, when: float) -> int:
        """Return the client who comes up next in the person's work; they may become the person's own."""
        job, throw = person.job, luck.random()
        own = self.caseload.own(person)
        mates = self.caseload.own(self.caseload.colleague(luck, person)) if throw >= job.again else []
        if own and throw < job.again:
            return own[int(len(own) * luck.random() ** 1.5)]
        if mates and throw < job.again + job.team_share:
            return luck.choice(mates)
        client = self.clientele.newcomer(luck, when) if luck.chance(job.fresh) else self.clientele.any(luck, when)
        if job.holds == "cases" and job.stays:
            stays = luck.gap(job.stays, 0.7)
            self.caseload.serve(person.account, client, self.day_of(when) + int(stays))
        return client

    def strangers(self, luck: Dice, person: Employee, when: float, count: int) -> list[int]:
        """Return distinct clients that are not the person's own."""
        own = set(self.caseload.own(person))
        found = self.clientele.several(luck, when, count + len(own) // 4 + 20)
        return [client for client in found if client not in own][:count]
