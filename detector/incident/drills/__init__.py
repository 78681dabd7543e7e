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
from detector.incident.drills.scenario import DrillLines, Scenario, load_scenarios

__all__ = [
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
