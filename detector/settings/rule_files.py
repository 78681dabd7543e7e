"""Where rules stand: the folders, files and archives that the settings name, the shipped ones first.

Comes in: settings. Goes out: rule files, in order of name, and the texts that placeholders of rules stand for.
"""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import ConfigError, Problem
from detector.resources import shipped
from detector.settings.load_settings import read_text

if TYPE_CHECKING:
    from detector.settings import Settings


_SUFFIXES = (".yml", ".yaml")
_MOST_BYTES = 4_000_000


def rule_paths(settings: "Settings") -> list[Path]:
    """Return the folders and files that rules are read from, the shipped ones first."""
    own = [shipped("rules")] if settings.rules.shipped else []
    return own + [Path(path) for path in settings.rules.paths]


def rule_files(paths: Iterable[Path | str]) -> Iterator[Path | zipfile.Path]:
    """Yield the rule files under paths, in order of name: files, all of folders, all of zip archives.

    Raises:
        ConfigError: An archive cannot be read.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix in _SUFFIXES)
        elif path.suffix == ".zip":
            yield from _packed(path)
        else:
            yield path


def _packed(path: Path) -> Iterator[zipfile.Path]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ConfigError(Problem(file=str(path), what=f"is no zip archive that can be read: {error}")) from None
    large = [info.filename for info in archive.infolist() if info.file_size > _MOST_BYTES]
    if large:
        raise ConfigError(Problem(file=str(path), what=f"{large[0]} in it is too large for a rule file"))
    yield from (zipfile.Path(archive, name) for name in sorted(archive.namelist()) if Path(name).suffix in _SUFFIXES)


def placeholder_values(settings: "Settings") -> dict[str, tuple[str, ...]]:
    """Return the texts that each placeholder of the settings stands for.

    Raises:
        ConfigError: A file of them cannot be read.
    """
    return {
        name: tuple(filter(None, map(str.strip, read_text(Path(given)).splitlines())))
        if isinstance(given, str)
        else given
        for name, given in settings.rules.placeholders.items()
    }
