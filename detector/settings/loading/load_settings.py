"""Read a YAML file into a strict model and report every mistake with its file and line.

A mistake in one part hides none in another: what is right of a file is looked at together with what is wrong.
"""

import os
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from detector.errors import ConfigError, Problem
from detector.settings import Settings
from detector.settings.loading.cross_checks import Names, misfits
from detector.settings.loading.error_text import worded
from detector.settings.loading.origin import Origin
from detector.settings.loading.salvage import salvage
from detector.settings.loading.yaml_nodes import Where, construct, lines_of, parse, substitute, twice

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

# Keys that name a file or several. Laws are not among them: without a slash one is a shipped law's name.
_FILES = (
    "organization.logo",
    "formats",
    "sources.paths",
    "sources.exclude",
    "records.watched",
    "records.portfolio",
    "records.residence",
    "records.controllers",
    "actors.roles_file",
    "actors.teams",
    "actors.leave",
    "actors.holidays",
    "rules.paths",
    "rules.placeholders",
    "rules.pipelines",
    "notify.rota.calendar",
    "contacts.csv",
    "letters.templates",
    "letters.offers.codes",
    "preparation.training.register_file",
    "evidence.heads",
    "behaviour.model",
    "incident.playbooks",
    "incident.templates",
    "incident.wording",
    "incident.drills",
)


class SettingsError(ConfigError):
    """The configuration has mistakes; what is right of it can be looked at further.

    Attributes:
        usable: The settings without what is wrong; None when nothing is left.
    """

    usable: Settings | None = None


@dataclass
class _Read(Generic[M]):
    """What came of reading a file."""

    origin: Origin
    problems: list[Problem] = field(default_factory=list)
    wrong: Collection[Where] = ()
    data: Any = None
    model: M | None = None


def read_text(path: Path | zipfile.Path) -> str:
    """Return the text of a file of the operator's.

    Raises:
        ConfigError: It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(Problem(file=str(path), what=f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError as error:
        raise ConfigError(Problem(file=str(path), what=f"is not UTF-8 at byte {error.start}")) from None


def read_model(path: Path, model: type[M]) -> M:
    """Read a YAML file into ``model``.

    Raises:
        ConfigError: With every mistake found, each with its line.
    """
    read = _read(path, model, None)
    if read.problems or read.model is None:
        raise ConfigError(_in_order(read))
    return read.model


def read_folder(folder: Path, where: Where, read: Callable[[Path], T], found: dict[str, T]) -> list[Problem]:
    """Add what the YAML files of an operator's folder hold to what was found, by the files' names.

    Args:
        folder: It.
        where: The setting that names it.
        read: Reads one file.
        found: What is there already; of one name the later file wins.

    Returns:
        Every mistake in every file, or that there is no such folder.
    """
    if not folder.is_dir():
        fix = f"correct {'.'.join(key for key in where if isinstance(key, str))}"
        return [Problem(where=where, what=f"there is no folder {folder}", fix=fix)]
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            found[path.stem] = read(path)
        except ConfigError as error:
            problems.extend(error.problems)
    return problems


def load_settings(
    path: Path, environment: Mapping[str, str] | None = None, *, spare: Collection[Where] = ()
) -> Settings:
    """Read the configuration. Relative paths in it count from the file's own folder.

    Args:
        path: The file.
        environment: What ``${NAME}`` is taken from; default the process's own.
        spare: Parts whose secrets are not needed now: a value there with a variable that is not set counts as left out.

    Raises:
        SettingsError: With every mistake found, each with its line.
    """
    read = _read(path, Settings, os.environ if environment is None else environment, spare)
    settings = None
    if read.model is not None:
        settings = anchored(read.model, path.resolve().parent)
        settings.came_from(read.origin)
        read.problems += [
            settings.with_location(each)
            for each in misfits(settings, Names.of(read.data))
            if not read.origin.within(each.where, read.wrong)
        ]
    if read.problems or settings is None:
        error = SettingsError(_in_order(read))
        error.usable = settings
        raise error
    return settings


def _read(path: Path, model: type[M], environment: Mapping[str, str] | None, spare: Collection[Where] = ()) -> _Read[M]:
    file = str(path)
    nodes = parse(path, read_text(path))
    if len(nodes) > 1:
        line = nodes[1].start_mark.line + 1
        raise ConfigError(Problem(file=file, line=line, what="a second YAML document begins", fix="leave out the ---"))
    node = nodes[0] if nodes else None
    problems = list(twice(node, file)) if node else []
    unset = list(substitute(node, file, environment)) if node and environment is not None else []
    problems += [each for each in unset if not any(each.where[: len(part)] == part for part in spare)]
    data = construct(path, node)
    if not isinstance(data, dict):
        raise ConfigError(Problem(file=file, line=1, what="is not a mapping of keys to values"))
    lines = lines_of(node)
    found = salvage(model, data, {each.where for each in unset})
    read = _Read(Origin(file, lines, found.numbers), problems, found.mistakes, data, found.model)
    for where, mistakes in found.mistakes.items():
        what, fix = worded(mistakes, where, model)
        problems.append(Problem(file=file, line=read.origin.line(where), what=what, fix=fix))
    return read


def _in_order(read: _Read[Any]) -> list[Problem]:
    return sorted(set(read.problems))


def anchored(settings: Settings, folder: Path) -> Settings:
    """Return ``settings`` with relative paths counted from ``folder``."""

    def here(value: str) -> str:
        return str(folder / value) if value not in ("", "-") else value  # "-" is standard input

    def unless_shipped(value: str) -> str:
        return here(value) if "/" in value else value

    settings = settings.model_copy(update={"state": folder / settings.state})
    for key in _FILES:
        settings = _replaced(settings, key.split("."), here)
    settings = _replaced(settings, ["incident", "regulations"], unless_shipped)
    return settings


def _replaced(value: Any, keys: Sequence[str], here: Callable[[str], str]) -> Any:
    """Return a section, or a list of them, with the texts below some keys, one inside the other, replaced."""
    if isinstance(value, tuple):
        return tuple(_replaced(each, keys, here) for each in value)
    if keys:
        return value.model_copy(update={keys[0]: _replaced(getattr(value, keys[0]), keys[1:], here)})
    if isinstance(value, dict):  # of placeholders, which are a file or a list of values
        return {name: here(each) if isinstance(each, str) else each for name, each in value.items()}
    return here(value)
