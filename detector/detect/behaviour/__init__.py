"""Behaviour: per-actor windows in event time, judged against the actor's own past and its role's, and by a forest.

Comes in: event frames in total order and the moment up to which all events have been seen. Goes out: findings, and
what happened on the way (``Stats``). It reads no clock and no file; ``model`` reads and writes model folders.
"""

from detector.detect.behaviour.behaviour_state import BehaviourState
from detector.detect.behaviour.compact_events import Rows
from detector.detect.behaviour.days import (
    DAY_NUMBERS,
    KNOWN_DAYS,
    SLOT,
    SLOTS,
    DayNumbers,
    above_usual,
    amount_of_day,
    count_days,
    day_columns,
    days_apart,
    facet_of,
    touches_data,
    usual_day,
)
from detector.detect.behaviour.model import Model, load_model, model_folder, save_model, starter_model
from detector.detect.behaviour.rates import DAYS_A_MONTH, FACETS
from detector.detect.behaviour.reasons import reason_facets
from detector.detect.behaviour.step import Behaviour, Stats, numbers_of
from detector.detect.behaviour.training import Trainer, journal_days, train
from detector.detect.behaviour.variants import MOST_FALSE_A_MONTH, BehaviourVariant

__all__ = [
    "DAYS_A_MONTH",
    "DAY_NUMBERS",
    "FACETS",
    "KNOWN_DAYS",
    "MOST_FALSE_A_MONTH",
    "SLOT",
    "SLOTS",
    "Behaviour",
    "BehaviourState",
    "BehaviourVariant",
    "DayNumbers",
    "Model",
    "Rows",
    "Stats",
    "Trainer",
    "above_usual",
    "amount_of_day",
    "count_days",
    "day_columns",
    "days_apart",
    "facet_of",
    "journal_days",
    "load_model",
    "model_folder",
    "numbers_of",
    "reason_facets",
    "save_model",
    "starter_model",
    "touches_data",
    "train",
    "usual_day",
]
