"""``nabat oncall``: who is on call at a moment and after it, and an exit status that says whether anybody is."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from detector.cli import nabat
from tests.runtime.places import write_plan

ROTA = {
    "people": ["anna", "boris"],
    "starts": "2026-03-02",
    "zone": "Europe/Berlin",
    "absences": [{"person": "anna", "starts": "2026-03-04", "until": "2026-03-04"}],
}
_TARGETS = {name: {"url": "json://127.0.0.1:9/"} for name in ("anna", "boris", "lev", "dina")}


def asked(folder: Path, *words: str, rota: dict[str, Any] | None = None) -> Result:
    config = write_plan(folder, notify={"targets": _TARGETS, "rota": ROTA if rota is None else rota})
    return CliRunner().invoke(nabat, ["oncall", "-c", str(config), *words])


def test_it_lists_who_is_on_call_one_after_another_with_why(tmp_path: Path) -> None:
    done = asked(tmp_path, "--at", "2026-03-03T12:00", "--days", "7")
    assert done.exit_code == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [(row[0], row[1], row[7], row[8], " ".join(row[9:])) for row in rows] == [
        ("2026-03-03", "12:00:00", "anna", "boris", "in turn"),
        ("2026-03-03", "23:00:00", "boris", "-", "in turn; anna is away"),
        ("2026-03-04", "23:00:00", "anna", "boris", "in turn"),
        ("2026-03-09", "08:00:00", "boris", "anna", "in turn"),
    ]
    found = json.loads(asked(tmp_path, "--at", "2026-03-04T12:00", "--json").stdout)
    assert (found[0]["person"], found[0]["away"], found[0]["by"]) == ("boris", ["anna"], "turn")


def test_where_nobody_is_on_call_the_exit_status_says_so(tmp_path: Path) -> None:
    override = {"starts": "2026-03-04T00:00", "ends": "2026-03-05T00:00", "person": "anna"}
    done = asked(tmp_path, "--at", "2026-03-03T12:00", rota={"overrides": [override]})
    assert done.exit_code == 1
    assert "nobody" in done.stdout.splitlines()[0]
    none = asked(tmp_path, rota={})
    assert (none.exit_code, none.stdout) == (1, "")
    assert "there is no rota" in none.stderr
