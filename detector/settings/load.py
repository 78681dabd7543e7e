"""Read a YAML file into a strict model and report every mistake with its file and line."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from detector.errors import ConfigError, Problem
from detector.settings import Settings

M = TypeVar("M", bound=BaseModel)
# The same loader in C where PyYAML was built with it: ten times as fast, and a start reads a hundred files.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def read_text(path: Path) -> str:
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


def compose(path: Path, text: str) -> yaml.Node | None:
    """Parse YAML into nodes that know their lines.

    Raises:
        ConfigError: Not YAML, or a key stands twice in one mapping.
    """
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(Problem(file=str(path), line=line, what=f"is not YAML: {error.problem}")) from None
    except yaml.YAMLError as error:
        raise ConfigError(Problem(file=str(path), what=f"is not YAML: {error}")) from None
    twice = list(_twice(node, str(path))) if node else []
    if twice:
        raise ConfigError(twice)
    return node


def compose_all(path: Path, text: str) -> list[yaml.Node]:
    """Parse a file of several YAML documents into nodes that know their lines in the file; empty ones are left out.

    Raises:
        ConfigError: Not YAML, or a key stands twice in one mapping.
    """
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=_LOADER) if node is not None]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(Problem(file=str(path), line=line, what=f"is not YAML: {error.problem}")) from None
    except yaml.YAMLError as error:
        raise ConfigError(Problem(file=str(path), what=f"is not YAML: {error}")) from None
    twice = [problem for node in nodes for problem in _twice(node, str(path))]
    if twice:
        raise ConfigError(twice)
    return nodes


def _twice(node: yaml.Node, file: str) -> list[Problem]:
    found: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append(
                    Problem(file=file, line=key.start_mark.line + 1, what=f"the key {key.value!r} stands twice")
                )
            seen.add(key.value)
            found.extend(_twice(value, file))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            found.extend(_twice(item, file))
    return found


def line_of(node: yaml.Node | None, where: Sequence[str | int]) -> int:
    """Return the line (from 1) at which the value at ``where`` stands; the nearest parent's if it is missing."""
    line = 1
    for part in where:
        step: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, step = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            step = node.value[part]
            line = step.start_mark.line + 1
        if step is None:
            return line
        node = step
    return line


def substitute(node: yaml.Node, path: Path, environment: Mapping[str, str]) -> None:
    """Fill ``${NAME}`` and ``${NAME:-default}`` in values from the environment, in place.

    It works on parsed values, so that what a variable holds can never become a key or a comment.

    Raises:
        ConfigError: Variables that are not set; all of them are named.
    """
    missing: list[Problem] = []
    for scalar in _scalars(node):
        if "${" not in scalar.value:
            continue
        for name, default in _VARIABLE.findall(scalar.value):
            if name not in environment and f"${{{name}:-" not in scalar.value:
                missing.append(
                    Problem(
                        file=str(path),
                        line=scalar.start_mark.line + 1,
                        what=f"the environment variable {name} is not set",
                        fix=f"set it, or write ${{{name}:-{default or 'default'}}}",
                    )
                )
        scalar.value = _VARIABLE.sub(lambda found: environment.get(found[1], found[2] or ""), scalar.value)
        if scalar.style is None:
            scalar.tag = _RESOLVER.resolve(  # type: ignore[no-untyped-call]  # the library leaves it untyped
                yaml.ScalarNode, scalar.value, (True, False)
            )
    if missing:
        raise ConfigError(missing)


_RESOLVER = yaml.resolver.Resolver()


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _scalars(value)


def _say(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown key {where}"
    if error["type"] == "missing":
        return f"{where} is missing"
    return (
        f"{where}: {error['msg'].removeprefix('Value error, ')}"
        if where
        else str(error["msg"]).removeprefix("Value error, ")
    )


def _construct(path: Path, node: yaml.Node | None) -> Any:
    try:
        return _LOADER("").construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(Problem(file=str(path), line=line, what=f"is not plain YAML: {error.problem}")) from None


def read_model(path: Path, model: type[M], *, environment: Mapping[str, str] | None = None) -> M:
    """Read a YAML file into ``model``.

    Raises:
        ConfigError: With every mistake found, each with its line.
    """
    text = read_text(path)
    node = compose(path, text)
    if node is not None and environment is not None:
        substitute(node, path, environment)
    data = _construct(path, node)
    if not isinstance(data, dict):
        raise ConfigError(Problem(file=str(path), line=1, what="is not a mapping of keys to values"))
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            Problem(
                file=str(path),
                line=line_of(node, [part for part in found["loc"] if isinstance(part, str | int)]),
                what=_say(found),
            )
            for found in error.errors()
        ) from None


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the configuration. Relative paths in it count from the file's own folder.

    Raises:
        ConfigError: With every mistake found, each with its line.
    """
    settings = read_model(path, Settings, environment=os.environ if environment is None else environment)
    return anchored(settings, path.resolve().parent)


def anchored(settings: Settings, folder: Path) -> Settings:
    """Return ``settings`` with relative paths counted from ``folder``."""

    def here(value: str) -> str:
        return str(folder / value) if value else value

    return settings.model_copy(
        update={
            "state": folder / settings.state,
            "formats": tuple(map(here, settings.formats)),
            "sources": tuple(
                source.model_copy(
                    update={"paths": tuple(map(here, source.paths)), "exclude": tuple(map(here, source.exclude))}
                )
                for source in settings.sources
            ),
            "actors": settings.actors.model_copy(update={"roles_file": here(settings.actors.roles_file)}),
            "rules": settings.rules.model_copy(update={"paths": tuple(map(here, settings.rules.paths))}),
            "behaviour": settings.behaviour.model_copy(update={"model": here(settings.behaviour.model)}),
            "incident": settings.incident.model_copy(
                update={"playbooks": tuple(map(here, settings.incident.playbooks))}
            ),
        }
    )
