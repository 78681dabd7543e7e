"""Incidents at the command line: who may act, how they are shown, and that nothing from a log reaches the terminal."""

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from detector.cli.incidents.view import detail_json
from detector.cli.options import identity, login_name, who_took
from detector.clock import SystemClock
from detector.errors import DeniedError, InputError
from detector.incident import rfc3339
from detector.runtime.incidents.console import PersonalConsole, open_console
from detector.runtime.incidents.incident_deps import checklists, laws
from detector.runtime.incidents.terms_in_force import TERMS_KEPT_AS, terms_digest
from detector.schema.case.incidents import HandNamed
from detector.settings.loading.load_settings import load_settings
from tests.fakes.people import me
from tests.runtime.places import BULK_READ, NIGHT, answer, line, write_plan
from tests.scenarios.story import Story

EVIL = "mal\x1b[31mlory"
FORMULAS = ("=HYPERLINK(1)", "+1x", "-2x", "@SUM(A1)")


@dataclass
class Place:
    """A state folder in which one incident is open, nothing running."""

    config: Path
    number: str

    def run(self, *words: str, **environment: str) -> tuple[int, str, str]:
        return answer(self.config, *words, **environment)

    def reloads(self) -> None:
        """Let the service take the configuration up, as far as it keeps what cases are opened under."""
        settings = load_settings(self.config)
        with open_console(settings, SystemClock()) as console, console.store.begin() as unit:
            unit.kv.set(TERMS_KEPT_AS, terms_digest(settings, checklists(settings), laws(settings)))

    def dina(self, act: Callable[[PersonalConsole], object]) -> None:
        """Let a second person act, whose login this process does not have."""
        with open_console(load_settings(self.config), SystemClock()) as console:
            act(PersonalConsole(console, me("dina")))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One account with an escape character in its name reads clients, some with ids a spreadsheet would compute."""
    folder = tmp_path_factory.mktemp("place")
    config = write_plan(folder, language="ru")
    story = Story.of(config)
    ids = [*map(str, range(1000, 2050, 7)), *FORMULAS]
    with (folder / "access.log").open("a") as log:
        log.writelines(line(NIGHT + timedelta(seconds=n), each, EVIL) for n, each in enumerate(ids))
    story.at("03:05")
    number = story.incident.number
    story.stop()
    return Place(config, number)


def test_a_person_is_the_login_and_acting_for_another_is_shown(place: Place) -> None:
    status, out, said = place.run("incidents", "ack", place.number, "--by", "nobdy")
    assert (status, out) == (2, "")
    assert "'nobdy' is not on the team (one of anna, boris, lev, dina" in said
    assert place.run("incidents", "note", place.number, "called")[0] == 0
    assert place.run("incidents", "ack", place.number, NABAT_PERSON="anna")[0] == 0
    _, out, _ = place.run("incidents", "show", place.number, "--json")
    told = json.loads(out)
    assert [entry["by"] for entry in told["entries"] if entry["kind"] == "note"][-1] == "lev"
    assert [entry["by"] for entry in told["entries"] if entry["kind"] == "acknowledged"] == ["lev за anna"]
    assert "anna" in next(
        row for row in place.run("incidents", "show", place.number)[1].splitlines() if "у кого" in row
    )


def test_a_login_that_is_nobody_s_or_of_several_gets_in_nowhere(tmp_path: Path) -> None:
    login = f"user:{login_name()}"
    for accounts, why in (((), "is nobody's on the team"), ((login,), "is of several people")):
        people = [{"name": name, "accounts": [f"user:{name}", *accounts], "targets": ["desk"]} for name in ("a", "b")]
        config = write_plan(tmp_path, team={"people": people}, notify={"targets": {"desk": {"url": "syslog://user"}}})
        with pytest.raises(DeniedError, match=why):
            identity(load_settings(config))


def test_a_team_that_the_service_has_not_read_is_told_instead_of_no_incidents(place: Place) -> None:
    written = place.config.read_text(encoding="utf-8")
    changed = yaml.safe_load(written)
    lev = next(each for each in changed["team"]["people"] if each["name"] == "lev")
    lev["name"] = "leonid"
    changed["team"]["roles"] = {
        role: ["leonid" if name == "lev" else name for name in names]
        for role, names in changed["team"]["roles"].items()
    }
    place.config.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
    try:
        status, out, said = place.run("incidents", "list")
        assert (status, out) == (2, "")
        assert "the service has not read this team yet" in said
    finally:
        place.config.write_text(written, encoding="utf-8")
    assert place.number in place.run("incidents", "list")[1]


def test_who_took_an_account_is_told_by_whose_shell_is_above_and_not_by_what_they_write(tmp_path: Path) -> None:
    for number, (above, user) in {40: (30, 0), 30: (20, 8470), 20: (10, 1004), 10: (0, 0), 50: (10, 0)}.items():
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "status").write_text(f"Name:\tsudo\nPPid:\t{above}\nUid:\t{user}\t0\t0\t0\n")
    assert who_took(40, {0, 8470}, tmp_path) == 1004
    assert who_took(50, {0, 8470}, tmp_path) is None, "a process that left its shell behind is nobody's"
    assert who_took(60, {0, 8470}, tmp_path) is None


def test_what_the_environment_says_of_a_login_counts_for_nothing(place: Place) -> None:
    assert place.run("incidents", "note", place.number, "me", SUDO_USER="dina")[0] == 0
    entries = json.loads(place.run("incidents", "show", place.number, "--json")[1])["entries"]
    assert [entry["by"] for entry in entries if entry["kind"] == "note"][-1] == "lev"


def test_a_login_name_is_known_by_the_accounts_of_the_team(tmp_path: Path) -> None:
    people = [{"name": "anna", "accounts": [f"user:{login_name().upper()}"], "targets": ["desk"]}]
    config = write_plan(tmp_path, team={"people": people}, notify={"targets": {"desk": {"url": "syslog://user"}}})
    found = identity(load_settings(config))
    assert (found.name, found.accounts, found.acts_for) == ("anna", (f"user:{login_name()}",), "")
    nobody = load_settings(write_plan(tmp_path, team={"people": []}))
    assert identity(nobody).name == login_name()
    assert identity(nobody, "whoever").acts_for == "whoever"


def test_control_characters_of_a_name_are_shown_and_never_sent_to_the_terminal(place: Place) -> None:
    for words in (("incidents", "list"), ("incidents", "show", place.number)):
        status, out, _ = place.run(*words)
        assert status == 0
        assert all(char.isprintable() or char in "\n\N{NO-BREAK SPACE}" for char in out)
        # An account's one form holds none.
        assert "mal[31mlory" in out or words[1] == "list"


def test_show_is_in_columns_and_calls_laws_and_phases_by_their_names(place: Place) -> None:
    status, out, _ = place.run("incidents", "show", place.number)
    assert status == 0
    rows = [row for row in out.splitlines() if row.startswith(("  [ ] ", "  [x] "))]
    assert len(rows) == 51  # of two laws in force
    dues = {row.find(" 2026-03-") for row in rows if " 2026-03-" in row[:60]}
    assert len(dues) == 1
    (at,) = dues
    assert {row[at : at + 2] for row in rows} <= {" 2", " -"}
    laws = [row for row in out.splitlines() if row.startswith("закон ")]
    assert laws
    assert not any("ru-152fz" in row or "eu-gdpr-33" in row for row in laws)
    assert "ОСТАНОВИТЬ УТЕЧКУ" in out


@pytest.fixture
def damaged(place: Place) -> Iterator[Place]:
    """One step of the case has something in the place of its due time."""
    database = place.config.parent / "state" / "nabat.db"
    (due,) = altered(database, "{broken")
    yield place
    altered(database, due)


def altered(database: Path, due: str) -> tuple[str]:
    with closing(sqlite3.connect(database)) as connection, connection:
        found: tuple[str] = connection.execute("SELECT due_at FROM steps WHERE step_id = 'A3'").fetchone()
        connection.execute("UPDATE steps SET due_at = ? WHERE step_id = 'A3'", (due,))
    return found


def test_of_a_damaged_case_commands_show_what_can_be_read_and_fail(damaged: Place) -> None:
    number = damaged.number
    for words, parts in (
        (("incidents", "show", number), ("ru-152fz/ru-24h", "] A1 ", "   1 20")),
        (("incidents", "facts", number), ()),
        (("duties", "list", number), ("ru-152fz/ru-24h",)),
    ):
        status, out, said = damaged.run(*words)
        assert (status, "{broken" in out + said) == (1, False)
        for each in ("Не всё в этом инциденте читается", "table steps, row", "column due_at", *parts):
            assert each in out, words
        assert "nabat verify" in said
        assert ("] A2 " in out, "] A3 " in out) == ("show" in words, False)
    status, out, _ = damaged.run("incidents", "show", number, "--json")
    told = json.loads(out)
    assert (status, set(told)) == (1, {"number", "unread", "facts", "duties", "steps", "entries"})
    assert [each["step_id"] for each in told["steps"] if each["step_id"].startswith("A")][:3] == ["A1", "A2", "A4"]


def test_show_and_list_speak_the_configured_language_throughout(place: Place) -> None:
    shown, listed = (place.run("incidents", *words)[1] for words in (("show", place.number), ("list",)))
    head, facts, *_ = shown.split("\n", 1)
    labels = [row[:15].strip() for row in facts.split("\n\n")[0].splitlines()[1:]]
    assert labels[:4] == ["вид", "открыт", "события", "кто"]
    assert {"адреса", "клиенты", "у кого"} <= set(labels)
    assert "клиент" in next(row for row in facts.splitlines() if row.startswith("клиенты"))
    for word in ("HIGH", "CRITICAL", "new", "human", "NOBODY", "page", "pending", "because", "told"):
        assert word not in head + facts.split("\n\n")[0] + listed


def test_the_list_of_clients_is_safe_to_open_in_a_spreadsheet(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    status, _, said = place.run("scope", place.number, "--out", str(path))
    assert status == 0, said
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    ids = {row[0] for row in rows[1:]}
    assert {f"'{each}" for each in FORMULAS} <= ids
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    status, _, said = place.run("scope", place.number, "--out", str(tmp_path / "clients.pdf"))
    assert (status, "what is written is CSV, and no .pdf file: name it clients.csv" in said) == (2, True)
    assert not (tmp_path / "clients.pdf").exists()


def test_counts_agree_with_their_nouns(place: Place) -> None:
    listed = len(json.loads(place.run("incidents", "list", "--json")[1]))  # another test opens one
    assert place.run("incidents", "list")[2].startswith("1 incident\n" if listed == 1 else f"{listed} incidents\n")


def test_a_false_alarm_counts_in_the_precision_of_its_rule_and_may_be_expected_next_time(tmp_path: Path) -> None:
    config = write_plan(tmp_path)
    story = Story.of(config)
    story.reads(150, by="robot")
    number = story.incident.number
    story.stop()

    def run(*words: str) -> tuple[int, str, str]:
        return answer(config, *words)

    assert json.loads(run("rules", "precision", "--json")[1]) == []
    status, _, said = run("incidents", "close", number, "--reason", "false_positive", "--note", "letters")
    assert (status, f"another person has to agree: nabat incidents approve {number} close" in said) == (0, True)
    with open_console(load_settings(config), SystemClock()) as console:
        console.approve(number, "close", by=me("dina"))
    (row,) = json.loads(run("rules", "precision", "--json")[1])
    assert (row["name"], row["confirmed"], row["false_alarms"]) == (BULK_READ, 0, 1)
    assert row["lower"] == {
        **{"false_gone": 1, "false_alarms": 1, "confirmed_gone": 0, "confirmed": 0, "other_gone": 0, "other": 0}
    }
    printed = run("rules", "precision")[1]
    assert "Without its points 1 of 1 false alarms" in printed
    assert "By rules alone" in printed
    assert "Behaviour may cost 3 false incidents a month." in printed
    listed = {each["id"]: each["confirmed"] for each in json.loads(run("rules", "list", "--json")[1])}
    assert listed[BULK_READ] == "0/1"
    until = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M+00:00")  # noqa: TID251
    status, _, said = run("incidents", "expect", number, until, "--reason", "letters")
    assert status == 0, said
    (asked,) = json.loads(run("expect", "list", "--json")[1])
    assert (asked["state"], asked["exception"]["actor_id"]) == ("asked", "user:robot")


def test_duties_are_listed_with_reasons_decided_by_two_and_fulfilled_by_a_receipt(place: Place) -> None:
    number = place.number
    status, out, _ = place.run("duties", "list", number)
    assert (status, "ru-152fz/ru-24h: " in out, "legal.residence" in out) == (0, True, True)
    assert "риск для прав и свобод людей маловероятен" in out, "what a person has to judge is said"
    decide = ("duties", "decide", number, "gdpr-72h", "--not-owed", "--reason", "no risk")
    assert place.run(*decide)[0] == 0
    (asked,) = [each for each in place.run("duties", "list", number)[1].splitlines() if "gdpr-72h:" in each]
    command = f"nabat incidents approve {number} eu-gdpr-33/gdpr-72h"
    assert asked.endswith(command), "whoever looks must see that somebody has decided"
    assert "обязанность eu-gdpr-33/gdpr-72h не возникла" in asked
    assert command in place.run("incidents", "show", number)[1]
    assert place.run("incidents", "approve", number, "eu-gdpr-33/gdpr-72h")[0] == 2
    place.dina(lambda dina: dina.approve(number, "eu-gdpr-33/gdpr-72h"))
    place.dina(lambda dina: dina.confirm_duties(number))
    with pytest.raises(InputError):
        place.dina(lambda dina: dina.approve(number, "laws"))
    status, _, said = place.run("incidents", "approve", number, "laws")
    assert (status, "ru-152fz/ru-24h" in said) == (0, True), "it says what was agreed to"
    assert place.run("duties", "receipt", number, "ru-152fz/ru-24h", "--number", "2026-88412")[0] == 0
    assert place.run("duties", "receipt", number, "ru-24h", "--number", "2026-88413")[0] == 2
    assert "2026-88412" in place.run("duties", "show", number, "ru-24h")[1]
    listed = place.run("duties", "list", number)[1].splitlines()
    assert any("2026-88412, отправлено с опозданием" in each for each in listed)
    told = json.loads(place.run("incidents", "show", number, "--json")[1])
    clocks = {clock["stage"]: clock for clock in told["clocks"]}
    assert [clocks[stage]["stopped_by"] for stage in ("ru-24h", "ru-72h", "gdpr-72h")] == ["done", "", "not_owed"]
    assert clocks["ru-24h"].keys() >= {"regulation", "stage", "step", "due", "basis", "internal", "stopped_at"}
    states = {duty["stage"]: duty for duty in json.loads(place.run("duties", "list", number, "--json")[1])}
    assert [states[stage]["state"] for stage in ("ru-72h", "gdpr-72h")] == ["owed", "not_owed"]
    assert [states[stage]["sent_late"] for stage in ("ru-24h", "ru-72h")] == [True, False]


def test_programs_read_until_when_a_case_is_held_where_it_goes_on_and_what_a_person_named(place: Place) -> None:
    told = json.loads(place.run("incidents", "show", place.number, "--json")[1])
    assert [told[name] for name in ("hold_until", "merged_into", "named")] == [None, "", None]
    settings = load_settings(place.config)
    with open_console(settings, SystemClock()) as console:
        detail = console.detail(place.number)
    named = HandNamed(actors=("user:eve",), addresses=("203.0.113.7",), since=NIGHT, until=NIGHT)
    held = replace(detail.incident, hold_until=NIGHT, merged_into="i2", named=named)
    told = detail_json(replace(detail, incident=held, numbers={"i2": "20260302-7f3a1c"}), settings)
    assert (told["merged_into"], told["hold_until"]) == ("20260302-7f3a1c", rfc3339(NIGHT))
    assert (told["named"]["actors"], told["named"]["addresses"]) == (("user:eve",), ("203.0.113.7",))


def test_facts_are_stated_and_every_reading_of_them_is_listed(place: Place) -> None:
    number = place.number
    report = ("fact", number, "t0", "2026-03-01 18:20", "--source", "client 77", "--reason", "strangers knew her card")
    for words, code, expected in (
        (("fact", number, "t0", "yesterday", "--reason", "r"), 2, "'yesterday' is not a time"),
        (report, 0, "client 77"),
        (("fact", number, "cause", "insider", "--reason", "his statement"), 0, "инсайдер"),
        (("fact", number, "t0", "none", "--source", "client 77", "--reason", "not hers"), 0, "another person"),
        (("approve", number, "t0"), 2, "needs two persons"),
    ):
        status, _, said = place.run("incidents", *words)
        assert (status, expected in said) == (code, True), said
    place.dina(lambda dina: dina.approve(number, "t0"))
    lines = place.run("incidents", "facts", number)[1].splitlines()
    assert [line[0] for line in lines if "T0" in line] == ["*", " ", " "]
    shown = json.loads(place.run("incidents", "show", number, "--json")[1])["facts"]
    stated = [(each["kind"], each["value"], each["counts"]) for each in shown if each["number"]]
    assert stated == [("t0", "", False), ("t0", "2026-03-01T18:20:00Z", False), ("cause", "insider", True)]


def test_a_role_is_asked_for_accepted_and_given_back_at_the_command_line(place: Place) -> None:
    asked = place.run("incidents", "assign", place.number, "com", "dina", "--reason", "she speaks for us")
    assert asked[::2] == (0, f"{place.number}: dina is asked to be com (nabat incidents accept {place.number} com)\n")
    shown = place.run("incidents", "show", place.number)[1]
    assert re.search(r"^роль +связь с общественностью: .+ · просит .+, согласия ещё нет$", shown, re.MULTILINE)
    assert place.run("incidents", "accept", place.number, "com")[0] == 2, "it is not hers to accept"
    place.dina(lambda console: console.accept_role(place.number, "com"))
    (held,) = json.loads(place.run("incidents", "show", place.number, "--json")[1])["roles"]
    assert (held["role"], held["person"], bool(held["accepted_at"])) == ("com", "dina", True)
    assert place.run("incidents", "assign", place.number, "com", "lev", "--reason", "r")[0] == 0
    assert place.run("incidents", "accept", place.number, "com")[::2] == (0, f"{place.number}: you are com here\n")
    out = place.run("incidents", "decline", place.number, "com", "--reason", "on leave")
    assert out[::2] == (0, f"{place.number}: declined; the team's order counts for com\n")
    assert json.loads(place.run("incidents", "show", place.number, "--json")[1])["roles"] == []
    assert place.run("incidents", "assign", place.number, "hr", "dina", "--reason", "r")[0] == 0
    out = place.run("incidents", "withdraw", place.number, "hr", "--reason", "the wrong one")
    assert out[::2] == (0, f"{place.number}: taken back; the team's order counts for hr\n")
    assert place.run("incidents", "withdraw", place.number, "hr", "--reason", "again")[0] == 2
    status, _, said = place.run("incidents", "assign", place.number, "com", "eve", "--reason", "r")
    assert (status, "'eve' cannot be asked to hold a role here (one of: anna, boris, lev, dina)" in said) == (2, True)


def test_what_an_incident_keeps_is_compared_with_the_configuration_and_taken_over_with_a_reason(place: Place) -> None:
    number, plain = place.number, place.config.read_text()
    assert "under what is configured now" in place.run("incidents", "adopt", number)[2]
    place.config.write_text(plain + "incident:\n  regulations: [ru-152fz, eu-gdpr-33, kz-94v, eu-nis2-23]\n")
    status, out, said = place.run("incidents", "adopt", number)
    assert (status, "laws.kz-94v: - -> " in out, "--reason TEXT" in said) == (0, True, True)
    assert "kz-94v" not in place.run("duties", "list", number)[1]
    adopting = ("incidents", "adopt", number, "--reason", "clients in Almaty", "--by", "lev")
    assert "not those of the running service" in place.run(*adopting)[2], "anybody may bring a file with -c"
    place.reloads()
    assert place.run(*adopting)[0] == 0
    assert "kz-94v/kz-1bd" in place.run("duties", "list", number)[1]
    for ticket in ("ticket 12", "ticket 13"):
        assert place.run("duties", "received", number, "nis2-interim", "--what", ticket)[0] == 0
    assert "eu-nis2-23/nis2-interim.2" in place.run("duties", "list", number)[1]
    assert "ticket 13" in place.run("duties", "show", number, "nis2-interim.2")[1]
    assert place.run("duties", "received", number, "ru-24h", "--what", "ticket 14")[0] == 2
    place.config.write_text(plain)
    place.reloads()
    status, _, said = place.run("incidents", "adopt", number, "--reason", "back", "--by", "lev")
    assert (status, "another person" in said) == (0, True), said
    assert "kz-94v/kz-1bd" in place.run("duties", "list", number)[1]
    place.dina(lambda dina: dina.approve(number, "terms"))


def test_the_register_holds_facts_effects_and_what_became_of_each_duty(place: Place, tmp_path: Path) -> None:
    told = json.loads(place.run("register", "--json")[1])
    entry = next(each for each in told if each["number"] == place.number)
    assert (entry["kind"], entry["people"]["low"] > 100, entry["data_classes"]) == ("leak", True, ["contact"])
    assert {"ru-152fz/ru-24h", "eu-gdpr-33/gdpr-register"} <= {each["ref"] for each in entry["duties"]}
    status, out, said = place.run("register", place.number)
    assert (status, place.number in out) == (0, True), said
    assert "ru-152fz/ru-24h" in out
    assert set(re.findall(r"\d\d:\d\d:\d\d (\w+)", out)) == {"UTC"}, "one zone in all lines"
    title = "=HYPERLINK(1)"
    opened = ("incidents", "open", "--title", title, "--severity", "low", "--reason", "r", "--playbook")
    assert place.run(*opened, "client-data-leak")[0] == 0
    path = tmp_path / "register.csv"
    assert place.run("register", "--csv", str(path))[0] == 0
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert "'" + title in [row["what"] for row in rows]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]
    row = next(row for row in rows if row["number"] == place.number)
    assert (row["people_at_least"], row["data_classes"]) == (str(entry["people"]["low"]), "contact")
    made = next(each["number"] for each in json.loads(place.run("register", "--json")[1]) if each["title"] == title)
    closing = ("incidents", "close", made, "--reason", "false_positive", "--note", "a trial")
    assert place.run(*closing)[0] == 0
    assert made not in place.run("register")[1]
    assert place.run("register", "--law", "us-hipaa")[1] == ""


def test_versions_of_a_scope_and_lists_of_clients_at_the_command_line(place: Place, tmp_path: Path) -> None:
    number, file, out = place.number, tmp_path / "ids.csv", tmp_path / "clients.csv"
    why = ("--source", "ноутбук", "--reason", "выгрузка в 03:07")
    file.write_text("id,name\n1000,x\n777,y\n")
    status, _, said = place.run("incidents", "import-ids", number, str(file), *why)
    assert (status, "1 клиент назван только загруженными списками" in said) == (0, True), said
    told = json.loads(place.run("scope", number, "--versions", "--json")[1])
    before = len(told["versions"]) - 1
    printed = place.run("scope", number, "--versions")[1]
    assert f"Версия {before + 1}, " in printed
    assert "потому что загружен список 1" in printed
    assert told["versions"][-1]["digest"] in printed
    assert "ноутбук" in place.run("incidents", "show", number)[1]
    status, printed, said = place.run("scope", number, "--since", str(before))
    assert (status, "на 1 клиента больше" in printed) == (0, True), said
    assert place.run("scope", number, "--version", str(before + 1), "--out", str(out))[0] == 0
    assert "777,imported" in out.read_text(encoding="utf-8-sig").splitlines()
    assert place.run("scope", number, "--version", "1")[0] == 2
    status, printed, said = place.run("incidents", "retro", number, "--days", "30")
    assert (status, printed.count("ничего не найдено")) == (0, 2), said
    assert place.run("incidents", "remove-import", number, "1", "--reason", "не тот")[0] == 0


def test_a_notice_is_linted_written_into_drafted_approved_by_another_sent_and_written_to_files(
    place: Place, tmp_path: Path
) -> None:
    number = place.number
    status, out, said = place.run("notices", "lint", number, "ru-24h")
    assert (status, "nabat.yml: organization.inn" in out, "указаны по памяти" in said) == (1, True, True)
    assert place.run("notices", "set", number, "ru-24h", "extra", "x", "--reason", "r")[0] == 2
    text = "нет | {{ 7*7 }}\n# x"
    assert place.run("notices", "set", number, "ru-24h", "extra_info", text, "--reason", "звонок")[0] == 0
    status, _, said = place.run("notices", "draft", number, "ru-24h")
    assert (status, "another person: nabat documents approve" in said) == (0, True), said
    assert place.run("notices", "approve", number, "ru-24h")[0] == 2, "it is their own"
    place.dina(lambda dina: dina.documents.approve(dina.notices.one(number, "ru-24h").filed.id))
    assert place.run("notices", "send", number, "ru-24h", "--to", "портал")[0] == 0
    assert "0 fields differ" in place.run("notices", "diff", number, "ru-24h")[2]
    file = tmp_path / "notice.docx"
    show = ("notices", "show", number, "ru-24h", "--format")
    assert place.run(*show, "docx", "--out", str(file))[0] == 0
    assert (file.read_bytes()[:2], file.stat().st_mode & 0o777) == (b"PK", 0o600)
    assert place.run(*show, "docx")[0] == 2, "it is no text"
    sent = json.loads(place.run(*show, "json", "--version", "1")[1])
    fields = {each["id"]: each for each in sent["fields"]}
    assert fields["extra_info"] | {"title": ""} == {
        "id": "extra_info", "title": "", "state": "filled", "value": text, "by": "lev", "verified": "memory",
    }  # fmt: skip
    assert EVIL not in json.dumps(sent, ensure_ascii=False)
    status, out, _ = place.run("notices", "show", number, "ru-24h", "--version", "1")
    assert (status, "{{ 7*7 }}" in out.replace("\\", ""), "\n# x" in out) == (0, True, False)


def test_a_merge_that_keeps_a_colleague_out_names_the_command_by_which_another_agrees(place: Place) -> None:
    word = ("--title", "A word", "--playbook", "suspicious-activity", "--actor", "user:boris", "--reason", "r")
    status, _, said = place.run("incidents", "open", *word, "--severity", "low")
    assert (status, "would page nobody" in said) == (2, True)
    made = place.run("incidents", "open", *word, "--severity", "medium")[2].split(" ")[0]
    status, _, said = place.run("incidents", "merge", place.number, made, "--reason", "one pair")
    assert (status, said) == (0, f"another person has to agree: nabat incidents approve {made} merge\n")
    assert f"nabat incidents approve {made} merge" in place.run("incidents", "show", made)[1]
    place.dina(lambda dina: dina.decline(made, "merge", reason="two matters"))
    assert place.run("incidents", "close", made, "--reason", "false_positive", "--note", "a slip")[0] == 0
