"""The team as the service has it: at the command line everybody may bring a configuration of their own.

Comes in: settings, or what the service kept of its own in the database. Goes out: a text to be kept, and the team that
has to agree with that of a command. Pure.
"""

from functools import lru_cache

from pydantic import ValidationError

from detector.schema.events.columns import ACCOUNT
from detector.settings import ActorSettings, Network, Settings, TeamSettings
from detector.settings.types import Strict

KEPT_AS = "team.in_force"
"""The name under which the service keeps it."""


class TeamInForce(Strict):
    """Who the service has on its team, and how it reads logins.

    Attributes:
        elsewhere: People sign in at a provider or a proxy: a first password is nobody's to make for others.
    """

    team: TeamSettings
    actors: ActorSettings
    shared: tuple[Network, ...]
    elsewhere: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "TeamInForce":
        """Return what is configured."""
        auth = settings.auth
        elsewhere = bool(auth.oidc.issuer or auth.proxy.header)
        return cls(team=settings.team, actors=settings.actors, shared=auth.shared_networks, elsewhere=elsewhere)

    def name_of(self, login: str) -> str:
        """Return whose login this is, by the accounts of the team alone; where it is nobody's, what is no name."""
        found = self.team.holders_of({f"{ACCOUNT}{login}", f"{ACCOUNT}{self.actors.form(login)}"})
        return next(iter(found)) if len(found) == 1 else f"{ACCOUNT}{login}"

    def text(self) -> str:
        """Return it as it is kept."""
        return self.model_dump_json(by_alias=True)


@lru_cache(8)
def team_in_force(text: str) -> TeamInForce | None:
    """Read what was kept; None: nothing was, or another program's."""
    try:
        return TeamInForce.model_validate_json(text) if text else None
    except ValidationError:
        return None
