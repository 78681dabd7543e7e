"""Rules written to files from Python values."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="session")
def rules_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules")


@pytest.fixture(scope="session")
def write(rules_folder):
    def make(*documents: dict[str, Any], name: str = "rule.yml") -> Path:
        path = rules_folder / name
        plain = [json.loads(json.dumps(document)) for document in documents]
        path.write_text(yaml.safe_dump_all(plain, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    return make


@pytest.fixture(scope="session")
def reference():
    """Return the plain evaluator; test folders are no packages, so it is read from its file."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("rules_reference", Path(__file__).with_name("reference.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
