"""`nabat explain`: from lines of a log, through the service, to what a person reads; nothing running any more."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.runtime.places import NIGHT, answer, line, write_plan
from tests.scenarios.story import Story

EVIL = "mal\x1b[31mlory"


@dataclass
class Place:
    """A state folder in which one incident is open, nothing running."""

    folder: Path
    number: str

    def run(self, *words: str, language: str = "en", zone: str = "UTC") -> tuple[int, str, str]:
        config = write_plan(self.folder, language=language, timezone=zone)
        return answer(config, "explain", *words)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Six people read 20 to 25 clients a day at noon for a week; one of them reads 140 in a night."""
    folder = tmp_path_factory.mktemp("place")
    config = write_plan(folder)
    people = (EVIL, *(f"colleague{number}" for number in range(6)))
    with (folder / "access.log").open("w") as log:
        for ago in range(7, 0, -1):
            noon = NIGHT - timedelta(days=ago) + timedelta(hours=9)
            for n in range(25):
                log.writelines(
                    line(noon + timedelta(minutes=n), 1000 + 100 * at + n, by)
                    for at, by in enumerate(people)
                    if n < 20 + at
                )
    story = Story.of(config)
    with (folder / "access.log").open("a") as log:
        log.writelines(line(NIGHT + timedelta(seconds=n), 5000 + 7 * (n * 37 % 140), EVIL) for n in range(140))
    story.at("03:05")
    number = story.incident.number
    story.stop()
    return Place(folder, number)


def test_it_says_what_stands_out_and_which_days_were_like_it(place: Place) -> None:
    status, out, said = place.run(place.number)
    assert (status, said) == (0, "")
    head, *rest = out.splitlines()
    assert head.startswith(place.number)
    assert head.endswith("Compared with other days")
    text = "\n".join(rest).replace("\xa0", " ")
    assert "No touches of client data are kept before 23 February 2026." in text
    assert "What stands out (computed from the access journal)" in text
    assert "opened 140 clients in an hour; the busiest hour of a usual day of its own has 20, in its role 2" in text
    assert "Colleagues: 6 others of its kind without a role, 42 days of theirs." in text
    assert "2 March 2026: touches 140; clients 140, in the busiest hour 140; documents 0;" in text
    assert "1 March 2026, 5.79 times apart, no incident" in text
    assert text.count("times apart, no incident") == 3
    assert "None of them is much like it: the nearest is 5.79 times apart." in text
    together = text.partition("Possibly together with\n")[2]
    assert "Nobody else: 6 other accounts of people that opened clients from 27 Feb, 03:00" in together
    assert "What explains that these clients were opened is not known (the logs are too new" in together


def test_it_speaks_russian_where_the_service_does(place: Place) -> None:
    status, out, said = place.run(place.number, language="ru")
    assert (status, said) == (0, "")
    assert "открыто разных клиентов за час: 140; в самый занятый час обычного дня — 20" in out
    assert "В сравнении с другими днями" in out
    assert "Возможно, вместе с" in out
    assert not {"touches", "clients", "incident", "role"} & set(out.replace(",", " ").split())


def test_json_holds_the_days_and_their_hours(place: Place) -> None:
    status, out, said = place.run(place.number, "--json", zone="Europe/Moscow")
    assert (status, said) == (0, "")
    told = json.loads(out)
    (actor,) = told["actors"]
    assert (told["incident"], told["timezone"], told["whole"]) == (place.number, "Europe/Moscow", True)
    assert len(actor["days"]) == 30
    last = actor["days"][-1]
    assert (last["day"], last["clients"], last["marked"]) == ("2026-03-02", 140, [6])
    assert last["hours"][6] == 140
    assert [each["day"]["day"] for each in actor["similar"]] == ["2026-03-01", "2026-02-28", "2026-02-27"]
    assert actor["facets"][0]["text"].startswith("opened 140 clients")
    assert set(actor["band"]) == {"clients", "taken"}
    together = told["together"]
    assert (together["listed"], together["compared"], together["unexplained_known"]) == ([], 6, False)
    assert len(together["remarks"]) == 2


def test_an_incident_that_is_not_there_is_no_answer(place: Place) -> None:
    status, out, said = place.run("20200101-000000")
    assert (status, out) == (2, "")
    assert "20200101-000000" in said
