import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from detector.incident import load_regulations
from detector.incident.playbook.playbooks import Gate
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import CloseReason, IncidentStatus, StepStatus
from detector.schema.team.grants import SkipReason
from tests.fakes.people import me
from tests.web.conftest import PLAYBOOKS, SCOPE, World, make_finding


def test_a_person_acknowledges_and_the_page_says_who_has_it(world: World) -> None:
    incident = world.found()
    browser = world.browser()
    page = f"/incidents/{incident.number}"
    answer = browser.fill(page, f"/incidents/{incident.id}/acknowledge", by="anna")
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert world.detail(incident.id).incident.acknowledged_by == "anna"
    assert "You have it" in browser.get(page).text
    assert "Anna (security) has it" in world.browser("boris").get(page).text


def test_a_step_is_done_skipped_and_opened_again(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"

    def step() -> tuple[StepStatus, str, str]:
        (found,) = (each for each in world.detail(incident.id).steps if each.step_id == "A4")
        return found.status, found.done_by, found.proof

    def act(name: str, **form: str) -> None:
        answer = browser.fill(page, f"/incidents/{incident.id}/steps/A4/{name}", **form)
        assert answer.headers["location"] == f"{page}/steps#step-A4"

    act("done", by="boris", proof="called the manager")
    assert step() == (StepStatus.DONE, "boris", "called the manager")
    late = browser.fill(page, f"/incidents/{incident.id}/steps/A4/done", by="lev", proof="the manager knows of nothing")
    assert (late.status_code, "boris has marked step A4 done already" in late.text) == (409, True)
    assert step() == (StepStatus.DONE, "boris", "called the manager")
    act("reopen", by="lev", reason="it was another person")
    assert step()[0] is StepStatus.OPEN
    act("skip", by="lev", skip="done_elsewhere", reason="known from before")
    assert step() == (StepStatus.SKIPPED, "lev", "done and recorded elsewhere: known from before")
    assert world.sound(incident.id)


def test_a_close_that_takes_two_waits_for_the_other_and_is_their_word_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    leak = PLAYBOOKS["client-data-leak"]
    two = {"gate": Gate(two_persons=True)}
    steps = tuple(each.model_copy(update=two) if each.done_when == "closed" else each for each in leak.steps)
    there = {**PLAYBOOKS, "client-data-leak": leak.model_copy(update={"steps": steps})}
    monkeypatch.setitem(World.found.__globals__, "PLAYBOOKS", there)
    incident = world.found()
    browser, page, acts = world.browser(), f"/incidents/{incident.number}", f"/incidents/{incident.id}"
    browser.fill(page, f"{acts}/close", by="lev", why="false_positive", note="a drill of the branch")
    assert world.detail(incident.id).incident.status is not IncidentStatus.CLOSED
    assert "Lev (lead) wants to close this incident as: false positive." in browser.get(page).text
    another = browser.fill(page, f"{acts}/close", by="dina", why="authorised", note="a migration")
    assert another.status_code == 409, "nobody replaces what waits"
    assert browser.fill(page, f"{acts}/agree", by="lev", subject="close").status_code == 409
    browser.fill(page, f"{acts}/agree", by="dina", subject="close")
    known = world.detail(incident.id).incident
    assert (known.status, known.close_reason) == (IncidentStatus.CLOSED, CloseReason.FALSE_POSITIVE)
    assert "dina" in known.close_note
    assert world.sound(incident.id)


def test_a_note_keeps_its_lines(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    browser.fill(page, f"/incidents/{incident.id}/note", by="anna", text="one\r\ntwo")
    assert world.detail(incident.id).entries[-1].text == "one\ntwo"


@pytest.mark.parametrize(("language", "said"), [("en", "No answer with client data"), ("ru", "не видно, чтобы")])
def test_what_was_asked_for_and_not_sent_is_not_called_untouched(world: World, language: str, said: str) -> None:
    title, title_ru = "A planted client record was touched", "Тронута подставная запись клиента"
    incident = world.found(make_finding("canary", title=title, title_ru=title_ru, subject_count=0, data_classes=()))
    page = world.browser().get(f"/incidents/{incident.number}?lang={language}").text
    whose = page[page.index('<h2 id="whose">') :]
    assert said in whose[: whose.index("</section>")]
    assert "No touch" not in page
    assert "Обращений к данным клиентов от этого исполнителя не видно" not in page


def test_somebody_may_say_that_client_data_is_concerned(world: World) -> None:
    incident = world.found(make_finding(playbook="web-attack", subject_count=0))
    browser, page = world.browser(), f"/incidents/{incident.number}"
    before = browser.case(page)
    assert "No answer with client data to this actor has been seen" in before
    assert 'id="clocks"' not in before
    action = f"/incidents/{incident.id}/client-data"
    refused = browser.fill(page, action, by="lev", reason="")
    assert refused.status_code == 400
    form = refused.text.partition(f'<form method="post" action="{action}">')[0]
    assert form[form.rindex("<details") :].startswith('<details class="more" open>'), "the form is seen again"
    assert browser.fill(page, action, by="lev", reason="cards in the answers").status_code == 303
    after = browser.case(page)
    assert 'id="clocks"' in after
    assert f'action="{action}"' not in after
    assert world.detail(incident.id).entries[-1].by == "lev"


def test_facts_are_read_in_the_zone_people_are_shown_and_what_asks_for_less_waits(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    action = f"/incidents/{incident.id}/fact"

    def state(kind: str, value: str, reason: str = "seen", by: str = "lev", **more: str) -> httpx.Response:
        return browser.fill(page, action, by=by, fact=kind, value=value, reason=reason, **more)

    refused = state("t1", "yesterday")
    assert refused.status_code == 400
    assert "The date or time was not understood." in refused.text
    answer = state("t1", "2026-03-03T03:10")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}/evidence#facts")
    aware = world.detail(incident.id).incident.aware_at
    assert aware is not None
    assert aware.isoformat() == "2026-03-03T00:10:00+00:00"
    future = state("t1", "2027-03-03T03:10")
    assert future.status_code == 400
    assert "T1 is in the future" in future.text
    early = state("t1", "2020-01-01T00:00", by="anna")
    assert early.status_code == 400
    assert "T1 is more than 30 days before the first event (3 Mar" in early.text
    # Later than it is set: it waits for somebody else, who sees to when.
    earlier, later = state("t1", "2026-03-03T03:05"), state("t1", "2026-03-03T03:10", "seen <b>then</b>")
    assert (earlier.status_code, later.status_code) == (303, 303)
    shown = browser.case(page)
    assert "asks to correct “T1: aware since”, new reading: 3 Mar 2026, 03:10:00" in shown
    assert "gdpr-72h" in shown[shown.index("asks to correct") :][:300], "the second person sees what is agreed to"
    assert "seen &lt;b&gt;then&lt;/b&gt;" in shown
    agree = f"/incidents/{incident.id}/agree"
    assert world.detail(incident.id).incident.aware_at == aware - timedelta(minutes=5)
    assert browser.fill(page, agree, by="lev", subject="fact:t1").status_code == 409
    assert browser.fill(page, agree, by="dina", subject="fact:t1").status_code == 303
    assert world.detail(incident.id).incident.aware_at == aware
    assert world.sound(incident.id)

    # A complaint without a source, one that came too late, and one that moves T0.
    for language, needed, late in (
        ("ru", "Укажите, кто сообщил", "только если пришло раньше обнаружения"),
        ("en", "Say who reported it", "only if it came before detection"),
    ):
        browser.get(f"{page}?lang={language}")
        refused = state("t0", "")
        assert refused.status_code == 400
        assert needed in refused.text
        assert late in refused.text
    report = world.detail(incident.id).incident.opened_at - timedelta(hours=2)
    local = report.astimezone(ZoneInfo("Europe/Moscow")).replace(tzinfo=None)
    assert state("t0", local.isoformat(), source="client 77").status_code == 303
    assert world.detail(incident.id).incident.t0 == report
    assert state("t0", "", withdrawn="yes", source="client 77").status_code == 303
    assert world.detail(incident.id).incident.t0 == report, "taken back by two only"
    assert state("cause", "insider").status_code == 303
    assert state("persons", "~1200", source="the export").status_code == 303
    assert state("ghost", "x").status_code == 400
    assert state("severity", "low").status_code == 303
    for language, said in (("ru", "Для более низкой тяжести нужны двое"), ("en", "A lower severity needs two persons")):
        browser.get(f"{page}?lang={language}")
        assert said in browser.fill(page, agree, by="lev", subject="fact:severity").text
    shown = browser.case(page)
    for words in ("Reported from outside (T0)", "client 77", "about 1,200", "<b>insider</b>", "withdrawn"):
        assert words in shown
    russian = browser.case(f"{page}?lang=ru")
    for words in ("<b>инсайдер</b>", "около 1", "не действует", "Сообщили снаружи (T0)"):
        assert words in russian


def test_an_incident_is_closed_with_reason_and_note(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    action = f"/incidents/{incident.id}/close"
    assert browser.fill(page, action, by="lev", why="because", note="x").status_code == 400
    assert browser.fill(page, action, by="lev", why="false_positive", note="the yearly report").status_code == 303
    assert world.detail(incident.id).incident.status is IncidentStatus.NEW, "a grave leak is closed by two"
    assert "Lev (lead) wants to close this incident as: false positive." in browser.get(page).text
    browser.fill(page, f"/incidents/{incident.id}/agree", by="dina", subject="close")
    closed = world.detail(incident.id).incident
    assert (closed.status, closed.close_reason) == (IncidentStatus.CLOSED, CloseReason.FALSE_POSITIVE)
    assert "the yearly report" in browser.case(page)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Before the incident can be closed as handled"), ("ru", "Чтобы закрыть инцидент как отработанный")],
)
def test_what_cannot_be_done_is_said_with_all_that_is_missing_and_keeps_the_text(
    world: World, language: str, said: str
) -> None:
    incident = world.found(scope=SCOPE)
    browser, page = world.browser(), f"/incidents/{incident.number}"
    browser.get(f"{page}?lang={language}")
    answer = browser.fill(page, f"/incidents/{incident.id}/close", by="lev", why="handled", note="all <b>done</b>")
    assert answer.status_code == 409
    assert answer.text.count(said) > 1
    assert "all &lt;b&gt;done&lt;/b&gt;</textarea>" in answer.text
    assert '<option value="handled" selected>' in answer.text
    assert world.detail(incident.id).incident.status is IncidentStatus.NEW


def test_duties_are_decided_fulfilled_and_confirmed_on_the_page(world: World) -> None:
    incident = world.found(scope=SCOPE)
    browser, page = world.browser(), f"/incidents/{incident.number}"
    place = f"/incidents/{incident.id}/duties"

    def duty(stage: str) -> Duty:
        return next(each for each in world.detail(incident.id).duties if each.stage == stage)

    said = {"by": "dina", "reason": "nothing <b>left</b>", "memo": "weighed"}
    wrong = browser.fill(page, f"{place}/eu-gdpr-33/gdpr-72h/decide", **said)
    assert (wrong.status_code, "nothing &lt;b&gt;left&lt;/b&gt;</textarea>" in wrong.text) == (400, True)
    assert browser.fill(page, f"{place}/eu-gdpr-33/gdpr-72h/decide", **said, owed="no").status_code == 303
    assert duty("gdpr-72h").state is DutyState.UNDECIDED
    agree = {"subject": "duty:eu-gdpr-33/gdpr-72h"}
    assert browser.fill(page, f"/incidents/{incident.id}/agree", by="dina", **agree).status_code == 409
    assert browser.fill(page, f"/incidents/{incident.id}/agree", by="lev", **agree).status_code == 303
    assert (duty("gdpr-72h").state, duty("gdpr-72h").approved_by) == (DutyState.NOT_OWED, "lev")
    assert browser.fill(page, f"{place}/ru-152fz/ru-24h/receipt", by="dina", number="").status_code == 400
    sent = {"by": "dina", "number": "2026-88412", "at": "2026-03-03T03:12"}
    answer = browser.fill(page, f"{place}/ru-152fz/ru-24h/receipt", **sent)
    assert answer.headers["location"] == f"{page}/duties#clocks"
    assert duty("ru-24h").receipt_at == datetime(2026, 3, 3, 0, 12, tzinfo=UTC)
    future = browser.fill(page, f"{place}/ru-152fz/ru-72h/receipt", **sent | {"at": "2027-01-01T00:00"})
    assert (future.status_code, "not understood" in future.text) == (400, False)
    assert browser.fill(page, f"{place}/ru-152fz/nothing/receipt", **sent).status_code == 404
    assert browser.fill(page, f"{place}/ru-152fz/ru-72h/done", **sent).status_code == 404
    assert browser.fill(page, f"/incidents/{incident.id}/confirm", by="dina").status_code == 303
    assert duty("ru-72h").state is DutyState.UNDECIDED
    assert browser.fill(page, f"/incidents/{incident.id}/agree", by="lev", subject="laws").status_code == 303
    assert duty("ru-72h").state is DutyState.OWED
    shown = browser.case(page)
    assert "Receipt 2026-88412" in shown
    assert "nothing &lt;b&gt;left&lt;/b&gt;" in shown
    steps = shown[shown.index('id="step-N1"') :]
    assert "(fulfilled)" in steps[: steps.index("</li>")]
    assert world.sound(incident.id)


@pytest.mark.parametrize(
    ("language", "asks", "same"),
    [
        ("en", "A second person has to agree.", "needs two persons"),
        ("ru", "Требуется согласие второго человека.", "Для шага N1 нужны двое"),
    ],
)
def test_a_step_that_needs_two_waits_for_another_s_press(world: World, language: str, asks: str, same: str) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    step = f"/incidents/{incident.id}/steps/N1"

    def status() -> StepStatus:
        return next(each.status for each in world.detail(incident.id).steps if each.step_id == "N1")

    browser.get(f"{page}?lang={language}")
    assert browser.fill(page, f"{step}/done", by="dina", proof="receipt 17").status_code == 303
    assert status() is StepStatus.OPEN
    shown = browser.case(page)
    assert asks in shown
    assert 'id="approve-N1"' not in shown, "nobody approves of what they did"
    answer = browser.fill(page, f"{step}/approve", by="dina")
    assert answer.status_code == 409
    assert same in answer.text
    assert 'id="approve-N1"' in browser.sign_in("lev").case(page)
    assert browser.fill(page, f"{step}/decline", by="anna", reason="an old number").status_code == 303
    assert browser.fill(page, f"{step}/approve", by="lev").status_code == 409
    assert browser.fill(page, f"{step}/done", by="dina", proof="receipt 18").status_code == 303
    assert browser.fill(page, f"{step}/approve", by="lev").status_code == 303
    assert status() is StepStatus.DONE
    found = next(each for each in world.detail(incident.id).steps if each.step_id == "N1")
    assert (found.done_by, "receipt 18" in found.proof, "lev" in found.proof) == ("dina", True, True)
    assert world.sound(incident.id)


@pytest.mark.parametrize(
    ("asks", "agree", "tab", "anew"),
    [
        (("steps/N1/done", {"proof": "receipt 17"}), "steps/N1/approve", "/steps", "steps/N1/skip"),
        (("close", {"why": "false_positive", "note": "a test"}), "agree", "", "close"),
    ],
)
def test_a_press_agrees_to_what_the_page_showed_and_to_nothing_else(
    world: World, asks: tuple[str, dict[str, str]], agree: str, tab: str, anew: str
) -> None:
    incident = world.found()
    browser, page, acts = world.browser("dina"), f"/incidents/{incident.number}{tab}", f"/incidents/{incident.id}"
    others = {
        "steps/N1/skip": {"skip": "not_required", "reason": "nobody"},
        "close": {"why": "authorised", "note": "-"},
    }

    def pressed() -> dict[str, str]:
        """Return the fields by which lev would agree, as the page is now."""
        shown = browser.sign_in("lev").get(page).text
        form = re.search(rf'<form[^>]* action="{acts}/{agree}".*?</form>', shown, re.DOTALL)
        assert form is not None
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))

    name, typed = asks
    assert browser.fill(page, f"{acts}/{name}", **typed).status_code == 303
    shown = pressed()
    world.clock.advance(timedelta(seconds=1))
    assert browser.fill(page, f"{acts}/{anew}", by="dina", **others[anew]).status_code == 303
    fresh = pressed()
    refused = browser.post(f"{acts}/{agree}", shown)
    assert (refused.status_code, "has asked for something else" in refused.text) == (409, True)
    assert browser.post(f"{acts}/{agree}", fresh).status_code == 303
    assert "lev" in world.detail(incident.id).entries[-1].text
    assert world.sound(incident.id)


def test_all_that_is_missing_is_named_at_once(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    answer = browser.fill(page, f"/incidents/{incident.id}/close")
    assert answer.status_code == 400
    for said in ("Choose how the incident is closed.", "Write what was found and done."):
        assert said in answer.text
    unnamed = browser.fill(page, f"/incidents/{incident.id}/disagree")
    assert unnamed.status_code == 400
    assert "Say which request the word is about." in unnamed.text


def test_who_was_not_called_in_is_told_whom_to_ask_and_may_be_let_in(make_world: Callable[..., World]) -> None:
    people = [{"name": name, "targets": ["desk"]} for name in ("lev", "pavel", "vera")]
    roles = {"lead": ["lev"], "hr": ["pavel"], "auditor": ["vera"]}
    world = make_world(team={"people": people, "roles": roles})
    incident = world.found(make_finding(playbook="web-attack", subject_count=0))
    browser, page = world.browser("pavel"), f"/incidents/{incident.number}"
    answer = browser.get(page)
    assert answer.status_code == 403
    assert f"You were not called into incident {incident.number}. Ask to be called in: lev." in answer.text
    assert incident.number not in browser.get("/").text
    auditor = browser.sign_in("vera").get(page)
    assert auditor.status_code == 200
    assert 'id="close"' not in auditor.text
    barred = '<button type="button" aria-disabled="true" aria-describedby="why-acknowledge">'
    assert barred in auditor.text, "what may not be pressed stays"
    assert "Not yours to press here; who may: lev." in auditor.text
    assert 'aria-disabled="true"' not in browser.sign_in("lev").get(page).text
    browser.sign_in("lev")
    refused = browser.fill(page, f"/incidents/{incident.id}/invite", person="mallory", reason="x")
    assert refused.status_code == 404
    answer = browser.fill(page, f"/incidents/{incident.id}/invite", person="pavel", reason="knows the front")
    assert answer.status_code == 303
    assert browser.sign_in("pavel").get(page).status_code == 200
    assert world.detail(incident.id).entries[-1].kind == "invited"


def test_what_does_not_exist_is_not_found(world: World) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    before = world.state()
    for action in (
        "/incidents/99999999-ffff/acknowledge",
        f"/incidents/{incident.id}/steps/ZZ9/done",
        f"/incidents/{incident.id}/explode",
        f"/incidents/{incident.id}/done",
        f"/incidents/{incident.id}/steps/A4/acknowledge",
    ):
        assert browser.fill(page, action, by="anna").status_code == 404, action
    assert world.state() == before


def test_notes_can_be_added_to_a_closed_incident_and_nothing_else(world: World) -> None:
    incident = world.found()
    world.closes(incident.id, CloseReason.AUTHORISED, by="lev", note="agreed")
    browser, page = world.browser(), f"/incidents/{incident.number}"
    assert browser.fill(page, f"/incidents/{incident.id}/note", by="anna", text="later").status_code == 303
    answer = browser.fill(page, f"/incidents/{incident.id}/acknowledge", by="anna")
    assert answer.status_code == 409
    assert "is closed. Open it again, with a reason, or add a note." in answer.text


@pytest.mark.parametrize(("language", "said"), [("en", "What Nabat does for it:"), ("ru", "Что делает Набат:")])
def test_an_open_step_says_what_the_service_does_for_it(world: World, language: str, said: str) -> None:
    incident = world.found()
    page = world.browser().get(f"/incidents/{incident.number}/steps", params={"lang": language}).text
    steps = PLAYBOOKS["client-data-leak"].steps
    told = [step for step in steps if step.automation_text]
    assert page.count(said) == len(told)
    assert "<code>nabat replay</code>" in page
    assert "`" not in page.partition('id="checklist"')[2]


def test_an_incident_changes_hands_and_is_put_off_on_its_page(world: World) -> None:
    incident = world.found()
    page = f"/incidents/{incident.number}"
    world.browser("anna").fill(page, f"/incidents/{incident.id}/acknowledge")
    world.browser("boris").fill(page, f"/incidents/{incident.id}/takeover")
    assert world.detail(incident.id).incident.acknowledged_by == "boris"
    shown = world.browser("boris").get(page).text
    assert '<option value="lev">' in shown
    assert '<option value="boris">' not in shown
    refused = world.browser("boris").fill(page, f"/incidents/{incident.id}/handover", to="eve")
    assert "cannot be handed this" in refused.text
    world.browser("boris").fill(page, f"/incidents/{incident.id}/handover", to="lev")
    assert world.detail(incident.id).incident.acknowledged_by == "lev"
    assert any(each.person == "lev" for each in world.detail(incident.id).messages)
    until = (world.clock.now() + timedelta(minutes=30)).isoformat()
    browser = world.browser("lev")
    browser.fill(page, f"/incidents/{incident.id}/snooze", until=until, reason="the branch opens")
    put_off = world.detail(incident.id).incident
    assert (put_off.acknowledged_by, put_off.called_at) == ("", world.clock.now() + timedelta(minutes=30))
    assert "It had been put off" in browser.case(page)
    assert world.sound(incident.id)


def test_a_role_is_asked_for_accepted_and_given_back_on_the_tab_of_people(world: World) -> None:
    incident = world.found()
    page, act = f"/incidents/{incident.number}/people", f"/incidents/{incident.id}"
    lev, boris = world.browser("lev"), world.browser("boris")
    assert 'id="assign-role"' not in boris.get(page).text, "he neither leads nor has it"
    shown = lev.get(page).text
    assert '<option value="boris">' in shown
    refused = lev.fill(page, f"{act}/assign-role", role="boss", person="eve", reason="r")
    assert (refused.status_code, "Choose a role." in refused.text) == (400, True)
    refused = lev.fill(page, f"{act}/assign-role", role="com", person="eve", reason="her words are good")
    assert "cannot be asked to hold a role here. One of:" in refused.text
    assert "her words are good" in refused.text, "what was typed stays"
    asked = lev.fill(page, f"{act}/assign-role", role="com", person="boris", reason="his words are good")
    assert (asked.status_code, asked.headers["location"]) == (303, f"{page}#roles")
    assert "not accepted yet" in lev.get(page).text
    assert "/accept-role" not in lev.get(page).text, "the answer is his"
    assert "Accept: communications" in boris.get(page).text
    assert "Взять роль: связь с общественностью" in boris.get(page, params={"lang": "ru"}).text
    boris.fill(page, f"{act}/accept-role", role="com")
    (held,) = world.detail(incident.id).assignments
    assert (held.person, held.holds) == ("boris", True)
    world.browser("boris").fill(page, f"{act}/decline-role", role="com", reason="on leave")
    assert world.detail(incident.id).assignments == ()

    # What was asked is taken back: by who leads, and it is his no more.
    lev.fill(page, f"{act}/assign-role", role="hr", person="boris", reason="knows them")
    assert "/withdraw-role" not in boris.get(page).text, "he neither leads nor asked"
    assert "Take back: human resources, Boris" in lev.get(page).text
    assert lev.fill(page, f"{act}/withdraw-role", role="hr").status_code == 400
    lev.fill(page, f"{act}/withdraw-role", role="hr", reason="the wrong one")
    assert world.detail(incident.id).assignments == ()
    assert world.sound(incident.id)


@pytest.mark.parametrize(("language", "over"), [("en", "On hold until"), ("ru", "Приостановлен до")])
def test_an_incident_is_put_on_hold_and_a_closed_one_opened_again(world: World, language: str, over: str) -> None:
    incident = world.found()
    browser, page = world.browser(), f"/incidents/{incident.number}"
    act = f"/incidents/{incident.id}/status"
    said = {"by": "lev", "stands": "on_hold", "reason": "waits for the bank"}
    refused = browser.fill(page, act, **said)
    assert (refused.status_code, "A hold needs an end." in refused.text) == (400, True)
    until = world.clock.now() + timedelta(days=2)
    assert browser.fill(page, act, **said, until=until.isoformat()).status_code == 303
    assert world.detail(incident.id).incident.hold_until is None, "so long a hold of a grave case takes two"
    browser.fill(page, f"/incidents/{incident.id}/agree", by="dina", subject="hold")
    assert over in browser.get(f"{page}?lang={language}").text
    assert world.detail(incident.id).incident.hold_until == until
    closed = {"why": "false_positive", "note": "nothing in it"}
    browser.fill(page, f"/incidents/{incident.id}/close", by="lev", **closed)
    browser.fill(page, f"/incidents/{incident.id}/agree", by="dina", subject="close")
    again = f"/incidents/{incident.id}/open-again"
    assert browser.fill(page, again, by="dina", reason="").status_code == 400
    assert browser.fill(page, again, by="dina", reason="the <b>bank</b> wrote").status_code == 303
    assert world.detail(incident.id).incident.status is IncidentStatus.REOPENED
    shown = browser.case(page)
    assert "the &lt;b&gt;bank&lt;/b&gt; wrote" in shown
    assert 'id="open-again"' not in shown


def test_a_list_of_clients_is_brought_and_taken_back_on_the_page(world: World) -> None:
    incident = world.found(scope=SCOPE)
    browser, page = world.browser(), f"/incidents/{incident.number}"
    act = f"/incidents/{incident.id}/import-ids"
    answer = browser.fill(page, act, ids="7\n\x07\n", source="laptop", reason="export")
    assert (answer.status_code, "Line 2: characters that cannot be seen" in answer.text) == (400, True)
    answer = browser.post(f"{act}?lang=ru", {"form_token": browser.form_token(page), "ids": "7", "source": "ноутбук"})
    assert answer.status_code == 400
    assert "Укажите причину." in answer.text
    answer = browser.fill(f"{page}?lang=en", act, ids="7\n8\n", source="laptop", reason="export of 03:07")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}/clients#whose")
    shown = browser.case(page)
    for said in ("2 clients named by imported lists alone", "list 1 was imported", "List 1: 2 clients; laptop"):
        assert said in shown, said
    again = browser.fill(page, act, ids="7\n8\n", source="laptop", reason="again")
    assert (again.status_code, "List 1 is the same file." in again.text) == (409, True)
    browser.fill(page, f"/incidents/{incident.id}/remove-import", list="1", reason="another day")
    agreed = {"form_token": browser.sign_in("dina").form_token(page), "subject": "import:1"}
    assert browser.post(f"/incidents/{incident.id}/agree", agreed).status_code == 303
    shown = browser.case(f"{page}?lang=ru")
    assert "больше не учитывается" in shown
    assert "только загруженными списками" not in shown.partition('<ol class="timeline')[0]
    assert world.sound(incident.id)


@pytest.mark.parametrize(("language", "wrong"), [("en", "is no address"), ("ru", "не адрес")])
def test_an_incident_is_opened_by_hand_and_its_page_shows_who_said_what(
    world: World, language: str, wrong: str
) -> None:
    browser, page = world.browser(), "/open"
    assert 'href="/open"' in browser.get("/incidents").text
    assert browser.get(f"{page}?lang={language}").status_code == 200
    said = {"by": "lev", "title": "A <b>laptop</b>", "severity": "high", "playbook": "client-data-leak"}
    said |= {"reason": "the branch rang", "actors": "o.petrova"}
    refused = browser.fill(page, page, **said, addresses="example.org")
    assert (refused.status_code, wrong in refused.text) == (400, True)
    assert 'value="A &lt;b&gt;laptop&lt;/b&gt;"' in refused.text, "what was typed stays"
    done = browser.fill(page, page, **said, addresses="203.0.113.7")
    assert done.status_code == 303
    shown = browser.case(done.headers["location"])
    assert all(each in shown for each in ("the branch rang", "user:o.petrova", "A &lt;b&gt;laptop"))
    nobody = browser.fill(page, page, **said | {"actors": "", "title": "A call"})
    assert browser.get(nobody.headers["location"]).status_code == 200


def test_two_incidents_are_merged_on_the_page_and_parted_again(world: World) -> None:
    one, other = world.found(make_finding(by="user:mallory")), world.found(make_finding(by="user:eve"))
    browser, page = world.browser(), f"/incidents/{one.number}"
    act = f"/incidents/{one.id}/merge"
    refused = browser.fill(page, act, by="lev", into=one.number, reason="the same")
    assert (refused.status_code, "That is the same incident." in refused.text) == (409, True)
    assert browser.fill(page, act, by="lev", into="20990101-ffffff", reason="the same").status_code == 404
    done = browser.fill(page, act, by="lev", into=other.number, reason="one <b>laptop</b>")
    assert done.headers["location"] == f"/incidents/{other.number}"
    ended = browser.case(page)
    assert f'href="/incidents/{other.id}"' in ended
    assert "one &lt;b&gt;laptop&lt;/b&gt;" in ended
    assert 'id="open-again"' not in ended
    assert browser.fill(page, f"/incidents/{one.id}/open-again", by="lev", reason="x").status_code == 409
    assert browser.fill(page, f"/incidents/{one.id}/unmerge", by="dina", reason="two people").status_code == 303
    assert world.detail(one.id).incident.status is IncidentStatus.REOPENED
    assert world.sound(one.id)
    assert world.sound(other.id)


@pytest.mark.parametrize(("language", "said"), [("en", "The same address: 203.0.113.7"), ("ru", "Тот же адрес")])
def test_related_incidents_are_shown_with_why_but_not_to_whom_they_are_about(
    world: World, language: str, said: str
) -> None:
    here = {"source_ips": ("203.0.113.7",)}
    one, about_lev = world.found(make_finding(**here)), world.found(make_finding(by="user:lev", **here))
    page = f"/incidents/{one.number}?lang={language}"
    shown = world.browser("dina").get(page).text
    assert said in shown
    assert f'href="/incidents/{about_lev.number}"' in shown
    hidden = world.browser("lev").get(page)
    assert (hidden.status_code, about_lev.number in hidden.text) == (200, False)


def test_each_request_is_recorded_on_the_page_and_shown_with_its_own_clock(make_world: Callable[..., World]) -> None:
    world = make_world(load_regulations(("uk-gdpr",)))
    world.clock.move_to(datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    incident = world.found(make_finding(at=world.clock.now()), scope=SCOPE)
    page, act = f"/incidents/{incident.number}/duties", f"/incidents/{incident.id}/duties/uk-gdpr/uk-complaint/received"
    for what in ("complaint 77", "complaint <78>"):
        assert world.browser().fill(page, act, what=what, at="2026-07-01T10:00").status_code == 303
    shown = world.browser().get(page).text
    assert "acknowledgement of a complaint, no. 2" in shown
    assert "complaint &lt;78&gt;" in shown
    again = world.browser().fill(page, act, what="complaint 77", at="2026-07-01T10:00")
    assert (again.status_code, "is about this one already" in again.text) == (409, True)
    assert world.browser().post(act, {"form_token": world.browser().form_token(page), "what": ""}).status_code in (
        400,
        403,
    )
    answered = f"/incidents/{incident.id}/duties/uk-gdpr/uk-complaint.2/receipt"
    assert world.browser().fill(page, answered, number="letter 9").status_code == 303
    states = {each.stage: each.state.value for each in world.detail(incident.id).duties if each.occasion}
    assert states == {"uk-complaint": "undecided", "uk-complaint.2": "done"}
    world.closes(incident.id, CloseReason.FALSE_POSITIVE, by="anna", note="a list")
    shown = world.browser().get(page).text
    assert (f'action="{act}"' in shown, f'action="{answered}"' in shown) == (True, False)
    assert world.browser().fill(page, act, what="complaint 79", at="2026-07-01T10:30").status_code == 303
    assert world.detail(incident.id).incident.status is IncidentStatus.REOPENED


def test_what_the_service_composed_beside_the_timeline_is_read_in_any_language_and_peoples_words_stay(
    world: World,
) -> None:
    incident = world.found()
    ref, page = incident.id, f"/incidents/{incident.number}"
    world.console.acknowledge(ref, by=me("anna"), via="page")
    world.console.complete(ref, "N1", by=me("dina"), proof="receipt 17")
    world.console.approve(ref, "N1", by=me("lev"))
    world.console.skip(ref, "N8", by=me("dina"), reason=SkipReason.NOT_REQUIRED, words="no theft")
    world.console.complete(ref, "C2", by=me("lev"), proof="account blocked 03:20 (approved by lev)")
    russian = world.browser().get(f"{page}/steps?lang=ru&all").text
    for said in ("receipt 17 (утверждает lev)", "no theft", "account blocked 03:20 (approved by lev)"):
        assert said in russian
    for english in ("receipt 17 (approved by lev)", "Opened by Nabat", "Acknowledged via", "nobody asks for it here"):
        assert english not in russian
    assert "receipt 17 (approved by lev)" in world.browser().get(f"{page}/steps?lang=en&all").text
    world.closes(ref, CloseReason.FALSE_POSITIVE, by="anna", note="a list")
    assert "a list (утверждает dina)" in world.browser().get(f"{page}?lang=ru").text


@pytest.mark.parametrize(
    ("language", "kept"), [("en", "What you typed was not recorded"), ("ru", "Введённое не записано")]
)
def test_what_was_typed_comes_back_where_the_act_is_not_allowed_any_more(
    make_world: Callable[..., World], language: str, kept: str
) -> None:
    world = make_world()
    incident = world.found(make_finding(by="user:mallory2"))
    tokens = {person: world.browser(person) for person in ("lev", "olga")}
    for each in tokens.values():
        each.get(f"/?lang={language}")
    token = {person: each.form_token("/") for person, each in tokens.items()}
    world.closes(incident.id, CloseReason.AUTHORISED, by="lev", note="agreed")
    hers = world.found(make_finding("second"))  # about an account of olga's
    text = "<b>a long reason</b>"
    closed = tokens["lev"].post(
        f"/incidents/{incident.id}/client-data",
        {"form_token": token["lev"], "reason": text, "back": "evidence"},
    )
    barred = tokens["olga"].post(
        f"/incidents/{hers.id}/note", {"form_token": token["olga"], "text": text, "back": "overview"}
    )
    silence = tokens["olga"].post(
        "/silences",
        {"form_token": token["olga"], "matchers": "service=crm", "until": "2026-03-04T06:00", "reason": text},
    )
    assert [closed.status_code, barred.status_code, silence.status_code] == [409, 404, 403]
    for answer in (closed, barred, silence):
        back = answer.text.partition('id="given-back"')[2].partition("</section>")[0]
        assert kept in back
        assert '<dd class="kept">&lt;b&gt;a long reason&lt;/b&gt;</dd>' in back
        assert token["lev"] not in back
        assert "evidence</dd>" not in back
    foreign = tokens["olga"].post(f"/incidents/{hers.id}/note", {"form_token": "x", "text": text})
    assert 'id="given-back"' not in foreign.text, "somebody else may have written it"
