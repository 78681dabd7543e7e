"""Scenarios of drills, the shipped ones and the operator's. What plays no drill need not load this."""

from collections.abc import Mapping
from pathlib import Path

from detector.errors import ConfigError
from detector.incident.drills import Scenario, load_scenarios
from detector.settings import Settings


def scenarios(settings: Settings) -> Mapping[str, Scenario]:
    """Return the shipped scenarios of drills and the operator's, which win.

    Raises:
        ConfigError: With every mistake in every file.
    """
    try:
        return load_scenarios(map(Path, settings.incident.drills))
    except ConfigError as error:
        raise ConfigError(map(settings.with_location, error.problems)) from None
