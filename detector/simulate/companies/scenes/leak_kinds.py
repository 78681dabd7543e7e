"""Client data leaving a company: eighteen ways, each loud, medium and quiet.

Comes in: one activity of a scene. Goes out: lines with its tag. Insiders come from their usual place and sign in like
everybody; intruders come from the same pools of addresses as homes, hotels and customers, with agents that honest
people use, too.
"""

from collections.abc import Mapping

from detector.simulate import world as places
from detector.simulate.companies.activity import Activity
from detector.simulate.companies.background import PROBES
from detector.simulate.companies.scenes.staging import Performance, SceneKind
from detector.simulate.companies.shape import ServiceAccount
from detector.simulate.companies.tasks import search_text


def bulk_reader(scene: Performance) -> None:
    """Read many cards one has no business with today."""
    desk = scene.insider()
    scene.spread(desk, scene.loot(scene.count), desk.view)


def sequential_ids(scene: Performance) -> None:
    """Walk through the clients by number."""
    desk, luck = scene.insider(), scene.luck
    if scene.scene.strength == "loud" and luck.chance(0.4):
        desk.agent = luck.choice(places.TOOLS)
    step = 1 if scene.scene.strength != "quiet" else luck.choice((1, 2, 3))
    scene.spread(desk, scene.business.clientele.neighbours(luck, desk.now, scene.count, step), desk.view)


def chains_between_work(scene: Performance) -> None:
    """Walk through short runs of neighbours, with ordinary work between."""
    desk, luck, left = scene.insider(), scene.luck, scene.count
    while left > 0:
        size = min(left, luck.randint(*{"loud": (12, 30), "medium": (6, 14), "quiet": (4, 8)}[scene.scene.strength]))
        scene.burst(desk, scene.business.clientele.neighbours(luck, desk.now, size), desk.view, scene.pace)
        desk.pause(900, 0.8)
        left -= size


def slow_drip(scene: Performance) -> None:
    """Take a little every day."""
    desk = scene.insider()
    scene.spread(desk, scene.loot(scene.count), desk.view, rest=2400)


def watched_snooping(scene: Performance) -> None:
    """Look at people one is curious about."""
    desk, luck = scene.insider(), scene.luck
    for client in luck.sample(sorted(scene.business.clientele.watched), min(scene.count, 40)):
        desk.view(client)
        desk.pause(scene.pace / 2)
        if luck.chance(0.4):
            desk.act("history", (client,))
        if luck.chance(0.3):
            desk.documents(client)
        desk.pause(scene.pace, 1.0)


def document_harvest(scene: Performance) -> None:
    """Download documents of client after client."""
    desk = scene.insider()
    scene.spread(desk, scene.loot(scene.count), desk.documents)


def search_pages(scene: Performance) -> None:
    """Page through search after search and keep what the lists show."""
    desk, luck, done = scene.insider(), scene.luck, 0
    begin = desk.now
    while done < scene.count:
        text = search_text(luck, 3)
        for page in range(1, 1 + luck.randint(2, 9)):
            shown = [scene.business.clientele.any(luck, desk.now) for _ in range(luck.randint(20, 25))]
            desk.act("search", shown, text=text, page=page)
            desk.pause(scene.pace)
            done += 1
    scene.business.reserved[desk.account].append((begin, min(desk.now, begin + 3600)))


def _exported(scene: Performance, count: int) -> list[int]:
    """Return the clients of one list: one's own, or whatever the filter gives."""
    if scene.scene.own:
        return scene.loot(count)
    return scene.business.clientele.several(scene.luck, scene.when, count)


def night_exporter(scene: Performance) -> None:
    """Sign in at night and export lists."""
    desk = scene.at_night()
    parts = {"loud": 4, "medium": 2, "quiet": 1}[scene.scene.strength]
    for _ in range(parts):
        desk.act("export", _exported(scene, scene.count // parts))
        desk.pause(scene.pace)


def export_split(scene: Performance) -> None:
    """Export a part every day, none of them large."""
    desk = scene.insider()
    desk.act("export", _exported(scene, scene.count))


def own_book_leaver(scene: Performance) -> None:
    """Copy one's own clients in the order of the list before one leaves."""
    desk = scene.insider()
    scene.spread(desk, scene.own_part(scene.scene.person), desk.view)
    if scene.first and scene.scene.strength != "quiet":
        desk.act("export", scene.business.caseload.own(scene.scene.person))


def _service(scene: Performance) -> ServiceAccount:
    if scene.scene.service is None:
        raise ValueError(f"{scene.scene.kind} needs a service account")
    return scene.scene.service


def service_key_elsewhere(scene: Performance) -> None:
    """Use a program's key from somewhere else while the program works on."""
    service = _service(scene)
    agent = service.agent if scene.scene.strength == "quiet" else scene.luck.choice(places.TOOLS)
    run = scene.intruder(service.account, "partner" if service.kind == "partner" else "service", agent)
    run.views(scene.business.clientele.several(scene.luck, run.now, scene.count), scene.pace)


def _read_elsewhere(scene: Performance, thief: Activity) -> None:
    thief.views(scene.loot(scene.count), scene.pace)
    if scene.scene.strength == "loud":
        thief.act("export", scene.business.clientele.several(scene.luck, thief.now, scene.luck.randint(800, 3000)))


def stolen_session(scene: Performance) -> None:
    """Go on with somebody's session of today from another network, without signing in."""
    own = scene.insider()
    thief = scene.intruder(own.account, own.role, own.agent)
    thief.session = own.session
    if scene.scene.strength != "quiet":
        thief.agent = scene.business.any_browser(scene.luck)
    _read_elsewhere(scene, thief)


def waking_account(scene: Performance) -> None:
    """Use an account nobody has used for long."""
    person = scene.scene.person
    thief = scene.intruder(person.account, person.job.name, scene.business.any_browser(scene.luck))
    thief.sign_in(failures=scene.luck.choice((0, 0, 1)))
    _read_elsewhere(scene, thief)


def guessed_password(scene: Performance) -> None:
    """Guess a password, get in, read."""
    person, luck = scene.scene.person, scene.luck
    loud = scene.scene.strength == "loud"
    thief = scene.intruder(
        person.account, person.job.name, luck.choice(places.TOOLS) if loud else scene.business.any_browser(luck)
    )
    for _ in range({"loud": 80, "medium": 25, "quiet": 9}[scene.scene.strength] + luck.randint(0, 20)):
        thief.act("login", status=401)
        thief.pause(2 if loud else 40)
    thief.sign_in()
    _read_elsewhere(scene, thief)


def injection(scene: Performance) -> None:
    """Probe the search without an account until it answers with everything."""
    luck, strength = scene.luck, scene.scene.strength
    agent = luck.choice(places.SCANNERS[:5]) if strength != "quiet" else scene.business.any_browser(luck)
    thief = scene.intruder("", "", agent)
    for _ in range({"loud": 40, "medium": 15, "quiet": 3}[strength] + luck.randint(0, 8)):
        thief.act("search", text=luck.choice(PROBES), status=luck.choice((400, 403, 404)))
        thief.pause(2 if strength == "loud" else 30)
    parts = {"loud": 4, "medium": 2, "quiet": 1}[strength]
    for _ in range(parts):
        poured = scene.business.clientele.several(luck, thief.now, scene.count // parts)
        thief.act("search", poured, text=luck.choice(PROBES[:2]))
        thief.pause(scene.pace)


def administrator_by_night(scene: Performance) -> None:
    """Read the tables themselves at night, as only an administrator can."""
    business, luck = scene.business, scene.luck
    if business.shape.audit == "postgresql.csv":
        desk = scene.insider()
        desk.direct, desk.agent = True, "psql"
        desk.session = f"{luck.getrandbits(64):016x}"
    else:
        desk = scene.at_night()
        desk.agent = luck.choice(places.TOOLS)
    desk.act("login")
    parts = {"loud": 1, "medium": 4, "quiet": 6}[scene.scene.strength]
    for _ in range(parts):
        desk.pause(scene.pace)
        whole = scene.scene.strength == "loud" or not desk.direct
        clients = business.clientele.several(luck, desk.now, scene.count // parts)
        desk.act("export" if whole else "search", clients, text=search_text(luck, 3))
    desk.act("logout")


def colluding_pair(scene: Performance) -> None:
    """Two colleagues each take a part, so that neither takes much."""
    for number, person in enumerate(scene.scene.people):
        desk = scene.insider(person, scene.when + number * scene.luck.uniform(0, 2400))
        scene.spread(desk, scene.loot(scene.count // 2, person), desk.view)


def token_widening(scene: Performance) -> None:
    """A partner asks for clients it has nothing to do with, from its own server."""
    service, business = _service(scene), scene.business
    run = business.program(service, scene.when, scene.luck, scene.scene.id)
    own = set(business.caseload.of(service.account))
    clients = [one for one in business.clientele.several(scene.luck, run.now, scene.count + 20) if one not in own]
    run.views(clients[: scene.count], scene.pace)


def _amounts(loud: tuple[int, int, float], medium: tuple[int, int, float], quiet: tuple[int, int, float]) -> Mapping[
    str, tuple[int, int, float]
]:  # fmt: skip
    return {"loud": loud, "medium": medium, "quiet": quiet}


_INTRUDER = _amounts((150, 400, 2.5), (70, 130, 9), (25, 55, 28))

LEAK_KINDS: Mapping[str, SceneKind] = {
    "bulk_reader": SceneKind(
        play=bulk_reader, actor="keeper", own=True, amounts=_amounts((400, 900, 3.5), (120, 240, 14), (45, 90, 40))
    ),
    "sequential_ids": SceneKind(
        play=sequential_ids, actor="person", amounts=_amounts((500, 1200, 1.5), (150, 320, 8), (50, 110, 25))
    ),
    "chains_between_work": SceneKind(
        play=chains_between_work, actor="person", amounts=_amounts((250, 420, 6), (100, 170, 14), (40, 75, 30))
    ),
    "slow_drip": SceneKind(
        play=slow_drip, actor="keeper", own=True, days=(5, 10),
        amounts=_amounts((400, 700, 20), (160, 280, 45), (60, 120, 70)),
    ),
    "watched_snooping": SceneKind(
        play=watched_snooping, actor="person", days=(1, 2), amounts=_amounts((25, 40, 30), (10, 16, 70), (3, 6, 120))
    ),
    "document_harvest": SceneKind(
        play=document_harvest, actor="keeper", own=True, amounts=_amounts((120, 300, 5), (50, 95, 20), (20, 36, 60))
    ),
    "search_pages": SceneKind(
        play=search_pages, actor="person", amounts=_amounts((200, 420, 3), (70, 130, 12), (25, 45, 40))
    ),
    "night_exporter": SceneKind(
        play=night_exporter, actor="keeper", own=True, when="night",
        amounts=_amounts((8000, 20_000, 120), (1200, 3000, 200), (250, 700, 300)),
    ),
    "export_split": SceneKind(
        play=export_split, actor="keeper", own=True, days=(4, 7),
        amounts=_amounts((6000, 12_000, 60), (1500, 3000, 60), (500, 900, 60)),
    ),
    "own_book_leaver": SceneKind(
        play=own_book_leaver, actor="keeper", own=True, days=(1, 3),
        amounts=_amounts((200, 600, 4), (90, 220, 15), (40, 90, 35)),
    ),
    "service_key_elsewhere": SceneKind(
        play=service_key_elsewhere, actor="service", when="any", outside=True,
        amounts=_amounts((500, 1300, 0.7), (150, 320, 6), (50, 110, 25)),
    ),
    "stolen_session": SceneKind(play=stolen_session, actor="keeper", outside=True, own=True, amounts=_INTRUDER),
    "waking_account": SceneKind(play=waking_account, actor="dormant", when="any", outside=True, amounts=_INTRUDER),
    "guessed_password": SceneKind(play=guessed_password, actor="person", when="any", outside=True, amounts=_INTRUDER),
    "injection": SceneKind(
        play=injection, actor="nobody", when="any", outside=True,
        amounts=_amounts((6000, 20_000, 30), (800, 2500, 60), (120, 400, 60)),
    ),
    "administrator_by_night": SceneKind(
        play=administrator_by_night, actor="admin", when="night", direct=True,
        amounts=_amounts((20_000, 36_000, 60), (2500, 6000, 120), (300, 800, 240)),
    ),
    "colluding_pair": SceneKind(
        play=colluding_pair, actor="pair", own=True, days=(1, 3),
        amounts=_amounts((400, 800, 5), (140, 260, 18), (60, 110, 45)),
    ),
    "token_widening": SceneKind(
        play=token_widening, actor="partner", when="any", days=(1, 4),
        amounts=_amounts((400, 900, 2), (120, 260, 20), (40, 100, 60)),
    ),
}  # fmt: skip
