"""How many statements a page asks the database: a rich case few, and a list no more for many cases than for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from detector.incident.reports import ReportTold
from detector.runtime.decide import Decider
from detector.runtime.incidents.agenda.agenda_keeper import AgendaKeeper
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import Incident
from detector.schema.outside.outside_reports import ReportKind
from detector.web.views.case_view import Tab
from tests.fakes.people import me
from tests.web.conftest import NIGHT, PLAYBOOKS, SCOPE, Browser, World, make_finding

_MOST = {Tab.DUTIES: 110, Tab.ACTOR: 115, Tab.LETTERS: 105, Tab.LESSONS: 160}
"""Views for which others are asked as well: each begins with the case and the door."""
_OWN = ("PRAGMA", "BEGIN")
"""What begins a transaction is no statement of anybody's."""


@contextmanager
def asked() -> Iterator[list[str]]:
    """Yield the statements that databases are asked meanwhile."""
    found = list[str]()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(_OWN):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def statements(browser: Browser, path: str) -> list[str]:
    with asked() as found:
        shown = browser.get(path)
    assert shown.status_code == 200, shown.text
    return found


@pytest.fixture
def rich(world: World) -> Incident:
    """A case in which much was done."""
    one = world.found(make_finding(), make_finding("second", at=NIGHT + timedelta(minutes=1)), scope=SCOPE)
    console, ref = world.console, one.number
    console.acknowledge(ref, by=me("anna"), via="web")
    console.note(ref, by=me("anna"), text="the account was asked for")
    console.record_fact(ref, CaseFactKind.CAUSE, "insider", by=me("lev"), source="a talk", reason="he said so")
    console.assign_role(ref, "com", "boris", by=me("lev"), reason="holiday")
    steps = [each.step_id for each in world.detail(ref).steps][:4]
    for step in steps:
        console.complete(ref, step, by=me("anna"), proof="seen")
    notices = console.notices(me("dina"))
    for name in ("staff", "press"):
        notices.draft(ref, name, "en")
    return world.detail(ref).incident


@pytest.mark.parametrize("tab", Tab)
def test_a_view_of_a_rich_case_asks_few_statements(world: World, rich: Incident, tab: Tab) -> None:
    browser = world.browser("lev")
    found = statements(browser, f"/incidents/{rich.number}{tab.path}")
    assert len(found) <= _MOST.get(tab, 75), "\n".join(found)


def open_many(world: World, many: int) -> None:
    """Open so many cases, in each of which something is owed."""
    for first in range(0, many, 10):  # more of them at once are a storm
        some = range(first, min(many, first + 10))
        at = world.clock.now()
        world.found(*(make_finding(by=f"user:mallory{n}", at=at, subject_count=5) for n in some))
        world.clock.advance(timedelta(hours=2))
    decider = Decider(settings=world.settings, playbooks=PLAYBOOKS, regulations=world.regulations, links=world.links)
    with world.store.begin() as unit:
        ids = list(unit.incidents.open_versions())
        assert len(ids) == many
        AgendaKeeper().update(unit, decider, ids, world.clock.now())


@pytest.mark.parametrize("page", ["/incidents", "/"])
def test_a_list_of_fifty_cases_asks_no_more_than_that_of_two(make_world: Callable[..., World], page: str) -> None:
    counts = []
    for many in (2, 50):
        world = make_world()
        open_many(world, many)
        counts.append(len(statements(world.browser("lev"), page)))
    assert counts[1] <= counts[0] + 2


def test_the_first_page_reads_what_is_owed_in_a_hundred_cases_and_says_so(world: World) -> None:
    open_many(world, 110)
    console = world.consoles.of(me("lev"))
    with world.store.begin() as unit:
        rows = unit.agenda.all()
        last = next(each for each in reversed(rows) if each.incident_id)
        unit.agenda.save([replace(last, owner="lev")])
        due: dict[str, datetime] = {}
        for each in rows:
            if each.incident_id and each.incident_id != last.incident_id:
                due.setdefault(each.incident_id, each.due_at)
    owed = console.agenda(100)
    read = {each.incident.id for each in owed if each.incident is not None}
    assert read == {last.incident_id, *sorted(due, key=lambda key: (due[key], key))[:99]}
    assert len(owed) < len(console.agenda())
    assert [each for each in console.agenda() if each.incident is None or each.incident.id in read] == owed
    page = world.browser("lev")
    assert "Counted in the 100 incidents that have something due first" in page.get("/").text
    assert "Учтены инциденты, где срок ближе всего (100)" in page.get("/?lang=ru").text


def test_a_list_of_fifty_reports_asks_no_more_than_that_of_two(make_world: Callable[..., World]) -> None:
    counts = []
    for many in (2, 50):
        world = make_world()
        for n in range(many):
            told = ReportTold(kind=ReportKind.CLIENT, text=f"call {n}", sender="a client", key=f"call-{n}")
            world.console.take_in(told, by=me("lev"))
        counts.append(len(statements(world.browser("lev"), "/reports")))
    assert counts[1] <= counts[0]
