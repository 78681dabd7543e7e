"""Nights of a case that goes through many hands: who fills a suspect's role, who has it, who after the shift."""

from collections.abc import Callable

import pytest

from detector.errors import InputError, NotFoundError
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.duties import DutyState
from detector.schema.team.delivery import MessageKind
from tests.fakes.people import me
from tests.scenarios.story import Story

# The rota turns at eight; the night is of a Monday. Whoever has a grave case shows it every four hours.
SHIFTS = {
    "notify": {
        "rota": {"people": ["boris", "anna"], "starts": "2026-03-02", "handover": "08:00", "days": 1},
        "lapse": {"low": "2d", "medium": "1d", "high": "4h", "critical": "1h"},
    }
}


def owners(night: Story) -> dict[str, str]:
    """Return who owes each thing."""
    return {each.item.what: each.owner for each in night.console.agenda()}


def test_a_suspects_role_is_filled_and_the_case_goes_from_hand_to_hand_over_the_change_of_shift(
    story: Callable[..., Story],
) -> None:
    night = story(**SHIFTS)
    night.reads(150, by="dina").want(["anna"])  # the data protection officer herself
    number = night.incident.number
    night.answers("anna")
    night.later(minutes=1)

    # What she would owe the deputy owes, and says which laws apply; a second word is not hers either.
    owed = owners(night)
    assert {owed[each] for each in ("ru-152fz/ru-24h", "eu-gdpr-33/gdpr-72h", "N1", "B3")} == {"lev"}
    assert "dina" not in owed.values()
    with pytest.raises(NotFoundError):
        night.console.confirm_duties(number, by=me("dina"))
    night.console.confirm_duties(number, by=me("lev"))
    with pytest.raises(NotFoundError):
        night.console.approve(number, "laws", by=me("dina"))
    night.console.approve(number, "laws", by=me("anna"))
    assert night.law(night.incident, "ru-24h").state is DutyState.OWED

    # Anna hands it to Lev, who is told at once and has it; the team is called no more.
    night.at("05:00")
    assert PersonalConsole(night.console, me("anna")).detail(number).takers == ("anna", "boris", "lev")
    with pytest.raises(InputError, match="'dina' cannot be handed"):
        night.console.hand_over(number, by=me("anna"), to="dina")
    night.console.hand_over(number, by=me("anna"), to="lev")
    night.later(seconds=5)
    assert night.incident.acknowledged_by == "lev"
    assert any(each.startswith("Yours now:") for each in night.arrived("lev"))
    night.console.note(number, by=me("lev"), text="the account is blocked")

    # At eight Boris comes on: he hears who has it, Anna that it stays with whoever has it.
    night.restart()
    night.at("08:01").want([])
    assert any("Lev (security) has it" in each["message"] for each in night.receivers["boris"].received)
    assert owners(night)["S1"] == "boris", "what the role owes is his now"
    night.console.hand_over(number, by=me("lev"), to="boris")
    night.later(seconds=5)
    assert any(each.startswith("Yours now:") for each in night.arrived("boris"))

    # He says he has it, and nothing more: after four hours the team is called again, and he is the first of it.
    night.console.acknowledge(number, by=me("boris"), via="link")
    night.at("12:00").want([])
    night.at("12:03").want(["boris"])
    assert night.incident.acknowledged_by == ""
    assert night.arrived("dina") == []
    assert [each for each in night.told(*MessageKind) if each == "dina"] == []
    detail = night.console.detail(number)
    kinds = ("handed_over", "stood_in", "unacknowledged")
    hands = [(each.kind, each.by) for each in detail.entries if each.kind in kinds]
    assert [by for _, by in hands] == ["nabat", "anna", "lev", "nabat"]
    assert [kind for kind, _ in hands] == ["stood_in", "handed_over", "handed_over", "unacknowledged"]
    assert detail.chain_sound


def test_what_nobody_has_at_the_change_of_shift_calls_whoever_comes_on(story: Callable[..., Story]) -> None:
    night = story(**SHIFTS)
    night.pass_to("07:50").reads(150, by="mallory").want(["anna"])
    night.at("08:01").want(["anna", "boris"])  # he is on call, and she his deputy now
    night.console.pass_on(night.incident.number, by=me("boris"))
    night.later(seconds=5).want(["lev"])  # both have been called
    night.answers("lev")
    night.later(hours=1).want([])
