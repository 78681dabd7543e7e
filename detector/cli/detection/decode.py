"""``nabat decode``: what Nabat makes of a log, line by line."""

from collections import Counter
from collections.abc import Iterator

import click

from detector.acquire import bare_returns, fits, read_archive
from detector.cli.options import config_option
from detector.cli.output import all_but, counted, emit, say, settings_or_default
from detector.clock import SystemClock
from detector.decode import Decoder, format_hint, format_names, is_format, rows
from detector.decode.drafting import draft_format, explain_reject
from detector.errors import InputError, Problem
from detector.frames import EventBatch, LineBatch
from detector.keys import Keys
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.runtime.preflight.map_fit import Fit
from detector.runtime.preflight.probe_sources import BARE_RETURNS, TO_NEWLINES
from detector.schema.events.lines import RejectReason
from detector.settings import Settings, SourceSettings

_EXPLAINED = 20
"""Rejects that are explained; what is wrong with more of them is seldom something else."""
_DRAFTED = 500
_NEEDS_NO_DRAFT = frozenset((RejectReason.EMPTY, RejectReason.HEADER, RejectReason.IGNORED))


class _Found:
    """What was found so far: counts, why lines gave no event, and the lines a draft would be made of."""

    def __init__(self, settings: Settings, source: SourceSettings) -> None:
        self._settings, self._source = settings, source
        self._events = self._rejects = self._spare = 0
        self._last_resort: Counter[str] = Counter()
        self._explained = 0
        self._lines: list[str] = []

    def add(self, batch: LineBatch, decoded: EventBatch) -> dict[int, str]:
        """Take in a batch; return why the first lines gave no event, by their numbers."""
        self._events += decoded.frame.height
        self._rejects += len(decoded.rejects)
        self._spare += sum(one.reason in _NEEDS_NO_DRAFT for one in decoded.rejects)
        self._last_resort.update(decoded.last_resort)
        why: dict[int, str] = {}
        for one in decoded.rejects:
            if len(self._lines) >= _DRAFTED:
                break
            place = batch.offsets.search_sorted(one.offset)
            if place >= len(batch.lines) or batch.offsets[place] != one.offset:
                continue  # the reader refused it: it is no text
            line = batch.lines[place]
            if one.reason not in _NEEDS_NO_DRAFT:
                self._lines.append(line)
            if one.number and self._explained < _EXPLAINED:
                self._explained += 1
                said = explain_reject(line, self._settings, self._source)
                why |= {one.number: said} if said else {}
        return why

    def summary(self) -> Iterator[str]:
        """Give what there is to say in the end."""
        yield f"{counted(self._events, 'event')}, {counted(self._rejects, 'reject')}"
        for name, count in self._last_resort.most_common():
            yield (
                f"{counted(count, 'line')} only kept as text, or read with parts missing, by {name}: name the format "
                "of the source, or describe its lines (docs/formats/regex.md)"
            )
        wanting = self._rejects - self._spare
        if not wanting or wanting <= self._events:
            return
        drafted = draft_format(self._lines, self._settings, timezone=self._source.timezone)
        if drafted.format and drafted.read:
            yield f"{drafted.read} of {counted(drafted.total, 'rejected line')} are {drafted.format}"
        elif drafted.text:
            yield (
                f"a draft that reads {drafted.read} of {counted(drafted.total, 'rejected line')}; save it as own.yml "
                f"in a folder named under `formats`, and set `format: own`:\n{drafted.text.rstrip()}"
            )
        elif drafted.fields:
            yield f"fields that were found, none of them a time: {', '.join(map(_plain, drafted.fields[:_LISTED]))}"


_LISTED = 30


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:60])


def session_key(settings: Settings) -> bytes:
    """Return the installation's key for session hashes where there is one; looking at a log must not make files."""
    return Keys(settings.state).session if (settings.state / "keys").is_dir() else b"nabat decode"


def source_for(settings: Settings, path: str, format_name: str) -> SourceSettings:
    """Return the configured source the file belongs to, else one made for it, with the format asked for."""
    named = next((s for s in settings.sources if fits(s, path)), None)
    source = named or SourceSettings(name="decode", paths=(path,), service="unknown")
    if named and format_name == "auto":
        return named
    return source.model_copy(update={"format": format_name, "log_format": ""})


def must_exist(settings: Settings, format_name: str) -> None:
    """Refuse a format nobody knows, before it is taken for a mistake of the configuration.

    Raises:
        InputError: There is none of this name.
    """
    names = format_names(settings)
    if not is_format(format_name, names):
        fix = format_hint(format_name, names) or "docs/formats.md lists them"
        raise InputError(Problem(what=f"--format: there is no format {format_name!r}", fix=fix))


@click.command(
    epilog="""\b
Examples:
  nabat decode /var/log/nginx/access.log
  zcat access.log.2.gz | nabat decode --format combined -
  nabat decode access.log | grep reject            the lines that no format could read, with reasons
"""
)
@click.argument("file", metavar="FILE|-")
@config_option
@click.option(
    "--format",
    "format_name",
    default="auto",
    show_default=True,
    metavar="NAME|auto",
    help="Format of the lines; `auto` finds it line by line.",
)
def decode(file: str, config: str | None, format_name: str) -> None:
    """Decode FILE (- for standard input) and print one JSON object a line.

    {"line": n, "fields": {ECS name: value}} for an event, {"line": n, "reject": reason} for a line that gave none. The
    first of these say with "why" which format is closest and where the line stops matching it. If most lines gave no
    event, a draft of a format for them follows on standard error.

    Afterwards it prints, on standard error, how many requests touch client data by the record map, and the most
    frequent requests that no route covers, with {id} for ids.

    Archives (.gz .bz2 .xz .zst) and Windows' .evtx are read as they are. A file that fits the paths of a configured
    source, or was rotated from one that does, is read as that source says, unless --format names another format.
    """
    settings = settings_or_default(config, spare=all_but("sources", "formats", "records", "actors"))
    must_exist(settings, format_name)
    source = source_for(settings, file, format_name)
    settings = settings.model_copy(update={"sources": (source,)})
    decoder = Decoder(settings, session_key=session_key(settings), beside=SidecarFiles())
    found, fit = _Found(settings, source), Fit()
    damages: list[Problem] = []
    for batch in read_archive([file], source, clock=SystemClock(), framing=decoder.framing, on_damage=damages.append):
        decoded = decoder.decode(batch)
        fit.add(decoded)
        why = found.add(batch, decoded)
        for row in rows(decoded):
            emit(row | {"why": why[row["line"]]} if "reject" in row and row["line"] in why else row)
    for line in found.summary():
        say(line)
    for damage in damages:
        say(f"nabat: warning: {damage}")
    if fit.counts.requests:
        say(fit.in_words())
    if file != "-" and bare_returns(file, source, decoder.framing):
        say(f"nabat: warning: {Problem(file=file, what=BARE_RETURNS, fix=TO_NEWLINES)}")
