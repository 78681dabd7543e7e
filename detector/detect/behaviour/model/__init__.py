"""The fitted model: how surprising a window is, by calibrated statistics and a forest.

Comes in: training windows, or a folder written by ``save_model``. Goes out: a ``Model``. It knows windows as rows of
features only: no actor, no past and no finding.
"""

from detector.detect.behaviour.model.calibration import score
from detector.detect.behaviour.model.trained_model import (
    GATE,
    LEAST_ROWS,
    Facts,
    Model,
    build,
    load_model,
    model_folder,
    save_model,
    starter_model,
)

__all__ = [
    "GATE",
    "LEAST_ROWS",
    "Facts",
    "Model",
    "build",
    "load_model",
    "model_folder",
    "save_model",
    "score",
    "starter_model",
]
