"""Whether files that the configuration is made of were edited: a reload takes up what was.

Comes in: which files, a look each second. Goes out: whether to reload. The configuration, the
roles and the lists of clients and people count at once.
Rules are often many files that are copied or fetched one after another: they are looked at every few seconds, and count
when nothing has changed since the last look.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from detector.clock import passed
from detector.settings import Settings
from detector.settings.rule_files import ARCHIVE, RULES, files_within

_APART = timedelta(seconds=5)
Stamps = tuple[tuple[str, object], ...]


class EditedFiles:
    """Remembers how the files looked. The rules that come with the program are part of it and are not looked at.

    Args:
        config: The configuration; None: nothing is looked at.
        settings: Returns what is in force.
        now: When it begins.
    """

    def __init__(self, config: Path | None, settings: Callable[[], Settings], now: datetime) -> None:
        self._config = config
        self._settings = settings
        self._own = self._own_stamps()
        self._rules = self._before = self._rule_stamps()
        self._looked_at = now

    def edited(self, now: datetime) -> bool:
        """Return whether there is something to take up; it is said once."""
        own = self._own_stamps()
        found = own != self._own
        self._own = own
        if passed(now, self._looked_at, _APART):
            self._looked_at = now
            rules = self._rule_stamps()
            if rules == self._before and rules != self._rules:
                self._rules, found = rules, True
            self._before = rules
        return found

    def _own_stamps(self) -> Stamps:
        settings = self._settings()
        actors, records = settings.actors, settings.records
        lists = (actors.roles_file, actors.teams, actors.leave, actors.holidays)
        of_clients = (records.watched, records.portfolio, records.residence, records.controllers)
        named = (*lists, *of_clients, settings.notify.rota.calendar)
        return _stamps([path for path in (self._config, *(Path(name) for name in named if name)) if path])

    def _rule_stamps(self) -> Stamps:
        if self._config is None:
            return ()
        rules = self._settings().rules
        named = [*rules.paths, *rules.pipelines, *(text for text in rules.placeholders.values() if type(text) is str)]
        return _stamps([each for path in map(Path, named) for each in _files(path)])


def _files(path: Path) -> list[Path]:
    """Return the file, or those of a folder and the folder itself."""
    if not path.is_dir():
        return [path]
    return [path, *files_within(path, (*RULES, ARCHIVE))]


def _stamps(paths: list[Path]) -> Stamps:
    return tuple((str(path), stamp(path)) for path in paths)


def stamp(path: Path | None) -> tuple[int, int] | None:
    """Return what changes when a file is edited or replaced; None where it is not there."""
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino) if found else None
