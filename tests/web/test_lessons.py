"""What is learnt from a case is kept on its tab of lessons, without a command line; drills are led from their page."""

from dataclasses import replace
from datetime import timedelta

from detector.schema.learning.corrective_actions import ActionState
from detector.schema.team.drills import Drill, DrillInject, DrillMode, DrillStatus
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, SCOPE, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_is_learnt_is_kept_on_the_page_by_whoever_works_on_the_case_and_by_nobody_else(world: World) -> None:
    incident = world.found(scope=SCOPE)
    page, at = f"/incidents/{incident.number}/lessons", f"/incidents/{incident.id}/lessons"
    lev = world.browser("lev")
    action = {"text": f"A second factor {HOSTILE}", "owner": "anna", "due": "2026-06-01", "budget": "40 000 eur"}
    wrong = lev.fill(page, f"{at}/add-action", **action | {"owner": "olga", "budget": "a lot", "due": "soon"})
    assert wrong.status_code == 400
    for said in ("Write the amount in whole units", "date or time was not understood", 'value="a lot"'):
        assert said in wrong.text
    barred = lev.fill(f"{page}?lang=ru", f"{at}/add-action", **action | {"owner": "olga", "due": "2026-01-01"})
    assert (barred.status_code, "не может отвечать за меру" in barred.text) == (400, True)
    assert "Этот срок уже прошёл" in barred.text, "all that is wrong at once"
    for form, act in (
        (action, "add-action"),
        ({"owner": "dina", "due": "2026-06-01", "reason": "anna has left"}, "change-action/1"),
        ({"text": "misuse"}, "hypothesis"),
        ({"side": "against", "text": "he was abroad"}, "evidence/1"),
        ({"stands": "refuted", "text": "a token was used"}, "judge/1"),
        ({"text": "anybody could export"}, "answer/weak_spot"),
        ({"kind": "work", "amount": "9000 EUR", "text": "60 hours"}, "add-cost"),
        ({"kind": "work", "amount": "100 EUR", "text": "twice"}, "add-cost"),
        ({"reason": "entered twice"}, "remove-cost/2"),
    ):
        done = lev.fill(page, f"{at}/{act}", **form)
        assert (done.status_code, done.headers.get("location", "").partition("#")[0]) == (303, at), act
    (of_case,) = world.consoles.of(me("lev")).actions.of(incident.id)
    assert (of_case[1].owner, f"{of_case[1].due_at:%H:%M}", of_case[1].budget) == ("dina", "20:59", 40000)
    shown = lev.get(f"{page}?lang=ru").text
    for said in ("Dina", "Опровергнута: a token was used", "против", "anybody could export", "9 000 EUR", "twice"):
        assert said in shown.replace("\N{NO-BREAK SPACE}", " "), said
    assert "<script>alert" not in shown
    drafted = lev.fill(page, f"{at}/draft", language="ru")
    assert drafted.headers["location"].startswith("/documents/")
    again = lev.fill(f"{page}?lang=en", f"{at}/draft", language="ru")
    assert (again.status_code, "There is nothing to draft" in again.text) == (409, True)
    assert drafted.headers["location"] in again.text
    assert "anybody could export" in lev.get(f"{page}/review?in=en").text
    assert lev.fill(page, f"{at}/finish-action/1", proof="change 4711", effect="none since").status_code == 303
    assert world.consoles.of(me("lev")).actions.of(incident.id)[0][1].state is ActionState.DONE
    late = lev.post(f"{at}/drop-action/1", {"form_token": lev.form_token(page), "reason": "r"})
    assert (late.status_code, "is done or dropped" in late.text) == (409, True)
    before = world.state()
    assert lev.post(f"{at}/add-action", action).status_code == 403, "a form of another site has no token"
    token = {"form_token": lev.form_token(page)}
    assert lev.post(f"{at}/answer/who", token | {"text": "x"}).status_code == 404
    assert lev.post(f"{at}/hypothesis/1", token | {"text": "x"}).status_code == 404
    olga = lev.sign_in("olga")  # it is about her: with lev's form in the same browser she does nothing, either
    assert [olga.get(each).status_code for each in (page, f"{page}/review")] == [404, 404]
    for act in ("add-action", "hypothesis", "add-cost", "draft", "finish-action/1", "answer/luck"):
        sent = {"kind": "work", "amount": "1 EUR", "proof": "p"}
        assert olga.post(f"{at}/{act}", token | action | sent).status_code == 404, act
    assert world.state() == before
    assert world.sound(incident.id)


def test_drills_are_led_from_their_page_by_whose_roles_lead_them(world: World) -> None:
    lev, now = world.browser("lev"), world.clock.now()
    empty = lev.get("/drills").text
    assert [said in empty for said in ("None was held yet.", "Begin a drill", 'value="night-export"')] == [True] * 3
    played = Drill(
        number=1, scenario="canary", title="Canary", title_ru="Канарейка", mode=DrillMode.LIVE, plan="{}",
        asked_by="lev", asked_at=now - DAY, status=DrillStatus.FINISHED, started_at=now - DAY, first_at=now - DAY,
        ended_at=now - DAY + HOUR, ended_by="nabat", paged_at=now - DAY + HOUR / 60,
        acknowledged_at=now - DAY + HOUR / 4, steps=4, steps_done=3, steps_late=1,
    )  # fmt: skip
    with world.store.begin() as unit:
        unit.drills.save(played)
        unit.drills.save(replace(played, number=2, title=HOSTILE, title_ru=HOSTILE))
    shown = lev.get("/drills?lang=ru").text.replace("\N{NO-BREAK SPACE}", " ")
    for said in ("Канарейка", "1 мин", "14 мин", "сделано 3 из 4, поздно 1", "data:image/svg+xml,", "Следующие"):
        assert said in shown, said
    assert "<script>alert" not in shown
    one = lev.get("/drills/2?lang=en").text
    assert ("DRILL" in one, "data:image/svg+xml," in one, "<script>alert" in one) == (True, True, False)
    filed = lev.fill("/drills/2", "/drills/2/file")
    assert filed.headers["location"] == "/documents/company-d1"

    assert "Choose a scenario." in lev.fill("/drills", "/drills/run", mode="live").text
    begun = lev.fill("/drills", "/drills/run", scenario="ransom-note", mode="table_top")
    assert begun.headers["location"] == "/drills/3"
    again = lev.post("/drills/run", {"form_token": lev.form_token("/drills"), "scenario": "canary", "mode": "live"})
    assert (again.status_code, "Drill 3 goes on" in again.text) == (409, True)
    with world.store.begin() as unit:
        unit.drills.save_injects(
            [DrillInject(drill=3, number=1, roles=("lead",), text="t", text_ru="т", question="Who pays?",
                         question_ru="Кто платит?", due_at=now, sent_at=now)]
        )  # fmt: skip
    assert lev.fill("/drills/3", "/drills/3/answer", question="1", text=f"nobody {HOSTILE}").status_code == 303
    assert "nobody" in lev.get("/drills/3").text
    assert lev.fill("/drills/3", "/drills/3/answer", question="9", text="x").status_code == 404
    refused = lev.post("/drills/3/file", {"form_token": lev.form_token("/drills/3")})
    assert (refused.status_code, "no record of one" in refused.text) == (409, True)
    assert lev.fill("/drills", "/drills/stop", reason="enough").headers["location"] == "/drills/3"
    token = {"form_token": lev.form_token("/drills/3"), "form_key": "k" * 12}
    with world.store.read() as unit:
        before = unit.drills.newest()
    for person, status in (("olga", 403), ("", 401)):
        other = lev.sign_in(person)
        assert other.post("/drills/run", token | {"scenario": "canary", "mode": "live"}).status_code == status
        assert other.post("/drills/stop", token | {"reason": "r"}).status_code == status
        assert other.post("/drills/3/answer", token | {"question": "1", "text": "other"}).status_code == status
    with world.store.read() as unit:
        assert unit.drills.newest() == before
    assert "/drills/run" not in world.browser("olga").get("/drills").text, "her roles lead none"
    assert world.browser("lev").post("/drills/run", {"scenario": "canary", "mode": "live"}).status_code == 403
    world.found()
    real = world.browser("lev").fill("/drills", "/drills/run", scenario="canary", mode="live")
    assert (real.status_code, "is real, and nobody has it" in real.text) == (409, True)
