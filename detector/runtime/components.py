"""Everything that is built from the settings, built together or not at all.

Comes in: settings and a key. Goes out: one value with decoder, core, playbooks and what could not be used. A reload
builds a second one beside the first and only then lets the old one go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from detector.decode import Decoder
from detector.detect import FRESH, Core, Reorderer
from detector.detect.behaviour import Behaviour, Model, load_model, model_folder
from detector.detect.rules import RuleDetector, Rules, RuleSet
from detector.errors import ConfigError, ModelError, Problem
from detector.incident import Playbook, Regulation, load_calendar
from detector.resources import shipped
from detector.runtime.incidents.incident_deps import checklists, laws
from detector.runtime.intake.allowed_lateness import lateness
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.settings import Settings
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.lists.rota_files import read_rota
from detector.settings.loading.load_settings import SettingsError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Components:
    """What one version of the settings gives.

    Attributes:
        settings: Those that were given, with what the rota's files hold.
        skipped: Rules of foreign folders that this version cannot use: shown, counted, a blind spot.
        starter: The model is the shipped one: it knows nobody here yet, and its age says nothing.
        model_problem: Why the behaviour model could not be loaded; empty when it was.
    """

    settings: Settings
    decoder: Decoder
    ruleset: Rules
    core: Core
    lists: CompanyLists
    model: Model | None
    playbooks: Mapping[str, Playbook]
    regulations: Mapping[str, Regulation]
    skipped: tuple[Problem, ...] = ()
    model_problem: str = ""
    starter: bool = False

    def read_all(self) -> None:
        """Read what is else read when it is first needed: shipped files may be replaced while a service runs."""
        self.decoder.make_formats()
        dict(self.playbooks)
        for law in dict(self.regulations).values():
            load_calendar(law.calendar)


def mistakes(settings: Settings) -> list[Problem]:
    """Return everything ``build`` would refuse, in the order of file and line."""
    return _attempt(settings, b"")[1]


def refusal(error: SettingsError) -> ConfigError:
    """Return a refusal that also tells what is wrong in what the right parts of a wrong configuration name."""
    usable = error.usable
    return ConfigError(sorted({*error.problems, *(mistakes(usable) if usable else ())}))


def left_out(skipped: Sequence[Problem], model_problem: str) -> tuple[str, ...]:
    """Return in sentences what does not judge although it was meant to: an answer without it looks like any other."""
    told = []
    if skipped:
        more = f", and {len(skipped) - 1} more; `nabat check` names them" if len(skipped) > 1 else ""
        told.append(f"a rule cannot be used and says nothing: {skipped[0]}{more}")
    if model_problem:
        told.append(f"nobody is judged by how accounts usually work: {model_problem}")
    return tuple(told)


_Made = tuple[Decoder, Rules, CompanyLists, Mapping[str, Playbook], Mapping[str, Regulation], Settings]


def _attempt(settings: Settings, session_key: bytes) -> tuple[_Made | None, list[Problem]]:
    problems: list[Problem] = []

    def attempt(make: Callable[[], T]) -> T | None:
        try:
            return make()
        except ConfigError as error:
            problems.extend(map(settings.with_location, error.problems))
            return None

    decoder = attempt(lambda: Decoder(settings, session_key=session_key, beside=SidecarFiles()))
    ruleset = attempt(lambda: RuleSet.of(settings))
    lists = attempt(lambda: CompanyLists.read(settings))
    playbooks = attempt(lambda: checklists(settings))
    regulations = attempt(lambda: laws(settings))
    if settings.incident.drills:
        from detector.runtime.incidents.drills.configured_scenarios import scenarios  # noqa: PLC0415 - seldom needed

        attempt(lambda: scenarios(settings))
    with_rota = attempt(lambda: read_rota(settings))
    in_order = sorted(set(problems))
    if decoder is None or ruleset is None or lists is None or playbooks is None or regulations is None:
        return None, in_order
    if with_rota is None or problems:
        return None, in_order
    return (decoder, ruleset, lists, playbooks, regulations, with_rota), in_order


def build(settings: Settings, *, session_key: bytes, model: Model | None = None, seed: int = FRESH) -> Components:
    """Build everything the settings ask for.

    Args:
        settings: The configuration.
        session_key: Turns session ids and tokens into keyed hashes.
        model: Use this behaviour model instead of the one on disk.
        seed: Of the hashes in a detection state that is saved.

    Raises:
        ConfigError: With every mistake found in settings, formats, rules and playbooks together.
    """
    made, problems = _attempt(settings, session_key)
    if made is None:
        raise ConfigError(problems)
    decoder, ruleset, lists, playbooks, regulations, settings = made
    problem, starter = "", False
    if settings.behaviour.enabled and model is None:
        try:
            model = load_model(model_folder(settings))
            starter = model_folder(settings) == shipped("models", "starter")
        except ModelError as error:
            problem = str(error)
    core = Core(
        sequencer=Reorderer(lateness=lateness(settings)),
        rules=RuleDetector(ruleset, settings, seed, lists=lists),
        behaviour=Behaviour.of(settings, model, seed, lists=lists) if settings.behaviour.enabled else None,
    )
    return Components(
        settings=settings,
        decoder=decoder,
        ruleset=ruleset,
        core=core,
        lists=lists,
        model=model if settings.behaviour.enabled else None,
        playbooks=playbooks,
        regulations=regulations,
        skipped=ruleset.skipped,
        model_problem=problem,
        starter=starter,
    )
