"""Look at everything before the service does: every problem at once, with file and line.

Comes in: the path of a configuration. Goes out: problems that would stop or weaken the service, and notices about what
it would make of the logs. It changes nothing and pages nobody.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from detector.acquire import files_of, read_archive
from detector.clock import SystemClock
from detector.decode import try_format
from detector.detect.behaviour import load_model
from detector.detect.behaviour.model import model_folder
from detector.errors import ConfigError, ModelError, Problem
from detector.notify import ladder_gaps, understood
from detector.runtime.parts import build
from detector.settings import Settings, SourceSettings
from detector.settings.load import compose, line_of, load_settings, read_text

_LINES = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        problems: To be corrected.
        notices: What was looked at and how it looks, for a person.
    """

    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    settings: Settings | None = None


def check(path: Path) -> Checked:
    """Check the configuration and everything it names."""
    problems: list[Problem] = []
    notices: list[str] = []
    try:
        settings = load_settings(path)
    except ConfigError as error:
        return Checked(error.problems, ())
    place = _Place(path)
    try:
        parts = build(settings, session_key=b"check")
        notices.append(f"{len(parts.ruleset)} rules, {len(parts.playbooks)} playbooks")
        problems += parts.skipped
    except ConfigError as error:
        problems += error.problems
    problems += _model(settings, place)
    problems += _secrets(settings, path)
    problems += _state(settings, place)
    problems += _team(settings, place)
    if not settings.sources:
        problems.append(place.problem(["sources"], "there are no sources: nothing would be watched"))
    for number, source in enumerate(settings.sources):
        found, said = _source(settings, number, source, place)
        problems += found
        notices += said
    return Checked(tuple(sorted(set(problems))), tuple(notices), settings)


class _Place:
    """Says at which line of the configuration something stands."""

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        self._node = compose(path, read_text(path))

    def problem(self, where: list[str | int], what: str, fix: str = "") -> Problem:
        return Problem(file=self._file, line=line_of(self._node, where), what=what, fix=fix)


def _model(settings: Settings, place: _Place) -> Iterable[Problem]:
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


def _state(settings: Settings, place: _Place) -> Iterable[Problem]:
    folder = settings.state
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        yield place.problem(["state"], f"the state folder {settings.state} cannot be made or written to")
    elif settings.state.exists() and stat.S_IMODE(settings.state.stat().st_mode) & 0o007:
        yield place.problem(
            ["state"], f"anybody can look into the state folder {settings.state}", f"chmod 700 {settings.state}"
        )


def _team(settings: Settings, place: _Place) -> Iterable[Problem]:
    """Somebody must be reachable, and every rung of the ladder must reach somebody."""
    for name, target in settings.notify.targets.items():
        if not understood(target.url.get_secret_value()):
            yield place.problem(
                ["notify", "targets", name, "url"],
                f"the URL of the target {name} is of no kind that Apprise knows",
                "see the list of services in Apprise's documentation",
            )
    if not settings.team.people:
        yield place.problem(["team"], "nobody is in the team: nobody would be paged", "name people, targets and roles")
        return
    for gap in ladder_gaps(settings):
        yield place.problem(["team", "roles"], f"nobody can be reached as {gap.role}", "give the role to somebody")


def _source(settings: Settings, number: int, source: SourceSettings, place: _Place) -> tuple[list[Problem], list[str]]:
    problems: list[Problem] = []
    files = files_of(source)
    if not files:
        problems.append(
            place.problem(
                ["sources", number, "paths"],
                f"no file fits the paths of the source {source.name}",
                "a pattern may fit later; a misspelt path never does",
            )
        )
    notices = []
    for path in files[:20]:
        if not os.access(path, os.R_OK):
            problems.append(
                Problem(
                    file=str(path),
                    what=f"cannot be read by this account (source {source.name})",
                    fix="see docs/operating.md",
                )
            )
            continue
        batch = next(read_archive([path], source, clock=SystemClock(), lines=_LINES), None)
        if batch is None or batch.lines.is_empty():
            notices.append(f"{source.name}: {path} is empty")
            continue
        lines, tried = batch.lines, try_format(batch, settings, source)
        best = source.format if source.format in tried else next(iter(tried), "no known format")
        decoded = tried.get(best, 0)
        notices.append(f"{source.name}: {path}: {decoded} of the first {len(lines)} lines are {best}")
        if decoded < len(lines) / 2:
            problems.append(
                Problem(
                    file=str(path),
                    what=f"only {decoded} of the first {len(lines)} lines can be decoded (as {best})",
                    fix=f"run `nabat decode {path}` to see which, and set the format of the source {source.name}",
                )
            )
    return problems, notices
