"""Drills: what a scenario is, how its incident begins and ends, and what is measured of it. Pure."""

from detector.incident.drills.drill_case import (
    DrillCase,
    called_id,
    end_drill_case,
    ended_words,
    is_step_late,
    measure_drill,
    open_called,
)
from detector.incident.drills.scenario import DrillCall, DrillLines, Scenario, load_scenarios

__all__ = [
    "DrillCall",
    "DrillCase",
    "DrillLines",
    "Scenario",
    "called_id",
    "end_drill_case",
    "ended_words",
    "is_step_late",
    "load_scenarios",
    "measure_drill",
    "open_called",
]
