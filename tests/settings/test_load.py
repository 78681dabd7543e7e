"""The loader: every mistake at once, each with its file and line."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import ConfigError
from detector.resources import shipped
from detector.settings.load import load_settings
from detector.settings.types import _duration, duration_text


def write(folder: Path, text: str) -> Path:
    path = folder / "nabat.yml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str, environment: dict[str, str] | None = None) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as caught:
        load_settings(write(folder, text), environment or {})
    return [(problem.line, problem.what) for problem in caught.value.problems]


def test_every_mistake_is_told_at_once_with_its_line(tmp_path):
    found = problems(
        tmp_path,
        "language: fr\nsources:\n  - name: crm\n    paths: [/x]\n    service: crm\n    latenes: 5s\n"
        "records:\n  routes:\n    - {path: x, action: read}\nbehaviour:\n  window: 5\n",
    )
    assert [line for line, _ in found] == [1, 6, 9, 11]
    assert "unknown key sources.0.latenes" in found[1][1]


def test_a_key_that_stands_twice_is_a_mistake(tmp_path):
    assert problems(tmp_path, "language: en\nstate: a\nlanguage: ru\n") == [(3, "the key 'language' stands twice")]


def test_broken_yaml_names_the_line(tmp_path):
    assert problems(tmp_path, "language: en\nstate: [\n")[0][0] == 3


def test_missing_variables_are_all_named(tmp_path):
    found = problems(tmp_path, 'state: "${A}/x"\norganization: ${B}\n')
    assert found == [(1, "the environment variable A is not set"), (2, "the environment variable B is not set")]


def test_what_a_variable_holds_never_becomes_yaml(tmp_path):
    settings = load_settings(write(tmp_path, "organization: ${NAME}\n"), {"NAME": "x\nlanguage: ru # {"})
    assert settings.organization == "x\nlanguage: ru # {"
    assert settings.language == "en"


def test_a_variable_may_hold_a_number(tmp_path):
    assert load_settings(write(tmp_path, "web:\n  port: ${PORT:-9000}\n"), {"PORT": "8000"}).web.port == 8000


def test_variables_in_comments_are_left_alone(tmp_path):
    assert load_settings(write(tmp_path, "language: ru # ${NOTHING}\n# ${NOTHING}\n"), {}).language == "ru"


def test_relative_paths_count_from_the_file(tmp_path):
    settings = load_settings(write(tmp_path, "state: s\nsources: [{name: a, paths: [x.log], service: a}]\n"), {})
    assert settings.state == tmp_path / "s"
    assert settings.sources[0].paths == (str(tmp_path / "x.log"),)


@pytest.mark.parametrize("name", ["nabat.yml", "demo.yml"])
def test_the_shipped_configurations_are_right(name):
    assert load_settings(shipped("config", name), {}).sources


@given(st.integers(1, 10**9))
def test_durations_are_written_as_they_are_read(milliseconds):
    value = timedelta(milliseconds=milliseconds)
    assert _duration(duration_text(value)) == value


@pytest.mark.parametrize("text", ["", "5", "5 minutes", "m5", "1h-5m", None, 5.5])
def test_a_duration_without_a_unit_is_refused(text):
    with pytest.raises(ValueError, match="write a duration"):
        _duration(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("team: {roles: {boss: [x]}}", "unknown roles: boss"),
        ("team: {roles: {lead: [x]}}", "roles held by people not listed: x"),
        ("team: {people: [{name: a, targets: [t]}]}", "targets used by people but not defined"),
        ("timezone: Mars/Base", "unknown time zone"),
        ("records: {routes: [{path: /x, action: read, classes: [pii]}]}", "data classes used in routes"),
        ("notify: {ladder: [{after: 5m, to: [lead]}, {after: 5m, to: [lead]}]}", "must grow"),
        ("web: {host: 0.0.0.0}", "web.host"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, text, what):
    assert any(what in said for _, said in problems(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("notify: {ladder: [{after: 0s, to: [primray]}]}", "unknown: primray"),
        ("notify: {repeat: 0s}", "longer than nothing"),
        ("notify: {oncall_role: boss}", "notify.oncall_role"),
        ("behaviour: {window: 1h, tick: 7m}", "whole number of ticks"),
    ],
)
def test_values_that_would_silently_page_nobody_or_judge_nothing_are_refused(tmp_path, text, what):
    assert any(what in said for _, said in problems(tmp_path, text))
