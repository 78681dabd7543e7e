"""The page of silences: what is muted until when, by whom and why; there they are made, agreed to and ended.

Comes in: addresses and forms. Goes out: the page, and the acts through the console.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.schema.team.grants import PersonAct
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, moment_typed
from detector.web.row_buttons import pressed
from detector.web.texts.problems import all_in_words, status_of

_PLACE = "/silences"
_SHOWN = 200
_ACTS = (PersonAct.SILENCE, PersonAct.CONFIRM_SILENCE, PersonAct.END_SILENCE)
_NONE: Typed = {}


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route(_PLACE, methods=["GET", "HEAD"])
    def silences(request: Request) -> Response:
        return _page(house, request)

    @router.post(_PLACE)
    def add(request: Request, form: Form) -> Response:
        return _add(house, request, form)

    @router.post(_PLACE + "/{ref}/{act}")
    def decide(request: Request, ref: str, act: str, form: Form) -> Response:
        return _decide(house, request, ref, act, form)

    return router


def _add(house: PageContext, request: Request, form: Typed) -> Response:
    if not house.forms.good(request, form):
        return house.stale(request, form)
    words = house.words(request)
    until = moment_typed(form.get("until", ""), words.zone)
    if until is None:
        return _page(house, request, status=400, problems=[words.t("web-missing-until")], filled=form)
    try:
        house.console(request).add_silence(
            form.get("matchers", "").split(),
            until=until,
            reason=form.get("reason", ""),
            source=form.get("while", "").split(),
        )
    except InputError as error:
        return _page(house, request, status=status_of(error), problems=all_in_words(error.problems, words), filled=form)
    return RedirectResponse(_PLACE, status_code=303)


def _decide(house: PageContext, request: Request, ref: str, act: str, form: Typed) -> Response:
    console = house.console(request)
    acts = {"confirm": console.confirm_silence, "end": console.end_silence}
    return pressed(house, request, form, acts.get(act), ref, page=_page, place=_PLACE)


def _page(
    house: PageContext,
    request: Request,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    filled: Typed = _NONE,
) -> Response:
    found = house.console(request).silences()
    return house.page(
        request,
        "silences.html",
        status=status,
        problems=problems or (),
        silences=found[:_SHOWN],
        more=len(found) > _SHOWN,
        filled=filled,
        may={act.value for act in house.console(request).acts_by_role()},
        able=house.console(request).able_by_role(_ACTS),
        here=_PLACE,
    )
