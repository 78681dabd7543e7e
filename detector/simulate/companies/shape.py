"""What makes one kind of company: its jobs, programs and systems, and the words in which its systems write.

Data only. Each company is a value of ``CompanyShape`` (``shapes``); how people work, what leaks and what the logs
look like is common to all of them and made elsewhere from this data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Hours = tuple[float, float]
Rotation = Literal["office", "branch", "week", "twelve"]
ServiceKind = Literal["sync", "walk", "export", "backend", "partner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that several people have.

    Attributes:
        share: Of the staff. rotation: On which days they work. hours: Their shifts, in hours behind midnight.
        pause: Median seconds between two tasks. tasks: Weight of each task (``tasks.TASKS``).
        holds: Whose clients are their own: those of open cases, of the ward, of a portfolio, nobody's.
        size: How many clients are one's own at the begin; of a ward, how many beds it has.
        stays: Median days for which a client remains one's own; 0: served clients do not become one's own.
        again: Share of one's own among the clients that come up in work; team: of those of colleagues of the team.
        fresh: Share of new clients among all others.
        team: Word for the teams; people with the same word share teams. per_team: People in one.
        remote: Share of days at home. tools: Share of people who work with scripts, too.
    """

    name: str
    share: float
    rotation: Rotation
    hours: tuple[Hours, ...]
    pause: float
    tasks: Mapping[str, float]
    holds: Literal["cases", "ward", "portfolio", ""] = ""
    size: int = 0
    stays: float = 0.0
    again: float = 0.0
    team_share: float = 0.0
    fresh: float = 0.0
    team: str
    per_team: int
    remote: float = 0.0
    tools: float = 0.02
    type: Literal["human", "admin"] = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A program with an account.

    Attributes:
        size: Clients a run (sync, walk), an hour (backend), a day (partner); rows (export).
        hour: When it runs, if once a day.
    """

    account: str
    kind: ServiceKind
    address: str
    agent: str
    size: int
    hour: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing people do with the system, and how its logs write it.

    Attributes:
        action: What it is in the record map. object: Of what; empty where no client data is touched.
        path: With ``{client_id}`` and ``{document_id}``. query: With ``{text}``, ``{page}``, ``{since}``, ``{until}``.
        size: Median bytes of the answer, without ``row_bytes`` for each row.
        word: The audit log's own word. sql: The statement, where the audit log is a database's. table: Which it reads.
    """

    action: str
    path: str
    query: str = ""
    method: str = "GET"
    status: int = 200
    size: int = 600
    row_bytes: int = 0
    took: float = 0.08
    word: str = ""
    sql: str = ""
    table: str = ""
    object: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyShape:
    """One kind of company.

    Attributes:
        clients: How many there are at the begin. first_id, stride: Ids begin there and lie so far apart.
        newcomers: New clients on a day.
        web, audit: Formats of the two logs. app_address: The address the audit log names for acts through the web,
            where it is not the person's own. nobody: The account it names for acts without account.
        customers: Visits a day of clients who see their own record. links: Of those who open one without an account.
        seasonal: Weight at month end, by task.
    """

    name: str
    title: str
    service: str
    host: str
    clients: int
    first_id: int
    stride: int
    newcomers: int
    jobs: tuple[Job, ...]
    services: tuple[ServiceAccount, ...]
    verbs: Mapping[str, Verb]
    data_classes: Mapping[str, tuple[str, str, str, str]]
    web: Literal["combined", "nginx.json"] = "combined"
    audit: Literal["audit.json", "postgresql.csv"] = "audit.json"
    app_address: str = ""
    nobody: str = ""
    customers: int = 0
    links: int = 120
    seasonal: Mapping[str, float] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, str]:
        """Return the names of the two logs."""
        web = "access.json.log" if self.web == "nginx.json" else "access.log"
        audit = "postgresql.csv" if self.audit == "postgresql.csv" else "audit.log"
        return {"web": f"{self.service}.{web}", "audit": f"{self.service}.{audit}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldTerms:
    """How restless the world is around a company.

    Attributes:
        leave: Share of the staff on leave of 10 to 16 days in four weeks.
        turnover: Share of a portfolio that is exchanged on a day.
        scattered: Share of portfolios that are chance clients instead of blocks of neighbours.
        joiners, leavers: Share of the staff who come or go during the run.
        moves: Share of programs that move, and that are upgraded.
        nat: Share of teams that come from one address. mobile: Share of people who also work over a mobile network.
        holidays: A day off in two weeks, and one day on which all passwords run out.
        late: Share of lines written up to 20 seconds late. held: A server's audit lines come minutes late at times.
        tangled: Leaks in the training days, two by one actor, honest errands on a leak's day by its actor.
    """

    leave: float = 0.0
    turnover: float = 0.0
    scattered: float = 0.0
    joiners: float = 0.0
    leavers: float = 0.0
    moves: float = 0.0
    nat: float = 0.0
    mobile: float = 0.0
    holidays: bool = False
    late: float = 0.0
    held: bool = False
    tangled: bool = False


WORLDS: Mapping[str, WorldTerms] = {
    "plain": WorldTerms(),
    "hard": WorldTerms(
        leave=0.5, turnover=0.02, scattered=0.4, joiners=0.06, leavers=0.05, moves=0.6, nat=0.5, mobile=0.15,
        holidays=True, late=0.012, held=True, tangled=True,
    ),
}  # fmt: skip
