"""The pages people read. A GET changes nothing, whoever sends it and however often.

Comes in: addresses. Goes out: the first page, all incidents, one incident.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from detector.errors import StoreError
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.detection.health import CheckedPart
from detector.schema.levels import Severity
from detector.web.companions import companions_view
from detector.web.context import PageContext
from detector.web.forms import Typed
from detector.web.ports import ConsolePort, Detail
from detector.web.views.explained_view import ExplainedView, explained_view
from detector.web.views.health_summary import summary
from detector.web.views.page_views import (
    Card,
    card,
    first_of,
    in_order_decided,
    newest,
    phases,
    recently_closed,
    urgent,
)

_READ = ["GET", "HEAD"]
_REFRESH_SECONDS = 15
_OPEN_SHOWN = 100
_LOOKED_THROUGH = 50
PAGE = 50
# How many of each list of an incident are shown unless all are asked for: a page has to open on a phone.
_LISTED = 200
_OWED_SHOWN = 12


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/", methods=_READ)
    def first(request: Request) -> Response:
        service, console = house.service(), house.console(request)
        found = console.incidents(open_only=True, limit=_OPEN_SHOWN)
        cards = sorted((_card(house, console, incident) for incident in found), key=Card.order)
        return house.page(
            request,
            "first.html",
            refresh=_REFRESH_SECONDS,
            cards=cards,
            owed=console.agenda(),
            owed_shown=_OWED_SHOWN,
            more=len(found) == _OPEN_SHOWN,
            closed=recently_closed(console.incidents(limit=_LOOKED_THROUGH)),
            service=service,
            health=summary(service.checks, house.clock.now()),
            source_checks={check.name: check for check in service.checks if check.part is CheckedPart.SOURCE},
            stuck=(house.clock.now() - service.beat_at).total_seconds() > _REFRESH_SECONDS,
        )

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
        return incident_page(house, request, house.console(request).detail(ref))

    return router


def _card(house: PageContext, console: ConsolePort, incident: Incident) -> Card:
    return card(incident, console.steps(incident.id), house.clock.now())


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
    house: PageContext, request: Request, detail: Detail, *, status: int = 200, **values: Any
) -> Response:
    """Return the page of one incident.

    Args:
        house: Shared parts.
        request: What is answered.
        detail: The incident.
        status: HTTP status.
        values: ``problems`` in words, and ``act``, ``step`` and ``typed`` of the form that could not be taken.
    """
    incident = detail.incident
    typed: Typed = values.pop("typed", {})
    limit = None if "all" in request.query_params else _LISTED
    tried = (values.pop("act", ""), values.pop("step", ""))
    compared = _compared(house, request, incident)
    together = compared.explanation.together if compared else None

    def kept(act: str, step: str, name: str, default: str = "") -> str:
        return typed.get(name, default) if (act, step) == tried else default

    return house.page(
        request,
        "incident/incident.html",
        status=status,
        detail=detail,
        incident=incident,
        closed=incident.status is IncidentStatus.CLOSED,
        other_terms=house.console(request).keeps_other_terms(incident),
        may={act.value for act in detail.may},
        waiting={each.step_id: each for each in detail.approvals},
        phases=phases(detail.steps, house.clock.now()),
        urgent=urgent(detail.steps, detail.first_steps),
        told=newest(in_order_decided(detail.messages), limit),
        entries=newest(detail.entries, limit),
        alerts=newest(detail.alerts, limit),
        findings=newest(detail.findings, limit),
        rows=first_of(detail.rows, limit),
        compared=compared,
        companions=companions_view(together, house.words(request)) if together else None,
        kept=kept,
        tried=tried,
        **{"here": f"/incidents/{incident.number}", **values},
    )


def _compared(house: PageContext, request: Request, incident: Incident) -> ExplainedView | None:
    """Return how an incident's actors compare with other days; None where it is about nobody."""
    zone = house.words(request).zone
    try:
        explanation = house.console(request).explain(incident.id)
    except StoreError:
        return explained_view(None, zone)
    return explained_view(explanation, zone) if explanation.actors else None
