"""Which files are to be replayed, and which source each belongs to.

Comes in: the names a person gave, or none. Goes out: files with their sources, or every problem with them. A file that
no pattern fits belongs to the one source whose format reads its first lines; no other file is opened.
"""

from collections.abc import Sequence
from pathlib import Path

from detector.acquire import files_of, fits, read_archive
from detector.clock import SystemClock
from detector.decode import framings_for
from detector.errors import InputError, Problem
from detector.runtime.intake.log_file import Log
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.settings import Settings, SourceSettings
from detector.settings.placeholders import as_glob

# How many first lines of a file are tried.
_TRIED = 100


def logs_of(settings: Settings, given: Sequence[str]) -> list[Log]:
    """Return the files to replay with their sources: those given, else those the sources' patterns find.

    A given file belongs to the source one of whose patterns fits it, or that it was rotated from, else to the only
    source there is, else to the only one whose format reads it.

    Raises:
        InputError: A file is not there, or it is not clear which source it belongs to; all of them are named.
    """
    if not given:
        found = [Log(path, source) for source in settings.sources for path in files_of(source)]
        if not found:
            raise InputError(Problem(what="the sources' patterns find no file", fix="name the LOG files to replay"))
        return found
    problems, logs = [], []
    for name in given:
        source = _source_of(settings, Path(name))
        if name != "-" and not Path(name).is_file():
            problems.append(Problem(file=name, what="is not there, or is not a file"))
        elif source is None:
            problems.append(
                Problem(
                    file=name,
                    what="no source's pattern fits it, and not just one source's format reads it",
                    fix="name it so that a source's `paths` fits, or replay with a configuration of one source",
                )
            )
        else:
            logs.append(Log(name, source))
    if problems:
        raise InputError(problems)
    return logs


def _source_of(settings: Settings, path: Path) -> SourceSettings | None:
    """Return the source a file belongs to: by pattern, by the name it was rotated from, else by what reads it."""
    for source in settings.sources:
        if fits(source, str(path)):
            return source
    for source in settings.sources:
        if any(path.match(as_glob(Path(pattern).name)) for pattern in source.paths):
            return source
    for source in settings.sources:
        if any(path.name.startswith(Path(pattern).name) for pattern in source.paths):
            return source
    if len(settings.sources) == 1:
        return settings.sources[0]
    return _source_reading(settings, path)


def _source_reading(settings: Settings, path: Path) -> SourceSettings | None:
    """Return the one source whose format reads most of the file's first lines; None when none does, or several do."""
    from detector.decode.drafting import try_format  # noqa: PLC0415 - most files are told by their names

    if not path.is_file():
        return None
    counts: dict[str, int] = {}
    framing = framings_for(settings)
    for source in settings.sources:
        batch = next(read_archive([path], source, clock=SystemClock(), lines=_TRIED, framing=framing), None)
        tried = try_format(batch, settings, source, SidecarFiles()) if batch is not None else {}
        read = max(tried.values(), default=0) if source.reads == "auto" else tried.get(source.reads, 0)
        if batch is not None and read > batch.lines.len() / 2:
            counts[source.name] = read
    best = [name for name, count in counts.items() if count == max(counts.values())]
    return next((s for s in settings.sources if [s.name] == best), None)
