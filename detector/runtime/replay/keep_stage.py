"""The third stage of a replay: findings become decisions, and all of it the answers.

Comes in: ``Ripe`` by ``Ripe``. Goes out: the replay's own database and journal in its folder, and at the end the three
files. It pages nobody. Findings wait until all are known, in a database of their own where they are many: decided about
in order of their moments, they give the same alerts and incidents whenever a late line was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

from detector.incident import Playbook, Regulation
from detector.runtime.decide import Decider
from detector.runtime.replay import write_answers
from detector.runtime.replay.folder import JOURNAL, WAITING, appear, exclusive, forget
from detector.runtime.replay.stage_values import Answered, Ripe
from detector.schema.decisions import Decisions
from detector.schema.findings import Finding
from detector.settings import Settings
from detector.store import Journal

# The name under which the number of what was kept last stands in the database.
_KEPT = "replay.kept"
# Findings decided about in one transaction.
DECIDED = 2_000


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
            opened.enter_context(exclusive(out))
            self._store = write_answers.database(out)
            opened.callback(self._store.close)
            self._journal = Journal(out / JOURNAL, self._store, durable=False)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the databases and let go of the folder."""
        self._opened.close()

    def write(self, ripe: Ripe) -> None:
        """Write what is ripe, and decide with the last; what was kept already, also before a crash, is not kept again.

        Findings that wait are merged, and deciding again about what was decided changes nothing: a crash between the
        transactions is made good by doing it again.
        """
        with self._store.read() as unit:
            if ripe.number <= int(unit.kv.get(_KEPT) or 0):
                return
        if ripe.findings and (self._many or not ripe.last):
            self._wait(ripe.findings)
        if ripe.last:
            for some in self._all() if self._many else (ripe.findings,):
                self._decide(some)
        with self._store.begin() as unit:
            unit.kv.set(_KEPT, str(ripe.number))
            if ripe.touches:
                self._journal.write(unit, ripe.touches)

    @property
    def _many(self) -> bool:
        return (self._out / WAITING).exists()

    def _wait(self, findings: Sequence[Finding]) -> None:
        with closing(write_answers.database(self._out, WAITING)) as store, store.begin() as unit:
            unit.incidents.save(Decisions(findings=tuple(findings)))

    def _all(self) -> Iterator[Sequence[Finding]]:
        with closing(write_answers.database(self._out, WAITING)) as store, store.read() as unit:
            found = unit.incidents.all_findings()
            while some := tuple(islice(found, DECIDED)):
                yield some
        forget(self._out, WAITING)

    def _decide(self, findings: Sequence[Finding]) -> None:
        if findings:
            with self._store.begin() as unit:
                self._decider.decide(unit, findings, max(finding.at for finding in findings))

    def answer(self) -> Answered:
        """Write the three files; they appear when all of them are whole.

        Raises:
            StoreError: They cannot be written.
        """
        found = write_answers.findings(self._out, self._store, self._decider.settings.language)
        matters = self.answer_matters()
        appear(self._out)
        return replace(matters, findings=found)

    def answer_matters(self) -> Answered:
        """Write all but the findings; nothing appears yet.

        Raises:
            StoreError: It cannot be written.
        """
        alerts, incidents = write_answers.write_incidents(self._out, self._store, self._journal, self._decider)
        return Answered(findings=0, alerts=alerts, incidents=incidents)
