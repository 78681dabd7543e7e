"""The page about an evaluation, in Markdown.

Comes in: the figures of companies, and how they were asked for. Goes out: text. It counts nothing that ``figures`` does
not.
"""

from collections.abc import Callable, Iterable, Sequence

from detector.detect.behaviour import DAYS_A_MONTH
from detector.runtime.evaluate.figures import CompanyFigures, LeakFigures, Totals
from detector.runtime.evaluate.matching import Fate, Outcome, Topic

_STRENGTHS = ("loud", "medium", "quiet")
_CAUSES = 15
_COUNTS = """\
A leak counts as found when an incident is about whoever took the data (account, session or address) and a finding in it
rests on a line that took something; the incident opened, or called the team again, after the leak began. An incident
about something else that the same person did does not count, nor does one that was open before and swallowed the leak.
False is every incident that tells of no leak: those about ordinary work and those about honest oddities that were
planted (travel, scans, migrations, reviews), counted apart and together. Figures are of simulated companies; yours is
another."""


def evaluation_page(companies: Sequence[CompanyFigures], ways: Sequence[str]) -> str:
    """Return the page.

    Args:
        companies: At least one.
        ways: Titles of the ways of judging; the first is looked at closely.
    """
    totals = {way: Totals.of(companies, way) for way in ways}
    parts = [
        "# Detection quality",
        "",
        *_asked(companies),
        "",
        _COUNTS,
        "",
        "## Leaks found",
        "",
        *_found(totals),
        "",
        "## False incidents a day, of one company",
        "",
        *_false(companies, totals),
        "",
        "## By company",
        "",
        *_by_company(companies, ways),
        "",
        f"## By kind of leak, {ways[0]}",
        "",
        *_by_kind(totals[ways[0]]),
        "",
        "## How soon, and what became of the others",
        "",
        *_soon(totals),
        "",
        "## Whose data: scope against truth",
        "",
        *_scope(totals),
        "",
        f"## What stands behind false incidents, {ways[0]}",
        "",
        *_causes(totals[ways[0]]),
        "",
        f"## Missed leaks, {ways[0]}",
        "",
        *_missed(companies, ways[0]),
    ]
    return "\n".join(parts) + "\n"


def _asked(companies: Sequence[CompanyFigures]) -> list[str]:
    def values(name: str) -> str:
        return ", ".join(dict.fromkeys(str(getattr(each, name)) for each in companies))

    lines, rejects = sum(each.lines for each in companies), sum(each.rejects for each in companies)
    return [
        "Written by `nabat evaluate`: the shipped defaults, judging companies whose truth is known.",
        "",
        f"- companies: {values('company')}; worlds: {values('world')}; logs: {values('logs')}",
        f"- {values('staff')} people; {values('history')} days of history, the {values('days')} days after them judged",
        f"- {len(companies)} runs, {lines:,} lines judged, {rejects} rejects",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> list[str]:
    aligned = ["---"] * words + ["---:"] * (len(head) - words)
    return [f"| {' | '.join(cells)} |" for cells in (head, aligned, *rows)]


def _share(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return "–"
    found = sum(each.fate is Fate.FOUND for each in outcomes)
    return f"{found} of {len(outcomes)}"


def _percent(outcomes: Sequence[Outcome]) -> str:
    found = sum(each.fate is Fate.FOUND for each in outcomes)
    return f"{_share(outcomes)} ({100 * found / len(outcomes):.0f} %)" if outcomes else "–"


def _found(totals: dict[str, Totals]) -> list[str]:
    def row(name: str, wanted: Callable[[LeakFigures], bool]) -> list[str]:
        return [name, *(_percent([its for leak, its in each.leaks if wanted(leak)]) for each in totals.values())]

    rows = [row(name, lambda leak, name=name: leak.strength == name) for name in _STRENGTHS]  # type: ignore[misc]
    rows += [
        row("of the actor's own clients", lambda leak: leak.own),
        row("of others' clients", lambda leak: not leak.own),
        row("**all**", lambda leak: True),
    ]
    return _table(("leaks", *totals), rows)


def _false(companies: Sequence[CompanyFigures], totals: dict[str, Totals]) -> list[str]:
    def row(name: str, of: Callable[[Totals], float]) -> list[str]:
        return [name, *(f"{of(each):.2f}" for each in totals.values())]

    budgets = ", ".join(dict.fromkeys(f"{each.budget / DAYS_A_MONTH:.2f}" for each in companies))
    rows = [
        row("about ordinary work", lambda each: each.a_day(Topic.WORK)),
        row("about honest oddities", lambda each: each.a_day(Topic.ODDITY)),
        row("**both together**", lambda each: each.a_day(Topic.WORK, Topic.ODDITY)),
        row("of these with a finding about behaviour", lambda each: each.by_behaviour_a_day),
        ["expected of behaviour, by `behaviour.false_incidents_a_month`", *([budgets] * len(totals))],
        row("incidents about leaks", lambda each: each.a_day(Topic.LEAK)),
    ]
    return _table(("incidents", *totals), rows)


def _by_company(companies: Sequence[CompanyFigures], ways: Sequence[str]) -> list[str]:
    head = ["company", "world", "logs", "seeds", *(f"{way}: found | false a day" for way in ways)]
    rows = []
    for company, world, logs in dict.fromkeys((each.company, each.world, each.logs) for each in companies):
        some = [each for each in companies if (each.company, each.world, each.logs) == (company, world, logs)]
        cells = []
        for way in ways:
            its = Totals.of(some, way)
            cells += [_share([each for _, each in its.leaks]), f"{its.a_day(Topic.WORK, Topic.ODDITY):.2f}"]
        rows.append([company, world, logs, ", ".join(str(each.seed) for each in some), *cells])
    aligned = ["---"] * 4 + ["---:"] * (2 * len(ways))
    return [f"| {' | '.join(cells)} |" for cells in (head, aligned, *rows)]


def _by_kind(total: Totals) -> list[str]:
    rows = []
    for kind in sorted({leak.kind for leak, _ in total.leaks}):
        mine = [(leak, its) for leak, its in total.leaks if leak.kind == kind]
        cells = [_share([its for leak, its in mine if leak.strength == strength]) for strength in _STRENGTHS]
        own, others = (_share([its for leak, its in mine if leak.own is own]) for own in (True, False))
        rows.append([kind, *cells, own, others, _share([its for _, its in mine])])
    return _table(("kind", *_STRENGTHS, "own clients", "others' clients", "all"), rows)


def _soon(totals: dict[str, Totals]) -> list[str]:
    def row(name: str, of: Callable[[Totals], str]) -> list[str]:
        return [name, *map(of, totals.values())]

    rows = [
        row("median time from the first client taken", lambda each: _wait(each.median_wait)),
        row("within 5 minutes, of leaks found that last less than 3 hours", lambda each: _of(*each.soon[:2])),
        row("within 5 minutes, of all leaks that last less than 3 hours", lambda each: _of(each.soon[0], each.soon[2])),
        row("swallowed by an incident open before", lambda each: str(each.count(Fate.SWALLOWED))),
        row("an incident rests on lines that took nothing only", lambda each: str(each.count(Fate.OTHER_LINES))),
        row("a finding, and no incident", lambda each: str(each.count(Fate.UNRAISED))),
        row("no finding", lambda each: str(each.count(Fate.UNSEEN))),
    ]
    return _table(("leaks", *totals), rows)


def _of(some: int, every: int) -> str:
    return f"{some} of {every}" if every else "–"


def _scope(totals: dict[str, Totals]) -> list[str]:
    shares = {way: [f"{share:.2f}" if share is not None else "–" for share in its.scope] for way, its in totals.items()}
    rows = [
        ["precision: clients of the incident that were taken", *(precision for precision, _ in shares.values())],
        ["recall: clients taken that the incident names", *(recall for _, recall in shares.values())],
    ]
    return _table(("mean over leaks found, where ids are logged", *totals), rows)


def _causes(total: Totals) -> list[str]:
    found = total.causes.most_common(_CAUSES)
    return [f"- {title}: {count}" for title, count in found] or ["There were none."]


def _missed(companies: Sequence[CompanyFigures], way: str) -> list[str]:
    rows = [
        [
            each.company, each.world, each.logs, str(each.seed), leak.id, leak.kind, leak.strength,
            "own" if leak.own else "others'", leak.role or "–", str(leak.subjects), leak.begins[:16].replace("T", " "),
            _wait(leak.span), leak.outcomes[way].fate.value,
        ]
        for each in companies
        for leak in each.leaks
        if leak.outcomes[way].fate is not Fate.FOUND
    ]  # fmt: skip
    head = (
        "company", "world", "logs", "seed", "leak", "kind", "strength", "whose", "role", "clients", "begins", "span",
        "fate",
    )  # fmt: skip
    return _table(head, rows, words=len(head)) if rows else ["There were none."]


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
