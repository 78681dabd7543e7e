"""``nabat silences`` talks to the database like every act of people: made, listed, agreed to by another, ended."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detector.cli import nabat
from detector.clock import SystemClock
from detector.errors import ConflictError, InputError
from detector.store import Store
from tests.runtime.places import BULK_READ, write_plan


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = write_plan(tmp_path, login="anna")
    (tmp_path / "state").mkdir()
    Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}").close()
    return path


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(nabat, ["silences", words[0], "-c", str(config), *words[1:]])


def test_it_is_made_listed_and_ended_and_nobody_agrees_to_their_own(config: Path) -> None:
    year = SystemClock().now().year + 1
    refused = run(config, "add", "severity=high", "--until", f"{year}-12-30", "--reason", "")
    assert isinstance(refused.exception, InputError)
    assert [each.what for each in refused.exception.problems] == [
        "what it is about: it would be about nearly everything",
        "the reason is missing",
        "a silence lasts 31 days at most",
    ]
    soon = f"{SystemClock().now().replace(hour=23, minute=59):%Y-%m-%dT%H:%M:59}"
    done = run(
        config,
        "add",
        "service=crm",
        "rule!=x*",
        "--while",
        f"rule={BULK_READ}",
        "--until",
        soon,
        "--reason",
        "change\n88",
    )
    assert done.exit_code == 0, done.exception
    (found,) = json.loads(run(config, "list", "--json").stdout)
    assert (found["order"]["kind"], found["order"]["made_by"], found["state"]) == ("inhibition", "anna", "running")
    shown = run(config, "list").stdout
    assert f"service=crm rule!=x* while this is open: rule={BULK_READ}" in shown
    assert "change 88 (by anna alone" in shown
    key = found["order"]["id"][:8]
    assert isinstance(run(config, "confirm", key).exception, ConflictError)
    assert run(config, "end", key).exit_code == 0
    assert run(config, "list", "--open").stdout == ""
    assert isinstance(run(config, "end", key).exception, ConflictError)


@pytest.mark.parametrize(
    ("about", "what"),
    [
        ("severity=High", "'severity=High' fits nothing: severity is one of low, medium, high, critical"),
        ("actor_type=person", "fits nothing: actor_type is one of human, service, admin, anonymous, unknown"),
        ("actor=mallory", "'actor=mallory' fits nothing: an account is written user:mallory"),
        ("actor=user:Mallory", "'actor=user:Mallory' fits nothing: an account is written user:mallory"),
        ("actor!=User:mallory", "fits nothing: an account is written user:mallory"),
        ("actor=ip:2001:DB8:77:1::5", "fits nothing: this address counts as ip:2001:db8:77:1::/64"),
        ("actor=ip:192.0.2.0/24", "fits nothing: '192.0.2.0/24' is no address"),
        ("actor=ip:192.0.2.300", "fits nothing: '192.0.2.300' is no address"),
        ("service=cmr", "'service=cmr' fits nothing: no service is called so; near: crm"),
        ("rule!=bulk-raed", "'rule!=bulk-raed' fits nothing: no rule is called so"),
        ("rule=behavior", "'rule=behavior' fits nothing: no rule is called so; near: behaviour"),
        ("playbook=client-data-leek", "fits nothing: no playbook is called so; near: client-data-leak"),
    ],
)
def test_what_would_mute_nothing_is_refused(config: Path, about: str, what: str) -> None:
    hour = f"{SystemClock().now().replace(hour=23, minute=59):%Y-%m-%dT%H:%M:59}"
    refused = run(config, "add", "service=crm", about, "--until", hour, "--reason", "load test")
    assert isinstance(refused.exception, InputError)
    (problem,) = refused.exception.problems
    assert problem.what.endswith(what)


@pytest.mark.parametrize(
    "about",
    [
        "severity=crit*",
        "service=cm*",
        "rule=behaviour",
        "rule=blind-spot.source",
        "playbook=client-data-leak",
        "actor=user:mallory",
        "actor=*mallory",
        "actor=ip:192.0.2.7",
        "actor=ip:2001:db8:77:1::/64",
        "actor=ip:pc7.example.org",
        "actor=nabat",
    ],
)
def test_what_can_fit_something_is_made(config: Path, about: str) -> None:
    hour = f"{SystemClock().now().replace(hour=23, minute=59):%Y-%m-%dT%H:%M:59}"
    done = run(config, "add", "service=crm", about, "--until", hour, "--reason", "load test")
    assert done.exit_code == 0, done.exception
