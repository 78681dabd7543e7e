"""Where rules stand: the folders and files that the settings name, the shipped ones first, and the files under them.

Comes in: settings. Goes out: rule files, in order of name. Nothing is read.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from detector.resources import shipped

if TYPE_CHECKING:
    from detector.settings import Settings


def rule_paths(settings: "Settings") -> list[Path]:
    """Return the folders and files that rules are read from, the shipped ones first."""
    own = [shipped("rules")] if settings.rules.shipped else []
    return own + [Path(path) for path in settings.rules.paths]


def rule_files(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Yield the rule files under paths, in order of name."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix in (".yml", ".yaml"))
        else:
            yield path
