"""The severity of a breach by ENISA's method: its factors, what was computed, what people corrected.

Comes in: nothing. Goes out: values. The method is "Recommendations for a methodology of the assessment of severity of
personal data breaches", working document v1.0, ENISA, December 2013: SE = DPC x EI + CB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from detector.schema.detection.findings import Reason


class SeverityFactor(StrEnum):
    """What the score is made of, and the two flags beside it.

    The first four are the data processing context (DPC) by kind of data, the highest of which counts; ``EI`` is the
    ease of identification; the next four are the circumstances of the breach (CB), which add up. ``MANY`` (over 100
    people) and ``UNINTELLIGIBLE`` change no number.
    """

    SIMPLE = "simple"
    BEHAVIOURAL = "behavioural"
    FINANCIAL = "financial"
    SENSITIVE = "sensitive"
    EI = "ei"
    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"
    MALICIOUS = "malicious"
    MANY = "many"
    UNINTELLIGIBLE = "unintelligible"


CONTEXT: Final = (
    SeverityFactor.SIMPLE,
    SeverityFactor.BEHAVIOURAL,
    SeverityFactor.FINANCIAL,
    SeverityFactor.SENSITIVE,
)
CIRCUMSTANCES: Final = (
    SeverityFactor.CONFIDENTIALITY,
    SeverityFactor.INTEGRITY,
    SeverityFactor.AVAILABILITY,
    SeverityFactor.MALICIOUS,
)
FLAGS: Final = (SeverityFactor.MANY, SeverityFactor.UNINTELLIGIBLE)

_SCORES, _LOSSES, _EITHER = (0.0, 1.0, 2.0, 3.0, 4.0), (0.0, 0.25, 0.5), (0.0, 1.0)
ALLOWED_VALUES: Final[Mapping[SeverityFactor, tuple[float, ...]]] = {
    **dict.fromkeys(CONTEXT, _SCORES),
    SeverityFactor.EI: (0.25, 0.5, 0.75, 1.0),
    SeverityFactor.CONFIDENTIALITY: _LOSSES,
    SeverityFactor.INTEGRITY: _LOSSES,
    SeverityFactor.AVAILABILITY: _LOSSES,
    SeverityFactor.MALICIOUS: (0.0, 0.5),
    **dict.fromkeys(FLAGS, _EITHER),
}
"""The values that a factor may have. Of a kind of data 0 says that none of it is concerned."""


class SeverityLevel(StrEnum):
    """The bands of the score: below 2, below 3, below 4, and from 4 on."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCorrection:
    """A person's word on one factor; the newest counts, the others stay.

    Attributes:
        number: In the incident, from 1.
        value: None: as computed again.
        by: Whose word it is. typed_by: who gave it for them.
    """

    incident_id: str
    number: int
    factor: SeverityFactor
    value: float | None
    reason: str
    by: str
    typed_by: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorReading:
    """One factor as it counts.

    Attributes:
        computed: What the facts say. reasons: why.
        correction: The newest word of a person on it, if it is another value than computed; None: as computed.
        earlier: All words of people on it, the oldest first.
    """

    factor: SeverityFactor
    computed: float
    reasons: tuple[Reason, ...]
    correction: SeverityCorrection | None = None
    earlier: tuple[SeverityCorrection, ...] = ()

    @property
    def value(self) -> float:
        """What counts."""
        corrected = self.correction.value if self.correction is not None else None
        return self.computed if corrected is None else corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityAssessment:
    """The score with all it is made of, in the order of ``SeverityFactor``."""

    factors: tuple[FactorReading, ...]

    def reading(self, factor: SeverityFactor) -> FactorReading:
        """Return a factor."""
        return next(each for each in self.factors if each.factor is factor)

    @property
    def dpc(self) -> float:
        """The data processing context: 1 at least, for personal data is concerned, whatever its kind."""
        return max(1.0, *(self.reading(each).value for each in CONTEXT))

    @property
    def ei(self) -> float:
        """The ease of identification."""
        return self.reading(SeverityFactor.EI).value

    @property
    def cb(self) -> float:
        """The circumstances of the breach."""
        return sum(self.reading(each).value for each in CIRCUMSTANCES)

    @property
    def score(self) -> float:
        """SE = DPC x EI + CB, from 0.25 to 6. All are quarters, so the sum is exact."""
        return self.dpc * self.ei + self.cb

    @property
    def level(self) -> SeverityLevel:
        """The band of the score."""
        bands = ((2, SeverityLevel.LOW), (3, SeverityLevel.MEDIUM), (4, SeverityLevel.HIGH))
        return next((level for below, level in bands if self.score < below), SeverityLevel.VERY_HIGH)

    @property
    def flags(self) -> tuple[SeverityFactor, ...]:
        """The flags that are set."""
        return tuple(each for each in FLAGS if self.reading(each).value)
