"""A replay in one process: the three stages called in a row.

Comes in: a plan. Goes out: the answers in its folder, and how much was done.
"""

from detector.runtime.detectors import left_out
from detector.runtime.parts import build
from detector.runtime.replay.done import Replayed
from detector.runtime.replay.drive import Progress, drive, silent
from detector.runtime.replay.folder import clear
from detector.runtime.replay.judging import Judging
from detector.runtime.replay.keeping import Keeping, decider
from detector.runtime.replay.plan import Plan
from detector.runtime.replay.reading import Reading


class Replay:
    """One replay.

    Attributes:
        left_out: What does not judge although it was meant to, in sentences.

    Raises:
        ConfigError: With every mistake in what the settings name.
    """

    def __init__(self, plan: Plan) -> None:
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
            return drive(Reading(plan, parts.decoder), Judging(parts.core), keeping, on_progress)
        finally:
            keeping.close()
