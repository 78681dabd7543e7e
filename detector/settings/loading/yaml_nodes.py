"""YAML with its lines: text becomes nodes and plain values, and a place in them becomes a line.

Comes in: the text of a file. Goes out: nodes, values, lines, and problems. It knows no model and fills in no defaults.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from detector.errors import ConfigError, Problem

Where = tuple[str | int, ...]
"""Keys and numbers (from 0) that lead from the top of a file to a value."""

# The same loader in C where PyYAML was built with it: ten times as fast, and a start reads a hundred files.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()
_BY_ALIASES = 20_000
"""Values that aliases of one document may stand for."""
_DEEPEST = 100
_TEXT = "tag:yaml.org,2002:str"
_ANCHOR = re.compile(r"(?:^|[\s\[{,:])&\S")
_PLAIN = yaml.constructor.SafeConstructor()
_SCALARS: dict[str, Callable[[yaml.ScalarNode], Any]] = {
    _TEXT: operator.attrgetter("value"),
    "tag:yaml.org,2002:int": _PLAIN.construct_yaml_int,
    "tag:yaml.org,2002:float": _PLAIN.construct_yaml_float,
    "tag:yaml.org,2002:bool": _PLAIN.construct_yaml_bool,
    "tag:yaml.org,2002:null": _PLAIN.construct_yaml_null,
    "tag:yaml.org,2002:timestamp": _PLAIN.construct_yaml_timestamp,
}
_TYPOGRAPHIC = re.compile("[\u2018-\u201f\xab\xbb]")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}")


def parse(path: Path, text: str) -> list[yaml.Node]:
    """Parse YAML into one node a document, empty ones left out.

    Raises:
        ConfigError: It is not YAML.
    """
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=_LOADER) if node is not None]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        what, fix = f"is not YAML: {error.problem}", _typed(text, line)
        raise ConfigError(Problem(file=str(path), line=line, what=what, fix=fix)) from None
    except yaml.YAMLError as error:
        raise ConfigError(Problem(file=str(path), what=f"is not YAML: {error}")) from None
    except RecursionError:
        raise ConfigError(Problem(file=str(path), what="is nested too deeply")) from None
    for node in nodes:
        _bounded(path, node)
    return nodes


def _typed(text: str, number: int) -> str:
    """Return what is to be mended in a line that is no YAML, where it is one of the usual slips of the hand."""
    lines = text.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return "indent with spaces: a tab is not allowed there"
    if _TYPOGRAPHIC.search(line):
        return "write straight quotes, \" or ', instead of typographic ones"
    if indent:
        return "indent it as far as its neighbours, and close every quote, bracket and brace above it"
    return ""


def _bounded(path: Path, node: yaml.Node) -> None:
    """Go over a document once, each alias as often as it is used.

    Raises:
        ConfigError: Aliases stand for far more than is written, or for themselves, or it is nested too deeply.
    """
    sizes: dict[int, int] = {}  # of lists and mappings, by identity, with all that their aliases stand for
    written = 1
    open_nodes: set[int] = set()
    left: list[tuple[yaml.Node, bool]] = [(node, False)]
    while left:
        one, over = left.pop()
        inner = _inner(one)
        if over:
            open_nodes.discard(id(one))
            sizes[id(one)] = 1 + sum(sizes.get(id(each), 1) for each in inner)
            continue
        if id(one) in sizes:
            continue
        if id(one) in open_nodes or len(open_nodes) > _DEEPEST:
            what = "stands for itself" if id(one) in open_nodes else "is nested too deeply"
            raise ConfigError(Problem(file=str(path), line=one.start_mark.line + 1, what=what))
        open_nodes.add(id(one))
        written += len(inner)
        left.append((one, True))
        left += [(each, False) for each in inner if not isinstance(each, yaml.ScalarNode)]
    if sizes[id(node)] > written + _BY_ALIASES:
        raise ConfigError(
            Problem(
                file=str(path),
                line=node.start_mark.line + 1,
                what=f"aliases (*name) stand for more than {_BY_ALIASES:,} values",
                fix="write out what is meant",
            )
        )


def _inner(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def compose_all(path: Path, text: str) -> list[yaml.Node]:
    """Parse a file of several YAML documents into nodes that know their lines in the file; empty ones are left out.

    Raises:
        ConfigError: Not YAML, or a key stands twice in one mapping.
    """
    nodes = parse(path, text)
    doubled = [problem for node in nodes for problem in twice(node, str(path))]
    if doubled:
        raise ConfigError(doubled)
    return nodes


def read_all(path: Path, text: str) -> list[tuple[Any, int]]:
    """Return the values of each YAML document of a file, and the line (from 1) at which it begins.

    These are what ``compose_all`` and ``construct`` return, which go over nodes several times and keep them. A file
    without anchors and tags, as nearly all are, is gone over once; any other, and what is wrong, is left to them.

    Raises:
        ConfigError: Not YAML, a key stands twice in one mapping, or it holds tags or values that cannot be read.
    """
    if "&" not in text or not _ANCHOR.search(text):
        try:
            nodes = yaml.compose_all(text, Loader=_LOADER)
            return [(_values(node, 0), node.start_mark.line + 1) for node in nodes if node is not None]
        except (yaml.YAMLError, ValueError, RecursionError):
            pass  # told below, with its place
    return [(construct(path, node), node.start_mark.line + 1) for node in compose_all(path, text)]


def _values(node: yaml.Node, depth: int) -> Any:
    """Return the plain values of a node.

    Raises:
        ValueError: It is not as plain as that.
    """
    if isinstance(node, yaml.ScalarNode):
        read = _SCALARS.get(node.tag)
        if read is None:
            raise ValueError("a tag")
        return read(node)
    if depth >= _DEEPEST:
        raise ValueError("nested deeply")
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_values(each, depth + 1) for each in node.value]
    if not isinstance(node, yaml.MappingNode) or node.tag != "tag:yaml.org,2002:map":
        raise ValueError("a tag")
    found = {key.value: _values(value, depth + 1) for key, value in node.value if key.tag == _TEXT}
    if len(found) != len(node.value):
        raise ValueError("a key that is no text, or stands twice")
    return found


def twice(node: yaml.Node, file: str) -> Iterator[Problem]:
    """Yield a problem for each duplicate key of a mapping: YAML would silently take the last."""
    seen: dict[str, int] = {}
    for key, value in _members(node):
        if isinstance(key, yaml.Node):
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                yield Problem(
                    file=file,
                    line=line,
                    what="a key is a list or a mapping",
                    fix="write a plain word; text that begins with a brace or a bracket needs quotes",
                )
                continue
            if key.value in seen:
                yield Problem(
                    file=file,
                    line=line,
                    what=f"duplicate key {key.value!r}",
                    fix=f"remove one; the other is in line {seen[key.value]}",
                )
            seen.setdefault(key.value, line)
        yield from twice(value, file)


def line_of(node: yaml.Node | None, where: Sequence[str | int]) -> int:
    """Return the line (from 1) at which the value at ``where`` stands; the nearest parent's if it is missing."""
    line = 1
    for part in where:
        found = [(key, value) for key, value in _members(node) if _name(key) == str(part)]
        if not found:
            return line
        key, node = found[-1]
        line = (key if isinstance(key, yaml.Node) else node).start_mark.line + 1
    return line


def lines_of(node: yaml.Node | None) -> dict[Where, int]:
    """Return the line of every value, by the way that leads to it."""
    found: dict[Where, int] = {}

    def walk(node: yaml.Node, where: Where) -> None:
        for key, value in _members(node):
            inside = (*where, key if isinstance(key, int) else str(key.value))
            found[inside] = (value if isinstance(key, int) else key).start_mark.line + 1
            walk(value, inside)

    if node is not None:
        walk(node, ())
    return found


def substitute(node: yaml.Node, file: str, environment: Mapping[str, str]) -> Iterator[Problem]:
    """Fill ``${NAME}`` and ``${NAME:-default}`` in values from the environment, in place.

    It works on parsed values, so that what a variable holds can never become a key or a comment. A value with a
    variable that is not set is left as it is, and a problem with its place is yielded.
    """
    for where, scalar in list(_scalars(node, ())):
        if "${" not in scalar.value:
            continue
        unset = [
            name for name, default, _ in _VARIABLE.findall(scalar.value) if not default and name not in environment
        ]
        for name in unset:
            yield Problem(
                file=file,
                line=scalar.start_mark.line + 1,
                what=f"the environment variable {name} is not set",
                fix=f"set it, or write ${{{name}:-default}}",
                where=where,
            )
        if not unset:
            scalar.value = _VARIABLE.sub(lambda found: environment.get(found[1], found[3] or ""), scalar.value)
            if scalar.style is None:
                scalar.tag = _RESOLVER.resolve(  # type: ignore[no-untyped-call]  # the library leaves it untyped
                    yaml.ScalarNode, scalar.value, (True, False)
                )


def construct(path: Path, node: yaml.Node | None) -> Any:
    """Return the plain values of a node.

    Raises:
        ConfigError: It holds tags, or values that cannot be read.
    """
    try:
        return _LOADER("").construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(Problem(file=str(path), line=line, what=f"is not plain YAML: {error.problem}")) from None
    except ValueError as error:  # a date of the 31st of February
        line, value = next(_unreadable(node), (0, "a value")) if node is not None else (0, "a value")
        what = f"{value} cannot be read: {error}"
        raise ConfigError(
            Problem(file=str(path), line=line, what=what, fix="correct it, or put it in quotes")
        ) from None


def _unreadable(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """Yield line and text of the values that are spelt like a number or a date, and are none."""
    for _, scalar in _scalars(node, ()):
        try:
            _LOADER("").construct_document(yaml.ScalarNode(scalar.tag, scalar.value))
        except ValueError:
            yield scalar.start_mark.line + 1, repr(scalar.value)


def _members(node: yaml.Node | None) -> list[tuple[yaml.Node | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return list(node.value)
    return list(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _name(key: yaml.Node | int) -> str:
    return str(key if isinstance(key, int) else key.value)


def _scalars(node: yaml.Node, where: Where) -> Iterator[tuple[Where, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield where, node
    for key, value in _members(node):
        yield from _scalars(value, (*where, key if isinstance(key, int) else str(key.value)))
