"""The page of planned work: what is expected of whom, who said so, what it covered; there it is reviewed and ended.

Comes in: addresses and forms. Goes out: the page, and the two acts through the console.
"""

from fastapi import APIRouter, Request, Response

from detector.schema.team.grants import PersonAct
from detector.web.context import PageContext
from detector.web.forms import Form, Typed
from detector.web.row_buttons import pressed

_PLACE = "/expected"
_SHOWN = 200
_ACTS = (PersonAct.REVIEW_EXPECTED, PersonAct.END_EXPECTED)


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route(_PLACE, methods=["GET", "HEAD"])
    def expected(request: Request) -> Response:
        return _page(house, request)

    @router.post(_PLACE + "/{ref}/{act}")
    def decide(request: Request, ref: str, act: str, form: Form) -> Response:
        return _decide(house, request, ref, act, form)

    return router


def _decide(house: PageContext, request: Request, ref: str, act: str, form: Typed) -> Response:
    console = house.console(request)
    acts = {"review": console.review_expected, "end": console.end_expected}
    return pressed(house, request, form, acts.get(act), ref, page=_page, place=_PLACE)


def _page(house: PageContext, request: Request, *, status: int = 200, problems: list[str] | None = None) -> Response:
    found = house.console(request).expected()
    return house.page(
        request,
        "expected.html",
        status=status,
        problems=problems or (),
        works=found[:_SHOWN],
        more=len(found) > _SHOWN,
        may={act.value for act in house.console(request).acts_by_role()},
        able=house.console(request).able_by_role(_ACTS),
        here=_PLACE,
    )
