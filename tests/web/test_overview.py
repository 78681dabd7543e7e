"""What the pages answer before they prove anything: the brief, the tiles, what to do next, what nobody has."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, Scope, StepStatus
from detector.schema.detection.findings import Detector
from detector.schema.levels import Severity
from detector.web.charts import flow_chart
from detector.web.explained import ActorDay, ActorExplained
from detector.web.untaken import is_untaken, worst_untaken
from detector.web.views.case_view import FlowState, Tab, at_moment, case_view
from detector.web.views.now_routes import most_needed
from tests.fakes.people import me
from tests.web.conftest import NIGHT, SCOPE, World, make_finding

MINUTE = timedelta(minutes=1)


def brief_of(page: str) -> str:
    found = re.search(r'<p class="brief"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert found
    return re.sub(r"</?b>", "", found[1]).replace("\xa0", " ")


def test_the_brief_says_what_it_is_how_many_whether_it_flows_and_what_is_due(world: World) -> None:
    incident = world.found(scope=replace(SCOPE, last_event_at=NIGHT))
    page = f"/incidents/{incident.number}"
    english = brief_of(world.browser().get(page).text)
    assert english.startswith("Client data taken by an employee account in crm, since 02:53. Read 1,240 clients")
    for said in (
        "1,240 clients are concerned: Identity documents 312, Contact data 1,240.",
        "It is going on: the last touch was 0 s ago.",
        "The first legal deadline is in 1 d (4 Mar, 03:12): first notice.",
        "Nobody has it.",
    ):
        assert said in english
    world.console.acknowledge(incident.id, by=me("anna"), via="cli")
    world.clock.advance(3 * MINUTE)
    world.console.record_fact(incident.id, CaseFactKind.FLOW_STOPPED, "now", by=me("anna"), reason="blocked")
    world.clock.advance(timedelta(hours=26))
    russian = brief_of(world.browser().get(f"{page}?lang=ru").text)
    for said in ("Затронуто 1 240 клиентов: Паспорта 312", "Утечка остановлена 3 мар., 03:15", "Прош", "Просрочен"):
        assert said in russian
    assert "Им никто не занят" not in russian


def test_the_time_of_a_duty_counts_from_when_people_knew_before_the_logs_did(world: World) -> None:
    incident = world.found(scope=SCOPE)
    noon = (NIGHT - timedelta(hours=12)).isoformat()
    world.console.record_fact(incident.id, CaseFactKind.T1, noon, by=me("lev"), reason="a call at noon")
    clock = case_view(world.detail(incident.id), NIGHT).next_clock
    assert clock is not None
    assert (clock.duty.ref, clock.share) == ("ru-152fz/ru-24h", 50)


@pytest.mark.parametrize(
    ("stopped", "touched", "minutes", "state"),
    [
        (None, 0, 5, FlowState.GOING),
        (None, 0, 30, FlowState.QUIET),
        (2, 0, 30, FlowState.STOPPED),
        (2, 4, 30, FlowState.AGAIN),
    ],
)
def test_a_flow_is_called_stopped_only_while_nothing_is_seen_since(
    world: World, stopped: int | None, touched: int, minutes: int, state: FlowState
) -> None:
    incident = world.found(scope=replace(SCOPE, last_event_at=NIGHT))
    world.clock.advance(5 * MINUTE)
    if stopped is not None:
        moment = (NIGHT + stopped * MINUTE).isoformat()
        world.console.record_fact(incident.id, CaseFactKind.FLOW_STOPPED, moment, by=me("anna"), reason="blocked")
    detail = world.detail(incident.id)
    scope = replace(detail.incident.scope, last_event_at=NIGHT + touched * MINUTE)
    seen = replace(detail, incident=replace(detail.incident, scope=scope))
    now = NIGHT + minutes * MINUTE
    assert at_moment(case_view(seen, now).flow, now).state is state


def test_an_incident_has_the_tabs_that_say_something(world: World) -> None:
    leak = case_view(world.detail(world.found(scope=SCOPE).id), NIGHT)
    assert leak.tabs == tuple(Tab)
    blind = world.found(make_finding("blind", "nabat", playbook="blind-spot", subject_count=0,
                                     detector=Detector.BLIND_SPOT))  # fmt: skip
    assert not {Tab.CLIENTS, Tab.ACTOR, Tab.DUTIES} & set(case_view(world.detail(blind.id), NIGHT).tabs)
    browser = world.browser()
    assert browser.get(f"/incidents/{blind.number}/elsewhere").status_code == 404
    assert "<h1>" in browser.get(f"/incidents/{blind.number}/clients").text, "the overview stands in its place"


def test_what_nobody_has_stands_above_every_page_of_who_may_see_it(world: World) -> None:
    mine = world.found(scope=SCOPE)
    other = world.found(make_finding("walk", "user:k.brandt"), scope=SCOPE)
    browser = world.browser()
    for path in ("/incidents", "/sources", "/people", f"/incidents/{mine.number}/steps"):
        assert 'class="strip"' in browser.get(path).text, path
    assert f'class="strip" href="/incidents/{mine.number}"' not in browser.get(f"/incidents/{mine.number}").text
    assert 'class="strip"' not in browser.get("/").text, "there it stands with its button"
    hers = browser.sign_in("olga").get("/people").text
    assert mine.number not in hers
    assert f'class="strip" href="/incidents/{other.number}"' in hers
    for each in (mine, other):
        world.console.acknowledge(each.id, by=me("anna"), via="cli")
    assert 'class="strip"' not in browser.sign_in("lev").get("/incidents").text


def test_an_incident_put_off_or_resolved_waits_for_nobody(world: World) -> None:
    incident = world.found()
    assert is_untaken(incident, NIGHT)
    assert not is_untaken(replace(incident, called_at=NIGHT + MINUTE), NIGHT)
    assert is_untaken(replace(incident, called_at=NIGHT + MINUTE), NIGHT + MINUTE)
    worse = replace(incident, id="worse", called_at=NIGHT - timedelta(days=1))
    assert worst_untaken([incident, worse], NIGHT) is incident, "the same severity: who waits longest"


def test_a_press_leads_back_to_where_it_was_and_can_be_undone_for_a_while(world: World) -> None:
    incident = world.found()
    browser, page = world.browser("boris"), f"/incidents/{incident.number}"
    taken = browser.fill("/", f"/incidents/{incident.id}/acknowledge", back="now")
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    refused = browser.fill(page, f"/incidents/{incident.id}/note", back="now", text="")
    assert (refused.status_code, "The note is empty." in refused.text) == (400, True)
    done = browser.fill(page, f"/incidents/{incident.id}/steps/A4/done", back="overview", proof="called them")
    assert done.headers["location"] == page
    strange = browser.fill(page, f"/incidents/{incident.id}/note", back="//example.org", text="x")
    assert strange.headers["location"] == page
    shown = browser.get(page).text
    assert 'id="undo"' in shown
    assert 'id="undo"' not in world.browser("lev").get(page).text, "another's press is not theirs to undo here"
    browser.fill(page, f"/incidents/{incident.id}/steps/A4/reopen", reason="marked by mistake")
    (step,) = (each for each in world.detail(incident.id).steps if each.step_id == "A4")
    assert step.status is StepStatus.OPEN
    browser.fill(page, f"/incidents/{incident.id}/steps/A4/done", proof="called them")
    world.clock.advance(11 * MINUTE)
    assert 'id="undo"' not in browser.get(page).text


def test_what_waits_for_a_second_word_is_done_next(world: World) -> None:
    incident = world.found()
    world.console.complete(incident.id, "N1", by=me("dina"), proof="receipt 17")
    page = world.browser("lev").get(f"/incidents/{incident.number}").text
    first = page[page.index('<ol class="next">') :][:900]
    assert "Dina (data protection) asks for a second word: N1" in first
    assert f'href="/incidents/{incident.number}/steps#step-N1"' in first


def test_steps_of_closed_phases_come_without_forms_and_one_that_is_asked_for_with_them(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}/steps"
    assert 'id="done-R1"' not in browser.get(page).text
    assert 'id="done-R1"' in browser.get(f"{page}?step=R1").text
    refused = browser.fill(page, f"/incidents/{incident.id}/steps/R1/skip", skip="", reason="<b>none</b>")
    assert (refused.status_code, "&lt;b&gt;none&lt;/b&gt;</textarea>" in refused.text) == (400, True)


def a_day(day: date, hours: dict[int, int], marked: frozenset[int] = frozenset()) -> ActorDay:
    counts = tuple(hours.get(hour, 0) for hour in range(24))
    return ActorDay(
        day=day, numbers={}, touches=sum(counts), clients=0, taken=0, uncounted=0, hours=counts, marked=marked,
        of_incident=bool(marked),
    )  # fmt: skip


def test_touches_by_hour_show_those_of_the_incident_apart_and_end_now() -> None:
    days = (a_day(date(2026, 3, 2), {9: 4, 10: 6}), a_day(date(2026, 3, 3), {1: 80, 2: 20, 9: 3}, frozenset({1, 2})))
    actor = ActorExplained(actor_id="user:a", actor_type="human", role="", days=days, band={})
    now = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
    moments = {"taken": now, "first": datetime(2026, 3, 3, 1, 30, tzinfo=UTC), "t1": now - timedelta(days=9)}
    chart = flow_chart([actor], moments, now)
    assert chart is not None
    assert (len(chart.hours), chart.odd, chart.hours[-1].hour) == (24 + 11, 100, 10)
    assert [bar.odd for bar in chart.bars] == [False, False, True, True, False]
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 and bar.y >= 0 for bar in chart.bars)
    assert {name: number for name, (_, number) in chart.marks.items()} == {"first": 1, "taken": 2}
    assert flow_chart([actor], {}, datetime(2026, 3, 2, 12, tzinfo=UTC)) is None, "nothing of the incident yet"


def test_the_overview_draws_the_touches_and_names_no_client(world: World) -> None:
    incident = world.found(make_finding("blank"), scope=Scope(events=3, uncounted=3, data_classes=("contact",)))
    page = world.browser().get(f"/incidents/{incident.number}").text
    assert "how many clients is not known" in brief_of(page)
    assert "3 more that no log counts" in page


def test_later_incidents_do_not_hide_the_one_that_needs_somebody_most(world: World) -> None:
    worst = world.found()
    world.clock.advance(MINUTE)
    later = world.found(make_finding(by="user:k.sidorov", severity=Severity.HIGH, at=world.clock.now()))
    assert [each.id for each in most_needed([later, worst], 1)[0]] == [worst.id]
    assert most_needed([later, worst], 1)[1] == 1
    page = world.browser().get("/").text
    assert page.index(f"/incidents/{worst.id}/acknowledge") < page.index(f"/incidents/{later.id}/acknowledge")
    assert "2 incidents are open, 2 have nobody" in page


def test_who_was_only_let_into_a_case_has_a_first_page(make_world: Callable[..., World]) -> None:
    world = make_world(team={"people": [{"name": name, "targets": ["desk"]} for name in ("lev", "vera")],
                             "roles": {"lead": ["lev"]}})  # fmt: skip
    page = world.browser("vera").get("/")
    assert page.status_code == 200
    assert 'id="oncall"' not in page.text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No log shows it, and nobody"), ("ru", "В логах этого не видно")]
)
def test_what_a_person_reports_is_not_called_a_touch_that_goes_on(world: World, language: str, said: str) -> None:
    told = {"title": "Lost laptop", "playbook": "client-data-leak", "severity": "high", "reason": "a partner called"}
    browser = world.browser()
    there = browser.fill("/open", "/open", **told).headers["location"]
    said_first = brief_of(browser.get(f"{there}?lang={language}").text)
    assert said in said_first
    assert "0 s ago" not in said_first
    assert "0 с назад" not in said_first


def test_who_only_reads_is_offered_to_take_nothing(make_world: Callable[..., World]) -> None:
    people = [{"name": name, "targets": ["desk"]} for name in ("lev", "vera")]
    world = make_world(team={"people": people, "roles": {"lead": ["lev"], "auditor": ["vera"]}})
    incident = world.found()
    browser = world.browser("vera")
    first, other = browser.get("/").text, browser.get("/sources").text
    assert incident.code_name in first
    assert "/acknowledge" not in first
    assert 'class="strip"' in other
    assert other.count("3 lines are dated ahead") == 1, "of the portal"
    assert "I can take it" not in other
    assert "I can take it" in browser.sign_in("lev").get("/sources").text


def test_no_deadline_is_called_the_next_one_of_a_closed_case(world: World) -> None:
    incident = world.found(scope=SCOPE)
    browser, page = world.browser(), f"/incidents/{incident.number}"
    world.closes(incident.id, CloseReason.DUPLICATE, by="lev", note="of another")
    tiles = browser.get(page).text.partition('id="tiles"')[2].partition("</dl>")[0]
    assert "the incident is closed" in tiles
    assert "first notice" not in tiles
    assert "Next legal deadline" not in world.browser("").get(f"/ack/{world.token(incident)}").text
