"""Which source a file belongs to, by what stands in it.

Comes in: a file whose name does not say it. Goes out: the one source whose format reads it. Its first lines are tried,
and no more.
"""

from pathlib import Path

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import framings_for, try_format
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.settings import Settings, SourceSettings

# How many first lines are tried.
_TRIED = 100


def source_reading(settings: Settings, path: Path) -> SourceSettings | None:
    """Return the one source whose format reads most of the file's first lines; None when none does, or several do."""
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
