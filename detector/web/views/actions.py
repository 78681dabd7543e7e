"""What people do on the pages: each act is a form, taken only with the form's token, answered by the incident's page.

Comes in: a form. Goes out: the act through the console, or the page again with what is missing and what was typed.
"""

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import DeniedError, InputError
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import SET_BY_HAND, CloseReason, Incident, IncidentStatus
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.levels import Severity
from detector.schema.team.grants import SkipReason
from detector.settings.sections.response import ROLES
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, moment_typed, number_typed, place_typed
from detector.web.ports import ConsolePort
from detector.web.texts import PageTexts
from detector.web.texts.problems import all_in_words, status_of
from detector.web.views.case_view import DECIDED_AT, Tab
from detector.web.views.incident_routes import incident_page, opening_page
from detector.web.views.now_routes import now_page

Act = Callable[[ConsolePort, str, str, Typed, PageTexts], Incident]

# The fields each act cannot do without, and where an act is done: on the incident or on a step of it.
_NEEDED: dict[str, tuple[str, ...]] = {
    "acknowledge": (),
    "takeover": (),
    "handover": ("to",),
    "snooze": ("until", "reason"),
    "note": ("text",),
    "client-data": ("reason",),
    "fact": ("fact", "reason"),
    "close": ("why", "note"),
    "status": ("stands", "reason"),
    "open-again": ("reason",),
    "withdrawal-off": ("withdrawal", "reason"),
    "assess": ("factor", "value", "reason"),
    "merge": ("into", "reason"),
    "unmerge": ("reason",),
    "promote": ("row", "reason"),
    "expect": ("until", "reason"),
    "invite": ("person", "reason"),
    "assign-role": ("role", "person", "reason"),
    "accept-role": ("role",),
    "decline-role": ("role", "reason"),
    "withdraw-role": ("role", "reason"),
    "import-ids": ("ids", "source", "reason"),
    "remove-import": ("list", "reason"),
    "done": (),
    "skip": ("skip", "reason"),
    "reopen": ("reason",),
    "approve": (),
    "decline": ("reason",),
    "confirm": (),
    "decide": ("owed", "reason"),
    "receipt": ("number",),
    "received": ("what",),
    "agree": ("subject",),
    "disagree": ("subject", "reason"),
}
# What stands in the place of a value that is to be computed again.
_COMPUTED = "computed"
# Fields that hold a word of a closed list.
_CHOICES = {
    "why": frozenset(CloseReason),
    "stands": frozenset(SET_BY_HAND),
    "skip": frozenset(SkipReason),
    "owed": frozenset({"yes", "no"}),
    "fact": frozenset(CaseFactKind),
    "factor": frozenset(SeverityFactor),
    "role": frozenset(ROLES),
}
# The field that holds a moment.
_MOMENTS = {
    "expect": "until",
    "snooze": "until",
    "status": "until",
    "decide": "since",
    "receipt": "at",
    "received": "at",
}
# The tab that has an act's form, and where on it; what is named nowhere is on the overview.
_PLACES = {
    **dict.fromkeys(("done", "skip", "reopen", "approve", "decline"), (Tab.STEPS, "")),
    **dict.fromkeys(("confirm", "decide", "receipt", "received", "agree", "disagree"), (Tab.DUTIES, "#clocks")),
    "fact": (Tab.EVIDENCE, "#facts"),
    "import-ids": (Tab.CLIENTS, "#whose"),
    "remove-import": (Tab.CLIENTS, "#whose"),
    "assess": (Tab.CLIENTS, "#enisa"),
    "invite": (Tab.PEOPLE, ""),
    **dict.fromkeys(("assign-role", "accept-role", "decline-role", "withdraw-role"), (Tab.PEOPLE, "#roles")),
}
_SPAN = ("since", "until")
_ON_STEPS = frozenset({"done", "skip", "reopen", "approve", "decline"})
_ON_DUTIES = frozenset({"decide", "receipt", "received"})


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.post("/open")
    def open_one(request: Request, form: Form) -> Response:
        return _open(house, request, form)

    @router.post("/incidents/{ref}/{act}")
    def on_incident(request: Request, ref: str, act: str, form: Form) -> Response:
        return _act(house, request, ref, act, "", form)

    @router.post("/incidents/{ref}/steps/{step}/{act}")
    def on_step(request: Request, ref: str, step: str, act: str, form: Form) -> Response:
        return _act(house, request, ref, act, step, form)

    @router.post("/incidents/{ref}/duties/{law}/{stage}/{act}")
    def on_duty(request: Request, ref: str, law: str, stage: str, act: str, form: Form) -> Response:
        return _act(house, request, ref, act, f"{law}/{stage}", form)

    return router


def _open(house: PageContext, request: Request, form: Typed) -> Response:
    """Open an incident by hand, or show its form again with what is wrong."""
    words = house.words(request)
    if not house.forms.good(request, form):
        return house.stale(request, form)
    problems = [
        words.t("web-bad-moment") for name in _SPAN if form.get(name) and moment_typed(form[name], words.zone) is None
    ]
    if form.get("severity") not in frozenset(Severity):
        problems.append(words.t("web-missing-severity"))
    if problems:
        return opening_page(house, request, status=400, problems=problems, typed=form)
    since, until = (moment_typed(form.get(name, ""), words.zone) for name in _SPAN)
    try:
        incident = house.console(request).open_case(
            title=form.get("title", ""),
            severity=Severity(form["severity"]),
            playbook=form.get("playbook", ""),
            reason=form.get("reason", ""),
            actors=form.get("actors", "").split(),
            addresses=form.get("addresses", "").split(),
            since=since,
            until=until,
        )
    except DeniedError:
        raise  # the page with its form is not theirs either
    except InputError as error:
        return opening_page(
            house, request, status=status_of(error), problems=all_in_words(error.problems, words), typed=form
        )
    return RedirectResponse(f"/incidents/{incident.number}", status_code=303)


def _act(house: PageContext, request: Request, ref: str, act: str, step: str, form: Typed) -> Response:
    on = "duty" if "/" in step else "step" if step else ""
    if act not in _NEEDED or on != ("duty" if act in _ON_DUTIES else "step" if act in _ON_STEPS else ""):
        raise HTTPException(404)
    words = house.words(request)
    if not house.forms.good(request, form):
        return house.stale(request, form)
    problems = _missing(act, form, words)
    if problems:
        return _again(house, request, ref, 400, problems, act, step, form)
    try:
        incident = _ACTS[act](house.console(request), ref, step, form, words)
    except InputError as error:
        return _again(house, request, ref, status_of(error), all_in_words(error.problems, words), act, step, form)
    return RedirectResponse(_onward(incident, act, step, on, form), status_code=303)


def _onward(incident: Incident, act: str, step: str, on: str, form: Typed) -> str:
    """Return where a person goes on after an act: to the tab it was pressed on, or to the one that has its form."""
    if act == "expect":
        return "/expected"
    if form.get("back") == "now":
        return "/"
    home, place = _home(act, form)
    tab = Tab(form["back"]) if form.get("back") in frozenset(Tab) else home
    place = f"#step-{step.upper()}" if on == "step" and tab is Tab.STEPS else place if tab is home else ""
    return f"/incidents/{incident.number}{tab.path}{place}"


def _home(act: str, form: Typed) -> tuple[Tab, str]:
    """Return the tab that has an act's form, and the place on it."""
    subject = form.get("subject", "")
    if act in ("agree", "disagree"):
        return DECIDED_AT.get(subject.partition(":")[0], _PLACES[act])
    return _PLACES.get(act, (Tab.OVERVIEW, ""))


def _again(
    house: PageContext, request: Request, ref: str, status: int, problems: list[str], act: str, step: str, form: Typed
) -> Response:
    """Show the incident again with what is wrong and what was typed, on the tab that has the form."""
    if form.get("back") == "now":
        return now_page(house, request, status=status, problems=tuple(problems))
    detail, (tab, _) = house.console(request).detail(ref), _home(act, form)
    return incident_page(
        house, request, detail, tab=tab, status=status, problems=problems, act=act, step=step, typed=form
    )


def _missing(act: str, form: Typed, words: PageTexts) -> list[str]:
    problems = [words.t(f"web-missing-{name}") for name in _NEEDED[act] if not form.get(name)]
    for name in set(_CHOICES).intersection(_NEEDED[act]):
        if form.get(name) and form[name] not in _CHOICES[name]:
            problems.append(words.t(f"web-missing-{name}"))
    if act == "assess" and form.get("value") not in (None, "", _COMPUTED) and number_typed(form["value"]) is None:
        problems.append(words.t("web-missing-value"))
    moment = form.get(_MOMENTS.get(act, "")) or (_fact_moment(form) if act == "fact" else "")
    if moment and moment_typed(moment, words.zone) is None:
        problems.append(words.t("web-bad-moment"))
    return problems


def _fact_moment(form: Typed) -> str:
    """Return the moment that a form states as a fact; empty where it states another, or now."""
    kind = form.get("fact", "")
    return form.get("value", "") if kind in frozenset(CaseFactKind) and CaseFactKind(kind).is_moment else ""


def _decide(console: ConsolePort, ref: str, duty: str, form: Typed, words: PageTexts) -> Incident:
    return console.decide_duty(
        ref,
        duty,
        owed=form["owed"] == "yes",
        reason=form["reason"],
        memo=form.get("memo", ""),
        occasion=moment_typed(form.get("since", ""), words.zone),
    )


def _receipt(console: ConsolePort, ref: str, duty: str, form: Typed, words: PageTexts) -> Incident:
    return console.file_receipt(
        ref,
        duty,
        number=form["number"],
        at=moment_typed(form.get("at", ""), words.zone),
        version=form.get("version", ""),
        reason=form.get("reason", ""),
    )


def _received(console: ConsolePort, ref: str, duty: str, form: Typed, words: PageTexts) -> Incident:
    at = moment_typed(form.get("at", ""), words.zone)
    return console.record_occasion(ref, duty, what=form["what"], at=at)


def _fact(console: ConsolePort, ref: str, _: str, form: Typed, words: PageTexts) -> Incident:
    kind, value = CaseFactKind(form["fact"]), form.get("value", "")
    if kind.is_moment:
        moment = moment_typed(value, words.zone)
        value = moment.isoformat() if moment is not None else "now"
    if form.get("withdrawn"):
        value = "none"
    return console.record_fact(ref, kind, value, source=form.get("source", ""), reason=form["reason"])


def _assess(console: ConsolePort, ref: str, _: str, form: Typed, words: PageTexts) -> Incident:
    value = None if form["value"] == _COMPUTED else number_typed(form["value"])
    return console.assess(ref, SeverityFactor(form["factor"]), value, reason=form["reason"])


def _expect(console: ConsolePort, ref: str, _: str, form: Typed, words: PageTexts) -> Incident:
    """Ask for an exception for what an incident was about; somebody else agrees on the page of planned work."""
    until = moment_typed(form["until"], words.zone)
    if until is not None:  # it was looked at before
        console.expect_alike(ref, until=until, reason=form["reason"])
    return console.detail(ref).incident


def _snooze(console: ConsolePort, ref: str, _: str, form: Typed, words: PageTexts) -> Incident:
    until = moment_typed(form["until"], words.zone)
    if until is not None:  # it was looked at before
        return console.snooze(ref, until=until, reason=form["reason"])
    return console.detail(ref).incident


def _status(console: ConsolePort, ref: str, _: str, form: Typed, words: PageTexts) -> Incident:
    until = moment_typed(form.get("until", ""), words.zone)
    return console.set_status(ref, IncidentStatus(form["stands"]), reason=form["reason"], until=until)


def _approve(console: ConsolePort, ref: str, subject: str, form: Typed, words: PageTexts) -> Incident:
    """Agree to what the page showed: whoever asked may have asked for something else since."""
    return console.approve(ref, subject, asked_at=moment_typed(form.get("asked", ""), words.zone))


_ACTS: dict[str, Act] = {
    "takeover": lambda console, ref, _, __, ___: console.take_over(ref, via="page"),
    "handover": lambda console, ref, _, form, __: console.hand_over(ref, to=form["to"]),
    "snooze": _snooze,
    "acknowledge": lambda console, ref, _, form, __: console.acknowledge(ref, via="page"),
    "promote": lambda console, ref, _, form, __: console.promote(ref, form["row"], reason=form["reason"]),
    "note": lambda console, ref, _, form, __: console.note(ref, text=form["text"]),
    "client-data": lambda console, ref, _, form, __: console.client_data(ref, reason=form["reason"]),
    "fact": _fact,
    "close": lambda console, ref, _, form, __: console.close(
        ref, CloseReason(form["why"]), note=form["note"], correction=form.get("correction", "")
    ),
    "status": _status,
    "open-again": lambda console, ref, _, form, __: console.reopen_case(ref, reason=form["reason"]),
    "withdrawal-off": lambda console, ref, _, form, __: console.call_off_withdrawal(
        ref, form["withdrawal"], reason=form["reason"]
    ),
    "merge": lambda console, ref, _, form, __: console.merge(ref, form["into"], reason=form["reason"]),
    "unmerge": lambda console, ref, _, form, __: console.unmerge(ref, reason=form["reason"]),
    "expect": _expect,
    "assess": _assess,
    "confirm": lambda console, ref, _, form, __: console.confirm_duties(ref, note=form.get("note", "")),
    "decide": _decide,
    "receipt": _receipt,
    "received": _received,
    "agree": lambda console, ref, _, form, words: _approve(console, ref, form["subject"], form, words),
    "disagree": lambda console, ref, _, form, __: console.decline(ref, form["subject"], reason=form["reason"]),
    "invite": lambda console, ref, _, form, __: console.invite(ref, form["person"], reason=form["reason"]),
    "assign-role": lambda console, ref, _, form, __: console.assign_role(
        ref, form["role"], form["person"], reason=form["reason"]
    ),
    "accept-role": lambda console, ref, _, form, __: console.accept_role(ref, form["role"]),
    "decline-role": lambda console, ref, _, form, __: console.decline_role(ref, form["role"], reason=form["reason"]),
    "withdraw-role": lambda console, ref, _, form, __: console.withdraw_role(ref, form["role"], reason=form["reason"]),
    "import-ids": lambda console, ref, _, form, words: console.import_clients(
        ref, form["ids"].encode(), name=words.t("web-import-typed"), source=form["source"], reason=form["reason"]
    ),
    "remove-import": lambda console, ref, _, form, __: console.remove_import(
        ref, place_typed(form["list"]), reason=form["reason"]
    ),
    "done": lambda console, ref, step, form, _: console.complete(ref, step, proof=form.get("proof", "")),
    "skip": lambda console, ref, step, form, _: console.skip(
        ref, step, reason=SkipReason(form["skip"]), words=form["reason"]
    ),
    "reopen": lambda console, ref, step, form, _: console.reopen(ref, step, reason=form["reason"]),
    "approve": _approve,
    "decline": lambda console, ref, step, form, _: console.decline(ref, step, reason=form["reason"]),
}
