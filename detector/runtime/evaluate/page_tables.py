"""Tables of the page about an evaluation: how cells are written, and what compares ways of judging.

Comes in: figures. Goes out: lines of Markdown. It counts nothing that ``figures`` does not.
"""

from collections.abc import Iterable, Sequence
from math import exp

from detector.detect.behaviour import DAYS_A_MONTH
from detector.runtime.evaluate.figures import CompanyFigures, Totals, runs_by_name
from detector.runtime.evaluate.matching import Fate, Outcome, Topic
from detector.runtime.evaluate.trial import DEFAULTS, PLAIN_FOREST, WayGroup

NONE = "–"
_PLACES = {
    "without rules": "rules",
    "without combination": "combination (the IsolationForest)",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> list[str]:
    """Return a table, of which the first columns are words and the others numbers."""
    aligned = ["---"] * words + ["---:"] * (len(head) - words)
    return [f"| {' | '.join(cells)} |" for cells in (head, aligned, *rows)]


def share(outcomes: Sequence[Outcome]) -> str:
    """Return how many of some leaks were found."""
    return of(sum(each.fate is Fate.FOUND for each in outcomes), len(outcomes))


def percent(outcomes: Sequence[Outcome]) -> str:
    """Return the same with a percentage."""
    found = sum(each.fate is Fate.FOUND for each in outcomes)
    return f"{share(outcomes)} ({100 * found / len(outcomes):.0f} %)" if outcomes else NONE


def of(some: int, every: int) -> str:
    """Return a part of a whole."""
    return f"{some} of {every}" if every else NONE


def wait(seconds: float | None) -> str:
    """Return a span of time."""
    if seconds is None:
        return NONE
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def by_company(companies: Sequence[CompanyFigures], ways: Sequence[str]) -> list[str]:
    """Return what was found and what was false in each company."""
    rows = []
    for name, some in runs_by_name(companies).items():
        seeds = ", ".join(dict.fromkeys(str(each.seed) for each in some))
        rows.append([name, seeds, *(_found_and_false(Totals.of(some, way)) for way in ways)])
    return table(("company", "seeds", *ways), rows, words=2)


def by_log(companies: Sequence[CompanyFigures], ways: Sequence[str]) -> list[str]:
    """Return what was found and what was false in each kind of log; nothing where there is one kind."""
    logs = list(dict.fromkeys(each.logs for each in companies))
    if len(logs) < 2:
        return []
    rows = [
        [log, *(_found_and_false(Totals.of([each for each in companies if each.logs == log], way)) for way in ways)]
        for log in logs
    ]
    return table(("logs", *ways), rows)


def _found_and_false(total: Totals) -> str:
    return f"{share([its for _, its in total.leaks])}; {total.false_a_day:.2f}"


def ablation(companies: Sequence[CompanyFigures]) -> list[str]:
    """Return what is found, and false, without each part."""
    titles = companies[0].titles(WayGroup.ABLATION)
    whole = Totals.of(companies, DEFAULTS.title)
    rows = [["all parts", share([its for _, its in whole.leaks]), NONE, f"{whole.false_a_day:.2f}", NONE]]
    for title in titles:
        total = Totals.of(companies, title)
        lost = total.count(Fate.FOUND) - whole.count(Fate.FOUND)
        less = total.false_a_day - whole.false_a_day
        part = _PLACES.get(title, title.removeprefix("without "))
        found = share([its for _, its in total.leaks])
        rows.append([part, found, f"{lost:+d}", f"{total.false_a_day:.2f}", f"{less:+.2f}"])
    return table(("without", "found", "difference", "false a day", "difference"), rows) if titles else []


def budgets(companies: Sequence[CompanyFigures]) -> list[str]:
    """Return what is found, and false, by budget."""
    groups = {
        WayGroup.BUDGET: "rules and behaviour",
        WayGroup.ALONE: "behaviour alone",
        WayGroup.PLAIN: PLAIN_FOREST.title,
    }
    rows = []
    for group, name in groups.items():
        for title in companies[0].titles(group):
            total = Totals.of(companies, title)
            cells = [f"{total.a_day(Topic.WORK):.2f}", f"{total.a_day(Topic.ODDITY):.2f}", f"{total.false_a_day:.2f}"]
            budget = f"{companies[0].ways[title].budget:g}"
            rows.append([name, budget, percent([its for _, its in total.leaks]), *cells])
    head = ("judged by", "budget a month", "found", "false a day about work", "about oddities", "together")
    return table(head, rows) if rows else []


def calibration(companies: Sequence[CompanyFigures]) -> list[str]:
    """Return by company what behaviour's budget expects and what it gave, alone."""
    titles = companies[0].titles(WayGroup.ALONE)
    head = ["company"]
    for title in titles:
        budget = f"{companies[0].ways[title].budget:g} a month"
        head += [f"{budget}: expected", "about work", "about oddities", "together"]
    rows = [_calibrated(name, some, titles) for name, some in runs_by_name(companies).items()]
    rows.append(_calibrated("**all**", companies, titles))
    return table(head, rows) if titles else []


def _calibrated(name: str, some: Sequence[CompanyFigures], titles: Sequence[str]) -> list[str]:
    cells = [name]
    for title in titles:
        expected = sum(each.ways[title].budget * each.days for each in some) / DAYS_A_MONTH
        low, high = likely(expected)
        about = [sum(each.ways[title].about.get(what, 0) for each in some) for what in (Topic.WORK, Topic.ODDITY)]
        cells += [f"{expected:.1f} ({low} to {high})", *map(str, about), str(sum(about))]
    return cells


def likely(expected: float) -> tuple[int, int]:
    """Return between which numbers chance alone leaves 95 % of counts of which so many are expected (Poisson)."""
    low, count, chance, below = 0, 0, exp(-expected), exp(-expected)
    while below < 0.975:
        if below < 0.025:
            low = count + 1
        count += 1
        chance *= expected / count
        below += chance
    return low, count


def announced(companies: Sequence[CompanyFigures], ways: Sequence[str]) -> list[str]:
    """Return in sentences how much was announced."""
    told = []
    for title in ways:
        mine = [each.ways[title] for each in companies]
        planned, chosen = sum(way.planned for way in mine), sum(way.announced for way in mine)
        oddities = sum(each.oddities for each in companies)
        if planned:
            told.append(f"*{title}*: {chosen} of {planned} planned ones were announced, of {oddities} honest oddities.")
    return told


def costs(companies: Sequence[CompanyFigures]) -> list[str]:
    """Return the CPU time of each step and way, mean and highest of a company."""
    spent: dict[str, list[float]] = {}
    for each in companies:
        for name, seconds in each.spent.items():
            spent.setdefault(name, []).append(seconds)
    rows = [[name, f"{sum(some) / len(some):.1f}", f"{max(some):.1f}"] for name, some in spent.items()]
    return table(("step", "mean, CPU seconds", "highest"), rows) if rows else []
