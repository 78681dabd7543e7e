"""One word, one thing: no two modules or classes share a name, and no name says nothing (docs/glossary.md)."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.test_architecture import MODULES, ROOT

PACKAGE = ROOT / "detector"
REPEATED = {"__init__", "__main__", "ports", "env"}
"""File names that the layout repeats on purpose; commands are called like what they are about."""
EMPTY_WORDS = {"books", "few", "held", "house", "keep", "laid", "look", "matters", "put", "sights", "take", "told"}
"""Names of functions and methods that say nothing of what is done to what."""
Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def code() -> Iterator[tuple[Path, ast.Module]]:
    for path in MODULES:
        inside = path.relative_to(PACKAGE)
        if "versions" not in inside.parts:
            yield inside, ast.parse(path.read_text(encoding="utf-8"))


def test_no_two_modules_have_one_name() -> None:
    places = defaultdict(list)
    for path, _ in code():
        if path.stem not in REPEATED and path.parts[0] != "cli":
            places[path.stem].append(str(path))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_no_two_public_classes_have_one_name() -> None:
    places = defaultdict(list)
    for path, tree in code():
        for each in tree.body:
            if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
                places[each.name].append(str(path))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_functions_and_methods_say_what_is_done() -> None:
    found = [
        f"{path}: {each.name}"
        for path, tree in code()
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef) and each.name in EMPTY_WORDS
    ]
    assert found == []
