"""The service as its operators meet it: pages, reloads, the service manager, refusals, a database in trouble."""

import re
import signal
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yaml

from tests.receivers import Ntfy, until
from tests.runtime.places import CANARY, NIGHT, Daemon, ServiceSocket, bulk, eventually, kept, line, nabat, plan, web

MakeDaemon = Callable[..., Daemon]


def paged(ntfy: Ntfy, folder: Path, ladder: list[dict[str, object]]) -> dict[str, object]:
    """Return notify settings: each person has a topic of her own."""
    names = ("anna", "boris", "lev", "dina")
    return {
        "targets": {name: {"url": ntfy.url(f"{name}-{folder.name}")} for name in names},
        "ladder": ladder,
        "repeat": "1h",
    }


def test_a_bulk_read_pages_primary_then_deputy_until_the_command_acknowledges(
    tmp_path: Path, daemon: MakeDaemon, ntfy_server: Ntfy
) -> None:
    topic = f"-{tmp_path.name}"
    ladder = [{"after": "0s", "to": ["primary"]}, {"after": "2s", "to": ["deputy"]}, {"after": "40s", "to": ["lead"]}]
    one = daemon(notify=paged(ntfy_server, tmp_path, ladder), evidence={"heads": "heads"}).start()
    (tmp_path / "access.log").write_text(bulk(150))
    page = until(lambda: ntfy_server.messages("anna" + topic), 40)[0]
    assert "mallory" not in page["message"] + page.get("title", "")
    until(lambda: ntfy_server.messages("boris" + topic), 40)
    number = kept(one.settings).incidents[0].number
    done = nabat("incidents", "ack", number, "-c", str(one.config), "--by", "anna")
    assert (done.returncode, done.stdout) == (0, "")
    assert "anna has it" in done.stderr
    # The deputy, who was paged too, is told that somebody has it.
    until(lambda: len(ntfy_server.messages("boris" + topic)) == 2, 40)
    assert one.end() == 0
    assert ntfy_server.messages("lev" + topic) == []
    (incident,) = kept(one.settings).incidents
    assert incident.acknowledged_by == "anna"
    # What happened is proven without the service: by the seal on the page, the file of heads, the lines of the log.
    seal = re.findall(r"Seal ([0-9a-f]{16})", page["message"])[0]
    whole = nabat("verify", "-c", str(one.config), "--seal", seal)
    assert (whole.returncode, whole.stdout) == (0, "")
    assert (
        nabat("verify", "-c", str(one.config), "--seal", f"{seal[:-1]}{'0' if seal[-1] != '0' else '1'}").returncode
        == 1
    )
    listed = nabat("evidence", "list", "-c", str(one.config))
    assert "150 lines held" in listed.stdout


def test_the_link_of_a_page_acknowledges_by_the_press_once_and_never_by_being_fetched(
    tmp_path: Path, daemon: MakeDaemon, ntfy_server: Ntfy
) -> None:
    ladder = [{"after": "0s", "to": ["primary"]}]
    one = daemon(notify=paged(ntfy_server, tmp_path, ladder), web=web()).start()
    (tmp_path / "access.log").write_text(bulk(150))
    page = until(lambda: ntfy_server.messages(f"anna-{tmp_path.name}"), 40)[0]
    address = re.findall(r"http://127\.0\.0\.1:\d+/ack/[\w.=-]+", str(page))[0]
    with httpx.Client(timeout=20) as browser:
        for _ in range(2):
            shown = browser.get(address)
            assert shown.status_code == 200
        assert kept(one.settings).incidents[0].acknowledged_at is None
        token = re.findall(r'name="form_token" value="([^"]+)"', shown.text)[0]
        origin = {"Origin": address.split("/ack/")[0]}
        assert browser.post(address, data={"form_token": token}, headers=origin).status_code == 303
        assert kept(one.settings).incidents[0].acknowledged_by == "anna"
        assert browser.post(address, data={"form_token": token}, headers=origin).status_code == 400
    assert one.end() == 0


def test_whoever_the_incident_is_about_is_never_paged(tmp_path: Path, daemon: MakeDaemon, ntfy_server: Ntfy) -> None:
    ladder = [{"after": "0s", "to": ["primary"]}, {"after": "1s", "to": ["everybody"]}]
    one = daemon(notify=paged(ntfy_server, tmp_path, ladder)).start()
    (tmp_path / "access.log").write_text(bulk(150, by="anna"))
    for name in ("boris", "lev", "dina"):
        until(lambda name=name: ntfy_server.messages(f"{name}-{tmp_path.name}"), 40)
    assert one.end() == 0
    assert ntfy_server.messages(f"anna-{tmp_path.name}") == []


def edit(one: Daemon, **changes: object) -> None:
    """Edit the configuration as an editor does: write beside, rename."""
    new = one.config.with_suffix(".new")
    new.write_text(yaml.safe_dump(yaml.safe_load(one.config.read_text()) | changes))
    new.replace(one.config)


def test_a_good_change_is_taken_by_itself_and_by_sighup_and_a_bad_one_is_refused_whole(
    tmp_path: Path, daemon: MakeDaemon
) -> None:
    one = daemon(web=web()).start()
    port = one.settings.web.port
    base = plan(tmp_path)
    second = {**base["sources"][0], "name": "second", "paths": [str(tmp_path / "second.log")]}
    (tmp_path / "second.log").write_text(line(NIGHT, 1))
    edit(one, sources=[*base["sources"], second], rules={**base["rules"], "disabled": [CANARY]})
    eventually(lambda: one.events("reloaded"))
    eventually(lambda: kept(one.settings).touched == ["1"])
    assert one.metric('nabat_config_reloads_total{result="done"}') == 1
    assert one.metric("nabat_rules_loaded ") == 2

    good = one.config.read_text()
    bad = yaml.safe_load(good) | {"timezone": "Nowhere", "colour": "red", "sources": base["sources"]}
    one.config.write_text(yaml.safe_dump(bad))
    one.send(signal.SIGHUP)
    refused = eventually(lambda: one.events("reload_refused"))
    assert {"Nowhere" in each["problem"] or "colour" in each["problem"] for each in refused} == {True}
    assert all("nabat.yml:" in each["problem"] for each in refused)
    metrics = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=20).text
    assert 'nabat_config_reloads_total{result="refused"} ' in metrics
    with (tmp_path / "second.log").open("a") as out:
        out.write(line(NIGHT, 104729))
    one.config.write_text(good)
    eventually(lambda: sorted(kept(one.settings).touched) == ["1", "104729"])
    assert one.end() == 0
    assert [str(incident.reasons) for incident in kept(one.settings).incidents] == []


def test_watched_clients_that_are_added_count_at_once_and_a_wrong_file_is_refused(
    tmp_path: Path, daemon: MakeDaemon
) -> None:
    watched, rules = tmp_path / "watched.csv", tmp_path / "watched.yml"
    watched.write_text("client_id,reason\n7,vip\n")
    rules.write_text("""title: A watched client
id: 5f0c0c5e-0000-4000-8000-000000000051
status: test
logsource: {product: nabat}
detection: {s: {nabat.watched: true}, condition: s}
level: low
""")
    base = plan(tmp_path)
    rule_files = {**base["rules"], "paths": [*base["rules"]["paths"], str(rules)]}
    one = daemon(records={**base["records"], "watched": "watched.csv"}, rules=rule_files).start()
    with (tmp_path / "access.log").open("a") as out:
        out.write(line(NIGHT, 7, by="anna") + line(NIGHT, 8, by="boris"))
    eventually(lambda: len(kept(one.settings).findings) == 1)
    watched.write_text("client_id,reason\n7,vip\n0009,staff\n")
    eventually(lambda: one.events("reloaded"))
    with (tmp_path / "access.log").open("a") as out:
        out.write(line(NIGHT, 9, by="boris"))
    eventually(lambda: len(kept(one.settings).findings) == 2)
    watched.write_text("client_id,reason\n,vip\n")
    (refused,) = eventually(lambda: one.events("reload_refused"))
    assert "watched.csv:2" in refused["problem"]
    assert one.end() == 0


@pytest.mark.share(2)
def test_rules_that_are_added_edited_and_removed_are_taken_up_by_themselves(tmp_path: Path, daemon: MakeDaemon) -> None:
    rules = tmp_path / "more"
    rules.mkdir()
    base = plan(tmp_path)["rules"]
    one = daemon(web=web(), rules={**base, "paths": [*base["paths"], str(rules)]}).start()
    loaded = "nabat_rules_loaded "
    before = one.metric(loaded)
    rule = """title: A client is read
id: 5f0c0c5e-0000-4000-8000-00000000004{}
status: test
logsource: {{product: nabat}}
detection: {{s: {{event.action: read}}, condition: s}}
level: high
"""
    (rules / "one.yml").write_text(rule.format(1))
    (rules / "two.yml").write_text(rule.format(2))
    eventually(lambda: one.metric(loaded) == before + 2)
    with (tmp_path / "access.log").open("a") as out:
        out.write(line(NIGHT, 7))
    eventually(lambda: len(kept(one.settings).findings) == 2)
    (rules / "two.yml").write_text("title: broken\n")
    eventually(lambda: one.metric("nabat_rules_skipped ") == 1)  # whatever is wrong with it
    eventually(lambda: any("two.yml:1: " in each["problem"] for each in one.events("rule_left_out")))
    eventually(lambda: "two.yml:1" in str([each.reasons for each in kept(one.settings).findings]))
    (rules / "two.yml").unlink()
    eventually(lambda: one.metric("nabat_rules_skipped ") == 0)
    assert one.metric(loaded) == before + 1
    with zipfile.ZipFile(rules / "pack.zip", "w") as archive:
        archive.writestr("three.yml", rule.format(3))
    eventually(lambda: one.metric(loaded) == before + 2)
    assert one.end() == 0


def test_the_service_manager_hears_ready_watchdog_reloading_and_stopping(tmp_path: Path, daemon: MakeDaemon) -> None:
    manager = ServiceSocket(tmp_path)
    one = daemon(environment={"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "1000000"}).start()
    until(lambda: any(said.startswith("READY=1") for said in manager.heard()))
    until(lambda: manager.heard().count("WATCHDOG=1") >= 2)
    one.send(signal.SIGHUP)
    until(lambda: sum(said.startswith("READY=1") for said in manager.heard()) == 2)
    (reloading,) = [said for said in manager.heard() if said.startswith("RELOADING=1")]
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", reloading)
    assert one.end() == 0
    assert manager.heard()[-1].startswith("STOPPING=1")
    manager.close()


def test_a_second_service_on_the_same_state_folder_is_refused_with_words(tmp_path: Path, daemon: MakeDaemon) -> None:
    one = daemon().start()
    second = nabat("run", "-c", str(one.config))
    assert second.returncode == 2
    assert "another Nabat is running on this state folder" in second.stderr
    assert "Traceback" not in second.stderr
    assert one.end() == 0


def test_a_second_service_is_refused_though_the_lock_file_was_deleted(tmp_path: Path, daemon: MakeDaemon) -> None:
    one = daemon().start()
    (one.settings.state / "lock").unlink()
    second = Daemon(one.config, number=one.number).launch()
    until(lambda: second.over or second.events("ready"))
    assert second.over, "two services write one state"
    assert "another Nabat is running on this state folder" in second.said
    assert one.end() == 0


def test_a_taken_port_is_refused_with_words(tmp_path: Path, daemon: MakeDaemon) -> None:
    one = daemon(web=web()).start()
    other = daemon(tmp_path / "other", web=web(port=one.settings.web.port))
    second = nabat("run", "-c", str(other.config))
    assert second.returncode == 2
    assert str(one.settings.web.port) in second.stderr
    assert "Traceback" not in second.stderr
    assert one.end() == 0


def test_while_the_database_cannot_be_written_the_service_is_not_ready_and_nothing_is_lost(
    tmp_path: Path, daemon: MakeDaemon
) -> None:
    one = daemon(web=web()).start()
    until(lambda: one.page("/readyz").status_code == 200)
    # Another program holds the database's write lock, as a full disk or a backup would.
    holder = sqlite3.connect(tmp_path / "state" / "nabat.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    (tmp_path / "access.log").write_text(bulk(150))
    eventually(lambda: one.page("/readyz").status_code == 503)
    assert one.page("/healthz").status_code == 200
    holder.execute("ROLLBACK")
    holder.close()
    eventually(lambda: one.page("/readyz").status_code == 200)
    eventually(lambda: len(kept(one.settings).touched) == 150)
    assert one.end() == 0
    assert [incident.actor_id for incident in kept(one.settings).incidents] == ["user:mallory"]
