"""`nabat people` at the command line: the first password, invitations, who may, and what is written down of it."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detector.auth import KEPT_AS, TeamInForce
from detector.cli import nabat
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.runtime.places import write_plan

RIGHT = "four plain words here\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = write_plan(tmp_path, login="anna")
    (tmp_path / "state").mkdir()
    Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}").close()
    return path


def run(config: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(nabat, ["people", *words, "-c", str(config)], input=typed)


def test_anybody_makes_the_first_password_and_afterwards_only_who_may(config: Path) -> None:
    weak = run(config, "passwd", "lev", "--stdin", typed="short\n")
    assert "fewer than 12 characters" in str(weak.exception)
    assert run(config, "passwd", "lev", "--stdin", typed=RIGHT).exit_code == 0
    assert "may not do this (people)" in str(run(config, "passwd", "boris", "--stdin", typed=RIGHT).exception)
    assert run(config, "passwd", "anna", "--stdin", typed=RIGHT).exit_code == 0, "one's own"
    assert "may not do this (access_log)" in str(run(config, "log").exception)
    write_plan(config.parent, login="lev")
    shown = run(config, "add", "boris")
    assert "too old (3d)" in shown.stderr
    assert "/invite/" in shown.stdout
    assert "anna has an account" in str(run(config, "add", "anna").exception)
    assert "team.people" in str(run(config, "add", "zoe").exception)
    found = {each["name"]: each["has_password"] for each in json.loads(run(config, "list", "--json").stdout)}
    assert found == {"anna": True, "boris": False, "lev": True, "dina": False}
    assert run(config, "revoke", "anna").exit_code == 0
    with closing(Store.open(load_settings(config).database_url)) as store, store.read() as unit:
        told = [(each.person, each.body) for each in unit.outbox.due(datetime(9999, 1, 1, tzinfo=UTC))]
    assert [person for person, _ in told] == ["lev", "boris"], "nobody is told of what they did themselves"
    assert "has set a password of yours" in told[0][1]
    assert told[1][1].startswith("lev has made an invitation")
    kinds = [(each["kind"], each["by"], each["person"]) for each in json.loads(run(config, "log", "--json").stdout)]
    assert [kind for kind, _, _ in kinds] == ["password_set", "password_set", "invited", "revoked"]
    assert kinds[2:] == [("invited", "lev", "boris"), ("revoked", "lev", "anna")]


@pytest.mark.parametrize("told", [True, False])
def test_where_people_sign_in_elsewhere_nobody_makes_the_first_password_of_others(config: Path, told: bool) -> None:
    provider = {"issuer": "https://login.example.org", "client_id": "nabat", "client_secret": "s"}
    settings = load_settings(write_plan(config.parent, login="anna", auth={"oidc": provider}))
    if not told:  # a configuration of one's own does not say so: the service does
        write_plan(config.parent, login="anna")
        with closing(Store.open(settings.database_url)) as store, store.begin() as unit:
            unit.kv.set(KEPT_AS, TeamInForce.of(settings).text())
    for words in (("passwd", "lev", "--stdin"), ("add", "boris"), ("invite", "lev")):
        assert "may not do this (people)" in str(run(config, *words, typed=RIGHT).exception), words
    assert run(config, "passwd", "anna", "--stdin", typed=RIGHT).exit_code == 0, "one's own"


def test_codes_begin_when_the_app_has_shown_one(config: Path) -> None:
    refused = run(config, "totp", "anna", typed="000\n")
    assert "not of this seed" in str(refused.exception)
    assert "otpauth://totp/" in refused.stdout
    assert run(config, "totp", "anna", "--off").exit_code == 0
