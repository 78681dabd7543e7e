"""What the style asks for and no linter says."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "detector").rglob("*.py"))
TEXTS = sorted(
    path
    for pattern in ("detector/**/*.py", "config/**/*", "rules/**/*", "docs/**/*.md", "*.md", "Makefile", "Dockerfile")
    for path in ROOT.glob(pattern)
    if path.is_file() and path.suffix not in {".pyc", ".parquet"}
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path):
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert len(text) > 20, "the module needs a docstring: what comes in, what goes out"


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


def test_addresses_in_texts_are_documentation_addresses():
    # The networks kept for documentation, for the machine itself, and the bases of private and shared ones.
    allowed = re.compile(
        r"^(192\.0\.2|198\.51\.100|203\.0\.113|127\.|0\.0\.0\.0|10\.0\.0\.0|172\.16\.0\.0|192\.168\.0\.0|100\.64\.0\.0|169\.254\.)"
    )
    pattern = re.compile(r"(?<![\d.\w/-])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.\w])")
    for path in TEXTS:
        text = path.read_text(encoding="utf-8", errors="replace")
        found = [a for a in pattern.findall(text) if all(int(p) < 256 for p in a.split("."))]
        assert [address for address in found if not allowed.match(address)] == [], path
