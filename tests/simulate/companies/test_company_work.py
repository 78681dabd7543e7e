"""Honest work of a company is plausible: whose clients people see, when they work, how fast."""

from collections import Counter, defaultdict
from statistics import median

import pytest

from tests.simulate.companies.conftest import Make
from tests.simulate.companies.reading import Run, Seen

pytestmark = pytest.mark.share(3)

# Share of clients of a day whom the account has not seen before, of roles that say what a company is.
STRANGERS = {
    "call-centre": {"operator": (0.7, 0.96), "retention": (0.3, 0.85)},
    "clinic": {"nurse": (0.2, 0.7), "doctor": (0.2, 0.75), "registry": (0.6, 0.99)},
    "bank": {"officer": (0.12, 0.6), "teller": (0.7, 0.97)},
    "marketplace": {"support": (0.6, 0.97), "partner": (0.1, 0.6)},
}


def honest_web(run: Run) -> list[Seen]:
    scenes = {(line.log, line.number) for scene in run.scenes for line in run.of(scene)}
    return [line for line in run.honest if line.log == "web" and (line.log, line.number) not in scenes]


def test_shares_of_strangers_are_those_of_the_companys_work(company: str, make: Make) -> None:
    run = make(4, days=14, staff=24, leaks=9)
    roles = {row["user"]: row["role"] for row in run.table("roles.csv")}
    seen: dict[str, set[str]] = defaultdict(set)
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    strange: Counter[str] = Counter()
    number: Counter[str] = Counter()
    later = run.truth["parameters"]["start"][:8]
    for line in honest_web(run):
        role = roles.get(line.account, "")
        for client in line.ids:
            today = days[line.account, line.when.date().isoformat()]
            if client not in today:
                today.add(client)
                if line.when.date().isoformat()[:8] > later:  # the second week, in March
                    number[role] += 1
                    strange[role] += client not in seen[line.account]
                seen[line.account].add(client)
    for role, (low, high) in STRANGERS[company].items():
        assert low < strange[role] / number[role] < high, (role, strange[role] / number[role])


def test_pauses_of_people_are_uneven_and_not_ticks(runs: list[Run]) -> None:
    last: dict[str, Seen] = {}
    gaps = []
    for line in honest_web(runs[0]):
        if line.account in runs[0].staff:
            if line.account in last and line.ids:
                gaps.append((line.when - last[line.account].when).total_seconds())
            last[line.account] = line
    gaps = sorted(gap for gap in gaps if 0 < gap < 3600)
    assert 10 < median(gaps) < 400
    assert gaps[len(gaps) * 9 // 10] > 5 * median(gaps)


def test_work_ebbs_at_night_but_never_stops_where_there_are_shifts(company: str, fortnight: Run) -> None:
    hours = Counter(line.when.hour for line in honest_web(fortnight) if line.account in fortnight.staff)
    assert sum(hours[hour] for hour in range(1, 5)) < 0.25 * sum(hours[hour] for hour in range(9, 13))
    if company != "bank":
        assert sum(hours[hour] for hour in range(1, 5)) > 0


def test_offices_are_nearly_empty_on_a_holiday(fortnight: Run) -> None:
    office = {"retention", "analyst", "billing", "officer", "backoffice", "claims", "auditor"}
    (holiday,) = fortnight.truth["parameters"]["holidays"]
    days = Counter(
        line.when.date().isoformat()
        for line in honest_web(fortnight)
        if fortnight.staff.get(line.account) in office and line.when.weekday() < 5
    )
    assert days[holiday] < 0.5 * median(days.values())


def test_programs_move_in_the_hard_world_and_stay_in_the_steady_one(make: Make, fortnight: Run) -> None:
    def moved(run: Run) -> int:
        scenes = {(line.log, line.number) for scene in run.scenes for line in run.of(scene)}
        homes: dict[str, Counter[str]] = defaultdict(Counter)
        for line in next(iter(run.lines.values())):
            if line.account.startswith(("svc-", "ptn-")) and (line.log, line.number) not in scenes:
                homes[line.account][line.ip] += 1
        return sum(len([ip for ip in ips if not ip.startswith("10.1.8.")]) > 1 for ips in homes.values())

    assert moved(make(4, world="plain", days=14, staff=24, leaks=9)) == 0
    assert moved(fortnight) >= 1
