"""Which paths a source means: glob patterns come in, paths that exist and a test for single paths go out.

``**`` goes through folders, ``*`` and ``?`` stay within a name, and neither takes a name that begins with a dot. The
test for single paths serves change events, so that one new file among a hundred thousand costs no new search.
"""

import glob
import os
import re
from collections.abc import Iterable, Iterator

from detector.acquire.files.identity import stream_of
from detector.settings.placeholders import as_glob, piece_regex
from detector.settings.sections.sources import SourceSettings

_MAGIC = re.compile(r"[*?\[]")
_PARTS = re.compile(r"\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)


def _name_regex(name: str) -> str:
    return ("" if name.startswith(".") else r"(?!\.)") + "".join(map(piece_regex, _PARTS.findall(name)))


def _regex(pattern: str) -> str:
    names = pattern.split("/")
    out = ""
    for place, name in enumerate(names):
        last = place == len(names) - 1
        if name == "**":
            out += r"(?:(?!\.)[^/]+/)*" + (r"(?!\.)[^/]+" if last else "")
        else:
            out += _name_regex(name) if name else ""
            out += "" if last else "/"
    return out


class Patterns:
    """The patterns of one source and what they exclude."""

    def __init__(self, paths: Iterable[str], exclude: Iterable[str] = ()) -> None:
        self._paths = tuple(os.path.abspath(as_glob(path)) for path in paths)
        self._wanted = re.compile("|".join(_regex(path) for path in self._paths))
        unwanted = [_regex(os.path.abspath(path) if "/" in path else path) for path in exclude]
        # An exclude without a slash is about the name, wherever it lies.
        self._unwanted = re.compile("|".join(f"(?:.*/)?{one}" for one in unwanted)) if unwanted else None

    def wants(self, path: str) -> bool:
        """Tell whether this absolute path is one of the source's."""
        return self._wanted.fullmatch(path) is not None and not self._excluded(path)

    def expand(self) -> Iterator[str]:
        """Yield the paths that exist now, each once."""
        seen: set[str] = set()
        for pattern in self._paths:
            for path in glob.iglob(pattern, recursive=True):
                if path not in seen and not self._excluded(path):
                    seen.add(path)
                    yield path

    def roots(self) -> dict[str, bool]:
        """Return the folders to watch, and whether the folders below them count too."""
        out: dict[str, bool] = {}
        for pattern in self._paths:
            names = pattern.split("/")
            plain = next((i for i, name in enumerate(names) if _MAGIC.search(name)), len(names) - 1)
            root = "/".join(names[:plain]) or "/"
            out[root] = out.get(root, False) or plain < len(names) - 1
        return out

    def _excluded(self, path: str) -> bool:
        return self._unwanted is not None and self._unwanted.fullmatch(path) is not None


def files_of(settings: SourceSettings) -> list[str]:
    """Return the files that a source's patterns find now, sorted; none for a source that does not read files."""
    if settings.journald is not None or settings.standard_input:
        return []
    return sorted(path for path in Patterns(settings.paths, settings.exclude).expand() if os.path.isfile(path))


def fits(settings: SourceSettings, path: str) -> bool:
    """Tell whether a path is one that the source means, or a rotated copy of one, be it excluded or not."""
    if path == "-" or settings.standard_input:
        return path == "-" and settings.standard_input
    if settings.journald is not None:
        return False
    patterns, whole = Patterns(settings.paths), os.path.abspath(path)
    return patterns.wants(whole) or patterns.wants(stream_of(whole))
