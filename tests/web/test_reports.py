"""The open form and the pages of reports: anybody may tell, little at a time; some see what became of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from detector.schema.outside.outside_reports import ReportWay
from detector.web.serving.guard import BODY_LIMIT
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, Browser, World

CLIENT = {"kind": "client", "text": "who rang me knew my last payment"}


@pytest.fixture
def open_world(make_world: Callable[..., World]) -> World:
    return make_world(web={"port": 0, "report_form": True})


def told(world: World) -> list[str]:
    with world.store.read() as unit:
        return [each.text for each in unit.reports.waiting()]


def sent(browser: Browser, **form: str) -> int:
    return browser.fill("/report", "/report", **CLIENT | form).status_code


def test_the_form_is_not_there_unless_it_is_asked_for(world: World) -> None:
    browser = world.browser("")
    assert [browser.get("/report").status_code, browser.post("/report", CLIENT).status_code] == [404, 404]
    assert world.browser("lev").get("/reports").status_code == 200


def test_anybody_tells_once_in_either_language_and_learns_nothing_but_a_number(open_world: World) -> None:
    browser = open_world.browser("")
    russian = browser.get("/report?lang=ru").text
    assert '<html lang="ru">' in russian
    assert "Сообщить о возможной утечке" in russian
    for name in ("kind", "text", "sender", "client"):
        assert f'<label for="report-{name}">' in russian
    token = browser.form_token("/report")
    assert browser.post("/report", CLIENT).status_code == 403, "a form of another site has no token"
    assert told(open_world) == []
    form = {**CLIENT, "form_token": token, "form_key": "k" * 12, "sender": HOSTILE, "client": "=1+1"}
    first, again = browser.post("/report", form), browser.post("/report", form)
    assert (first.status_code, first.text) == (200, again.text)
    (report,) = [each.report for each in open_world.consoles.of(me("lev")).reports.all(10)]
    assert (report.way, report.by, report.language) == (ReportWay.FORM, "", "ru")
    assert report.id in first.text
    assert "payment" not in first.text
    assert browser.get(f"/reports/{report.id}").status_code == 303, "who is not signed in reads none"


def test_so_much_and_no_more_is_taken(open_world: World) -> None:
    browser = open_world.browser("", **{"x-forwarded-for": "192.0.2.9"})
    for form, why in (
        ({"text": "x" * 4001}, "at most 4,000"),
        ({"text": ""}, "Say what"),
        ({"kind": "king"}, "Say who"),
    ):
        answer = browser.fill("/report", "/report", **CLIENT | form)
        assert (answer.status_code, why in answer.text) == (400, True), form
    large = {**CLIENT, "text": "x" * BODY_LIMIT, "form_token": browser.form_token("/report")}
    assert browser.post("/report", large).status_code == 413
    assert [sent(browser, text=f"{n}") for n in range(6)] == [200] * 5 + [429]
    assert "x" not in "".join(told(open_world))
    elsewhere = open_world.browser("", **{"x-forwarded-for": "192.0.2.10"})
    assert sent(elsewhere) == 200
    nowhere = open_world.browser("")
    assert [sent(nowhere, text=f"n{n}") for n in range(55)].count(429) == 1, "sixty from all together"
    open_world.clock.advance(timedelta(hours=1))
    assert sent(browser) == 200


def test_who_takes_reports_in_reads_links_opens_and_dismisses_them(open_world: World) -> None:
    visitor = open_world.browser("")
    for text in (HOSTILE, "second", "third"):
        assert sent(visitor, text=text, sender=HOSTILE, client=HOSTILE[:100]) == 200
    incident = open_world.found()
    browser = open_world.browser("lev")
    reports = {each.report.text: each.report.id for each in open_world.consoles.of(me("lev")).reports.all(10)}
    hostile = next(ref for text, ref in reports.items() if "alert(1)" in text)
    desk = open_world.consoles.of(me("lev")).reports
    assert (len(desk.all(1)), len(desk.waiting())) == (1, 3), "those that wait are not among so many of the newest"
    listed = browser.get("/reports").text
    assert all(ref in listed for ref in reports.values())
    assert "alert(1)" not in listed
    assert f'href="/reports/{hostile}"' in browser.get("/").text, "it stands on the first page, as somebody's to do"
    page = browser.get(f"/reports/{hostile}").text
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "nobody has checked who it is from" in page

    place = f"/reports/{hostile}"
    missing = browser.fill(place, f"{place}/link", reason="")
    assert (missing.status_code, "Choose a case." in missing.text) == (400, True)
    linked = browser.fill(place, f"{place}/link", incident=incident.number, reason="the same night")
    assert (linked.status_code, linked.headers["location"]) == (303, f"/incidents/{incident.number}")
    assert incident.number in browser.get(place).text
    again = browser.fill(place, f"{place}/link", incident=incident.number, reason="the same night")
    assert (again.status_code, "is linked to this case already" in again.text) == (409, True)

    second, third = (f"/reports/{reports[text]}" for text in ("second", "third"))
    case = {"title": "A client rang", "severity": "high", "playbook": "client-data-leak", "reason": "r"}
    opened = browser.fill(second, f"{second}/open", **case)
    assert opened.status_code == 303, opened.text
    assert browser.get(opened.headers["location"]).status_code == 200
    assert browser.fill(third, f"{third}/dismiss", reason="an advertisement").status_code == 303
    assert told(open_world) == []
    assert browser.get("/reports/r-ffffffffff").status_code == 404
    assert open_world.browser("olga").get("/reports").status_code == 403
