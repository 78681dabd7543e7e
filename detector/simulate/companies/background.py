"""What is in a company's logs without its staff: programs, customers, links from messages, the open internet.

Comes in: the business and a day. Goes out: lines in the logbook. Each kind has its own clock: programs run by schedule
with jitter, customers come in the evening, scanners whenever they like.
"""

from collections.abc import Callable

from detector.simulate import world as places
from detector.simulate.companies.activity import Activity
from detector.simulate.companies.business import Business
from detector.simulate.companies.shape import ServiceAccount
from detector.simulate.log_lines import DAY
from detector.simulate.world import SCANNERS, TOOLS, Dice, dice

# Hourly weight of customers.
_EVENING = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 11, 10, 9, 9, 10, 11, 13, 15, 14, 11, 7, 4)
PROBES = (
    "%27+OR+1%3D1--", "%27+UNION+SELECT+null%2Cnull--", "%3Cscript%3E", "..%2f..%2fetc%2fpasswd", "%27",
    "1%27+AND+SLEEP(5)--",
)  # fmt: skip
_Run = Callable[[Business, ServiceAccount, int, Dice], None]


def programs(business: Business, day: int) -> None:
    """Run every service account's day."""
    for service in business.shape.services:
        _RUNS[service.kind](business, service, day, dice("program", business.seed, service.account, day))


def _sync(business: Business, service: ServiceAccount, day: int, luck: Dice) -> None:
    for quarter in range(48):
        run = business.program(service, business.midnight(day) + quarter * 1800 + luck.uniform(0, 4), luck)
        busy = 1.0 if 14 <= quarter < 42 else 0.25
        for _ in range(int(luck.gap(service.size * busy * business.scale, 0.7))):
            run.view(business.clientele.any(luck, run.now))
            run.pause(0.1)


def _walk(business: Business, service: ServiceAccount, day: int, luck: Dice) -> None:
    run = business.program(service, business.midnight(day) + service.hour * 3600 + luck.gap(200), luck)
    count = int(luck.gap(service.size * business.scale, 0.25))
    factor = 3 if business.rota.month_end(day) and luck.chance(0.7) else 1
    run.views(business.clientele.neighbours(luck, run.now, count * factor), 0.25)


def _export(business: Business, service: ServiceAccount, day: int, luck: Dice) -> None:
    run = business.program(service, business.midnight(day) + service.hour * 3600 + luck.gap(120), luck)
    most = business.clientele.count(run.now)
    run.act(
        "export",
        business.clientele.several(luck, run.now, min(most, luck.randint(service.size * 9 // 10, service.size))),
    )


def _backend(business: Business, service: ServiceAccount, day: int, luck: Dice) -> None:
    run = business.program(service, business.midnight(day) + 6.5 * 3600, luck)
    pace = 3600 / max(service.size * business.scale, 1) / business.bustle(day)
    while run.now < business.midnight(day) + 21 * 3600:
        run.view(business.clientele.any(luck, run.now))
        run.pause(pace, 1.0)


def _partner(business: Business, service: ServiceAccount, day: int, luck: Dice) -> None:
    if business.rota.date(day).weekday() >= 5 and not luck.chance(0.25):
        return
    own = business.caseload.of(service.account)
    begin = luck.uniform(7, 11) if luck.chance(0.9) else luck.uniform(0, 22)
    run = business.program(service, business.midnight(day) + begin * 3600, luck)
    for _ in range(int(luck.gap(service.size, 0.5))):
        if own and luck.random() < 0.93:
            run.view(own[int(len(own) * luck.random() ** 1.4)])
        else:
            client = business.clientele.newcomer(luck, run.now)
            run.view(client)
            business.caseload.serve(service.account, client, day + 400)
        run.pause(70, 1.3)


_RUNS: dict[str, _Run] = {
    "sync": _sync, "walk": _walk, "export": _export, "backend": _backend, "partner": _partner,
}  # fmt: skip


def health_checks(business: Business, day: int) -> None:
    """Let the load balancer ask every few minutes whether the system lives."""
    luck = dice("health", business.seed, day)
    checker = business.stranger(luck, "", "", "10.1.0.2", "kube-probe/1.32", business.midnight(day))
    for minute in range(0, DAY // 60, 5):
        checker.now = business.midnight(day) + minute * 60 + luck.random()
        checker.act("health")


def _evening(business: Business, luck: Dice, day: int) -> float:
    return business.midnight(day) + (luck.choices(range(24), _EVENING)[0] + luck.random()) * 3600


def _outsider(business: Business, luck: Dice, account: str, when: float) -> Activity:
    """Return somebody of the public: from home, or behind the address of a mobile network."""
    address = business.mobile(luck) if luck.chance(0.4) else places.outside(luck)
    return business.stranger(luck, account, "customer" if account else "", address, business.any_browser(luck), when)


def customers(business: Business, day: int) -> None:
    """Let clients look at their own record, and open links from messages without an account."""
    luck = dice("customers", business.seed, day)
    for _ in range(int(business.shape.customers * business.scale * luck.lognormvariate(0, 0.1))):
        when = _evening(business, luck, day)
        client = business.clientele.any(luck, when)
        visit = _outsider(business, luck, f"cust-{client}", when)
        for _ in range(luck.randint(1, 6) if luck.chance(0.08) else 0):
            visit.act("login", status=401)
            visit.pause(9)
        visit.act("login")
        for _ in range(luck.randint(1, 3)):
            visit.pause(15)
            visit.act("own", (client,))
    for _ in range(int(business.shape.links * business.scale * luck.lognormvariate(0, 0.15))):
        when = _evening(business, luck, day)
        client = business.clientele.any(luck, when)
        visit = _outsider(business, luck, "", when)
        for number in range(1 if luck.chance(0.8) else 2):
            visit.act("link", (client,), number=number + 1)
            visit.pause(20)


def scanners(business: Business, day: int) -> None:
    """Let the internet knock at the door: probes that find nothing, and guessed passwords."""
    luck = dice("scanners", business.seed, day)
    for _ in range(luck.randint(2, 7)):
        when = business.midnight(day) + luck.random() * DAY
        knocker = business.stranger(luck, "", "", places.outside(luck), luck.choice(SCANNERS), when)
        for _ in range(int(luck.gap(9, 0.9)) + 1):
            knocker.act("search", text=luck.choice(PROBES), status=luck.choice((400, 401, 403, 404)))
            knocker.pause(0.7, 1.0)
    for _ in range(luck.randint(0, 3)):
        when = business.midnight(day) + luck.random() * DAY
        knocker = business.stranger(luck, "", "", places.outside(luck), luck.choice(TOOLS), when)
        names = ["admin", "test", "info", luck.choice(business.people).account]
        for _ in range(int(luck.gap(15, 0.8)) + 3):
            knocker.account = luck.choice(names)
            knocker.act("login", status=401)
            knocker.pause(2.5, 0.8)
