"""``nabat evaluate``: how much of what leaks is found, in simulated companies, and how many pages are false."""

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import click
import msgspec

from detector.cli.output import say, show
from detector.clock import SystemClock
from detector.runtime.evaluate.evaluate_company import evaluate_company
from detector.runtime.evaluate.evaluation_page import evaluation_page
from detector.runtime.evaluate.figures import CompanyFigures
from detector.runtime.evaluate.trial import WAYS
from detector.simulate import LOGS, SHAPES, WORLDS, simulate_company

_START = datetime(2026, 3, 2, tzinfo=UTC)
_LOGS = {**{log: (log,) for log in LOGS}, "both": LOGS}
_FRESH = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRun:
    """One company to be simulated and judged."""

    company: str
    world: str
    seed: int
    logs: str
    days: int
    history: int
    staff: int
    leaks: int

    @property
    def name(self) -> str:
        """A name for its folder."""
        return f"{self.company}-{self.world}-{self.seed}-{self.logs}"


class _Several(click.ParamType[tuple[str, ...]]):
    """One or several words out of a list, with commas between."""

    name = "NAMES"

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        chosen = tuple(value) if isinstance(value, tuple) else tuple(str(value).split(","))
        wrong = [each for each in chosen if each not in self._words]
        if wrong:
            self.fail(f"{wrong[0]!r} is none of {', '.join(self._words)}", param, ctx)
        return chosen


class _Numbers(click.ParamType[tuple[int, ...]]):
    """Numbers with commas between."""

    name = "N,N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        try:
            return tuple(value) if isinstance(value, tuple) else tuple(map(int, str(value).split(",")))
        except ValueError:
            self.fail(f"{value!r} is no list of whole numbers", param, ctx)


@click.command(
    epilog="""\b
Examples:
  nabat evaluate                                        all companies and worlds once, on seeds nobody has seen
  nabat evaluate --company bank,clinic --world hard --seeds 101,102 --logs both --workers 2
  nabat evaluate --out quality.md --json quality.json --keep companies
"""
)
@click.option("--company", type=_Several(tuple(SHAPES)), default=tuple(SHAPES), help="Which companies.  [default: all]")
@click.option("--world", type=_Several(tuple(WORLDS)), default=tuple(WORLDS), help="Which worlds.  [default: all]")
@click.option(
    "--seeds",
    type=_Numbers(),
    help="Seeds; each company and world is judged once for each.  [default: a new one for each of them]",
)
@click.option(
    "--logs",
    type=_Several(tuple(_LOGS)),
    default=("audit",),
    help="Of the web server, audit log, or both: each is a run of its own.  [default: audit]",
)
@click.option("--days", type=click.IntRange(min=2), default=28, show_default=True, help="Days to simulate.")
@click.option(
    "--history", type=click.IntRange(min=1), default=14, show_default=True, help="Days of them to learn from."
)
@click.option(
    "--staff", type=click.IntRange(min=20), default=160, show_default=True, help="People in a company, about."
)
@click.option("--leaks", type=click.IntRange(min=0), default=12, show_default=True, help="Leaks hidden in a company.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Companies judged at a time.")
@click.option("--out", metavar="FILE", help="Write the page there, instead of to stdout.")
@click.option("--json", "figures", metavar="FILE", help="Write all figures there, leak by leak.")
@click.option("--archive", metavar="DIR", help="Keep page and figures there, too, named by the day and the seeds.")
@click.option("--keep", metavar="DIR", help="Keep the companies there, to look at what was missed.")
def evaluate(
    company: tuple[str, ...],
    world: tuple[str, ...],
    seeds: tuple[int, ...] | None,
    logs: tuple[str, ...],
    days: int,
    history: int,
    staff: int,
    leaks: int,
    workers: int,
    out: str | None,
    figures: str | None,
    archive: str | None,
    keep: str | None,
) -> None:
    """Judge simulated companies whose truth is known: what is found, how soon, and how many incidents are false.

    Each company is simulated, learned from for the first days, and judged for the others by the shipped defaults, in
    event time, up to the incidents. Beside that the same days are judged without any history (day one), and by rules
    alone. A company takes about a minute of CPU for one log, two for both.
    """
    if history >= days:
        raise click.UsageError("--history must be less than --days")
    runs = [
        EvaluationRun(
            company=shape, world=its, seed=seed, logs=log, days=days, history=history, staff=staff, leaks=leaks
        )
        for shape, its in product(company, world)
        for seed, log in product(seeds or (secrets.randbelow(_FRESH),), logs)
    ]
    companies: list[CompanyFigures] = []
    # Before the workers load polars: each has one core.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with (
        _folder(keep) as folder,
        ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool,
    ):
        for one in pool.map(partial(run_one, folder=folder, keep=keep is not None), runs):
            companies.append(one)
            say(_told(one))
    page = evaluation_page(companies, [way.title for way in WAYS])
    if not out:
        show(page)
    named = [Path(out)] if out else []
    counted = [Path(figures)] if figures else []
    if archive:
        Path(archive).mkdir(parents=True, exist_ok=True)
        drawn = "-".join(dict.fromkeys(str(run.seed) for run in runs))
        name = f"{SystemClock().now().date().isoformat()}-{drawn}"
        named.append(Path(archive) / f"{name}.md")
        counted.append(Path(archive) / f"{name}.json")
    for path in named:
        path.write_text(page, encoding="utf-8")
    for path in counted:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(companies), indent=1) + b"\n")


def run_one(run: EvaluationRun, folder: Path, *, keep: bool) -> CompanyFigures:
    """Simulate one company and judge it."""
    place = folder / run.name
    simulate_company(
        place, run.company, run.days, run.seed, _START, world=run.world, staff=run.staff, leaks=run.leaks,
        logs=_LOGS[run.logs],
    )  # fmt: skip
    judged = evaluate_company(place, run.history)
    if not keep:
        rmtree(place)
    return judged


@contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep:
        yield Path(keep).absolute()
        return
    with TemporaryDirectory(prefix="nabat-evaluate-") as folder:
        yield Path(folder)


def _told(one: CompanyFigures) -> str:
    """Say in a line what one company gave."""
    parts = [
        f"{title}: {sum(leak.outcomes[title].seconds is not None for leak in one.leaks)} of {len(one.leaks)} found, "
        f"{way.false / one.days:.2f} false a day"
        for title, way in one.ways.items()
    ]
    return f"{one.company}, {one.world}, {one.logs}, seed {one.seed}: {'; '.join(parts)}"
