"""What is open now, what is owed, and whether the service sees: the first page, and that of the sources.

Comes in: addresses. Goes out: pages that a script asks for again every few seconds. A GET changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from detector.errors import DeniedError
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.incidents import Incident
from detector.web.charts import day_strip
from detector.web.context import OPEN_READ, PageContext
from detector.web.ports import ConsolePort, OnCallView, OwedThing, ServiceView
from detector.web.texts import PageTexts
from detector.web.untaken import is_untaken
from detector.web.views.health_summary import HealthSummary, summary
from detector.web.views.page_views import by_need, card, recently_closed, spent

_READ = ["GET", "HEAD"]
EVERY_SECONDS = 15
"""How often a script asks for a page that shows what goes on."""
_OPEN_SHOWN = 100
_LOOKED_THROUGH = 50
_OWED_SHOWN = 12
_LAWS_SHOWN = 4


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/", methods=_READ)
    def now(request: Request) -> Response:
        return now_page(house, request)

    @router.api_route("/sources", methods=_READ)
    def sources(request: Request) -> Response:
        return house.page(
            request,
            "sources.html",
            every=EVERY_SECONDS,
            **_service(house, house.console(request), house.words(request)),
        )

    return router


def now_page(house: PageContext, request: Request, *, status: int = 200, problems: tuple[str, ...] = ()) -> Response:
    """Return the first page, with what is wrong after a form that was not taken."""
    console, words = house.console(request), house.words(request)
    found = console.incidents(open_only=True, limit=OPEN_READ)
    shown, hidden = most_needed(found, _OPEN_SHOWN)
    steps, now = console.checklists([each.id for each in shown]), house.clock.now()
    cards = [card(each, steps[each.id], now) for each in shown]
    takable = console.takable([each.incident for each in cards if each.untaken])
    owed = console.agenda(_OPEN_SHOWN)
    name = request.state.who.name
    return house.page(
        request,
        "now.html",
        status=status,
        problems=problems,
        every=0 if problems else EVERY_SECONDS,
        strip=False,
        back="now",
        cards=cards,
        first_untaken=next((each.incident.id for each in cards if each.incident.id in takable), ""),
        takable=takable,
        opened=len(found),
        nobodys=sum(is_untaken(each, words.now) for each in found),
        mine=[each for each in owed if each.owner == name],
        others=[each for each in owed if each.owner != name],
        owed_shown=_OWED_SHOWN,
        owed_in=len({each.incident.id for each in owed if each.incident is not None}),
        owed_read=_OPEN_SHOWN,
        laws=[law for each in owed if (law := _law(each, words)) is not None][:_LAWS_SHOWN],
        roster=_roster(console),
        more=len(found) == OPEN_READ,
        hidden=hidden,
        closed=recently_closed(console.incidents(limit=_LOOKED_THROUGH)),
        **_service(house, console, words),
    )


def _roster(console: ConsolePort) -> OnCallView | None:
    """Return who is on call; None for whoever was let into a case and may not see how the team works."""
    try:
        return console.on_call(1)
    except DeniedError:
        return None


def most_needed(found: Sequence[Incident], most: int) -> tuple[list[Incident], int]:
    """Return the incidents that need somebody most, and how many others there are."""
    return sorted(found, key=by_need)[:most], max(len(found) - most, 0)


def _law(owed: OwedThing, words: PageTexts) -> tuple[OwedThing, int, str] | None:
    """Return a duty that is owed, with the share of its time that is gone; None for anything else."""
    if owed.item.kind is not AgendaKind.DUTY or owed.incident is None:
        return None
    return owed, *spent(owed.item.since, owed.item.due_at, words.now)


def _service(house: PageContext, console: ConsolePort, words: PageTexts) -> dict[str, Any]:
    """Return what the templates say of the service, as far as whoever looks may know it."""
    service, now = house.service(), house.clock.now()
    service = replace(service, checks=console.checks(service.checks))
    health = summary(service.checks, now)
    return {
        "service": service,
        "health": health,
        "spots": _spots(service, health, words),
        "strips": {each.name: day_strip(each.hours, now) for each in service.sources},
        "stuck": (now - service.beat_at).total_seconds() > EVERY_SECONDS,
    }


def _spots(service: ServiceView, health: HealthSummary, words: PageTexts) -> list[str]:
    """Return every blind spot in words: what does not work, and targets that took no message."""
    said = [words.reason(each) for each in service.spots_said] or list(service.blind_spots)
    return said + [words.t("health-target-failed", name=check.name) for check in health.bad_targets]
