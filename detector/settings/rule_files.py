"""What the settings name beside themselves: files of rules, and the texts that placeholders of rules stand for.

Comes in: folders, files and archives. Goes out: rule files, in order of name; texts by the name of the placeholder.
"""

import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from detector.errors import ConfigError, Problem
from detector.settings.loading.load_settings import read_text

if TYPE_CHECKING:
    from detector.settings.sections.detection import RuleSettings


RULES: Final = (".yml", ".yaml")
ARCHIVE: Final = ".zip"
_MOST_BYTES: Final = 4_000_000
_HIDDEN: Final = ".."  # how Kubernetes calls the folders that mounted files are links into


def rule_files(paths: Iterable[Path | str], unreadable: list[Problem] | None = None) -> Iterator[Path | zipfile.Path]:
    """Yield the rule files under paths, in order of name: files, all of folders, all of zip archives, also in folders.

    Args:
        paths: Where they are.
        unreadable: Takes what is wrong with archives; None: it is raised.

    Raises:
        ConfigError: An archive cannot be read.
    """
    for path in map(Path, paths):
        files = files_within(path, (*RULES, ARCHIVE)) if path.is_dir() else [path]
        for file in files:
            if file.suffix.lower() != ARCHIVE:
                yield file
                continue
            try:
                yield from _packed(file)
            except ConfigError as error:
                if unreadable is None:
                    raise
                unreadable.extend(error.problems)


def files_within(folder: Path, suffixes: Iterable[str]) -> list[Path]:
    """Return the files of a folder that end so, in any case; links are followed, and no file is named twice."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith(_HIDDEN))
        files = [] if real in seen else sorted(names)
        seen.add(real)
        for name in files:
            if os.path.splitext(name)[1].lower() in suffixes:
                path = Path(place, name)
                found.setdefault(os.path.realpath(path), path)
    return sorted(found.values())


def _packed(path: Path) -> list[zipfile.Path]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(Problem(file=str(path), what=f"is no zip archive that can be read: {error}")) from None
    large = [info.filename for info in archive.infolist() if info.file_size > _MOST_BYTES]
    if large:
        raise ConfigError(Problem(file=str(path), what=f"{large[0]} in it is too large for a rule file"))
    names = sorted(name for name in archive.namelist() if Path(name).suffix.lower() in RULES)
    return [zipfile.Path(archive, name) for name in names]


def placeholder_values(rules: "RuleSettings") -> dict[str, tuple[str, ...]]:
    """Return the texts that each placeholder of the settings stands for.

    Raises:
        ConfigError: A file of them cannot be read.
    """
    return {
        name: tuple(filter(None, map(str.strip, read_text(Path(given)).splitlines())))
        if isinstance(given, str)
        else given
        for name, given in rules.placeholders.items()
    }
