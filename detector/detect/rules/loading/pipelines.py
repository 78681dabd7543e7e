"""Processing pipelines of pySigma, for rules whose names are an operator's own.

Comes in: files. Goes out: what changes a rule before its fields are mapped. pySigma's pipelines load a template engine
and seventy modules: they are imported when some file is named, and not at every start.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import yaml
from sigma.exceptions import SigmaError
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaRule

from detector.detect.rules.columns.expressions import LABEL
from detector.detect.rules.logsources.event_scope import KNOWN
from detector.errors import ConfigError, Problem
from detector.settings.loading.load_settings import read_text


class RulePipeline(Protocol):
    """What changes a rule in place."""

    def apply(self, rule: SigmaRule) -> object:
        """Change a rule."""
        ...


def apply_pipeline(pipeline: RulePipeline | None, rule: SigmaRule) -> frozenset[str]:
    """Change a rule by a pipeline, if there is one; return the fields that it gave our names.

    Raises:
        SigmaError: The pipeline refuses the rule.
    """
    if pipeline is None:
        return frozenset()
    before = frozenset(_fields(rule))
    pipeline.apply(rule)
    return frozenset(name for name in _fields(rule) if name not in before and (name in KNOWN or name.startswith(LABEL)))


def _fields(rule: SigmaRule) -> Iterator[str]:
    left: list[SigmaDetection | SigmaDetectionItem] = list(rule.detection.detections.values())
    while left:
        each = left.pop()
        if isinstance(each, SigmaDetection):
            left += each.detection_items
        elif each.field:
            yield each.field


def read_pipelines(files: Sequence[str]) -> RulePipeline | None:
    """Return the pipelines of some files as one, in the order of the files; None where there is none.

    Raises:
        ConfigError: A file cannot be read, or is no pipeline.
    """
    if not files:
        return None
    from sigma.processing.pipeline import ProcessingPipeline  # noqa: PLC0415 - see above

    problems: list[Problem] = []
    made: list[ProcessingPipeline] = []
    for file in files:
        try:
            made.append(ProcessingPipeline.from_yaml(read_text(Path(file))))
        except ConfigError as error:
            problems.extend(error.problems)
        except (SigmaError, yaml.YAMLError, TypeError, AttributeError, KeyError, ValueError) as error:
            said = " ".join(str(error.args[0] if error.args else error).split())
            problems.append(Problem(file=file, line=1, what=f"is no pipeline of pySigma: {said}"))
    if problems:
        raise ConfigError(problems)
    return sum(made[1:], made[0])
