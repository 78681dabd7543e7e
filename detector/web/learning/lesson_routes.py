"""What people do on the tab of a case's lessons: actions, costs, words of the investigation, the draft of the review.

Comes in: forms. Goes out: the act through the console, then the tab again; what was wrong and typed stands there where
it was not done. The review as it would be drafted has a page of its own.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError, NotFoundError, Problem
from detector.incident.learning.action_acts import WantedAction
from detector.incident.learning.amounts import parse_amount
from detector.incident.offsets import END_OF_DAY
from detector.messages import LANGUAGES
from detector.rendering import TextFormat, write_text
from detector.schema.learning.case_costs import CostKind
from detector.schema.learning.corrective_actions import CorrectiveAction
from detector.schema.learning.investigation_words import VERDICTS, ReviewQuestion, WordKind
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, place_typed
from detector.web.ports import ConsolePort
from detector.web.texts import PageTexts
from detector.web.texts.problems import all_in_words, status_of
from detector.web.views.case_view import Tab
from detector.web.views.incident_routes import incident_page

Act = Callable[[ConsolePort, str, str, Typed, PageTexts], object]
_READ = ["GET", "HEAD"]
# What each act cannot do without.
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "add-action": ("text", "owner", "due"),
        "change-action": ("owner", "due", "reason"),
        "finish-action": ("proof",),
        "drop-action": ("reason",),
        "add-cost": ("kind", "amount", "text"),
        "remove-cost": ("reason",),
        "hypothesis": ("text",),
        "evidence": ("side", "text"),
        "judge": ("stands", "text"),
        "answer": (),
        "draft": (),
    }
)
_ON_ONE = frozenset({"change-action", "finish-action", "drop-action", "remove-cost", "evidence", "judge", "answer"})
"""Acts on one action, cost, hypothesis or question."""
_CHOICES = {
    "kind": frozenset(CostKind),
    "side": frozenset({WordKind.FOR, WordKind.AGAINST}),
    "stands": frozenset(VERDICTS),
}
_AMOUNTS = ("amount", "budget")
_PLACES = {
    **dict.fromkeys(("add-action", "change-action", "finish-action", "drop-action"), "actions"),
    **dict.fromkeys(("add-cost", "remove-cost"), "costs"),
}


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/incidents/{ref}/lessons/review", methods=_READ)
    def review(request: Request, ref: str) -> Response:
        return _review_page(house, request, ref)

    @router.post("/incidents/{ref}/lessons/{act}")
    def on_case(request: Request, ref: str, act: str, form: Form) -> Response:
        return _act(house, request, ref, act, "", form)

    @router.post("/incidents/{ref}/lessons/{act}/{about}")
    def on_one(request: Request, ref: str, act: str, about: str, form: Form) -> Response:
        return _act(house, request, ref, act, about, form)

    return router


def _review_page(house: PageContext, request: Request, ref: str) -> Response:
    """Return the review as it would be drafted now."""
    console, words = house.console(request), house.words(request)
    asked = request.query_params.get("in", "")
    language = asked if asked in LANGUAGES else words.language
    detail = console.detail(ref)
    text = write_text(console.review.text(ref, language), TextFormat.PLAIN, at=words.now).decode()
    return house.page(
        request,
        "incident/lessons/review-text.html",
        incident=detail.incident,
        may={each.value for each in detail.may},
        text=text,
        language=language,
        languages=LANGUAGES,
        here=f"/incidents/{detail.incident.number}/lessons/review",
    )


def _act(house: PageContext, request: Request, ref: str, act: str, about: str, form: Typed) -> Response:
    if act not in _NEEDED or (act in _ON_ONE) is not bool(about):
        raise HTTPException(404)
    words, console = house.words(request), house.console(request)
    if not house.forms.good(request, form):
        return house.stale(request, form)
    problems, status = _wrong(act, form, words), 400
    if not problems:
        try:
            done = _ACTS[act](console, ref, about, form, words)
        except InputError as error:
            status, problems = status_of(error), all_in_words(error.problems, words)
        else:
            return RedirectResponse(_onward(ref, act, done), status_code=303)
    detail = console.detail(ref)
    return incident_page(
        house, request, detail, tab=Tab.LESSONS, status=status, problems=problems, act=act, step=about, typed=form
    )


def _onward(ref: str, act: str, done: object) -> str:
    """Return where a person goes on after an act."""
    if act == "draft":
        return f"/documents/{done}"
    return f"/incidents/{ref}{Tab.LESSONS.path}#{_PLACES.get(act, 'investigation')}"


def _wrong(act: str, form: Typed, words: PageTexts) -> list[str]:
    """Return what of a form is missing or cannot be, all of it, in words."""
    needed = _NEEDED[act]
    found = [words.t(f"web-lesson-needs-{name}") for name in needed if not form.get(name)]
    for name in sorted(set(_CHOICES).intersection(needed)):
        if form.get(name) and form[name] not in _CHOICES[name]:
            found.append(words.t(f"web-lesson-needs-{name}"))
    if "due" in needed and form.get("due") and _end_of_day(form["due"], words) is None:
        found.append(words.t("web-bad-moment"))
    for name in _AMOUNTS:
        try:
            parse_amount(form.get(name) or "0 EUR")
        except InputError as error:
            found += all_in_words(error.problems, words)
    return found


def _end_of_day(text: str, words: PageTexts) -> datetime | None:
    """Return the end of a day that a form names; None: it names none."""
    try:
        return datetime.combine(date.fromisoformat(text), END_OF_DAY, words.zone)
    except ValueError:
        return None


def _wanted(form: Typed, words: PageTexts, known: CorrectiveAction | None = None) -> WantedAction:
    """Return what a form wants of an action; what stands there as it was changes nothing."""
    due, owner = _end_of_day(form.get("due", ""), words), form.get("owner")
    if known is not None and due is not None and due.date() == known.due_at.astimezone(words.zone).date():
        due = None
    if known is not None and owner == known.owner:
        owner = None
    budget = form.get("budget", "")
    return WantedAction(
        text=form.get("text") or None,
        owner=owner,
        due_at=due,
        budget=parse_amount(budget) if budget else None,
        effect=form.get("effect"),
    )


def _change(console: ConsolePort, ref: str, about: str, form: Typed, words: PageTexts) -> object:
    number = place_typed(about)
    known = next((one for _, one in console.actions.of(ref) if one.number == number), None)
    return console.actions.change(ref, number, _wanted(form, words, known), reason=form["reason"])


def _add_cost(console: ConsolePort, ref: str, _: str, form: Typed, __: PageTexts) -> object:
    estimated = form.get("estimated") == "yes"
    return console.costs.add(
        ref, CostKind(form["kind"]), parse_amount(form["amount"]), form["text"], estimated=estimated
    )


def _answer(console: ConsolePort, ref: str, about: str, form: Typed, __: PageTexts) -> object:
    if about not in frozenset(ReviewQuestion):
        raise NotFoundError(Problem(what="there is no such page", fix="go back to the case"))
    return console.review.say(ref, WordKind.ANSWER, form.get("text", ""), about=about)


def _draft(console: ConsolePort, ref: str, _: str, form: Typed, words: PageTexts) -> str:
    language = form.get("language", "")
    chosen = language if language in LANGUAGES else words.language
    return console.review.draft(ref, chosen, over=form.get("over") == "yes").id


_ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "add-action": lambda console, ref, _, form, words: console.actions.add(ref, _wanted(form, words)),
        "change-action": _change,
        "finish-action": lambda console, ref, about, form, _: console.actions.finish(
            ref, place_typed(about), proof=form["proof"], effect=form.get("effect", "")
        ),
        "drop-action": lambda console, ref, about, form, _: console.actions.drop(
            ref, place_typed(about), reason=form["reason"]
        ),
        "add-cost": _add_cost,
        "remove-cost": lambda console, ref, about, form, _: console.costs.remove(
            ref, place_typed(about), reason=form["reason"]
        ),
        "hypothesis": lambda console, ref, _, form, __: console.review.say(ref, WordKind.HYPOTHESIS, form["text"]),
        "evidence": lambda console, ref, about, form, _: console.review.say(
            ref, WordKind(form["side"]), form["text"], about=about
        ),
        "judge": lambda console, ref, about, form, _: console.review.say(
            ref, WordKind(form["stands"]), form["text"], about=about
        ),
        "answer": _answer,
        "draft": _draft,
    }
)
