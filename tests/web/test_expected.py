"""The page of planned work: seen by everybody, decided by two."""

from dataclasses import replace
from datetime import timedelta

import pytest

from detector.errors import ConflictError
from detector.runtime.expected.exception_mutes import ExceptionMutes
from detector.runtime.expected.planned_work import PlannedWork
from detector.schema.detection.work_exceptions import ExceptionState, ExpectedKinds, WorkException
from tests.web.conftest import HOSTILE, NIGHT, World, make_finding


def asked(world: World, actor: str = "user:letters", reason: str = "yearly letter") -> WorkException:
    meant, until = ExpectedKinds(rules=("bulk-read",)), NIGHT + timedelta(days=2)
    work = PlannedWork(world.store, world.settings, world.clock)
    return work.ask(actor, "read", meant, until=until, by="boris", reason=reason, at_most=5)


def state(world: World) -> ExceptionState:
    (work,) = world.console.planned.work()
    return work.state


@pytest.mark.parametrize(("language", "said"), [("en", "covers nothing before"), ("ru", "не согласится другой")])
def test_another_person_agrees_and_anybody_ends_it(world: World, language: str, said: str) -> None:
    key, browser = asked(world).id, world.browser()
    page = browser.get(f"/expected?lang={language}").text
    assert said in page
    assert "yearly letter" in page
    own = world.browser("boris").get("/expected").text
    assert (own.count('aria-disabled="true"'), "a second person has to agree" in own) == (1, True)
    refused = browser.fill("/expected", f"/expected/{key}/review", by="boris")
    assert refused.status_code == 409
    with pytest.raises(ConflictError, match="lev signs in on the word of boris"):
        world.console.planned.review(key, by="lev", rests_on=("boris",))
    world.people.set_password("boris", "four plain words here", by="anna")
    with pytest.raises(ConflictError, match="boris and lev sign in on the word of anna: that is no word of two"):
        world.console.planned.review(key, by="lev", rests_on=("anna",))
    assert state(world) is ExceptionState.ASKED
    assert browser.fill("/expected", f"/expected/{key}/review", by="lev").status_code == 303
    assert state(world) is ExceptionState.RUNNING
    again = browser.fill("/expected", f"/expected/{key}/review", by="anna")
    assert again.status_code == 409
    assert "‹" not in again.text
    assert browser.fill("/expected", f"/expected/{key}/end", by="anna").status_code == 303
    assert state(world) is ExceptionState.ENDED
    assert "<form" not in browser.get("/expected").text


def test_one_whose_reviewer_a_case_is_about_is_not_in_force_and_says_so_to_whoever_may_see_the_case(
    world: World,
) -> None:
    made = asked(world)
    with world.store.begin() as unit:
        unit.exceptions.save(replace(made, reviewed_by="olga", reviewed_at=world.clock.now()))
    mutes = ExceptionMutes(settings=world.settings, never=frozenset(), suspected=world.console.door.suspected)
    finding = make_finding(by="user:letters", at=world.clock.now())

    def obeyed() -> int:
        with world.store.read() as unit:
            return len(mutes.orders(unit, [replace(finding, last_event_at=world.clock.now())]))

    before = world.browser("olga").get("/expected?lang=en").text
    assert (obeyed(), "not in force" in world.browser("lev").get("/expected?lang=en").text) == (1, False)
    world.found()  # it is about olga
    page = world.browser("lev").get("/expected?lang=en").text
    assert (obeyed(), "not in force<br>" in page, "covers nothing: an open case" in page) == (0, True, True)
    assert "открытое дело касается" in world.browser("lev").get("/expected?lang=ru").text
    assert "not in force" not in before + world.browser("olga").get("/expected?lang=en").text


def test_who_has_the_account_agrees_to_nothing(world: World) -> None:
    key, browser = asked(world, "user:o.petrova").id, world.browser()
    asked(world)
    answer = browser.fill("/expected", f"/expected/{key}/review", by="olga")
    assert answer.status_code == 409
    assert "user:o.petrova" not in answer.text, "it is not shown to her either"
    assert "olga cannot decide about an account of their own" in answer.text


def test_a_form_from_elsewhere_a_stranger_and_an_unknown_act_change_nothing(world: World) -> None:
    key, browser = asked(world).id, world.browser()
    assert browser.post(f"/expected/{key}/review", {"by": "lev"}).status_code == 403
    assert browser.fill("/expected", f"/expected/{key}/erase", by="lev").status_code == 404
    assert browser.fill("/expected", "/expected/ffff/review", by="lev").status_code == 404
    assert state(world) is ExceptionState.ASKED


def test_what_is_written_there_is_text(world: World) -> None:
    asked(world, f"user:{HOSTILE}", HOSTILE)
    page = world.browser().get("/expected").text
    assert "<script>alert" not in page
    assert "‹U+202E›" in page
