"""Contacts come from a file, a database or a program, and are judged alike."""

import sqlite3
import sys
import time

import pytest

from detector.errors import ConfigError
from detector.runtime.incidents.letters.contact_source import contacts_of
from detector.runtime.incidents.scopes.client_residences import ClientResidences
from detector.settings import Settings

CSV = "id,channel,address,country\n0007,mail,anna@example.org,FR\n8,mail,ben@example.org,\n"


def settings(**contacts):
    return Settings.model_validate({"contacts": contacts})


def addresses(made):
    found = contacts_of(made)
    return [contact.ways[0].address for client in ("7", "8") if (contact := found.of(client))]


def test_a_file_is_read_and_an_id_found_as_the_log_spells_it(tmp_path):
    (tmp_path / "c.csv").write_text(CSV)
    made = settings(csv=str(tmp_path / "c.csv"))
    assert addresses(made) == ["anna@example.org", "ben@example.org"]
    assert ClientResidences(made.residence_file).of(["7", "8"]) == {"7": "FR"}, "its country tells where they live"


def test_contacts_without_a_country_say_of_nobody_where_they_live(tmp_path):
    (tmp_path / "c.csv").write_text("id,channel,address\n7,mail,anna@example.org\n")
    assert ClientResidences(settings(csv=str(tmp_path / "c.csv")).residence_file).of(["7"]) == {}


def test_a_database_is_asked_and_neither_written_nor_made(tmp_path):
    file = tmp_path / "crm.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE clients (id TEXT, email TEXT)")
        database.execute("INSERT INTO clients VALUES ('7', 'anna@example.org'), ('8', 'ben@example.org')")
    sql = {"url": f"sqlite:///{file}", "query": "SELECT id, 'mail' AS channel, email AS address FROM clients"}
    assert addresses(settings(sql=sql)) == ["anna@example.org", "ben@example.org"]
    with pytest.raises(ConfigError, match="did not answer the query"):
        contacts_of(settings(sql={**sql, "query": "DELETE FROM clients RETURNING id"}))
    with pytest.raises(ConfigError):
        contacts_of(settings(sql={**sql, "url": f"sqlite:///{tmp_path / 'none.db'}"}))
    assert not (tmp_path / "none.db").exists()
    assert addresses(settings(sql=sql)) == ["anna@example.org", "ben@example.org"]


def test_a_program_writes_the_same_and_no_shell_reads_its_arguments():
    given = [sys.executable, "-c", "import sys; sys.stdout.write(sys.argv[1])", CSV + "9,mail,$(id)@example.org,\n"]
    with pytest.raises(ConfigError) as refused:
        contacts_of(settings(command=given))
    assert [(each.line, "no mail address" in each.what) for each in refused.value.problems] == [(4, True)]
    assert addresses(settings(command=[*given[:3], CSV])) == ["anna@example.org", "ben@example.org"]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys; sys.exit(3)", "status 3"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "not UTF-8"),
        ("import time; time.sleep(60)", "longer than 0.2 s"),
    ],
)
def test_a_program_that_fails_or_takes_too_long_gives_no_contacts(program, why):
    began = time.monotonic()
    with pytest.raises(ConfigError, match=why):
        contacts_of(
            settings(command=[sys.executable, "-c", program], timeout="5s" if "sleep" not in program else "200ms")
        )
    assert time.monotonic() - began < 20


def test_no_contacts_and_two_places_for_them_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="nothing says how clients are reached"):
        contacts_of(settings())
    with pytest.raises(ConfigError, match="cannot be started"):
        contacts_of(settings(command=[str(tmp_path / "missing")]))
    with pytest.raises(ValueError, match="name one of csv, sql and command"):
        settings(csv="c.csv", command=["true"])
