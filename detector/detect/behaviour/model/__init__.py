"""The fitted model: what kinds of actors are like before anything is known here, and a forest.

Comes in: training windows, or a folder written by ``save_model``. Goes out: a ``Model``. It knows windows as rows of
z only: no actor, no past and no finding.
"""

from detector.detect.behaviour.model.forest import Opinion
from detector.detect.behaviour.model.trained_model import (
    LEAST_ROWS,
    Facts,
    Model,
    build,
    kinds,
    load_model,
    model_folder,
    save_model,
    starter_model,
)

__all__ = [
    "LEAST_ROWS",
    "Facts",
    "Model",
    "Opinion",
    "build",
    "kinds",
    "load_model",
    "model_folder",
    "save_model",
    "starter_model",
]
