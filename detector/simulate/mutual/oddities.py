"""Honest things that look odd: planted, and counted apart, so that a detector pays for taking them for leaks.

Comes in: a plan, as for a leak. Goes out: rows on the tape with the plan's tag.
"""

from detector.simulate import world as places
from detector.simulate.mutual.leaks import Scene, ScenePlan, insider, intruder
from detector.simulate.mutual.machines import probe_status
from detector.simulate.stage import Stage
from detector.simulate.visit import Visit
from detector.simulate.world import Dice, dice

_CHECKS = (
    "/crm/clients?q=%27+OR+1%3D1--", "/crm/clients?q=%3Cscript%3E", "/static/..%2f..%2fetc/passwd", "/.env",
    "/crm/clients?q=%27+UNION+SELECT+null--", "/backup.zip", "/robots.txt", "/admin", "/server-status", "/crm/login",
)  # fmt: skip


def authorised_scan(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """A contractor looks for holes, as agreed; some probes are answered with an ordinary page."""
    visit = intruder(stage, plan, luck, "Mozilla/5.0 (compatible; Nessus)")
    for _ in range(luck.randint(600, 1400)):
        probe = luck.choice(_CHECKS)
        if luck.chance(0.1):
            visit.crm("GET", probe, 200, luck.randint(600, 2600), 0.05)
        else:
            probe_status(visit, probe)
        visit.pause(0.9, 1.0)


def holiday_cover(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Serve the clients of a colleague who is away."""
    visit = insider(stage, plan, luck)
    for client in stage.strangers(luck, plan.who, luck.randint(60, 130)):
        visit.view(client)
        visit.pause(70, 1.0)


def travel(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Work from a hotel, in the evening."""
    own = insider(stage, plan, luck)
    visit = intruder(stage, plan, luck, luck.choice((own.agent, *places.PHONES)))
    visit.login()
    for _ in range(luck.randint(10, 30)):
        visit.view(stage.any_client(luck))
        visit.pause(60)
    visit.export(luck.randint(200, 3000))


def forgotten_password(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Mistype the password many times after the holidays, then work on."""
    visit = insider(stage, plan, luck)
    if luck.chance(0.5):
        visit.ip = places.home(plan.who, stage.seed, plan.day)
    visit.login(failures=luck.randint(8, 25))
    for _ in range(luck.randint(10, 40)):
        visit.view(stage.any_client(luck))
        visit.pause(60)


def auditors_request(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Take a large list out late in the evening, because the auditors want it tomorrow."""
    visit = insider(stage, plan, luck)
    visit.login()
    for _ in range(luck.randint(1, 3)):
        visit.export(luck.randint(4000, 14_000))
        visit.pause(400)


def night_migration(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Copy all accounts to a new system by night, from a new server."""
    if plan.program is None:
        raise ValueError("night_migration needs a program")
    visit = Visit(
        stage.tape, luck, plan.program.account, "service", plan.address, luck.choice(places.TOOLS), plan.begin,
        tag=plan.id,
    )  # fmt: skip
    for _ in range(luck.randint(700, 1500)):
        visit.accounts(stage.any_client(luck))
        visit.pause(0.5)


def access_request(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Collect everything about some clients who asked what is kept about them."""
    visit = insider(stage, plan, luck)
    for _ in range(luck.randint(3, 8)):
        client = stage.any_client(luck)
        visit.view(client)
        for number in range(luck.randint(6, 20)):
            visit.document(client, number + 1)
            visit.pause(15)


def complaint_review(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Go through the cards of a block of neighbouring clients after a complaint."""
    visit = insider(stage, plan, luck)
    client = stage.any_client(luck)
    for step in range(luck.randint(40, 160)):
        if client + step not in places.CANARIES:
            visit.view(client + step)
            visit.pause(10)


def famous_client(stage: Stage, plan: ScenePlan, luck: Dice) -> None:
    """Prepare meetings with well-known clients."""
    visit = insider(stage, plan, luck)
    for client in luck.sample(places.WATCHED, luck.randint(3, 7)):
        visit.view(client)
        visit.document(client, 1)
        visit.pause(200)


ODDITIES: dict[str, tuple[Scene, tuple[str, ...]]] = {
    "authorised_scan": (authorised_scan, ()),
    "holiday_cover": (holiday_cover, ("operator", "senior_operator")),
    "travel": (travel, ("manager", "analyst", "back_office")),
    "forgotten_password": (forgotten_password, ("operator", "back_office")),
    "auditors_request": (auditors_request, ("compliance", "back_office", "analyst")),
    "night_migration": (night_migration, ()),
    "access_request": (access_request, ("compliance", "back_office")),
    "complaint_review": (complaint_review, ("manager", "senior_operator")),
    "famous_client": (famous_client, ("senior_operator", "manager")),
}
FROM_OUTSIDE = frozenset({"authorised_scan", "travel"})
IN_THE_EVENING = frozenset({"travel", "auditors_request"})


def run(stage: Stage, plan: ScenePlan) -> None:
    """Let an oddity happen."""
    ODDITIES[plan.kind][0](stage, plan, dice("oddity", stage.seed, plan.id, plan.begin))
