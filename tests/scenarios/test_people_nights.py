"""Nights on which it matters who it was: two actors, one actor twice, a colleague, somebody who only practises."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from detector.cli.incidents.view import detail_json
from detector.errors import NotFoundError
from detector.notify import own_password_question
from detector.notify.delivery.retry import next_target
from detector.notify.delivery.test_message import send_test
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, IncidentKind, IncidentStatus
from tests.fakes.people import me
from tests.runtime.places import line
from tests.scenarios.story import Story

NOBODY = "-"
PLANTED = 104729


def test_an_address_and_the_account_seen_at_it_are_one_leak_and_another_account_is_another(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by=NOBODY, address="198.51.100.4").want(["anna"])
    night.answers("anna")
    leak = night.incident
    night.reads(150, by="mallory", first=20_000, address="198.51.100.4").want(["anna"])  # her theft is more than that
    joined = night.incident
    assert (joined.id, joined.number, joined.opened_at) == (leak.id, leak.number, leak.opened_at)
    assert (joined.actor_id, joined.related_actors) == ("user:mallory", ("ip:198.51.100.4",))
    assert night.console.scope(leak.number)[1].subjects == 300
    night.answers("boris")

    night.reads(150, by="trent", address="198.51.100.4").want(["anna"])
    assert {each.actor_id for each in night.cases} == {"user:mallory", "user:trent"}


@pytest.mark.parametrize("restart", [False, True])
def test_what_one_actor_takes_within_a_day_is_one_leak_and_after_a_quiet_day_another(
    story: Callable[..., Story], restart: bool
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    first = night.incident
    night.pass_to("15:00").reads(150, by="mallory", first=20_000).want(["anna"])  # twice as many as were answered
    night.answers("anna")
    assert night.console.scope(night.incident.number)[1].subjects == 300
    if restart:
        night.restart()

    night.pass_to("Wed 03:00").reads(150, by="mallory", first=40_000).want(["anna"])
    second, before = night.cases
    assert (before.id, second.actor_id) == (first.id, "user:mallory")
    assert [night.console.scope(each.number)[1].subjects for each in (before, second)] == [300, 150]
    assert second.t0 == night.now, "its clocks are its own"
    night.answers("boris", second)
    night.closes("boris", CloseReason.FALSE_POSITIVE, "an order of the branch", second)
    assert night.cases[1].status is IncidentStatus.IN_PROGRESS


def test_a_colleague_is_never_called_about_herself_and_decides_nothing_about_it(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="anna").want(["boris"])
    number = night.incident.number
    acts: list[Callable[[], object]] = [
        lambda: night.answers("anna"),
        lambda: night.closes("anna", CloseReason.AUTHORISED, "it was me, for the audit"),
        lambda: night.console.complete(number, "C2", by=me("anna"), proof="blocked"),
        lambda: night.console.approve(number, "C2", by=me("anna")),
        lambda: night.console.complete(number, "C2", by=me("lev", "anna"), proof="blocked 03:10"),
        lambda: night.console.record_fact(number, CaseFactKind.T1, "now", by=me("anna"), reason="nothing left"),
    ]
    for act in acts:
        with pytest.raises(NotFoundError, match="there is no incident"):
            act()
    assert night.incident.acknowledged_at is None
    night.at("03:09").want(["lev"])  # boris stands in for her, and the next in line for him
    night.at("03:34").want(["boris", "dina", "lev"])
    assert night.arrived("anna") == []


def test_whoever_signs_in_on_a_colleagues_word_is_asked_where_the_colleague_does_not_read_it(
    story: Callable[..., Story],
) -> None:
    night = story()
    sign_ins, heard = night.app.sign_ins, list[str]()
    night.app.on_question = lambda person, link: heard.append(f"{person} {link}")
    sign_ins.accept(sign_ins.invite("boris", by="lev"), "four plain words here")
    night.turn()
    (asked,) = night.receivers["boris"].received
    assert f"{night.app.settings.base_url}/ack/own/" in asked["message"]
    assert heard == [f"boris {asked['message'].rpartition(' ')[2]}"], "the demonstration shows it"
    own = night.app.settings
    people = [each.model_copy(update={"targets": ("anna", "lev")}) for each in own.team.people]
    shared = own.model_copy(update={"team": own.team.model_copy(update={"people": people})})
    for settings, targets in ((own, ["boris"]), (shared, [])):
        found = own_password_question("boris", "lev", "https://nabat.example.org/ack/own/x", settings, night.now)
        assert [each.target for each in found] == targets, "a chat of both would answer for him"
        assert not [each for each in found if next_target(each, settings, night.now)]


def test_an_answer_by_whom_the_leak_turns_out_to_be_about_is_none(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by=NOBODY, address="198.51.100.4").want(["anna"])
    night.answers("anna")
    night.touches(4711, by="anna", address="198.51.100.4")
    night.reads(150, by="anna", address="198.51.100.4").want(["boris"])
    assert (night.incident.actor_id, night.incident.acknowledged_by) == ("user:anna", "")
    with pytest.raises(NotFoundError):
        night.answers("anna")
    night.answers("boris")


def test_a_drill_on_a_planted_client_stays_apart_from_the_real_case_beside_it(story: Callable[..., Story]) -> None:
    """A drill today: somebody of the team reads a planted client on purpose, and the case is closed as authorised."""
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    real = night.incident
    night.touches(PLANTED, by="dina", address="198.51.100.9").want(["anna"], about=night.about("user:dina"))
    drill = night.about("user:dina")
    assert drill.kind is IncidentKind.LEAK, "nothing tells it from a real one: it is a drill for those who get the page"

    trials = send_test(night.app.settings, night.now)  # nabat notify test
    assert all(trial.ok for trial in trials)
    assert [each.acknowledged_at for each in (night.about("user:mallory"), night.about("user:dina"))] == [None, None]

    night.answers("anna", drill)
    night.closes("lev", CloseReason.AUTHORISED, "a drill: the page was answered in a minute", drill)
    assert night.about("user:dina").close_reason is CloseReason.AUTHORISED
    assert detail_json(night.console.detail(drill.id), night.app.settings)["clocks"][0]["stopped_by"] == "closed"

    assert not any(each.ended_at for each in night.console.detail(real.id).duties)
    night.at("03:09").want(["boris"], about=real)
    night.at("03:19").want(["lev"], about=real)
    assert night.about("user:mallory").status is IncidentStatus.NEW


def test_what_somebody_has_answered_speaks_again_when_the_same_account_goes_on_from_another_place(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.at("06:00").reads(140, by="mallory", first=20_000).want([])
    night.at("09:00").reads(150, by="mallory", first=40_000, address="198.51.100.9").want(["anna"])
    assert "AGAIN" in night.receivers["anna"].received[-1]["message"]
    why = [each.text for each in night.console.detail(night.incident.id).entries if each.kind == "unacknowledged"]
    assert len(why) == 1
    assert "from a place where nobody of it had been seen" in why[0]
    night.answers("anna")
    night.reads(100, by="mallory", first=60_000, address="198.51.100.9").want([])


@pytest.mark.parametrize("restart", [False, True])
def test_what_nobody_answered_all_night_does_not_swallow_what_the_same_account_begins_in_the_morning(
    story: Callable[..., Story], restart: bool
) -> None:
    night = story(notify={"repeat": "2d"}, rules={"shipped": True, "paths": []})
    night.reads(150, by="olga").want(["anna"])
    night.at("03:35").want(["anna", "boris", "dina", "lev"])
    night.at("08:00").want([])
    if restart:
        night.restart()
    walk = "".join(line(night.now + timedelta(seconds=n), 50_000 + n, "olga") for n in range(200))
    night.writes(walk).later(minutes=4).want(["anna"])
    assert night.incident.called_at is not None
    why = [each.text for each in night.console.detail(night.incident.id).entries if each.kind == "unacknowledged"]
    assert len(why) == 1
    assert "nobody had answered" in why[0]
    night.later(minutes=1).want([])
