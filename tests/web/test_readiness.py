"""The page of how ready the company is; tests of channels, which whoever reads them answers without signing in."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConflictError
from detector.incident.preparation import Shortfall
from detector.runtime.incidents.agenda.channel_keeper import say_channels
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.team.delivery import Message, MessageKind
from detector.schema.team.drills import Drill, DrillMode, DrillStatus
from tests.fakes.people import me
from tests.web.conftest import World, make_finding

PLAN = NewDocument(
    kind=DocumentKind.PLAN, language="en", title="Plan <of 2026>", media_type="text/markdown", body=b"# Plan\n"
)


def lacks(world: World, person: str = "lev") -> dict[str, Shortfall]:
    return {each.key: each for each in world.console.readiness(me(person)).view().readiness.shortfalls}


def sent(world: World) -> dict[str, Message]:
    """Return the messages of the newest round, by person."""
    with world.store.read() as unit:
        found = unit.outbox.messages("")
        newest = {each.id for each in unit.preparation.round(unit.preparation.last_round())}
    return {each.person: each for each in found if each.kind is MessageKind.CHANNEL_TEST and each.id in newest}


def link(message: Message) -> str:
    found = re.search(r"(/ack/test/\S+)", message.body)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("language", "head", "nothing"),
    [
        ("en", "What costs points", "No response plan is filed"),
        ("ru", "На что уходят баллы", "План реагирования не сохранён"),
    ],
)
def test_the_page_says_what_lacks_how_it_is_mended_and_what_was_not_checked(
    world: World, language: str, head: str, nothing: str
) -> None:
    browser = world.browser("lev")
    shown = browser.get(f"/readiness?lang={language}").text
    assert head in shown
    assert nothing in shown
    assert "standing done template_review" in shown
    assert shown.count('class="chip"') == sum(each.unchecked for each in lacks(world).values())
    report = browser.get(f"/readiness/report.md?lang={language}")
    assert report.headers["content-disposition"].startswith('attachment; filename="readiness-')
    assert nothing in report.text
    for never in ("Next review", "Следующий пересмотр", "at the last review", "после последней проверки"):
        assert never not in report.text, "there is no plan to look at again, and no review of templates"
    assert browser.get("/readiness/report.exe").status_code == 404


def test_a_plan_is_filed_approved_by_somebody_else_and_reviewed_by_that(world: World) -> None:
    desk, other = world.console.documents(me("lev")), world.console.documents(me("dina"))
    filed = desk.add("company", PLAN)
    assert filed.document.two_persons, "whoever files it"
    assert "plan-unapproved" in lacks(world)
    with pytest.raises(ConflictError, match="no second word"):
        desk.approve(filed.id)
    other.approve(filed.id)
    assert not {"plan-none", "plan-unapproved", "plan-newer"} & lacks(world).keys()
    (review,) = [each for each in desk.standing() if each.item.what == "plan_review"]
    assert review.done_at == world.clock.now()
    desk.revise(filed.id, media_type="text/markdown", body=b"# Plan 2\n", note="new roles")
    assert lacks(world)["plan-newer"].count == 2
    assert "Plan &lt;of 2026&gt;" in world.browser("lev").get("/readiness").text


def test_a_drill_at_the_table_does_not_show_that_anybody_answers_a_page(world: World) -> None:
    at = world.clock.now()
    drill = Drill(
        number=1, scenario="canary", title="A canary", title_ru="Канарейка", mode=DrillMode.TABLE_TOP, plan="{}",
        asked_by="lev", asked_at=at, started_at=at, ended_at=at, status=DrillStatus.FINISHED,
    )  # fmt: skip
    with world.store.begin() as unit:
        unit.drills.save(drill)
    assert lacks(world)["drill-at-table"].unchecked
    assert "drill-unanswered" not in lacks(world)
    with world.store.begin() as unit:
        unit.drills.save(replace(drill, number=2, mode=DrillMode.LIVE))
        unit.drills.save(replace(drill, number=3))
    assert "drill-unanswered" in lacks(world), "the last that paged anybody counts"


def test_a_review_of_the_templates_holds_of_each_as_it_was_then(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    own = tmp_path / "own" / "en"
    own.mkdir(parents=True)
    text = own / "notice-press.md"
    text.write_text("# {% block title %}x{% endblock %}\n")
    world = make_world(incident={"templates": [str(own.parent)]})
    assert lacks(world)["texts-never"].unchecked
    world.console.documents(me("dina")).record_done("template_review", media_type="text/plain", body=b"read")
    assert not {"texts-never", "texts-changed"} & lacks(world).keys()
    text.write_text("# {% block title %}y{% endblock %}\n")
    assert lacks(world)["texts-changed"].names == ("en/notice-press.md",)


def test_a_round_is_sent_by_a_press_and_each_says_by_the_link_that_theirs_came(world: World) -> None:
    browser = world.browser("lev")
    assert browser.post("/readiness/channel-tests", {"form_token": "x"}).status_code == 403
    assert browser.fill("/readiness", "/readiness/channel-tests").status_code == 303
    again = browser.fill("/readiness", "/readiness/channel-tests")
    assert (again.status_code, "Wait ten minutes" in again.text) == (409, True), "a second press floods nobody"
    messages = sent(world)
    assert messages.keys() == {"anna", "boris", "dina", "lev", "olga"}
    nobody, place = world.browser(""), link(messages["anna"])
    assert lacks(world)["channels-never"].count == 5
    page = nobody.get(place)
    assert "Anna (security)" in page.text
    assert lacks(world)["channels-never"].count == 5, "previews fetch links"
    assert nobody.post(place, {"form_token": "x"}).status_code == 403
    assert nobody.fill(place, place).status_code == 303
    at = world.clock.now()
    world.clock.advance(timedelta(minutes=1))
    assert world.console.answer_channel_test(place.rpartition("/")[2]).answered_at == at, "said twice it stays"
    assert "It came" not in nobody.get(place).text
    assert lacks(world)["channels-never"].count == 4
    assert world.browser("boris").get(place).status_code == 400, "it is anna's"
    assert nobody.get(place[:-2]).status_code == 400
    world.clock.advance(timedelta(days=8))
    with world.store.begin() as unit:
        say_channels(unit, world.settings, world.links, world.clock.now())
    now = world.browser("lev").get("/?lang=ru").text
    assert now.count('<a href="/readiness#roster">') == 4, "who has not answered is on the first page"
    assert "Boris (security): не подтверждено" in now
    assert nobody.get(link(messages["boris"])).status_code == 400, "too old"
    assert lacks(world)["channels-never"].count == 4
    world.clock.advance(timedelta(days=8))
    assert lacks(world)["channels-stale"].names == ("anna: desk",)


def test_whom_a_case_is_about_sends_no_round_and_sees_no_page(world: World) -> None:
    world.found(make_finding())
    browser = world.browser("olga")
    assert browser.get("/readiness").status_code == browser.get("/documents").status_code
    form = {"form_token": browser.form_token("/signout")}
    assert browser.post("/readiness/channel-tests", form).status_code == 403
    assert sent(world) == {}
