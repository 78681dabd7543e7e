"""Where the data that ships with Nabat lies (rules, models, configuration, messages), and where caches go.

In a checkout they are the folders at the top; in an installed package the build puts them under ``detector/_data``.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file or folder, for example ``shipped("config", "playbooks")``.

    Raises:
        FileNotFoundError: Nothing of that name is shipped.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"not shipped with Nabat: {'/'.join(parts)}")


def inside_folder(path: Path, folder: Path) -> bool:
    """Tell whether a file lies in its folder, links followed: one out of a folder of texts puts any file into them."""
    return path.resolve().is_relative_to(folder.resolve())


def cache_folder() -> Path | None:
    """Return the folder for what can be made again: systemd's, or the user's (XDG); None where there is none."""
    given = os.environ.get("CACHE_DIRECTORY", "").partition(":")[0]
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "nabat"
    except RuntimeError:  # a user without a home
        return None


class ShippedFiles(Mapping[str, T]):
    """Values of files by name, each shipped file read when its value is first asked for: most never are.

    Args:
        files: The shipped files by name.
        read: Reads one.
        own: Values that are there already and win: those of the operator's files, whose mistakes are told at once.
    """

    def __init__(self, files: Mapping[str, Path], read: Callable[[Path], T], own: Mapping[str, T]) -> None:
        self._files, self._read, self._values = files, read, dict(own)
        self._names = dict.fromkeys((*files, *own))

    def __getitem__(self, name: str) -> T:
        """Return a value."""
        if name not in self._values:
            self._values[name] = self._read(self._files[name])
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Say whether there is one of a name, without reading it."""
        return name in self._names

    def only(self, names: Iterable[str]) -> "ShippedFiles[T]":
        """Return those of some names, in the order given."""
        wanted = dict.fromkeys(names)
        files = {name: self._files[name] for name in wanted if name not in self._values}
        chosen = ShippedFiles(files, self._read, {name: self._values[name] for name in wanted if name in self._values})
        chosen._names = wanted
        return chosen
