"""A replay that cannot go on says why in a sentence, and leaves no half answers and nothing of others touched."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from detector.errors import InputError, StoreError
from detector.runtime.replay.folder import ANSWERS
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.settings.loading.load_settings import load_settings
from tests.receivers import until
from tests.runtime.places import NIGHT, bulk, line, nabat, write_plan


def planned(config: Path, out: Path, *logs: Path) -> ReplayPlan:
    settings = load_settings(config)
    return ReplayPlan(
        settings=settings, logs=logs_of(settings, list(map(str, logs))), out=out, batch_lines=20, together=1
    )


def answers(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in ANSWERS}


def test_answers_that_cannot_be_written_are_a_failure_of_the_disk(tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(150))
    with pytest.raises(StoreError, match=r"the answers cannot be written to .*out"):
        Replay(planned(config, out, log)).run(lambda done: (out / "alerts.jsonl.part").mkdir(exist_ok=True))
    assert not [name for name in ANSWERS if (out / name).exists()]


def test_a_replay_leaves_alone_what_it_did_not_write(tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(150))
    Replay(planned(config, out, log)).run()
    kept = {out / "diary.txt": "mine", out / "journal" / "2026.txt": "mine too", out / "keys" / "x": "a key"}
    for path, text in kept.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    log.write_text(line(NIGHT, 1000))
    Replay(planned(config, out, log)).run()
    assert {path: path.read_text() for path in kept} == kept
    assert answers(out) == dict.fromkeys(ANSWERS, b"")


def test_two_replays_do_not_write_into_one_folder(tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(150))
    refused: list[str] = []

    def another(_done: int) -> None:
        with pytest.raises(InputError, match="another replay is writing there") as told:
            Replay(planned(config, out, log)).run()
        refused.append(str(told.value))

    Replay(planned(config, out, log)).run(another)
    assert refused
    assert answers(out)["incidents.jsonl"].count(b"\n") == 1
    Replay(planned(config, out, log)).run()


@pytest.mark.parametrize("held", ["lock", "snapshots", ""])
def test_a_replay_into_the_state_folder_of_a_service_is_refused(held: str, tmp_path: Path) -> None:
    config, log, state = write_plan(tmp_path), tmp_path / "access.log", tmp_path / ("other" if held else "state")
    log.write_text(bulk(150))
    state.mkdir()
    (state / "nabat.db").write_text("decisions")
    (state / (held or "more")).mkdir()
    said = nabat("replay", "-c", str(config), "--out", str(state), str(log))
    assert said.returncode == 2
    assert "is the state folder of a service" in said.stderr
    assert (state / "nabat.db").read_text() == "decisions"


def test_a_folder_that_cannot_be_used_is_a_mistake_of_the_option(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150))
    said = nabat("replay", "-c", str(config), "--out", str(log), str(log))
    assert said.returncode == 2
    assert said.stderr.startswith(f"nabat: {log}: cannot be used for the answers")
    assert said.stderr.count("\n") == 1


def test_a_file_whose_name_no_event_could_hold_is_told_once(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access\udcff.log"
    log.write_text(bulk(150))
    said = nabat("replay", "-c", str(config), "--out", str(tmp_path / "out"), str(log))
    assert said.returncode == 2
    assert "its name is not UTF-8" in said.stderr
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_replay_that_is_ended_leaves_no_answers(number: int, tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(60_000))
    with (tmp_path / "said").open("wb") as said:
        words = ["replay", "-c", str(config), "--out", str(out), "--batch-lines", "20", str(log)]
        process = subprocess.Popen([sys.executable, "-m", "detector", *words], stdout=said, stderr=said)
    until((out / "journal").exists, 60)  # it is made when the folder is taken
    os.kill(process.pid, number)
    status, text = process.wait(30), (tmp_path / "said").read_text()
    assert not [name for name in ANSWERS if (out / name).exists()], (status, text)
    assert "Traceback" not in text
    assert number != signal.SIGINT or (status, text.strip()) == (130, "nabat: interrupted")


def test_every_mistake_of_a_configuration_is_told_before_an_earlier_answer_is_removed(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(3))
    plan = yaml.safe_load(config.read_text())
    plan["sources"][0]["format"] = "combind"
    (tmp_path / "own.yml").write_text("title: half a playbook\n")
    plan["incident"] = {"playbooks": [str(tmp_path / "own.yml")]}
    config.write_text(yaml.safe_dump(plan))
    out = tmp_path / "out"
    out.mkdir()
    (out / "findings.jsonl").write_text("of an earlier replay\n")
    said = nabat("replay", "-c", str(config), "--out", str(out), str(log))
    assert said.returncode == 2
    assert all(word in said.stderr for word in ("combind", "own.yml")), said.stderr
    assert (out / "findings.jsonl").read_text() == "of an earlier replay\n"


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    config, packed = write_plan(tmp_path), tmp_path / "access.log.1.gz"
    whole = gzip.compress(bulk(3_000).encode())
    packed.write_bytes(whole[: len(whole) // 2])
    said = nabat("replay", "-c", str(config), "--out", str(tmp_path / "out"), str(packed))
    assert said.returncode == 2
    assert "is damaged" in said.stderr
    assert not (tmp_path / "out" / "incidents.jsonl").exists()


def test_rules_that_cannot_be_used_are_told_because_their_silence_looks_like_an_answer(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.json").write_text("{")
    config = write_plan(tmp_path, behaviour={"model": str(tmp_path / "model")})
    log, rules = tmp_path / "access.log", tmp_path / "rules.yml"
    rules.write_text(rules.read_text() + "---\ntitle: [half a rule\n")
    log.write_text(bulk(3))
    said = nabat("replay", "-c", str(config), "--out", str(tmp_path / "out"), str(log))
    assert said.returncode == 0
    assert f"nabat: warning: a rule cannot be used and says nothing: {rules}:" in said.stderr
    assert "nabat: warning: nobody is judged by how accounts usually work: " in said.stderr


def test_standard_input_is_a_log(tmp_path: Path) -> None:
    config = write_plan(tmp_path)
    words = ["replay", "-c", str(config), "--out", str(tmp_path / "out"), "-"]
    subprocess.run(
        [sys.executable, "-m", "detector", *words],
        input=bulk(150).encode(),
        capture_output=True,
        check=True,
        timeout=100,
    )
    (incident,) = map(json.loads, (tmp_path / "out" / "incidents.jsonl").read_text().splitlines())
    assert incident["subjects"] == 150
