"""What the settings say of rules beside where they are: values of placeholders, logs of a log source, pipelines.

Comes in: settings. Goes out: one value that loading takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from detector.detect.rules.logsources.table import LogSource
from detector.settings import Settings
from detector.settings.rule_files import placeholder_values

Placeholders = Mapping[str, Sequence[str]]
"""The texts that placeholders of rules stand for, by name."""
NO_VALUES: Final[Placeholders] = {}


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules are read with.

    Attributes:
        placeholders: The texts that placeholders of rules stand for, by name.
        declared: Names of the sources that the settings say are of a log source.
        pipelines: Files with pySigma's processing pipelines, applied to all rules but those over our columns.
    """

    placeholders: Placeholders = field(default_factory=dict)
    declared: Mapping[LogSource, tuple[str, ...]] = field(default_factory=dict)
    pipelines: Sequence[str] = ()

    @staticmethod
    def of(settings: Settings) -> "RuleContext":
        """Return what the settings say.

        Raises:
            ConfigError: A file of placeholders cannot be read.
        """
        declared: dict[LogSource, tuple[str, ...]] = {}
        for source in settings.sources:
            if (said := source.sigma) is not None:
                about = LogSource(said.product, said.category, said.service)
                declared[about] = (*declared.get(about, ()), source.name)
        return RuleContext(placeholder_values(settings.rules), declared, settings.rules.pipelines)


NO_CONTEXT: Final = RuleContext()
