"""Whose data was touched: everything that says it says the same."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.clock import ManualClock
from detector.runtime.incidents.console import open_console
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.schema.detection.findings import Detector
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.simulate import simulate
from tests.fakes.people import me
from tests.runtime.places import NIGHT, line, nabat, write_plan


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    folder = tmp_path_factory.mktemp("company")
    simulate(folder, 3, 3, datetime(2026, 3, 2, tzinfo=UTC), staff=10, leaks=8)
    settings, out = load_settings(folder / "nabat.yml"), folder / "out"
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, []), out=out)).run()
    return settings.model_copy(update={"state": out}), out


def test_show_scope_their_list_and_the_file_of_a_replay_give_the_same_numbers(
    replayed: tuple[Settings, Path], tmp_path: Path
) -> None:
    settings, out = replayed
    told = [json.loads(line) for line in (out / "incidents.jsonl").read_text().splitlines()]
    behind = set()
    with open_console(settings, ManualClock(datetime(2026, 4, 1, tzinfo=UTC))) as console:
        for each in told:
            detail = console.detail(each["id"], look_up=True)
            behind |= {finding.detector for finding in detail.findings}
            shown, kept = detail.incident.scope, console.detail(each["id"]).incident
            _, computed = console.scope(each["id"])
            assert shown == kept.scope == computed
            assert (shown.subjects, shown.record_low, shown.record_high) == (
                each["subjects"],
                each["records"]["low"],
                each["records"]["high"],
            )
            assert console.write_subjects(each["id"], tmp_path / "clients.csv", by=me("lead")).clients == shown.subjects
            usual = console.write_subjects(each["id"], tmp_path / "usual.csv", by=me("lead"), usual=True).clients
            assert usual == shown.usual_subjects == each["usual_subjects"]
            ids = [console.subjects(each["id"], usual=which)["subject_id"] for which in (False, True)]
            assert set(ids[0]).isdisjoint(ids[1])
            if detail.touches is not None:
                assert (detail.touches.clients, sum(count for _, count in detail.touches.usual)) == (
                    shown.subjects,
                    usual,
                )
            assert (each["kind"], each["title"], each["severity"]) == (kept.kind, kept.title, kept.severity)
            after = console.detail(each["id"]).entries
            assert after[: len(detail.entries)] == detail.entries, "only that lists were written is new"
    assert len(told) > 2
    assert {Detector.BEHAVIOUR, Detector.CORRELATION, Detector.RULE} <= behind


def test_an_incident_of_a_session_holds_what_every_account_took_in_it(tmp_path: Path) -> None:
    """One session under eight names, and a colleague beside it in a session of his own."""
    layout = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_user_agent"'
    layout += " $cookie_session"
    source = {"name": "crm", "paths": [str(tmp_path / "access.log")], "log_format": layout, "service": "crm"}
    config = write_plan(tmp_path, sources=[source | {"start": "beginning"}], rules={"shipped": True, "paths": []})
    log = tmp_path / "access.log"
    reads = [(f"op{n % 8}", 1000 + 7 * n, "s1stolen") for n in range(40)] + [("boris", 5000, "s2own")]
    at = (NIGHT + timedelta(seconds=10 * n) for n in range(len(reads)))
    log.write_text(
        "".join(
            line(moment, client, by).replace('"-" "Mozilla/5.0"', f'"Mozilla/5.0" {session}')
            for moment, (by, client, session) in zip(at, reads, strict=True)
        )
    )
    settings, out = load_settings(config), tmp_path / "out"
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, []), out=out)).run()
    (told,) = map(json.loads, (out / "incidents.jsonl").read_text().splitlines())
    assert told["actor"]["id"].startswith("session:")
    assert (told["subjects"], told["records"]["low"]) == (40, 40)
    with open_console(settings.model_copy(update={"state": out}), ManualClock(NIGHT + timedelta(days=1))) as console:
        assert console.write_subjects(told["id"], tmp_path / "clients.csv", by=me("lev")).clients == 40


def test_the_usual_work_of_the_same_account_is_a_list_of_its_own_in_every_place(tmp_path: Path) -> None:
    """Twelve clients, one every five minutes, then three hundred one after the other, then four more as before."""
    log, config = tmp_path / "access.log", write_plan(tmp_path, rules={"shipped": True, "paths": []})
    calls = [(NIGHT + timedelta(minutes=5 * n), 90_000 + 613 * n) for n in (*range(12), *range(14, 18))]
    taken = [(NIGHT + timedelta(minutes=61, seconds=n), 2000 + 7 * n) for n in range(300)]
    log.write_text("".join(line(at, client, "mallory") for at, client in sorted(calls + taken)))
    settings, out = load_settings(config), tmp_path / "out"
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, [str(log)]), out=out)).run()
    (told,) = map(json.loads, (out / "incidents.jsonl").read_text().splitlines())
    with open_console(settings.model_copy(update={"state": out}), ManualClock(NIGHT + timedelta(days=1))) as console:
        detail = console.detail(told["id"])
        matter, usual = (set(console.subjects(told["id"], usual=which)["subject_id"]) for which in (False, True))
    assert matter == {str(client) for _, client in taken}
    assert usual <= {str(client) for _, client in calls}
    assert (told["subjects"], told["usual_subjects"]) == (300, len(usual))
    assert len(usual) >= 11, "the hour before the count began is among its hours"
    told_again = nabat("scope", told["number"], "-c", str(config), "--replay", str(out))
    assert "300 clients" in told_again.stdout, told_again.stderr
    assert f"{len(usual)} other clients were touched by the usual work" in told_again.stdout
    assert detail.incident.scope.usual_subjects == len(usual)
