"""The page of how ready the company is: the score with its reasons, who is reached, drills, training, the data map.

Comes in: addresses and a form. Goes out: the page, the report as a file, and a round of tests through the console.
"""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.incident.preparation import LATE
from detector.rendering import TEXT_MEDIA, PdfMissingError, TextFormat, our_letterhead, write_text
from detector.web.context import PageContext
from detector.web.forms import Form
from detector.web.texts import readiness_texts
from detector.web.texts.problems import all_in_words, status_of

_PLACE: Final = "/readiness"
_READ: Final = ["GET", "HEAD"]
_DRILLS: Final = 3
_FILES: Final = (TextFormat.PDF, TextFormat.DOCX, TextFormat.HTML, TextFormat.MARKDOWN)
"""What the report is given as."""


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route(_PLACE, methods=_READ)
    def readiness(request: Request) -> Response:
        return _page(house, request)

    @router.api_route(_PLACE + "/report.{suffix}", methods=_READ)
    def report(request: Request, suffix: str) -> Response:
        return _report(house, request, suffix)

    @router.post(_PLACE + "/channel-tests")
    def test(request: Request, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        try:
            house.console(request).readiness.test_channels()
        except InputError as error:
            problems = all_in_words(error.problems, house.words(request))
            return _page(house, request, status=status_of(error), problems=problems)
        return RedirectResponse(f"{_PLACE}?sent=1#channels", status_code=303)

    return router


def _page(house: PageContext, request: Request, *, status: int = 200, problems: list[str] | None = None) -> Response:
    view, words = house.console(request).readiness.view(), house.words(request)
    training = view.facts.training
    lines = training.lines if training is not None else ()
    return house.page(
        request,
        "readiness.html",
        status=status,
        problems=problems or (),
        view=view,
        facts=view.facts,
        say=readiness_texts,
        late=[each for each in lines if each.state in LATE],
        silent=frozenset(view.facts.silent_channels(words.now)),
        drills=view.drills[:_DRILLS],
        sent="sent" in request.query_params,
        files=[each.value for each in _FILES],
    )


def _report(house: PageContext, request: Request, suffix: str) -> Response:
    form = next((each for each in _FILES if each.value == suffix), None)
    if form is None:
        return house.said(request, 404, "web-error-404")
    words = house.words(request)
    text = house.console(request).readiness.text(words.language)
    try:
        body = write_text(text, form, our_letterhead(house.settings.organization, text.language), at=words.now)
    except PdfMissingError:
        return house.said(request, 503, "web-error-pdf")
    name = f"readiness-{words.now.astimezone(words.zone).date().isoformat()}.{suffix}"
    return Response(
        body, media_type=TEXT_MEDIA[form], headers={"content-disposition": f'attachment; filename="{name}"'}
    )
