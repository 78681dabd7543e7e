"""What is in the logs without anybody of the staff: programs, customers, the open internet, health checks.

Comes in: the stage and a day. Goes out: rows on the tape. Each kind has its own clock: programs run by schedule with
jitter, customers come in the evening, scanners whenever they like.
"""

from detector.simulate import world as places
from detector.simulate.log_lines import DAY, moment
from detector.simulate.stage import Stage
from detector.simulate.visit import Visit
from detector.simulate.world import BROWSERS, PHONES, SCANNERS, Dice, Program, dice

# Hourly weight of customers and visitors of the web site.
_EVENING = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 11, 10, 9, 9, 10, 11, 13, 15, 14, 11, 7, 4)
_PROBES = (
    "/wp-login.php", "/.env", "/.git/config", "/phpmyadmin/index.php", "/cgi-bin/luci", "/actuator/health",
    "/crm/clients?q=%27+OR+1%3D1--", "/api/../../etc/passwd", "/owa/auth/logon.aspx", "/server-status", "/admin",
    "/crm/clients?q=%27+UNION+SELECT+null%2Cnull--", "/static/..%2f..%2fetc/passwd", "/robots.txt", "/favicon.ico",
)  # fmt: skip
_PAGES = ("/", "/products", "/contacts", "/about", "/news", "/help/faq", "/branches", "/static/site.css",
          "/static/site.js", "/static/logo.svg", "/static/hero.webp", "/favicon.ico")  # fmt: skip


def _visit(stage: Stage, luck: Dice, program: Program, when: float) -> Visit:
    day = int((when - stage.origin) // DAY)
    address, agent = program.address, program.agent
    if dice("failover", stage.seed, program.account, day // 2).chance(0.06):
        address = f"192.0.2.{200 + dice(program.account, day // 2).randint(0, 40)}"
    if day >= 3 + dice("release", stage.seed, program.account).randint(0, 60):
        agent = agent.replace("/2.32.3", "/2.32.4").replace("/4.12.0", "/5.1.0").replace("/8.5.0", "/8.12.1")
    return Visit(stage.tape, luck, program.account, "service", address, agent, when)


def programs(stage: Stage, day: int) -> None:
    """Run every service account's day."""
    for program in stage.world.programs:
        luck = dice("program", stage.seed, program.account, day)
        _RUNS[program.kind](stage, luck, program, day)


def _sync(stage: Stage, luck: Dice, program: Program, day: int) -> None:
    for quarter in range(96):
        visit = _visit(stage, luck, program, stage.midnight(day) + quarter * 900 + luck.uniform(0, 4))
        for _ in range(int(luck.gap(9 if 28 <= quarter < 84 else 2, 0.7))):
            visit.accounts(stage.any_client(luck))
            visit.pause(0.05)


def _dunning(stage: Stage, luck: Dice, program: Program, day: int) -> None:
    visit = _visit(stage, luck, program, stage.midnight(day) + 2.5 * 3600 + luck.gap(300))
    for _ in range(int(luck.gap(900, 0.25))):
        client = stage.any_client(luck)
        visit.accounts(client)
        visit.transactions(client)
        visit.pause(0.3)


def _mailer(stage: Stage, luck: Dice, program: Program, day: int) -> None:
    for hour in range(6, 22):
        visit = _visit(stage, luck, program, stage.midnight(day) + hour * 3600 + luck.uniform(60, 120))
        for _ in range(int(luck.gap(12, 0.8))):
            visit.view(stage.any_client(luck))
            visit.pause(0.2)


def _bi(stage: Stage, luck: Dice, program: Program, day: int) -> None:
    visit = _visit(stage, luck, program, stage.midnight(day) + 1.2 * 3600 + luck.gap(120))
    visit.export(18_000 + luck.randint(-400, 400))
    visit.pause(60)
    visit.invoices(9_000 + luck.randint(-900, 900), moment(visit.now).strftime("%Y-%m"))


def _backend(stage: Stage, luck: Dice, program: Program, day: int) -> None:
    visit = _visit(stage, luck, program, stage.midnight(day) + 6.5 * 3600)
    end = stage.midnight(day) + 21 * 3600
    pace = 28 / stage.bustle(day, "operator") if stage.date(day).weekday() < 5 else 160
    while visit.now < end:
        client = stage.any_client(luck)
        visit.accounts(client)
        if luck.chance(0.5):
            visit.transactions(client)
        visit.pause(pace, 1.0)


def _partner(stage: Stage, luck: Dice, program: Program, day: int) -> None:
    if stage.date(day).weekday() >= 5:
        return
    visit = _visit(stage, luck, program, stage.midnight(day) + luck.uniform(8, 10) * 3600)
    for _ in range(int(luck.gap(140, 0.5))):
        client = stage.any_client(luck)
        visit.accounts(client)
        visit.pause(4)
        if luck.chance(0.3):
            visit.transactions(client)
        visit.pause(60, 1.2)


_RUNS = {
    "sync": _sync, "dunning": _dunning, "mailer": _mailer, "bi": _bi, "backend": _backend, "partner": _partner,
}  # fmt: skip


def health_checks(stage: Stage, day: int) -> None:
    """Let the load balancer ask every minute whether the systems live."""
    luck = dice("health", stage.seed, day)
    checker = Visit(stage.tape, luck, "-", "", "192.0.2.193", "kube-probe/1.32", stage.midnight(day))
    for minute in range(DAY // 60):
        checker.now = stage.midnight(day) + minute * 60 + luck.random()
        checker.crm("GET", "/healthz", 200, 15, 0.002)
        checker.api("GET", "/healthz", 200, 15, 0.002)


def visitors(stage: Stage, day: int) -> None:
    """Let people read the web site."""
    luck = dice("visitors", stage.seed, day)
    for _ in range(int(420 * luck.lognormvariate(0, 0.1))):
        visitor(stage, luck, _evening(stage, luck, day))


def visitor(stage: Stage, luck: Dice, when: float) -> None:
    """Let somebody read a few pages."""
    visit = Visit(stage.tape, luck, "-", "", places.outside(luck), _their_browser(luck), when)
    for page in luck.choices(_PAGES, k=int(luck.gap(6, 0.6)) + 1):
        status = 304 if page.startswith("/static/") and luck.chance(0.5) else 200
        visit.crm("GET", page, status, 0 if status == 304 else int(luck.gap(9000)), 0.01)
        visit.pause(3, 1.2)


def customers(stage: Stage, day: int) -> None:
    """Let clients of the company look at their own affairs in the portal."""
    luck = dice("customers", stage.seed, day)
    for _ in range(int(330 * luck.lognormvariate(0, 0.1))):
        customer(stage, luck, _evening(stage, luck, day))


def customer(stage: Stage, luck: Dice, when: float) -> None:
    """Let one client sign in and look at their own card and documents."""
    client = stage.any_client(luck)
    name = f"c{dice('customer', client).getrandbits(36):09x}"
    visit = Visit(stage.tape, luck, name, "customer", places.outside(luck), _their_browser(luck), when, portal=True)
    visit.login(failures=luck.randint(1, 6) if luck.chance(0.12) else 0)
    visit.pause(5)
    visit.view(client)
    for number in range(luck.randint(0, 3)):
        visit.pause(25)
        visit.document(client, number + 1)


def scanners(stage: Stage, day: int) -> None:
    """Let the internet knock at the door: probes that find nothing."""
    luck = dice("scanners", stage.seed, day)
    for _ in range(luck.randint(4, 14)):
        visit = Visit(
            stage.tape, luck, "-", "", places.outside(luck), luck.choice(SCANNERS),
            stage.midnight(day) + luck.random() * DAY,
        )  # fmt: skip
        for probe in luck.choices(_PROBES, k=int(luck.gap(12, 0.9)) + 1):
            probe_status(visit, probe)
            visit.pause(0.7, 1.0)
    for _ in range(luck.randint(0, 3)):
        _guessing(stage, luck, day)


def probe_status(visit: Visit, probe: str) -> None:
    """Send one probe and answer it as the server does: refused, not found, or a harmless page."""
    if "/crm/clients" in probe:
        status, size = visit.luck.choice(((403, 548), (400, 150), (401, 590)))
    else:
        status, size = (200, 68) if probe in ("/robots.txt", "/favicon.ico") else (404, 555)
    visit.crm("GET", probe, status, size, 0.01)


def _guessing(stage: Stage, luck: Dice, day: int) -> None:
    """Passwords guessed against accounts that mostly don't exist, never with success."""
    visit = Visit(
        stage.tape, luck, "-", "", places.outside(luck), luck.choice(places.TOOLS + PHONES),
        stage.midnight(day) + luck.random() * DAY, portal=luck.chance(0.5),
    )  # fmt: skip
    names = ["admin", "test", "info", luck.choice(stage.world.people).account]
    for _ in range(int(luck.gap(22, 0.8)) + 3):
        visit.account = luck.choice(names)
        visit.failed_login()
        visit.pause(2.5, 0.8)


def _evening(stage: Stage, luck: Dice, day: int) -> float:
    hour = luck.choices(range(24), _EVENING)[0]
    return stage.midnight(day) + (hour + luck.random()) * 3600


def _their_browser(luck: Dice) -> str:
    if luck.chance(0.45):
        return luck.choice(PHONES)
    return luck.choice(BROWSERS[:4]).format(v=luck.randint(118, 136))
