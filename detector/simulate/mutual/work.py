"""A day of honest work of one person: when they come, from where, and the tasks they do until they go.

Comes in: the stage, a person, a day. Goes out: rows on the tape. Work is uneven on purpose: log-normal pauses, call
lists and clean-ups that walk through neighbouring ids, document errands, exports that are somebody's duty, searches
that return many ids, mistyped passwords, days at home. Whatever a leak does, somebody does for good reasons here.
"""

import math
from collections.abc import Callable
from datetime import date

from detector.simulate import world as places
from detector.simulate.log_lines import moment
from detector.simulate.stage import Stage
from detector.simulate.visit import Visit
from detector.simulate.world import SHIFTS, SURNAMES, WATCHED, Dice, StaffMember, dice

Task = Callable[[Stage, Visit, StaffMember], None]


def shift(stage: Stage, person: StaffMember, day: int) -> tuple[float, float] | None:
    """Return when the person works on a day (seconds since 1970), None when they don't."""
    luck = dice("shift", stage.seed, person.account, day)
    weekday, week = stage.date(day).weekday(), stage.date(day).isocalendar().week
    if luck.chance(0.05):
        return None
    if weekday >= 5:
        rota = (person.number + week) % (5 if weekday == 5 else 8) == 0
        if person.role not in ("operator", "senior_operator") or not rota:
            return _overtime(stage, luck, day)
    begin, end = SHIFTS[person.shift]
    midnight = stage.midnight(day)
    if person.role in ("analyst", "back_office", "manager") and luck.chance(0.03):
        end += luck.uniform(3, 7)
    late = luck.gauss(0, 0.25)
    longer = luck.lognormvariate(0, 1) * 0.25 if luck.chance(0.3) else luck.gauss(0, 0.15)
    return midnight + (begin + late) * 3600, midnight + (end + longer) * 3600


def _overtime(stage: Stage, luck: Dice, day: int) -> tuple[float, float] | None:
    if not luck.chance(0.02):
        return None
    begin = luck.uniform(9, 19)
    return stage.midnight(day) + begin * 3600, stage.midnight(day) + (begin + luck.gap(0.8)) * 3600


def arrive(stage: Stage, person: StaffMember, day: int, when: float, luck: Dice) -> Visit:
    """Return the person's visit of a day: address, agent and system they work with."""
    place = dice("place", stage.seed, person.account, day)
    ip, agent = person.desk, places.browser(person, day)
    if place.chance(person.remote):
        ip = places.home(person, stage.seed, day) if person.direct else places.vpn(place)
    elif place.chance(0.012):
        ip = places.outside(place)
        agent = place.choice((agent, *places.PHONES))
    return Visit(
        stage.tape,
        luck,
        person.account,
        person.role,
        ip,
        agent,
        when,
        session=f"{dice('session', stage.seed, person.account, day).getrandbits(64):016x}",
        portal=place.chance(0.22 if person.role in ("operator", "senior_operator") else 0.35),
    )


def pick_client(stage: Stage, visit: Visit, person: StaffMember) -> int:
    """Return a client as they come up in work: mostly one's own, the busy ones more often."""
    luck = visit.luck
    own = stage.own(person)
    if own and luck.chance(0.86):
        return own[int(len(own) * luck.random() ** 2.2)]
    if luck.chance(0.01 if person.role != "senior_operator" else 0.08):
        return luck.choice(WATCHED)
    return stage.any_client(luck)


def call(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Serve one caller."""
    luck = visit.luck
    client = pick_client(stage, visit, person)
    if luck.chance(0.6):
        found = [stage.any_client(luck) for _ in range(min(24, int(luck.gap(2.5, 0.9))))]
        visit.search(luck.choice(SURNAMES)[: luck.randint(3, 9)], [client, *found])
        visit.pause(7)
    visit.view(client)
    for chance, act in ((0.25, _documents), (0.3, _update), (0.12, _second_look)):
        if luck.chance(chance):
            visit.pause(30)
            act(visit, client)


def _documents(visit: Visit, client: int) -> None:
    for number in range(1 if visit.luck.chance(0.8) else visit.luck.randint(2, 5)):
        visit.document(client, number + 1)
        visit.pause(12)


def _update(visit: Visit, client: int) -> None:
    visit.update(client)


def _second_look(visit: Visit, client: int) -> None:
    visit.view(client)


def call_list(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Go through a list of one's own clients, neighbours first, as campaigns are handed out."""
    own = stage.own(person) or [stage.any_client(visit.luck)]
    begin = visit.luck.randrange(len(own))
    for client in own[begin : begin + min(90, int(visit.luck.gap(18, 0.6)))]:
        visit.view(client)
        visit.pause(35, 1.0)


def clean_up(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Correct the cards of neighbouring ids, quickly, one after the other."""
    luck = visit.luck
    client = stage.any_client(luck)
    for step in range(min(260, int(luck.gap(38, 0.7)))):
        if client + step in places.CANARIES:
            continue
        visit.view(client + step)
        visit.pause(4, 0.9)
        if luck.chance(0.4):
            visit.update(client + step)


def errand(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Fetch documents of several clients for somebody who asked."""
    for _ in range(min(70, int(visit.luck.gap(9, 0.8)) + 1)):
        _documents(visit, pick_client(stage, visit, person))


def export(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Take a list out, as is one's duty."""
    median = {"analyst": 2600, "manager": 700, "back_office": 260, "compliance": 900}.get(person.role, 40)
    visit.export(min(19_000, int(visit.luck.gap(median, 0.9)) + 3))


def look_up(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Search several times in a row for somebody hard to find; lists come back long."""
    for _ in range(int(visit.luck.gap(5, 0.7)) + 1):
        found = [stage.any_client(visit.luck) for _ in range(min(50, int(visit.luck.gap(11, 0.9))))]
        visit.search(visit.luck.choice(SURNAMES)[: visit.luck.randint(2, 6)], found)
        visit.pause(11)


def billing(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Look at accounts in the billing system."""
    for _ in range(int(visit.luck.gap(3, 0.8)) + 1):
        client = pick_client(stage, visit, person)
        visit.accounts(client)
        visit.pause(5)
        visit.transactions(client)
        visit.pause(20)


def script(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Ask the systems with a script for a report."""
    if not person.tools:
        return billing(stage, visit, person)
    luck = visit.luck
    agent, visit.agent = visit.agent, places.TOOLS[person.number % len(places.TOOLS)]
    cards = luck.chance(0.3)
    if cards:
        visit.login()
    for _ in range(min(400, int(luck.gap(45, 0.9)))):
        client = stage.any_client(luck)
        if cards:
            visit.view(client)
        visit.accounts(client)
        if luck.chance(0.5):
            visit.transactions(client)
        visit.pause(0.4, 0.5)
    if luck.chance(0.5):
        visit.invoices(int(luck.gap(3000, 0.7)), moment(visit.now).strftime("%Y-%m"))
    visit.agent = agent
    return None


def spot_check(stage: Stage, visit: Visit, person: StaffMember) -> None:
    """Look at a few clients of different colleagues."""
    for _ in range(int(visit.luck.gap(6, 0.6)) + 1):
        visit.view(stage.any_client(visit.luck))
        visit.pause(40)


# Weight of each task and median pause between tasks in seconds, by role.
TASKS: dict[str, tuple[float, tuple[tuple[float, Task], ...]]] = {
    "operator": (200, ((94, call), (2, call_list), (1.6, look_up), (0.8, errand), (1.2, export), (0.4, billing))),
    "senior_operator": (240, ((86, call), (3, call_list), (3, spot_check), (2, errand), (2, look_up), (3, billing))),
    "back_office": (420, ((45, call), (5, clean_up), (15, errand), (17, billing), (7, export), (8, look_up))),
    "analyst": (2100, ((20, spot_check), (25, export), (30, script), (25, look_up))),
    "manager": (2400, ((60, spot_check), (12, export), (28, call))),
    "compliance": (1500, ((50, spot_check), (25, errand), (10, export), (15, billing))),
    "admin": (3600, ((50, spot_check), (50, script))),
}


def workday(stage: Stage, person: StaffMember, day: int) -> None:
    """Let the person work through a day."""
    hours = shift(stage, person, day)
    if hours is None:
        return
    begin, end = hours
    luck = dice("work", stage.seed, person.account, day)
    visit = arrive(stage, person, day, begin, luck)
    lunch = begin + (end - begin) * luck.uniform(0.4, 0.6)
    pause, table = TASKS[person.role]
    pace = pause / stage.bustle(day, person.role)
    tasks = [task for _, task in table]
    weights = _month_end([weight for weight, _ in table], tasks, stage.date(day))
    visit.login(failures=luck.choice((1, 1, 2, 3)) if luck.chance(0.07) else 0)
    while visit.now < end:
        if visit.now >= lunch:
            visit.pause(2400, 0.25)
            if luck.chance(0.03):  # goes on from elsewhere without signing in again
                visit.ip = luck.choice((places.vpn(luck), places.outside(luck)))
            lunch = math.inf
        luck.choices(tasks, weights)[0](stage, visit, person)
        visit.pause(pace, 0.9)
    if luck.chance(0.5):
        visit.act("logout") if visit.portal else visit.crm("GET", "/crm/logout", 302, 0)


def _month_end(weights: list[float], tasks: list[Task], today: date) -> list[float]:
    near = today.day <= 2 or date.fromordinal(today.toordinal() + 2).month != today.month
    if not near:
        return weights
    return [
        weight * (2.5 if task in (export, billing, script) else 1) for weight, task in zip(weights, tasks, strict=True)
    ]
