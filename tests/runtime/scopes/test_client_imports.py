"""Lists of clients that people bring: read strictly, counted beside the log, taken back, and never by a suspect."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError
from detector.runtime.evidence.verify_all import verify_everything
from detector.runtime.incidents.scopes.read_client_list import read_client_list
from detector.schema.case.duties import DutyVerdict
from detector.settings import Route
from detector.web.texts import PageTexts
from tests.runtime.scopes.house import THIEF, ScopeHouse


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ScopeHouse]:
    made = ScopeHouse(tmp_path)
    made.touched(0, ["1", "2", "3"])
    made.found(1)
    yield made
    made.store.close()


def test_a_list_counts_beside_the_log_everywhere_until_it_is_taken_back(house: ScopeHouse, tmp_path: Path) -> None:
    incident = house.bring("client_id;name\n2;x\n003;w\n007;y\n8;z\n8;z\n", column="client_id")
    assert (incident.scope.subjects, incident.scope.imported_subjects, incident.scope.known_subjects) == (3, 2, 5)
    (listed,) = house.by().detail(incident.id).imports
    assert (listed.file_name, listed.clients, listed.by) == ("export.csv", 4, "lev")
    assert house.why()[-1] == ["import"]
    assert (house.versions()[-1].by, house.versions()[-1].added) == ("lev", 2)
    out = tmp_path / "clients.csv"
    assert house.by().write_subjects(incident.id, out).clients == 5
    with out.open(newline="", encoding="utf-8-sig") as file:
        rows = [(row["subject_id"], row["source"], row["events"]) for row in csv.DictReader(file)]
    assert rows == [
        *(("1", "log", "1"), ("2", "log; import 1", "1"), ("3", "log; import 1", "1")),
        *(("7", "import 1", "0"), ("8", "import 1", "0")),
    ]
    assert house.by().write_version(incident.id, 2, out) == 5
    house.rescope(4)
    assert house.incident().scope.imported_subjects == 2, "the service counts it as well"
    said = [each.text for each in house.by().detail(incident.id).entries if each.kind == "clients_imported"]
    assert said == ["List 1 imported: 4 clients from the file export.csv. Where it comes from: the laptop. "
                    "Why: rows of the export"]  # fmt: skip
    with pytest.raises(ConflictError, match="this very file"):
        house.bring("client_id;name\n2;x\n003;w\n007;y\n8;z\n8;z\n", column="client_id")
    house.by().remove_import(incident.id, 1, reason="of another day")
    assert house.incident().scope.imported_subjects == 2, "fewer would be written to: another person has to agree"
    after = house.by("dina").approve(incident.id, "import:1")
    assert (after.scope.imported_subjects, house.why()[-1]) == (0, ["import-removed"])
    with pytest.raises(NotFoundError, match="counts no list 1"):
        house.by().remove_import(incident.id, 1, reason="again")
    assert not verify_everything(house.settings, house.store).differences
    assert house.by().detail(incident.id).chain_sound


def test_a_list_that_a_duty_hangs_on_is_taken_back_by_two(house: ScopeHouse) -> None:
    ref = house.bring("\n".join(map(str, range(1000, 1600)))).id
    house.by().remove_import(ref, 1, reason="of another day")
    assert house.incident().scope.imported_subjects == 600, "the list counts until then"
    (asked,) = house.by().detail(ref).approvals
    assert asked.step_id == "import:1"
    with pytest.raises(ConflictError, match="needs two persons"):
        house.by().approve(ref, "import:1")
    after = house.by("dina").approve(ref, "import:1")
    assert (after.scope.imported_subjects, house.versions()[-1].by) == (0, "lev")
    assert not verify_everything(house.settings, house.store).differences


def test_a_list_of_whom_the_log_names_all_is_taken_back_by_one(house: ScopeHouse) -> None:
    ref = house.bring("1\n2\n").id
    house.by().remove_import(ref, 1, reason="the log names them")
    assert [each.counts for each in house.by().detail(ref).imports] == [False]
    assert house.by().detail(ref).approvals == ()


def test_who_the_log_names_later_is_of_the_log_however_the_list_spells_the_id(house: ScopeHouse) -> None:
    house.bring("0003\n009\n")
    assert house.incident().scope.imported_subjects == 1
    house.touched(2, ["9"])
    house.found(3)
    house.rescope(4)
    scope, last = house.incident().scope, house.versions()[-1]
    assert (scope.subjects, scope.imported_subjects) == (4, 0)
    assert (last.added, last.removed, house.why()[-1]) == (0, 0, ["later", "named"])


def test_where_clients_live_is_counted_with_the_scope_and_decides_which_laws_apply(tmp_path: Path) -> None:
    file = tmp_path / "residence.csv"
    file.write_text("client,residence\n1,RU\n0002,RU\n9,RU\n", encoding="utf-8")
    house = ScopeHouse(tmp_path, residence=str(file))
    house.touched(0, ["1", "2", "3"])
    house.touched(0.5, ["2", "3"], **{"object.classes": ["contact", "passport"]})
    house.found(1)
    house.rescope(2)
    scope = house.incident().scope
    assert scope.by_residence == (("RU", 2),)
    assert [each for each in scope.classes_by_residence if each[0] == "passport"] == [("passport", "RU", 1)]
    assert house.versions()[-1].scope.classes_by_residence == scope.classes_by_residence

    def gdpr() -> tuple[DutyVerdict, str]:
        (duty,) = [each for each in house.by().detail(house.incident().id).duties if each.stage == "gdpr-register"]
        return duty.verdict, duty.reasons[0].message

    assert gdpr() == (DutyVerdict.YES, "duty-residence-others-unknown"), "nobody says where the third one lives"
    annex = tmp_path / "annex.csv"
    assert house.by().write_subjects(house.incident().id, annex, law="eu-gdpr-33").clients == 1, (
        "two surely live elsewhere"
    )
    with annex.open(newline="", encoding="utf-8-sig") as lines:
        assert [(row["subject_id"], row["lives_there"]) for row in csv.DictReader(lines)] == [("3", "not known")]
    with pytest.raises(NotFoundError, match="keeps no law called 'kz'"):
        house.by().write_subjects(house.incident().id, annex, law="kz")
    house.bring("9\n")
    assert house.incident().scope.by_residence == (("RU", 3),)
    file.write_text("client,residence\n1,Russia\n", encoding="utf-8")
    house.touched(3, ["4"])
    house.rescope(4)
    assert house.incident().scope.by_residence == (("RU", 3),), "a file that went wrong changes nothing"
    assert house.incident().scope.classes_by_residence == scope.classes_by_residence
    file.write_text("client,residence\n1,RU\n2,RU\n3,RU\n4,RU\n9,RU\n", encoding="utf-8")
    house.rescope(5)
    assert (house.why()[-1], gdpr()) == (["residence"], (DutyVerdict.NO, "duty-residence-none"))
    assert not verify_everything(house.settings, house.store).differences
    house.store.close()


def test_whom_the_case_is_about_and_who_may_not_bring_nothing(house: ScopeHouse) -> None:
    ref = house.incident().id
    for name, error in (("mallory", DeniedError), ("karl", DeniedError)):
        with pytest.raises(error):
            house.bring("9", by=name)
    assert house.incident().actor_id == THIEF
    assert not house.by().detail(ref).imports
    with pytest.raises(InputError, match="where the list comes from is missing"):
        house.by().import_clients(ref, b"9", name="x", source=" ", reason="y")


@pytest.mark.parametrize(
    ("raw", "column", "said"),
    [
        (b"", "", ["names no client"]),
        (b"1\n\x00\n" + b"9" * 201 + b"\n2\n", "", ["x:2: holds characters", "x:3: has 201 characters"]),
        (b"id,name\n1,a\n,b\n3\n", "", ["x:3: the id is missing", "x:4: has 1 cells"]),
        (b"a,b\n1,2\n", "", ["x:1: no column is known", "'a', 'b'"]),
        (b"a,b\n1,2\n", "c", ["x:1: there is no column 'c'"]),
        (b"id,id\n1,2\n", "", ["x:1: duplicate column 'id'"]),
        (b'id,name\n1,"a\n', "", ["is no CSV"]),
        (b"1\n\xff\xfe\n", "", ["x:2: is not UTF-8"]),
        (b"\x07\n" * 25, "", ["x:20: holds", "and 5 lines more"]),
    ],
)
def test_all_that_is_wrong_with_a_list_is_told_at_once(raw: bytes, column: str, said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        read_client_list(raw, "x", column)
    assert all(each in str(error.value) for each in said), str(error.value)


@pytest.mark.parametrize(
    ("raw", "column", "found"),
    [
        (b"\xef\xbb\xbf1\r\n\r\n 2 \r\n1\r\n", "", ("1", "2")),
        (b"Client_ID\nK-7\n", "", ("K-7",)),
        (b'name;Subject_Id\n"a;b";"x 1"\n', "", ("x 1",)),
        (b"who\n5\n", "who", ("5",)),
    ],
)
def test_lists_as_people_have_them_are_read(raw: bytes, column: str, found: tuple[str, ...]) -> None:
    assert read_client_list(raw, "x", column).ids == found


def test_a_number_is_one_client_however_lists_spell_it_unless_zeros_belong_to_the_ids(tmp_path: Path) -> None:
    house = ScopeHouse(tmp_path)
    records = house.settings.records
    of_tenant = Route(path="/{t}/{id}", subject="{id}", tenant="{t}")
    house.settings = house.settings.model_copy(
        update={"records": records.model_copy(update={"routes": (*records.routes, of_tenant)})}
    )
    house.reconfigure()
    house.touched(0, ["1"])
    house.found(1)
    house.bring("5000\n05000\nacme/017\nacme/17\nK-07\n")
    assert house.incident().scope.imported_subjects == 3
    house.bring("0005000\n")
    assert house.incident().scope.imported_subjects == 3, "another list that names the same client"
    text = Route(path="/c/{id}", subject="{id}", ids="text")
    house.settings = house.settings.model_copy(
        update={"records": records.model_copy(update={"routes": (*records.routes, text)})}
    )
    house.reconfigure()
    house.bring("006000\n6000\n")
    assert house.incident().scope.imported_subjects == 5, "here 006000 is somebody else"


def test_each_controller_has_its_own_numbers_and_its_own_list(tmp_path: Path) -> None:
    file = tmp_path / "controllers.csv"
    file.write_text("client,controller\n1,Acme\n0002,Acme\n2,Bolt\n9,Bolt\n", encoding="utf-8")
    house = ScopeHouse(tmp_path, controllers=str(file))
    house.touched(0, ["1", "2", "3"])
    house.touched(0.5, ["2", "3"], **{"object.classes": ["contact", "passport"]})
    house.found(1)
    house.rescope(2)
    scope = house.incident().scope
    assert scope.by_controller == (("Acme", 1), ("Bolt", 1)), "who is written in two ways is known by the log's"
    assert [each for each in scope.classes_by_controller if each[0] == "passport"] == [("passport", "Bolt", 1)]
    assert house.versions()[-1].scope == scope
    acme, bolt = PageTexts(house.settings, "en", house.clock.now()).controllers(scope)
    assert acme.startswith("controller Acme: clients 1 (")
    assert bolt.startswith("controller Bolt: clients 1 (")
    theirs = tmp_path / "theirs.csv"
    assert house.by().write_subjects(house.incident().id, theirs, controller="Bolt").clients == 1
    with theirs.open(newline="", encoding="utf-8-sig") as lines:
        assert [row["subject_id"] for row in csv.DictReader(lines)] == ["2"], "nobody else's, nor whose is not known"
    with pytest.raises(NotFoundError, match="no client of 'Else' is concerned"):
        house.by().write_subjects(house.incident().id, theirs, controller="Else")
    house.bring("9\n")
    assert house.incident().scope.by_controller == (("Bolt", 2), ("Acme", 1))
    file.write_text("client,controller\n1,\n", encoding="utf-8")
    house.rescope(4)
    assert house.incident().scope.by_controller == (("Bolt", 2), ("Acme", 1)), "a file that went wrong changes nothing"
    file.write_text("client,controller\n1,Acme\n1,Bolt\n", encoding="utf-8")
    house.rescope(5)
    assert house.incident().scope.by_controller == (("Acme", 1), ("Bolt", 1)), "one of several counts for each"
    assert house.why()[-1] == ["controllers"]
