"""What the style asks for and no linter says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "detector").rglob("*.py"))
FOLDERS = sorted({path.parent for path in MODULES})
# A reader takes in so many names at once; more ask for folders of their own.
MOST_MODULES = 14
# Migrations are a history, one file a step.
LONGER = {"store/migrations/versions"}
# What others hide, and a test needs all the same.
NOT_OURS = {"_exit", "_current_frames", "_forkserver", "_forkserver_pid", "_split_scope"}


def test_every_module_says_what_it_is_for(subtests: pytest.Subtests) -> None:
    for path in MODULES:
        with subtests.test(path=str(path.relative_to(ROOT))):
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            assert len(text) > 20, "the module needs a docstring: what comes in, what goes out"


def test_a_folder_holds_no_more_modules_than_a_reader_takes_in():
    counted = {str(each.relative_to(ROOT / "detector")): len(list(each.glob("*.py"))) for each in FOLDERS}
    assert {name for name, modules in counted.items() if modules > MOST_MODULES} <= LONGER


def test_nothing_is_left_for_later():
    # Put together here, so that this file does not find itself.
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error")))
    assert [str(path) for path in MODULES if marks.search(path.read_text(encoding="utf-8"))] == []


def test_no_unsafe_serialisation():
    banned = {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not banned & {name.partition(".")[0] for name in names}, path


def hidden(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in NOT_OURS


def reached_into(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that a test reads of an object or a module, and those and constants that it replaces."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            yield from [node.attr] if hidden(node.attr) else []
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if hidden(alias.name))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setattr":
            words = (str(each.value).rpartition(".")[2] for each in node.args[:2] if isinstance(each, ast.Constant))
            yield from (word for word in words if hidden(word) or word.isupper())


def test_no_test_reaches_into_private_state():
    """A limit is an argument or an attribute with today's default; what else is hidden is seen by what it does."""
    found = {
        str(path.relative_to(ROOT)): names
        for path in (ROOT / "tests").rglob("*.py")
        if (names := sorted(reached_into(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "reader._seen",
        "from detector.clock import _EPOCH",
        "patch.setattr(reorder, 'MOST', 2)",
        "patch.setattr('a._b', 2)",
    ],
)
def test_what_reaches_into_private_state_is_told(text):
    assert list(reached_into(ast.parse(text)))
