"""A night on which somebody else is asked to hold a role: who owes, who is reminded, who agrees, who is paged."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import Decisions
from detector.schema.team.delivery import MessageKind
from tests.fakes.people import me
from tests.scenarios.story import TEAM, Story


def owners(night: Story) -> dict[str, str]:
    """Return who owes each thing."""
    return {each.item.what: each.owner for each in night.console.agenda()}


def waiting(night: Story) -> list[tuple[str, tuple[str, ...], str]]:
    """Return the roles that nobody has accepted: which, who was asked, who has to see to it."""
    found = [each for each in night.console.agenda() if each.item.kind is AgendaKind.ROLE]
    return [(each.item.what, each.item.not_by, each.owner) for each in found]


def reminded(night: Story) -> set[str]:
    """Return who was reminded since the last look of a role that nobody has accepted."""
    with night.app.store.read() as unit:
        told = [each for each in unit.outbox.messages(night.incident.id) if each.kind is MessageKind.REMINDER]
    new = [each for each in told if each.id not in night.seen]
    night.seen |= {each.id for each in new}
    return {each.person for each in new if "was asked and has not accepted" in each.body}


def test_a_role_is_asked_for_reminded_of_accepted_and_given_back(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    number = night.incident.number
    night.answers("anna")
    night.later(minutes=1)
    assert owners(night)["ru-152fz/ru-24h"] == "dina"

    # Anna has it, and asks Boris to be the data protection officer: Dina is on the project herself.
    with pytest.raises(DeniedError, match="may not do this"):
        night.console.assign_role(number, "dpo", "boris", by=me("boris"), reason="mine")
    with pytest.raises(InputError, match="nobody gives a role to themselves"):
        night.console.assign_role(number, "dpo", "anna", by=me("anna"), reason="mine")
    night.console.assign_role(number, "dpo", "boris", by=me("anna"), reason="Dina is on the project")
    night.later(seconds=5)
    assert any(each.startswith("Will you be data protection officer?") for each in night.arrived("boris"))
    assert waiting(night) == [("dpo", ("boris",), "lev")]
    assert owners(night)["ru-152fz/ru-24h"] == "dina", "asked is not accepted"
    assert reminded(night) == set()

    # He sleeps on: he and the lead hear of it, twice, over a restart.
    night.restart()
    night.at("05:10")
    assert reminded(night) == {"boris", "lev"}
    night.at("07:10")
    assert reminded(night) == {"boris", "lev"}

    # He accepts: what the role owes is his, and his word is a second one for others, not for himself.
    night.console.accept_role(number, "dpo", by=me("boris"))
    night.later(minutes=1)
    assert waiting(night) == []
    assert owners(night)["ru-152fz/ru-24h"] == "boris"
    night.console.complete(number, "N1", by=me("boris"), proof="receipt 17")
    with pytest.raises(ConflictError, match="needs two persons"):
        night.console.approve(number, "N1", by=me("boris"))

    # He gives it back: the team's order counts, and who leads and who asked are told.
    night.console.decline_role(number, "dpo", by=me("boris"), reason="the authority knows Dina")
    night.later(minutes=1)
    assert owners(night)["ru-152fz/ru-24h"] == "dina"
    for name in ("lev", "anna"):
        assert any(each.startswith("Not data protection officer: Boris") for each in night.arrived(name)), name
    assert night.console.detail(number).assignments == ()
    with pytest.raises(NotFoundError, match="was not asked"):
        night.console.accept_role(number, "dpo", by=me("boris"))


def test_who_accepted_the_role_on_call_is_paged_first_and_whom_it_is_about_is_asked_for_none(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="dina").want(["anna"])
    number = night.incident.number
    with pytest.raises(InputError, match="'dina' cannot be asked"):
        night.console.assign_role(number, "own", "dina", by=me("lev"), reason="r")
    night.console.assign_role(number, "soc", "lev", by=me("lev"), reason="Anna is ill")
    night.console.accept_role(number, "soc", by=me("lev"))
    night.later(seconds=5).want(["lev"])
    assert PersonalConsole(night.console, me("boris")).detail(number).assignments[0].person == "lev"


def test_who_has_a_word_only_because_the_other_asked_is_no_second_person(story: Callable[..., Story]) -> None:
    people = [{"name": name, "accounts": [f"user:{name}"], "targets": [name]} for name in TEAM]
    roles = {"soc": ["anna"], "lead": ["lev"], "dpo": ["dina"]}
    night = story(team={"people": people, "roles": roles})
    night.reads(150, by="mallory").want(["anna"])
    number = night.incident.number
    night.answers("anna")

    # Anna has it but does not lead: she asks whoever has no role for help, neither to lead nor to see clients.
    for role in ("lead", "dpo", "soc"):
        with pytest.raises(InputError, match="only who leads asks boris for this role"):
            night.console.assign_role(number, role, "boris", by=me("anna"), reason="my friend")
    night.console.assign_role(number, "com", "boris", by=me("anna"), reason="writes well")

    # The lead makes him data protection officer: his word is a second one for others, and none for her.
    night.console.assign_role(number, "dpo", "boris", by=me("lev"), reason="Dina is away")
    night.console.accept_role(number, "dpo", by=me("boris"))
    night.console.complete(number, "N1", by=me("lev"), proof="receipt 17")
    with pytest.raises(ConflictError, match="boris has a word here only because lev asked for it"):
        night.console.approve(number, "N1", by=me("boris"))
    new = NewDocument(kind=DocumentKind.NOTICE, title="N", language="en", media_type="text/plain", body=b"b")
    letter = night.console.documents(me("lev")).add(number, new)
    with pytest.raises(ConflictError, match="boris has a word here only because lev asked for it"):
        night.console.documents(me("boris")).approve(letter.id)
    night.console.approve(number, "N1", by=me("dina"))

    # It turns out to be about the lead: what she gave is nobody's.
    about_her = replace(night.incident, actor_id="user:lev", version=night.incident.version + 1)
    with night.app.store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(about_her,)))
    with pytest.raises(DeniedError, match="boris may not do this"):
        night.console.approve(number, "N1", by=me("boris"))


def test_who_declined_or_was_asked_no_more_sees_the_case_no_more(story: Callable[..., Story]) -> None:
    people = [{"name": name, "accounts": [f"user:{name}"], "targets": [name]} for name in TEAM]
    night = story(team={"people": people, "roles": {"soc": ["anna"], "lead": ["lev"], "dpo": ["dina"]}})
    night.reads(150, by="mallory").want(["anna"])
    number = night.incident.number
    night.answers("anna")

    def sees() -> bool:
        boris = PersonalConsole(night.console, me("boris"))
        seen = [each.number for each in boris.incidents()] == [number]
        try:
            return boris.detail(number).incident.number == number and seen
        except DeniedError:
            assert not seen
            return False

    assert not sees()
    night.console.assign_role(number, "com", "boris", by=me("lev"), reason="writes well")
    assert sees(), "nobody accepts what they may not read"
    night.console.decline_role(number, "com", by=me("boris"), reason="on leave")
    night.later(minutes=1)
    assert not sees()

    # Asked, reminded, and never answering: another is asked.
    night.console.assign_role(number, "care", "boris", by=me("lev"), reason="knows them")
    night.at("09:00")
    assert "boris" in reminded(night)
    night.console.assign_role(number, "care", "dina", by=me("lev"), reason="he sleeps")
    assert not sees()

    # What he held he was told of, until it was somebody else's.
    night.console.assign_role(number, "own", "boris", by=me("lev"), reason="runs it")
    night.console.accept_role(number, "own", by=me("boris"))
    night.at("11:30")
    assert sees()
    night.console.assign_role(number, "own", "dina", by=me("lev"), reason="runs it now")
    night.restart()
    assert not sees()
    night.console.invite(number, "boris", by=me("lev"), reason="asked for the minutes")
    assert sees()


def test_a_role_that_is_taken_back_is_said_unless_its_request_still_waits_for_the_morning(
    story: Callable[..., Story],
) -> None:
    night = story(notify={"quiet": {"starts": "22:00", "ends": "07:00", "below": "critical"}})
    night.reads(150, by="mallory").want(["anna"])
    number = night.incident.number
    for role, who in (("com", "boris"), ("hr", "dina")):
        night.console.assign_role(number, role, who, by=me("lev"), reason="r")
    night.console.withdraw_role(number, "com", by=me("lev"), reason="the wrong one")
    night.at("08:00")
    assert not any("public" in each or "communications" in each for each in night.arrived("boris"))
    assert any(each.startswith("Will you be human resources?") for each in night.arrived("dina"))

    # Dina was told of it, so she is told that it is over; and so is whose accepted role another is asked for.
    night.console.withdraw_role(number, "hr", by=me("lev"), reason="nobody is needed")
    night.console.assign_role(number, "exe", "boris", by=me("lev"), reason="r")
    night.console.accept_role(number, "exe", by=me("boris"))
    night.later(minutes=1)
    night.console.assign_role(number, "exe", "dina", by=me("lev"), reason="r")
    night.later(minutes=1)
    assert any(each.startswith("No longer human resources:") for each in night.arrived("dina"))
    assert any(each.startswith("No longer executive:") for each in night.arrived("boris"))
