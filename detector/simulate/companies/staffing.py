"""Who works at a company: accounts, jobs, teams, and when people join and leave.

Comes in: a shape, the world, a seed, the number of staff and days. Goes out: employees, and the CSV files about them.
"""

from dataclasses import dataclass
from math import inf

from detector.simulate.companies.shape import CompanyShape, Job, WorldTerms
from detector.simulate.world import SURNAMES, dice

_INITIALS = "abdegiklmnoprstvy"
DORMANT = 0.03


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody on the staff.

    Attributes:
        number: Place among the people of the same job. team: Name of the team. branch: Number of it, for addresses.
        joined, left: First and last day at work. dormant: Has an account and is away for the whole run.
        tools: Works with scripts, too. direct: Reaches the systems from home without the VPN.
    """

    account: str
    job: Job
    number: int
    team: str
    branch: int
    seat: int
    joined: float
    left: float
    dormant: bool
    browser: int
    direct: bool
    mobile: bool
    tools: bool

    def employed(self, day: int) -> bool:
        """Say whether they are with the company, and not away for long, on a day."""
        return not self.dormant and self.joined <= day <= self.left


def _account(taken: set[str], number: int, seed: int) -> str:
    luck = dice("name", seed, number)
    while True:
        name = f"{luck.choice(_INITIALS)}.{luck.choice(SURNAMES)}"
        if name not in taken:
            taken.add(name)
            return name


def hire(shape: CompanyShape, terms: WorldTerms, seed: int, staff: int, days: int) -> tuple[Employee, ...]:
    """Return the staff of a company."""
    taken: set[str] = set()
    people: list[Employee] = []
    words = {job.team: number for number, job in enumerate(shape.jobs)}
    heads = {word: sum(max(2, round(staff * job.share)) for job in shape.jobs if job.team == word) for word in words}
    for job in shape.jobs:
        teams = max(2, round(heads[job.team] / job.per_team))
        count = max(2, round(staff * job.share))
        for number in range(count):
            luck = dice("employee", seed, job.name, number)
            team = number % teams + 1
            joins, leaves = luck.chance(terms.joiners), luck.chance(terms.leavers)
            people.append(
                Employee(
                    account=_account(taken, len(people), seed),
                    job=job,
                    number=number,
                    team=f"{job.team}-{team}",
                    branch=words[job.team] * 40 + team,
                    seat=10 + len(people) % 230,
                    joined=luck.randint(2, max(2, days - 4)) if joins and number > 1 else -inf,
                    left=luck.randint(max(3, days // 2), max(3, days - 2)) if leaves and not joins else inf,
                    dormant=number > 1 and (luck.chance(DORMANT) or number == count - 1),
                    browser=luck.choice((0, 0, 0, 1, 1, 2, 2, 3, 4)),
                    direct=luck.chance(0.3),
                    mobile=luck.chance(0.02 + terms.mobile),
                    tools=job.type == "admin" or luck.chance(job.tools),
                )
            )
    return tuple(people)


def roles_csv(shape: CompanyShape, people: tuple[Employee, ...]) -> str:
    """Return the roles file: one row an account, and patterns for customers."""
    rows = ["user,role,type,organization"]
    rows += [f"{each.account},{each.job.name},{each.job.type},{shape.name}" for each in people]
    rows += [
        f"{each.account},{'partner' if each.kind == 'partner' else 'service'},service,"
        f"{'partner' if each.kind == 'partner' else shape.name}"
        for each in shape.services
    ]
    rows += [f"{shape.nobody},service,service,{shape.name}"] if shape.nobody else []
    rows += [f"cust-*,customer,human,{shape.name}"] if shape.customers else []
    return "\n".join(rows) + "\n"


def teams_csv(people: tuple[Employee, ...]) -> str:
    """Return the teams and portfolios: one row an employee."""
    rows = ["user,team,portfolio"]
    rows += [f"{each.account},{each.team},{portfolio_name(each)}" for each in people]
    return "\n".join(rows) + "\n"


def portfolio_name(person: Employee) -> str:
    """Return the name of the person's portfolio or ward, empty where they have none."""
    if person.job.holds == "ward":
        return person.team
    return f"{person.team}/{person.number + 1:03}" if person.job.holds == "portfolio" else ""
