"""What the settings name beside themselves: files of rules, and the texts that placeholders of rules stand for.

Comes in: folders, files and archives. Goes out: rule files, in order of name; texts by the name of the placeholder.
"""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import ConfigError, Problem
from detector.settings.load_settings import read_text

if TYPE_CHECKING:
    from detector.settings.detection import RuleSettings


_SUFFIXES = (".yml", ".yaml")
_MOST_BYTES = 4_000_000


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
