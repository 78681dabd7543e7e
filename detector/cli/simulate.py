"""``nabat simulate``: logs of a made-up company, and the truth about them."""

from datetime import UTC, datetime
from pathlib import Path

import click

from detector.cli.options import Moment
from detector.cli.output import progress, say
from detector.simulate import simulate as write_company

_START = datetime(2026, 3, 2, tzinfo=UTC)


@click.command(
    epilog="""\b
Examples:
  nabat simulate --out company --days 14 --seed 1
  nabat replay -c company/nabat.yml --out replayed     then compare incidents.jsonl with company/truth.json
"""
)
@click.option("--out", required=True, metavar="DIR", help="Folder for logs, nabat.yml, roles.csv and truth.json.")
@click.option("--days", type=click.IntRange(min=1), default=14, show_default=True, help="Days to simulate.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--start", type=Moment(), default=_START, help="First day.  [default: 2026-03-02]")
@click.option(
    "--staff", type=click.IntRange(min=10), default=120, show_default=True, help="Number of employees, about."
)
@click.option("--leaks", type=click.IntRange(min=0), default=12, show_default=True, help="Number of leaks to hide.")
def simulate(out: str, days: int, seed: int, start: datetime, staff: int, leaks: int) -> None:
    """Write the logs of a simulated company with leaks hidden in honest work, and truth.json that names them."""
    with progress("Simulating", days) as advance:
        truth = write_company(
            Path(out), days, seed, start, staff=staff, leaks=leaks, progress=lambda done, _total: advance(done)
        )
    lines = sum(truth["parameters"]["lines"].values())
    say(f"{lines} lines, {len(truth['leaks'])} leaks, {len(truth['oddities'])} honest oddities in {out}")
