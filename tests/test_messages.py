"""Both languages say the same things: the same messages, with the same arguments."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import ast, parse

MESSAGES = Path(__file__).parents[1] / "config" / "messages"
FILES = sorted(path.name for path in (MESSAGES / "en").glob("*.ftl"))


def said(path: Path) -> dict[str, set[str]]:
    """Return the arguments of each message of a file."""
    resource = parse(path.read_text(encoding="utf-8"))
    assert [entry.content for entry in resource.body if isinstance(entry, ast.Junk)] == []
    return {entry.id.name: set(arguments(entry)) for entry in resource.body if isinstance(entry, ast.Message)}


def arguments(node: object) -> Iterator[str]:
    if isinstance(node, ast.VariableReference):
        # A text that the sender has in both languages (a rule's title) comes as `title` and `title_ru`.
        yield node.id.name.removesuffix("_ru")
    elif isinstance(node, list):
        for one in node:
            yield from arguments(one)
    elif isinstance(node, ast.BaseNode):
        yield from arguments(list(vars(node).values()))


def test_both_languages_have_the_same_files() -> None:
    assert sorted(path.name for path in (MESSAGES / "ru").glob("*.ftl")) == FILES
    assert FILES


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_messages_with_the_same_arguments(name: str) -> None:
    assert said(MESSAGES / "ru" / name) == said(MESSAGES / "en" / name)
