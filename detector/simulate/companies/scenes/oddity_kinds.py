"""Honest things that look odd: planted, and counted apart, so that a detector pays for taking them for leaks.

Comes in: one activity of a scene. Goes out: lines with its tag. For every kind of leak something here looks like it.
"""

from collections.abc import Mapping

from detector.simulate import world as places
from detector.simulate.companies.background import PROBES
from detector.simulate.companies.scenes.staging import Performance, SceneKind
from detector.simulate.companies.tasks import search_text, work


def holiday_cover(scene: Performance) -> None:
    """Serve the clients of a colleague who is away."""
    desk, caseload = scene.insider(), scene.business.caseload
    theirs = caseload.own(caseload.colleague(scene.luck, scene.scene.person)) or scene.loot(60)
    scene.burst(desk, scene.luck.sample(theirs, min(len(theirs), scene.luck.randint(30, 90))), desk.view, 70)


def handover(scene: Performance) -> None:
    """Take over the clients of a colleague who leaves, all of them in the order of the list."""
    desk, caseload = scene.insider(), scene.business.caseload
    theirs = caseload.own(caseload.colleague(scene.luck, scene.scene.person)) or scene.loot(60)
    scene.burst(desk, theirs[:250], desk.view, 12)


def yearly_review(scene: Performance) -> None:
    """Go through all of one's own clients, as is demanded once a year, and export the list."""
    desk = scene.insider()
    own = scene.business.caseload.own(scene.scene.person)
    scene.burst(desk, own[:300], desk.view, 14)
    if scene.luck.chance(0.5):
        desk.act("export", own)


def travel(scene: Performance) -> None:
    """Work from a hotel in the evening, and take a list along."""
    person, luck = scene.scene.person, scene.luck
    agent = luck.choice((scene.insider().agent, *places.PHONES))
    away = scene.intruder(person.account, person.job.name, agent)
    away.sign_in(failures=luck.choice((0, 0, 1)))
    away.views([scene.business.next_client(luck, person, away.now) for _ in range(luck.randint(10, 30))], 60)
    if luck.chance(0.5):
        away.act("export", scene.business.clientele.several(luck, away.now, luck.randint(200, 2500)))


def forgotten_password(scene: Performance) -> None:
    """Mistype the password many times, from home as likely as not, then work on."""
    desk, person, luck = scene.insider(), scene.scene.person, scene.luck
    if luck.chance(0.5):
        desk.ip = scene.business.home(person, scene.business.day_of(scene.when))
    desk.sign_in(failures=min(120, 5 + int(luck.gap(14, 0.9))))
    desk.views([scene.business.next_client(luck, person, desk.now) for _ in range(luck.randint(10, 40))], 60)


def auditors_request(scene: Performance) -> None:
    """Export large lists late in the evening, because the auditors want them tomorrow."""
    desk = scene.at_night()
    for _ in range(scene.luck.randint(1, 4)):
        desk.act("export", scene.business.clientele.several(scene.luck, desk.now, scene.luck.randint(1500, 9000)))
        desk.pause(300)


def report_series(scene: Performance) -> None:
    """Export a part of a report each day."""
    desk = scene.insider()
    desk.act("export", scene.business.clientele.several(scene.luck, desk.now, scene.luck.randint(150, 2500)))


def service_moved(scene: Performance) -> None:
    """A program runs from a new server, while the old one still works, and reads everything anew."""
    service, luck = scene.scene.service, scene.luck
    if service is None:
        return
    address = scene.scene.address if luck.chance(0.6) else f"10.1.9.{luck.randint(2, 250)}"
    agent = luck.choice((service.agent, *places.TOOLS))
    role = "partner" if service.kind == "partner" else "service"
    run = scene.business.stranger(luck, service.account, role, address, agent, scene.when, scene.scene.id)
    own = scene.business.caseload.of(service.account)
    clients = own or scene.business.clientele.neighbours(luck, run.now, luck.randint(200, 700))
    run.views(clients[:700], 0.8)


def partner_onboarding(scene: Performance) -> None:
    """A partner gets new clients and fetches them all."""
    service, luck = scene.scene.service, scene.luck
    if service is None:
        return
    run = scene.business.program(service, scene.when, luck, scene.scene.id)
    fresh = scene.business.clientele.several(luck, run.now, luck.randint(60, 400))
    run.views(fresh, 3)
    for client in fresh:
        scene.business.caseload.serve(service.account, client, 100_000)


def access_request(scene: Performance) -> None:
    """Collect everything about some clients who asked what is kept about them."""
    desk, luck = scene.insider(), scene.luck
    for client in scene.business.clientele.several(luck, desk.now, luck.randint(3, 9)):
        desk.view(client)
        desk.act("history", (client,))
        desk.documents(client, luck.randint(5, 18))
        desk.pause(60)


def document_audit(scene: Performance) -> None:
    """Check the documents of many clients for completeness."""
    desk = scene.insider()
    clients = scene.business.clientele.several(scene.luck, desk.now, scene.luck.randint(30, 120))
    scene.burst(desk, clients, desk.documents, 20)


def complaint_review(scene: Performance) -> None:
    """Go through the cards of a block of neighbours after a complaint."""
    desk = scene.insider()
    count, pace = (scene.luck.randint(40, 260), 7) if scene.luck.chance(0.7) else (scene.luck.randint(300, 900), 2)
    scene.burst(desk, scene.business.clientele.neighbours(scene.luck, desk.now, count), desk.view, pace)


def clean_up(scene: Performance) -> None:
    """Correct runs of neighbouring clients between other work."""
    desk, luck = scene.insider(), scene.luck
    for _ in range(luck.randint(4, 12)):
        scene.burst(desk, scene.business.clientele.neighbours(luck, desk.now, luck.randint(5, 18)), desk.view, 12)
        desk.pause(900)


def famous_client(scene: Performance) -> None:
    """Prepare meetings with well-known clients."""
    desk, luck = scene.insider(), scene.luck
    count = luck.randint(3, 14) if luck.chance(0.75) else luck.randint(20, 40)  # an invitation to all of them
    for client in luck.sample(sorted(scene.business.clientele.watched), count):
        desk.view(client)
        desk.documents(client)
        desk.pause(150)


def authorised_scan(scene: Performance) -> None:
    """A contractor looks for holes, as agreed, and finds one that shows a few records."""
    luck = scene.luck
    scan = scene.intruder("", "", luck.choice(places.SCANNERS[:5]))
    for _ in range(luck.randint(150, 400)):
        scan.act("search", text=luck.choice(PROBES), status=luck.choice((400, 401, 403, 404)))
        scan.pause(0.9, 1.0)
    for _ in range(luck.randint(1, 3)):
        shown = scene.business.clientele.several(luck, scan.now, luck.randint(0, 3))
        scan.act("search", shown, text=luck.choice(PROBES))
        scan.pause(20)
        scan.act("search", text=luck.choice(PROBES), size=int(luck.gap(600_000, 1.0)))  # a long page that says nothing


def long_search(scene: Performance) -> None:
    """Look for a client of whom hardly anything is known, page after page."""
    desk, luck = scene.insider(), scene.luck
    for _ in range(luck.randint(5, 16)):
        text = search_text(luck, 3)
        for page in range(1, 1 + luck.randint(2, 9)):
            shown = [scene.business.clientele.any(luck, desk.now) for _ in range(luck.randint(18, 25))]
            desk.act("search", shown, text=text, page=page)
            desk.pause(8)


def back_from_long_leave(scene: Performance) -> None:
    """Work again after many weeks, at home, on whoever comes up."""
    person, luck = scene.scene.person, scene.luck
    desk = scene.insider()
    desk.ip = scene.business.home(person, scene.business.day_of(scene.when))
    work(scene.business, person, desk, scene.when + luck.uniform(3, 7) * 3600)


def emergency_maintenance(scene: Performance) -> None:
    """Repair something at night: with the database's client where there is one, else with a script."""
    business, luck, desk = scene.business, scene.luck, scene.at_night()
    desk.direct = business.shape.audit == "postgresql.csv"
    desk.agent = "psql" if desk.direct else luck.choice(places.TOOLS)
    desk.act("login")
    for _ in range(luck.randint(1, 4)):
        desk.views(business.clientele.several(luck, desk.now, luck.randint(1, 60)), 2)
        clients = business.clientele.several(luck, desk.now, min(40_000, int(luck.gap(1200, 1.3))))
        desk.act("export" if luck.chance(0.4) else "search", clients, text=search_text(luck, 3))
        desk.pause(400)
    desk.act("logout")


def elsewhere_by_midday(scene: Performance) -> None:
    """Go on from a café or a train with the session of the morning."""
    desk, person, luck = scene.insider(), scene.scene.person, scene.luck
    desk.ip = scene.scene.address if luck.chance(0.5) else scene.business.mobile(luck)
    desk.agent = scene.business.any_browser(luck) if luck.chance(0.4) else desk.agent
    desk.views([scene.business.next_client(luck, person, desk.now) for _ in range(luck.randint(15, 60))], 45)


def training_pair(scene: Performance) -> None:
    """Two colleagues train on chance clients side by side."""
    clients = scene.business.clientele.several(scene.luck, scene.when, scene.luck.randint(20, 150))
    for number, person in enumerate(scene.scene.people):
        desk = scene.insider(person, scene.when + number * 40)
        scene.burst(desk, clients[number::2] + clients[:5], desk.view, 50)


def campaign_by_hand(scene: Performance) -> None:
    """Call a chance list over several days."""
    desk = scene.insider()
    clients = scene.business.clientele.several(scene.luck, desk.now, scene.luck.randint(20, 70))
    scene.burst(desk, clients, desk.view, 90)


def busy_errand(scene: Performance) -> None:
    """Fetch documents for a colleague who is in a hurry."""
    desk, person, luck = scene.insider(), scene.scene.person, scene.luck
    clients = [scene.business.next_client(luck, person, desk.now) for _ in range(luck.randint(10, 30))]
    scene.burst(desk, clients, desk.documents, 25)


ODDITY_KINDS: Mapping[str, SceneKind] = {
    "holiday_cover": SceneKind(play=holiday_cover, actor="keeper", days=(1, 9)),
    "handover": SceneKind(play=handover, actor="keeper"),
    "yearly_review": SceneKind(play=yearly_review, actor="keeper"),
    "travel": SceneKind(play=travel, actor="person", when="evening", outside=True),
    "forgotten_password": SceneKind(play=forgotten_password, actor="person"),
    "auditors_request": SceneKind(play=auditors_request, actor="person", when="night"),
    "report_series": SceneKind(play=report_series, actor="person", days=(3, 6)),
    "service_moved": SceneKind(play=service_moved, actor="service", when="any", outside=True),
    "partner_onboarding": SceneKind(play=partner_onboarding, actor="partner", when="any"),
    "access_request": SceneKind(play=access_request, actor="person"),
    "document_audit": SceneKind(play=document_audit, actor="person"),
    "complaint_review": SceneKind(play=complaint_review, actor="person"),
    "clean_up": SceneKind(play=clean_up, actor="person"),
    "famous_client": SceneKind(play=famous_client, actor="person"),
    "authorised_scan": SceneKind(play=authorised_scan, actor="nobody", when="any", outside=True),
    "long_search": SceneKind(play=long_search, actor="person"),
    "back_from_long_leave": SceneKind(play=back_from_long_leave, actor="dormant"),
    "emergency_maintenance": SceneKind(play=emergency_maintenance, actor="admin", when="night", direct=True),
    "elsewhere_by_midday": SceneKind(play=elsewhere_by_midday, actor="person", outside=True),
    "training_pair": SceneKind(play=training_pair, actor="pair"),
    "campaign_by_hand": SceneKind(play=campaign_by_hand, actor="person", days=(2, 4)),
    "busy_errand": SceneKind(play=busy_errand, actor="keeper"),
}
