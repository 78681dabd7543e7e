"""The page about an evaluation, in Markdown.

Comes in: the figures of companies, and how they were asked for. Goes out: text. It counts nothing that ``figures`` does
not.
"""

from collections.abc import Callable, Iterable, Sequence
from textwrap import fill

from detector.detect.behaviour import DAYS_A_MONTH
from detector.runtime.evaluate import page_tables
from detector.runtime.evaluate.announced_work import PLANNED
from detector.runtime.evaluate.earlier_version import EARLIER
from detector.runtime.evaluate.figures import CompanyFigures, LeakFigures, Totals
from detector.runtime.evaluate.matching import STRENGTHS, Fate, Topic
from detector.runtime.evaluate.page_tables import NONE, of, percent, share, table, wait
from detector.runtime.evaluate.plots import plots
from detector.runtime.evaluate.trial import DAY_ONE, DEFAULTS, PLAIN_FOREST, RULES_ONLY, WayGroup

_CAUSES = 15
_COUNTS = """\
A leak counts as found when an incident is about whoever took the data (account, session or address) and a finding in it
rests on a line that took something; the incident opened, or called the team again, after the leak began. An incident
about something else that the same person did does not count, nor does one that was open before and swallowed the leak.
False is every incident that tells of no leak: those about ordinary work and those about honest oddities that were
planted (travel, scans, migrations, reviews), counted apart and together. Figures are of simulated companies; yours is
another."""
_WHAT = {
    DEFAULTS.title: "Nabat with the company's history known, as after `nabat train --backfill`.",
    DAY_ONE.title: "the same without any history, by the starter model.",
    RULES_ONLY.title: "Sigma rules without behaviour.",
    PLAIN_FOREST.title: "scikit-learn's IsolationForest with its own defaults over logarithms of what each actor did "
    "in each hour (events, failures, lists, exports, clients, records, object types, addresses, bytes) and the hour; "
    "no rules, no habits of accounts or roles. Its threshold is the lowest that gives no more incidents in the days "
    "learned from than `behaviour.false_incidents_a_month` allows; an incident is the alerts about one actor within 8 "
    "hours.",
    EARLIER: "the shipped defaults of an earlier version, on the same companies (`--against`).",
}
_ANNOUNCED = f"""\
the shipped defaults where that share of the planned honest work, drawn by the seed, was announced beforehand as
`nabat expect ACTOR ACT UNTIL` does: by actor and kind of act, for whole hours from one before to two after it.
Planned are {", ".join(each.replace("_", " ") for each in sorted(PLANNED))}. Leaks are never announced; one by the same
account within such hours would be covered as in life.""".replace("\n", " ")
_CALIBRATION = """\
What the budget `behaviour.false_incidents_a_month` expects in the judged days, between which numbers chance alone would
leave 95 % of such counts, and what behaviour gave by itself, without rules. The budget is meant for honest days like
those before: planted oddities are more than such days held, so *about work* is to be held against it first."""
_ABLATION = """\
Each part was left out once, and everything else judged as before: incidents, their scopes and what swallows what follow
from the findings that remain. A facet that is left out says nothing, and its share of the budget goes to no other. All
of them are chosen from the same windows of one pass over the lines, in which habits and rates do not hang on what is
said. Parts overlap: what two of them find is lost by neither."""


def evaluation_page(companies: Sequence[CompanyFigures], folder: str = "") -> str:
    """Return the page.

    Args:
        companies: At least one.
        folder: Where its pictures lie, beside the page; empty: there are none.
    """
    ways = companies[0].titles(WayGroup.COLUMN)
    totals = {way: Totals.of(companies, way) for way in ways}
    shown = {plot.file: plot.chart.description for plot in plots(companies)} if folder else {}

    def picture(file: str) -> list[str]:
        return ["", f"![{shown[file]}]({folder}/{file})"] if file in shown else []

    parts = ["# Detection quality", "", *_asked(companies), "", _COUNTS, "", *_explained(companies, ways)]
    for title, lines in (
        ("Leaks found", [*_found(totals), *picture("recall-by-strength.svg")]),
        ("False incidents a day, of one company", _false(companies, totals)),
        ("By kind of log", _with("Found; false a day.", page_tables.by_log(companies, ways))),
        (
            "By company",
            _with("Found; false a day.", page_tables.by_company(companies, ways), picture("false-by-company.svg")),
        ),
        (
            "Found against false, by budget",
            _with("", page_tables.budgets(companies), picture("found-against-false.svg")),
        ),
        (
            "Calibration: expected and observed false incidents",
            _with(_CALIBRATION, page_tables.calibration(companies), picture("calibration.svg")),
        ),
        ("What each part brings", _with(_ABLATION, page_tables.ablation(companies))),
        (f"By kind of leak, {ways[0]}", _by_kind(totals[ways[0]])),
        ("How soon, and what became of the others", [*_soon(totals), *picture("time-to-incident.svg")]),
        ("Whose data: scope against truth", _scope(totals)),
        (f"What stands behind false incidents, {ways[0]}", _causes(totals[ways[0]])),
        (f"Missed leaks, {ways[0]}", _missed(companies, ways[0])),
        ("What judging took", page_tables.costs(companies)),
    ):
        parts += ["", f"## {title}", "", *lines] if lines else []
    return "\n".join(parts) + "\n"


def _with(words: str, lines: list[str], picture: Iterable[str] = ()) -> list[str]:
    """Return a table with what is said of it; nothing where there is no table."""
    return [*([words, ""] if words else []), *lines, *picture] if lines else []


def _explained(companies: Sequence[CompanyFigures], ways: Sequence[str]) -> list[str]:
    """Return what each column is."""
    told = [fill(f"- *{way}*: {_WHAT.get(way, _ANNOUNCED)}", 120, subsequent_indent="  ") for way in ways]
    how_much = page_tables.announced(companies, ways)
    return [*told, *(["", *how_much] if how_much else [])]


def _asked(companies: Sequence[CompanyFigures]) -> list[str]:
    def values(name: str) -> str:
        return ", ".join(dict.fromkeys(str(getattr(each, name)) for each in companies))

    lines, rejects = sum(each.lines for each in companies), sum(each.rejects for each in companies)
    logs = len({each.logs for each in companies})
    return [
        "Written by `nabat evaluate`: the shipped defaults, judging companies whose truth is known.",
        "",
        f"- companies: {values('company')}; worlds: {values('world')}; logs: {values('logs')}",
        f"- {values('staff')} people; {values('history')} days of history, the {values('days')} days after them judged",
        f"- runs: {len(companies)}; lines judged: {lines:,}; rejects: {rejects}",
        *(["- each company was judged by each kind of log: a leak counts once for each"] if logs > 1 else []),
    ]


def _found(totals: dict[str, Totals]) -> list[str]:
    def row(name: str, wanted: Callable[[LeakFigures], bool]) -> list[str]:
        return [name, *(percent([its for leak, its in each.leaks if wanted(leak)]) for each in totals.values())]

    rows = [row(name, lambda leak, name=name: leak.strength == name) for name in STRENGTHS]  # type: ignore[misc]
    rows += [
        row("of the actor's own clients", lambda leak: leak.own),
        row("of others' clients", lambda leak: not leak.own),
        row("**all**", lambda leak: True),
    ]
    return table(("leaks", *totals), rows)


def _false(companies: Sequence[CompanyFigures], totals: dict[str, Totals]) -> list[str]:
    def row(name: str, value: Callable[[Totals], float]) -> list[str]:
        return [name, *(f"{value(each):.2f}" for each in totals.values())]

    def expected(way: str) -> str:
        budgets = dict.fromkeys(each.ways[way].budget for each in companies)
        return ", ".join(f"{budget / DAYS_A_MONTH:.2f}" if budget else NONE for budget in budgets)

    rows = [
        row("about ordinary work", lambda each: each.a_day(Topic.WORK)),
        row("about honest oddities", lambda each: each.a_day(Topic.ODDITY)),
        row("**both together**", lambda each: each.a_day(Topic.WORK, Topic.ODDITY)),
        row(
            "of these with a finding about behaviour (or the plain forest's)",
            lambda each: each.by_behaviour_a_day,
        ),
        ["expected of these, by `behaviour.false_incidents_a_month`", *map(expected, totals)],
        row("incidents about leaks", lambda each: each.a_day(Topic.LEAK)),
    ]
    return table(("incidents", *totals), rows)


def _by_kind(total: Totals) -> list[str]:
    rows = []
    for kind in sorted({leak.kind for leak, _ in total.leaks}):
        mine = [(leak, its) for leak, its in total.leaks if leak.kind == kind]
        cells = [share([its for leak, its in mine if leak.strength == strength]) for strength in STRENGTHS]
        own, others = (share([its for leak, its in mine if leak.own is own]) for own in (True, False))
        rows.append([kind, *cells, own, others, share([its for _, its in mine])])
    return table(("kind", *STRENGTHS, "own clients", "others' clients", "all"), rows)


def _soon(totals: dict[str, Totals]) -> list[str]:
    def row(name: str, value: Callable[[Totals], str]) -> list[str]:
        return [name, *map(value, totals.values())]

    rows = [
        row("median time from the first client taken", lambda each: wait(each.median_wait)),
        row("within 5 minutes, of leaks found that last less than 3 hours", lambda each: of(*each.soon[:2])),
        row("within 5 minutes, of all leaks that last less than 3 hours", lambda each: of(each.soon[0], each.soon[2])),
        row("swallowed by an incident open before", lambda each: str(each.count(Fate.SWALLOWED))),
        row("an incident rests on lines that took nothing only", lambda each: str(each.count(Fate.OTHER_LINES))),
        row("a finding, and no incident", lambda each: str(each.count(Fate.UNRAISED))),
        row("no finding", lambda each: str(each.count(Fate.UNSEEN))),
    ]
    return table(("leaks", *totals), rows)


def _scope(totals: dict[str, Totals]) -> list[str]:
    def row(name: str, of: Callable[[Totals], float | None]) -> list[str]:
        return [name, *("–" if (share := of(each)) is None else f"{share:.3f}" for each in totals.values())]

    rows = [
        row("precision: clients of the scope that were taken", lambda each: each.scope[0]),
        row("recall: clients taken that the scope names", lambda each: each.scope[1]),
        row("precision of both lists: the scope, and usual work beside it", lambda each: each.listed[0]),
        row("recall of both lists", lambda each: each.listed[1]),
    ]
    return table(("mean over leaks found, where ids are logged", *totals), rows)


def _causes(total: Totals) -> list[str]:
    found = total.causes.most_common(_CAUSES)
    return [f"- {title}: {count}" for title, count in found] or ["There were none."]


def _missed(companies: Sequence[CompanyFigures], way: str) -> list[str]:
    rows = [
        [
            each.company, each.world, each.logs, str(each.seed), leak.id, leak.kind, leak.strength,
            "own" if leak.own else "others'", leak.role or "–", str(leak.subjects), leak.begins[:16].replace("T", " "),
            wait(leak.span), leak.outcomes[way].fate.value,
        ]
        for each in companies
        for leak in each.leaks
        if leak.outcomes[way].fate is not Fate.FOUND
    ]  # fmt: skip
    head = (
        "company", "world", "logs", "seed", "leak", "kind", "strength", "whose", "role", "clients", "begins", "span",
        "fate",
    )  # fmt: skip
    return table(head, rows, words=len(head)) if rows else ["There were none."]
