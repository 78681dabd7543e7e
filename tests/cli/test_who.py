"""A story at the command line: who touched a client, what explains it, and that nothing from a log does harm."""

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from detector.cli.incidents.workplace import must_have_run
from detector.clock import ManualClock
from detector.errors import InputError
from detector.incident.reports import ReportTold
from detector.runtime.incidents.console import PersonalConsole, open_console
from detector.schema.outside.outside_reports import ReportKind
from detector.settings.loading.load_settings import load_settings
from tests.fakes.people import me
from tests.runtime.places import NIGHT, answer, line, nabat, write_plan
from tests.scenarios.story import Story

EVIL = "=1+1;mal\x1b[31m"
SINCE = ("--days", "3660")  # the story is in the past of the clock that commands go by


@dataclass
class Desk:
    """A state folder in which a month of a company's work is, nothing running."""

    config: Path

    def who(self, *words: str) -> tuple[int, str, str]:
        return answer(self.config, "who", *words)

    def told(self, *words: str) -> list[dict[str, object]]:
        status, out, said = self.who(*words, *SINCE, "--json")
        assert status == 0, said
        found: list[dict[str, object]] = json.loads(out)["touched_by"]
        return found


def work(days: Sequence[int]) -> str:
    """Return what anna and boris do: each has clients of their own, and goes through them every day."""
    acts = []
    for day in days:
        morning = NIGHT - timedelta(days=30 - day, hours=-6)
        for place, (who, first) in enumerate([("anna", 1000), ("boris", 2000)]):
            acts += [(morning + timedelta(minutes=place, hours=n), first + 300 * n, who) for n in range(9)]
    return "".join(line(at, client, who) for at, client, who in sorted(acts))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """After a month of work, mallory opens clients of both in one night; the service is restarted meanwhile."""
    folder = tmp_path_factory.mktemp("desk")
    config = write_plan(folder)
    (folder / "access.log").write_text(work(range(30)))
    story = Story.of(config)
    with (folder / "access.log").open("a") as log:
        log.writelines(line(NIGHT + timedelta(seconds=90 * n), 1000 + 300 * n, "mallory") for n in range(6))
        log.write(line(NIGHT + timedelta(seconds=700), 2000, "mallory"))
        log.write(line(NIGHT + timedelta(seconds=760), 2000, "mallory"))
        log.write(line(NIGHT + timedelta(seconds=800), 2000, EVIL))
        log.write(line(NIGHT + timedelta(seconds=820), 3100, "dina"))
    story.at("03:14")
    story.restart()
    story.at("03:40")
    story.stop()
    return Desk(config)


def test_whoever_had_nothing_to_do_with_the_client_stands_before_those_who_had(desk: Desk) -> None:
    told = desk.told("2000")
    # Of boris' first touch, a month before, it was too early to say; whoever was third came where two had dealt.
    assert [each["touch_class"] for each in told] == ["unexplained", "unknown", "team"]
    assert [each["actor"] for each in told][:2] == ["user:mallory", "user:boris"]
    mallory = next(each for each in told if each["actor"] == "user:mallory")
    assert mallory["reasons"] == ["nobody", "same_card"]
    assert (mallory["events"], mallory["addresses"]) == (2, ["203.0.113.7"])
    assert mallory["actions"] == [["read", 2]]
    boris = next(each for each in told if each["actor"] == "user:boris")
    assert (boris["events"], boris["unexplained"]) == (30, 0)
    assert boris["reasons"] == ["too_early", "dealt_before"]


def test_the_answer_for_people_says_class_reason_times_acts_and_addresses(desk: Desk) -> None:
    status, out, _ = desk.who("2000", *SINCE)
    assert status == 0
    first = out.split("unexplained ")[1]
    for said in (
        "Nothing explains it",
        "neither it nor colleagues had dealt with the client",
        "2026-03-02 03:1",
        "read",
        "from 203.0.113.7",
    ):
        assert said in first
    assert out.index("user:mallory") < out.index("user:boris")


def test_of_several_clients_those_are_listed_who_touched_all_of_them(desk: Desk) -> None:
    told = desk.told("1000", "1300", "2000")
    assert [each["actor"] for each in told] == ["user:mallory"]
    assert (told[0]["clients"], told[0]["unexplained"]) == (3, 3)
    out = desk.who("1000", "1300", "2000", *SINCE)[1]
    assert "3 of 3 clients unexplained" in out
    assert "under honest work at most 0." in out
    assert {each["actor"] for each in desk.told("1000", "1300")} == {"user:anna", "user:mallory"}


def test_of_several_clients_whoever_looks_after_them_is_no_more_likely_for_it(desk: Desk) -> None:
    told = desk.told("1000", "1300", "1600", "1900", "2200")
    chances = {str(each["actor"]): each["chance"] for each in told}
    assert list(chances) == ["user:mallory", "user:anna"]
    assert chances["user:anna"] == 1
    assert [each["chance"] for each in desk.told("2000")] == [None] * 3


def test_a_sample_is_held_against_everybody_and_whose_clients_it_names_is_told_from_who_took_them(
    desk: Desk, tmp_path: Path
) -> None:
    sample, table = tmp_path / "leak.csv", tmp_path / "fits.csv"
    ids = [1000 + 300 * n for n in range(6)]
    sample.write_text("name;customer_no\n" + "".join(f"x;0{each}\n" for each in ids) + "y;999999\n")
    asked = ("--sample", str(sample), *SINCE, "--column", "customer_no")
    status, out, said = desk.who(*asked, "--json", "--out", str(table))
    assert status == 0, said
    found = json.loads(out)
    assert (found["size"], found["known"], found["actors"]) == (7, 6, 5)
    first, second = found["fits"][:2]
    assert (first["actor"], first["held"], first["unexplained"]) == ("user:mallory", 6, 6)
    assert (first["since"], first["until"]) == ("2026-03-02T03:00:00Z", "2026-03-02T03:08:00Z")
    assert (first["window_held"], first["window_clients"], first["jaccard"]) == (6, 6, 6 / 7)
    assert (second["actor"], second["held"], second["book"], second["chance"]) == ("user:anna", 6, 9, 1)
    assert first["chance"] < second["chance"]
    with table.open(newline="", encoding="utf-8-sig") as file:
        assert [row["actor"] for row in csv.DictReader(file)] == [each["actor"] for each in found["fits"]]
    shown = desk.who(*asked)[1].replace("\N{NO-BREAK SPACE}", " ")
    assert "user:mallory: holds 6 of 7 (86 %), of 7 clients it touched" in shown


def test_what_is_no_sample_is_refused(desk: Desk, tmp_path: Path) -> None:
    sample = tmp_path / "leak.csv"
    sample.write_text("name;customer\nx;1\n")
    for words, why in (
        (("--sample", str(sample)), "no column is known to hold ids"),
        (("--sample", str(tmp_path / "none.csv")), "cannot be read"),
        (("7", "--sample", str(sample)), "go with no CLIENT"),
        ((), "no client is named"),
    ):
        status, out, said = desk.who(*words)
        assert (status, out, why in said) == (2, "", True), words


def test_a_report_is_written_down_listed_shown_and_refused_at_the_command_line(desk: Desk, tmp_path: Path) -> None:
    letter, got = tmp_path / "letter.pdf", tmp_path / "got.pdf"
    letter.write_bytes(b"%PDF a letter")
    report = ("report", "--kind", "client", "--from", "A. Client", "--client", "01600", "--file", str(letter))
    status, _, said = answer(desk.config, *report, "--text", "who rang me knew")
    assert status == 0, said
    number = said.split(":")[0]
    assert number in answer(desk.config, "reports", "list", "--waiting")[1]
    assert "who rang me knew" in answer(desk.config, "reports", "show", number)[1]
    told = json.loads(answer(desk.config, "reports", "show", number, "--json")[1])
    assert (told["clients"], told["state"], "about" in told) == (["01600"], "waiting", False)
    assert answer(desk.config, "reports", "show", number, "--file-to", str(got))[0] == 0
    assert (got.read_bytes(), got.stat().st_mode & 0o077) == (b"%PDF a letter", 0)
    assert answer(desk.config, "reports", "show", number, "--file-to", str(got))[0] == 2, "it is there"
    status, out, said = answer(desk.config, "reports", "dismiss", "r-ffffffffff", number, "--reason", "by a machine")
    assert (status, f"{number}: dismissed" in out + said, "no report 'r-ffffffffff'" in said) == (2, True, True)
    missing = answer(desk.config, "report", "--kind", "client", "--received-at", "2020-01-01", "--text", " ")
    assert (missing[0], "--from is missing" in missing[2]) == (2, True)


def test_a_complaint_is_kept_from_whose_touch_of_the_client_nothing_explains(desk: Desk) -> None:
    told = ReportTold(kind=ReportKind.CLIENT, sender="A. Client", text="who rang me knew", clients=("03100",))
    with open_console(load_settings(desk.config), ManualClock(NIGHT + timedelta(hours=3))) as console:
        number = PersonalConsole(console, me("lev")).reports.take_in(told).id
        seen = {name: PersonalConsole(console, me(name)).reports.all(10) for name in ("dina", "boris")}
    assert [[each.report.id for each in seen[name]].count(number) for name in seen] == [0, 1]


def test_an_id_is_found_however_it_is_written(desk: Desk) -> None:
    assert [each["actor"] for each in desk.told("01300")] == [each["actor"] for each in desk.told("1300")]
    assert [each["actor"] for each in desk.told("1300", "01300")] == [each["actor"] for each in desk.told("1300")]


def test_a_client_nobody_touched_is_an_answer_too(desk: Desk) -> None:
    status, out, _ = desk.who("777777", *SINCE)
    assert (status, out.startswith("nobody touched this client since ")) == (0, True)
    assert desk.told("777777") == []
    assert desk.who("2000", "777777", *SINCE)[1].startswith("nobody touched all 2 of these clients")


def test_the_table_is_safe_to_open_in_a_spreadsheet(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "who.csv"
    status, _, said = desk.who("2000", *SINCE, "--out", str(path))
    assert status == 0, said
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {"user:mallory", "user:boris"} < {row["actor"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_no_client_is_refused_with_every_mistake(desk: Desk) -> None:
    status, out, said = desk.who(" ", "7", "9" * 2_000)
    assert (status, out) == (2, "")
    assert "client 1 of 3 is empty" in said
    assert "client 3 has 2000 characters" in said
    assert desk.who("7", "--days", "0")[0] == 2
    assert desk.who()[0] == 2


def test_where_nothing_has_run_it_says_so(tmp_path: Path) -> None:
    done = nabat("who", "7", "-c", str(write_plan(tmp_path)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no database" in done.stderr


def test_whoever_may_not_read_the_state_folder_is_told_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(write_plan(tmp_path))
    looked = Path.stat

    def closed(path: Path, **how: bool) -> os.stat_result:
        if path.name == "nabat.db":
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path, **how)

    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(InputError, match=r"this account may not read it.*sudo -u nabat"):
        must_have_run(settings)
