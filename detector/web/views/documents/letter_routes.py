"""Letters to clients on their view of a case: planned, read, approved, sent by the service, settled; the post.

Comes in: forms. Goes out: that view, the document that was filed, or a file. Nothing is sent while a page is made: a
press leaves an order to the service. Who the clients are is shown, or handed over, by a press alone, which the desk
records; a look at the page shows figures.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError, Problem
from detector.schema.letters.mailings import SETTLED, WITHOUT, LetterState, MailingKind
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, moment_typed
from detector.web.ports import ConsolePort
from detector.web.texts import PageTexts
from detector.web.texts.problems import all_in_words, status_of
from detector.web.views.case_view import Tab
from detector.web.views.incident_routes import incident_page

_SHOWN = 60_000
"""Characters of a plan that the page shows."""
_REST = ("leave", "again", "sent")

Act = Callable[[ConsolePort, str, MailingKind, Typed, PageTexts], object]
Look = Callable[[ConsolePort, str, MailingKind, Typed, str], dict[str, Any]]
GivenFile = Callable[[ConsolePort, str, MailingKind], bytes]


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.post("/incidents/{ref}/letters/{act}")
    def act(request: Request, ref: str, act: str, form: Form) -> Response:
        if act not in {*_ACTS, *_LOOKS, *_FILES, "file"}:
            raise HTTPException(404)
        if not house.forms.good(request, form):
            return house.stale(request, form)
        kind = _kind(form)
        try:
            return _answer(house, request, ref, act, kind, form)
        except InputError as error:
            problems = all_in_words(error.problems, house.words(request))
            pressed = {"letters_kind": kind.value}
            place = kind.value if act in ("approve", "send") else ""
            return _page(house, request, ref, pressed, status_of(error), problems, f"letters-{act}", place, form)

    return router


def _answer(house: PageContext, request: Request, ref: str, act: str, kind: MailingKind, form: Typed) -> Response:
    console, here = house.console(request), f"/incidents/{ref}/letters"
    if act == "file":
        return RedirectResponse(f"/documents/{console.letters.plan_and_file(ref, kind).document_id}", status_code=303)
    if act in _LOOKS:
        shown = _LOOKS[act](console, ref, kind, form, house.words(request).language)
        return _page(house, request, ref, {"letters_kind": kind.value, **shown})
    if act in _FILES:
        made, name, media_type = _FILES[act]
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(made(console, ref, kind), media_type=media_type, headers=headers)
    _ACTS[act](console, ref, kind, form, house.words(request))
    return RedirectResponse(here, status_code=303)


def _kind(form: Typed) -> MailingKind:
    asked = form.get("kind", "")
    return MailingKind(asked) if asked in frozenset(MailingKind) else MailingKind.FIRST


def _page(
    house: PageContext,
    request: Request,
    ref: str,
    pressed: dict[str, Any],
    status: int = 200,
    problems: list[str] | None = None,
    act: str = "",
    step: str = "",
    form: Typed | None = None,
) -> Response:
    detail = house.console(request).detail(ref)
    more: dict[str, Any] = {"act": act, "step": step, "typed": form or {}, "letters": pressed}
    return incident_page(house, request, detail, tab=Tab.LETTERS, status=status, problems=problems or (), **more)


def _approve(console: ConsolePort, ref: str, _: MailingKind, form: Typed, __: PageTexts) -> object:
    """Approve the plan that was shown, which need not be the newest any more."""
    shown = form.get("document", "")
    found = next((each for each in console.letters.view(ref).mailings if each.mailing.document_id == shown), None)
    if found is None:
        raise HTTPException(404)
    return console.documents.approve(
        shown, version=found.mailing.document_version, reason=form.get("reason", ""), language=""
    )


def _settle(console: ConsolePort, ref: str, kind: MailingKind, form: Typed, _: PageTexts) -> object:
    rest = form.get("rest", "")
    return console.letters.settle(
        ref, kind, accepted=form.get("accepted", ""), rest=rest if rest in _REST else _REST[0]
    )


def _tell(console: ConsolePort, ref: str, kind: MailingKind, form: Typed, words: PageTexts) -> object:
    """Say how clients without a letter were told: all in the states that were ticked, or one."""
    how, day = form.get("how", ""), form.get("at", "")
    at = moment_typed(day, words.zone) if day else None
    if how not in frozenset(SETTLED):
        raise InputError(Problem(what=words.t("web-problem-letters-how")))
    if day and at is None:
        raise InputError(Problem(what=words.t("web-bad-moment")))
    return console.letters.settle_clients(
        ref,
        LetterState(how),
        words=form.get("words", ""),
        states=[each for each in WITHOUT if form.get(f"state-{each}")],
        client=form.get("client", ""),
        at=at,
        kind=kind,
    )


_ACTS: dict[str, Act] = {
    "approve": _approve,
    "send": lambda console, ref, kind, form, _: console.letters.order(ref, kind, reason=form.get("reason", "")),
    "stop": lambda console, ref, kind, *_: console.letters.stop(ref, kind),
    "settle": _settle,
    "told": _tell,
    "release": lambda console, ref, _, form, __: console.letters.release_client(
        ref, form.get("client", ""), reason=form.get("reason", "")
    ),
}
_LOOKS: dict[str, Look] = {
    "count": lambda console, ref, kind, _, language: {"letters_counted": console.letters.counted(ref, kind, language)},
    "read": lambda console, ref, kind, _, __: {"letters_text": console.letters.read_plan(ref, kind)[:_SHOWN]},
    "hold": lambda console, ref, _, form, __: {
        "letters_held": console.letters.hold_client(ref, form.get("client", ""), reason=form.get("reason", ""))[1:]
    },
    "box": lambda console, ref, _, __, ___: {"letters_back": console.letters.box_bounces(ref)},
    "returned": lambda console, ref, _, form, __: {
        "letters_back": console.letters.take_in_mail(ref, form.get("returned", "").encode())
    },
}
_FILES: dict[str, tuple[GivenFile, str, str]] = {
    "post": (lambda console, ref, kind: console.letters.post_csv(ref, kind), "post.csv", "text/csv; charset=utf-8"),
    "pages": (
        lambda console, ref, kind: console.letters.post_pages(ref, kind),
        "letters.html",
        "text/html; charset=utf-8",
    ),
    "without": (
        lambda console, ref, _: console.letters.without_csv(ref),
        "without-letter.csv",
        "text/csv; charset=utf-8",
    ),
    "missing": (
        lambda console, ref, kind: console.letters.missing_csv(ref, kind),
        "no-letter.csv",
        "text/csv; charset=utf-8",
    ),
}
