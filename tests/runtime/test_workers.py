"""Replay in several processes: the same answers and errors as in one, whatever becomes of the workers."""

import gzip
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing import forkserver
from pathlib import Path

import pytest
import yaml

from detector.errors import InputError, NabatError, StoreError
from detector.runtime.replay import forks
from detector.runtime.replay.folder import ANSWERS
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.single_process import Replay
from detector.runtime.replay.stage_values import Ripe
from detector.runtime.replay.workers import FarFindings, FarKeeping, Losses, ReplayWithWorkers
from detector.schema.packed import Packed
from detector.settings.load_settings import load_settings
from detector.simulate import simulate
from tests.bench import lines as made
from tests.receivers import until
from tests.runtime.places import NIGHT, bulk, line, nabat, write_plan

READS, KEEPS, ANSWERS_TOO = "nabat replay: read", "nabat replay: write", "nabat replay: answer"


def planned(config: Path, out: Path, *logs: Path, batch_lines: int = 500) -> ReplayPlan:
    settings = load_settings(config)
    # Findings are kept in many transactions: there must be a middle in which a worker can be lost.
    files = logs_of(settings, list(map(str, logs)))
    return ReplayPlan(settings=settings, logs=files, out=out, batch_lines=batch_lines, held_findings=3)


def answers(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in ANSWERS}


def in_one(plan: ReplayPlan, on_progress: Callable[[int], None] = lambda done: None) -> dict[str, bytes]:
    Replay(plan).run(on_progress)
    return answers(plan.out)


def in_several(
    plan: ReplayPlan, on_progress: Callable[[int], None] = lambda done: None
) -> tuple[dict[str, bytes], list[str]]:
    told: list[str] = []
    done = ReplayWithWorkers(plan, told.append).run(on_progress)
    assert done.lost == len(told)
    return answers(plan.out), told


def kill(name: str) -> int:
    """Kill a worker, as who runs out of memory is; return how many died of it."""
    found = [process for process in multiprocessing.active_children() if process.name == name]
    for process in found:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    return len(found)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the logs of a company for two days: several services, combined lines and JSON, side by side."""
    folder = tmp_path_factory.mktemp("company")
    simulate(folder, 2, 3, datetime(2026, 3, 2, tzinfo=UTC), staff=10, leaks=3)
    return folder / "nabat.yml"


def test_several_services_give_the_same_bytes_as_in_one_process(company: Path, tmp_path: Path) -> None:
    once = in_one(planned(company, tmp_path / "one"))
    assert once["findings.jsonl"].count(b"\n") > 3
    assert in_several(planned(company, tmp_path / "several")) == (once, [])


def test_attacks_in_a_combined_log_give_the_same_bytes_as_in_one_process(tmp_path: Path) -> None:
    log = made.write(tmp_path / "access.log", 10_000)
    config = write_plan(tmp_path, rules={"shipped": True})
    once = in_one(planned(config, tmp_path / "one", log))
    assert once["findings.jsonl"].count(b"\n") > 20
    assert in_several(planned(config, tmp_path / "several", log))[0] == once


def test_packed_and_rotated_files_give_the_same_bytes_as_in_one_process(tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    rows = bulk(150).splitlines(keepends=True)
    log.write_text("".join(rows[73:]) + line(NIGHT.replace(hour=5), 104729, "eve") + "not a line\n")
    packed = tmp_path / "access.log.1.gz"
    packed.write_bytes(gzip.compress("".join(rows[:73]).encode()))
    once = in_one(planned(config, tmp_path / "one", packed, log, batch_lines=20))
    assert once["incidents.jsonl"].count(b"\n") == 2
    assert in_several(planned(config, tmp_path / "several", packed, log, batch_lines=20))[0] == once


@pytest.mark.parametrize("name", [READS, KEEPS])
def test_a_worker_killed_in_the_middle_is_told_and_its_part_done_again(
    name: str, company: Path, tmp_path: Path
) -> None:
    once = in_one(planned(company, tmp_path / "one"))
    turns: list[int] = []

    def on_progress(_done: int) -> None:
        turns.append(kill(name) if len(turns) in (0, 4, 9) else 0)

    several, told = in_several(planned(company, tmp_path / name[-4:]), on_progress)
    assert several == once
    assert len(told) == sum(turns) > 1
    assert all("killed by signal 9" in each and f"{name[-4:]}s" in each for each in told)


def test_a_keeper_killed_before_it_answers_is_replaced(company: Path, tmp_path: Path) -> None:
    once = in_one(planned(company, tmp_path / "one"))
    plan = planned(company, tmp_path / "several")
    size = sum(Path(log.path).stat().st_size for log in plan.logs)
    several, told = in_several(plan, lambda done: kill(KEEPS) if done == size else None)
    assert several == once
    assert len(told) in (1, 2)  # all is read before the turn that ends it


def test_a_worker_killed_before_it_has_written_the_findings_is_replaced(company: Path, tmp_path: Path) -> None:
    once = in_one(planned(company, tmp_path / "one"))
    told: list[str] = []
    findings = FarFindings(planned(company, tmp_path / "one"), Losses(told.append))
    findings.worker.start()
    assert kill(ANSWERS_TOO) == 1
    findings.ask()
    assert findings.count() == once["findings.jsonl"].count(b"\n")
    findings.worker.stop(gently=True)
    assert [each for each in told if "the worker that answers was lost (killed by signal 9)" in each] == told != []
    assert (tmp_path / "one" / "findings.jsonl.part").read_bytes() == once["findings.jsonl"]


def test_what_a_keeper_said_before_it_went_is_heard_and_not_taken_for_a_loss(company: Path, tmp_path: Path) -> None:
    told: list[str] = []
    keeping = FarKeeping(planned(company, tmp_path), Losses(told.append))
    keeping.worker.start()
    until((tmp_path / "journal").exists, 60)
    (tmp_path / "journal").rmdir()
    (tmp_path / "journal").write_text("no folder any more")
    touches = Packed(raw=b"touches", rows=1, first_at=NIGHT, last_at=NIGHT)
    keeping.write(Ripe(number=1, touches=(touches,)))
    until(lambda: KEEPS not in [each.name for each in multiprocessing.active_children()], 60)
    with pytest.raises(StoreError, match="journal"):
        keeping.write(Ripe(number=2, touches=(touches,)))
    keeping.worker.stop(gently=False)
    assert told == []


@pytest.mark.parametrize("run", [in_one, in_several])
def test_answers_that_cannot_be_written_are_a_failure_of_the_disk(
    run: Callable[..., object], company: Path, tmp_path: Path
) -> None:
    plan = planned(company, tmp_path / "out")
    with pytest.raises(StoreError, match=r"the answers cannot be written to .*out"):
        run(plan, lambda done: (plan.out / "alerts.jsonl.part").mkdir(exist_ok=True))
    assert not [name for name in ANSWERS if (plan.out / name).exists()]


@pytest.mark.parametrize("work", [Replay, lambda plan: ReplayWithWorkers(plan, print)])
def test_a_replay_leaves_alone_what_it_did_not_write(work: Callable[[ReplayPlan], Replay], tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(150))
    work(planned(config, out, log)).run()
    kept = {out / "diary.txt": "mine", out / "journal" / "2026.txt": "mine too", out / "keys" / "x": "a key"}
    for path, text in kept.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    log.write_text(line(NIGHT, 1000))
    work(planned(config, out, log)).run()
    assert {path: path.read_text() for path in kept} == kept
    assert answers(out) == dict.fromkeys(ANSWERS, b"")


@pytest.mark.parametrize("work", [Replay, lambda plan: ReplayWithWorkers(plan, print)])
def test_two_replays_do_not_write_into_one_folder(work: Callable[[ReplayPlan], Replay], tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(150))
    refused: list[str] = []

    def another(_done: int) -> None:
        until((out / "nabat.db").exists, 60)
        with pytest.raises(InputError, match="another replay is writing there") as told:
            Replay(planned(config, out, log)).run()
        refused.append(str(told.value))

    work(planned(config, out, log)).run(another)
    assert refused
    assert answers(out)["incidents.jsonl"].count(b"\n") == 1
    work(planned(config, out, log)).run()


@pytest.mark.parametrize("number", ["1", "2"])
@pytest.mark.parametrize("held", ["lock", "snapshots", ""])
def test_a_replay_into_the_state_folder_of_a_service_is_refused(number: str, held: str, tmp_path: Path) -> None:
    config, log, state = write_plan(tmp_path), tmp_path / "access.log", tmp_path / ("other" if held else "state")
    log.write_text(bulk(150))
    state.mkdir()
    (state / "nabat.db").write_text("decisions")
    (state / (held or "more")).mkdir()
    said = nabat("replay", "--workers", number, "-c", str(config), "--out", str(state), str(log))
    assert said.returncode == 2
    assert "is the state folder of a service" in said.stderr
    assert (state / "nabat.db").read_text() == "decisions"


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_folder_that_cannot_be_used_is_a_mistake_of_the_option(number: str, tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access.log"
    log.write_text(bulk(150))
    said = nabat("replay", "--workers", number, "-c", str(config), "--out", str(log), str(log))
    assert said.returncode == 2
    assert said.stderr.startswith(f"nabat: {log}: cannot be used for the answers")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_file_whose_name_no_event_could_hold_is_told_once(number: str, tmp_path: Path) -> None:
    config, log = write_plan(tmp_path), tmp_path / "access\udcff.log"
    log.write_text(bulk(150))
    said = nabat("replay", "--workers", number, "-c", str(config), "--out", str(tmp_path / "out"), str(log))
    assert said.returncode == 2
    assert "its name is not UTF-8" in said.stderr
    assert said.stderr.count("\n") == 1


def test_too_many_lost_workers_end_the_replay_without_answers(company: Path, tmp_path: Path) -> None:
    with pytest.raises(NabatError, match="nothing was answered"):
        in_several(planned(company, tmp_path), lambda done: kill(READS))
    assert not [name for name in ANSWERS if (tmp_path / name).exists()]
    assert not multiprocessing.active_children()


def started(config: Path, out: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a replay with workers in a session of its own, as from a terminal."""
    with (out.parent / "said").open("wb") as said:
        words = ["replay", "--workers", "2", "-c", str(config), "--out", str(out), "--batch-lines", "20", str(log)]
        return subprocess.Popen(
            [sys.executable, "-m", "detector", *words], stdout=said, stderr=said, start_new_session=True
        )


def session(number: int) -> list[int]:
    """Return the processes of a session that still live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        state, _parent, _group, of = rest.split()[:4]
        if int(of) == number and state != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_replay_that_is_ended_leaves_no_process_and_no_answers(number: int, tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(60_000))
    process = started(config, out, log)
    # The server, the reader, the keeper and this one; the journal's folder is made when keeping begins.
    until(lambda: (out / "journal").exists() and len(session(process.pid)) >= 4, 60)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as Ctrl-C does
    else:
        process.send_signal(number)
    status = process.wait(30)
    until(lambda: not session(process.pid), 30)
    said = (tmp_path / "said").read_text()
    assert not [name for name in ANSWERS if (out / name).exists()], (status, said)
    assert "Traceback" not in said
    assert number != signal.SIGINT or (status, said.strip()) == (130, "nabat: interrupted")


def named(word: str, number: int) -> list[int]:
    """Return the processes of a session whose command line has a word in it."""
    found = []
    for process in session(number):
        with suppress(OSError):
            if word in Path(f"/proc/{process}/cmdline").read_text():
                found.append(process)
    return found


def test_a_replay_goes_on_without_the_process_by_which_python_tracks_resources(tmp_path: Path) -> None:
    config, log, out = write_plan(tmp_path), tmp_path / "access.log", tmp_path / "out"
    log.write_text(bulk(150))
    process = started(config, out, log)
    until(lambda: named("resource_tracker", process.pid), 60)
    (tracker,) = named("resource_tracker", process.pid)
    os.kill(tracker, signal.SIGKILL)
    status, said = process.wait(60), (tmp_path / "said").read_text()
    assert (status, "resource_tracker" in said) == (0, False), said
    once = in_one(planned(config, tmp_path / "one", log, batch_lines=20))
    assert answers(out) == once


def test_a_server_lost_while_it_is_asked_for_a_worker_is_told_and_is_no_ctrl_c(company: Path, tmp_path: Path) -> None:
    forks.prepare()
    server: int = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    os.kill(server, signal.SIGSTOP)  # as one that is still loading
    asking = threading.main_thread().ident or 0

    def lose() -> None:
        try:
            until(lambda: sys._current_frames()[asking].f_code.co_name == "read_signed", 60)
        finally:
            os.kill(server, signal.SIGKILL)

    losing = threading.Thread(target=lose)
    losing.start()
    plan = planned(company, tmp_path / "out")
    with pytest.raises(NabatError, match="the process that starts workers was lost"):
        ReplayWithWorkers(plan, print)
    losing.join()
    assert in_several(plan)[1] == []  # the next one has a server again


def test_a_server_that_is_still_ending_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    forks.prepare()
    server: int = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    os.kill(server, signal.SIGKILL)
    os.waitid(os.P_PID, server, os.WEXITED | os.WNOWAIT)
    # It has hung up and cannot be waited for yet: a moment on a busy machine, made longer here.
    ending, ended = [True] * 3, os.waitpid
    monkeypatch.setattr(
        os, "waitpid", lambda pid, how: (0, 0) if pid == server and ending and ending.pop() else ended(pid, how)
    )
    made = forks.process("messages", "en")  # anything that ends by itself
    assert not ending, "it was taken for alive at first"
    made.join(60)
    assert made.exitcode == 0


def told(*words: str) -> list[tuple[int, str]]:
    """Run a replay in one process and in several; return what they said."""
    ran = [nabat("replay", "--workers", number, *words) for number in ("1", "2")]
    return [(each.returncode, each.stderr) for each in ran]


def test_every_mistake_of_a_configuration_is_told_as_in_one_process(tmp_path: Path) -> None:
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
    one, several = told("-c", str(config), "--out", str(out), str(log))
    assert one == several
    assert one[0] == 2
    assert all(word in one[1] for word in ("combind", "own.yml")), one[1]
    assert (out / "findings.jsonl").read_text() == "of an earlier replay\n"


def test_a_damaged_file_is_told_as_in_one_process(tmp_path: Path) -> None:
    config, packed = write_plan(tmp_path), tmp_path / "access.log.1.gz"
    whole = gzip.compress(bulk(3_000).encode())
    packed.write_bytes(whole[: len(whole) // 2])
    one, several = told("-c", str(config), "--out", str(tmp_path / "out"), str(packed))
    assert one == several
    assert one[0] == 2
    assert "is damaged" in one[1]
    assert not (tmp_path / "out" / "incidents.jsonl").exists()


def test_rules_that_cannot_be_used_are_told_because_their_silence_looks_like_an_answer(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.json").write_text("{")
    config = write_plan(tmp_path, behaviour={"model": str(tmp_path / "model")})
    log, rules = tmp_path / "access.log", tmp_path / "rules.yml"
    rules.write_text(rules.read_text() + "---\ntitle: [half a rule\n")
    log.write_text(bulk(3))
    one, several = told("-c", str(config), "--out", str(tmp_path / "out"), str(log))
    assert one == several
    assert one[0] == 0
    assert f"nabat: warning: a rule cannot be used and says nothing: {rules}:" in one[1]
    assert "nabat: warning: nobody is judged by how accounts usually work: " in one[1]


def test_standard_input_is_read_in_one_process(tmp_path: Path) -> None:
    config = write_plan(tmp_path)
    words = ["replay", "--workers", "2", "-c", str(config), "--out", str(tmp_path / "out"), "-"]
    subprocess.run(
        [sys.executable, "-m", "detector", *words],
        input=bulk(150).encode(),
        capture_output=True,
        check=True,
        timeout=100,
    )
    (incident,) = map(json.loads, (tmp_path / "out" / "incidents.jsonl").read_text().splitlines())
    assert incident["subjects"] == 150


def test_workers_are_used_for_large_logs_on_several_cores_or_when_asked_for(tmp_path: Path) -> None:
    large, small = tmp_path / "large.log", tmp_path / "small.log"
    small.write_text("one line\n")
    with large.open("wb") as file:
        file.truncate(forks.LARGE)
    cores = len(os.sched_getaffinity(0))
    assert forks.wanted(None, [str(large)]) == (cores > 1)
    assert not forks.wanted(None, [str(small), str(tmp_path / "missing.log")])
    assert forks.wanted(2, [str(small)])
    assert not forks.wanted(1, [str(large)])
    assert not forks.wanted(2, ["-", str(large)])
