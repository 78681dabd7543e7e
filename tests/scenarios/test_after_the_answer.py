"""Nights after "I have it": who had it hears at once of what goes on, of what grows, and of what was not stopped."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from detector.notify.render import page_text
from detector.schema.case.incidents import CloseReason, IncidentStatus, StepStatus
from tests.fakes.people import me
from tests.runtime.places import line
from tests.scenarios.story import Story


def last(night: Story, person: str) -> str:
    return str(night.receivers[person].received[-1]["message"])


def why(night: Story) -> list[str]:
    return [each.message.removeprefix("incident-again-") for each in night.incident.called_for]


def stopped(night: Story) -> Story:
    """Mallory reads 150 clients; anna answers, and the account is blocked."""
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.console.complete(night.incident.number, "C2", by=me("anna"), proof="account blocked 03:05")
    return night


@pytest.mark.parametrize("restart", [False, True])
def test_one_touch_by_whoever_was_said_to_be_blocked_calls_at_once_and_opens_the_step_again(
    story: Callable[..., Story], restart: bool
) -> None:
    night = stopped(story())
    night.at("06:00").want([])
    if restart:
        night.restart()
    night.touches(40_000, by="alice").want([])  # somebody else's work is no matter of it
    night.touches(50_000, by="mallory").want(["anna"])
    assert (night.incident.acknowledged_by, why(night)) == ("", ["containment"])
    assert "What C2 says is stopped goes on" in last(night, "anna")
    assert night.step(night.incident, "C2").status is StepStatus.OPEN
    kinds = [each.kind for each in night.console.detail(night.incident.number).entries][-2:]
    assert kinds == ["unacknowledged", "step_reopened"]
    night.touches(50_001, by="mallory").want([])  # said once: it is said to be stopped no more
    night.answers("anna")
    night.touches(50_002, by="mallory").want([])
    night.console.complete(night.incident.number, "C2", by=me("anna"), proof="blocked at the proxy, too, 06:01")
    night.later(minutes=1).touches(50_003, by="mallory").want(["anna"])


def test_what_happens_while_the_service_is_down_is_found_when_it_is_back(story: Callable[..., Story]) -> None:
    night = stopped(story())
    night.stop()
    night.writes(line(night.now + timedelta(hours=2), 50_000, "mallory")).clock.advance(timedelta(hours=3))
    night.start()
    night.later(seconds=5).want(["anna"])
    assert why(night) == ["containment"]


def test_a_case_that_was_closed_as_handled_is_open_again_and_one_that_was_false_stays_closed(
    story: Callable[..., Story],
) -> None:
    night = stopped(story())
    night.works_through(night.incident, by="lev", approved_by="dina")
    night.fulfils(night.incident, by="dina")
    night.closes("boris", CloseReason.HANDLED, "the account is blocked")
    night.at("09:00").touches(50_000, by="mallory").want(["anna"])
    case = night.incident
    assert (case.status, case.closed_at, case.close_reason) == (IncidentStatus.REOPENED, None, None)
    assert why(night) == ["containment", "closed"]
    assert "it is open again" in last(night, "anna")
    assert night.step(case, "C2").status is StepStatus.OPEN
    assert night.console.detail(case.number).entries[-2].kind == "reopened"
    assert night.console.detail(case.number).chain_sound

    night.answers("anna")
    night.console.complete(case.number, "C2", by=me("anna"), proof="blocked again 09:00")
    night.closes("boris", CloseReason.FALSE_POSITIVE, "an order of the branch", correction="a letter to each authority")
    night.touches(50_001, by="mallory").want([])
    assert night.incident.status is IncidentStatus.CLOSED


def test_a_day_after_the_step_nobody_is_called_for_one_client(story: Callable[..., Story]) -> None:
    night = stopped(story())
    night.works_through(night.incident, by="lev", approved_by="dina")
    night.fulfils(night.incident, by="dina")
    night.closes("boris", CloseReason.HANDLED, "the account is blocked")
    night.pass_to("Tue 12:00").touches(50_000, by="mallory").want([])


def test_more_clients_after_the_block_and_a_graver_case_are_told_with_what_has_changed(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.reads(360, by="mallory", first=20_000).want(["anna"])
    assert why(night) == ["more"]
    assert "People concerned at most: 150 → " in last(night, "anna")
    night.answers("anna")
    night.console.complete(night.incident.number, "C2", by=me("anna"), proof="account blocked 03:05")
    night.at("03:30").reads(1_200, by="mallory", first=60_000)
    night.want(["anna"])
    assert why(night)[0] in ("containment", "flow")


def test_a_page_says_in_the_readers_language_what_has_changed(story: Callable[..., Story]) -> None:
    night = stopped(story())
    night.at("06:00").touches(50_000, by="mallory").want(["anna"])
    text = page_text(night.incident, night.app.settings, role="soc", steps=(), link="-", language="ru")
    assert "ВЫЗОВ ПОВТОРЁН. Что изменилось: То, что по шагу C2 остановлено, продолжается" in text.body
