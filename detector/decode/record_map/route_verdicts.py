"""Which routes of the record map fit: questions with few answers, asked of all rows at once, never route by route.

Comes in: for each question the number of each row's answer. Goes out: for each row a verdict, which stands for the
routes that are left. What follows from a verdict and an answer is worked out when it first occurs and looked up from
then on. There are no more verdicts than the map itself can tell apart, whatever the lines say.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Answers = npt.NDArray[np.int64]
Demand = frozenset[int] | None
"""Answers with which a route is still possible; None: all of them."""


class Verdicts:
    """Verdicts about one record map.

    Args:
        demands: For each route what it demands of the answer to each question.
        sizes: For each question how many answers it has.
    """

    def __init__(self, demands: Sequence[Sequence[Demand]], sizes: Sequence[int]) -> None:
        self._demands = demands
        self._sizes = tuple(sizes)
        self._left: list[tuple[int, ...]] = [tuple(range(len(demands)))]
        self._numbers = {self._left[0]: 0}
        self._after = [np.full((1, size), -1, np.int64) for size in sizes]

    def __len__(self) -> int:
        return len(self._left)

    def left(self, verdict: int) -> tuple[int, ...]:
        """Return the routes a verdict stands for, in their order."""
        return self._left[verdict]

    def of(self, answers: Iterable[Answers | int], height: int) -> Answers:
        """Return each row's verdict; an answer all rows share may be a plain number."""
        verdicts: Answers = np.zeros(height, np.int64)
        for question, answer in enumerate(answers):
            verdicts = self._next(question, verdicts * self._sizes[question] + answer)
        return verdicts

    def _next(self, question: int, pairs: Answers) -> Answers:
        table = self._after[question]
        if len(table) < len(self._left):
            more = np.full((2 * len(self._left) - len(table), table.shape[1]), -1, np.int64)
            table = self._after[question] = np.concatenate([table, more])
        flat = table.reshape(-1)
        found = flat[pairs]
        if len(found) and found.min() < 0:
            for pair in np.unique(pairs[found < 0]).tolist():
                flat[pair] = self._learn(question, *divmod(pair, self._sizes[question]))
            found = flat[pairs]
        return found

    def _learn(self, question: int, verdict: int, answer: int) -> int:
        demands = ((route, self._demands[route][question]) for route in self._left[verdict])
        left = tuple(route for route, demand in demands if demand is None or answer in demand)
        if left not in self._numbers:
            self._numbers[left] = len(self._left)
            self._left.append(left)
        return self._numbers[left]
