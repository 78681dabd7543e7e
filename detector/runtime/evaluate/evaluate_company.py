"""One simulated company from its folder to its figures.

Comes in: the folder that ``nabat simulate --company`` wrote, and how many of its days are history. Goes out: figures of
each way of judging. Leaks that begun before the judged days are no part of recall, and incidents about them are not
false.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

from detector.errors import InputError, Problem
from detector.runtime.components import build
from detector.runtime.evaluate.announced_work import Announcement
from detector.runtime.evaluate.cut_logs import cut_logs
from detector.runtime.evaluate.figures import CompanyFigures, LeakFigures, WayFigures
from detector.runtime.evaluate.matching import PlayedScene, Topic, about, outcome
from detector.runtime.evaluate.plain_forest import PlainForest
from detector.runtime.evaluate.recording import Recording, record
from detector.runtime.evaluate.trial import PLAIN_FOREST, WAYS, History, Judgement, JudgingWay, fold, judge, learn
from detector.runtime.evaluate.truth import TRUTH, read_truth
from detector.runtime.replay.batch_lines import BATCH_LINES
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import REPLAY_KEY
from detector.schema.detection.findings import Detector
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings


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
    watch = _Watch()
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
    watch.note("learning")
    decoder = build(settings, session_key=REPLAY_KEY).decoder
    recording = record(work / "turns", after, decoder, truth.scenes, begun, BATCH_LINES)
    watch.note("decoding")
    played = [PlayedScene(scene, tuple(recording.events.get(scene.id, ()))) for scene in truth.scenes]
    announced = {
        way.title: Announcement.of((s for s in truth.scenes if not s.leak), border, way.announced, asked["seed"])
        for way in ways
        if way.announced
    }
    judged = _by_nabat(settings, learned, recording, ways, announced, work, watch)
    budget = settings.behaviour.false_incidents_a_month
    judged |= _by_plain_forest(learned, recording, [way for way in ways if way.plain], budget, history)
    watch.note(PLAIN_FOREST.title)
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
        budget=budget,
        seconds=watch.whole,
        leaks=_leaks(played, judged, border),
        ways={
            way.title: replace(
                _incidents(judged[way.title], played),
                group=way.group,
                budget=way.budget or (budget if way.behaviour else 0.0),
                announced=len(announced[way.title].scenes) if way.title in announced else 0,
                planned=announced[way.title].planned if way.title in announced else 0,
                seconds=watch.spent.get(way.title, 0.0),
            )
            for way in ways
        },
        steps={name: seconds for name, seconds in watch.spent.items() if name not in {way.title for way in ways}},
        hidden=asked["leaks"],
        oddities=sum(scene.ends >= border for scene in truth.scenes if not scene.leak),
    )


def _by_nabat(
    settings: Settings,
    learned: History,
    recording: Recording,
    ways: Sequence[JudgingWay],
    announced: Mapping[str, Announcement],
    work: Path,
    watch: "_Watch",
) -> dict[str, Judgement]:
    """Judge in all ways that are Nabat's own: by one pass over the lines with history, and one without."""
    judged: dict[str, Judgement] = {}
    for known, name in ((learned, "with history"), (None, "without history")):
        some = [way for way in ways if not way.plain and way.history is (known is not None)]
        if not some:
            continue
        folded = fold(settings, known, recording, some, work / name.replace(" ", "-"))
        watch.note(f"detection {name}")
        for way in some:
            judged[way.title] = judge(folded, way, work / way.folder, announced.get(way.title))
            watch.note(way.title)
        rmtree(folded.store)
    return judged


def _by_plain_forest(
    learned: History, recording: Recording, ways: Sequence[JudgingWay], budget: float, days: int
) -> dict[str, Judgement]:
    if not ways:
        return {}
    forest = PlainForest.fitted(learned.touches, [turn.path for turn in recording], days)
    return {way.title: forest.judge(way.budget or budget) for way in ways}


class _Watch:
    """CPU time spent, by what it was spent on; not the time of day."""

    def __init__(self) -> None:
        self._began = self._last = time.process_time()
        self.spent: dict[str, float] = {}

    def note(self, what: str) -> None:
        """Say what the time since the last call was spent on."""
        now = time.process_time()
        self.spent[what] = round(now - self._last, 2)
        self._last = now

    @property
    def whole(self) -> float:
        """All of it."""
        return round(time.process_time() - self._began, 1)


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
