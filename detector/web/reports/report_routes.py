"""The pages of reports from outside: which wait, what each says, and what becomes of it.

Comes in: addresses and forms of who takes reports in. Goes out: the pages, the acts through the console, and the file
that came with a report, by a press: that it was fetched is recorded.
"""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.incident import CaseByHand
from detector.schema.case.incidents import IncidentKind
from detector.schema.levels import Severity
from detector.web.context import PageContext
from detector.web.forms import Form, Typed
from detector.web.ports import ReportsPort
from detector.web.reports.attached_file import BEGINS
from detector.web.texts.problems import all_in_words, status_of

PLACE = "/reports"
_SHOWN = 200
"""Of so many reports, the newest, those are listed that were linked or dismissed; of those that wait so
many groups, in the order in which people look at them."""
_OPEN = 100
_NONE: Typed = {}
_NEEDED = {"link": ("incident", "reason"), "open": ("title", "severity", "playbook", "reason"), "dismiss": ("reason",)}


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route(PLACE, methods=["GET", "HEAD"])
    def listed(request: Request) -> Response:
        desk = house.console(request).reports
        waiting = desk.waiting_groups()
        return house.page(
            request,
            "reports/list.html",
            waiting=waiting[:_SHOWN],
            count=sum(len(each.reports) for each in waiting),
            more=len(waiting) > _SHOWN,
            ordered=any(each.known or len(each.reports) > 1 for each in waiting),
            done=[each for each in desk.all(_SHOWN) if each.state != "waiting"],
            form=house.settings.web.report_form,
            here=PLACE,
        )

    @router.api_route(PLACE + "/{report}", methods=["GET", "HEAD"])
    def one(request: Request, report: str) -> Response:
        return _page(house, request, report)

    @router.post(PLACE + "/{report}/file")
    def file(request: Request, report: str, form: Form) -> Response:
        return _file(house, request, report, form)

    @router.post(PLACE + "/{report}/{act}")
    def act(request: Request, report: str, act: str, form: Form) -> Response:
        return _act(house, request, report, act, form)

    return router


def _act(house: PageContext, request: Request, report: str, act: str, form: Typed) -> Response:
    if not house.forms.good(request, form):
        return house.stale(request, form)
    words, desk = house.words(request), house.console(request).reports
    acts: dict[str, Callable[[ReportsPort, str, Typed], str]] = {"link": _link, "open": _open, "dismiss": _dismiss}
    if act not in acts:
        return house.said(request, 404, "web-error-404")
    if missing := [name for name in _NEEDED[act] if not form.get(name)]:
        problems = [words.t(f"web-report-needs-{name}") for name in missing]
        return _page(house, request, report, status=400, problems=problems, typed=form)
    try:
        onward = acts[act](desk, report, form)
    except InputError as error:
        return _page(
            house, request, report, status=status_of(error), problems=all_in_words(error.problems, words), typed=form
        )
    return RedirectResponse(onward, status_code=303)


def _file(house: PageContext, request: Request, report: str, form: Typed) -> Response:
    """Return what came with a report, to be kept, never to be shown: a stranger wrote it, its name included."""
    if not house.forms.good(request, form):
        return house.stale(request, form)
    found, body = house.console(request).reports.attachment(report)
    ending = found.file_name.rpartition(".")[2].lower()
    name = f"{found.id}.{ending if ending in BEGINS else 'bin'}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/octet-stream", headers=headers)


def _link(desk: ReportsPort, report: str, form: Typed) -> str:
    return f"/incidents/{desk.link(report, form['incident'], reason=form['reason']).incident.number}"


def _open(desk: ReportsPort, report: str, form: Typed) -> str:
    told = CaseByHand(
        title=form["title"],
        severity=Severity(form["severity"]) if form["severity"] in list(Severity) else Severity.HIGH,
        playbook=form["playbook"],
        reason=form["reason"],
    )
    return f"/incidents/{desk.open_case(report, told).incident.number}"


def _dismiss(desk: ReportsPort, report: str, form: Typed) -> str:
    desk.dismiss(report, reason=form["reason"])
    return PLACE


def _page(
    house: PageContext,
    request: Request,
    report: str,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    typed: Typed = _NONE,
) -> Response:
    console = house.console(request)
    seen = console.reports.show(report)
    may = {act.value for act in console.acts_by_role()}
    return house.page(
        request,
        "reports/report.html",
        status=status,
        problems=problems or (),
        seen=seen,
        report=seen.report,
        typed=typed,
        cases=[each for each in console.incidents(open_only=True, limit=_OPEN) if each.kind is not IncidentKind.DRILL],
        severities=[each.value for each in Severity],
        playbooks=console.openable() if "open_case" in may else {},
        may=may,
        here=f"{PLACE}/{seen.report.id}",
    )
