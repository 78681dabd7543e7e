"""The section of an incident's page that compares its actors with other days."""

import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from detector.errors import StoreError
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Detector, Finding
from detector.schema.team.grants import Identity
from detector.store import Journal
from detector.web.explained import Explanation
from tests.fakes.people import me
from tests.runtime.explain.months import cards, local, month, touch, write
from tests.web.conftest import HOSTILE, NIGHT, World, make_finding

LAST = local(NIGHT.date(), 3).date()
BEGAN = local(LAST, 1, 30).astimezone(UTC)


def filled(world: World, *more: dict[str, Any], actor: str = "user:o.petrova") -> World:
    """A month of seven people in the journal, and a night in which one of them takes 12,000 records out."""
    export = {"event.action": "export", "subject.ids": None, "record.count": 12_000}
    rows = [*month(LAST), *cards(BEGAN, 240, actor, first=5000), touch(NIGHT, actor, **export), *more]
    write(world.store, Journal(world.settings.state / "journal", world.store), rows)
    return world


def of_the_night(actor: str = "user:o.petrova", **changes: Any) -> Finding:
    return make_finding("night", actor, first_event_at=BEGAN, last_event_at=NIGHT + timedelta(hours=1), **changes)


def section(world: World, incident: Incident, language: str = "en") -> str:
    page = world.browser().get(f"/incidents/{incident.number}/actor?lang={language}").text
    found = re.search(r'<section aria-labelledby="compared".*?</section>', page, re.DOTALL)
    assert found, page
    return found[0]


def drawings(text: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(each) for each in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]


def texts(svg: ElementTree.Element) -> dict[str, str]:
    return {each.tag: each.text or "" for each in svg if each.tag in ("title", "desc")}


def test_the_pictures_say_in_words_what_they_show(world: World) -> None:
    incident = filled(world).found(of_the_night())
    days, hours = drawings(section(world, incident))
    assert texts(days) == {
        "title": "user:o.petrova: different clients opened and records taken out a day, "
        "2\xa0February\xa02026 to 3\xa0March\xa02026",
        "desc": "On 3\xa0March\xa02026 it opened 240 clients and took 12,000 records out. "
        "The most on any other of these days: 33 clients, 300 records.",
    }
    assert texts(hours)["desc"] == (
        "Busiest: 3\xa0March\xa02026, 2:00 to 2:59, 150 touches. In the hours of the incident: 241 touches."
    )
    for svg in (days, hours):
        named = {each.attrib["id"] for each in svg if "id" in each.attrib}
        assert svg.attrib["role"] == "img"
        assert set(svg.attrib["aria-labelledby"].split()) == named
        assert not [each for each in svg.iter() if {"style", "onclick", "href"} & set(each.attrib)]


def test_a_bar_is_drawn_for_each_day_with_something_on_it(world: World) -> None:
    incident = filled(world).found(of_the_night())
    days, _ = drawings(section(world, incident))
    bars = [each.attrib["class"] for each in days.iter("rect") if each.attrib["class"].startswith("bar")]
    weekdays = sum((LAST - timedelta(days=ago)).weekday() < 5 for ago in range(1, 30))
    assert len(bars) == weekdays + 1 + 4 + 1  # clients; Fridays' reports and the night's
    assert bars.count("bar of-incident") == 2
    assert len([each for each in days.iter("rect") if each.attrib["class"] == "band"]) == 2


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("opened 180 clients in an hour; the busiest hour of a usual day of its own has 4, in its role 4",
                "Earlier days most like 3\xa0March\xa02026", "no incident", "Colleagues: 6 others of role operator")),
        ("ru", ("открыто разных клиентов за час: 180; в самый занятый час обычного дня — 4, у её роли — 4",
                "Прошлые дни, больше всего похожие на 3\xa0марта\xa02026", "инцидента не было",
                "Коллеги: 6 других учётных записей роли operator")),
    ],
)  # fmt: skip
def test_it_is_said_in_both_languages(world: World, language: str, said: tuple[str, ...]) -> None:
    incident = filled(world).found(of_the_night())
    text = section(world, incident, language)
    for each in said:
        assert each in text


def test_a_similar_day_on_which_there_was_an_incident_leads_to_it(world: World) -> None:
    friday = local(LAST - timedelta(days=18), 17, 50).astimezone(UTC)
    filled(world)
    earlier = world.found(make_finding("report", at=friday, first_event_at=friday))
    incident = world.found(of_the_night())
    assert incident.number != earlier.number
    assert f'<a href="/incidents/{earlier.number}">{earlier.code_name}</a>' in section(world, incident)


def test_that_no_day_was_like_it_is_said_and_only_then(world: World) -> None:
    incident = filled(world).found(of_the_night())
    usual = local(LAST - timedelta(days=5), 9).astimezone(UTC)
    quiet = world.found(make_finding("quiet", "user:operator1", at=usual + timedelta(hours=8), first_event_at=usual))
    assert "None of them is much like it" in section(world, incident)
    assert "Earlier days most like" in section(world, quiet)
    assert "None of them is much like it" not in section(world, quiet)


def test_no_client_is_named_and_hostile_names_do_nothing(world: World) -> None:
    client = "client-4711-of-the-journal"
    actor = f"user:{HOSTILE}{'x' * 500}"
    rows = cards(BEGAN, 50, actor, **{"subject.ids": [client, HOSTILE], "user.roles": [HOSTILE + "y" * 500]})
    incident = filled(world, *rows, actor=actor).found(of_the_night(actor))
    text = section(world, incident)
    assert client not in text
    assert "<script" not in text
    assert "\u202e" not in text
    assert "x" * 100 not in text
    assert "y" * 100 not in text
    days, hours = drawings(text)
    assert texts(days)["title"].startswith("user:\"'><script>alert(1)</script>‹U+202E›gnp.exe")
    assert [each.tag for each in days.iter() if each.tag not in ("svg", "title", "desc", "rect", "text", "path")] == []
    assert len(hours) > 0


def test_an_actor_of_whom_nothing_is_kept_has_no_picture_and_says_so(world: World) -> None:
    incident = filled(world).found(of_the_night("user:ghost"))
    text = section(world, incident)
    assert "Nothing is kept of what it touched." in text
    assert drawings(text) == []


def test_what_was_before_the_journal_began_is_said_and_shaded(world: World) -> None:
    rows = [*cards(local(LAST - timedelta(days=6), 9), 20), *cards(BEGAN, 90)]
    write(world.store, Journal(world.settings.state / "journal", world.store), rows)
    text = section(world, world.found(of_the_night()))
    assert "No touches of client data are kept before 25\xa0February\xa02026." in text
    days, hours = drawings(text)
    assert len([each for each in days.iter("rect") if each.attrib["class"] == "unknown"]) == 2 * 23
    assert len([each for each in hours.iter("rect") if each.attrib["class"] == "unknown"]) == 23


def test_what_is_about_nobody_is_compared_with_nothing(world: World) -> None:
    incident = world.found(make_finding("blind", "nabat", playbook="blind-spot", subject_count=0, record_low=0,
                                        record_high=0, detector=Detector.BLIND_SPOT))  # fmt: skip
    assert "compared" not in world.browser().get(f"/incidents/{incident.number}").text


@dataclass
class Deaf:
    """A console whose journal cannot be read."""

    console: Any

    def explain(self, ref: str) -> Explanation:
        raise StoreError("the access journal cannot be read")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.console, name)


@dataclass
class DeafConsoles:
    world: World

    def of(self, who: Identity) -> Deaf:
        return Deaf(self.world.consoles.of(who))


def test_a_page_opens_though_the_journal_cannot_be_read(world: World) -> None:
    incident = world.found()
    world.house.consoles = DeafConsoles(world)  # type: ignore[assignment]
    assert "The access journal cannot be read: nothing can be compared." in section(world, incident)


def test_a_page_opened_again_within_a_minute_reads_the_journal_once(world: World) -> None:
    incident = filled(world).found(of_the_night())
    first = world.console.explain(incident.id)
    assert world.console.explain(incident.number) is first
    world.console.acknowledge(incident.id, by=me("anna"), via="page")
    assert world.console.explain(incident.id) is first
    world.clock.advance(timedelta(minutes=2))
    assert world.console.explain(incident.id) == first
    assert world.console.explain(incident.id) is not first


def test_the_numbers_of_the_days_stand_in_a_table_too(world: World) -> None:
    incident = filled(world).found(of_the_night())
    table = section(world, incident).rpartition("<details class")[2]
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', table, re.DOTALL)
    assert len(rows) == 30
    assert rows[0][0] == "3\xa0March\xa02026 ▼"
    assert re.findall(r">([\d,]+)<", rows[0][1]) == ["241", "240", "180", "0", "0", "1", "12,000"]
