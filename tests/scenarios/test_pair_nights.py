"""Nights on which two may have done it together, and nights on which honest colleagues only seem to have."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from tests.runtime.places import NIGHT, answer, line
from tests.scenarios.story import Story

OFFICE = ("mallory", "trent", "b.meier", "jan", "lee", "omar", "nina", "yuri")
THEIRS = [f"k{number:03}x" for number in range(150)]
"""Clients of other branches: nobody of this one ever had to do with them. They have no numbers to go through."""
NOON_BEFORE = NIGHT - timedelta(hours=18)


def fortnight() -> str:
    """Everybody goes through twenty clients of its own, day after day, each at its own desk."""
    acts = []
    for ago in range(16, 0, -1):
        for place, who in enumerate(OFFICE):
            for number, client in enumerate(book(who)):
                at = NOON_BEFORE - timedelta(days=ago - 1) + timedelta(minutes=20 * number, seconds=place)
                acts.append((at, client, who))
    return "".join(line(at, client, who, address=desk(who)) for at, client, who in sorted(acts))


def book(who: str) -> list[str]:
    """Return the clients of one of the office."""
    return [f"{who[0]}{number:03}x" for number in range(20)]


def desk(who: str) -> str:
    return f"192.0.2.{10 + OFFICE.index(who)}"


def opens(night: Story, who: str, clients: Sequence[int | str], seconds: float = 10, address: str = "") -> Story:
    """Let somebody open clients, one after the other from now on; then the service has seen it."""
    lines = (
        line(night.now + timedelta(seconds=seconds * n), client, who, address=address or desk(who))
        for n, client in enumerate(clients)
    )
    return night.writes("".join(lines)).later(seconds=seconds * len(clients) + 240)


def beside(night: Story, actor: str) -> dict[str, list[str]]:
    """Return who may be in the case about somebody, and by what."""
    night.later(minutes=2)  # what was computed a minute ago is shown no longer
    found = night.console.explain(night.about(actor).number).together
    assert found is not None
    assert found.unexplained_known
    return {each.actor_id: [shared.way.value for shared in each.shared] for each in found.listed}


@pytest.fixture
def night(story: Callable[..., Story]) -> Story:
    return story(stood=fortnight())


def test_who_goes_for_the_same_clients_stands_beside_the_case_and_nobody_is_paged_for_it(night: Story) -> None:
    opens(night, "mallory", THEIRS).want(["anna"])
    night.answers("anna")
    assert beside(night, "user:mallory") == {}, "so far it is one alone"

    # A few an hour later, by somebody who has no more business with them.
    night.pass_to("05:00")
    opens(night, "b.meier", THEIRS[:60], seconds=25).want([])
    opens(night, "jan", THEIRS[100:102], seconds=25).want([])
    assert beside(night, "user:mallory") == {"user:b.meier": ["clients"]}
    assert [each.actor_id for each in night.cases] == ["user:mallory"], "it is a hint, and no case"
    assert night.cases[0].related_actors == ()

    # On the next night she takes them all: that is a case of its own, and each of both shows the other.
    night.pass_to("Tue 02:00")
    opens(night, "b.meier", THEIRS[20:]).want(["anna"], about=night.about("user:b.meier"))
    first, second = night.about("user:mallory"), night.about("user:b.meier")
    for case, other in ((first, second), (second, first)):
        together = night.console.explain(case.number).together
        assert together is not None
        (named,) = together.listed
        assert (named.actor_id, [number for number, *_ in named.incidents]) == (other.actor_id, [other.number])

    # What a person reads at the desk, with the service stopped.
    opens(night, "lee", book("lee")).stop()
    status, out, said = answer(night.config_path, "explain", first.number)
    assert (status, said) == (0, "")
    text = out.replace("\xa0", " ").partition("Possibly together with\n")[2]
    assert "user:b.meier" in text
    assert "opened 150 of the same 150 clients, 2 Mar" in text
    assert "for 148 of them nothing explains it; of the 6 others it is compared with, nobody has more than 2" in text
    assert f"also incident {second.number}" in text
    assert "They accuse nobody" in text
    status, out, said = answer(night.config_path, "explain", first.number, "--json")
    together = json.loads(out)["together"]
    assert (together["listed"][0]["actor_id"], together["compared"]) == ("user:b.meier", 7)
    assert together["listed"][0]["shared"][0]["unexplained"] == 148
    assert together["listed"][0]["text"][0].startswith("opened 150 of the same 150 clients")
    night.start()


def test_who_comes_from_the_same_strange_address_stands_beside_it(night: Story) -> None:
    away = "198.51.100.40"
    opens(night, "mallory", THEIRS, address=away).want(["anna"])
    opens(night, "trent", book("trent")[:2], address=away)
    assert beside(night, "user:mallory") == {"user:trent": ["address"]}


def test_colleagues_who_work_on_as_always_do_not(night: Story) -> None:
    """A reception desk that two share, the owner of the clients, and callers whom several speak to."""
    opens(night, "mallory", [*THEIRS, *book("jan")[:10]]).want(["anna"])
    night.pass_to("10:00")
    for who in OFFICE[1:]:
        opens(night, who, book(who), seconds=60)
        opens(night, who, [f"caller{n}x" for n in range(4)], seconds=60)
    assert beside(night, "user:mallory") == {}
