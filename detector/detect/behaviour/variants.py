"""What behaviour would say by another budget, or without some facets, told beside what it says: for measurements.

Comes in: the windows worth a look of one fold, before any is chosen. Goes out: the findings of each variant, to a
callback. Nothing in the fold hangs on what is said (habits and rates learn every window), so one fold serves any number
of variants, and each says what a fold of its own would have said.

Soundness: only windows whose surprise reaches ``evidence.LEVEL`` are kept, so a budget so large that its threshold lies
below that is refused. A facet that is left out says nothing; its share of the budget goes to no other.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from detector.detect.behaviour import evidence
from detector.detect.behaviour.rates import DAYS_A_MONTH, FACETS, Cap, threshold
from detector.detect.behaviour.reasons import CandidateWindow
from detector.schema.detection.findings import Finding

MOST_FALSE_A_MONTH = len(FACETS) * DAYS_A_MONTH * 10**-evidence.LEVEL
"""The largest budget of a variant."""


class BehaviourVariant:
    """One other way to choose among the windows of a fold.

    Args:
        false_incidents_a_month: Its budget, at most ``MOST_FALSE_A_MONTH``.
        without: Facets that say nothing.
        tell: Given its findings, as often as the fold states any.

    Raises:
        ValueError: The budget is too large, or a facet is unknown.
    """

    def __init__(
        self, false_incidents_a_month: float, without: Collection[str], tell: Callable[[Sequence[Finding]], object]
    ) -> None:
        if unknown := sorted(set(without) - set(FACETS)):
            raise ValueError(f"no such facet: {', '.join(unknown)}; there are {', '.join(FACETS)}")
        if not 0 < false_incidents_a_month <= MOST_FALSE_A_MONTH:
            raise ValueError(f"a variant's budget is more than 0 and at most {MOST_FALSE_A_MONTH:.0f} a month")
        self._threshold = threshold(false_incidents_a_month)
        self._heard = np.array([facet not in without for facet in FACETS])
        self._tell = tell
        # By day, since a fold may go back over a midnight.
        self._caps: dict[int, Cap] = {}

    def state(self, windows: Sequence[CandidateWindow], finding: Callable[[CandidateWindow, float], Finding]) -> None:
        """Tell what the variant says of windows that became known together."""
        heard = [replace(each, by_facet=np.where(self._heard, each.by_facet, 0.0)) for each in windows]
        heard.sort(key=lambda window: (window.tick, -window.surprise, window.actor))
        said = [each for each in heard if each.surprise >= self._threshold and self._admits(each)]
        if said:
            self._tell([finding(each, self._threshold) for each in said])

    def _admits(self, window: CandidateWindow) -> bool:
        return window.admitted(self._caps.setdefault(window.day, Cap()), self._threshold)
