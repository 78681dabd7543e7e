"""``nabat decode``: what Nabat makes of a log, line by line."""

import click

from detector.acquire import bare_returns, fits, read_archive
from detector.cli.options import config_option
from detector.cli.output import all_but, counted, emit, say, settings_or_default
from detector.clock import SystemClock
from detector.decode import Decoder, format_hint, format_names, is_format, rows
from detector.errors import InputError, Problem
from detector.keys import Keys
from detector.runtime.beside import BesideFiles
from detector.runtime.firstlines import BARE_RETURNS, TO_NEWLINES
from detector.runtime.map_fit import Fit
from detector.settings import Settings, SourceSettings


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
  nabat decode access.log | grep reject            the lines nobody understood, with reasons
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

    {"line": n, "fields": {ECS name: value}} for an event, {"line": n, "reject": reason} for a line that gave none.
    Afterwards it says, on standard error, how many requests touch client data by the record map, and which are most
    frequent of those that no route names, with {id} for ids.

    Archives (.gz .bz2 .xz .zst) are read as they are. A file that fits the paths of a configured source, or was rotated
    from one that does, is read as that source says, unless --format names another format.
    """
    settings = settings_or_default(config, spare=all_but("sources", "formats", "records", "actors"))
    must_exist(settings, format_name)
    source = source_for(settings, file, format_name)
    settings = settings.model_copy(update={"sources": (source,)})
    decoder = Decoder(settings, session_key=session_key(settings), beside=BesideFiles())
    events = rejects = 0
    fit = Fit()
    for batch in read_archive([file], source, clock=SystemClock(), framing=decoder.framing):
        decoded = decoder.decode(batch)
        fit.add(decoded)
        for row in rows(decoded):
            emit(row)
        events += decoded.frame.height
        rejects += len(decoded.rejects)
    say(f"{counted(events, 'event')}, {counted(rejects, 'reject')}")
    if fit.counts.requests:
        say(fit.in_words())
    if file != "-" and bare_returns(file, source, decoder.framing):
        say(f"nabat: warning: {Problem(file=file, what=BARE_RETURNS, fix=TO_NEWLINES)}")
