"""Day after day at Example Mutual, written down as its systems write.

Comes in: a stage and plans. Goes out: the rows of each day in order of time, and what the leaks and oddities among
them were (the truth), counted line by line as they are written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from detector.simulate.log_lines import iso
from detector.simulate.mutual import leaks, machines, oddities
from detector.simulate.mutual.leaks import ScenePlan
from detector.simulate.mutual.work import workday
from detector.simulate.stage import Stage
from detector.simulate.visit import BILLING, CRM, FILES, PORTAL, Row

SERVICES = {CRM: "crm", BILLING: "billing", PORTAL: "portal"}
_when = itemgetter(0)


@dataclass(slots=True)
class Company:
    """Plays the days in order and hands over rows that are due."""

    stage: Stage
    plans: list[ScenePlan] = field(default_factory=list)
    waiting: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FILES})

    def play(self, day: int) -> None:
        """Let a day happen; its rows wait until they are taken."""
        stage = self.stage
        for person in stage.world.people:
            workday(stage, person, day)
        machines.programs(stage, day)
        machines.health_checks(stage, day)
        machines.visitors(stage, day)
        machines.customers(stage, day)
        machines.scanners(stage, day)
        for plan in self.plans:
            if plan.day == day:
                self.act(plan)

    def act(self, plan: ScenePlan) -> None:
        """Let one scene happen."""
        (leaks if plan.kind in leaks.SCENES else oddities).run(self.stage, plan)

    def rows_until(self, until: float) -> dict[str, list[Row]]:
        """Hand over, by file and in order of time, the rows completed before ``until``."""
        due: dict[str, list[Row]] = {}
        for name in FILES:
            rows = self.waiting[name]
            fresh = self.stage.tape.rows[name]
            if fresh:
                rows = rows + fresh
                rows.sort(key=_when)
                self.stage.tape.rows[name] = []
            cut = _first_from(rows, until)
            due[name], self.waiting[name] = rows[:cut], rows[cut:]
        return due


def _first_from(rows: list[Row], until: float) -> int:
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle][0] < until:
            low = middle + 1
        else:
            high = middle
    return low


@dataclass(slots=True)
class _Trace:
    """Where the lines of one scene stand."""

    lines: dict[str, list[list[int]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    def add(self, file: str, number: int, when: float) -> None:
        """Note a line; neighbours become one span."""
        spans = self.lines.setdefault(file, [])
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
        self.counts[file] = self.counts.get(file, 0) + 1
        stamp = iso(when if file == PORTAL else float(int(when)))
        self.first = min(self.first or stamp, stamp)
        self.last = max(self.last, stamp)


@dataclass(slots=True)
class Truth:
    """What really happened, learned from the rows as they are written."""

    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FILES, 0))
    _traces: dict[str, _Trace] = field(default_factory=dict)

    def note(self, file: str, rows: Sequence[Row]) -> None:
        """Count rows that have just been written to a file."""
        before = self.numbers[file]
        for number, (when, tag, _) in enumerate(rows, before + 1):
            if tag:
                self._traces.setdefault(tag, _Trace()).add(file, number, when)
        self.numbers[file] = before + len(rows)

    def tell(self, stage: Stage, plans: Iterable[ScenePlan]) -> list[dict[str, Any]]:
        """Return what is known about the scenes that left lines, in order of plans."""
        return [self._scene(stage, plan, self._traces[plan.id]) for plan in plans if plan.id in self._traces]

    def _scene(self, stage: Stage, plan: ScenePlan, trace: _Trace) -> dict[str, Any]:
        deed = stage.tape.deeds[plan.id]
        main = max(trace.counts, key=lambda name: (trace.counts[name], name))
        return {
            "id": plan.id,
            "kind": plan.kind,
            "actor": plan.actor,
            "role": plan.person.role if plan.person else "service" if plan.program else "",
            "quiet": plan.quiet,
            "service": SERVICES[main],
            "services": sorted(SERVICES[name] for name in trace.counts),
            "source_ips": sorted(deed.addresses),
            "first_event_at": trace.first,
            "last_event_at": trace.last,
            "subjects": len(deed.subjects),
            "subject_ids": sorted(map(str, deed.subjects)),
            "records": deed.records,
            "data_classes": sorted(deed.classes),
            "events": sum(trace.counts.values()),
            "lines": trace.lines,
        }
