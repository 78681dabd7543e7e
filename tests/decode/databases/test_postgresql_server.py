"""What a real PostgreSQL writes, in each of its three forms, read as the record map asks for."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from tests import postgres
from tests.decode.batches import KEY, settings_for

RECORDS: dict[str, Any] = {
    "data_classes": {"contact": {"confidentiality": "confidential"}},
    "routes": [{"table": "crm.clients", "object": "client", "classes": ["contact"], "subject": "where:id"}],
}
FORMS = {"postgresql.csv": "csv", "postgresql.json": "json", "postgresql": "log"}


@pytest.fixture(scope="module")
def logs() -> Iterator[Path]:
    """Let a server write what some clients do, and return the folder of its logs."""
    binaries = postgres.binaries()
    if binaries is None or postgres.missing():
        pytest.skip(postgres.missing())
    folder = Path(tempfile.mkdtemp(prefix="nabat-pglog-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, control = folder / "data", str(binaries / "pg_ctl")
    postgres.as_owner(
        str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "--no-locale", "-EUTF8"
    )
    wanted = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "logging_collector": "on",
        "log_destination": "stderr,csvlog,jsonlog",
        "log_directory": folder / "log",
        "log_filename": "pg.log",
        "log_statement": "all",
        "log_connections": "on",
        "log_disconnections": "on",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "fsync": "off",
    }
    with (data / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in wanted.items())
    postgres.as_owner(control, "-D", str(data), "-w", "-l", str(folder / "start.txt"), "start")
    try:
        _work(folder)
    finally:
        postgres.as_owner(control, "-D", str(data), "-m", "fast", "-w", "stop")
    yield folder / "log"
    shutil.rmtree(folder, ignore_errors=True)


def _work(folder: Path) -> None:
    where = {"host": str(folder), "dbname": "postgres"}
    with psycopg.connect(**where, user="postgres", autocommit=True) as owner:
        owner.execute("CREATE SCHEMA crm")
        owner.execute("CREATE TABLE crm.clients (id int, name text)")
        owner.execute("CREATE ROLE vera LOGIN")
        owner.execute("GRANT USAGE ON SCHEMA crm TO vera")
        owner.execute("SELECT *\nFROM crm.clients\nWHERE id IN (104, 105)\n-- \"quoted\", 'it'\n")
        owner.execute("SELECT name FROM crm.clients WHERE id = %s", (7,))
        with owner.cursor().copy("COPY crm.clients TO STDOUT") as copy:
            assert list(copy) == []
        owner.execute("UPDATE crm.clients SET name = 'x;y' WHERE id = 9")
    vera = psycopg.connect(**where, user="vera", autocommit=True)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        vera.execute("SELECT * FROM crm.clients WHERE id = 104")
    vera.close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**where, user="nobody")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("named", [True, False])
def test_each_form_of_a_real_servers_log_tells_the_same(form: str, named: bool, logs: Path) -> None:
    settings = settings_for(format=form if named else "auto", records=RECORDS)
    decoder = Decoder(settings, session_key=KEY)
    path = logs / f"pg.{FORMS[form]}"
    rows: list[dict[str, Any]] = []
    for batch in read_archive([path], settings.sources[0], clock=SystemClock(), framing=decoder.framing):
        events = decoder.decode(batch)
        assert events.rejects == ()
        rows += events.frame.to_dicts()
    assert {row["event.dataset"] for row in rows} == {"postgresql.log"}
    touched = [
        (row["user.name"], row["event.action"], row["event.outcome"], row["subject.ids"])
        for row in rows
        if row["object.type"] == "client"
    ]
    assert touched == [
        ("postgres", "read", "success", ["104", "105"]),
        # The text log tells parameters in a record of their own.
        ("postgres", "list", "success", None) if form == "postgresql" else ("postgres", "read", "success", ["7"]),
        ("postgres", "export", "success", None),
        ("postgres", "update", "success", ["9"]),
        ("vera", "read", "success", ["104"]),
        ("vera", "read", "failure", None),
    ]
    logins = [(row["user.name"], row["event.outcome"]) for row in rows if row["event.action"] == "login"]
    # With "trust" a role that does not exist is authorized first, and refused then.
    assert logins == [("postgres", "success"), ("vera", "success"), ("nobody", "success"), ("nobody", "failure")]
    assert {row["event.category"] for row in rows} <= {"database", "authentication"}
