"""An earlier version beside this one, on the same companies.

Comes in: the figures that an earlier run kept, or a folder with an earlier version of the program, which is run by its
own interpreter as its own command. Goes out: figures with one more way of judging: what that version found by its
shipped defaults. Whether the companies are the same is looked at: lines, and leaks with their kinds and sizes.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from detector.errors import InputError, Problem
from detector.runtime.evaluate.figures import CompanyFigures
from detector.runtime.evaluate.trial import DEFAULTS

EARLIER = "earlier version"


def read_archive(path: Path) -> tuple[CompanyFigures, ...]:
    """Return the figures that `nabat evaluate --json` wrote.

    Raises:
        InputError: They cannot be read, or lack the shipped defaults.
    """
    fix = "name a file that `nabat evaluate --json` wrote, or a folder with an earlier version"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=tuple[CompanyFigures, ...])
    except (OSError, msgspec.MsgspecError) as error:
        what = f"holds no figures of an evaluation ({error.strerror if isinstance(error, OSError) else error})"
        raise InputError(Problem(file=str(path), what=what, fix=fix)) from None
    if not found or any(DEFAULTS.title not in each.ways for each in found):
        raise InputError(Problem(file=str(path), what=f"tells nothing of {DEFAULTS.title}", fix=fix))
    return found


def interpreter_of(checkout: Path, given: str | None) -> str:
    """Return the interpreter of an earlier version: the one given, its own environment's, or that of this program.

    Raises:
        InputError: No version that can judge lies there.
    """
    if not any((checkout / "detector" / "cli").rglob("evaluate.py")):
        what = "holds no version of Nabat that has `nabat evaluate`"
        fix = "give a checkout, such as one made by `git worktree add FOLDER TAG`"
        raise InputError(Problem(file=str(checkout), what=what, fix=fix))
    own = checkout / ".venv" / "bin" / "python"
    return given or (str(own) if own.exists() else sys.executable)


def run_earlier(checkout: Path, interpreter: str, arguments: Sequence[str]) -> CompanyFigures:
    """Let an earlier version simulate and judge one company by its own command.

    Raises:
        InputError: It cannot be run, or failed.
    """
    with TemporaryDirectory(prefix="nabat-earlier-") as folder:
        figures = Path(folder) / "figures.json"
        called = [interpreter, "-m", "detector", "evaluate", *arguments, "--json", str(figures)]
        environment = {**os.environ, "PYTHONPATH": str(checkout.absolute())}
        try:
            done = subprocess.run(  # noqa: S603 - what the operator names
                called, cwd=checkout, env=environment, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise InputError(Problem(file=interpreter, what=f"cannot be run: {error.strerror}")) from None
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:300]
            what = f"the version there cannot judge the company: {last}"
            raise InputError(Problem(file=str(checkout), what=what, fix="run its `nabat evaluate` by hand"))
        return read_archive(figures)[0]


def beside(company: CompanyFigures, earlier: CompanyFigures) -> CompanyFigures:
    """Return the figures of a company with those of an earlier version as one more way of judging.

    Raises:
        InputError: It judged another company.
    """
    if _identity(company) != _identity(earlier):
        called = f"{company.company}, {company.world}, {company.logs}, seed {company.seed}"
        what = f"the earlier version did not judge the same company ({called}): its lines or leaks are others"
        fix = "give the same --days, --history, --staff and --leaks; if they are, its simulator makes other companies"
        raise InputError(Problem(what=what, fix=fix))
    theirs = {leak.id: leak.outcomes[DEFAULTS.title] for leak in earlier.leaks}
    leaks = tuple(replace(leak, outcomes={**leak.outcomes, EARLIER: theirs[leak.id]}) for leak in company.leaks)
    way = replace(earlier.ways[DEFAULTS.title], budget=earlier.budget)
    return replace(company, leaks=leaks, ways={**company.ways, EARLIER: way})


def _identity(company: CompanyFigures) -> object:
    leaks = [(leak.id, leak.kind, leak.strength, leak.own, leak.role, leak.subjects) for leak in company.leaks]
    told = (company.company, company.world, company.seed, company.logs, company.days, company.history, company.lines)
    return told, leaks
