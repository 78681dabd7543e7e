"""Who processes for others tells each controller of its own clients alone, in a notice with a clock of its own."""

import csv
from pathlib import Path
from typing import Any

from detector.rendering import write_markdown
from detector.runtime.incidents.notices.notice_desk import NoticeStanding
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.notices.notice_fields import FieldState
from detector.settings import LegalSettings
from tests.runtime.scopes.house import ScopeHouse, later

STAGE = "gdpr-processor"
ROWS = "1,Acme\n2,Acme\n3,Bolt\n"


def a_house(folder: Path, rows: str, **legal: Any) -> ScopeHouse:
    file = folder / "controllers.csv"
    file.write_text("client,controller\n" + rows, encoding="utf-8")
    given = LegalSettings.model_validate({"sectors": ["processor"], **legal})
    return ScopeHouse(folder, controllers=str(file), legal=given)


def duties(house: ScopeHouse) -> dict[str, Duty]:
    found = house.by().detail(house.incident().id).duties
    return {each.controller: each for each in found if each.of_stage == STAGE}


def notice(house: ScopeHouse, controller: str) -> NoticeStanding:
    return house.by("dina").notices.one(house.incident().id, duties(house)[controller].ref)


def read(house: ScopeHouse, controller: str) -> str:
    return write_markdown(house.by("dina").notices.text(notice(house, controller).made))


def test_each_controller_is_told_by_a_duty_of_its_own_of_its_own_clients_alone(tmp_path: Path) -> None:
    reached = {"Acme": {"name": "Acme GmbH", "email": "dpo@acme.example.org"}}
    house = a_house(tmp_path, ROWS, controllers=reached)
    house.touched(0, ["1", "2", "3"], **{"object.classes": ["contact"]})
    house.touched(0.5, ["3"], **{"object.classes": ["passport"]})
    house.found(1)
    house.rescope(2)
    told = duties(house)
    assert sorted(told) == ["", "Acme", "Bolt"]
    assert (told[""].moot, told[""].verdict) == (True, DutyVerdict.NO), "nobody is left whom it would tell"
    acme, bolt = told["Acme"], told["Bolt"]
    assert (acme.recipient, acme.recipient_ru) == ("Acme", "Acme")
    assert acme.due_at is not None
    assert acme.ref != bolt.ref

    text, other = read(house, "Acme"), read(house, "Bolt")
    assert r"**To:** Acme GmbH, dpo\@acme.example.org" in text
    assert "Bolt" not in text
    assert "Acme" not in other
    assert "2 people" in text
    assert "1 person" in other
    assert "passport" not in text, "no client of Acme's had one touched"
    assert "passport" in other
    fields = {each.id: each for each in notice(house, "Acme").made.fields}
    assert fields["addressee"].state is FieldState.FILLED
    assert fields["records_of_controller"].command.endswith("--controller Acme")
    for each in (acme, bolt):
        assert notice(house, each.controller).made.title.endswith(f"by the processor: {each.controller}")
        filed = house.by("dina").notices.draft(house.incident().id, each.ref)
        remarks = house.by("dina").documents.remarks(filed.id)
        assert [one.text for one in remarks if one.kind == "contradicts"] == [], "their numbers are theirs, not all"
    theirs = tmp_path / "theirs.csv"
    assert house.by().write_subjects(house.incident().id, theirs, controller="Acme") == 2
    with theirs.open(newline="", encoding="utf-8-sig") as lines:
        assert [row["subject_id"] for row in csv.DictReader(lines)] == ["1", "2"]


def test_a_receipt_of_one_controller_ends_its_clock_alone(tmp_path: Path) -> None:
    house = a_house(tmp_path, ROWS)
    house.touched(0, ["1", "3"])
    house.found(1)
    house.rescope(2)
    ref = house.incident().id
    house.by("dina").file_receipt(ref, duties(house)["Acme"].ref, number="mail 7", at=later(2))
    assert (duties(house)["Acme"].state, duties(house)["Bolt"].state) == (DutyState.DONE, DutyState.UNDECIDED)
    house.touched(3, ["2"])
    house.found(4)
    house.rescope(4)
    assert duties(house)["Acme"].receipt_number == "mail 7", "what was sent stays, whoever is concerned beside"
    assert sorted(duties(house)) == ["", "Acme", "Bolt"], "nobody has two"


def test_clients_whose_controller_nobody_knows_keep_the_duty_of_all_and_one_found_later_has_its_own(
    tmp_path: Path,
) -> None:
    house = a_house(tmp_path, "1,Acme\n3,Bolt\n")
    house.touched(0, ["1", "2"])
    house.found(1)
    house.rescope(2)
    told = duties(house)
    assert sorted(told) == ["", "Acme"]
    assert told[""].counting, "whose client the second is nobody knows: somebody is still to be told"
    people = next(each for each in notice(house, "Acme").made.fields if each.id == "records_of_controller")
    assert people.state is FieldState.ESTIMATED
    assert people.value.startswith("between 1 and 2 people;")
    house.touched(3, ["3"])
    house.found(4)
    house.rescope(4)
    assert sorted(duties(house)) == ["", "Acme", "Bolt"]
    (tmp_path / "controllers.csv").write_text("client,controller\n1,Acme\n2,Acme\n3,Else\n", encoding="utf-8")
    house.rescope(5)
    told = duties(house)
    assert sorted(told) == ["", "Acme", "Bolt", "Else"]
    assert told["Bolt"].verdict is DutyVerdict.NO, "whose clients are none of these is not told"
    assert [each.message for each in told["Bolt"].reasons] == ["duty-controller-none"]
    assert told[""].moot


def test_who_processes_for_nobody_has_no_duty_to_a_controller(tmp_path: Path) -> None:
    house = a_house(tmp_path, ROWS, sectors=[])
    house.touched(0, ["1", "3"])
    house.found(1)
    house.rescope(2)
    assert all(not each.counting for each in duties(house).values())
