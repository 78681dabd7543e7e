"""Which sources the named files are: rotated and compressed copies of one log are one source, with one pattern.

Comes in: names of files. Goes out: groups of files, each with the pattern that finds them, or every problem with them.
A log whose live name holds a date or a number (``u_ex260301.log``) gets a pattern with ``*`` in its place.
"""

import glob
import os
import re
import shlex
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.acquire import Listing, kinship, name_problem, rotation_rank, stream_of
from detector.errors import InputError, Problem

_SQLITE = b"SQLite format 3\0"
_NUMBERS = re.compile(r"\d+")
_DATED = re.compile(r"(?<!\d)(?:20\d\d[-_.]?[01]\d[-_.]?[0-3]\d|\d\d[01]\d[0-3]\d)(?:[-_.T]?\d{2,6})?(?!\d)")
# Parts of a log's name that do not say which system writes it.
_GENERIC = re.compile(
    r"^(?:access|accesslog|log|logs|error|json|other|ssl|https?|u|ex|in|localhost|combined|web|file|current|vhosts|out"
    r"|stdout|txt|gz|audit|request|requests|w3svc\d*|extend\d*|\d+)$"
)
_PLACES = frozenset(
    {"", "var", "log", "logs", "srv", "opt", "home", "tmp", "data", "logfiles", "inetpub", "usr", "local", "mnt"}
)


@dataclass(frozen=True, slots=True)
class LogGroup:
    """Files of one log.

    Attributes:
        name: Name of the source, and of the service as far as the file's name tells.
        pattern: Finds the log, as written under ``paths``.
        files: Those that were named, the oldest first.
        copies: Rotated copies that lie beside them and were not named.
    """

    name: str
    pattern: str
    files: tuple[str, ...]
    copies: tuple[str, ...] = ()


def group_logs(names: Sequence[str]) -> list[LogGroup]:
    """Return the sources that the named files are.

    Raises:
        InputError: A file cannot be read; all such are named.
    """
    problems = [problem for name in names if (problem := _unusable(name)) is not None]
    if problems:
        raise InputError(problems)
    families: dict[tuple[str, str], list[str]] = {}
    for name in dict.fromkeys(os.path.abspath(name) for name in names):
        families.setdefault((os.path.dirname(name), kinship(name)), []).append(name)
    groups = [_group(files) for files in families.values()]
    return _distinct(groups)


def _unusable(name: str) -> Problem | None:
    """Return why nothing can be learnt from a file; None when it may be."""
    path = Path(name)
    if name == "-":
        return Problem(file=name, what="standard input can be read only once", fix="write it to a file and name that")
    if name_problem(name) is not None:
        return name_problem(name)
    if path.is_dir():
        return Problem(file=name, what="is a folder", fix=f"name the logs in it: {name.rstrip('/')}/*.log")
    if not path.is_file():
        other = path.exists()
        fix = "write its lines to a file and name that" if other else ""
        return Problem(file=name, what="is not a regular file" if other else "is not there", fix=fix)
    return _unreadable(name, path)


def _unreadable(name: str, path: Path) -> Problem | None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
    except OSError as error:
        fix = "run this as an account that may read it; docs/operating.md says how to give the right"
        return Problem(file=name, what=f"cannot be read: {error.strerror or type(error).__name__}", fix=fix)
    if not head:
        return Problem(file=name, what="is empty", fix="name a log that has lines, such as a rotated copy")
    if head == _SQLITE:
        return Problem(
            file=name, what="is an SQLite database, not a log", fix="docs/formats/1c.md says what can be done"
        )
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        convert = f"iconv -f UTF-16 -t UTF-8 {shlex.quote(name)} > {shlex.quote(f'{name}.utf8')}"
        fix = f"let its writer write UTF-8; for a first look: {convert}"
        return Problem(file=name, what="is written in UTF-16, of which no line would be read", fix=fix)
    return None


def _group(files: list[str]) -> LogGroup:
    # By name, not by when they were written: copies that were moved by hand have new times.
    files = sorted(files, key=lambda name: (stream_of(name) == name, rotation_rank(name)))
    streams = list(dict.fromkeys(stream_of(name) for name in files))
    beside = {one.path for one in Listing().siblings(*files)} - set(files)
    live = [name for name in (*files, *beside) if stream_of(name) == name]
    copies = sorted(one for one in beside if stream_of(one) in streams)
    base = streams[0]
    dated = _DATED.search(os.path.basename(base)) is not None
    if len(streams) > 1 or dated:
        pattern = _starred(base, streams)
        copies = sorted(beside)
    elif base in live or os.path.exists(base):
        pattern = _literal(base)
    else:
        pattern = f"{_literal(base)}*"
    return LogGroup(_name(base), pattern, tuple(files), tuple(copies))


def _starred(base: str, streams: list[str]) -> str:
    """Return the pattern in which what differs between the names, or a date, is a star."""
    folder, name = os.path.split(base)
    undated = [_DATED.split(os.path.basename(one)) for one in streams]
    if len({tuple(parts) for parts in undated}) == 1:
        parts = undated[0]
    else:
        fixed, numbers = _NUMBERS.split(name), _NUMBERS.findall(name)
        values = list(zip(*(_NUMBERS.findall(os.path.basename(one)) for one in streams), strict=False))
        parts = [fixed[0]]
        for at, rest in enumerate(fixed[1:]):
            if at < len(values) and len(set(values[at])) == 1 and not _DATED.search(name):
                parts[-1] += numbers[at] + rest
            else:
                parts.append(rest)
    starred = re.sub(r"\*(?:[-_.T]?\*)+", "*", "*".join(_literal(part) for part in parts))
    return os.path.join(_literal(folder), starred)


def _literal(text: str) -> str:
    """Return a pattern that means this very text: neither a glob, nor a name in braces, nor an environment variable."""
    return glob.escape(text).replace("{", "[{]").replace("$", "[$]")


def _name(path: str) -> str:
    """Return a name for the source by the file's name, else by the folder's."""
    folder, name = os.path.split(path)
    for text in (name, *reversed(folder.split("/"))):
        words = [word for word in re.split(r"[^a-z0-9]+", _DATED.sub("", text.lower())) if word]
        telling = [word for word in words if not _GENERIC.match(word) and word not in _PLACES]
        if telling:
            return "-".join(telling)[:40].strip("-")
    return "web"


def _distinct(groups: list[LogGroup]) -> list[LogGroup]:
    """Give each source a name of its own."""
    seen: dict[str, int] = {}
    made: list[LogGroup] = []
    for group in groups:
        seen[group.name] = seen.get(group.name, 0) + 1
        number = seen[group.name]
        name = group.name if number == 1 else f"{group.name}-{number}"
        made.append(LogGroup(name, group.pattern, group.files, group.copies))
    return made
