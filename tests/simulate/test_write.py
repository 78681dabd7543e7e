import json
import re
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from detector.errors import InputError
from detector.settings.loading.load_settings import load_settings
from detector.simulate import simulate
from detector.simulate.mutual.leaks import LEAKS
from detector.simulate.mutual.oddities import ODDITIES
from tests.simulate.conftest import START

DOCUMENTATION = [ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
COMBINED = re.compile(r'^(\S+) - (\S+) \[([^\]]+)\] "([A-Z]+) (\S+) HTTP/1\.1" (\d{3}) (\d+) "([^"]*)" "([^"]*)"$')


def stamp(file: str, line: str) -> datetime:
    if file == "portal.audit.log":
        return datetime.fromisoformat(json.loads(line)["ts"])
    if file == "billing.access.log":
        return datetime.fromisoformat(json.loads(line)["time"])
    found = COMBINED.match(line)
    assert found
    return datetime.strptime(found[3], "%d/%b/%Y:%H:%M:%S %z")


def origin(file: str, line: str) -> tuple[str, str]:
    """Address and account of a line."""
    if file == "crm.access.log":
        found = COMBINED.match(line)
        assert found
        return found[1], found[2]
    data = json.loads(line)
    return (data["ip"], data["user"]) if file == "portal.audit.log" else (data["remote_addr"], data["remote_user"])


def tagged(scene: dict[str, Any], texts: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (file, texts[file][number - 1])
        for file, spans in scene["lines"].items()
        for first, last in spans
        for number in range(first, last + 1)
    ]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate(tmp_path / name, 2, seed, START, staff=30)
    first, again, other = (digests(tmp_path / name) for name in "abc")
    assert first == again
    assert set(first) == {
        "crm.access.log", "billing.access.log", "portal.audit.log", "nabat.yml", "roles.csv", "truth.json",
    }  # fmt: skip
    assert all(first[name] != other[name] for name in first if name.endswith(".log"))


def test_every_line_has_its_systems_shape(texts: dict[str, list[str]]) -> None:
    assert all(COMBINED.match(line) for line in texts["crm.access.log"])
    billing = {tuple(json.loads(line)) for line in texts["billing.access.log"]}
    assert billing == {
        ("time", "remote_addr", "remote_user", "request_method", "request_uri", "status", "body_bytes_sent",
         "request_time", "http_user_agent", "http_referer", "host", "http_x_forwarded_for"),
    }  # fmt: skip
    for line in texts["portal.audit.log"]:
        assert {"ts", "service", "user", "role", "action", "ip", "session", "ua", "status"} <= set(json.loads(line))


def test_every_file_is_in_order_of_time(texts: dict[str, list[str]]) -> None:
    for file, rows in texts.items():
        times = [stamp(file, line) for line in rows]
        assert times == sorted(times)


def test_addresses_come_from_documentation_ranges_only(texts: dict[str, list[str]]) -> None:
    seen = {origin(file, line)[0] for file, rows in texts.items() for line in rows}
    assert len(seen) > 200
    assert not [ip for ip in seen if not any(ip_address(ip) in network for network in DOCUMENTATION)]


def test_hosts_are_examples(texts: dict[str, list[str]]) -> None:
    hosts = {host for rows in texts.values() for line in rows for host in re.findall(r"https?://([^/\"]+)", line)}
    assert hosts == {"crm.example.org"}


def test_every_kind_of_leak_and_oddity_happens(truth: dict[str, Any]) -> None:
    assert {leak["kind"] for leak in truth["leaks"]} == set(LEAKS)
    assert {oddity["kind"] for oddity in truth["oddities"]} == set(ODDITIES)
    assert 0 < sum(leak["quiet"] for leak in truth["leaks"]) < len(truth["leaks"])


def test_the_truth_about_scenes_agrees_with_the_lines(truth: dict[str, Any], texts: dict[str, list[str]]) -> None:
    for scene in truth["leaks"] + truth["oddities"]:
        rows = tagged(scene, texts)
        assert len(rows) == scene["events"]
        assert {origin(file, line)[0] for file, line in rows} == set(scene["source_ips"])
        times = [stamp(file, line) for file, line in rows]
        assert min(times) == datetime.fromisoformat(scene["first_event_at"])
        assert max(times) == datetime.fromisoformat(scene["last_event_at"])
        kind, _, name = scene["actor"].partition(":")
        accounts = {origin(file, line)[1] for file, line in rows}
        assert accounts <= {name, "-"} if kind == "user" else accounts == {"-"}


def test_the_subjects_of_a_leak_are_the_ids_in_its_lines(truth: dict[str, Any], texts: dict[str, list[str]]) -> None:
    for leak in truth["leaks"]:
        seen: set[str] = set()
        for file, line in tagged(leak, texts):
            if file == "portal.audit.log":
                data = json.loads(line)
                if data["status"] == "ok":
                    seen |= {*data.get("client_ids", ()), *filter(None, [data.get("client_id")])}
            elif " 200 " in line or '"status":200' in line:
                seen |= set(re.findall(r'"GET /crm/clients/(\d+)', line)) | set(re.findall(r"client_id=(\d+)", line))
        assert seen == set(leak["subject_ids"])
        assert len(seen) == leak["subjects"]
        assert leak["records"] >= leak["subjects"]


def test_records_of_a_portal_leak_are_the_rows_in_its_lines(truth: dict[str, Any], texts: dict[str, list[str]]) -> None:
    leaks = [leak for leak in truth["leaks"] if leak["services"] == ["portal"]]
    assert leaks
    for leak in leaks:
        assert leak["records"] == sum(json.loads(line).get("rows", 0) for _, line in tagged(leak, texts))


def test_one_actor_is_in_one_scene_only(truth: dict[str, Any]) -> None:
    actors = [scene["actor"] for scene in truth["leaks"] + truth["oddities"] if scene["actor"].startswith("user:")]
    people = [actor for actor in actors if "svc" not in actor and "ptn" not in actor]
    assert len(people) == len(set(people))


def test_leaks_fall_on_different_days_and_hours(truth: dict[str, Any]) -> None:
    assert len({leak["first_event_at"][:10] for leak in truth["leaks"]}) >= 3
    assert len({leak["first_event_at"][11:13] for leak in truth["leaks"]}) >= 6


def test_the_configuration_beside_the_logs_loads_and_points_at_them(week: Path) -> None:
    settings = load_settings(week / "nabat.yml", {})
    assert {Path(path) for source in settings.sources for path in source.paths} == set(week.glob("*.log"))
    assert {source.start for source in settings.sources} == {"beginning"}
    assert Path(settings.actors.roles_file) == week / "roles.csv"
    assert settings.state.parent == week


def test_every_member_of_staff_in_the_lines_has_a_role(week: Path, texts: dict[str, list[str]]) -> None:
    listed = {row.split(",")[0] for row in (week / "roles.csv").read_text().splitlines()[1:]}
    seen = {origin("crm.access.log", line)[1] for line in texts["crm.access.log"]} - {"-", "admin", "test", "info"}
    assert len(seen) > 100
    assert seen <= listed


def test_wrong_arguments_are_all_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        simulate(tmp_path, 0, 1, START.replace(tzinfo=None), staff=3, leaks=-1)
    assert len(caught.value.problems) == 4
    assert not list(tmp_path.iterdir())


def test_progress_is_told_day_by_day(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    simulate(tmp_path, 3, 1, START, staff=20, leaks=0, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_day_alone_can_be_simulated(tmp_path: Path) -> None:
    assert simulate(tmp_path, 1, 9, START, staff=40)["leaks"]
