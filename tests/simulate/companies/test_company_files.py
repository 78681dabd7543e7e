"""What is written: the same bytes for the same seed, in order, from documentation addresses, and files that agree."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.loading.load_settings import load_settings
from detector.simulate import LOGS, simulate_company
from tests.runtime.places import nabat
from tests.simulate.companies.conftest import START, Make
from tests.simulate.companies.reading import Run

pytestmark = pytest.mark.share(3)

NETWORKS = [
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "10.0.0.0/8")
]
FILES = {"nabat.yml", "roles.csv", "teams.csv", "leave.csv", "watched.csv", "truth.json"}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_same_seed_gives_the_same_bytes_and_another_seed_others(company: str, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate_company(tmp_path / name, company, 2, seed, START, world="hard", staff=20, leaks=4)
    first, again, other = (digests(tmp_path / name) for name in "abc")
    assert first == again
    logs = set(first) - FILES
    assert len(logs) == 2
    assert set(first) >= FILES
    assert all(first[name] != other[name] for name in logs)


@pytest.mark.parametrize("log", LOGS)
def test_one_log_alone_is_written_and_configured(company: str, log: str, tmp_path: Path) -> None:
    simulate_company(tmp_path, company, 2, 1, START, staff=20, leaks=6, logs=[log])
    run = Run(tmp_path)
    (file,) = run.truth["parameters"]["lines"]
    assert ("access" in file) == (log == "web")
    assert {path.name for path in tmp_path.iterdir()} == FILES | {file}
    assert len(run.truth["leaks"]) == 6
    assert all(set(scene["lines"]) == {file} for scene in run.scenes)
    assert nabat("check", "-c", str(tmp_path / "nabat.yml")).returncode == 0


def test_one_log_alone_is_the_same_as_beside_the_other(company: str, make: Make, tmp_path: Path) -> None:
    both = make(1, days=2, staff=20, leaks=4)
    for log, file in zip(LOGS, both.truth["parameters"]["lines"], strict=True):
        if (company, log) != ("bank", "web"):  # what happens in its database alone would be seen nowhere
            simulate_company(tmp_path / log, company, 2, 1, START, world="hard", staff=20, leaks=4, logs=[log])
            assert (tmp_path / log / file).read_bytes() == (both.folder / file).read_bytes()


def test_both_logs_hold_the_same_acts(runs: list[Run]) -> None:
    web, audit = runs[0].lines.values()
    for person in sorted(runs[0].staff)[:12]:
        one, two = (
            [line for line in lines if line.account == person and line.ok and line.ids and line.agent != "psql"]
            for lines in (web, audit)
        )
        single = [
            line for line in two if len(line.ids) == 1 and ("search" not in line.what and "list" not in line.what)
        ]
        assert {client for line in one for client in line.ids} >= {client for line in single for client in line.ids}
        assert abs(len(one) - len([line for line in two if len(line.ids) == 1])) <= 0.2 * len(one) + 3


def test_the_steady_world_writes_in_order_and_the_hard_one_somewhat_late(make: Make, runs: list[Run]) -> None:
    def lateness(run: Run) -> list[float]:
        found = []
        for lines in run.lines.values():
            newest = lines[0].when
            for line in lines:
                newest = max(newest, line.when)
                found.append((newest - line.when).total_seconds())
        return found

    assert max(lateness(make(1, world="plain", staff=20, leaks=2))) <= 1
    late = lateness(runs[0])
    assert 20 < max(late) < 310
    assert 0.002 < sum(2 < each < 21 for each in late) / len(late) < 0.1


def test_addresses_come_from_documentation_ranges_only(runs: list[Run]) -> None:
    seen = {line.ip for lines in runs[0].lines.values() for line in lines}
    assert len(seen) > 50
    assert not [ip for ip in seen if not any(ip_address(ip) in network for network in NETWORKS)]
    hosts = {
        host
        for lines in runs[0].lines.values()
        for line in lines
        for host in re.findall(r"https?://([^/\"]+)", line.text)
    }
    assert all(host.endswith("example.org") for host in hosts)


def test_everybody_in_the_lines_is_in_the_roles_file(runs: list[Run]) -> None:
    listed = {row["user"] for row in runs[0].table("roles.csv")}
    seen = {line.account for lines in runs[0].lines.values() for line in lines if not line.account.startswith("cust-")}
    assert seen - listed <= {"", "admin", "test", "info"}
    assert {row["user"] for row in runs[0].table("teams.csv")} == set(runs[0].staff)


def test_the_configuration_names_the_files_about_clients_and_people(fortnight: Run) -> None:
    lists = CompanyLists.read(load_settings(fortnight.folder / "nabat.yml", {}))
    assert lists.watched == {row["client_id"] for row in fortnight.table("watched.csv")}
    assert {*lists.leave} == {row["user"] for row in fortnight.table("leave.csv")}


def test_people_on_leave_write_no_lines_of_their_own(fortnight: Run) -> None:
    scenes = {(line.log, line.number) for scene in fortnight.scenes for line in fortnight.of(scene)}
    leave = fortnight.table("leave.csv")
    assert {row["kind"] for row in leave} == {"leave", "illness"}
    lengths = [
        (datetime.fromisoformat(row["until"]) - datetime.fromisoformat(row["from"])).days + 1
        for row in leave
        if row["kind"] == "leave"
    ]
    assert lengths
    assert all(10 <= length <= 16 for length in lengths)
    for row in leave:
        # A night shift of the day before ends in the morning.
        since = datetime.fromisoformat(row["from"]).replace(tzinfo=UTC) + timedelta(hours=12)
        until = datetime.fromisoformat(row["until"]).replace(tzinfo=UTC) + timedelta(days=1)
        worked = [
            line
            for lines in fortnight.lines.values()
            for line in lines
            if line.account == row["user"] and line.ok and since <= line.when < until
            if (line.log, line.number) not in scenes
        ]
        assert worked == []


def test_wrong_arguments_are_all_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        simulate_company(
            tmp_path, "circus", 0, 1, START.replace(tzinfo=None), world="flat", staff=3, leaks=-1, logs=["syslog"]
        )
    assert len(caught.value.problems) == 7
    assert not list(tmp_path.iterdir())
