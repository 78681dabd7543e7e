"""Behaviour: per-actor windows in event time, judged against the actor's own past and its role's, and by a forest.

Comes in: event frames in total order and the moment up to which all events have been seen. Goes out: findings, and
what happened on the way (``Stats``). It reads no clock and no file; ``model`` reads and writes model folders.
"""

from detector.detect.behaviour.behaviour_state import BehaviourState
from detector.detect.behaviour.model import Model, load_model, model_folder, save_model, starter_model
from detector.detect.behaviour.rates import DAYS_A_MONTH, FACETS
from detector.detect.behaviour.reasons import reason_facets
from detector.detect.behaviour.step import Behaviour, Stats
from detector.detect.behaviour.training import Trainer, journal_days, train

__all__ = [
    "DAYS_A_MONTH",
    "FACETS",
    "Behaviour",
    "BehaviourState",
    "Model",
    "Stats",
    "Trainer",
    "journal_days",
    "load_model",
    "model_folder",
    "reason_facets",
    "save_model",
    "starter_model",
    "train",
]
