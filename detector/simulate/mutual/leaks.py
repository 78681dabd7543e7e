"""Client data leaving Example Mutual: twelve ways, loud and quiet.

Comes in: a plan (which way, who, when, quiet or not). Goes out: rows on the tape with the plan's tag. Insiders come
from their usual desk and sign in like everybody; intruders come from the same pools of addresses as homes, hotels and
visitors, with agents that honest people use too. The one certain sign is a planted client: that is what it is for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from detector.simulate import world as places
from detector.simulate.log_lines import DAY
from detector.simulate.mutual.work import arrive, shift
from detector.simulate.stage import Stage
from detector.simulate.visit import ROW_BYTES, Visit
from detector.simulate.world import CANARIES, CLIENT_FIRST, CLIENTS, WATCHED, Dice, Program, StaffMember, dice


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePlan:
    """One scene: a leak or an honest oddity.

    Attributes:
        begin: When it starts, seconds since 1970. last_day: The last day a scene over many days may use.
        haste: How many times faster than usual everything in it goes (a demonstration has little time).
    """

    id: str
    kind: str
    begin: float
    day: int
    last_day: int
    quiet: bool = False
    person: StaffMember | None = None
    program: Program | None = None
    address: str = ""
    haste: float = 1.0

    @property
    def actor(self) -> str:
        """Return the actor's id as events will have it."""
        if self.person:
            return f"user:{self.person.account}"
        if self.program:
            return f"user:{self.program.account}"
        address = ip_address(self.address)
        # Whoever has an IPv6 address has all of its network, and counts as one.
        return f"ip:{address if address.version == 4 else ip_network((int(address), 64), strict=False)}"

    @property
    def who(self) -> StaffMember:
        """Return the person of a plan that has one."""
        if self.person is None:
            raise ValueError(f"{self.kind} needs a person")
        return self.person


Scene = Callable[[Stage, ScenePlan, Dice], None]


def insider(stage: Stage, plan: ScenePlan, luck: Dice, begin: float = 0.0) -> Visit:
    """Return a visit as the person makes it every day: own desk, own browser, own session."""
    day = int(((begin or plan.begin) - stage.origin) // DAY)
    visit = arrive(stage, plan.who, day, begin or plan.begin, luck)
    visit.tag, visit.haste = plan.id, plan.haste
    return visit


def intruder(stage: Stage, plan: ScenePlan, luck: Dice, agent: str) -> Visit:
    """Return a visit with the person's account from somewhere else."""
    account, role = (plan.who.account, plan.who.role) if plan.person else ("-", "")
    visit = Visit(stage.tape, luck, account, role, plan.address, agent, plan.begin, tag=plan.id)
    visit.haste = plan.haste
    return visit


def bulk_reader(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Read many cards that are not one's own."""
    visit = insider(stage, plan, luck)
    count = luck.randint(70, 150) if plan.quiet else luck.randint(300, 900)
    for client in stage.strangers(luck, plan.who, count):
        visit.view(client)
        visit.pause(24 if plan.quiet else 3.5)


def night_exporter(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Sign in at night and take lists out."""
    visit = insider(stage, plan, luck)
    visit.ip = places.vpn(luck) if luck.chance(0.6) else places.home(plan.who, stage.seed, plan.day)
    visit.login()
    for _ in range(1 if plan.quiet else luck.randint(2, 5)):
        visit.pause(90)
        visit.export(luck.randint(500, 1500) if plan.quiet else luck.randint(3000, 15_000))


def sequential_crawler(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Walk through the ids one after the other."""
    visit = insider(stage, plan, luck)
    if not plan.quiet and luck.chance(0.5):
        visit.agent = luck.choice(places.TOOLS)
    count = luck.randint(120, 260) if plan.quiet else luck.randint(450, 1300)
    client = CLIENT_FIRST + luck.randrange(CLIENTS - 3 * count)
    for _ in range(count):
        client += luck.choice((1, 1, 1, 2, 3)) if plan.quiet else 1
        visit.view(client)
        visit.pause(14 if plan.quiet else 1.2, 0.5)


def stolen_session(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Use somebody's session of today from another network, without signing in."""
    own = insider(stage, plan, luck, plan.begin - luck.uniform(1200, 4800))
    own.tag, own.portal = "", True
    own.login()
    own.pause(60)
    for client in stage.own(plan.who)[:3]:
        own.view(client)
        own.pause(120)
    visit = intruder(stage, plan, luck, own.agent if plan.quiet else luck.choice(places.BROWSERS[:4]).format(v=135))
    visit.session, visit.portal = own.session, True
    for client in stage.strangers(luck, plan.who, luck.randint(40, 80) if plan.quiet else luck.randint(150, 400)):
        visit.view(client)
        visit.pause(20 if plan.quiet else 2.5)
    if not plan.quiet:
        visit.export(luck.randint(1500, 6000))


def service_token(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Use a program's token from an address it never had."""
    if plan.program is None:
        raise ValueError("service_token needs a program")
    agent = plan.program.agent if plan.quiet else luck.choice(places.TOOLS)
    visit = Visit(stage.tape, luck, plan.program.account, "service", plan.address, agent, plan.begin, tag=plan.id)
    visit.haste = plan.haste
    for _ in range(luck.randint(100, 200) if plan.quiet else luck.randint(400, 1200)):
        client = stage.any_client(luck)
        visit.accounts(client)
        visit.transactions(client)
        visit.pause(12 if plan.quiet else 0.6)


def brute_force(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Guess a password, get in, take what is there."""
    visit = intruder(stage, plan, luck, luck.choice(places.TOOLS) if not plan.quiet else luck.choice(places.PHONES))
    visit.portal = luck.chance(0.5)
    for _ in range(luck.randint(14, 30) if plan.quiet else luck.randint(40, 120)):
        visit.failed_login()
        visit.pause(240 if plan.quiet else 1.5)
    visit.login()
    for client in stage.strangers(luck, plan.who, luck.randint(40, 90) if plan.quiet else luck.randint(120, 350)):
        visit.view(client)
        visit.pause(15 if plan.quiet else 1.8)


def injection(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Probe the search until it answers with everything."""
    visit = intruder(stage, plan, luck, luck.choice(places.SCANNERS[:5]) if not plan.quiet else places.PHONES[1])
    probes = ("%27", "%27+OR+%271%27%3D%271", "%27+UNION+SELECT+null--", "1%27+AND+SLEEP(5)--", "%27%29+OR+1%3D1--")
    for _ in range(luck.randint(3, 8) if plan.quiet else luck.randint(25, 80)):
        visit.crm("GET", f"/crm/clients?q={luck.choice(probes)}", luck.choice((403, 400, 500)), 560, 0.1)
        visit.pause(40 if plan.quiet else 1.5)
    for _ in range(1 if plan.quiet else luck.randint(2, 6)):
        rows = luck.randint(900, 2500) if plan.quiet else luck.randint(3000, 9000)
        columns = "%2C".join(luck.sample(("name", "phone", "email", "birthday", "passport"), 3))
        visit.poured("/crm/clients?q=%27+UNION+SELECT+id%2C" + columns + "+FROM+clients--", rows, ROW_BYTES["search"])
        visit.pause(30)


def document_harvest(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Download identity documents of clients one has no business with."""
    visit = insider(stage, plan, luck)
    for client in stage.strangers(luck, plan.who, luck.randint(35, 60) if plan.quiet else luck.randint(90, 260)):
        visit.document(client, 1)
        visit.pause(45 if plan.quiet else 4)


def search_scraping(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Go through the alphabet in the search and keep what the lists show."""
    visit = insider(stage, plan, luck)
    visit.portal = True
    letters = "abcdefghijklmnopqrstuvwxyz"
    for number in range(luck.randint(40, 80) if plan.quiet else luck.randint(180, 500)):
        text = letters[number // 26 % 26] + letters[number % 26]
        visit.search(text, [stage.any_client(luck) for _ in range(luck.randint(20, 50))])
        visit.pause(40 if plan.quiet else 2.2)


def vip_snooping(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Look at a handful of well-known people."""
    visit = insider(stage, plan, luck)
    for client in luck.sample(WATCHED, luck.randint(4, 9)):
        visit.view(client)
        visit.pause(70)
        if luck.chance(0.5):
            visit.document(client, 1)
        visit.pause(200, 1.2)


def slow_drip(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Take a little every working day."""
    for day in range(plan.day, plan.last_day + 1):
        hours = shift(stage, plan.who, day)
        if hours is None:
            continue
        visit = insider(stage, plan, luck, luck.uniform(hours[0], hours[0] + 0.7 * (hours[1] - hours[0])))
        for client in stage.strangers(luck, plan.who, luck.randint(12, 25)):
            visit.view(client)
            visit.pause(75, 1.0)


def canary_touch(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Look around where one has no business, and come upon a planted client."""
    visit = insider(stage, plan, luck)
    seen = stage.strangers(luck, plan.who, luck.randint(10, 25) if plan.quiet else luck.randint(30, 60))
    seen.insert(len(seen) // 2, luck.choice(CANARIES))
    for client in seen:
        visit.view(client)
        visit.pause(40)


def taken_account(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Sign in to somebody's account from a network it never used, read client after client, take the list out."""
    visit = intruder(stage, plan, luck, luck.choice(places.BROWSERS[:4]).format(v=135))
    visit.login()
    client = CLIENT_FIRST + luck.randrange(CLIENTS - 1000)
    for step in range(luck.randint(350, 450)):
        visit.view(client + step)
        visit.pause(0.4, 0.4)
    visit.export(luck.randint(4000, 9000))


# What is done, and which roles can do it; none: nobody of the staff.
LEAKS: dict[str, tuple[Scene, tuple[str, ...]]] = {
    "bulk_reader": (bulk_reader, ("operator", "back_office")),
    "night_exporter": (night_exporter, ("analyst", "back_office", "manager")),
    "sequential_crawler": (sequential_crawler, ("operator", "back_office")),
    "stolen_session": (stolen_session, ("back_office", "senior_operator")),
    "service_token": (service_token, ()),
    "brute_force": (brute_force, ("operator", "back_office", "senior_operator")),
    "injection": (injection, ()),
    "document_harvest": (document_harvest, ("operator", "back_office")),
    "search_scraping": (search_scraping, ("operator", "senior_operator")),
    "vip_snooping": (vip_snooping, ("operator",)),
    "slow_drip": (slow_drip, ("operator", "senior_operator")),
    "canary_touch": (canary_touch, ("operator", "back_office")),
}
# One more that is staged before an audience: it shows everything at once.
SCENES = {**LEAKS, "taken_account": (taken_account, ("operator",))}
ALWAYS_QUIET = frozenset({"vip_snooping", "slow_drip"})
BY_NIGHT = frozenset({"night_exporter"})
FROM_OUTSIDE = frozenset({"taken_account", "stolen_session", "service_token", "brute_force", "injection"})


def run(stage: Stage, plan: ScenePlan) -> None:
    """Let a leak happen."""
    SCENES[plan.kind][0](stage, plan, dice("leak", stage.seed, plan.id, plan.begin))
