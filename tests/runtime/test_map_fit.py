"""`nabat check` and `nabat decode` say whether the record map fits the logs that are there."""

import gzip
import json
from pathlib import Path
from typing import Any

import yaml

from detector.runtime.preflight.check_all import Checked, check
from tests.runtime.places import nabat

LINE = '192.0.2.7 - anna [18/May/2026:09:00:00 +0000] "{} HTTP/1.1" {} 512 "-" "curl/8"\n'
ROUTE = {"path": "/crm/clients/{client_id}", "object": "client", "action": "read", "subject": "{client_id}"}


def config_of(folder: Path, *routes: dict[str, Any], **source: Any) -> Path:
    given = {"name": "crm", "paths": [str(folder / "*.log")], "service": "crm", "timezone": "UTC", **source}
    config = folder / "nabat.yml"
    plan = {"state": str(folder / "state"), "sources": [given], "records": {"routes": list(routes)}}
    config.write_text(yaml.safe_dump(plan), encoding="utf-8")
    return config


def log(folder: Path, *requests: str, times: int = 1, status: int = 200) -> Path:
    path = folder / "access.log"
    path.write_text("".join(LINE.format(each, status) for each in requests) * times, encoding="utf-8")
    return path


def problems(checked: Checked) -> str:
    return "\n".join(str(problem) for problem in checked.problems if "records.routes" in str(problem))


def test_a_map_that_fits_nothing_is_to_be_corrected_at_the_source(tmp_path: Path) -> None:
    log(tmp_path, *(f"GET /api/customers/{n}" for n in range(600)))
    checked = check(config_of(tmp_path, ROUTE))
    assert "nabat.yml" in problems(checked)
    assert "none of 600 requests of the source crm touches client data: no route of the record map fits" in problems(
        checked
    )
    assert "`- path: /api/customers/{id}`" in problems(checked)
    assert (
        "crm: 0 of 600 requests touch client data; most frequent that no route names: GET /api/customers/{id} 600"
        in checked.notices
    )
    assert "records.routes: in these lines nothing fitted /crm/clients/{client_id}" in checked.notices


def test_a_map_that_fits_is_shown_with_its_share(tmp_path: Path) -> None:
    log(tmp_path, "GET /crm/clients/7", "GET /", "GET /", times=40)
    checked = check(config_of(tmp_path, ROUTE))
    assert problems(checked) == ""
    said = "crm: 40 of 120 requests touch client data (33.3 %); most frequent that no route names: GET / 80"
    assert said in checked.notices
    assert not any("records.routes" in notice for notice in checked.notices)


def test_without_a_map_it_is_to_be_corrected_unless_the_source_has_no_client_data(tmp_path: Path) -> None:
    log(tmp_path, "GET /a/7", times=100)
    assert "there is no record map" in problems(check(config_of(tmp_path)))
    assert problems(check(config_of(tmp_path, client_data=False))) == ""


def test_what_fits_a_route_that_names_no_object_is_not_said_to_fit_none(tmp_path: Path) -> None:
    log(tmp_path, "GET /crm/clients/7", times=150)
    checked = check(config_of(tmp_path, {"path": "/crm/**", "action": "read"}, ROUTE))
    assert "touches client data: what a route fits is /crm/**, which names no `object`" in problems(checked)
    said = "records.routes: in these lines nothing fitted /crm/clients/{client_id}, or a route before it did"
    assert said in checked.notices


def test_a_route_of_clients_that_fits_what_was_refused_is_not_said_to_fit_nothing(tmp_path: Path) -> None:
    refused = log(tmp_path, "GET /crm/clients/7", times=50, status=403).read_text()
    log(tmp_path, "GET /about", times=150)
    (tmp_path / "refused.log").write_text(refused, encoding="utf-8")
    said = problems(check(config_of(tmp_path, ROUTE)))
    assert "what /crm/clients/{client_id} fits was refused, redirected or asked for no content" in said


def test_routes_of_a_service_whose_lines_were_not_looked_at_are_not_said_to_fit_nothing(tmp_path: Path) -> None:
    log(tmp_path, "GET /crm/clients/7", times=150)
    config = config_of(tmp_path, ROUTE, ROUTE | {"service": "billing", "path": "/bills/{client_id}"})
    plan = yaml.safe_load(config.read_text())
    plan["sources"].append({"name": "billing", "paths": [str(tmp_path / "bills" / "*.log")], "service": "billing"})
    config.write_text(yaml.safe_dump(plan), encoding="utf-8")
    checked = check(config)
    assert "crm: 150 of 150 requests touch client data" in checked.notices
    assert not any("nothing fitted" in notice for notice in checked.notices)


def test_too_few_requests_are_said_to_be_too_few(tmp_path: Path) -> None:
    log(tmp_path, "GET /a/7", times=99)
    checked = check(config_of(tmp_path, ROUTE))
    assert problems(checked) == ""
    (said,) = (each for each in checked.unchecked if "whether the record map fits crm" in each)
    assert "not yet checked: 99 lines so far, 99 of them successful requests; it takes 100" in said


def test_failed_requests_say_nothing_about_the_map(tmp_path: Path) -> None:
    log(tmp_path, *(f"GET /x{n}.php" for n in range(500)), status=404)
    assert problems(check(config_of(tmp_path, ROUTE))) == ""


def test_logins_ask_for_no_map(tmp_path: Path) -> None:
    line = "May 18 09:00:00 web1 sshd[1361]: Accepted password for anna from 192.0.2.7 port 54259 ssh2\n"
    (tmp_path / "auth.log").write_text(line * 200, encoding="utf-8")
    checked = check(config_of(tmp_path))
    assert problems(checked) == ""
    assert not any("record map" in left for left in checked.unchecked)


def test_the_end_of_a_long_log_counts_and_not_its_beginning(tmp_path: Path) -> None:
    log(tmp_path, *["GET /crm/clients/7"] * 30_000, *["GET /api/customers/7"] * 20_000)
    assert "none of" in problems(check(config_of(tmp_path, ROUTE)))


def test_compressed_logs_are_looked_at_from_their_beginning(tmp_path: Path) -> None:
    path = log(tmp_path, "GET /api/customers/7", times=200)
    with gzip.open(tmp_path / "old.log", "wb") as file:
        file.write(path.read_bytes())
    path.unlink()
    assert "none of 200 requests" in problems(check(config_of(tmp_path, ROUTE)))


def test_a_source_without_events_is_not_called_checked(tmp_path: Path) -> None:
    path = log(tmp_path)
    assert "crm: its newest files hold no line" in check(config_of(tmp_path, ROUTE)).unchecked
    path.write_text("no line of any log\n" * 3)
    assert "crm: none of its newest 3 lines gives an event" in check(config_of(tmp_path, ROUTE)).unchecked
    path.unlink()
    assert "crm: there is no file of it now" in check(config_of(tmp_path, ROUTE)).unchecked


def test_decode_sums_up_what_the_map_makes_of_a_file(tmp_path: Path) -> None:
    path = log(tmp_path, *(f"GET /api/customers/{n}" for n in range(5)), "GET /crm/clients/7")
    done = nabat("decode", "-c", str(config_of(tmp_path, ROUTE)), str(path))
    assert done.returncode == 0
    said = "1 of 6 requests touch client data (16.7 %); most frequent that no route names: GET /api/customers/{id} 5"
    assert said in done.stderr
    assert said not in done.stdout


def test_lines_of_several_formats_are_judged_as_the_service_reads_them(tmp_path: Path) -> None:
    plain = log(tmp_path, *(f"GET /crm/clients/{n}" for n in range(50))).read_text().splitlines(keepends=True)
    own = (
        '{"time": "2026-05-18T09:00:00+00:00", "remote_addr": "192.0.2.7", "remote_user": "anna", "request": '
        '"GET /crm/clients/7 HTTP/1.1", "status": 200, "body_bytes_sent": 512}\n'
    )
    odd = "2026/05/18 09:00:00 [error] 77#77: *3 upstream timed out, client: 192.0.2.7, server: crm\n"
    (tmp_path / "access.log").write_text("".join(line + own + odd for line in plain), encoding="utf-8")
    checked = check(config_of(tmp_path, ROUTE))
    assert not any("can be decoded" in str(problem) for problem in checked.problems)
    assert any("100 of the first 100 lines are read, by kind: " in notice for notice in checked.notices)


def test_lines_read_with_parts_missing_are_read_all_the_same(tmp_path: Path) -> None:
    path = log(tmp_path, *(f"GET /crm/clients/{n}" for n in range(120)))
    path.write_text(path.read_text().replace('curl/8"', 'curl/8" "anna" rt=0.1'), encoding="utf-8")
    checked = check(config_of(tmp_path, ROUTE))
    assert not any("can be decoded" in str(problem) for problem in checked.problems)
    assert any("100 of the first 100 lines are read" in notice for notice in checked.notices)


def test_of_lines_the_service_does_not_read_the_true_share_is_said(tmp_path: Path) -> None:
    path = log(tmp_path, "GET /crm/clients/7", times=40)
    path.write_text(path.read_text() + "what is this\n" * 60, encoding="utf-8")
    checked = check(config_of(tmp_path, ROUTE))
    assert any("only 40 of the first 100 lines can be decoded" in str(problem) for problem in checked.problems)


TABLE = {"table": "clients", "object": "client", "subject": "where:id"}
FOUND = {
    "atype": "authCheck",
    "ts": {"$date": "2026-05-18T09:00:00.000+00:00"},
    "users": [{"user": "anna", "db": "crm"}],
    "param": {"command": "find", "ns": "crm.clients", "args": {"find": "clients", "filter": {"_id": 7}}},
    "result": 0,
}


def warnings(folder: Path, subject: str, times: int) -> str:
    (folder / "audit.log").write_text(f"{json.dumps(FOUND)}\n" * times, encoding="utf-8")
    checked = check(config_of(folder, TABLE | {"subject": subject}, format="mongodb.audit"))
    return "\n".join(map(str, checked.warnings))


def test_a_subject_that_names_nobody_is_told(tmp_path: Path) -> None:
    assert "`subject: where:id` names a client in 0 of the 100 newest requests that fit table clients" in warnings(
        tmp_path, "where:id", 100
    )
    assert "names a client" not in warnings(tmp_path, "where:_id", 100)
    assert "names a client" not in warnings(tmp_path, "where:id", 99)


def test_statements_that_the_log_cut_are_warned_of(tmp_path: Path) -> None:
    statement = f"select /*{'x' * 2000}*/ * from clients"[:1024]
    (tmp_path / "audit.log").write_text(f"20260517 10:05:03,db1,vera,192.0.2.7,5,6,QUERY,crm,'{statement}',0\n" * 3)
    checked = check(config_of(tmp_path, {"table": "clients", "object": "client"}, format="mariadb.audit"))
    assert any("3 of 3 newest statements of the source crm were cut by its log" in str(one) for one in checked.warnings)
