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
from detector.errors import InputError
from detector.settings.loading.load_settings import load_settings
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
    assert "3 of 3 clients unexplained" in desk.who("1000", "1300", "2000", *SINCE)[1]
    assert {each["actor"] for each in desk.told("1000", "1300")} == {"user:anna", "user:mallory"}


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
