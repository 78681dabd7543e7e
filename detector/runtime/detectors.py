"""The core built from the settings: rules, behaviour model, ordering.

Comes in: settings. Goes out: what judges events. Nothing of reading, decoding or deciding is loaded here: a process
that only judges must not wait for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from detector.detect import FRESH, Core, Reorderer
from detector.detect.behaviour import Behaviour, Model, load_model, model_folder
from detector.detect.rules import RuleDetector, Rules, RuleSet
from detector.errors import ModelError, Problem
from detector.resources import shipped
from detector.runtime.intake.allowed_lateness import lateness
from detector.settings import Settings
from detector.settings.rule_files import placeholder_values, rule_paths


@dataclass(frozen=True, slots=True)
class Detectors:
    """The core and what it judges behaviour by.

    Attributes:
        model: None when behaviour is off, or could not be loaded.
        model_problem: Why the behaviour model could not be loaded; empty when it was.
        starter: The model is the shipped one: it knows nobody here yet, and its age says nothing.
    """

    core: Core
    model: Model | None
    model_problem: str = ""
    starter: bool = False


def load_rules(settings: Settings) -> Rules:
    """Return all rules that are not disabled.

    Raises:
        ConfigError: With every mistake in every rule of ours and the operator's.
    """
    return RuleSet.load(
        rule_paths(settings),
        disabled=frozenset(settings.rules.disabled),
        tolerant=True,
        placeholders=placeholder_values(settings),
    )


def left_out(skipped: Sequence[Problem], model_problem: str) -> tuple[str, ...]:
    """Return in sentences what does not judge although it was meant to: an answer without it looks like any other."""
    told = []
    if skipped:
        more = f", and {len(skipped) - 1} more; `nabat check` names them" if len(skipped) > 1 else ""
        told.append(f"a rule cannot be used and says nothing: {skipped[0]}{more}")
    if model_problem:
        told.append(f"nobody is judged by how accounts usually work: {model_problem}")
    return tuple(told)


def detectors(settings: Settings, ruleset: Rules, *, model: Model | None = None, seed: int = FRESH) -> Detectors:
    """Build the core.

    Args:
        settings: The configuration.
        ruleset: The rules.
        model: Use this behaviour model instead of the one on disk.
        seed: Of the hashes in a state that is saved; nothing judged depends on it.
    """
    problem, given = "", model
    if settings.behaviour.enabled and model is None:
        try:
            model = load_model(model_folder(settings))
        except ModelError as error:
            problem = str(error)
    core = Core(
        sequencer=Reorderer(lateness=lateness(settings)),
        rules=RuleDetector(ruleset, settings, seed),
        behaviour=Behaviour.of(settings, model, seed) if settings.behaviour.enabled else None,
    )
    return Detectors(
        core=core,
        model=model if settings.behaviour.enabled else None,
        model_problem=problem,
        starter=model is not None and given is None and model_folder(settings) == shipped("models", "starter"),
    )
