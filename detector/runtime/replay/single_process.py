"""A replay in one process: the three stages called in a row.

Comes in: a plan. Goes out: the answers in its folder, and how much was done.
"""

from detector.runtime.components import build
from detector.runtime.detectors import left_out
from detector.runtime.replay.folder import clear
from detector.runtime.replay.judge_stage import Judging
from detector.runtime.replay.keep_stage import Keeping, decider
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.read_stage import LogReading
from detector.runtime.replay.stage_loop import Progress, drive, silent
from detector.runtime.replay.summary import Replayed


class Replay:
    """One replay.

    Attributes:
        left_out: What does not judge although it was meant to, in sentences.

    Raises:
        ConfigError: With every mistake in what the settings name.
    """

    def __init__(self, plan: ReplayPlan) -> None:
        self._plan = plan
        self._parts = build(plan.settings, session_key=plan.session_key)
        self.left_out = left_out(self._parts.skipped, self._parts.model_problem)

    def run(self, on_progress: Progress = silent) -> Replayed:
        """Replay and write the answers.

        Raises:
            InputError: A file cannot be read, or the folder cannot be used.
            StoreError: What is kept cannot be written.
        """
        plan, parts = self._plan, self._parts
        clear(plan.out, plan.settings.state)
        keeping = Keeping(plan.out, decider(plan.settings, parts.playbooks, parts.regulations))
        try:
            return drive(LogReading(plan, parts.decoder), Judging(parts.core, plan.held_findings), keeping, on_progress)
        finally:
            keeping.close()
