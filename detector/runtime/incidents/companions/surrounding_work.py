"""What people opened around an incident, in the shape in which accounts are compared with it.

Comes in: the rows of ``opened_clients``. Goes out: the same by person, and which colleagues each is compared with.
Pure.
"""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from detector.store import EXPLAINED, NEIGHBOUR, NOBODY

LEAST_STAFF = 5
"""Who opened fewer different clients is no colleague: customers open what is their own."""
LEAST_PEERS = 5
"""Fewer of one role are no measure: then all others are."""
_OPEN = pl.col("why") >= NEIGHBOUR


@dataclass(frozen=True)
class SurroundingWork:
    """Work around an incident.

    Attributes:
        rows: As ``opened_clients`` returns them.
    """

    rows: pl.DataFrame

    @cached_property
    def mine(self) -> pl.DataFrame:
        """What the incident's actors opened in its time: a row a client."""
        rows = self.rows.filter(pl.col("who").is_null() & pl.col("inside"))
        return _by_client(rows, ["client"])

    @cached_property
    def mine_elsewhen(self) -> pl.DataFrame:
        """What they opened at other times, and not in that of the incident."""
        rows = self.rows.filter(pl.col("who").is_null() & ~pl.col("inside"))
        return _by_client(rows, ["client"]).join(self.mine, on="client", how="anti")

    @cached_property
    def others(self) -> pl.DataFrame:
        """What others opened: a row a person and client."""
        rows = self.rows.filter(pl.col("who").is_not_null())
        staff = rows.group_by("who").agg(pl.col("client").n_unique()).filter(pl.col("client") >= LEAST_STAFF)
        return _by_client(rows.join(staff.select("who"), on="who", how="semi"), ["who", "client"])

    @cached_property
    def people(self) -> pl.DataFrame:
        """Others: ``who``, ``role``, and how many ``clients`` each opened."""
        return self.others.group_by("who").agg(pl.col("role").last(), pl.len().alias("clients")).sort("who")

    @property
    def known(self) -> bool:
        """Whether it is known, for most of the incident's clients, what explains that they were opened."""
        known = self.mine.filter(pl.col("why") >= EXPLAINED).height
        return 2 * known >= self.mine.height

    def peers_of(self, who: str) -> frozenset[str]:
        """Return whom somebody is compared with: others of its role, or, where these are few, all others."""
        role = self.roles[who]
        peers = self._by_role[role] - {who}
        return peers if len(peers) >= LEAST_PEERS else self._everybody - {who}

    @cached_property
    def roles(self) -> dict[str, str]:
        """The role of each."""
        return dict(self.people.select("who", "role").iter_rows())

    @cached_property
    def clients_of(self) -> dict[str, int]:
        """How many different clients each opened."""
        return dict(self.people.select("who", "clients").iter_rows())

    @cached_property
    def _everybody(self) -> frozenset[str]:
        return frozenset(self.roles)

    @cached_property
    def _by_role(self) -> dict[str, frozenset[str]]:
        grouped = self.people.group_by("role").agg("who")
        return {role: frozenset(people) for role, people in grouped.iter_rows()}


def unexplained(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of clients of whom nothing explains that they were opened."""
    return rows.filter(pl.col("why") == NOBODY)


def not_own(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the same, and those of clients that only lie next to another one."""
    return rows.filter(_OPEN)


def _by_client(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return rows.group_by(keys).agg(
        pl.col("role").last(),
        pl.col("series").first(),
        pl.col("number").first(),
        pl.col("why").max(),
        pl.col("first").min(),
        pl.col("last").max(),
    )
