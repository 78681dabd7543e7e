"""Whose clients the company says they are, as keys that many touches are compared with at once.

Comes in: a company's lists, and how accounts and clients are made into keys. Goes out: which touches are of a client
of one's own, or of a team's, and in which teams an account is. Rules and behaviour know accounts and clients by other
keys: each makes its own. Nothing is remembered here, so a file that has changed counts from the next event on.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Keys, mix
from detector.detect.seen_filter import contains
from detector.schema.events.columns import ACCOUNT
from detector.settings.lists.portfolio_rows import Portfolios

Mask = npt.NDArray[np.bool_]
KeysOf = Callable[[pl.Series], Keys]
NO_TEAM = np.uint64(0)
_TEAM = "team\x1f"  # what keeps the names of teams apart from those of accounts


def _no_keys() -> Keys:
    return np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class PortfolioKeys:
    """Teams and portfolios as keys; empty: the company says nothing of them.

    Attributes:
        owned: Of an account and a client of its own, sorted. of_teams: of a team and a client of its, sorted.
        members: Of accounts that are in a team, sorted. teams: of the teams of each, ``NO_TEAM`` behind them.
    """

    owned: Keys = field(default_factory=_no_keys)
    of_teams: Keys = field(default_factory=_no_keys)
    members: Keys = field(default_factory=_no_keys)
    teams: Keys = field(default_factory=lambda: np.empty((0, 1), dtype=np.uint64))

    @classmethod
    def of(cls, said: Portfolios, actors: KeysOf, clients: KeysOf) -> "PortfolioKeys":
        """Make keys of what the files say.

        Args:
            said: By the files.
            actors: Returns the keys of actors (``actor.id``), and of what names teams here.
            clients: Returns the keys of clients as the files write them.
        """
        if not said:
            return cls()
        names: dict[str, set[str]] = defaultdict(set)
        for account, team in said.teams:
            names[account].add(f"{_TEAM}{team}")
        accounts = sorted(names)
        width = max(map(len, names.values()), default=1)
        teams = np.full((len(accounts), width), NO_TEAM, dtype=np.uint64)
        for row, account in enumerate(accounts):
            its = sorted(names[account])
            teams[row, : len(its)] = actors(pl.Series(its, dtype=pl.String()))
        members = actors(pl.Series([f"{ACCOUNT}{account}" for account in accounts], dtype=pl.String()))
        order = np.argsort(members)
        return cls(
            owned=_pairs(said.of_accounts, ACCOUNT, actors, clients),
            of_teams=_pairs(said.of_teams, _TEAM, actors, clients),
            members=members[order],
            teams=teams[order],
        )

    def teams_of(self, actors: Keys) -> Keys:
        """Return the teams of each actor, one row each, ``NO_TEAM`` behind them."""
        found = np.full((actors.size, self.teams.shape[1]), NO_TEAM, dtype=np.uint64)
        known = contains(self.members, actors)
        found[known] = self.teams[np.searchsorted(self.members, actors[known])]
        return found

    def holds_own(self, actors: Keys, clients: Keys) -> Mask:
        """Say which clients are their actor's own."""
        return contains(self.owned, mix(actors, clients))

    def holds_of_team(self, teams: Keys, clients: Keys) -> Mask:
        """Say which clients are of one of these teams, one row each."""
        keys = mix(teams, np.repeat(clients, teams.shape[1]).reshape(teams.shape))
        found: Mask = (teams != NO_TEAM) & contains(self.of_teams, keys.ravel()).reshape(teams.shape)
        return np.asarray(found.any(axis=1))


def _pairs(said: Collection[tuple[str, str]], begin: str, actors: KeysOf, clients: KeysOf) -> Keys:
    if not said:
        return _no_keys()
    table = pl.DataFrame(sorted(said), schema={"owner": pl.String(), "client": pl.String()}, orient="row")
    keys = mix(actors(begin + table.get_column("owner")), clients(table.get_column("client")))
    return np.unique(keys)
