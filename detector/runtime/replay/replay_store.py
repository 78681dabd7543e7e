"""What a replay holds: its own database and journal, and the findings that wait until all are known.

Comes in: events and findings. Goes out: alerts and incidents, and at the end the three files. It pages nobody. Findings
are decided about at the end, in order of their moments, so that they give the same alerts and incidents whenever a late
line was read. Where they are many they wait in a database of their own.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Self

import polars as pl

from detector.runtime.decide import Decider
from detector.runtime.replay.folder import DATABASE, JOURNAL, WAITING, exclusive, publish, remove_database
from detector.runtime.replay.write_answers import write_findings, write_incidents
from detector.schema.case.incidents import Decisions
from detector.schema.detection.findings import Finding
from detector.schema.detection.work_exceptions import WorkException
from detector.store import Journal, JournalBuffer, Store

# Findings decided about in one transaction.
DECIDED = 2_000
# Touches kept in memory before they are written: a year of them does not fit.
PENDING_TOUCHES = 25_000


def open_database(out: Path, name: str = DATABASE) -> Store:
    """Open a database of a replay. Nothing in it has to outlive a power cut: a replay can be repeated."""
    return Store.open(f"sqlite:///{(out / name).absolute()}", durable=False)


class ReplayStore:
    """Database, journal and answers in one folder, which no other replay writes to meanwhile.

    Args:
        out: The folder.
        decider: Takes findings to incidents.

    Raises:
        InputError: Another replay writes there.
    """

    def __init__(self, out: Path, decider: Decider) -> None:
        self._out, self._decider = out, decider
        with ExitStack() as opened:
            opened.enter_context(exclusive(out))
            self._store = opened.enter_context(closing(open_database(out)))
            self._journal = Journal(out / JOURNAL, self._store, durable=False)
            self._opened = opened.pop_all()
        self._touches = JournalBuffer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def expect(self, exceptions: Sequence[WorkException]) -> None:
        """Take exceptions for planned work into account."""
        with self._store.begin() as unit:
            unit.exceptions.save(*exceptions)

    def add_touches(self, events: pl.DataFrame) -> None:
        """Take the touches of client data among events into the journal."""
        self._touches.append(events)
        if self._touches.rows > PENDING_TOUCHES:
            self._write_touches()

    def add_reasons(self, reasons: Sequence[pl.DataFrame]) -> None:
        """Take in why touches were made."""
        self._touches.append_reasons(reasons)

    def set_aside(self, findings: Sequence[Finding]) -> None:
        """Let findings wait outside of memory, merged with those of the same id that wait there."""
        with closing(open_database(self._out, WAITING)) as store, store.begin() as unit:
            unit.incidents.save(Decisions(findings=tuple(findings)))

    def decide(self, last: Sequence[Finding]) -> None:
        """Decide about all findings: those set aside and the last ones."""
        self._write_touches()
        if not (self._out / WAITING).exists():
            self._decide(last)
            return
        if last:
            self.set_aside(last)
        for some in self._waiting():
            self._decide(some)

    def write_answers(self) -> tuple[int, int, int]:
        """Write the three files, which appear when all of them are whole; return how many rows each has.

        Raises:
            StoreError: They cannot be written.
        """
        findings = write_findings(self._out, self._store, self._decider.settings.language)
        alerts, incidents = write_incidents(self._out, self._store, self._journal, self._decider)
        publish(self._out)
        return findings, alerts, incidents

    def _write_touches(self) -> None:
        if self._touches.rows or self._touches.reasons:
            with self._store.begin() as unit:
                self._journal.write(unit, self._touches.drain())

    def _waiting(self) -> Iterator[Sequence[Finding]]:
        with closing(open_database(self._out, WAITING)) as store, store.read() as unit:
            found = unit.incidents.all_findings()
            while some := tuple(islice(found, DECIDED)):
                yield some
        remove_database(self._out, WAITING)

    def _decide(self, findings: Sequence[Finding]) -> None:
        if findings:
            with self._store.begin() as unit:
                self._decider.decide(unit, findings, max(finding.at for finding in findings))
