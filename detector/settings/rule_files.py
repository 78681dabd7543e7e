"""Where rules stand: the files under the folders that the settings name.

Comes in: files and folders. Goes out: rule files, in order of name. Nothing is read.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path


def rule_files(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Yield the rule files under paths, in order of name."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.suffix in (".yml", ".yaml"))
        else:
            yield path
