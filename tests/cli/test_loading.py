"""What a command must not load: a start is mostly the loading of libraries, and one careless import brings it back."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

# Loads nothing by itself, runs the command line, and tells at the end what was loaded.
_PROGRAM = """
import json, sys
from detector.cli import run
try:
    run()
except SystemExit as end:
    assert end.code in (None, 0, 2), end.code  # 2: `check` finds that nobody is called
finally:
    print(json.dumps(sorted(sys.modules)))
"""

TRAINING = {"sklearn", "scipy", "pandas"}
SERVING = {"fastapi", "starlette", "uvicorn", "structlog", "prometheus_client", "jinja2"}
SENDING = {"apprise", "requests", "smtplib"}
UPGRADING = {"alembic", "mako"}
TALKING = {"rich", "pygments"}
COLUMNS = {"polars", "pyarrow", "numpy"}
JUDGING = {"detector.decode", "detector.detect", "detector.runtime.decide"}
READING = {"pydantic", "yaml", "msgspec", "sigma", "sqlalchemy", "fluent"}

LINE = '192.0.2.7 - anna [02/Mar/2026:09:00:00 +0000] "GET /crm/clients/41778 HTTP/1.1" 200 512 "-" "Firefox"\n'
CONFIG = """
state: {folder}/state
sources: [{{ name: crm, paths: [{folder}/access.log], format: combined, service: crm }}]
"""


def _modules(*words: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words], check=True, capture_output=True, text=True, timeout=60
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


def _loaded(*words: str) -> set[str]:
    return {name.partition(".")[0] for name in _modules(*words)}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "access.log").write_text(LINE * 20, encoding="utf-8")
    (tmp_path / "nabat.yml").write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    return tmp_path / "nabat.yml"


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["replay", "--help"], ["run", "--help"], ["check", "--help"]]
)
def test_what_asks_for_nothing_loads_nothing(words: list[str]) -> None:
    unwanted = COLUMNS | READING | TRAINING | SERVING | SENDING | UPGRADING | TALKING
    assert _loaded(*words) & unwanted == set()


def test_a_command_can_say_how_polars_keeps_its_memory_before_polars_is_loaded() -> None:
    """It looks once, when the library is loaded."""
    program = "import json, sys, detector.cli; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert not COLUMNS & {name.partition(".")[0] for name in json.loads(run.stdout)}


def _of(config: Path) -> Iterable[tuple[list[str], set[str]]]:
    folder, given = config.parent, ["-c", str(config)]
    log = str(folder / "access.log")
    common = TRAINING | SENDING | UPGRADING | TALKING
    yield ["replay", *given, "--out", str(folder / "out"), log], common | SERVING
    yield ["decode", *given, log], common | SERVING | {"sqlalchemy", "fluent", "babel"}
    yield ["rules", "list", *given], common | SERVING
    yield ["check", *given], (common | SERVING) - {"jinja2"}  # it fills the texts of letters
    yield ["incidents", "list", *given], common | SERVING | JUDGING


@pytest.mark.parametrize("number", range(5))
def test_a_command_loads_no_library_that_its_work_does_not_need(config: Path, number: int) -> None:
    from detector.settings.loading.load_settings import load_settings
    from detector.store import Store

    settings = load_settings(config)
    settings.state.mkdir()
    Store.open(settings.database_url).close()
    words, unwanted = list(_of(config))[number]
    loaded = _modules(*words)
    assert (loaded | {name.partition(".")[0] for name in loaded}) & unwanted == set(), words


def test_a_mistake_in_a_configuration_is_told_without_what_judges(tmp_path: Path) -> None:
    """A file that is not there, or is not YAML, has nothing right in it that could be looked at further."""
    (tmp_path / "wrong.yml").write_text("sources: [", encoding="utf-8")
    for name in ("wrong.yml", "missing.yml"):
        loaded = _loaded("replay", "-c", str(tmp_path / name), "--out", str(tmp_path / "out"))
        assert loaded & (COLUMNS | {"sqlalchemy", "sigma"}) == set(), name


_NOT_OF_COMBINED = (
    *(f"detector.decode.formats.{family}" for family in ("apps", "cloud", "databases", "hosts", "web")),
    *("detector.decode.drafting", "detector.decode.logformat", "detector.decode.regex", "detector.decode.json.shapes"),
    *("detector.decode.sql.fingerprint", "detector.acquire.push", "watchdog"),
    "pyarrow.compute",
)


def test_a_replay_of_combined_lines_loads_no_other_format_though_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(LINE, encoding="utf-8")
    loaded = _modules("replay", "--out", str(tmp_path / "out"), str(tmp_path / "access.log"))
    assert "detector.decode.weblog.combined" in loaded
    assert {name for name in loaded if name.startswith(_NOT_OF_COMBINED)} == set()


_CLIENTS = """
records:
  canaries: ["41779"]
  routes:
    - { service: crm, path: "/crm/{company}/clients/{id}", action: read, object: client, subject: "{id}",
        tenant: "{company}" }
"""


def test_a_replay_that_follows_clients_and_finds_a_planted_one_loads_no_functions_of_arrow(config: Path) -> None:
    folder = config.parent
    config.write_text(config.read_text(encoding="utf-8") + _CLIENTS, encoding="utf-8")
    lines = [LINE.replace("/crm/clients/41778", f"/crm/acme/clients/{41_700 + number}") for number in range(80)]
    (folder / "access.log").write_text("".join(lines), encoding="utf-8")
    loaded = _modules("replay", "-c", str(config), "--out", str(folder / "out"), str(folder / "access.log"))
    assert "A planted client record was touched" in (folder / "out" / "findings.jsonl").read_text(encoding="utf-8")
    assert {"pandas", "pyarrow.compute"} & loaded == set()


# Runs a service that is told to stop before its first turn, and tells what was loaded by then.
_SERVICE = """
import json, sys
from pathlib import Path
from detector.clock import SystemClock
from detector.runtime.app import App
from detector.settings.loading.load_settings import load_settings
settings = load_settings(Path(sys.argv[1]))
settings = settings.model_copy(update={"web": settings.web.model_copy(update={"enabled": False})})
with App(settings, SystemClock()) as app:
    app.ask_to_stop()
    app.run()
    app.parts.read_all()  # as it does once it is ready
print(json.dumps(sorted(sys.modules)))
"""


def test_a_service_has_loaded_what_a_page_takes_before_the_first_page(config: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _SERVICE, str(config)], check=True, stdout=subprocess.PIPE, text=True, timeout=60
    )
    loaded = {name.partition(".")[0] for name in json.loads(run.stdout.splitlines()[-1])}
    assert {"fluent", "babel", "apprise", "holidays"} <= loaded
