"""``nabat scope``: whose data was touched."""

import sys
from pathlib import Path

import click
import msgspec

from detector.cli.incidents import explained, touched, usual_work, workplace
from detector.cli.options import config_option, json_option, replay_option
from detector.cli.output import counted, emit_pretty, say, show


@click.command(
    epilog="""\b
Examples:
  nabat scope 20260302-7f3a1c                       counts, by data class and action
  nabat scope 20260302-7f3a1c --out clients.csv     one line a client
  nabat scope 20260302-7f3a1c --usual usual.csv     whom the same accounts' usual work touched meanwhile
  nabat scope 20260302-7f3a1c --replay last-week    of an incident that a replay found
"""
)
@config_option
@replay_option
@json_option
@click.option(
    "--out", metavar="FILE.csv", help="Write one line a client: id, data classes, counts, first and last time."
)
@click.option(
    "--usual",
    metavar="FILE.csv",
    help="Write likewise the clients whom the same accounts' usual work alone touched meanwhile.",
)
@click.argument("incident")
def scope(
    config: str | None, replay: str | None, as_json: bool, out: str | None, usual: str | None, incident: str
) -> None:
    """Compute from the access journal which clients and which of their data the incident touched.

    The usual work of the same accounts in these hours is counted and listed apart: notices and letters are written from
    the first list.
    """
    with workplace(config, replay=replay) as (console, settings):
        found, radius = console.scope(incident)
        touches = console.touches(found)
        lists = ((out, False), (usual, True))
        written = [(console.write_subjects(incident, Path(file), usual=which), file) for file, which in lists if file]
        if as_json:
            emit_pretty(
                {"incident": found.number, **msgspec.to_builtins(radius), "touches": msgspec.to_builtins(touches)}
            )
        else:
            show(f"{found.number}  {found.code_name}: {touched(radius, settings)}")
            show(f"by class   {_pairs(radius.by_class)}")
            if touches is not None:
                show(f"explained  {explained(touches, settings)}")
            show(f"by action  {_pairs(radius.by_action)}")
            if radius.usual_events:
                show(f"usual work {usual_work(radius, touches, settings)}")
            show(f"addresses  {', '.join(radius.source_ips) or '-'}")
        for count, file in written:
            say(f"{counted(count, 'client')} written to {file}; the file holds client data: keep it as such")
        if not written and not as_json and sys.stderr.isatty():
            say("--out FILE.csv writes the client ids")


def _pairs(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs) or "-"
