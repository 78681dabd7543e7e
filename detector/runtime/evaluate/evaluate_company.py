"""One simulated company from its folder to its figures.

Comes in: the folder that ``nabat simulate --company`` wrote, and how many of its days are history. Goes out: figures of
each way of judging. Leaks that begun before the judged days are no part of recall, and incidents about them are not
false.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

from detector.errors import InputError, Problem
from detector.runtime.components import build
from detector.runtime.evaluate.cut_logs import cut_logs
from detector.runtime.evaluate.figures import CompanyFigures, LeakFigures, WayFigures
from detector.runtime.evaluate.matching import PlayedScene, Topic, about, outcome
from detector.runtime.evaluate.recording import record
from detector.runtime.evaluate.trial import WAYS, Judgement, JudgingWay, judge, learn
from detector.runtime.evaluate.truth import TRUTH, read_truth
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import BATCH_LINES, REPLAY_KEY
from detector.schema.findings import Detector
from detector.settings.load_settings import load_settings


def evaluate_company(folder: Path, history: int, ways: Sequence[JudgingWay] = WAYS) -> CompanyFigures:
    """Judge a simulated company.

    Args:
        folder: Where it was written. The database and answers of each way of judging go into ``judged`` there, as those
            of a replay: ``nabat incidents list --replay FOLDER/judged/shipped-defaults``.
        history: Days that are learned from; those after them are judged.
        ways: How to judge.

    Raises:
        InputError: The folder holds no simulated company, or no day is left to judge.
    """
    began = time.process_time()  # CPU time spent, not the time of day
    truth, asked = read_truth(folder), _parameters(folder)
    if not 0 < history < asked["days"]:
        raise InputError(Problem(what=f"history must be between 1 and {asked['days'] - 1} days"))
    border = datetime.fromisoformat(asked["start"] + "T00:00:00+00:00") + timedelta(days=history)
    settings = load_settings(folder / "nabat.yml")
    work = folder / "judged"
    rmtree(work, ignore_errors=True)
    begun = {file: lines[history - 1] for file, lines in truth.by_midnight.items()}
    cut_logs(folder, begun, work / "before", work / "after")
    before, after = (logs_of(settings, [str(work / part / file) for file in begun]) for part in ("before", "after"))
    learned = learn(settings, before, border, work / "history")
    decoder = build(settings, session_key=REPLAY_KEY).decoder
    recording = record(work / "turns", after, decoder, truth.scenes, begun, BATCH_LINES)
    played = [PlayedScene(scene, tuple(recording.events.get(scene.id, ()))) for scene in truth.scenes]
    judged = {way.title: judge(settings, way, learned, recording, work / way.folder) for way in ways}
    for part in ("before", "after", "history", "turns"):
        rmtree(work / part)
    return CompanyFigures(
        company=asked["company"],
        world=asked["world"],
        seed=asked["seed"],
        logs="+".join(asked["logs"]),
        staff=asked["staff"],
        days=asked["days"] - history,
        history=history,
        lines=recording.lines,
        rejects=recording.rejects,
        budget=settings.behaviour.false_incidents_a_month,
        seconds=round(time.process_time() - began, 1),
        leaks=_leaks(played, judged, border),
        ways={title: _incidents(judgement, played) for title, judgement in judged.items()},
    )


def _parameters(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / TRUTH).read_text(encoding="utf-8"))["parameters"]
    return told


def _leaks(played: Sequence[PlayedScene], judged: Mapping[str, Judgement], border: datetime) -> tuple[LeakFigures, ...]:
    leaks = [each for each in played if each.scene.leak]
    return tuple(
        LeakFigures(
            id=leak.scene.id,
            kind=leak.scene.kind,
            strength=leak.scene.strength,
            own=leak.scene.own,
            role=leak.scene.role,
            subjects=leak.scene.subjects,
            begins=leak.first_taken.isoformat(timespec="seconds"),
            span=(leak.last_taken - leak.first_taken).total_seconds(),
            outcomes={way: outcome(leak, each.cases, each.findings, leaks) for way, each in judged.items()},
        )
        for leak in leaks
        if leak.scene.begins >= border
    )


def _incidents(judgement: Judgement, played: Sequence[PlayedScene]) -> WayFigures:
    leaks = [each for each in played if each.scene.leak]
    oddities = [each for each in played if not each.scene.leak]
    kinds = [(about(case, leaks, oddities), case) for case in judgement.cases]
    false = [case for what, case in kinds if what is not Topic.LEAK]
    titles = [{finding.title for finding in case.findings} for case in false]
    return WayFigures(
        about=Counter(what for what, _ in kinds),
        by_behaviour=sum(any(f.detector is Detector.BEHAVIOUR for f in case.findings) for case in false),
        causes=Counter(title for some in titles for title in some),
    )
