"""Replay: the same input gives the same bytes, however it is cut, packed or spread over files."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from weakref import ref

import polars as pl
import pytest
import yaml

from detector.clock import SystemClock
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.runtime.intake.merge_logs import Merge
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.runtime.replay.replay_store import ReplayStore
from detector.settings.loading.load_settings import load_settings
from detector.simulate import simulate
from tests.receivers import Web
from tests.runtime.places import NIGHT, bulk, line, nabat, write_plan

ANSWERS = ("findings.jsonl", "alerts.jsonl", "incidents.jsonl")


def replayed(config: Path, out: Path, *logs: Path, **how: object) -> dict[str, bytes]:
    settings = load_settings(config)
    if "batch_lines" in how:  # each batch by itself
        how = {"together": 1, **how}
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, [str(log) for log in logs]), out=out, **how)).run()  # type: ignore[arg-type]
    return {name: (out / name).read_bytes() for name in ANSWERS}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a day and night of a company, from noon on: what is counted by the day ends and begins in it."""
    folder = tmp_path_factory.mktemp("company")
    simulate(folder, 1, 3, datetime(2026, 3, 2, 12, tzinfo=UTC), staff=10, leaks=3)
    return folder


@pytest.fixture(scope="module")
def whole(company: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return replayed(company / "nabat.yml", tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("lines", [97, 1000])
def test_a_company_gives_the_same_bytes_whatever_the_batches(
    lines: int, company: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    assert whole["findings.jsonl"]
    assert replayed(company / "nabat.yml", tmp_path, batch_lines=lines) == whole


def test_a_company_gives_the_same_bytes_with_more_threads(
    company: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "detector", "replay", "-c", str(company / "nabat.yml"), "--out", str(tmp_path)]
    environment = {**os.environ, "POLARS_MAX_THREADS": "4"}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert {name: (tmp_path / name).read_bytes() for name in ANSWERS} == whole


def test_late_lines_give_the_same_bytes_whatever_the_batches(company: Path, tmp_path: Path) -> None:
    folder = tmp_path / "company"
    shutil.copytree(company, folder)
    log, other = folder / "crm.access.log", folder / "billing.access.log"
    other.write_text("".join(other.read_text().splitlines(keepends=True)[:1_200]))
    rows = []
    for number, text in enumerate(log.read_text().splitlines(keepends=True)[:2_400]):
        rows.append((number, text))
        if number % 40 == 0:
            # An attack that is written down on time, minutes, hours or a day too late.
            attack = re.sub(r'^\S+ - \S+ (.*?)"[A-Z]+ \S+ ', r'203.0.113.9 - - \1"GET /crm/?q=../../etc/passwd ', text)
            rows.append((number + (0, 200, 1_800, 6_000)[number // 40 % 4], attack))
    log.write_text("".join(text for _, text in sorted(rows, key=lambda row: row[0])))
    config = folder / "nabat.yml"
    one, *others = [replayed(config, tmp_path / str(lines), batch_lines=lines) for lines in (100_000, 1_000, 61)]
    assert b"203.0.113.9" in one["findings.jsonl"]
    assert others == [one, one]


def test_findings_that_wait_on_disk_give_the_same_bytes_as_in_memory(
    company: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_aside: list[int] = []
    really = ReplayStore.set_aside
    monkeypatch.setattr(
        ReplayStore, "set_aside", lambda store, found: (set_aside.append(len(found)), really(store, found))
    )
    assert replayed(company / "nabat.yml", tmp_path, batch_lines=500, held_findings=3) == whole
    assert len(set_aside) > 2
    assert not (tmp_path / "waiting.db").exists()


def test_single_lines_give_the_same_bytes_as_one_batch(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150) + line(NIGHT.replace(hour=5), 104729, "eve"))
    once = replayed(config, tmp_path / "one", log)
    assert once["incidents.jsonl"].count(b"\n") == 2
    assert replayed(config, tmp_path / "single", log, batch_lines=1) == once


def test_short_reads_judged_together_give_the_same_bytes(
    company: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    for together in (700, 16_384):
        out = tmp_path / str(together)
        assert replayed(company / "nabat.yml", out, batch_lines=100, together=together) == whole


def test_gzipped_logs_give_the_same_findings_and_incidents(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150))
    packed = tmp_path / "access.log.1.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    plain = replayed(config, tmp_path / "plain", log)
    zipped = replayed(config, tmp_path / "zipped", packed)
    assert plain["incidents.jsonl"] == zipped["incidents.jsonl"]
    assert plain["alerts.jsonl"] == zipped["alerts.jsonl"]
    # Findings name the file their lines lie in; nothing else differs.
    assert zipped["findings.jsonl"].replace(b"access.log.1.gz", b"access.log") == plain["findings.jsonl"]


def test_a_log_cut_by_rotation_gives_the_same_incidents(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    lines = bulk(150).splitlines(keepends=True)
    log.write_text("".join(lines))
    once = replayed(config, tmp_path / "once", log)
    older = tmp_path / "access.log.1"
    older.write_text("".join(lines[:73]))
    log.write_text("".join(lines[73:]))
    assert replayed(config, tmp_path / "cut", older, log)["incidents.jsonl"] == once["incidents.jsonl"]
    assert replayed(config, tmp_path / "turned", log, older)["incidents.jsonl"] == once["incidents.jsonl"]


@pytest.mark.parametrize("turn", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_rotated_copies_are_one_stream_that_ends_with_the_last_of_them(tmp_path: Path, turn: tuple[int, ...]) -> None:
    """Else what the others hold would come behind it, and be left out of whatever asks for order: behaviour, days."""
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    lines = bulk(150).splitlines(keepends=True)
    paths = [tmp_path / "access.log.2", tmp_path / "access.log.1", log]
    for number, path in enumerate(paths):
        path.write_text("".join(lines[50 * number : 50 * number + 50]))
    settings = load_settings(config)
    logs = logs_of(settings, [str(paths[each]) for each in turn])
    plan = ReplayPlan(settings=settings, logs=logs, out=tmp_path / "out")
    merge = Merge(plan.logs, Decoder(plan.settings, session_key=plan.session_key), 20, together=1)
    stated = [(tuple(merge.closed), merge.idle()) for _ in merge]
    assert len(stated) == 9
    assert stated == [((), {})] * 9
    assert len(set(merge.closed)) == len(merge.closed) == 1


class Watched(Decoder):
    """A decoder that notes how many of the frames it made are alive when it is asked for more."""

    made: list[ref[pl.DataFrame]]
    alive: list[int]

    def decode_all(self, batches: Sequence[LineBatch]) -> list[EventBatch]:
        self.alive.append(sum(each() is not None for each in self.made))
        decoded = super().decode_all(batches)
        self.made += [ref(each.frame) for each in decoded]
        return decoded


def test_lines_that_were_judged_are_not_in_memory_while_the_next_are_decoded(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150))
    settings = load_settings(config)
    decoder = Watched(settings, session_key=b"a key")
    decoder.made, decoder.alive = [], []
    merge = Merge(logs_of(settings, [str(log)]), decoder, 20, together=1)
    decoder.made, decoder.alive = [], []
    for some in merge:
        assert some[0][1].frame.height
        del some
    assert decoder.alive[:8] == [0] * 8


def test_an_incident_has_every_field_that_scripts_lean_on(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150))
    (incident,) = map(json.loads, replayed(config, tmp_path / "out", log)["incidents.jsonl"].splitlines())
    for name in ("id", "severity", "score", "reasons", "rules", "last_event_at"):
        assert incident[name]
    assert incident["opened_at"].startswith("2026-03-02T03:0")
    assert incident["first_event_at"] == "2026-03-02T03:00:00Z"
    assert incident["actor"] == {"id": "user:mallory", "type": "human"}
    assert incident["source_ips"] == ["203.0.113.7"]
    assert incident["subjects"] == 150
    assert incident["records"]["low"] == 150
    assert incident["data_classes"] == ["contact"]
    assert incident["service"] == "crm"


def test_from_and_to_bound_the_event_time(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150) + bulk(150, "eve", at=NIGHT.replace(day=3)))
    noon = NIGHT.replace(hour=12)

    def actors(out: str, **span: datetime) -> list[str]:
        rows = replayed(config, tmp_path / out, log, **span)["incidents.jsonl"].splitlines()
        return [json.loads(row)["actor"]["id"] for row in rows]

    assert actors("all") == ["user:mallory", "user:eve"]
    assert actors("late", since=noon) == ["user:eve"]
    assert actors("early", until=noon) == ["user:mallory"]


def test_nobody_is_paged_by_a_replay(tmp_path: Path, web_server: Callable[..., Web]) -> None:
    web = web_server()
    config, log = write_plan(tmp_path, notify={"targets": {"anna": {"url": web.url()}, "boris": {"url": web.url()},
        "lev": {"url": web.url()}, "dina": {"url": web.url()}}}), tmp_path / "access.log"  # fmt: skip
    log.write_text(bulk(150))
    assert replayed(config, tmp_path / "out", log)["incidents.jsonl"]
    assert web.received == []
    assert not (tmp_path / "state").exists()


def test_hostile_lines_cost_only_themselves(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150))
    clean = replayed(config, tmp_path / "clean", log)["incidents.jsonl"]
    lines = bulk(150).encode().splitlines(keepends=True)
    hostile = [
        b"\x00" * 500 + b"\n",
        b"\xff\xfe garbage\n",
        b"x" * 100_000 + b"\n",
        b'"\x1b]0;pwned\x07" %s%n {{7*7}}\n',
        b"\n",
    ]
    log.write_bytes(b"".join(row for pair in zip(lines, hostile * 30, strict=True) for row in pair))
    settings = load_settings(config)
    done = Replay(ReplayPlan(settings=settings, logs=logs_of(settings, [str(log)]), out=tmp_path / "hostile")).run()
    assert done.events == 150
    assert sum(done.rejects.values()) >= 120
    assert (tmp_path / "hostile" / "incidents.jsonl").read_bytes() == clean


def test_a_given_file_belongs_to_the_source_whose_pattern_fits_whatever_stands_in_it(tmp_path: Path) -> None:
    named = {"name": "pods", "paths": ["pods/**/{pod}_{container}-*.log"], "service": "pods", "format": "combined"}
    config = write_plan(tmp_path)
    data = yaml.safe_load(config.read_text())
    data["sources"].append(named)
    config.write_text(yaml.safe_dump(data))
    log = tmp_path / "pods" / "a" / "b" / "web_nginx-1.log"
    log.parent.mkdir(parents=True)
    log.write_text(bulk(1))
    (chosen,) = logs_of(load_settings(config), [str(log)])
    assert chosen.source.name == "pods"


def test_a_clock_hours_ahead_of_the_machine_is_no_reason_to_count_nothing(tmp_path: Path) -> None:
    ahead = SystemClock().now() + timedelta(hours=3)
    (tmp_path / "access.log").write_text(bulk(400, at=ahead))
    config = write_plan(tmp_path)
    found = nabat("replay", "-c", str(config), "--out", str(tmp_path / "out"))
    assert "0 late" in found.stderr + found.stdout
    assert (tmp_path / "out" / "incidents.jsonl").read_text()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (3, "crm: 40 events dated over a day ahead of now: judged one by one, counted with nothing"),
        (-3, "crm: 40 events over an hour behind others of the same log: judged one by one and among themselves"),
    ],
)
def test_what_is_not_counted_with_others_is_said_with_its_source_and_why(days: int, said: str, tmp_path: Path) -> None:
    now = SystemClock().now() - timedelta(hours=1)
    (tmp_path / "access.log").write_text(bulk(40, at=now) + bulk(40, at=now + timedelta(days=days)))
    found = nabat("replay", "-c", str(write_plan(tmp_path)), "--out", str(tmp_path / "out"))
    assert said in found.stderr + found.stdout
    assert "40 late" in found.stderr + found.stdout
