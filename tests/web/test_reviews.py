"""The review of a case: what people say of it, the draft that is made of all that is known, and who approves it."""

from datetime import timedelta

import pytest

from detector.errors import ConflictError, InputError, NotFoundError
from detector.incident.learning.action_acts import WantedAction
from detector.rendering import write_markdown
from detector.runtime.incidents.learning.review_desk import ReviewDesk
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.documents import DocumentKind
from detector.schema.case.incidents import StepStatus
from detector.schema.learning.investigation_words import WordKind
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, SCOPE, World


def desk(world: World, person: str = "lev") -> ReviewDesk:
    return world.console.review(me(person))


def test_a_draft_holds_what_is_known_and_said_and_its_approval_ends_the_step_that_asks_for_it(world: World) -> None:
    ref = world.found(scope=SCOPE).number
    lev = desk(world)
    lev.say(ref, WordKind.HYPOTHESIS, f"misuse {HOSTILE}")
    lev.say(ref, WordKind.FOR, "412 exports in one night", about="1")
    desk(world, "dina").say(ref, WordKind.AGAINST, "the holder was abroad", about="1")
    lev.say(ref, WordKind.REFUTED, "a token was used elsewhere", about="1")
    lev.say(ref, WordKind.ANSWER, "anybody could export", about="weak_spot")
    lev.say(ref, WordKind.ANSWER, "every clerk could export", about="weak_spot")
    lev.say(ref, WordKind.ANSWER, "nobody", about="luck")
    lev.say(ref, WordKind.ANSWER, "", about="luck")
    (found,) = lev.investigation(ref).hypotheses
    assert found.stands is not None
    assert (found.stands.kind, len(found.speaks_for), len(found.speaks_against)) == (WordKind.REFUTED, 1, 1)
    due = world.clock.now() + timedelta(days=30)
    world.console.actions(me("lev")).add(ref, WantedAction(text="a second factor", owner="lev", due_at=due))
    world.console.record_fact(ref, CaseFactKind.CAUSE, "insider", by=me("lev"), reason="her statement")
    filed = lev.draft(ref)
    with world.store.read() as unit:
        body = unit.documents.body(filed.newest).decode()
    assert (filed.document.kind, filed.document.two_persons, filed.waits) == (DocumentKind.REVIEW, True, True)
    for said in (
        *("412 exports in one night", "the holder was abroad", "Refuted: a token was used elsewhere"),
        *("every clerk could export", "No answer yet", "a second factor", "her statement", "Detected after"),
        *("152", "## Timeline"),
    ):
        assert said in body
    assert "anybody could export" not in body
    assert "<script>" not in body
    with pytest.raises(ConflictError, match="says what is known now"):
        lev.draft(ref)
    world.clock.advance(timedelta(hours=1))
    step = next(each for each in world.detail(ref).steps if each.step_id == "L1")
    assert step.status is StepStatus.OPEN
    with pytest.raises(ConflictError, match="no second word"):
        world.console.documents(me("lev")).approve(filed.id)
    world.console.documents(me("dina")).approve(filed.id)
    step = next(each for each in world.detail(ref).steps if each.step_id == "L1")
    assert (step.status, step.done_by) == (StepStatus.DONE, "dina")
    assert f"{filed.id}, version 1" in step.proof
    assert world.detail(ref).chain_sound


def test_a_draft_does_not_write_over_what_was_written_by_hand_and_each_language_has_its_own(world: World) -> None:
    ref = world.found(scope=SCOPE).number
    lev = desk(world)
    with pytest.raises(NotFoundError, match="nobody has drafted"):
        lev.filed(ref)
    filed = lev.draft(ref)
    russian = lev.draft(ref, "ru")
    assert (russian.id != filed.id, russian.document.title) == (True, f"Разбор инцидента {ref}")
    assert "Без поиска виновных" in write_markdown(lev.text(ref, "ru"))
    assert lev.filed(ref).id == filed.id
    world.console.documents(me("dina")).revise(filed.id, media_type="text/markdown", body=b"mine", note="in my words")
    with pytest.raises(ConflictError, match="was written by hand"):
        lev.draft(ref)
    assert lev.draft(ref, over=True).newest.version == 3
    with pytest.raises(InputError, match="no reviews in 'fr'"):
        lev.draft(ref, "fr")


def test_a_word_needs_its_hypothesis_or_question_and_whom_the_case_is_about_says_none(world: World) -> None:
    ref = world.found(scope=SCOPE).number
    lev = desk(world)
    with pytest.raises(NotFoundError, match="no hypothesis '1'"):
        lev.say(ref, WordKind.FOR, "x", about="1")
    for kind, text, about, wrong in (
        (WordKind.HYPOTHESIS, " ", "", "the words are missing"),
        (WordKind.HYPOTHESIS, "x" * 1001, "", "more than 1000"),
        (WordKind.ANSWER, "x", "why", "no question 'why'"),
    ):
        with pytest.raises(InputError, match=wrong):
            lev.say(ref, kind, text, about=about)
    olga = desk(world, "olga")
    for look in (lambda: olga.investigation(ref), lambda: olga.text(ref), lambda: olga.draft(ref)):
        with pytest.raises(NotFoundError, match="there is no incident"):
            look()
