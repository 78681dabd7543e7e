"""The third stage of a replay: findings become decisions, and all of it the answers.

Comes in: ``Ripe`` by ``Ripe``. Goes out: the replay's own database and journal in its folder, and at the end the three
files. It pages nobody.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from detector.incident import Playbook, Regulation
from detector.runtime.decide import Decider
from detector.runtime.replay import answering
from detector.runtime.replay.folder import JOURNAL, appear, held
from detector.runtime.replay.handed import Answered, Ripe
from detector.settings import Settings
from detector.store import Journal

# The name under which the number of what was kept last stands in the database.
_KEPT = "replay.kept"


def decider(settings: Settings, playbooks: Mapping[str, Playbook], regulations: Mapping[str, Regulation]) -> Decider:
    """Return what takes findings to incidents dated by event time, and pages nobody."""
    return Decider(settings=settings, playbooks=playbooks, regulations=regulations, event_time=True)


class Keeping:
    """Database, journal and answers in one folder.

    Args:
        out: The folder.
        decides: Takes findings to incidents.

    Raises:
        InputError: Another replay writes there.
    """

    def __init__(self, out: Path, decides: Decider) -> None:
        self._out, self._decider = out, decides
        with ExitStack() as opened:
            opened.enter_context(held(out))
            self._store = answering.database(out)
            opened.callback(self._store.close)
            self._journal = Journal(out / JOURNAL, self._store, durable=False)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the database and let go of the folder."""
        self._opened.close()

    def keep(self, ripe: Ripe) -> None:
        """Decide and write, in one transaction; what was kept already, also before a crash, is not kept again."""
        with self._store.begin() as unit:
            if ripe.number <= int(unit.meta(_KEPT) or 0):
                return
            unit.set_meta(_KEPT, str(ripe.number))
            if ripe.findings:
                self._decider.decide(unit, ripe.findings, max(finding.at for finding in ripe.findings))
            if ripe.touches:
                self._journal.write(unit, ripe.touches)

    def answer(self) -> Answered:
        """Write the three files; they appear when all of them are whole.

        Raises:
            StoreError: They cannot be written.
        """
        found = answering.findings(self._out, self._store, self._decider.settings.language)
        matters = self.answer_matters()
        appear(self._out)
        return replace(matters, findings=found)

    def answer_matters(self) -> Answered:
        """Write all but the findings; nothing appears yet.

        Raises:
            StoreError: It cannot be written.
        """
        alerts, incidents = answering.matters(self._out, self._store, self._journal, self._decider)
        return Answered(findings=0, alerts=alerts, incidents=incidents)
