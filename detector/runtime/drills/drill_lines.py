"""The lines of a scenario, as a system would write them into its audit log.

Comes in: a scenario, the number of the drill, when it began. Goes out: each line with the moment at which it is
written. The same drill gives the same lines, so that a service that is started anew reads what it read before.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from detector.incident.drills import DrillLines, Scenario
from detector.schema.team.drills import PREFIX, Drill

SERVICE = "drill"
SOURCE = "drill"
"""Name of the source that the lines come from; a configured one of the same name has another stream."""
FORMAT = "audit.json"


@dataclass(frozen=True, slots=True, order=True)
class TimedLine:
    """One line, and when it is written; of two at one moment the one that stands first in the scenario is first."""

    due_at: datetime
    place: int
    text: str


def planted(number: int) -> str:
    """Return the id of the drill's planted client."""
    return f"{PREFIX}{number}-planted"


def watched(scenario: Scenario, number: int) -> frozenset[str]:
    """Return the ids of the drill's watched clients."""
    some = [step.lines for step in scenario.steps if step.lines is not None and step.lines.watched]
    return frozenset(_client(each, number, at) for each in some for at in range(each.count))


def lines_of(scenario: Scenario, drill: Drill, zone: ZoneInfo) -> Sequence[TimedLine]:
    """Return the lines of a drill that has begun, in the order they are written."""
    began, found = drill.started_at or drill.asked_at, list[TimedLine]()
    for step in scenario.steps:
        if step.lines is not None:
            first = began + step.after
            found += (
                TimedLine(due, len(found) + at, text)
                for at, (due, text) in enumerate(_written(step.lines, drill.number, first, zone))
            )
    return sorted(found)


def _written(lines: DrillLines, number: int, first: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    dated = _last_at(lines, first, zone)
    for at in range(lines.count):
        later = at * lines.every
        yield first + later, _text(lines, number, at, dated + later)


def _last_at(lines: DrillLines, first: datetime, zone: ZoneInfo) -> datetime:
    """Return how the first line is dated: as it is written, or at the last such hour before."""
    if lines.clock is None:
        return first
    local = first.astimezone(zone)
    moment = datetime.combine(local.date(), lines.clock, zone)
    while moment.astimezone(UTC) + lines.took > first:
        moment = datetime.combine(moment.date() - timedelta(days=1), lines.clock, zone)
    return moment.astimezone(UTC)


def _client(lines: DrillLines, number: int, at: int) -> str:
    return f"{PREFIX}{number}-{lines.first + at:05}"


def _text(lines: DrillLines, number: int, at: int, moment: datetime) -> str:
    said: dict[str, object] = {
        "ts": moment.isoformat(timespec="milliseconds"),
        "user": f"{PREFIX}{number}-{lines.user}",
        "ip": lines.address,
        "action": lines.action,
        "object": lines.object,
        "service": SERVICE,
        "status": "ok",
    }
    if lines.clients:
        said["client_id"] = planted(number) if lines.planted else _client(lines, number, at)
    if lines.rows is not None:
        said["rows"] = lines.rows
    if lines.session:
        said["session"] = f"{PREFIX}{number}-{lines.session}"
    if lines.agent:
        said["ua"] = lines.agent
    return json.dumps(said, ensure_ascii=False)
