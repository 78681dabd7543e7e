"""The commands as scripts and people meet them: exit statuses, stdout for data, stderr for talk."""

import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml

from detector.cli import nabat as group
from detector.cli import run
from tests.receivers import Ntfy, Web
from tests.runtime.places import NIGHT, bulk, line, nabat, nabat_anew, write_plan

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "apache_combined_10k.log"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u009b2J\x7f\u202e\u200b\U000e0041é"


def commands(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, help_option_names=["-h", "--help"])
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from commands(found, (*name, each))


def test_every_help_has_examples_and_no_sentence_is_cut_off(subtests: pytest.Subtests) -> None:
    for name, command in commands(group):
        with subtests.test(command=" ".join(name)):
            for width in (80, 120):
                text = command.get_help(
                    click.Context(
                        command,
                        info_name=" ".join(name) or "nabat",
                        terminal_width=width,
                        help_option_names=["-h", "--help"],
                    )
                )
                # Three points after an argument's name say that it may be repeated.
                assert "..." not in re.sub(r"[A-Z]\]? ?\.\.\.", "", text).replace('"title": ...', "")
                if not isinstance(command, click.Group) or not name:
                    assert "Examples:" in text


def test_decode_gives_an_object_a_line_of_the_real_log() -> None:
    if not REAL.exists():
        pytest.skip(f"{REAL} is not on this machine")
    done = nabat("decode", str(REAL))
    assert done.returncode == 0
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert [row["line"] for row in rows] == list(range(1, 10_001))
    assert all(("fields" in row) != ("reject" in row) for row in rows)
    assert "10000 events" in done.stderr


def test_decode_reads_standard_input_and_never_lets_escape_codes_through() -> None:
    hostile = line(NIGHT, 1).replace("Mozilla/5.0", ESCAPES) + "no log line at all \x1b[31m\n"
    done = subprocess.run(
        [sys.executable, "-m", "detector", "decode", "--format", "combined", "-"],
        input=hostile, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert not set(done.stdout + done.stderr) & set(ESCAPES.removesuffix("é")) - set(string.printable)
    assert "é" in done.stdout
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["fields"]["user_agent.original"] == ESCAPES
    assert (second["line"], set(second)) == (2, {"line", "reject", "why"})


def test_decode_reads_a_source_by_its_own_log_format_unless_another_one_is_named(tmp_path: Path) -> None:
    log, config = tmp_path / "crm.log", tmp_path / "nabat.yml"
    log.write_text('192.0.2.17 [17/May/2026:10:05:03 +0300] "GET /a HTTP/1.1" 200\n')
    source = {"name": "crm", "service": "crm", "paths": [str(log)]}
    layout = '$remote_addr [$time_local] "$request" $status'
    config.write_text(yaml.safe_dump({"sources": [{**source, "log_format": layout}]}))
    by_itself = nabat("decode", "-c", str(config), str(log))
    assert json.loads(by_itself.stdout)["fields"]["url.path"] == "/a"
    named = nabat("decode", "-c", str(config), "--format", "squid", str(log))
    refused = json.loads(named.stdout)
    assert (refused["line"], refused["reject"]) == (1, "malformed")
    assert refused["why"].startswith("closest: squid; it fits up to column 0: ")
    config.write_text(yaml.safe_dump({"sources": [{**source, "log_format": "$remote_addr$status $msec"}]}))
    wrong = nabat("decode", "-c", str(config), str(log))
    assert wrong.returncode == 2
    assert "between $remote_addr and $status (character 13) there is nothing" in wrong.stderr


@pytest.mark.parametrize("name", ["shop_crm-1.log", "shop_crm-1.log.1"])
def test_decode_knows_a_source_by_its_patterns_and_by_what_was_rotated(tmp_path: Path, name: str) -> None:
    source = {"name": "crm", "service": "crm", "paths": ["logs/{namespace}_{container}-*.log"]}
    layout = "$remote_addr [$time_local] $request_time $status"
    config = tmp_path / "nabat.yml"
    config.write_text(yaml.safe_dump({"sources": [{**source, "log_format": layout}]}))
    log = tmp_path / "logs" / name
    log.parent.mkdir()
    log.write_text("192.0.2.17 [17/May/2026:10:05:03 +0300] 0.125 200\n")
    for path in (str(log), os.path.relpath(log)):
        fields = json.loads(nabat("decode", "-c", str(config), path).stdout)["fields"]
        assert (fields["service.name"], fields["event.duration"]) == ("crm", 125_000_000)
        assert fields["labels"]["namespace"] == "shop"
    elsewhere = tmp_path / name
    elsewhere.write_text(log.read_text())
    refused = json.loads(nabat("decode", "-c", str(config), str(elsewhere)).stdout)
    assert (refused["line"], refused["reject"]) == (1, "no_format")


def test_a_missing_file_and_an_unknown_format_are_bad_input(tmp_path: Path) -> None:
    for words in (("decode", str(tmp_path / "none.log")), ("decode", "--format", "nonsense", "-"), ("decode",)):
        done = nabat(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("combinde", "did you mean combined?"),
        ("docker:cmobined", "did you mean docker:combined?"),
        ("dokcer:combined", "did you mean docker:combined?"),
        ("docker:cri", "cri is an envelope itself; behind the colon stands what is in it, as in docker:combined"),
        ("qqq", "docs/formats.md lists them"),
    ],
)
def test_a_format_nobody_knows_is_a_mistake_of_the_option_and_not_of_the_configuration(
    tmp_path: Path, name: str, hint: str
) -> None:
    config = write_plan(tmp_path)
    (tmp_path / "access.log").write_text(line(NIGHT, 1))
    done = nabat("decode", "-c", str(config), "--format", name, str(tmp_path / "access.log"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"nabat: --format: there is no format {name!r} ({hint})\n"


def test_decode_says_of_rejects_which_format_is_closest_and_drafts_one_for_lines_that_none_reads(
    tmp_path: Path,
) -> None:
    head = "192.0.2.7 - - [17/May/2026:10:05:03 +0000]"
    (tmp_path / "odd.log").write_text(f'{head} \x1b[31mx "GET / HTTP/1.1" 200 5\n')
    done = nabat("decode", str(tmp_path / "odd.log"))
    said = json.loads(done.stdout)["why"]
    assert said.startswith("closest: combined; it fits up to column 43: `\\x1b[31mx ")
    assert said.endswith('` where `"` was expected')
    lines = [{"when": f"2026-05-17T10:05:{at}Z", "who": {"login": "anna"}, "addr": "192.0.2.7"} for at in range(10, 40)]
    (tmp_path / "own.log").write_text("".join(json.dumps(one) + "\n" for one in lines))
    done = nabat("decode", str(tmp_path / "own.log"))
    assert "a draft that reads 30 of 30 rejected lines" in done.stderr
    (tmp_path / "formats").mkdir()
    draft = done.stderr.partition("`format: own`:\n")[2]
    (tmp_path / "formats" / "own.yml").write_text(draft)
    source = f"sources: [{{name: s, service: crm, paths: [{tmp_path}/own.log], format: own}}]\n"
    (tmp_path / "nabat.yml").write_text(f"formats: [formats]\n{source}")
    done = nabat("decode", "-c", str(tmp_path / "nabat.yml"), str(tmp_path / "own.log"))
    assert done.stderr.startswith("30 events, 0 rejects")
    assert json.loads(done.stdout.partition("\n")[0])["fields"]["user.name"] == "anna"


def test_decode_counts_what_a_last_resort_read(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("2026-05-17T10:05:03Z web1 myapp: started\n" * 3)
    done = nabat("decode", str(tmp_path / "app.log"))
    assert "3 events, 0 rejects\n3 lines only kept as text, or read with parts missing, by syslog" in done.stderr


def test_decode_says_that_lines_end_with_cr_alone(tmp_path: Path) -> None:
    (tmp_path / "mac.log").write_text(line(NIGHT, 1).replace("\n", "\r") * 3)
    assert "its lines end with CR alone" in nabat("decode", str(tmp_path / "mac.log")).stderr


def test_a_configuration_is_told_all_its_mistakes_at_once_with_file_and_line(tmp_path: Path) -> None:
    config = write_plan(tmp_path, timezone="Nowhere", colour="red", snapshot_every="soon")
    done = nabat("check", "-c", str(config))
    assert done.returncode == 2
    for word in ("Nowhere", "colour", "snapshot_every"):
        assert any(word in row and f"{config}:" in row for row in done.stderr.splitlines()), done.stderr


def test_check_finds_rules_playbooks_targets_formats_and_permissions_that_are_wrong(tmp_path: Path) -> None:
    rules = tmp_path / "more"
    rules.mkdir()
    (rules / "bad.yml").write_text("title: no detection\nid: 5f0c0c5e-0000-4000-8000-000000000009\n")
    log = tmp_path / "access.log"
    log.write_text("nothing\nof\nthis\nis a log\n")
    config = write_plan(
        tmp_path,
        rules={"shipped": False, "paths": [str(rules)]},
        notify={"targets": {name: {"url": "carrier-pigeon://loft"} for name in ("anna", "boris", "lev", "dina")}},
    )
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    done = nabat("check", "-c", str(config))
    assert done.returncode == 2
    for word in ("bad.yml", "Apprise", "can be decoded", "anybody can look into"):
        assert word in done.stderr, done.stderr


def test_check_of_a_sound_configuration_is_quiet_about_problems(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(bulk(5))
    done = nabat("check", "-c", str(write_plan(tmp_path)))
    assert done.returncode == 0, done.stderr
    assert "nothing to correct" in done.stderr


WAITING = """title: Exec
logsource: {product: kubernetes, service: audit}
detection:
  s: {verb: create}
  condition: s
"""


def test_rules_that_wait_are_told_with_what_would_feed_them(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(WAITING, encoding="utf-8")
    done = nabat("rules", "check", str(tmp_path / "rule.yml"))
    assert done.returncode == 0
    assert done.stdout.startswith("1 rule waits for kubernetes/audit: the API server's audit log")
    assert "0 rules run, 1 waits for events" in done.stderr
    done = nabat("rules", "list", str(tmp_path / "rule.yml"))
    assert "Exec  (waits for kubernetes/audit: the API server's audit log" in done.stdout


def test_a_folder_without_a_rule_is_not_called_right(tmp_path: Path) -> None:
    done = nabat("rules", "check", str(tmp_path))
    assert done.returncode == 2
    assert f"{tmp_path}: there is no rule in it" in done.stderr


def test_rules_eval_prints_what_was_found_over_plain_events(tmp_path: Path) -> None:
    rule = {
        "title": "Admin signs in", "id": "5f0c0c5e-0000-4000-8000-00000000000a", "status": "test",
        "logsource": {"category": "application"},
        "detection": {"selection": {"who": "admin"}, "condition": "selection"}, "level": "low",
    }  # fmt: skip
    (tmp_path / "rule.yml").write_text(yaml.safe_dump(rule))
    events = tmp_path / "events.jsonl"
    events.write_text('{"who": "anna"}\n{"who": "admin"}\n')
    done = nabat("rules", "eval", "--rules", str(tmp_path / "rule.yml"), "--events", str(events))
    assert done.returncode == 0
    (found,) = map(json.loads, done.stdout.splitlines())
    assert found == {"event": 2, "rule": rule["id"], "title": "Admin signs in", "kind": "detection"}
    events.write_text('{"who": "anna"}\nnot json\n[1]\n')
    done = nabat("rules", "eval", "--rules", str(tmp_path / "rule.yml"), "--events", str(events))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{events}:2:" in done.stderr
    assert f"{events}:3:" in done.stderr


def test_rules_explain_says_which_part_of_a_rule_holds_of_an_event(tmp_path: Path) -> None:
    rule = {
        "title": "Admin signs in", "id": "r", "logsource": {"category": "application"},
        "detection": {"selection": {"who": "admin", "at|hour": 3}, "condition": "selection"},
    }  # fmt: skip
    (tmp_path / "rule.yml").write_text(yaml.safe_dump(rule))
    (tmp_path / "events.jsonl").write_text('{"who": "anna"}\n{"who": "Admin", "at": "2026-05-17T04:00:00Z"}\n')
    done = nabat("rules", "explain", str(tmp_path / "rule.yml"), str(tmp_path / "events.jsonl"), "--number", "2")
    assert (done.returncode, done.stderr) == (0, "Admin signs in (r): does not hold\n")
    assert done.stdout.splitlines() == [
        "- all of",
        '  - at is in the hour 3  (found: "2026-05-17T04:00:00Z")',
        '  + who is "admin"  (found: "Admin")',
    ]
    done = nabat("rules", "explain", str(tmp_path / "rule.yml"), str(tmp_path / "events.jsonl"), "--number", "3")
    assert done.returncode == 2
    assert "there is no event 3" in done.stderr


def test_simulate_gives_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        words = ("--days", "1", "--seed", "5", "--staff", "10", "--leaks", "1")
        assert nabat_anew("simulate", "--out", str(tmp_path / name), *words).returncode == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert "truth.json" in one


def test_simulate_writes_a_company_of_another_shape_and_refuses_its_options_without_one(tmp_path: Path) -> None:
    done = nabat("simulate", "--out", str(tmp_path / "none"), "--world", "hard")
    assert done.returncode == 2
    assert "need --company" in done.stderr
    assert not (tmp_path / "none").exists()
    options = "--company call-centre --world hard --logs audit --days 1 --staff 20 --leaks 2"
    done = nabat("simulate", "--out", str(tmp_path / "calls"), *options.split())
    assert done.returncode == 0, done.stderr
    assert "2 leaks, 4 honest oddities" in done.stdout + done.stderr
    assert {path.suffix for path in (tmp_path / "calls").iterdir()} == {".log", ".yml", ".csv", ".json"}


def test_notify_test_says_who_was_reached_and_fails_when_a_target_does_not_take_it(
    tmp_path: Path, ntfy_server: Ntfy, web_server: Callable[..., Web]
) -> None:
    topic = tmp_path.name.replace("_", "-")
    targets = {name: {"url": ntfy_server.url(f"{topic}-{name}")} for name in ("anna", "boris", "lev", "dina")}
    done = nabat("notify", "test", "-c", str(write_plan(tmp_path, notify={"targets": targets})))
    assert done.returncode == 0, done.stderr
    assert len(ntfy_server.messages(f"{topic}-anna")) == 1
    targets["lev"] = {"url": web_server(otherwise=500).url("secret-token")}
    config = write_plan(tmp_path, notify={"targets": targets, "attempts": 1})
    done = nabat("notify", "test", "-c", str(config), "--json")
    assert done.returncode == 1
    assert "secret-token" not in done.stdout + done.stderr
    results = {row["target"]: row["ok"] for row in map(json.loads, done.stdout.splitlines())}
    assert results == {"anna": True, "boris": True, "lev": False, "dina": True}


def test_commands_about_incidents_say_so_where_nothing_has_run(tmp_path: Path) -> None:
    done = nabat("incidents", "list", "-c", str(write_plan(tmp_path)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "has not run with this configuration yet" in done.stderr
    done = nabat("train", "-c", str(tmp_path / "nabat.yml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no access journal to learn from" in done.stderr
    assert not (tmp_path / "state").exists()


def test_replay_says_what_it_found_and_leaves_stdout_empty(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(bulk(150))
    done = nabat("replay", "-c", str(write_plan(tmp_path)), "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 incident in " in done.stderr
    modes = {each.name: each.stat().st_mode & 0o777 for each in (tmp_path / "out").glob("*.jsonl")}
    assert modes == dict.fromkeys(("findings.jsonl", "alerts.jsonl", "incidents.jsonl"), 0o600)


def test_what_a_replay_found_is_looked_into_by_its_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(bulk(150))
    config, out = str(write_plan(tmp_path)), str(tmp_path / "out")
    assert nabat("replay", "-c", config, "--out", out).returncode == 0
    (found,) = map(json.loads, (tmp_path / "out" / "incidents.jsonl").read_text().splitlines())
    for words in (("-c", config), ()):
        done = nabat("scope", found["number"], "--replay", out, "--out", str(tmp_path / "clients.csv"), *words)
        assert (done.returncode, "150 clients" in done.stdout) == (0, True), done.stderr
        assert len((tmp_path / "clients.csv").read_text().splitlines()) == 151
        for command in (("list",), ("show", found["number"])):
            assert found["number"] in nabat("incidents", *command, "--replay", out, *words).stdout
    done = nabat("scope", found["number"], "--replay", str(tmp_path / "none"))
    assert (done.returncode, done.stderr) == (
        2, f"nabat: {tmp_path / 'none'}: no replay has written here (name the --out of one)\n",
    )  # fmt: skip
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "state").exists()


def test_a_fault_of_ours_is_told_from_a_mistake_of_the_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("detector.cli.nabat.main", broken)
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert said.splitlines()[-1].startswith("nabat: a fault of Nabat (ZeroDivisionError at test_commands.py:")


def test_simulate_replaces_no_configuration_but_that_of_a_simulated_company(tmp_path: Path) -> None:
    held = tmp_path / "nabat.yml"
    held.write_text("state: mine\n")
    done = nabat("simulate", "--out", str(tmp_path), "--days", "1", "--staff", "10")
    assert (done.returncode, held.read_text()) == (2, "state: mine\n")
    assert "name another folder" in done.stderr
    held.unlink()
    for _ in range(2):
        assert nabat("simulate", "--out", str(tmp_path), "--days", "1", "--staff", "10").returncode == 0


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    within = str(tmp_path / "file" / "folder")
    for words in (("simulate", "--out", within, "--days", "1"), ("run", "--demo", "--state", within)):
        done = nabat(*words)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
        assert f"{within}: cannot be" in done.stderr


def test_each_command_of_a_group_that_a_text_names_is_there() -> None:
    found = [(*name, command) for name, command in commands(group) if len(name) == 1]
    known = {name: set(each.commands) for name, each in found if isinstance(each, click.Group)}
    del known["expect"]  # it takes an actor at once
    names = re.compile(rf"\bnabat ({'|'.join(known)}) ([a-z][a-z-]*)")
    root = Path(__file__).resolve().parents[2]
    texts = [*root.glob("detector/**/*.py"), *root.glob("config/messages/*/*.ftl")]
    named = {each for path in texts for each in names.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 50
    assert not [each for each in named if each[1] not in known[each[0]]]


def test_an_answer_that_cannot_be_written_is_told_and_is_no_fault_of_nabat() -> None:
    with open("/dev/full", "wb") as full:
        words = [sys.executable, "-m", "detector", "rules", "list"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, timeout=100, check=False)
    said = b"nabat: the answer cannot be written to standard output: No space left on device"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, said)
    assert b"Traceback" not in done.stderr
