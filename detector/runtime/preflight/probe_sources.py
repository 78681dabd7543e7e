"""What a source's files and their first lines look like: readable, cut into lines, in a format that reads them.

Comes in: a source. Goes out: problems, and notices about what the service would make of the lines. Of a file it reads a
hundred lines; what only the running service is given (a pipe, the journal) it leaves alone.
"""

import os
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import which

from detector.acquire import bare_returns, files_of, name_problem, read_archive
from detector.clock import SystemClock
from detector.decode import Decoder, framings_for
from detector.decode.drafting import (
    count_headers,
    explain_reject,
    forwarding,
    missing_beside,
    misspelt_variables,
    names_nobody,
    try_format,
    without_zone,
)
from detector.errors import ConfigError, Problem
from detector.frames import EventBatch, LineBatch, empty_events
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.settings import Settings, SourceSettings

_FILES = 20
_LINES = 100
_PEERS = 3
_KINDS = 3
_AUTO = "auto"
_SQLITE = b"SQLite format 3\0"
_EVTX = b"ElfFile\0"

BARE_RETURNS = "its lines end with CR alone, and all of it is taken for one line"
TO_NEWLINES = "let its writer end lines with LF, or read a copy: tr '\\r' '\\n' < FILE"


def _unusable(path: str, source: SourceSettings) -> Problem | None:
    """Return why nothing can be read from a file; None when it can."""
    unnamable = name_problem(path)
    if unnamable is not None:
        return unnamable
    if not os.access(path, os.R_OK):
        what = f"cannot be read by this account (source {source.name})"
        return Problem(file=path, what=what, fix="see docs/operating.md")
    with Path(path).open("rb") as file:
        head = file.read(len(_SQLITE))
    if head.startswith(_EVTX):
        what = f"is a binary Windows event log: a file to replay, not to follow (source {source.name})"
        fix = "nabat replay FILE; to follow the log, have it forwarded as XML or JSON (docs/formats/hosts.md)"
        return Problem(file=path, what=what, fix=fix)
    if head != _SQLITE:
        return None
    return Problem(
        file=str(path),
        what=f"is an SQLite database, not a log (source {source.name}); 1C's event log is not read in that form (.lgd)",
        fix="switch the event log to its text form (docs/formats/1c.md) and name its *.lgp files",
    )


def _open_ends(settings: Settings, source: SourceSettings, batch: LineBatch, name: str) -> Iterable[str]:
    """Say in which zone times are read that carry none, unless the source was told, and which file is missing."""
    missing = missing_beside(batch.path, settings, name, SidecarFiles())
    if missing:
        yield f"{source.name}: there is no {missing}, which names what the records give by number: numbers will be kept"
    if "timezone" not in source.model_fields_set and without_zone(batch, settings, name):
        yield (
            f"{source.name}: times without a zone are read as {source.timezone}; if the clock of the machine shows "
            "another, set `timezone` of the source"
        )
    if names_nobody(batch, settings, name, SidecarFiles()):
        yield (
            f"{source.name}: none of its first lines names an account, a session or an address: nobody can be charged "
            "with what stands there; have its writer log who acts and from where, or leave the source out"
        )
    peers = [] if source.trusted_proxies else forwarding(batch, settings, name, SidecarFiles())
    if peers:
        named = ", ".join(peers[:_PEERS]) + (" and others" if len(peers) > _PEERS else "")
        yield (
            f"{source.name}: lines of {named} name other clients in X-Forwarded-For; if that is a proxy of yours, set "
            "`trusted_proxies` of the source, or all its clients are taken for one"
        )


Told = tuple[list[Problem], list[str]]


def check_source(settings: Settings, number: int, promised: str = "") -> Told:
    """Return what is wrong with a source's files and first lines, and what there is to say of them.

    Args:
        settings: The configuration.
        number: Which of its sources.
        promised: What will write the logs that are not there yet; empty: a source without a file is a problem.
    """
    source = settings.sources[number]
    if source.journald is not None or source.standard_input:
        return _fed(source)
    problems: list[Problem] = []
    notices = [
        f"{source.name}: log_format: nginx has no variable {written}, so that it is kept as a label; ${meant} is one"
        for written, meant in misspelt_variables(source)
    ]
    files = files_of(source)
    if not files and promised:
        notices.append(f"{source.name}: no file yet; {promised} writes it")
    elif not files:
        problems.append(
            Problem(
                where=("sources", number, "paths"),
                what=f"no file fits the paths of the source {source.name}: {', '.join(source.paths)}",
                fix=_where_else(settings, source),
            )
        )
    for path in files[:_FILES]:
        found, said = _file(settings, source, path)
        problems += found
        notices += said
    return problems, notices


def _where_else(settings: Settings, source: SourceSettings) -> str:
    """Return what to do about paths that no file fits."""
    folder = next((path for path in source.paths if Path(path).is_dir()), "")
    if folder:
        return f"{folder} is a folder: name the logs in it, as {folder.rstrip('/')}/*.log"
    return "a pattern may fit later; a misspelt path never does"


def _file(settings: Settings, source: SourceSettings, path: str) -> Told:
    unusable = _unusable(path, source)
    if unusable:
        return [unusable], []
    try:
        framing = framings_for(settings)
    except ConfigError:
        return [], []  # a format is wrong, which is told: nobody can say what it would make of the lines
    if bare_returns(path, source, framing):
        return [Problem(file=path, what=f"{BARE_RETURNS} (source {source.name})", fix=TO_NEWLINES)], []
    batch = next(read_archive([path], source, clock=SystemClock(), lines=_LINES, framing=framing), None)
    if batch is None or batch.lines.is_empty():
        return [], [f"{source.name}: {path} is empty"]
    return _read(settings, source, batch, try_format(batch, settings, source, SidecarFiles()))


def _read(settings: Settings, source: SourceSettings, batch: LineBatch, tried: Mapping[str, int]) -> Told:
    """Say how many lines the source's format reads; of ``auto``, and of a format that does not exist, the best one."""
    if batch.lines.str.starts_with("#").all():
        return [], [f"{source.name}: {batch.path} holds directives, and no line yet"]
    best = next(iter(tried), "no known format")
    name = source.reads if source.reads in tried else best
    decoded, total = tried.get(name, 0), batch.lines.len()
    judged = _decoded(settings, source, batch)
    together = judged.frame["log.offset"].n_unique() if source.reads == _AUTO else 0
    if together > decoded:  # each line is read by the format that fits it
        by = ", ".join(f"{one} {count}" for one, count in _by_format(judged))
        notices = [f"{source.name}: {batch.path}: {together} of the first {total} lines are read, by kind: {by}"]
    else:
        notices = [f"{source.name}: {batch.path}: {decoded} of the first {total} lines are {name}"]
    notices += _open_ends(settings, source, batch, name) if decoded else ()
    decoded = max(decoded, together)
    notices += [
        f"{source.name}: {count} of them are only kept as text, or read with parts missing, by {by}; name the format "
        "of the source, or describe its lines (docs/formats/regex.md)"
        for by, count in judged.last_resort.items()
    ]
    headers = count_headers(batch, settings, source, name, SidecarFiles()) if name in tried else 0
    if decoded >= (total - headers) / 2:
        return [], notices
    other = f"; {best} reads {tried[best]} of them" if tried.get(best) and best != name else ""
    why = _why(settings, source, batch, judged)
    problem = Problem(
        file=batch.path,
        what=f"only {decoded} of the first {total} lines can be decoded (as {name}{other}){why}",
        fix=f"run `{_decode(settings, batch.path)}` to see which, and set the format of the source {source.name}",
    )
    return [problem], notices


def _by_format(judged: EventBatch) -> list[tuple[str, int]]:
    """Return the most frequent kinds of log (``event.dataset``) among events, and how many events are of each."""
    counts = (
        judged.frame["event.dataset"]
        .drop_nulls()
        .value_counts(sort=True)
        .sort("count", "event.dataset", descending=[True, False])
    )
    return list(counts.head(_KINDS).iter_rows())


def _decoded(settings: Settings, source: SourceSettings, batch: LineBatch) -> EventBatch:
    """Return what the service would make of the lines; nothing where the configuration is wrong, which is told."""
    try:
        alone = settings.model_copy(update={"sources": (source,)})
        return Decoder(alone, session_key=b"check", beside=SidecarFiles()).decode(batch)
    except ConfigError:
        return EventBatch(frame=empty_events())


def _why(settings: Settings, source: SourceSettings, batch: LineBatch, judged: EventBatch) -> str:
    """Return why the first of the lines that gave no event gave none."""
    refused = {one.offset: one.number for one in judged.rejects}
    for line, offset in zip(batch.lines, batch.offsets, strict=True):
        said = explain_reject(line, settings, source) if offset in refused else ""
        if said:
            return f"; line {refused[offset]}: {said}"
    return ""


def _decode(settings: Settings, path: str) -> str:
    """Return the command that decodes a file by this configuration, to be pasted into a shell."""
    config = ("-c", settings.file) if settings.file else ()
    return shlex.join(("nabat", "decode", *config, path))


def _fed(source: SourceSettings) -> Told:
    """Say what there is to say of a source that reads no file."""
    if source.standard_input:
        return [], [f"{source.name}: standard input, which only `nabat run` is given"]
    if which("journalctl") is None:
        what = f"journalctl is not installed, which the source {source.name} reads the journal with"
        return [Problem(file="journald", what=what, fix="install it, or take the source out")], []
    return [], [f"{source.name}: the system's journal; `journalctl -n 1` shows whether this account may read it"]
