"""Commands that messages name are such as can be pasted: the program's own parser takes them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

import detector
from detector.cli import nabat

SOURCES: Final = Path(detector.__file__).parent
_COMMAND: Final = re.compile(r"nabat( [a-z][^;:,()`]*)")


def said_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the strings of a module, but for docstrings and the help of commands, with where each stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    inner = {id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values}
    named = ("help", "epilog", "short_help")
    bare |= {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.keyword) and each.arg in named}
    for each in ast.walk(tree):
        if id(each) in bare or id(each) in inner:
            continue
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield f"{path.relative_to(SOURCES)}:{each.lineno}", each.value
        elif isinstance(each, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "X" for part in each.values)
            yield f"{path.relative_to(SOURCES)}:{each.lineno}", "".join(map(str, parts))


def said_to_people() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCES.rglob("*.py")):
        yield from said_in(path)
    for path in sorted((SOURCES.parent / "config" / "messages" / "en").glob("*.ftl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", re.sub(r"\{ \$\w+ \}", "X", line)


def commands() -> list[tuple[str, list[str]]]:
    """Return each command that is named, with where."""
    found = []
    for where, text in said_to_people():
        for command in _COMMAND.findall(text):
            words = command.replace("--state X", "--state failed").replace("--kind X", "--kind first").split()
            found.append((where, words))
    return found


def parsed(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words name, and the rest of them."""
    command: click.Command = nabat
    rest = list(words)
    with click.Context(nabat, **nabat.context_settings) as context:
        while isinstance(command, click.Group) and rest and (inner := command.get_command(context, rest[0])):
            command, rest = inner, rest[1:]
    return command, rest


def test_each_hint_about_letters_is_whole_and_is_parsed_by_the_program(subtests: pytest.Subtests) -> None:
    asked = [(where, words) for where, words in commands() if words[0] == "letters" and len(words) > 1]
    assert len(asked) > 10
    for where, words in asked:
        with subtests.test(where=where, words=" ".join(words)):
            command, rest = parsed(words)
            assert not isinstance(command, click.Group)
            command.make_context(words[1], rest, parent=click.Context(nabat, **nabat.context_settings))


def test_each_command_that_messages_name_is_there_with_its_options(subtests: pytest.Subtests) -> None:
    for where, words in commands():
        command, rest = parsed(words)
        if command is nabat:
            continue
        with subtests.test(where=where, words=" ".join(words)):
            options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
            named = [each.rstrip(".'\"") for each in rest if each.startswith("--")]
            assert options.issuperset(named)
