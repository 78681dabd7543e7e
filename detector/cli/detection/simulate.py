"""``nabat simulate``: logs of a made-up company, and the truth about them."""

from datetime import UTC, datetime
from pathlib import Path

import click

from detector.cli.options import Moment
from detector.cli.output import progress, say
from detector.errors import InputError, Problem
from detector.simulate import LOGS, SHAPES, WORLDS, simulate_company
from detector.simulate import simulate as write_company

_START = datetime(2026, 3, 2, tzinfo=UTC)


@click.command(
    epilog="""\b
Examples:
  nabat simulate --out company --days 14 --seed 1
  nabat replay -c company/nabat.yml --out replayed     then compare incidents.jsonl with company/truth.json
  nabat simulate --out calls --company call-centre --world hard --days 28 --logs audit
"""
)
@click.option("--out", required=True, metavar="DIR", help="Folder for logs, nabat.yml, roles.csv and truth.json.")
@click.option(
    "--company",
    type=click.Choice(list(SHAPES)),
    help="A company of another shape; without it, the demonstration's Example Mutual.",
)
@click.option(
    "--world",
    type=click.Choice(list(WORLDS)),
    help="With --company: steady, or with leave, turnover, moving services and late lines.  [default: plain]",
)
@click.option(
    "--logs",
    type=click.Choice(["web,audit", *LOGS]),
    help="With --company: log of the web server, audit log, or both of the same acts.  [default: web,audit]",
)
@click.option("--days", type=click.IntRange(min=1), default=14, show_default=True, help="Days to simulate.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--start", type=Moment(), default=_START, help="First day.  [default: 2026-03-02]")
@click.option(
    "--staff", type=click.IntRange(min=10), help="Number of employees, about.  [default: 120; with --company: 160]"
)
@click.option("--leaks", type=click.IntRange(min=0), default=12, show_default=True, help="Number of leaks to hide.")
def simulate(
    out: str,
    company: str | None,
    world: str | None,
    logs: str | None,
    days: int,
    seed: int,
    start: datetime,
    staff: int | None,
    leaks: int,
) -> None:
    """Write the logs of a simulated company with leaks hidden in honest work, and truth.json that names them.

    With --company also watched.csv (clients likely to be snooped on), teams.csv and leave.csv; its leaks are loud,
    medium or quiet, and honest oddities are twice as many.
    """
    if company is None and (world or logs):
        raise click.UsageError("--world and --logs need --company")
    _refuse_others(Path(out))
    try:
        with progress("Simulating", days) as advance:
            if company is None:
                truth = write_company(
                    Path(out),
                    days,
                    seed,
                    start,
                    staff=staff or 120,
                    leaks=leaks,
                    progress=lambda done, _: advance(done),
                )
            else:
                truth = simulate_company(
                    Path(out), company, days, seed, start, world=world or "plain", staff=staff or 160, leaks=leaks,
                    logs=(logs or "web,audit").split(","), progress=lambda done, _: advance(done),
                )  # fmt: skip
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise InputError(Problem(file=out, what=what, fix="name another folder, or make room")) from error
    lines = sum(truth["parameters"]["lines"].values())
    say(f"{lines} lines, {len(truth['leaks'])} leaks, {len(truth['oddities'])} honest oddities in {out}")


def _refuse_others(folder: Path) -> None:
    """Refuse a folder with a configuration of which no simulated company tells: files of its names are replaced."""
    held = folder / "nabat.yml"
    if held.exists() and not (folder / "truth.json").exists():
        what = "is no simulated company's, and would be replaced"
        raise InputError(Problem(file=str(held), what=what, fix="name another folder"))
