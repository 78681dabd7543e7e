"""The loader: every mistake at once, each with its file and line."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from detector.errors import ConfigError, Problem, did_you_mean
from detector.resources import shipped
from detector.settings import Settings
from detector.settings.loading.load_settings import SettingsError, load_settings
from detector.settings.types import Duration, duration_text


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


def test_accounts_that_are_listed_nowhere_are_a_mistake(tmp_path):
    source = "sources:\n  - name: crm\n    paths: [/x]\n    service: crm\n    accounts: listed\n"
    ((line, what),) = problems(tmp_path, source)
    assert line == 5
    assert "there is no actors.roles_file" in what
    assert load_settings(write(tmp_path, source + "actors: {roles_file: roles.csv}\n"), {}).sources
    broken = problems(tmp_path, source + "actors: {roles_file: roles.csv, domans: [x]}\n")
    assert not any("roles_file" in what for _, what in broken)


def test_a_key_that_stands_twice_is_a_mistake(tmp_path):
    assert problems(tmp_path, "language: en\nstate: a\nlanguage: ru\n") == [(3, "duplicate key 'language'")]


def test_a_mapping_as_a_key_is_a_mistake_with_its_line_and_no_crash(tmp_path):
    ((line, what),) = problems(tmp_path, "language: en\nstate: {{x}}\n")[:1]
    assert line == 2
    assert "key" in what


def test_broken_yaml_names_the_line(tmp_path):
    assert problems(tmp_path, "language: en\nstate: [\n")[0][0] == 3


@pytest.mark.parametrize(
    ("text", "line", "fix"),
    [
        ("web:\n\tport: 9000\n", 2, "a tab is not allowed"),
        ("language: en\nrecords: {routes: [{subject: “{client}”, path: x}]}\n", 2, "straight quotes"),
        ("web:\n  port: 9000\n   host: localhost\n", 3, "as far as its neighbours"),
        ("state: [\n", 2, ""),
    ],
)
def test_a_usual_slip_in_yaml_says_what_to_mend(tmp_path, text, line, fix):
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text), {})
    (problem,) = caught.value.problems
    assert (problem.line, fix in problem.fix, bool(fix)) == (line, True, bool(problem.fix))


def test_a_date_that_does_not_exist_is_named_with_its_line(tmp_path):
    text = "language: en\nnotify:\n  rota: {people: [anna], starts: 2026-13-01}\n"
    ((line, what),) = problems(tmp_path, text)
    assert (line, "'2026-13-01' cannot be read: month" in what) == (3, True)


@pytest.mark.parametrize(
    "url", ["nabat.example.org", "ftp://nabat.example.org", "https://", "https://[x", "https://a?b"]
)
def test_links_begin_with_an_address_that_opens(tmp_path, url):
    assert any("is not an address of pages" in what for _, what in problems(tmp_path, f"web: {{public_url: '{url}'}}"))
    assert Settings.model_validate({"web": {"public_url": "https://nabat.example.org/x"}}).web.public_url


def test_a_part_of_a_name_offers_the_names_that_hold_it():
    laws = ["eu-gdpr-33", "eu-gdpr-34", "uk-gdpr", "us-ca", "eu-gdpr-33-proposal"]
    assert did_you_mean("gdpr", laws) == "did you mean uk-gdpr or eu-gdpr-33 or eu-gdpr-34?"
    assert did_you_mean("us-cy", laws) == "did you mean us-ca?"


def test_missing_variables_are_all_named(tmp_path):
    found = problems(tmp_path, 'state: "${A}/x"\norganization: ${B}\n')
    assert found == [(1, "the environment variable A is not set"), (2, "the environment variable B is not set")]


def test_what_a_variable_holds_never_becomes_yaml(tmp_path):
    settings = load_settings(write(tmp_path, "organization: ${NAME}\n"), {"NAME": "x\nlanguage: ru # {"})
    assert settings.organization.called == "x\nlanguage: ru # {"
    assert settings.language == "en"


def test_a_variable_may_hold_a_number(tmp_path):
    assert load_settings(write(tmp_path, "web:\n  port: ${PORT:-9000}\n"), {"PORT": "8000"}).web.port == 8000


def test_variables_in_comments_are_left_alone(tmp_path):
    assert load_settings(write(tmp_path, "language: ru # ${NOTHING}\n# ${NOTHING}\n"), {}).language == "ru"


def test_relative_paths_count_from_the_file(tmp_path):
    settings = load_settings(write(tmp_path, "state: s\nsources: [{name: a, paths: [x.log], service: a}]\n"), {})
    assert settings.state == tmp_path / "s"
    assert settings.sources[0].paths == (str(tmp_path / "x.log"),)


def test_names_of_files_count_from_the_file_and_what_is_no_file_stays(tmp_path):
    text = """
sources: [{ name: a, paths: [x.log], exclude: ["*.gz"], service: a }]
notify: { rota: { calendar: rota.ics } }
rules: { placeholders: { admins: admins.txt, offices: [Berlin, Kazan] } }
incident: { regulations: [gdpr, ./own-law.yml] }
"""
    settings = load_settings(write(tmp_path, text), {})
    assert settings.sources[0].exclude == (str(tmp_path / "*.gz"),)
    assert settings.notify.rota.calendar == str(tmp_path / "rota.ics")
    assert settings.rules.placeholders == {"admins": str(tmp_path / "admins.txt"), "offices": ("Berlin", "Kazan")}
    assert settings.incident.regulations == ("gdpr", str(tmp_path / "own-law.yml"))
    assert settings.organization.logo == ""


def test_standard_input_is_no_path(tmp_path):
    (source,) = load_settings(write(tmp_path, 'sources: [{name: a, paths: ["-"], service: a}]\n'), {}).sources
    assert source.standard_input


@pytest.mark.parametrize("name", ["nabat.yml", "demo.yml"])
def test_the_shipped_configurations_are_right(name):
    assert load_settings(shipped("config", name), {}).sources


DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)


@given(st.integers(1, 10**9))
def test_durations_are_written_as_they_are_read(milliseconds):
    value = timedelta(milliseconds=milliseconds)
    assert DURATION.validate_python(duration_text(value)) == value


@pytest.mark.parametrize(
    "text", ["", "5", "5 minutes", "m5", "1h-5m", None, 5.5, "40000d", f"{'9' * 13}d", f"{'9' * 400}w"]
)
def test_a_duration_without_a_unit_or_beyond_the_calendar_is_refused(text):
    with pytest.raises(ValueError, match="write a duration"):
        DURATION.validate_python(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("team: {roles: {boss: [x]}}", "there is no role 'boss'"),
        ("team: {roles: {lead: [x]}}", "'x', who holds the role lead, is not among team.people"),
        ("team: {people: [{name: a, targets: [t]}]}", "the target 't' of a is not defined"),
        ("timezone: Mars/Base", "unknown time zone"),
        ("legal: {residence: [FR, UK]}", "no country has the code 'UK'"),
        ("records: {routes: [{path: /x, action: read, classes: [pii]}]}", "the data class 'pii' is not defined"),
        ("notify: {ladder: [{after: 5m, to: [lead]}, {after: 5m, to: [lead]}]}", "later than the previous rung"),
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


WRONG = """\
langage: en
timezone: Europe/Berln
state: [1]
web: {port: many, host: localhst}
sources:
  - name: crm
    paths: [/x]
    service: crm
    latenes: 5s
  - {name: CRM, paths: [], service: 5}
  - {name: crm, paths: [/y], service: crm}
records:
  data_classes:
    contact: {confidentiality: confidentail}
    health: {confidentiality: special}
  routes:
    - {path: /a, action: raed}
    - {path: /a, action: read, classes: [contact, helth]}
    - {path: a, action: read}
    - {when: {a: [1]}, action: read}
behaviour: {tick: 7m}
team:
  people:
    - {name: anna, targets: [anna-psh]}
    - {name: boris, targets: [mail]}
  roles:
    led: [anna]
    soc: [ann, boris]
notify:
  targets:
    anna-push: {url: "ntfy://push.example.org/x"}
    mail: {url: "mailto://${PASSWORD}@mail.example.org"}
  ladder:
    - {after: 5m, to: [primry]}
    - {after: 5m, to: [lead]}
    - {after: 1m, to: [lead]}
"""


def test_mistakes_of_form_and_names_that_fit_nothing_are_told_together_in_order_with_what_to_do(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, WRONG), {})
    found = [(problem.line, problem.what, problem.fix) for problem in caught.value.problems]
    assert found == sorted(found)
    told = {(line, what.split(": ")[0].rstrip("."), fix) for line, what, fix in found}
    for line, what, fix in [
        (1, "unknown key langage", "did you mean language?"),
        (2, "timezone", "did you mean Europe/Berlin?"),
        (3, "state must be a path", "write it as text"),
        (4, "web.port must be a whole number", ""),
        (4, "web.host", "did you mean localhost?"),
        (9, "unknown key sources.0.latenes", "did you mean lateness?"),
        (10, "sources.1.service must be text", 'put it in quotes: "…"'),
        (10, "sources.1.paths", ""),
        (11, "duplicate name 'crm' (a source above has it)", "give each its own name"),
        (14, "records.data_classes.contact.confidentiality", "did you mean confidential?"),
        (17, "records.routes.0.action", "did you mean read?"),
        (18, "the data class 'helth' is not defined under records.data_classes", "did you mean health?"),
        (19, "the path template 'a' must begin with /", "write /a"),
        (24, "the target 'anna-psh' of anna is not defined under notify.targets", "did you mean anna-push?"),
        (27, "there is no role 'led'", "did you mean lead?"),
        (28, "'ann', who holds the role soc, is not among team.people", "did you mean anna?"),
        (32, "the environment variable PASSWORD is not set", "set it, or write ${PASSWORD:-default}"),
        (34, "notify.ladder.0.to", "did you mean primary?"),
    ]:
        assert (line, what, fix) in told
    assert {line for line, what, _ in found if "tick" in what} == {21}
    assert {line for line, what, _ in found if "rung" in what} == {36}
    # What is missing only because it is wrong is told once, as wrong.
    assert not any("says nothing" in what or "'mail'" in what for _, what, _ in found)
    assert not any(word in what for _, what, _ in found for word in ("<class", "Input", "tuple", "dict", "pydantic"))


def test_all_that_is_right_of_a_wrong_configuration_can_be_looked_at_further(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, WRONG), {})
    usable = caught.value.usable
    assert usable is not None
    assert [source.name for source in usable.sources] == ["crm", "crm"]
    assert usable.with_location(Problem(where=("sources", 1, "paths"), what="x")).line == 11


def test_a_secret_that_is_not_set_stops_only_who_needs_it(tmp_path):
    path = write(tmp_path, 'language: frr\ndatabase: {url: "${DB}"}\nnotify: {targets: {a: {url: "${TOKEN}"}}}\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {}, spare=[("database",), ("notify", "targets")])
    assert [problem.line for problem in caught.value.problems] == [1]
    path.write_text(path.read_text().replace("frr", "ru"))
    settings = load_settings(path, {}, spare=[("database",), ("notify", "targets")])
    assert (settings.language, settings.database.url, dict(settings.notify.targets)) == ("ru", None, {})
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {}, spare=[("database",)])
    assert [problem.line for problem in caught.value.problems] == [3]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: 1\n---\nb: 2\n", "a second YAML document begins"),
        ("organization:\n", "organization has no value"),
        ("- a\n", "is not a mapping"),
        ("organization: 2026-02-31\n", "cannot be read"),
        ("web: []\n", "web must be a mapping of keys to values"),
        ("5: x\n", "unknown key 5"),
    ],
)
def test_odd_files_are_refused_in_words(tmp_path, text, what):
    assert any(what in said for _, said in problems(tmp_path, text))


def test_people_are_known_by_their_accounts_as_written_and_in_their_one_form():
    people = [{"name": "anna", "accounts": ["user:CORP\\Anna", "ip:192.0.2.7"], "targets": ["desk"]}]
    settings = Settings.model_validate({"actors": {"domains": ["corp"]}, "team": {"people": people}})
    assert settings.team.people[0].accounts == ("user:CORP\\Anna", "ip:192.0.2.7", "user:anna")


@pytest.mark.parametrize("account", ["user:boris", "user:CORP\\\\Boris"])
def test_nobodys_login_is_the_name_of_another(tmp_path, account):
    text = f"""\
actors: {{domains: [corp]}}
notify: {{targets: {{d: {{url: "json://127.0.0.1:9/"}}}}}}
team:
  people:
    - {{name: anna, targets: [d], accounts: ["user:anna", "{account}"]}}
    - {{name: boris, targets: [d], accounts: ["user:b.i"]}}
"""
    ((line, said),) = problems(tmp_path, text)
    assert (line, "the login boris of anna is the name of boris: nobody can tell" in said) == (5, True)


def test_an_account_written_without_its_kind_is_an_account(tmp_path: Path) -> None:
    """Else nobody would be known by it: whoever holds it would be paged about herself, and see the case."""
    people = [{"name": "anna", "accounts": ["A.Petrova", "CORP\\ap"], "targets": ["desk"]}]
    settings = Settings.model_validate({"state": tmp_path, "team": {"people": people}, "actors": {"domains": ["CORP"]}})
    assert settings.team.excluded({"user:a.petrova"}) == settings.team.excluded({"user:ap"}) == {"anna"}


def test_everything_that_does_not_fit_in_a_rota_is_told_at_once(tmp_path):
    """A name nobody has, somebody without the role or a target, overrides over one another."""
    text = """\
notify:
  targets: {phone: {url: "json://127.0.0.1:9/"}}
  rota:
    people: [anna, borsi, vera]
    starts: 2026-01-05
    overrides:
      - {starts: 2026-03-01 18:00:00, ends: 2026-03-02 18:00:00, person: anna}
      - {starts: 2026-03-02 09:00:00, ends: 2026-03-02 20:00:00, person: anna, deputy: eve}
    absences:
      - {person: olag, starts: 2026-03-01, until: 2026-03-02}
team:
  people:
    - {name: anna, targets: [phone]}
    - {name: boris, targets: [phone]}
    - {name: vera, targets: [phone]}
    - {name: olga}
  roles: {soc: [anna, boris], reader: [olga]}
"""
    assert problems(tmp_path, text) == [
        (4, "'borsi' of the rota is not among team.people"),
        (4, "vera is on the rota and does not hold the role soc"),
        (8, "'eve' of the rota is not among team.people"),
        (8, "an override begins before another one has ended"),
        (10, "'olag' of the rota is not among team.people"),
    ]


@pytest.mark.parametrize(
    ("rota", "what"),
    [
        ("{people: [anna]}", "needs starts"),
        ("{deputies: [anna]}", "name people, too"),
        ("{overrides: [{starts: 2026-03-02, ends: 2026-03-01, person: anna}]}", "ends must be later"),
        ("{absences: [{person: anna, starts: 2026-03-02, until: 2026-03-01}]}", "until must not be before"),
        ("{zone: Europe/Paradise}", "unknown time zone"),
    ],
)
def test_a_rota_that_cannot_be_is_refused(tmp_path, rota, what):
    found = problems(tmp_path, f"notify: {{rota: {rota}}}\n")
    assert any(what in said for _, said in found), found
