"""How ready the company is: what is known of plan, people, channels, drills, training, texts and data, as points."""

from detector.incident.preparation.assess_readiness import (
    WORTH,
    Channel,
    NameKind,
    PlanFacts,
    Readiness,
    ReadinessArea,
    ReadinessFacts,
    Shortfall,
    assess_readiness,
)
from detector.incident.preparation.data_map import DataMap, MappedClass, MappedSource, data_map
from detector.incident.preparation.training_status import (
    LATE,
    TrainingLine,
    TrainingState,
    TrainingStatus,
    training_status,
)

__all__ = [
    "LATE",
    "WORTH",
    "Channel",
    "DataMap",
    "MappedClass",
    "MappedSource",
    "NameKind",
    "PlanFacts",
    "Readiness",
    "ReadinessArea",
    "ReadinessFacts",
    "Shortfall",
    "TrainingLine",
    "TrainingState",
    "TrainingStatus",
    "assess_readiness",
    "data_map",
    "training_status",
]
