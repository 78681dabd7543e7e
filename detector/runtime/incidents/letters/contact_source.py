"""The contacts of clients, from wherever the company keeps them: a CSV file, a database, the output of a program.

Comes in: the settings. Goes out: contacts by client, read strictly by one reader. A program is run without a shell and
has a time limit and a limit of what it may say; how it was told to end is counted against it, not what it wrote.
"""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from detector.errors import ConfigError, Problem
from detector.runtime.incidents.scopes.client_lookup import ClientLookup
from detector.settings import ContactSettings, Settings
from detector.settings.lists.contact_rows import Contact, read_contacts
from detector.settings.lists.csv_rows import CsvRows
from detector.settings.loading.yaml_nodes import Where
from detector.store import query_as_csv

_MOST_BYTES: Final = 512 << 20
_LOOKS: Final = 0.05


def contacts_of(settings: Settings, *, whole: bool = True) -> ClientLookup[Contact]:
    """Return the contacts of clients.

    Args:
        settings: Where they are kept.
        whole: Every row must be right, as a check asks; else rows whose address or name is of no use count without it.

    Raises:
        ConfigError: None are named, they cannot be read, or rows are wrong: all of them are told.
    """
    given = settings.contacts
    try:
        return ClientLookup(read_contacts(_rows(given), frozenset(settings.letters.channels), whole=whole))
    except ConfigError as error:
        raise ConfigError(map(settings.with_location, error.problems)) from None


def _rows(given: ContactSettings) -> CsvRows:
    if given.csv:
        return CsvRows(Path(given.csv), ("contacts", "csv"))
    seconds = given.timeout.total_seconds()
    if given.sql is not None:
        where = ("contacts", "sql", "query")
        text = query_as_csv(given.sql.url.get_secret_value(), given.sql.query, seconds, where)
        return CsvRows("the query of contacts", where, text)
    if given.command:
        program: Where = ("contacts", "command")
        return CsvRows("the output of contacts.command", program, _said(given.command, seconds, program))
    what = "nothing says how clients are reached"
    raise ConfigError(Problem(where=("contacts",), what=what, fix="set contacts.csv, contacts.sql or contacts.command"))


def _said(command: tuple[str, ...], seconds: float, where: Where) -> str:
    """Return what a program wrote, if it ended well and in time."""
    with TemporaryFile() as output:

        def problem(what: str) -> ConfigError:
            return ConfigError(Problem(where=where, what=f"the program of contacts {what}"))

        try:
            running = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell; from the configuration alone
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
            )
        except OSError as error:
            raise problem(f"cannot be started: {error.strerror or type(error).__name__}") from None
        _await(running, seconds, lambda: os.fstat(output.fileno()).st_size, problem)
        if running.returncode:
            raise problem(f"ended with status {running.returncode}")
        output.seek(0)
        try:
            return output.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise problem("wrote what is not UTF-8") from None


def _await(
    running: "subprocess.Popen[bytes]",
    seconds: float,
    written: Callable[[], int],
    problem: Callable[[str], ConfigError],
) -> None:
    """Wait for a program; end it, with whatever it has started, where it takes too long or says too much."""
    left = seconds
    try:
        while True:
            try:
                running.wait(_LOOKS)
                return
            except subprocess.TimeoutExpired:
                left -= _LOOKS
            if left <= 0:
                raise problem(f"took longer than {seconds:g} s (contacts.timeout)")
            if written() > _MOST_BYTES:
                raise problem(f"wrote more than {_MOST_BYTES >> 20} MiB")
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
