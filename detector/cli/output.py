"""How commands speak: machine-readable output on stdout, talk on stderr.

Exit status 0: done; 1: found or failed; 2: bad input.
"""

import os
import re
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

import click

from detector.errors import ConfigError, FoundError, InputError, NabatError, Problem

if TYPE_CHECKING:  # `nabat COMMAND --help` needs none of it
    from detector.settings import Settings
    from detector.web.texts import PageTexts

Where = tuple[str | int, ...]
"""Keys and numbers (from 0) that lead from the top of a file to a value, as settings have them."""

FAILED, BAD_INPUT = 1, 2

# What only the sending of messages and the serving of pages needs.
TALKING: tuple[Where, ...] = (("notify", "targets"), ("web",))
# Where a configuration is looked for when none is named.
PLACES = ("nabat.yml", "/etc/nabat/nabat.yml")


_BLANKS = "\n\t\u00a0\u202f"
"""Characters that are not printable by the book and steer nothing; the last two stand within Russian numbers."""

_STEERING = re.compile("[\x80-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Characters that JSON leaves as they are: control beyond ASCII, direction, without width, tags."""


def safe(text: str) -> str:
    """Return ``text`` without control characters: what came from a log must not steer the terminal."""
    return "".join(char if char.isprintable() or char in _BLANKS else f"\\x{ord(char):02x}" for char in text)


def say(text: str) -> None:
    """Talk to the person: a line on stderr."""
    click.echo(safe(text), err=True)


def show(text: str) -> None:
    """Print a line of the answer for a person."""
    try:
        click.echo(safe(text))
    except OSError as error:
        raise _unwritten(error) from error


def emit(value: Any) -> None:
    """Print one JSON object on a line of its own."""
    import msgspec

    _write(_steering_nothing(msgspec.json.encode(value)) + b"\n")


def emit_pretty(value: Any) -> None:
    """Print one JSON document, indented."""
    import msgspec

    body = msgspec.json.format(msgspec.json.encode(value), indent=2)
    _write(_steering_nothing(body) + b"\n")


def _write(answer: bytes) -> None:
    """Write to standard output; where that is closed, nobody reads."""
    try:
        if sys.stdout is not None:
            sys.stdout.buffer.write(answer)
    except OSError as error:
        raise _unwritten(error) from error


def _unwritten(error: OSError) -> NabatError:
    """Return what is said of an answer that cannot be written; what waits to be written is dropped with it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NabatError(f"the answer cannot be written to standard output: {error.strerror}")


def _steering_nothing(body: bytes) -> bytes:
    """Return the same JSON with what would steer a terminal, or hide there, as escapes: it stands in texts alone."""
    if body.isascii() and b"\x7f" not in body:
        return body
    import json

    return _STEERING.sub(lambda found: json.dumps(found[0])[1:-1], body.decode()).replace("\x7f", "\\u007f").encode()


def moment(value: datetime | None, settings: "Settings") -> str:
    """Write a moment for a person, in the configured zone."""
    return value.astimezone(ZoneInfo(settings.timezone)).strftime("%Y-%m-%d %H:%M:%S %Z") if value else "-"


def words_of(settings: "Settings") -> "PageTexts":
    """Return what commands say in the words of the pages: in the configured language, as of now."""
    from detector.clock import SystemClock
    from detector.web.texts import PageTexts

    return PageTexts(settings, settings.language, SystemClock().now())


def counted(count: int, word: str) -> str:
    """Write a number and what it counts: 1 incident, 2 incidents."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def config_path(given: str | None) -> Path | None:
    """Return the configuration to use: the one named, that of ``NABAT_CONFIG``, else the first of ``PLACES``."""
    named = given or os.environ.get("NABAT_CONFIG")
    if named:
        return Path(named)
    return next((Path(place) for place in PLACES if Path(place).is_file()), None)


def config_required(given: str | None) -> Path:
    """Return the configuration to use.

    Raises:
        ConfigError: There is none.
    """
    path = config_path(given)
    if path is None:
        raise ConfigError(
            Problem(
                what=f"no configuration found: looked for NABAT_CONFIG, {', '.join(PLACES)}",
                fix="name one with -c FILE; config/nabat.yml shows every key; `nabat run --demo` works without",
            )
        )
    return path


def all_but(*needed: str) -> tuple[Where, ...]:
    """Return the parts of the configuration besides those a command needs: what is secret there need not be given."""
    from detector.settings import Settings

    return tuple((name,) for name in Settings.model_fields if name not in needed)


def settings_or_default(given: str | None, *, spare: Collection[Where] = ()) -> "Settings":
    """Load the configuration, or the defaults where there is none (commands that work without)."""
    from detector.settings import Settings

    path = config_path(given)
    return _load(path, spare) if path else Settings()


def settings_required(given: str | None, *, spare: Collection[Where] = ()) -> "Settings":
    """Load the configuration.

    Args:
        given: As named on the command line.
        spare: Parts this command does not need: a ``${NAME}`` that is not set there does not stop it.

    Raises:
        ConfigError: There is none, or it has mistakes.
    """
    return _load(config_required(given), spare)


def _load(path: Path, spare: Collection[Where]) -> "Settings":
    from detector.settings.loading.load_settings import SettingsError, load_settings

    try:
        return load_settings(path, spare=spare)
    except SettingsError as error:
        # Only now: what looks into formats, rules and checklists takes seconds to load.
        refusal: Callable[[SettingsError], ConfigError] = import_module("detector.runtime.components").refusal
        raise refusal(error) from None


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr when it is a terminal; yields a function that takes the amount done so far."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console  # 30 ms of every command, for a person who waits for a long one
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


def fail(status: int) -> NoReturn:
    """Leave with an exit status."""
    raise SystemExit(status)


def report(error: NabatError) -> int:
    """Tell the person what is wrong and return the exit status that says so."""
    if isinstance(error, InputError):
        for problem in error.problems:
            say(f"nabat: {problem}")
        if len(error.problems) > 1:
            say(f"nabat: {len(error.problems)} problems")
        return BAD_INPUT
    if not isinstance(error, FoundError) or str(error):
        say(f"nabat: {error}")
    return FAILED
