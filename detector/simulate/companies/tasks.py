"""The tasks of honest work, and a day made of them.

Comes in: the business, a person, a day. Goes out: lines in the logbook. Work is uneven on purpose: log-normal pauses,
call lists of chance clients and of neighbours, document errands, exports that are somebody's duty, searches that return
many clients, mistyped passwords, scripts. Whatever a leak does, somebody does here for good reasons.
"""

import math
from collections.abc import Callable

from detector.simulate import world as places
from detector.simulate.companies.activity import Activity
from detector.simulate.companies.business import Business
from detector.simulate.companies.staffing import Employee
from detector.simulate.world import SURNAMES, TOOLS, Dice, dice

Task = Callable[[Business, Activity, Employee], None]


def search_text(luck: Dice, longest: int = 9) -> str:
    """Return what people type into a search."""
    if longest > 3 and luck.random() < 0.01:
        return "o%27brien"
    return luck.choice(SURNAMES)[: luck.randint(min(3, longest - 2), longest)]


def serve(business: Business, desk: Activity, person: Employee) -> None:
    """Serve one client: find, open, and now and then more."""
    luck = desk.luck
    client = business.next_client(luck, person, desk.now)
    if luck.random() < 0.5:
        others = [business.clientele.any(luck, desk.now) for _ in range(min(24, int(luck.gap(2.5, 0.9))))]
        desk.act("search", [client, *others], text=search_text(luck))
        desk.pause(7)
    desk.view(client)
    if luck.random() < 0.35:
        desk.pause(15)
        desk.act("history", (client,))
    if luck.random() < 0.4:
        desk.pause(60)
        desk.act("update", (client,))
    if luck.random() < 0.12:
        desk.pause(25)
        desk.documents(client, 1 if luck.random() < 0.8 else luck.randint(2, 5))


def work_list(business: Business, desk: Activity, person: Employee) -> None:
    """Go through some of one's own clients in the order of the list."""
    own = business.caseload.own(person)
    if not own:
        return serve(business, desk, person)
    begin = desk.luck.randrange(len(own))
    for client in own[begin : begin + min(60, int(desk.luck.gap(12, 0.6)) + 1)]:
        desk.view(client)
        desk.pause(30, 1.0)
    return None


def ward_round(business: Business, desk: Activity, person: Employee) -> None:
    """Look at everybody on the ward, bed by bed."""
    for client in business.caseload.own(person):
        if desk.luck.random() < 0.85:
            desk.view(client)
            desk.pause(50, 0.7)
        if desk.luck.random() < 0.25:
            desk.act("history", (client,))
            desk.pause(20)
        if desk.luck.random() < 0.25:
            desk.act("update", (client,))
            desk.pause(40)


def queue(business: Business, desk: Activity, person: Employee) -> None:
    """Look through pages of the list of open matters and take some of them."""
    luck = desk.luck
    for page in range(1, 1 + min(9, int(luck.gap(1.6, 0.7)) + 1)):
        shown = [business.next_client(luck, person, desk.now) for _ in range(luck.randint(12, 25))]
        desk.act("browse", shown, page=page, text="open")
        desk.pause(15)
    desk.views(shown[: luck.randint(0, 3)], 60)


def chance_list(business: Business, desk: Activity, person: Employee) -> None:
    """Call clients of a list that chance has drawn."""
    count = min(120, int(desk.luck.gap(18, 0.7)) + 2)
    desk.views(business.clientele.several(desk.luck, desk.now, count), 45, 1.0)


def neighbours_list(business: Business, desk: Activity, person: Employee) -> None:
    """Correct or call clients who are neighbours in number."""
    luck = desk.luck
    count = min(220, int(luck.gap(22, 0.8)) + 2)
    for client in business.clientele.neighbours(luck, desk.now, count, luck.choice((1, 1, 1, 2, 3))):
        desk.view(client)
        desk.pause(6, 0.9)
        if luck.random() < 0.3:
            desk.act("update", (client,))
            desk.pause(9)


def errand(business: Business, desk: Activity, person: Employee) -> None:
    """Fetch documents of several clients for somebody who asked."""
    for _ in range(min(60, int(desk.luck.gap(6, 0.8)) + 1)):
        desk.documents(business.next_client(desk.luck, person, desk.now), 1 if desk.luck.random() < 0.8 else 3)
        desk.pause(20)


def referral(business: Business, desk: Activity, person: Employee) -> None:
    """Open a client somebody else has sent, with all that is known."""
    client = business.caseload.own(business.caseload.colleague(desk.luck, person))[:1]
    for one in client or [business.clientele.any(desk.luck, desk.now)]:
        desk.view(one)
        desk.pause(30)
        desk.act("history", (one,))
        desk.pause(40)
        desk.documents(one, desk.luck.randint(1, 3))


def report(business: Business, desk: Activity, person: Employee) -> None:
    """Export a list, as is one's duty: one's own clients, or as many as the report is about."""
    luck = desk.luck
    own = business.caseload.own(person)
    if own and luck.random() < 0.6:
        clients = own[: luck.randint(min(10, len(own)), len(own))]
    else:
        share = 0.12 if person.tools or person.job.name in ("analyst", "manager", "auditor") else 0.004
        most = business.clientele.count(desk.now)
        clients = business.clientele.several(luck, desk.now, min(most, int(luck.gap(share * most, 0.9)) + 3))
    desk.act("export", clients)


def look_up(business: Business, desk: Activity, person: Employee) -> None:
    """Search several times in a row for somebody hard to find; lists come back long."""
    luck = desk.luck
    for _ in range(min(25, int(luck.gap(4, 0.8)) + 1)):
        text = search_text(luck)
        for page in range(1, 1 + (luck.randint(1, 4) if luck.random() < 0.3 else 1)):
            shown = [business.clientele.any(luck, desk.now) for _ in range(min(25, int(luck.gap(11, 0.9))))]
            desk.act("search", shown, text=text, page=page)
            desk.pause(9)


def spot_check(business: Business, desk: Activity, person: Employee) -> None:
    """Look at a few clients of different colleagues, well-known ones among them."""
    luck = desk.luck
    for _ in range(int(luck.gap(5, 0.6)) + 1):
        watched = luck.random() < 0.03
        desk.view(luck.choice(list(business.clientele.watched)) if watched else business.clientele.any(luck, desk.now))
        desk.pause(40)


def script(business: Business, desk: Activity, person: Employee) -> None:
    """Ask the system with a script for a report."""
    if not person.tools:
        return spot_check(business, desk, person)
    luck = desk.luck
    agent, desk.agent = desk.agent, TOOLS[person.number % len(TOOLS)]
    desk.act("login")
    desk.views(business.clientele.several(luck, desk.now, min(300, int(luck.gap(35, 0.9)))), 0.5, 0.5)
    if luck.random() < 0.15:
        desk.act("export", business.clientele.several(luck, desk.now, min(6000, int(luck.gap(500, 1.0)) + 1)))
    desk.agent = agent
    return None


def maintenance(business: Business, desk: Activity, person: Employee) -> None:
    """Look at the database with its own client: a few rows, a count, now and then a table."""
    if business.shape.audit != "postgresql.csv" or "audit" not in business.log.files:
        return script(business, desk, person)
    luck = desk.luck
    console = business.stranger(luck, person.account, person.job.name, business.desk(person), "psql", desk.now)
    console.direct = True
    console.act("login")
    for _ in range(int(luck.gap(4, 0.7)) + 1):
        console.pause(40)
        if luck.random() < 0.3:
            count = min(6000, int(luck.gap(150, 1.2)) + 1)
            console.act("search", business.clientele.several(luck, desk.now, count), text=search_text(luck))
        else:
            console.view(business.clientele.any(luck, desk.now))
    if luck.random() < 0.05:
        console.act("export", business.clientele.several(luck, desk.now, business.clientele.count(desk.now)))
    console.act("logout")
    desk.now = console.now
    return None


TASKS: dict[str, Task] = {
    "serve": serve, "work_list": work_list, "ward_round": ward_round, "queue": queue, "chance_list": chance_list,
    "neighbours_list": neighbours_list, "errand": errand, "referral": referral, "report": report, "look_up": look_up,
    "spot_check": spot_check, "script": script, "maintenance": maintenance,
}  # fmt: skip


def _weights(business: Business, person: Employee, day: int) -> dict[str, float]:
    weights = dict(person.job.tasks)
    if person.tools:
        weights.setdefault("script", sum(weights.values()) * 0.004)
    if business.rota.month_end(day):
        weights = {name: weight * business.shape.seasonal.get(name, 1.0) for name, weight in weights.items()}
    campaign = dice("campaign", business.seed, person.team, day // 3)
    if "chance_list" in weights and campaign.chance(0.12):
        weights[campaign.choice(("chance_list", "neighbours_list"))] = max(weights.values()) * 0.08
    return weights


def workday(business: Business, person: Employee, day: int) -> None:
    """Let the person work through a day."""
    hours = business.shift(person, day)
    if hours is not None:
        work(
            business,
            person,
            business.activity(person, hours[0], dice("work", business.seed, person.account, day)),
            hours[1],
        )


def work(business: Business, person: Employee, desk: Activity, end: float) -> None:
    """Let the person work until the end of the shift, with a break."""
    luck, begin, day = desk.luck, desk.now, business.day_of(desk.now)
    lunch = begin + (end - begin) * luck.uniform(0.4, 0.6)
    weights = _weights(business, person, day)
    names, shares = list(weights), list(weights.values())
    pace = person.job.pause / business.bustle(day)
    reserved = business.reserved.get(person.account, [])
    troubled = luck.chance(0.6 if day == business.rota.password_day else 0.06)
    desk.sign_in(failures=luck.choice((1, 1, 2, 3, 6)) if troubled else 0)
    while desk.now < end:
        if desk.now >= lunch:
            desk.pause(2400, 0.25)
            if luck.chance(0.03):  # goes on from elsewhere without signing in again
                desk.ip = luck.choice((f"10.99.0.{luck.randint(2, 200)}", places.outside(luck), business.mobile(luck)))
            lunch = math.inf
        busy = [until for since, until in reserved if since <= desk.now < until]
        if busy:
            desk.now = max(busy) + luck.gap(60)
            continue
        TASKS[luck.choices(names, shares)[0]](business, desk, person)
        desk.pause(pace, 0.9)
    if luck.chance(0.5):
        desk.act("logout")
