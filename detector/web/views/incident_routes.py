"""The incidents people read: all of them, one and each of its tabs, and the page on which a person opens one.

Comes in: addresses. Goes out: pages. A GET changes nothing, whoever sends it and however often.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from detector.errors import StoreError, UnreadableRowError
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.case.retro import RetroSearch
from detector.schema.levels import Severity
from detector.schema.team.grants import PersonAct
from detector.settings.sections.response import ROLES
from detector.web.charts import FlowChart, flow_chart
from detector.web.companions import companions_view
from detector.web.context import OPEN_READ, PageContext
from detector.web.forms import Typed
from detector.web.letters_view import letters_of
from detector.web.ports import Detail
from detector.web.texts import PageTexts
from detector.web.texts.notice_texts import filled_in_words
from detector.web.untaken import is_untaken, worst_untaken
from detector.web.views.brief import brief
from detector.web.views.case_view import (
    DECIDED_AT,
    CaseView,
    FlowState,
    Tab,
    at_moment,
    case_view,
    last_entries,
    undoable,
)
from detector.web.views.explained_view import ExplainedView, explained_view
from detector.web.views.lessons_view import lessons_of
from detector.web.views.now_routes import EVERY_SECONDS
from detector.web.views.page_views import first_of, in_order_decided, newest, phases

_READ = ["GET", "HEAD"]
PAGE = 50
# How many of each list of an incident are shown unless all are asked for: a page has to open on a phone.
_LISTED = 200
_ENTRIES = 8
_BACK_DAYS = 90
_LIVE = frozenset({Tab.OVERVIEW, Tab.STEPS, Tab.DUTIES, Tab.PEOPLE, Tab.LETTERS})
"""Views that change while they are open."""


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/incidents", methods=_READ)
    def all_incidents(request: Request, page: str = "1") -> Response:
        number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        found = house.console(request).incidents(limit=PAGE + 1, offset=(number - 1) * PAGE)
        return house.page(request, "incidents.html", incidents=found[:PAGE], number=number, more=len(found) > PAGE)

    @router.api_route("/open", methods=_READ)
    def open_one(request: Request) -> Response:
        return opening_page(house, request)

    @router.api_route("/precision", methods=_READ)
    def precision(request: Request) -> Response:
        return house.page(
            request,
            "precision.html",
            rows=house.console(request).precision(),
            costs=house.console(request).incident_costs(),
        )

    @router.api_route("/incidents/{ref}", methods=_READ)
    def one(request: Request, ref: str) -> Response:
        return _shown(house, request, ref)

    @router.api_route("/incidents/{ref}/flow", methods=_READ)
    def flow(request: Request, ref: str) -> Response:
        return _shown(house, request, ref, drawn=True)

    @router.api_route("/incidents/{ref}/{tab}", methods=_READ)
    def one_tab(request: Request, ref: str, tab: str) -> Response:
        if tab not in set(Tab) - {Tab.OVERVIEW}:
            raise HTTPException(404)
        return _shown(house, request, ref, tab=Tab(tab))

    return router


def _shown(house: PageContext, request: Request, ref: str, **view: Any) -> Response:
    """Return a view of an incident; of one of which something cannot be read what can be."""
    try:
        detail = house.console(request).detail(ref)
    except UnreadableRowError:
        return house.page(request, "incident/damaged.html", case=house.console(request).damaged(ref))
    return incident_page(house, request, detail, **view)


def opening_page(
    house: PageContext, request: Request, *, status: int = 200, problems: Sequence[str] = (), typed: Typed | None = None
) -> Response:
    """Return the page on which a person opens an incident.

    Args:
        house: Shared parts.
        request: What is answered.
        status: HTTP status.
        problems: In words.
        typed: The form that could not be taken.
    """
    named = house.console(request).openable()
    return house.page(
        request,
        "open.html",
        status=status,
        problems=problems,
        playbooks=named,
        severities=[each.value for each in Severity],
        typed=typed or {},
        here="/open",
    )


def incident_page(
    house: PageContext,
    request: Request,
    detail: Detail,
    *,
    tab: Tab = Tab.OVERVIEW,
    drawn: bool = False,
    status: int = 200,
    **values: Any,
) -> Response:
    """Return one view of an incident.

    Args:
        house: Shared parts.
        request: What is answered.
        detail: The incident.
        tab: Which view; the overview where the incident has no such view.
        drawn: Its picture alone: the overview does not wait for the access journal, and a script asks for it.
        status: HTTP status.
        values: ``problems`` in words, and ``act``, ``step`` and ``typed`` of the form that could not be taken;
            ``letters``: what a press on the view of letters has shown (``letters_of``).
    """
    incident, words, now = detail.incident, house.words(request), house.clock.now()
    typed: Typed = values.pop("typed", {})
    limit = None if "all" in request.query_params else _LISTED
    tried = (values.pop("act", ""), values.pop("step", ""))
    view = case_view(detail, now)
    tab = tab if tab in view.tabs else Tab.OVERVIEW
    asked_back = tab is Tab.CLIENTS and "back" in request.query_params and PersonAct.SCOPE in detail.may
    searched = _searched(house, request, incident) if asked_back else None
    compared = _compared(house, request, incident) if tab is Tab.ACTOR or drawn else None
    together = compared.explanation.together if compared else None
    problems = values.pop("problems", ())

    def kept(act: str, step: str, name: str, default: str = "") -> str:
        return typed.get(name, default) if (act, step) == tried else default

    return house.page(
        request,
        "incident/flow.html" if drawn else f"incident/{tab.value}.html",
        status=status,
        detail=detail,
        incident=incident,
        view=view,
        tab=tab.value,
        back=tab.value,
        notices=_notices(house, request, incident, words) if tab is Tab.DUTIES else {},
        lessons=lessons_of(house.console(request), incident, words) if tab is Tab.LESSONS else None,
        **letters_of(house.console(request), incident, words, values.pop("letters", {}), shown=tab is Tab.LETTERS),
        every=EVERY_SECONDS if tab in _LIVE and not drawn and not problems else 0,
        untaken=_other_untaken(house, request, incident),
        problems=problems,
        names={each.value for each in view.tabs},
        untaken_here=is_untaken(incident, now),
        brief=brief(detail, view, words),
        flow=at_moment(view.flow, now),
        counted=house.service().counted,
        undo=undoable(detail, request.state.who.person, now),
        closed=incident.status is IncidentStatus.CLOSED,
        may={act.value for act in detail.may},
        roles=ROLES,
        waiting={each.step_id: each for each in detail.approvals},
        decided_at={subject: f"{where.path}{place}" for subject, (where, place) in DECIDED_AT.items()},
        # Of a closed case nothing is overdue any more.
        phases=phases(detail.steps, incident.opened_at if incident.status is IncidentStatus.CLOSED else now),
        latest=last_entries(detail.entries, _ENTRIES),
        told=newest(in_order_decided(detail.messages), limit),
        entries=newest(detail.entries, limit),
        alerts=newest(detail.alerts, limit),
        findings=newest(detail.findings, limit),
        rows=first_of(detail.rows, limit),
        chart=_flow_chart(detail, view, compared, words) if compared and drawn else None,
        compared=compared,
        companions=companions_view(together, words) if together else None,
        kept=kept,
        again=words.again(detail.incident, detail.entries, detail.stated),
        back_search=searched,
        back_failed=asked_back and searched is None,
        tried=tried,
        chosen=(tried[1] or request.query_params.get("step", "")).upper(),
        here=f"/incidents/{incident.number}{tab.path}",
        **values,
    )


def _notices(house: PageContext, request: Request, incident: Incident, words: PageTexts) -> dict[str, str]:
    """Return how far the notice of each duty is filled, by the duty's name; and of each form."""
    found = house.console(request).notices.of(incident.id, words.language)
    return {each.made.subject.name: filled_in_words(each, words) for each in found}


def _flow_chart(detail: Detail, view: CaseView, compared: ExplainedView, words: PageTexts) -> FlowChart | None:
    """Return the touches around an incident by hour, with what happened marked."""
    incident, stopped = detail.incident, view.flow.at if view.flow.state is FlowState.STOPPED else None
    known = {"first": incident.first_event_at, "taken": incident.acknowledged_at, "stopped": stopped}
    known["t1"] = incident.aware_at
    moments = {name: at.astimezone(words.zone) for name, at in known.items() if at is not None}
    return flow_chart(compared.explanation.actors, moments, words.now.astimezone(words.zone))


def _other_untaken(house: PageContext, request: Request, incident: Incident) -> Incident | None:
    """Return another incident that nobody has: this page says itself that nobody has its own."""
    found = house.console(request).incidents(open_only=True, limit=OPEN_READ)
    return worst_untaken((each for each in found if each.id != incident.id), house.clock.now())


def _searched(house: PageContext, request: Request, incident: Incident) -> RetroSearch | None:
    """Return what a search backwards from an incident finds; None where the journal cannot be read."""
    try:
        return house.console(request).retro(incident.id, _BACK_DAYS, recent=True)
    except StoreError:
        return None


def _compared(house: PageContext, request: Request, incident: Incident) -> ExplainedView | None:
    """Return how an incident's actors compare with other days; None where it is about nobody."""
    zone = house.words(request).zone
    try:
        explanation = house.console(request).explain(incident.id)
    except StoreError:
        return explained_view(None, zone)
    return explained_view(explanation, zone) if explanation.actors else None
