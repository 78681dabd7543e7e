"""Everything that is built from the settings, built together or not at all.

Comes in: settings and a key. Goes out: one value with decoder, core, playbooks and what could not be used. A reload
builds a second one beside the first and only then lets the old one go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from detector.decode import Decoder
from detector.detect.behaviour import Behaviour, Model, load_model
from detector.detect.behaviour.model import model_folder
from detector.detect.core import Core
from detector.detect.rules import RuleDetector, Rules, RuleSet
from detector.detect.sequence import Sequencer
from detector.errors import ConfigError, ModelError, Problem
from detector.incident import Playbook, Regulation
from detector.resources import shipped
from detector.runtime.beside import BesideFiles
from detector.runtime.desk import checklists, laws
from detector.settings import Settings
from detector.settings.load import SettingsError

T = TypeVar("T")

REPLAY_LATENESS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Parts:
    """What one version of the settings gives.

    Attributes:
        skipped: Rules of foreign folders that this version cannot use: shown, counted, a blind spot.
        starter: The model is the shipped one: it knows nobody here yet, and its age says nothing.
        model_problem: Why the behaviour model could not be loaded; empty when it was.
    """

    settings: Settings
    decoder: Decoder
    ruleset: Rules
    core: Core
    model: Model | None
    playbooks: Mapping[str, Playbook]
    regulations: Mapping[str, Regulation]
    skipped: tuple[Problem, ...] = ()
    model_problem: str = ""
    starter: bool = False


def rule_paths(settings: Settings) -> list[Path]:
    """Return the folders and files that rules are read from, the shipped ones first."""
    own = [shipped("rules")] if settings.rules.shipped else []
    return own + [Path(path) for path in settings.rules.paths]


def lateness(settings: Settings, *, replay: bool) -> dict[str, timedelta]:
    """Return how far out of order each source's lines may come.

    Old lines are in no hurry: at least a minute is allowed, because archives are often put together from several
    writers. (In the public Apache log of the tests half of all lines lie more than 28 s behind one before them.)
    """
    least = REPLAY_LATENESS if replay else timedelta(0)
    return {source.name: max(source.lateness, least) for source in settings.sources}


def mistakes(settings: Settings) -> list[Problem]:
    """Return everything ``build`` would refuse, in the order of file and line."""
    return _attempt(settings, b"")[1]


def refusal(error: SettingsError) -> ConfigError:
    """Return a refusal that also tells what is wrong in what the right parts of a wrong configuration name."""
    usable = error.usable
    return ConfigError(sorted({*error.problems, *(mistakes(usable) if usable else ())}))


def _attempt(
    settings: Settings, session_key: bytes
) -> tuple[tuple[Decoder, Rules, Mapping[str, Playbook], Mapping[str, Regulation]] | None, list[Problem]]:
    problems: list[Problem] = []

    def attempt(make: Callable[[], T]) -> T | None:
        try:
            return make()
        except ConfigError as error:
            problems.extend(map(settings.placed, error.problems))
            return None

    decoder = attempt(lambda: Decoder(settings, session_key=session_key, beside=BesideFiles()))
    ruleset = attempt(
        lambda: RuleSet.load(rule_paths(settings), disabled=frozenset(settings.rules.disabled), tolerant=True)
    )
    playbooks = attempt(lambda: checklists(settings))
    regulations = attempt(lambda: laws(settings))
    in_order = sorted(set(problems))
    if decoder is None or ruleset is None or playbooks is None or regulations is None:
        return None, in_order
    return (decoder, ruleset, playbooks, regulations), in_order


def build(settings: Settings, *, session_key: bytes, replay: bool = False, model: Model | None = None) -> Parts:
    """Build everything the settings ask for.

    Args:
        settings: The configuration.
        session_key: Turns session ids and tokens into keyed hashes.
        replay: For old lines: rows of one instant stay together.
        model: Use this behaviour model instead of the one on disk.

    Raises:
        ConfigError: With every mistake found in settings, formats, rules and playbooks together.
    """
    made, problems = _attempt(settings, session_key)
    if made is None:
        raise ConfigError(problems)
    decoder, ruleset, playbooks, regulations = made
    model_problem, given = "", model
    if settings.behaviour.enabled and model is None:
        try:
            model = load_model(model_folder(settings))
        except ModelError as error:
            model_problem = str(error)
    core = Core(
        sequencer=Sequencer(lateness=lateness(settings, replay=replay), ties_wait=replay),
        rules=RuleDetector(ruleset, settings),
        behaviour=Behaviour.of(settings, model) if settings.behaviour.enabled else None,
    )
    return Parts(
        settings=settings,
        decoder=decoder,
        ruleset=ruleset,
        core=core,
        model=model if settings.behaviour.enabled else None,
        playbooks=playbooks,
        regulations=regulations,
        skipped=ruleset.skipped,
        model_problem=model_problem,
        starter=model is not None and given is None and model_folder(settings) == shipped("models", "starter"),
    )
