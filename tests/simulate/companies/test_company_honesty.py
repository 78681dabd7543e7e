"""What a lazy detector would lean on occurs in honest work of every company, too."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest

from detector.simulate.world import PHONES
from tests.simulate.companies.reading import Run, Seen

pytestmark = pytest.mark.share(3)

Marker = Callable[[Run, Seen], bool]


def outside(line: Seen) -> bool:
    return not line.ip.startswith(("10.", "192.0.2."))


def person(run: Run, line: Seen) -> bool:
    return line.account in run.staff


def program(line: Seen) -> bool:
    return line.account.startswith(("svc-", "ptn-"))


def tool(line: Seen) -> bool:
    return not line.agent.startswith(("Mozilla", "psql"))


def export(line: Seen) -> bool:
    return bool(re.search(r"export|clients\.csv|COPY ", line.what)) and line.ok


def refused_login(line: Seen) -> bool:
    return not line.ok and bool(re.search(r"login|session|token|password auth", line.what))


def injected(line: Seen) -> bool:
    return "%27" in line.what or "''" in line.what


MARKERS: dict[str, Marker] = {
    "staff from an outside address": lambda run, line: person(run, line) and outside(line),
    "staff with a tool": lambda run, line: person(run, line) and tool(line),
    "a tool from outside": lambda run, line: tool(line) and outside(line),
    "staff with a phone": lambda run, line: person(run, line) and line.agent in PHONES,
    "a big export": lambda run, line: export(line) and line.size > (100_000 if line.log == "web" else 700),
    "an export by night": lambda run, line: export(line) and line.when.hour < 5,
    "an export by a person": lambda run, line: export(line) and person(run, line),
    "a search that returns a full page": lambda run, line: (
        len(line.ids) >= 20 or bool(re.search(r"page=[5-9]", line.what))
    ),
    "failures from outside": lambda run, line: line.log == "web" and refused_login(line) and outside(line),
    "a refused member of staff": lambda run, line: refused_login(line) and person(run, line),
    "staff late at night": lambda run, line: person(run, line) and line.when.hour < 5,
    "an injection": lambda run, line: injected(line),
    "an injection answered": lambda run, line: injected(line) and line.ok,
    "client data handed to nobody": lambda run, line: line.ok and line.account in ("", "abs_web") and line.size > 800,
    "a document": lambda run, line: bool(re.search(r"recordings|scans|documents|receipts|download", line.what)),
    "a missing or refused card": lambda run, line: bool(line.ids) and not line.ok,
    "a program from outside": lambda run, line: program(line) and line.ip.startswith(("203.0.113.", "2001:")),
}
IN_LEAKS_BY_CHANCE = {"staff with a phone", "a missing or refused card", "a program from outside"}


@pytest.mark.parametrize("name", MARKERS)
def test_what_marks_leaks_occurs_in_leaks_and_in_honest_work(name: str, runs: list[Run]) -> None:
    marked = MARKERS[name]
    assert any(marked(run, line) for run in runs for line in run.honest)
    if name not in IN_LEAKS_BY_CHANCE:
        assert any(marked(run, line) for run in runs for line in run.leaked)


def test_honest_people_see_watched_clients_too(runs: list[Run]) -> None:
    for run in runs:
        watched = {row["client_id"] for row in run.table("watched.csv")}
        assert sum(bool(line.ids & watched) and person(run, line) for line in run.honest) > 20


def test_no_agent_occurs_in_leaks_alone(runs: list[Run]) -> None:
    honest = {line.agent for run in runs for line in run.honest}
    assert {line.agent for run in runs for line in run.leaked} <= honest


def test_leaks_by_browser_and_by_program_name_where_they_come_from_as_work_does(runs: list[Run]) -> None:
    def manner(run: Run, line: Seen) -> tuple[bool, ...]:
        browser, referrer = line.agent.startswith("Mozilla"), "https://" in line.text
        return bool(line.account), line.account in run.staff, browser, referrer, bool(line.ids)

    scenes = {(id(run), line.log, line.number) for run in runs for scene in run.scenes for line in run.of(scene)}
    work = {
        manner(run, line)
        for run in runs
        for line in run.honest
        if line.log == "web" and (id(run), line.log, line.number) not in scenes
    }
    assert {manner(run, line) for run in runs for line in run.leaked if line.log == "web"} <= work


def test_leaks_ask_for_no_kind_of_thing_that_honest_work_never_asks_for(runs: list[Run]) -> None:
    def shape(line: Seen) -> tuple[str, bool]:
        what = re.sub(r"=[^&]*", "=", re.sub(r"'[^']*'", "T", re.sub(r"d?\d[\d-]*", "N", line.what)))
        return re.sub(r"user=? ?\"?\S+", "user", what), line.ok

    honest = {shape(line) for run in runs for line in run.honest}
    assert {shape(line) for run in runs for line in run.leaked} <= honest


def sessions_apart(run: Run, lines: Iterable[Seen]) -> int:
    places = defaultdict(set)
    for line in lines:
        if line.session and person(run, line):
            places[line.session].add(line.ip)
    return sum(len(ips) > 1 for ips in places.values())


def test_honest_sessions_move_between_networks_too(company: str, runs: list[Run]) -> None:
    if company != "bank":  # its audit log sees the application's server
        assert sum(sessions_apart(run, run.honest) for run in runs) > 3


def test_honest_people_walk_through_neighbours_and_long_lists(runs: list[Run]) -> None:
    longest = 0
    for run in runs:
        last: dict[str, int] = {}
        length: dict[str, int] = defaultdict(int)
        for line in run.honest:
            if (
                line.log == "web"
                and person(run, line)
                and len(line.ids) == 1
                and line.what.startswith(("/crm/cards", "/pat", "/api/cl", "/v1/b"))
            ):
                client = int(next(iter(line.ids)))
                if client != last.get(line.account):
                    near = 0 < client - last.get(line.account, -99) <= 16
                    length[line.account] = length[line.account] + 1 if near else 0
                    last[line.account] = client
                    longest = max(longest, length[line.account])
    assert longest > 30


def test_colleagues_share_the_address_of_their_branch(make: Callable[..., Run]) -> None:
    lines = next(iter(make(1).lines.values()))
    people = defaultdict(set)
    for line in lines:
        people[line.ip].add(line.account)
    assert max(len(accounts) for ip, accounts in people.items() if ip.startswith("192.0.2.")) >= 3
