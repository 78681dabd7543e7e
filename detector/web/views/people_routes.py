"""The page of people: who is on call now and in the weeks to come, who is away, who holds which role.

Comes in: an address. Goes out: the page. It changes nothing.
"""

from fastapi import APIRouter, Request, Response

from detector.web.context import PageContext

_DAYS = 28
_SHOWN = 60


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/people", methods=["GET", "HEAD"])
    def people(request: Request) -> Response:
        roster = house.console(request).on_call(_DAYS)
        team = house.settings.team
        return house.page(
            request,
            "people.html",
            roster=roster,
            coming=roster.coming[:_SHOWN],
            more=len(roster.coming) > _SHOWN,
            team=[(each, [role for role, names in team.roles.items() if each.name in names]) for each in team.people],
        )

    return router
