"""Whose clients the company says they are, for the touches of a frame.

Comes in: the company's lists, and touches as keys of actors and clients. Goes out: in which teams each actor is, and
whether the client is its own or one of its teams'. Ids are compared in their one form: of what has ids that are text,
``0777`` is another client than 777. A client counts with the tenant its row names, and without one where it names none.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Keys
from detector.detect.portfolio_keys import PortfolioKeys
from detector.detect.rules.columns.frame_view import FrameView, marks_of
from detector.schema.events.id_forms import one_form
from detector.settings import RecordMap
from detector.settings.lists.portfolio_rows import Portfolios

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Whose(NamedTuple):
    """Of each touch: the teams of its actor (a row each), and whether the client is its own, or of one of them."""

    teams: Keys
    owned: Mask
    of_team: Mask


class OwnedClients:
    """Teams and portfolios as the company's files say.

    Args:
        said: By the files.
        records: Says what has ids that are text.
    """

    def __init__(self, said: Portfolios | None = None, records: RecordMap | None = None) -> None:
        self._said = said or Portfolios()
        routes = records.routes if records else ()
        self._objects = sorted({route.object for route in routes if route.ids == "text" and route.object})
        self._made: tuple[int, PortfolioKeys, PortfolioKeys] | None = None

    def whose(self, view: FrameView, actors: Keys, clients: Keys, rows: Ints) -> Whose:
        """Return whose the clients of touches are.

        Args:
            view: The frame.
            actors: Key of the actor of each touch.
            clients: Key of its client.
            rows: Row of the frame of each.
        """
        numbers, texts = self._keys(view.seed)
        teams = numbers.teams_of(actors)
        owned, of_team = numbers.holds_own(actors, clients), numbers.holds_of_team(teams, clients)
        if self._objects and self._said:
            text = view.holds("object.type", *self._objects)[rows]
            owned = np.where(text, texts.holds_own(actors, clients), owned)
            of_team = np.where(text, texts.holds_of_team(teams, clients), of_team)
        return Whose(teams, owned, of_team)

    def _keys(self, seed: int) -> tuple[PortfolioKeys, PortfolioKeys]:
        """Return the keys of ids that are numbers, and of those that are text: made once."""
        if self._made is None or self._made[0] != seed:

            def keys(*, number: bool) -> PortfolioKeys:
                def clients(texts: pl.Series) -> Keys:
                    forms = [one_form(each, number=number) for each in texts.to_list()]
                    return marks_of(pl.Series(forms, dtype=pl.String()), seed)

                return PortfolioKeys.of(self._said, lambda texts: marks_of(texts, seed), clients)

            numbers = keys(number=True)
            self._made = seed, numbers, keys(number=False) if self._objects else numbers
        return self._made[1], self._made[2]
