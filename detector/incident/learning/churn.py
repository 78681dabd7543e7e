"""How much is lost by clients who leave after a leak: an estimate by a formula that is shown with its numbers.

Comes in: how many people are concerned, what the company says of its clients. Goes out: the estimate. Both the share
and the value are the company's own; without them there is none.
"""

from dataclasses import dataclass

from detector.schema.learning.corrective_actions import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnEstimate:
    """Clients who leave, and what they were worth: people x share x value.

    Attributes:
        people_low / people_high: Concerned at least and at most.
        percent: Of them who leave because of it.
        value: Of a client, as the company counts it.
    """

    people_low: int
    people_high: int
    percent: float
    value: Amount

    @property
    def low(self) -> Amount:
        """What is lost at least."""
        return self._of(self.people_low)

    @property
    def high(self) -> Amount:
        """What is lost at most."""
        return self._of(self.people_high)

    def _of(self, people: int) -> Amount:
        return Amount(units=round(people * self.percent / 100 * self.value.units), currency=self.value.currency)
