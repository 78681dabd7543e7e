"""The page of rules' precision, and asking for an exception on the page of a false alarm."""

from datetime import timedelta

import pytest

from detector.schema.case.incidents import CloseReason
from detector.schema.detection.work_exceptions import ExceptionState
from detector.schema.team.grants import Identity
from tests.web.conftest import HOSTILE, NIGHT, World, make_finding


@pytest.mark.parametrize(
    ("language", "lower", "share"), [("en", "consider a lower level", "0–79 %"), ("ru", "меньшем уровне", "0–79 %")]
)
def test_what_was_only_false_is_shown_with_its_interval(world: World, language: str, lower: str, share: str) -> None:
    assert lower not in world.browser().get(f"/precision?lang={language}").text
    world.closes(world.found().id, CloseReason.FALSE_POSITIVE, by="anna", note="a list")
    page = world.browser().get(f"/precision?lang={language}").text
    assert lower in page
    assert share in page


@pytest.mark.parametrize(
    ("language", "asked", "label"),
    [("en", "3 false incidents a month", "False"), ("ru", "ложных инцидентов в месяц: 3 ", "Ложных")],
)
def test_what_incidents_cost_stands_beside_what_was_asked_for(
    world: World, language: str, asked: str, label: str
) -> None:
    world.closes(world.found().id, CloseReason.FALSE_POSITIVE, by="anna", note="a list")
    world.found(make_finding(by="user:letters"))
    page = world.browser().get(f"/precision?lang={language}").text
    assert asked in page
    rules = page.split("<tbody>")[1].split("<tr>")[2]
    assert [part.split(">")[1].split("<")[0] for part in rules.split("<td")[1:]] == ["2", "0", "1", "0", "1"]
    assert f'data-label="{label}">1</td>' in rules


def test_whom_an_incident_is_about_reads_nothing_of_it_from_what_is_counted(world: World) -> None:
    def counted(person: str) -> str:
        return world.browser(person).get("/precision").text.replace(person, "")

    nothing = [world.console.precision_report(), counted("olga"), counted("anna")]
    incident = world.found()
    assert (counted("olga"), counted("anna")) == (nothing[1], counted("anna"))
    assert counted("anna") != nothing[2]
    world.closes(incident.id, CloseReason.FALSE_POSITIVE, by="anna", note="a list")
    assert counted("olga") == nothing[1], "nor when it is closed"
    olga = world.consoles.of(Identity(name="olga"))
    assert olga.precision_report() == nothing[0] != world.console.precision_report()


def test_a_false_alarm_leads_to_an_exception_that_waits_for_another_person(world: World) -> None:
    incident, browser = world.found(make_finding(by="user:letters")), world.browser()
    page, action = f"/incidents/{incident.number}", f"/incidents/{incident.id}/expect"
    assert f'action="{action}"' not in browser.get(page).text
    world.closes(incident.id, CloseReason.FALSE_POSITIVE, by="anna", note="letters")
    until = (NIGHT + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    for form in ({"until": ""}, {"until": "soon"}, {"until": "2020-01-01T00:00"}, {"until": "2030-01-01T00:00"}):
        assert browser.fill(page, action, by="boris", reason="letters", **form).status_code == 400, form
    answer = browser.fill(page, action, by="boris", reason="letters", until=until)
    assert (answer.status_code, answer.headers["location"]) == (303, "/expected")
    (work,) = world.console.planned.work()
    assert (work.state, work.exception.actor_id) == (ExceptionState.ASKED, "user:letters")
    assert work.exception.ends_at == NIGHT + timedelta(days=3, hours=-3), "the form's time is Moscow's"


def test_whoever_the_incident_is_about_expects_nothing(world: World) -> None:
    incident, browser = world.found(), world.browser()
    world.closes(incident.id, CloseReason.FALSE_POSITIVE, by="anna", note="letters")
    action = f"/incidents/{incident.id}/expect"
    token = browser.form_token(f"/incidents/{incident.number}")
    form = {"form_token": token, "reason": "r", "until": "2026-03-04T00:00"}
    assert browser.sign_in("olga").post(action, form).status_code == 404
    assert world.console.planned.work() == []


def test_a_rules_title_is_text(world: World) -> None:
    world.closes(world.found(make_finding(HOSTILE, title=HOSTILE)).id, CloseReason.AUTHORISED, by="anna", note="n")
    page = world.browser().get("/precision").text
    assert "<script>alert" not in page
    assert "‹U+202E›" in page
