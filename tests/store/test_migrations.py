import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from detector.errors import ConfigError, StoreError
from detector.schema.letters.mailings import LetterState
from detector.store import Store, migrate
from detector.store.db.tables import METADATA


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir()
    made = create_engine(url)
    yield made
    made.dispose()


def _migrate(engine: Engine, to: str) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), to)


def _form(engine: Engine) -> dict[str, Any]:
    """Everything the database knows about its tables, in an order of its own."""
    known = inspect(engine)
    return {
        table: {
            "columns": {column["name"]: {**column, "type": str(column["type"])} for column in known.get_columns(table)},
            "key": known.get_pk_constraint(table),
            "foreign": sorted(map(str, known.get_foreign_keys(table))),
            "indexes": sorted(map(str, known.get_indexes(table))),
            "unique": sorted(map(str, known.get_unique_constraints(table))),
            "checks": sorted(map(str, known.get_check_constraints(table))),
        }
        for table in known.get_table_names()
    }


def test_the_migrations_lead_to_exactly_the_tables_the_program_uses(engine: Engine) -> None:
    _migrate(engine, migrate.HEAD)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    assert differences == []


def test_a_new_database_has_the_form_that_the_migrations_lead_to(url: str, engine: Engine) -> None:
    _migrate(engine, migrate.HEAD)
    migrated = _form(engine)
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    Store.open(url).close()
    assert _form(engine) == migrated
    with engine.connect() as connection:
        assert migrate.form(connection) == migrate.HEAD


def test_a_database_of_an_older_program_is_brought_to_the_present_form(url: str, engine: Engine) -> None:
    _migrate(engine, "0001")
    Store.open(url).close()
    with engine.connect() as connection:
        assert migrate.form(connection) == migrate.HEAD
    assert "cursor" in {column["name"] for column in inspect(engine).get_columns("positions")}
    assert inspect(engine).get_indexes("findings") == []


def test_who_set_a_password_before_that_was_kept_is_looked_up_in_what_was_recorded(url: str, engine: Engine) -> None:
    _migrate(engine, "0018")
    at, later = "2026-03-03T00:00:00.000000Z", "2026-04-03T00:00:00.000000Z"
    secret = "INSERT INTO person_secrets VALUES (:name, :hash, :at, 0, NULL, '', 0, '[]')"
    invited = "INSERT INTO invitations VALUES (:name, :name, 'password', :by, :at, :at, :at)"
    recorded = "INSERT INTO access_records VALUES (:id, :at, 'password_set', :by, :name, '', 0, '')"
    with engine.begin() as connection:
        for name in ("anna", "boris", "dina", "lev"):
            connection.execute(text(secret), {"name": name, "hash": "x" * (name != "lev"), "at": at})
        connection.execute(text(invited), {"name": "anna", "by": "olga", "at": at})
        connection.execute(text(invited), {"name": "boris", "by": "olga", "at": later})
        for name, by in (("anna", "anna"), ("boris", "boris"), ("dina", "olga"), ("lev", "olga")):
            connection.execute(text(recorded), {"id": name, "name": name, "by": by, "at": at})
    store = Store.open(url)
    with store.read() as unit:
        assert {each.name: each.password_by for each in unit.people.secrets()} == {
            "anna": "olga", "boris": "", "dina": "olga", "lev": "",
        }  # fmt: skip
    store.close()


def test_letters_from_before_clients_without_one_were_asked_about_are_read(url: str, engine: Engine) -> None:
    _migrate(engine, "0040")
    columns = "incident_id, mailing, number, way, channel, language, state, message_id, attempts, changed_at, error"
    row = f"INSERT INTO letters ({columns}) VALUES ('one', 1, 4, 0, 'mail', 'en', 'bounced', 'm', 1, :at, 'bounced-5')"
    with engine.begin() as connection:
        if url.startswith("postgresql"):
            connection.execute(text("ALTER TABLE letters DROP CONSTRAINT fk_letters_incident_id"))
        connection.execute(text(row), {"at": "2026-03-03T00:00:00.000000Z"})
    store = Store.open(url)
    with store.read() as unit:
        (letter,) = unit.letters.by_message_ids(["m"])
        assert (letter.state, letter.by, letter.words, letter.told_at) == (LetterState.BOUNCED, "", "", None)
        assert unit.letters.holds("one") == []
    store.close()


def test_children_whom_nobody_stands_for_are_told_apart_in_older_ledgers(url: str, engine: Engine) -> None:
    _migrate(engine, "0042")
    columns = "incident_id, mailing, number, way, channel, language, state, message_id, attempts, changed_at, error"
    with engine.begin() as connection:
        if url.startswith("postgresql"):
            connection.execute(text("ALTER TABLE letters DROP CONSTRAINT fk_letters_incident_id"))
        for number, why in enumerate(("no_contact", "no_representative"), 1):
            values = f"'one', 1, {number}, 0, '', 'en', 'not-reached', :id, 0, :at, :why"
            row = f"INSERT INTO letters ({columns}) VALUES ({values})"
            connection.execute(text(row), {"at": "2026-03-03T00:00:00.000000Z", "why": why, "id": why})
    store = Store.open(url)
    with store.read() as unit:
        found = {
            each.message_id: each.state for each in unit.letters.by_message_ids(["no_contact", "no_representative"])
        }
    assert found == {"no_contact": LetterState.NOT_REACHED, "no_representative": LetterState.UNREPRESENTED}
    store.close()


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [migrate.HEAD]


def test_a_database_of_a_newer_program_is_refused_and_left_alone(url: str) -> None:
    Store.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer Nabat .* start the newer program"):
        Store.open(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _migrate(engine, "0001")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        Store.open(url)
    monkeypatch.undo()
    with engine.connect() as connection:
        assert migrate.form(connection) == "0001"
    Store.open(url).close()


def _open(url: str) -> None:
    Store.open(url).close()


def test_several_processes_may_open_a_new_database_at_once(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    openers = [context.Process(target=_open, args=(url,)) for _ in range(3)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()
    assert [opener.exitcode for opener in openers] == [0, 0, 0]


def test_the_database_is_for_its_owner_only(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    with store.begin() as unit:
        unit.kv.set("a", "b")
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("nabat.db", "nabat.db-wal", "nabat.db-shm"), 384)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://root@localhost/x"])
def test_a_url_of_no_usable_database_is_a_mistake_of_the_configuration(url: str) -> None:
    with pytest.raises(ConfigError, match=r"database\.url"):
        Store.open(url)


def test_a_password_is_never_told() -> None:
    with pytest.raises(StoreError) as told:
        Store.open("postgresql://nabat:open-sesame@127.0.0.1:9/nabat")
    assert "open-sesame" not in str(told.value)
    assert "no connection" in str(told.value)
