"""What `nabat check` says of files before the service reads them: zones that are a setting, databases that are none."""

import shlex
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from detector.clock import SystemClock
from detector.rendering import glyphless
from detector.runtime.preflight.check_all import check, rota_holes
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.runtime.visibility.visibility_report import NAME as SIGHT
from detector.runtime.visibility.visibility_report import sight_of
from detector.schema.case.incidents import Decisions, IncidentKind
from detector.schema.detection.health import CheckedPart, HealthCheck
from detector.schema.team.delivery import Delivery
from detector.settings import Settings
from detector.store import Store
from tests.runtime.places import nabat, write_plan
from tests.store.values import NOON, incident, message

SYSLOG = "May 17 10:05:03 web1 sshd[1361]: Accepted password for anna from 192.0.2.7 port 54259 ssh2"
ZONED = '203.0.113.5 - - [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 5 "-" "-"'
JSON = '{"ts":"2026-05-17T07:05:03","user":"vera","action":"view"}'


def checked(folder: Path, lines: str, **source: object) -> tuple[str, str]:
    """Return problems and notices about one source with these lines."""
    (folder / "some.log").write_text(lines + "\n", encoding="utf-8")
    given = {"name": "logs", "paths": [str(folder / "*.log")], "service": "crm", **source}
    config = folder / "nabat.yml"
    config.write_text(yaml.safe_dump({"state": str(folder / "state"), "sources": [given]}), encoding="utf-8")
    found = check(config)
    return "\n".join(map(str, found.problems)), "\n".join(found.notices)


@pytest.mark.parametrize("lines", [SYSLOG, JSON])
def test_times_without_a_zone_are_told_when_the_source_does_not_say_which_they_are_in(
    tmp_path: Path, lines: str
) -> None:
    assert "times without a zone are read as UTC" in checked(tmp_path, lines)[1]
    assert "without a zone" not in checked(tmp_path, lines, timezone="UTC")[1]


def test_lines_that_name_nobody_are_told(tmp_path: Path) -> None:
    nobody = "May 17 10:05:03 web1 kernel: eth0: link becomes ready"
    assert "logs: none of its first lines names an account" in checked(tmp_path, nobody)[1]
    for somebody in (JSON, SYSLOG, ZONED):
        assert "none of its first lines" not in checked(tmp_path, f"{somebody}\n{somebody}")[1]


def test_a_proxy_that_nobody_was_told_to_trust_is_named(tmp_path: Path) -> None:
    log_format = '$remote_addr [$time_local] "$request" $status "$http_x_forwarded_for"'
    line = '{} [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 "{}"'
    others = [line.format("203.0.113.5", "-"), line.format("203.0.113.5", "203.0.113.5"), line.format("x.y", "1.2")]
    for lines, said in (
        ([line.format("192.0.2.1", "198.51.100.9"), *others], "lines of 192.0.2.1 name other clients"),
        (
            [line.format(f"192.0.2.{n}", "198.51.100.9") for n in range(5)],
            "lines of 192.0.2.0, 192.0.2.1, 192.0.2.2 and others",
        ),
    ):
        told = checked(tmp_path, "\n".join(lines), log_format=log_format)[1]
        assert said in told
        assert "x.y" not in told
        trusted = checked(tmp_path, "\n".join(lines), log_format=log_format, trusted_proxies=["192.0.2.0/24"])[1]
        assert "name other clients" not in trusted
    assert "name other clients" not in checked(tmp_path, "\n".join(others), log_format=log_format)[1]


def test_times_that_carry_a_zone_are_nothing_to_tell(tmp_path: Path) -> None:
    assert "without a zone" not in checked(tmp_path, ZONED)[1]


def test_a_dictionary_that_does_not_lie_beside_its_log_is_told(tmp_path: Path) -> None:
    record = '{20260517100505,N,{0,0},5,1,2,1,9,E,"",6,{"U"},"",1,1,0,1,0,{0}}'
    assert f"there is no {tmp_path / '1Cv8.lgf'}" in checked(tmp_path, record)[1]
    (tmp_path / "1Cv8.lgf").write_text('{1,85aa,"anna",5}', encoding="utf-8")
    assert "there is no" not in checked(tmp_path, record)[1]


def test_the_database_form_of_1c_is_told_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "1Cv8Log"
    folder.mkdir()
    with sqlite3.connect(folder / "1Cv8.lgd") as database:
        database.execute("create table EventLog (a)")
    problems, _ = checked(tmp_path, SYSLOG, paths=[str(folder / "*")])
    assert "1Cv8.lgd" in problems
    assert "SQLite" in problems
    assert "text form" in problems


def test_a_binary_event_log_is_told_to_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "Security.evtx"
    path.write_bytes(b"ElfFile\0" + bytes(5000))
    problems, _ = checked(tmp_path, SYSLOG, paths=[str(path)])
    assert "Security.evtx: is a binary Windows event log: a file to replay, not to follow" in problems
    assert "nabat replay FILE" in problems


@pytest.mark.parametrize("name", ["windows", "dokcer:combined", "docker:combnied", "combined:docker", ":combined"])
def test_a_format_that_does_not_exist_is_told_once_beside_what_would_read_the_lines(tmp_path: Path, name: str) -> None:
    problems, notices = checked(tmp_path, ZONED, format=name)
    assert problems.count(f"there is no format '{name}'") == 1
    assert "can be decoded" not in problems
    assert "1 of the first 1 lines are combined" in notices


@pytest.mark.parametrize("name", ["squid", "docker:combined", "docker", "syslog:auto"])
def test_a_format_that_reads_none_of_the_lines_is_told_though_another_one_does(tmp_path: Path, name: str) -> None:
    problems, notices = checked(tmp_path, JSON, format=name)
    assert f"only 0 of the first 1 lines can be decoded (as {name}; audit.json reads 1 of them); line 1: " in problems
    assert f"0 of the first 1 lines are {name}" in notices


def test_lines_within_an_envelope_are_counted_by_the_format_that_the_source_names(tmp_path: Path) -> None:
    line = f"2026-05-17T07:05:03.1Z stdout F {JSON}"
    problems, notices = checked(tmp_path, line, format="cri:audit.json")
    assert "1 of the first 1 lines are cri:audit.json" in notices
    assert "can be decoded" not in problems


def test_a_log_format_with_a_mistake_keeps_no_other_mistake_from_being_told(tmp_path: Path) -> None:
    problems, _ = checked(tmp_path, ZONED, log_format="$remote_addr $status")
    assert "log_format of source logs: it holds no time" in problems
    assert f"{tmp_path / 'nabat.yml'}:" in problems
    assert "nobody is in the team" in problems


def test_what_to_do_about_unread_lines_is_a_command_that_works_as_it_stands(tmp_path: Path) -> None:
    folder = tmp_path / "two words"
    folder.mkdir()
    problems, _ = checked(folder, "nonsense")
    command = shlex.split(problems[problems.index("`") + 1 : problems.rindex("`")])
    assert command == ["nabat", "decode", "-c", str(folder / "nabat.yml"), str(folder / "some.log")]
    assert nabat(*command[1:]).returncode == 0


def test_a_variable_that_no_nginx_has_is_told_beside_the_one_it_looks_like(tmp_path: Path) -> None:
    layout = '$remote_addr [$time_local] "$reqest" $stauts $remote_addr_masked $upstream_addrs $ssl_ciper $request_body'
    _, notices = checked(tmp_path, ZONED, log_format=layout)
    assert "no variable $reqest, so that it is kept as a label; $request is one" in notices
    assert "no variable $stauts, so that it is kept as a label; $status is one" in notices
    assert notices.count("nginx has no variable") == 2


def test_lines_that_end_with_cr_alone_are_told_instead_of_being_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "mac.log").write_bytes(f"{ZONED}\r{ZONED}\r".encode())
    problems, notices = checked(tmp_path, ZONED, paths=[str(tmp_path / "mac.log")])
    assert f"{tmp_path / 'mac.log'}: its lines end with CR alone" in problems
    assert "lines are" not in notices
    (tmp_path / "mac.log").unlink()
    assert "CR alone" not in checked(tmp_path, f"{ZONED}\r\n{ZONED}\r")[0]
    (tmp_path / "mac.log").write_bytes(b'{"ts":"2026-05-17T07:05:03","user":"vera",\r"action":"view"}')
    assert "CR alone" not in checked(tmp_path, ZONED, paths=[str(tmp_path / "mac.log")], format="cloudtrail")[0]


def test_directives_are_no_lines_that_could_not_be_read(tmp_path: Path) -> None:
    directives = "#Software: IIS\n#Version: 1.0\n#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status"
    problems, notices = checked(tmp_path, directives)
    assert "some.log" not in problems
    assert "holds directives, and no line yet" in notices
    problems, notices = checked(tmp_path, f"{directives}\n2026-05-17 07:05:03 192.0.2.7 anna GET /a 200\nnonsense")
    assert "some.log" not in problems
    assert "1 of the first 5 lines are iis.w3c" in notices
    assert "some.log" in checked(tmp_path, f"{directives}\nnonsense\nnonsense")[0]


def test_a_folder_among_the_paths_says_how_the_logs_in_it_are_named(tmp_path: Path) -> None:
    problems, _ = checked(tmp_path, ZONED, paths=[str(tmp_path)])
    assert f"is a folder: name the logs in it, as {tmp_path}/*.log" in problems


def test_a_source_that_reads_no_file_misses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "nabat.yml"
    fed = [{"name": "pipe", "service": "vpn", "paths": ["-"]}, {"name": "logins", "service": "hosts", "journald": {}}]
    config.write_text(yaml.safe_dump({"state": str(tmp_path / "state"), "sources": fed}), encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = check(config)
    assert "pipe: standard input, which only `nabat run` is given" in found.notices
    told = "\n".join(map(str, found.problems))
    assert "no file fits" not in told
    assert "journalctl is not installed, which the source logins reads" in told
    (tmp_path / "journalctl").touch(mode=0o755)
    found = check(config)
    assert "journalctl" not in "\n".join(map(str, found.problems))
    assert any("logins: the system's journal" in each for each in found.notices)


def test_which_laws_apply_is_explained(tmp_path: Path) -> None:
    config = tmp_path / "nabat.yml"
    legal, name = {"residence": ["FR"], "sectors": ["kii"]}, {"name": "Example \u4e2d"}
    laws = {"regulations": ["ru-152fz", "eu-gdpr-33", "eu-nis2-23"]}
    config.write_text(yaml.safe_dump({"legal": legal, "incident": laws, "organization": name}), encoding="utf-8")
    found = check(config)
    warned = "no font on this machine has ‹U+4E2D›: a PDF shows" in "".join(map(str, found.warnings))
    assert warned == bool(glyphless("\u4e2d"))
    said = [each for each in found.notices if each.startswith("law ")]
    assert said == [
        "law ru-152fz (version 9): does not seem to apply: clients live in FR, the law asks for RU",
        "law eu-gdpr-33 (version 9): applies: clients live in FR",
        "law eu-gdpr-33: its notices name you by organization.dpo, organization.contact, which the configuration does "
        "not say",
        "law eu-nis2-23 (version 5): does not seem to apply: we do not count as: essential entity (NIS2), important "
        "entity (NIS2), provider of trust services",
        "law eu-gdpr-33: nobody has named whom its notices go to (competent supervisory authority): set "
        "organization.country, or legal.recipients: eu-gdpr-33",
        "law eu-gdpr-34 is not named in incident.regulations, and seems to apply: clients live in FR",
        "law fr-cnil is not named in incident.regulations, and seems to apply: clients live in FR",
        "law ru-187fz is not named in incident.regulations, and seems to apply: we count as: critical infrastructure "
        "(KII)",
    ]


def test_addressees_and_controllers_that_nobody_named_are_asked_for_and_a_slip_of_the_pen_is_a_problem(
    tmp_path: Path,
) -> None:
    config, clients = tmp_path / "nabat.yml", tmp_path / "controllers.csv"
    clients.write_text("client,controller\n1,Acme\n2,Bolt\n", encoding="utf-8")
    legal = {
        "residence": ["FR"],
        "sectors": ["processor", "nis2-essential"],
        "recipients": {
            "eu-nis2-23": {"name": "CSIRT"},
            "eu-gdpr-33/gdpr-72": {"name": "CNIL"},
            "insurer": {"name": "C"},
        },
        "controllers": {"Acme": {"email": "dpo@acme.example.org"}, "Bolt": {"contract": "9.2"}},
    }
    given = {"organization": {"country": "FR"}, "incident": {"regulations": ["eu-gdpr-33", "eu-nis2-23"]}}
    given |= {"legal": legal, "records": {"controllers": str(clients)}}
    config.write_text(yaml.safe_dump(given), encoding="utf-8")
    found = check(config)
    asked = [each for each in found.notices if "legal." in each]
    assert asked == ["law eu-gdpr-33: legal.controllers does not say how these are reached: Bolt"]
    (slip,) = [each for each in found.problems if "gdpr-72" in str(each)]
    assert slip.line is not None
    assert "did you mean eu-gdpr-33/gdpr-72h" in str(slip)
    config.write_text(yaml.safe_dump(given | {"legal": legal | {"recipients": {}}, "records": {}}), encoding="utf-8")
    asked = [each for each in check(config).notices if "legal." in each or "records.controllers" in each]
    assert asked == [
        "law eu-gdpr-33: records.controllers names no file of whose the clients are: one notice tells all of them",
        "law eu-nis2-23: nobody has named whom its notices go to (national CSIRT or competent authority): set "
        "legal.recipients: eu-nis2-23",
    ]


def test_outside_the_eea_the_one_authority_no_pack_names_is_asked_for_and_so_is_who_tells_controllers(
    tmp_path: Path,
) -> None:
    config, clients = tmp_path / "nabat.yml", tmp_path / "controllers.csv"
    clients.write_text("client,controller\n1,Acme\n", encoding="utf-8")
    given = {"organization": {"country": "US"}, "legal": {"sectors": [], "residence": ["EU"]}}
    config.write_text(yaml.safe_dump(given | {"incident": {"regulations": ["eu-gdpr-33"]}}), encoding="utf-8")
    assert [each for each in check(config).notices if "nobody has named whom" in each] == [
        "law eu-gdpr-33: nobody has named whom its notices go to (competent supervisory authority: Germany): set "
        "legal.recipients: eu-gdpr-33/DE"
    ]
    homes = tmp_path / "homes.csv"
    listed = given | {"incident": {"regulations": ["eu-gdpr-33"]}, "records": {"residence": str(homes)}}
    config.write_text(yaml.safe_dump(listed | {"legal": {"sectors": []}}), encoding="utf-8")
    for rows, count in (("1,FI\n", 0), ("1,FI\n2,DE\n", 1)):
        homes.write_text(f"client,residence\n{rows}", encoding="utf-8")
        asked = [each for each in check(config).notices if "nobody has named whom" in each]
        assert len(asked) == count, "of a country where no client lives nobody is asked"
    only = {"incident": {"regulations": ["fr-cnil"]}, "records": {"controllers": str(clients)}}
    config.write_text(yaml.safe_dump(given | only), encoding="utf-8")
    (said,) = [each for each in check(config).notices if "left to their controllers" in each]
    assert said.startswith("laws fr-cnil: clients of others are left to their controllers, and no law of incident.reg")


def test_a_failing_target_is_named_without_what_a_case_about_a_colleague_told(tmp_path: Path) -> None:
    team = {"people": [{"name": name, "accounts": [f"user:{name}"], "targets": [name]} for name in ("anna", "boris")]}
    targets = {name: {"url": f"json://127.0.0.1:9/{name}"} for name in ("anna", "boris")}
    given = {"state": str(tmp_path / "state"), "team": team, "notify": {"targets": targets}}
    config = tmp_path / "nabat.yml"
    config.write_text(yaml.safe_dump(given), encoding="utf-8")
    (tmp_path / "state").mkdir(mode=0o700)
    about_anna, about_another = incident("a", actor_id="user:anna"), incident("b", actor_id="user:zoe")
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        told = (("boris", about_anna, True), ("boris", about_another, False), ("anna", about_anna, False))
        unit.incidents.save(Decisions(incidents=(about_anna, about_another)))
        for number, (target, case, ok) in enumerate(told):
            sent = message(str(number), incident_id=case.id, target=target)
            unit.outbox.add([sent])
            unit.outbox.add_delivery(Delivery(message_id=sent.id, attempt=1, target=target, at=NOON, ok=ok, seconds=1))
    store.close()
    said = [str(each) for each in check(config).warnings if "did not take" in str(each)]
    assert len(said) == 1, "anna's failed in a case that anna herself might read of here"
    assert "the target boris did not take the last message" in said[0]
    assert "nabat notify test --target boris" in said[0]
    assert not any("took" in str(each) for each in check(config).warnings), "that one took a page, nobody is told"


def test_what_the_service_is_blind_to_is_told_and_where_it_has_not_run_that_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "some.log").write_text(ZONED + "\n", encoding="utf-8")
    source = {"name": "logs", "paths": [str(tmp_path / "*.log")], "service": "crm"}
    config = tmp_path / "nabat.yml"
    config.write_text(yaml.safe_dump({"state": str(tmp_path / "state"), "sources": [source]}), encoding="utf-8")
    assert any("has not run" in each for each in check(config).unchecked)
    (tmp_path / "state").mkdir(mode=0o700)
    late = BlindSpot(kind=Blind.LATE, name="logs", why="late-lines", count=9, args=(("percent", 3), ("hours", 2)))
    spot = incident(kind=IncidentKind.BLIND_SPOT, reasons=(late.reason,))
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(spot,)))
        parts = [HealthCheck(part=part, name="anna") for part in (CheckedPart.TARGET, CheckedPart.SOURCE)]
        unit.kv.set(SIGHT, sight_of([late], parts).to_text(SystemClock().now()))
    store.close()
    found = check(config)
    assert not any("blind" in each for each in found.unchecked)
    assert any("the source anna" in each for each in found.unchecked)
    assert not any("the target anna" in each for each in found.unchecked), "of whose cases was a page?"
    (told,) = (str(each) for each in found.warnings if "the service is blind" in str(each))
    assert spot.number in told
    assert "Lines of the source logs come too late" in told
    with sqlite3.connect(tmp_path / "state" / "nabat.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    assert any("form 0001" in each for each in check(config).unchecked)


def test_hours_of_the_next_weeks_with_nobody_on_call_are_told(tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    rota = {"overrides": [{"starts": "2026-03-04T00:00", "ends": "2026-03-05T00:00", "person": "anna"}]}
    held = {"notify": {"rota": rota}, "team": {"people": [{"name": "anna"}], "roles": {"soc": ["anna"]}}}
    found = [str(each) for each in rota_holes(Settings.model_validate(held), now)]
    assert [text.partition(":  ")[0].partition(": the")[0] for text in found] == [
        "nobody is on call from 2026-03-02 00:00 UTC to 2026-03-04 00:00 UTC",
        "nobody is on call from 2026-03-05 00:00 UTC to 2026-04-01 00:00 UTC",
    ]
    days = [
        {"starts": f"2026-03-{day:02}T00:00", "ends": f"2026-03-{day:02}T12:00", "person": "anna"}
        for day in range(2, 31)
    ]
    many = held | {"notify": {"rota": {"overrides": days}}}
    *_, last = (str(each) for each in rota_holes(Settings.model_validate(many), now))
    assert "19 more spans of the next 30 days have nobody on call" in last


def test_the_password_of_the_mailbox_has_to_be_there_for_the_service_alone(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    config = write_plan(
        tmp_path, letters={"bounces": {"imap": "imaps://a@mail.example.org", "password_file": str(secret)}}
    )

    def said() -> str:
        return " ".join(map(str, check(config).problems))

    assert f"{secret} cannot be read: No such file or directory" in said()
    secret.write_text(" \n")
    secret.chmod(0o644)
    assert f"{secret} is empty" in said()
    assert "anybody on this machine can read" in said()
    secret.write_text("four plain words\n")
    secret.chmod(0o640)
    assert str(secret) not in said()
    assert not any("mailbox" in each for each in check(config).unchecked)


_GDPR = ["eu-gdpr-33", "eu-gdpr-34"]


@pytest.mark.parametrize(
    ("country", "residence", "laws"),
    [
        ("DE", [], _GDPR),
        ("DE", ["EU"], _GDPR),
        ("DE", ["DE"], _GDPR),
        ("DE", ["DE", "FR"], [*_GDPR, "fr-cnil"]),
        ("DE", ["GB"], [*_GDPR, "uk-gdpr"]),
        ("FR", [], [*_GDPR, "fr-cnil"]),
        ("FR", ["EU"], [*_GDPR, "fr-cnil"]),
        ("GB", [], ["uk-gdpr"]),
        ("GB", ["EU"], [*_GDPR, "uk-gdpr"]),
        ("US", [], []),
        ("US", ["US"], []),
        ("US", ["US-CA"], ["us-ca-1798.82"]),
        ("RU", [], ["ru-152fz"]),
        ("RU", ["KZ"], ["kz-94v", "ru-152fz"]),
        ("KZ", [], ["kz-94v"]),
        ("", [], []),
        ("", ["EU"], _GDPR),
        ("", ["RU"], ["ru-152fz"]),
    ],
)
def test_only_laws_that_the_countries_of_company_and_clients_call_for_are_suggested(
    tmp_path: Path, country: str, residence: list[str], laws: list[str]
) -> None:
    config = tmp_path / "nabat.yml"
    kept = {"legal": {"residence": residence, "sectors": []}, "incident": {"regulations": []}}
    config.write_text(yaml.safe_dump(kept | {"organization": {"country": country}}), encoding="utf-8")
    notices = check(config).notices
    named = [each.split()[1] for each in notices if "is not named in incident.regulations" in each]
    assert named == laws
    partly = "legal: some laws are of parts of US (us-ca-1798.82, us-ny-899-aa, us-tx-521.053): "
    assert any(each.startswith(partly) for each in notices) == (residence == ["US"])


def test_a_law_of_a_place_where_a_listed_client_lives_seems_to_apply(tmp_path: Path) -> None:
    config, listed = tmp_path / "nabat.yml", tmp_path / "residence.csv"
    listed.write_text("client,residence\n10017,RU\n10018,DE\n10019,US-CA\n", encoding="utf-8")
    kept = {
        "legal": {"residence": ["DE"], "sectors": []},
        "incident": {"regulations": ["ru-152fz", "uk-gdpr"]},
        "records": {"residence": str(listed)},
    }
    config.write_text(yaml.safe_dump(kept), encoding="utf-8")
    said = [each for each in check(config).notices if each.startswith("law ")]
    assert "law ru-152fz (version 9): applies: clients live in RU" in said
    assert any("uk-gdpr" in each and "does not seem to apply: clients live in DE" in each for each in said)
    named = "law us-ca-1798.82 is not named in incident.regulations, and seems to apply: clients live in US-CA"
    assert named in said
