"""What became of models: which was taken up, put back or not taken, by whom, why, and by which figures."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ModelAct(StrEnum):
    """What was done with a model."""

    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    KEPT_BACK = "kept_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChange:
    """One change, or a candidate that was not taken.

    Attributes:
        id: 128-bit hex.
        version: The model in force afterwards; of one kept back the candidate.
        previous: The model in force before; ``starter`` is the shipped one.
        by: Who did it; ``nabat`` for what retraining does.
        reason: In words; of one kept back why.
        forced: It was taken up although it was worse.
        figures: Of the comparison, by name; empty where nothing was compared.
    """

    id: str
    at: datetime
    act: ModelAct
    version: str
    previous: str
    by: str
    reason: str = ""
    forced: bool = False
    figures: tuple[tuple[str, str | int | float], ...] = ()
