"""Calls of clients are counted; what the hotline could not answer is owed, and its answers serve the next who call."""

from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConfigError, ConflictError, DeniedError, InputError, NotFoundError
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.incidents import CloseReason
from tests.runtime.letters.mailroom import Mailroom


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    made = Mailroom(tmp_path)
    made.concern({"1": ["contact"]})
    return made


def questions(room: Mailroom) -> list[AgendaItem]:
    house = room.house
    with house.store.read() as unit:
        owed = house.decider.owed(unit, room.ref, unit.agenda.of(room.ref), house.clock.now())
    return [each for each in owed if each.kind is AgendaKind.QUESTION]


def test_a_question_is_owed_until_it_is_answered_and_an_answer_serves_the_next(room: Mailroom) -> None:
    calls = room.house.by("lev").calls
    calls.add(room.ref, "Was my card seen?", "It says so in your letter.")
    assert questions(room) == []
    asked = room.house.clock.now()
    calls.add(room.ref, "Do I need a {{ new }} passport?\n# really")
    room.house.clock.advance(timedelta(hours=1))
    calls.add(room.ref, "Who did it?")
    (owed,) = questions(room)
    assert (owed.title, owed.since, owed.due_at - asked) == ("2", asked, timedelta(hours=24))
    with pytest.raises(NotFoundError, match="there are 1 to 3"):
        calls.answer(room.ref, 7, "no")
    with pytest.raises(InputError, match="answer is missing"):
        calls.answer(room.ref, 2, " ")
    calls.answer(room.ref, 2, "No, its number was not seen.")
    assert [each.title for each in questions(room)] == ["1"]
    with pytest.raises(ConflictError, match="lev has answered"):
        calls.answer(room.ref, 2, "again")
    calls.answer(room.ref, 3, "We are looking into that.")
    assert questions(room) == []
    assert [each.answered_by for each in calls.of(room.ref)] == ["lev"] * 3
    with room.house.store.read() as unit:
        kinds = [each.kind for each in unit.incidents.entries(room.ref)]
        texts = "".join(each.text for each in unit.incidents.entries(room.ref))
    assert (kinds.count("call_added"), kinds.count("call_answered"), "passport" in texts) == (2, 3, False)
    said = "\n\nNo, its number was not seen.\n"
    asked_again = "## Do I need a {{ new }} passport? # really"
    for language, heading, data, warns in (
        ("en", "How a call goes", "contact data", " (NOT APPROVED YET: ask before you say it)"),
        ("ru", "Как идёт разговор", "контакты", " (ЕЩЁ НЕ УТВЕРЖДЕНО: спросите, прежде чем отвечать так)"),
    ):
        text = calls.script(room.ref, language)  # type: ignore[arg-type]
        assert heading in text
        assert data in text
        assert f"{asked_again}{warns}{said}" in text
    filed = calls.file_script(room.ref, "ru")
    assert (filed.document.kind.value, filed.waits) == ("faq", True)
    assert room.house.by("anna").documents.approve(filed.id).waits is False
    assert f"{asked_again}{said}" in calls.script(room.ref, "en")


def test_questions_are_read_by_whoever_may_see_clients_and_what_is_none_is_refused(room: Mailroom) -> None:
    calls = room.house.by("lev").calls
    for wrong in ("", "  ", "x" * 501):
        with pytest.raises(InputError, match="1 to 500"):
            calls.add(room.ref, wrong)
    calls.add(room.ref, "Is it me?")
    with pytest.raises(DeniedError):
        room.house.by("karl").calls.of(room.ref)
    with pytest.raises(NotFoundError):
        calls.add("nothing", "Is it me?")
    room.house.by("lev").close(room.ref, CloseReason.FALSE_POSITIVE, note="a test of ours")
    room.house.by("anna").approve(room.ref, "close")
    assert calls.add(room.ref, "Is it me?", "No.").number == 2
    with pytest.raises(ConflictError, match="nobody owes an answer"):
        calls.add(room.ref, "And now?")


def test_a_script_of_the_companys_own_that_is_wrong_is_told(room: Mailroom) -> None:
    (room.folder / "own" / "en").mkdir(parents=True)
    own = room.folder / "own" / "en" / "hotline.txt"
    room.configure(templates=str(room.folder / "own"))
    own.write_text("{{ organization }}: {{ hotline_number }}")
    with pytest.raises(ConfigError, match=r"en/hotline.txt: cannot be written: UndefinedError"):
        room.house.by("lev").calls.script(room.ref, "en")
    own.write_text("{{ '{number}'.format() }}")
    with pytest.raises(ConfigError, match=r"en/hotline.txt: cannot be written: KeyError"):
        room.house.by("lev").calls.script(room.ref, "en")
    own.write_text("Call {{ organization }}.")
    assert room.house.by("lev").calls.script(room.ref, "en") == "Call Example Bank."
