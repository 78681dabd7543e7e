"""The pages of drills: those that were held, when the next is due, one with its report; and the acts of who leads them.

Comes in: addresses and forms. Goes out: the pages, or the act through the console. What a drill shows names no client:
all of it is made up.
"""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import ConfigError, InputError
from detector.schema.team.drills import DrillMode, DrillStatus
from detector.web.charts import svg_file
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, place_typed
from detector.web.learning.drill_report import Block, PictureBlock, blocks_of, drills_chart, html_page
from detector.web.ports import ConsolePort, StandingThing
from detector.web.texts.problems import all_in_words, status_of

_READ = ["GET", "HEAD"]
PLACE = "/drills"
_NONE: Typed = {}
_STANDING = "drill"
_IN_PICTURE = 12
_NEEDED = {"run": ("scenario", "mode"), "stop": ("reason",), "answer": ("question", "text")}


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route(PLACE, methods=_READ)
    def listed(request: Request) -> Response:
        return _all_page(house, request)

    @router.post(PLACE + "/{act}")
    def on_all(request: Request, act: str, form: Form) -> Response:
        if act not in ("run", "stop"):
            raise HTTPException(404)
        return _done(house, request, act, form, lambda **said: _all_page(house, request, **said))

    @router.api_route(PLACE + "/{number}", methods=_READ)
    def one(request: Request, number: int) -> Response:
        return _one_page(house, request, number)

    @router.post(PLACE + "/{number}/answer")
    def answer(request: Request, number: int, form: Form) -> Response:
        return _done(
            house, request, "answer", form, lambda **said: _one_page(house, request, number, **said), number=number
        )

    @router.post(PLACE + "/{number}/file")
    def file(request: Request, number: int, form: Form) -> Response:
        return _file(house, request, number, form)

    return router


def _done(
    house: PageContext, request: Request, act: str, form: Typed, again: Callable[..., Response], number: int = 0
) -> Response:
    """Do an act, or show its page again with what is wrong and what was typed."""
    if not house.forms.good(request, form):
        return house.stale(request, form)
    words, desk = house.words(request), house.console(request).drills
    problems, status = [words.t(f"web-drill-needs-{name}") for name in _NEEDED[act] if not form.get(name)], 400
    if not problems:
        try:
            if act == "run":
                number = desk.ask(form["scenario"], table_top=form["mode"] == DrillMode.TABLE_TOP).number
            elif act == "stop":
                number = desk.stop(form["reason"]).number
            else:
                desk.answer(place_typed(form["question"]), form["text"], number)
        except InputError as error:
            status, problems = status_of(error), all_in_words(error.problems, words)
        else:
            return RedirectResponse(f"{PLACE}/{number}", status_code=303)
    return again(status=status, problems=problems, typed=form)


def _file(house: PageContext, request: Request, number: int, form: Typed) -> Response:
    """File the report of a drill that was played to its end as the record of it."""
    if not house.forms.good(request, form):
        return house.stale(request, form)
    words, console = house.words(request), house.console(request)
    report = console.drills.report(number)
    if report.drill.status is not DrillStatus.FINISHED:
        problem = words.t("web-drill-no-record")
        return _one_page(house, request, number, status=409, problems=[problem])
    page = html_page(report, words).encode()
    try:
        filed = console.documents.record_done(_STANDING, media_type="text/html", body=page, at=report.drill.ended_at)
    except InputError as error:
        told = all_in_words(error.problems, words)
        return _one_page(house, request, number, status=status_of(error), problems=told)
    return RedirectResponse(f"/documents/{filed.id}", status_code=303)


def _all_page(
    house: PageContext,
    request: Request,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    typed: Typed = _NONE,
) -> Response:
    console, words = house.console(request), house.words(request)
    drills = console.drills.drills()
    try:
        scenarios, wrong = console.drills.scenarios(), False
    except ConfigError:
        scenarios, wrong = {}, True
    played = [each for each in drills if each.mode is DrillMode.LIVE and each.status is DrillStatus.FINISHED]
    series = list(reversed(played[:_IN_PICTURE]))
    return house.page(
        request,
        "drills/list.html",
        status=status,
        problems=problems or (),
        drills=drills,
        going=next((each for each in drills if each.going), None),
        scenarios=sorted(scenarios.items()),
        wrong=wrong,
        standing=_standing(console),
        picture=_inline(svg_file(drills_chart(series, words))) if len(series) > 1 else "",
        modes=[each.value for each in DrillMode],
        typed=typed,
        may={act.value for act in console.acts_by_role()},
        here=PLACE,
    )


def _one_page(
    house: PageContext,
    request: Request,
    number: int,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    typed: Typed = _NONE,
) -> Response:
    console, words = house.console(request), house.words(request)
    report = console.drills.report(number)
    return house.page(
        request,
        "drills/one.html",
        status=status,
        problems=problems or (),
        drill=report.drill,
        cases=[each.incident for each in report.cases],
        put=[each for each in report.injects if each.sent_at is not None],
        blocks=[(type(each).__name__, _shown(each)) for each in blocks_of(report, words)],
        recordable=report.drill.status is DrillStatus.FINISHED,
        typed=typed,
        may={act.value for act in console.acts_by_role()},
        company_may={each.value for each in console.documents.may()},
        here=f"{PLACE}/{number}",
    )


def _standing(console: ConsolePort) -> StandingThing | None:
    """Return when the next drill is due; None: that is not kept here."""
    return next((each for each in console.documents.standing() if each.item.what == _STANDING), None)


def _shown(block: Block) -> Block | str:
    """Return a block as the page shows it: a picture as its address."""
    return _inline(svg_file(block.chart)) if isinstance(block, PictureBlock) else block


def _inline(picture: str) -> str:
    """Return a picture as an address that holds it."""
    return f"data:image/svg+xml,{quote(picture)}"
