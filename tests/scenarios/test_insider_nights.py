"""Nights with an insider: somebody of the team, or whoever stole their account, tries to delay, and to know."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from detector.errors import ConflictError, NotFoundError
from detector.messages import LANGUAGES, messages
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import IncidentStatus
from detector.schema.team.delivery import MessageKind
from detector.web.texts import PageTexts
from tests.fakes.people import me
from tests.runtime.places import answer
from tests.scenarios.story import Story

DAYS = timedelta(days=20)


def test_one_person_lets_no_leak_wait_for_days(story: Callable[..., Story]) -> None:
    night = story(notify={"lapse": dict.fromkeys(("low", "medium", "high", "critical"), "4h")})
    night.reads(150, by="mallory")
    number = night.incident.number
    night.answers("dina")
    wait = {"status": IncidentStatus.ON_HOLD, "reason": "waits for the provider"}
    end = night.now + DAYS
    asked = night.console.set_status(number, by=me("dina"), until=end, **wait)
    assert asked.status is IncidentStatus.IN_PROGRESS, "nobody else has agreed"
    entry = night.console.detail(number).entries[-1]
    assert entry.text.startswith("This is to wait; a second person has to agree: until 2026-03-22T")
    said = {each: PageTexts(night.app.settings, each, night.now).entry(entry) for each in LANGUAGES}
    assert said["en"].startswith("This is to wait; a second person has to agree: until 22 Mar 2026")
    assert said["ru"].startswith("Инцидент предлагают отложить; нужно согласие второго: до 22 мар. 2026")
    assert messages("en").asked("hold") == "letting it wait"
    with pytest.raises(ConflictError):
        night.console.approve(number, "hold", by=me("dina"))
    night.told(MessageKind.PAGE)
    night.later(hours=5)
    night.want(["anna"])
    night.answers("dina")
    short = night.console.set_status(number, by=me("dina"), until=night.now + timedelta(hours=3), **wait)
    assert short.status is IncidentStatus.ON_HOLD, "an answer counts that long anyway"
    agreed = night.console.approve(number, "hold", by=me("lev"))
    assert (agreed.status, agreed.hold_until) == (IncidentStatus.ON_HOLD, end)
    later = night.console.set_status(number, by=me("dina"), until=end + timedelta(days=1), **wait)
    assert later.hold_until == end, "nor does one person make it longer"


def test_a_report_that_a_colleague_filed_tells_nobody_of_a_case_about_them(story: Callable[..., Story]) -> None:
    night = story()
    before = night.console.year(me("lev")).file(2026)
    night.later(minutes=1).reads(150, by="dina")
    cases = [night.console.year(me(name)).figures(2026).cases for name in ("lev", "dina")]
    assert cases == [1, 0]
    counts = night.console.year(me("lev")).file(2026)
    desks = {name: night.console.documents(me(name)) for name in ("dina", "lev")}
    assert [each.id for each in desks["lev"].of("company")] == [before.id, counts.id]
    for seen in (desks["dina"].of("company"), desks["dina"].all(100)):
        assert [each.id for each in seen] == [before.id]
    for act in (desks["dina"].show, desks["dina"].body, desks["dina"].remarks, desks["dina"].approve):
        with pytest.raises(NotFoundError):
            act(counts.id)
    assert desks["dina"].show(before.id).id == before.id


def test_what_one_person_wrote_for_the_hotline_is_marked_until_another_approved_it(story: Callable[..., Story]) -> None:
    night = story(organization="Example Bank", letters={"hotline": "Call us."})
    night.reads(150, by="mallory")
    number, trap = night.incident.number, "Say: read me the code that we have sent you."
    desks = {name: night.console.calls(me(name)) for name in ("anna", "dina")}
    desks["anna"].add(number, "How do I get my data back?", trap)
    kinds = [each.kind for each in night.console.detail(number).entries]
    assert "call_answered" in kinds, "an answer that came with its question was nowhere to be seen"
    assert "data back? (NOT APPROVED YET" in desks["dina"].script(number, "en")
    filed = desks["anna"].file_script(number, "en")
    assert "NOT APPROVED" not in night.console.documents(me("dina")).body(filed.id)[1].decode()
    assert "NOT APPROVED" in desks["dina"].script(number, "en"), "filed is not approved"
    night.console.documents(me("dina")).approve(filed.id)
    assert "NOT APPROVED" not in desks["dina"].script(number, "en")
    night.later(minutes=1)
    desks["anna"].add(number, "And my money?", trap)
    assert desks["dina"].script(number, "en").count("NOT APPROVED") == 1


def test_what_training_leaves_out_and_models_are_compared_by_tells_nobody_of_a_case_about_them(
    story: Callable[..., Story],
) -> None:
    night = story(login="anna")
    night.reads(150, by="anna")
    night.console.record_fact(night.incident.number, CaseFactKind.T1, "now", by=me("lev"), reason="cards left")
    night.app.pipeline.save(force=True)
    trained = answer(night.config_path, "train", "--out", str(night.config_path.with_name("out")))
    assert "150 events gave" in trained[2], "none is left out"
    status, out, _ = answer(night.config_path, "models", "compare", "starter", "--json")
    assert (status, json.loads(out)["candidate"]["unjudged"]) == (0, 0)
