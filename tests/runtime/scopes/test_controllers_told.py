"""Who processes for others tells each controller of its own clients alone, in a notice with a clock of its own."""

import csv
import re
from pathlib import Path
from typing import Any

from detector.incident import load_regulations
from detector.messages import messages
from detector.rendering import write_markdown
from detector.runtime.incidents.console.reading.register_reading import duty_words
from detector.runtime.incidents.letters.letter_plan import plan_lines
from detector.runtime.incidents.notices.notice_desk import NoticeStanding
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.letters.mailings import MailingKind
from detector.schema.notices.notice_fields import FieldState
from detector.settings import LegalSettings, Settings
from detector.web.texts import PageTexts
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
    assert house.by().write_subjects(house.incident().id, theirs, controller="Acme").clients == 2
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
    assert people.why.startswith("of 1 person concerned our list of controllers does not say whose clients they are")
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


def test_a_controller_is_told_under_no_law_about_places_where_none_of_its_clients_live(tmp_path: Path) -> None:
    (tmp_path / "homes.csv").write_text("client,residence\n1,FR\n2,FR\n3,KZ\n4,KZ\n", encoding="utf-8")
    (tmp_path / "controllers.csv").write_text("client,controller\n1,Acme\n2,Bolt\n3,Bolt\n", encoding="utf-8")
    laws = {each: load_regulations([each])[each] for each in ("eu-gdpr-33", "kz-94v")}
    house = ScopeHouse(
        tmp_path,
        residence=str(tmp_path / "homes.csv"),
        controllers=str(tmp_path / "controllers.csv"),
        laws=laws,
        legal=LegalSettings.model_validate({"sectors": ["processor"]}),
    )
    house.touched(0, ["1", "2", "3", "4"])
    house.found(1)
    house.rescope(2)
    assert house.incident().scope.controllers_by_residence == (("Acme", "FR", 1), ("Bolt", "FR", 1), ("Bolt", "KZ", 1))
    by = house.by("dina")
    found = by.detail(house.incident().id).duties
    told = {
        law: sorted(each.controller for each in found if each.regulation == law and each.controller) for law in laws
    }
    assert told == {"eu-gdpr-33": ["Acme", "Bolt"], "kz-94v": ["Bolt"]}
    why = next(each for each in found if each.of_stage == "kz-owner" and each.controller == "Bolt").reasons
    assert dict(next(each for each in why if each.message == "duty-processor").args)["count"] == 1

    (tmp_path / "homes.csv").write_text("client,residence\n1,KZ\n2,FR\n3,FR\n4,KZ\n", encoding="utf-8")
    house.rescope(3)
    now = {each.controller: each for each in by.detail(house.incident().id).duties if each.of_stage == "kz-owner"}
    assert now["Acme"].counting, "a duty begins once one of its clients is known to live there"
    assert now["Bolt"].verdict is DutyVerdict.NO


def test_whoever_says_to_be_no_processor_tells_the_controllers_that_its_file_names_all_the_same(tmp_path: Path) -> None:
    house = a_house(tmp_path, ROWS, sectors=[])
    house.touched(0, ["1", "3"])
    house.found(1)
    house.rescope(2)
    assert {name: each.counting for name, each in duties(house).items()} == {"": False, "Acme": True, "Bolt": True}
    assert not house.by("dina").notices.one(house.incident().id, "gdpr-72h").made.facts.duty.counting, (
        "not ours to tell"
    )


def test_clients_of_others_are_told_by_these_and_our_own_by_us_in_records_lists_and_letters(tmp_path: Path) -> None:
    (tmp_path / "homes.csv").write_text("client,residence\n1,FR\n2,FR\n3,DE\n4,FR\n", encoding="utf-8")
    (tmp_path / "controllers.csv").write_text("client,controller\n1,Acme\n2,example inc\n4,Acme\n4,Example Inc\n")
    (tmp_path / "contacts.csv").write_text(
        "id,name,channel,address,language,minor,represented_by\n"
        + "".join(f"{n},N{n},mail,n{n}@example.org,en,,\n" for n in range(1, 5)),
        encoding="utf-8",
    )
    house = ScopeHouse(
        tmp_path,
        residence=str(tmp_path / "homes.csv"),
        controllers=str(tmp_path / "controllers.csv"),
        laws={each: load_regulations([each])[each] for each in ("eu-gdpr-33", "eu-gdpr-34")},
        organization="Example Inc",
    )
    more = Settings.model_validate(
        {
            "contacts": {"csv": str(tmp_path / "contacts.csv")},
            "letters": {"hotline": "help.example.org", "smtp": "smtp://127.0.0.1:9", "sender": "l@example.org"},
        }
    )
    house.settings = house.settings.model_copy(update={"contacts": more.contacts, "letters": more.letters})
    house.reconfigure()
    house.touched(0, ["1", "2", "3", "4"])
    house.touched(0.5, ["1"], **{"record.ids": ["a", "b", "c"], "record.count": 3})
    house.found(1)
    house.rescope(2)
    scope = house.incident().scope
    assert scope.by_controller == (("", 2), ("Acme", 2)), "a row that names us says that we decide ourselves"
    assert scope.of_others == (("FR", 1),)
    assert dict(scope.records_by_residence) == {"FR": 2, "DE": 1}
    assert (scope.records_of_others, dict(scope.records_by_controller)) == (4, {"Acme": 5})
    assert house.versions()[-1].scope == scope, "it is kept and read as it was counted"
    told = duties(house)
    assert told[""].counting, "of the third nobody has said whose client it is"

    console = house.by("dina")
    ref = house.incident().id
    first = {each.id: each.value for each in console.notices.one(ref, "gdpr-72h").made.fields}
    assert first["subjects_approx"] == "3 people living in the European Economic Area"
    assert first["records_approx"] == "3 records of people living in the European Economic Area"
    theirs = {each.id: each.value for each in console.notices.one(ref, told["Acme"].ref).made.fields}
    assert theirs["records_approx"].startswith("between 5 and ")
    annex = tmp_path / "annex.csv"
    assert house.by().write_subjects(ref, annex, law="eu-gdpr-33").clients == 3
    with annex.open(newline="", encoding="utf-8-sig") as lines:
        assert [row["subject_id"] for row in csv.DictReader(lines)] == ["2", "3", "4"]
    filed = console.notices.draft(ref, "gdpr-72h")
    assert [each.text for each in console.documents.remarks(filed.id) if each.kind == "contradicts"] == []
    plan = house.by("lev").letters.plan(ref, MailingKind.FIRST, samples=1)
    assert [each.client for each in plan.recipients] == ["2", "3", "4"]
    assert plan.by_why == {"of_controller": 1}
    assert any("others, who write to them: 1" in each for each in plan_lines(plan, messages("en")))


def test_a_file_that_went_wrong_leaves_every_count_of_whose_they_are_as_it_was(tmp_path: Path) -> None:
    house = a_house(tmp_path, ROWS)
    house.touched(0, ["1", "3"])
    house.found(1)
    house.rescope(2)
    before = house.incident().scope
    assert (before.of_others, before.records_of_others) == ((("", 2),), 2)
    (tmp_path / "controllers.csv").write_text("client,controller\n1,\n", encoding="utf-8")
    house.rescope(3)
    assert house.incident().scope == before


def test_the_register_and_drafts_of_forms_count_our_own_and_contradict_nothing(tmp_path: Path) -> None:
    file = tmp_path / "controllers.csv"
    file.write_text("client,controller\n1,Acme\n2,Acme\n3,Wolke\n4,Wolke\n5,wolke\n", encoding="utf-8")
    house = ScopeHouse(tmp_path, controllers=str(file), organization="Wolke")
    house.touched(0, ["1", "2", "3", "4", "5"], **{"object.classes": ["contact"]})
    house.found(1)
    house.rescope(2)
    (entry,) = house.by().register()
    assert (entry.own.people_low, entry.own.people_high, entry.of_others) == (3, 3, 2)
    out = tmp_path / "register.csv"
    house.by().write_register([entry], PageTexts(house.settings, "en", house.clock.now()), out)
    with out.open(newline="", encoding="utf-8-sig") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["people_at_least"], row["people_at_most"], row["people_of_others"]) == ("3", "3", "2")
    case = house.incident().id
    ref = duties(house)["Acme"].ref
    house.by("dina").decide_duty(case, ref, owed=True, reason="2 people then")
    house.by("lev").approve(case, ref)
    (entry,) = house.by().register()
    said = next(each for each in duty_words(entry, PageTexts(house.settings, "en", later(9))) if ref in each)
    assert re.search(r", decided 1 Mar 2026, \d\d:\d\d:\d\d \w+: 2 people then$", said), "by what was known then"
    for form in ("press", "executive", "police", "partner"):
        filed = house.by("dina").notices.draft(case, form)
        remarks = house.by("dina").documents.remarks(filed.id)
        assert [each.text for each in remarks if each.kind == "contradicts"] == [], form
