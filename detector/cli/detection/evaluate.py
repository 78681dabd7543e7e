"""``nabat evaluate``: how much of what leaks is found, in simulated companies, and how many pages are false."""

import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from detector.detect.behaviour import MOST_FALSE_A_MONTH
from detector.runtime.evaluate import earlier_version
from detector.runtime.evaluate.evaluate_company import evaluate_company
from detector.runtime.evaluate.evaluation_page import evaluation_page
from detector.runtime.evaluate.figures import CompanyFigures
from detector.runtime.evaluate.plots import write_plots
from detector.runtime.evaluate.trial import JudgingWay, WayGroup, ways_asked
from detector.simulate import LOGS, SHAPES, WORLDS, simulate_company

_START = datetime(2026, 3, 2, tzinfo=UTC)
_LOGS = {**{log: (log,) for log in LOGS}, "both": LOGS}
_LOGS_TOLD = {"+".join(logs): name for name, logs in _LOGS.items()}
_BUDGETS = (3.0, 10.0, 30.0)
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

    @property
    def arguments(self) -> list[str]:
        """The options of this command that ask for this company alone; every version has them."""
        told = {
            "--company": self.company, "--world": self.world, "--seeds": self.seed, "--logs": self.logs,
            "--days": self.days, "--history": self.history, "--staff": self.staff, "--leaks": self.leaks,
        }  # fmt: skip
        return [str(each) for pair in told.items() for each in pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """How each company is judged.

    Attributes:
        folder: Where companies are written. keep: they stay there.
        checkout / interpreter: Of an earlier version that judges as well; empty: none does.
        archive: What an earlier version found, by company; empty: none did.
    """

    folder: Path
    keep: bool
    ways: Sequence[JudgingWay]
    checkout: Path | None = None
    interpreter: str = ""
    archive: dict[EvaluationRun, CompanyFigures] = field(default_factory=dict)


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


class _Budgets(click.ParamType[tuple[float, ...]]):
    """Budgets of behaviour with commas between; none."""

    name = "N,N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            budgets = tuple(dict.fromkeys(float(each) for each in str(value).split(",") if each.strip()))
        except ValueError:
            self.fail(f"{value!r} is no list of numbers", param, ctx)
        if wrong := [each for each in budgets if not 0 < each <= MOST_FALSE_A_MONTH]:
            self.fail(f"{wrong[0]:g} is not between 0 and {MOST_FALSE_A_MONTH:.0f}", param, ctx)
        return budgets


@click.command(
    epilog="""\b
Examples:
  nabat evaluate                                        all companies and worlds once, on seeds nobody has seen
  nabat evaluate --company bank,clinic --world hard --seeds 101,102 --logs both --workers 2
  nabat evaluate --out quality.md --json quality.json --keep companies
  nabat evaluate --out quality.md --announced 0.5 --ablation --against ../nabat-0.1 --workers 2
  nabat evaluate --out quality.md --against tests/bench/judged/2026-11-28-62678-15039.json
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
@click.option(
    "--announced",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="One more column: so much of the planned honest work (0 to 1) is announced as `nabat expect` does.",
)
@click.option("--ablation", is_flag=True, help="Also leave out each facet of behaviour, the forest, and rules once.")
@click.option(
    "--budgets",
    type=_Budgets(),
    default=_BUDGETS,
    help="Also judge by these values of behaviour.false_incidents_a_month; empty: none.  [default: 3,10,30]",
)
@click.option(
    "--against",
    metavar="FOLDER|FILE",
    type=click.Path(path_type=Path),
    help="One more column: an earlier version. A folder with it judges the same companies; of a file that --json wrote "
    "the companies and seeds are judged again.",
)
@click.option(
    "--against-python",
    metavar="FILE",
    help="Interpreter of the earlier version.  [default: FOLDER/.venv/bin/python, else this one]",
)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Companies judged at a time.")
@click.option(
    "--out",
    metavar="FILE",
    help="Write the page there, not to stdout, and its pictures into a folder beside it.",
)
@click.option("--json", "figures", metavar="FILE", help="Write all figures there, leak by leak.")
@click.option("--archive", metavar="DIR", help="Keep all of it there, too, named by the day and the seeds.")
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
    announced: float,
    ablation: bool,
    budgets: tuple[float, ...],
    against: Path | None,
    against_python: str | None,
    workers: int,
    out: str | None,
    figures: str | None,
    archive: str | None,
    keep: str | None,
) -> None:
    """Judge simulated companies whose truth is known: what is found, how soon, and how many incidents are false.

    Each company is simulated, learned from for the first days, and judged for the others by the shipped defaults, in
    event time, up to the incidents. Beside that the same days are judged without any history (day one), by rules
    alone, and by a plain IsolationForest. A company takes about a minute of CPU for one log, two for both; --ablation
    adds a quarter of that, an earlier version its own time.
    """
    if history >= days:
        raise click.UsageError("--history must be less than --days")
    earlier = _archived(against, seeds, company, world)
    runs = list(earlier) or [
        EvaluationRun(
            company=shape, world=its, seed=seed, logs=log, days=days, history=history, staff=staff, leaks=leaks
        )
        for shape, its in product(company, world)
        for seed, log in product(seeds or (secrets.randbelow(_FRESH),), logs)
    ]
    checkout, interpreter = _checkout(against, against_python)
    # Before the workers load polars: each has one core.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with _folder(keep) as folder:
        judging = _Judging(
            folder=folder, keep=keep is not None, ways=ways_asked(announced, budgets, ablation=ablation),
            checkout=checkout, interpreter=interpreter, archive=earlier,
        )  # fmt: skip
        companies = _judged(runs, judging, workers)
    if not out:
        show(evaluation_page(companies))
    pages, counted = [Path(out)] if out else [], [Path(figures)] if figures else []
    if archive:
        Path(archive).mkdir(parents=True, exist_ok=True)
        drawn = "-".join(dict.fromkeys(str(run.seed) for run in runs))
        name = f"{SystemClock().now().date().isoformat()}-{drawn}"
        pages.append(Path(archive) / f"{name}.md")
        counted.append(Path(archive) / f"{name}.json")
    for path in pages:
        path.write_text(evaluation_page(companies, path.stem), encoding="utf-8")
        write_plots(companies, path.with_suffix(""))
    for path in counted:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(companies), indent=1) + b"\n")


def _checkout(against: Path | None, python: str | None) -> tuple[Path | None, str]:
    """Return the folder with an earlier version that is to judge, and its interpreter."""
    if against is not None and not against.is_file():
        return against.absolute(), earlier_version.interpreter_of(against, python)
    if python:
        raise click.UsageError("--against-python is the interpreter of a folder given by --against")
    return None, ""


def _archived(
    against: Path | None, seeds: Sequence[int] | None, company: Sequence[str], world: Sequence[str]
) -> dict[EvaluationRun, CompanyFigures]:
    """Return the runs of a file that an earlier version wrote; nothing where no file is given."""
    if against is None or not against.is_file():
        return {}
    if seeds:
        raise click.UsageError("--seeds are those of the file given by --against: leave them out")
    found = _runs_of(earlier_version.read_archive(against), company, world)
    if not found:
        raise click.UsageError("the file given by --against has no run of these companies and worlds")
    return found


def _runs_of(
    archive: Sequence[CompanyFigures], company: Sequence[str], world: Sequence[str]
) -> dict[EvaluationRun, CompanyFigures]:
    """Return the runs that an earlier version made of some companies and worlds, as they can be made again."""
    return {
        EvaluationRun(
            company=each.company, world=each.world, seed=each.seed, logs=_LOGS_TOLD.get(each.logs, each.logs),
            days=each.days + each.history, history=each.history, staff=each.staff, leaks=each.hidden,
        ): each
        for each in archive
        if each.company in company and each.world in world
    }  # fmt: skip


def _judged(runs: Sequence[EvaluationRun], judging: _Judging, workers: int) -> list[CompanyFigures]:
    """Judge companies, some at a time, and say what each gave as soon as it and those before it are done."""
    companies: list[CompanyFigures] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for one in pool.map(partial(run_one, judging=judging), runs):
            companies.append(one)
            say(_told(one))
            say(_took(one))
    return companies


def run_one(run: EvaluationRun, judging: _Judging) -> CompanyFigures:
    """Simulate one company and judge it."""
    place = judging.folder / run.name
    simulate_company(
        place, run.company, run.days, run.seed, _START, world=run.world, staff=run.staff, leaks=run.leaks,
        logs=_LOGS[run.logs],
    )  # fmt: skip
    judged = evaluate_company(place, run.history, judging.ways)
    if not judging.keep:
        rmtree(place)
    earlier = judging.archive.get(run)
    if judging.checkout is not None:
        earlier = earlier_version.run_earlier(judging.checkout, judging.interpreter, run.arguments)
    return earlier_version.beside(judged, earlier) if earlier else judged


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
        f"{one.ways[title].false / one.days:.2f} false a day"
        for title in one.titles(WayGroup.COLUMN)
    ]
    return f"{one.company}, {one.world}, {one.logs}, seed {one.seed}: {'; '.join(parts)}"


def _took(one: CompanyFigures) -> str:
    """Say in a line what judging it took."""
    spent = ", ".join(f"{name} {seconds:.1f}" for name, seconds in one.spent.items())
    return f"  {one.seconds:.0f} s of CPU: {spent}"
