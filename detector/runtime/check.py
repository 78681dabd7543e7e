"""Look at everything before the service does: every problem at once, with file and line.

Comes in: the path of a configuration. Goes out: problems that would stop or weaken the service, warnings about what
works and will disappoint, and notices about what it would make of the logs. It changes nothing and pages nobody.
"""

import os
import shlex
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from detector.acquire import bare_returns, files_of, read_archive
from detector.clock import SystemClock
from detector.decode import (
    count_headers,
    framings_for,
    missing_beside,
    misspelt_variables,
    try_format,
    without_zone,
)
from detector.detect.behaviour import load_model
from detector.detect.behaviour.model import model_folder
from detector.errors import ConfigError, ModelError, Problem
from detector.frames import LineBatch
from detector.notify import ladder_gaps
from detector.notify.apprise_target import understood
from detector.runtime.beside import BesideFiles
from detector.runtime.parts import build, mistakes
from detector.settings import Settings, SourceSettings
from detector.settings.load import SettingsError, load_settings
from detector.store import parse_database_url

_LINES = 100
_SQLITE = b"SQLite format 3\0"

BARE_RETURNS = "its lines end with CR alone, and all of it is taken for one line"
TO_NEWLINES = "let its writer end lines with LF, or read a copy: tr '\\r' '\\n' < FILE"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, in the order of file and line.

    Attributes:
        problems: To be corrected.
        warnings: Works, and will disappoint.
        notices: What was looked at and how it looks, for a person.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()


def check(path: Path, *, promised: str = "") -> Checked:
    """Check the configuration and everything it names.

    Args:
        path: The configuration. Of one with mistakes, what is right is checked all the same.
        promised: What will write the logs that are not there yet; empty: a source without a file is a problem.
    """
    try:
        settings, problems = load_settings(path), []
    except SettingsError as error:
        if error.usable is None:
            return Checked(error.problems)
        settings, problems = error.usable, list(error.problems)
    except ConfigError as error:
        return Checked(error.problems)
    wrong = settings.parts_of(problems)
    problems += map(settings.placed, _whole(settings, path, wrong))
    notices = list(_parts(settings, problems))
    for number, source in enumerate(settings.sources):
        found, said = _source(settings, number, source, promised)
        problems += map(settings.placed, found)
        notices += said
    return Checked(tuple(sorted(set(problems))), tuple(map(settings.placed, _warnings(settings))), tuple(notices))


def _whole(settings: Settings, path: Path, wrong: set[str]) -> Iterator[Problem]:
    """Yield what is wrong beyond the parts; what is wrong in the file already is no reason for another problem."""
    yield from _database(settings)
    yield from _model(settings)
    yield from _secrets(settings, path)
    yield from _state(settings)
    yield from _targets(settings)
    if not wrong & {"team", "notify"}:
        yield from _team(settings)
    if not settings.sources and "sources" not in wrong:
        yield Problem(where=("sources",), what="there are no sources: nothing would be watched", fix="name your logs")


def _parts(settings: Settings, problems: list[Problem]) -> Iterator[str]:
    """Build everything; say what there is."""
    missing = {path: number for number, path in enumerate(settings.rules.paths) if not Path(path).exists()}
    for path, number in missing.items():
        what = f"there is no file or folder {path}"
        problems.append(
            settings.placed(Problem(where=("rules", "paths", number), what=what, fix="correct rules.paths"))
        )
    found = mistakes(settings)
    if found:
        problems += found
        return
    parts = build(settings, session_key=b"check")
    problems += [problem for problem in parts.skipped if problem.file not in missing]
    yield f"{len(parts.ruleset)} rules, {len(parts.playbooks)} playbooks"


def _warnings(settings: Settings) -> Iterator[Problem]:
    if settings.team.people and not settings.web.public_url:
        yield Problem(
            where=("web", "public_url"),
            what=f"links in pages begin with {settings.base_url}, which opens on this machine only, not on a phone",
            fix="set web.public_url to the address at which people reach the pages",
        )


def _database(settings: Settings) -> Iterator[Problem]:
    try:
        parse_database_url(settings.database_url)
    except ConfigError as error:
        yield from error.problems


def _model(settings: Settings) -> Iterable[Problem]:
    if not settings.behaviour.enabled:
        return
    try:
        load_model(model_folder(settings))
    except ModelError as error:
        yield from error.problems


def _secrets(settings: Settings, path: Path) -> Iterable[Problem]:
    """A file with passwords in it is for its owner and group only."""
    text = path.read_text(encoding="utf-8")
    written_out = [
        target.url.get_secret_value()
        for target in settings.notify.targets.values()
        if "@" in target.url.get_secret_value()
    ]
    readable = stat.S_IMODE(path.stat().st_mode) & stat.S_IROTH
    if readable and any(url in text for url in written_out):
        yield Problem(
            file=str(path),
            what="anybody on this machine can read the file, and it holds secrets in notify.targets",
            fix=f"chmod 640 {path}, or take the secrets from the environment: ${{NAME}}",
        )


def _state(settings: Settings) -> Iterable[Problem]:
    folder = settings.state
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Problem(
            where=("state",),
            what=f"the state folder {settings.state} cannot be made or written to by this account",
            fix="choose another, or check as the account the service runs under",
        )
    elif settings.state.exists() and stat.S_IMODE(settings.state.stat().st_mode) & 0o007:
        yield Problem(
            where=("state",),
            what=f"anybody can look into the state folder {settings.state}",
            fix=f"chmod 700 {settings.state}",
        )


def _targets(settings: Settings) -> Iterable[Problem]:
    for name, target in settings.notify.targets.items():
        if not understood(target.url.get_secret_value()):
            yield Problem(
                where=("notify", "targets", name, "url"),
                what=f"the URL of the target {name} is of no kind that Apprise knows, or a part of it is missing",
                fix="see the list of services in Apprise's documentation",
            )


def _team(settings: Settings) -> Iterable[Problem]:
    """Somebody must be reachable, and every rung of the ladder must reach somebody."""
    if not settings.team.people:
        yield Problem(
            where=("team",), what="nobody is in the team: nobody would be paged", fix="name people, targets and roles"
        )
        return
    for gap in ladder_gaps(settings):
        yield Problem(
            where=("team", "roles", gap.role),
            what=f"nobody can be reached as {gap.role}",
            fix="give the role to somebody under team.roles",
        )


def _unusable(path: str, source: SourceSettings) -> Problem | None:
    """Return why nothing can be read from a file; None when it can."""
    if not os.access(path, os.R_OK):
        what = f"cannot be read by this account (source {source.name})"
        return Problem(file=path, what=what, fix="see docs/operating.md")
    with Path(path).open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return None
    return Problem(
        file=str(path),
        what=f"is an SQLite database, not a log (source {source.name}); 1C's event log is not read in that form (.lgd)",
        fix="switch the event log to its text form (docs/formats/1c.md) and name its *.lgp files",
    )


def _open_ends(settings: Settings, source: SourceSettings, batch: LineBatch, name: str) -> Iterable[str]:
    """Say in which zone times are read that carry none, unless the source was told, and which file is missing."""
    missing = missing_beside(batch.path, settings, name, BesideFiles())
    if missing:
        yield f"{source.name}: there is no {missing}, which names what the records give by number: numbers will be kept"
    if "timezone" not in source.model_fields_set and without_zone(batch, settings, name):
        yield (
            f"{source.name}: times without a zone are read as {source.timezone}; if the clock of the machine shows "
            "another, set `timezone` of the source"
        )


def _source(settings: Settings, number: int, source: SourceSettings, promised: str) -> tuple[list[Problem], list[str]]:
    problems: list[Problem] = []
    notices = [
        f"{source.name}: log_format: nginx has no variable {written}, so that it is kept as a label; ${meant} is one"
        for written, meant in misspelt_variables(source)
    ]
    files = files_of(source)
    if not files and promised:
        notices.append(f"{source.name}: no file yet; {promised} writes it")
    elif not files:
        problems.append(
            Problem(
                where=("sources", number, "paths"),
                what=f"no file fits the paths of the source {source.name}: {', '.join(source.paths)}",
                fix="a pattern may fit later; a misspelt path never does",
            )
        )
    for path in files[:20]:
        unusable = _unusable(path, source)
        if unusable:
            problems.append(unusable)
            continue
        try:
            framing = framings_for(settings)
        except ConfigError:
            continue  # a format is wrong, which is told: nobody can say what it would make of the lines
        if bare_returns(path, source, framing):
            problems.append(Problem(file=str(path), what=f"{BARE_RETURNS} (source {source.name})", fix=TO_NEWLINES))
            continue
        batch = next(read_archive([path], source, clock=SystemClock(), lines=_LINES, framing=framing), None)
        if batch is None or batch.lines.is_empty():
            notices.append(f"{source.name}: {path} is empty")
            continue
        tried = try_format(batch, settings, source, BesideFiles())
        found, said = _read(settings, source, batch, tried)
        problems += found
        notices += said
    return problems, notices


def _read(
    settings: Settings, source: SourceSettings, batch: LineBatch, tried: Mapping[str, int]
) -> tuple[list[Problem], list[str]]:
    """Say how many lines the source's format reads; of ``auto``, and of a format that does not exist, the best one."""
    if batch.lines.str.starts_with("#").all():
        return [], [f"{source.name}: {batch.path} holds directives, and no line yet"]
    best = next(iter(tried), "no known format")
    name = source.reads if source.reads in tried else best
    decoded, total = tried.get(name, 0), batch.lines.len()
    notices = [f"{source.name}: {batch.path}: {decoded} of the first {total} lines are {name}"]
    notices += _open_ends(settings, source, batch, name) if decoded else ()
    headers = count_headers(batch, settings, source, name, BesideFiles()) if name in tried else 0
    if decoded >= (total - headers) / 2:
        return [], notices
    other = f"; {best} reads {tried[best]} of them" if tried.get(best) and best != name else ""
    problem = Problem(
        file=batch.path,
        what=f"only {decoded} of the first {total} lines can be decoded (as {name}{other})",
        fix=f"run `{_decode(settings, batch.path)}` to see which, and set the format of the source {source.name}",
    )
    return [problem], notices


def _decode(settings: Settings, path: str) -> str:
    """Return the command that decodes a file by this configuration, to be pasted into a shell."""
    config = ("-c", settings.file) if settings.file else ()
    return shlex.join(("nabat", "decode", *config, path))
