"""Write a company of another shape into a folder: its logs, nabat.yml, files about its people, and the truth.

Comes in: where, which company and world, how many days, a seed. Goes out: the files, byte for byte the same for the
same arguments; they are written day by day. It does not read any clock.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from detector.simulate.arguments import Progress, check
from detector.simulate.companies import background
from detector.simulate.companies.business import Business
from detector.simulate.companies.company_config import nabat_yml
from detector.simulate.companies.scenes import LEAK_KINDS, ODDITY_KINDS, StagedScene, plan_scenes, play
from detector.simulate.companies.shape import WORLDS
from detector.simulate.companies.shapes import SHAPES
from detector.simulate.companies.staffing import portfolio_name, roles_csv, teams_csv
from detector.simulate.companies.tasks import workday
from detector.simulate.log_lines import DAY, seconds

LOGS = ("web", "audit")


def simulate_company(
    out: Path,
    company: str,
    days: int,
    seed: int,
    start: datetime,
    *,
    world: str = "plain",
    staff: int = 160,
    leaks: int = 12,
    logs: Sequence[str] = LOGS,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write ``days`` days of a company into the folder ``out`` and return the truth.

    Args:
        out: Folder to write to; made when it is missing, files of the same names are replaced.
        company: Its name in ``SHAPES``.
        days: How many days.
        seed: Same seed, same bytes.
        start: The first day; it begins at midnight UTC of that moment.
        world: ``plain`` or ``hard``.
        staff: About how many people work there.
        leaks: How many leaks; every kind comes once before any comes twice. Twice as many honest oddities happen.
        logs: Which logs are written: of the web server, of the application or database, or both, of the same acts.
        progress: Told (days done, days in all) after each day.

    Raises:
        InputError: An argument is out of range.
    """
    check(
        days, staff, leaks, start,
        f"company must be one of {', '.join(SHAPES)}" if company not in SHAPES else "",
        f"world must be one of {', '.join(WORLDS)}" if world not in WORLDS else "",
        "logs must be web, audit or both" if not logs or set(logs) - set(LOGS) else "",
        least_staff=20,
    )  # fmt: skip
    written = tuple(log for log in LOGS if log in logs)
    business = Business(SHAPES[company], WORLDS[world], seed, seconds(start) // DAY * DAY, days, staff, written)
    scenes = plan_scenes(business, leaks)
    books: dict[str, set[int]] = {scene.id: set() for scene in scenes}
    out.mkdir(parents=True, exist_ok=True)
    by_midnight: dict[str, list[int]] = {file: [] for file in business.log.files.values()}
    with ExitStack() as stack:
        files = {
            file: stack.enter_context((out / file).open("wb", buffering=1 << 20))
            for file in business.log.files.values()
        }
        for day in range(days):
            _live(business, scenes, books, day)
            _write(business, files, business.midnight(day + 1))
            for file, lines in business.log.numbers.items():
                by_midnight[file].append(lines)
            if progress is not None:
                progress(day + 1, days)
    truth = {
        "parameters": {
            "company": company, "world": world, "days": days, "seed": seed,
            "start": business.rota.date(0).isoformat(), "staff": staff, "leaks": leaks, "logs": list(written),
            "clients": business.clientele.count(business.midnight(days)), "lines": business.log.numbers,
            "lines_by_midnight": by_midnight,
            "holidays": [business.rota.date(day).isoformat() for day in sorted(business.rota.holidays)],
        },
        "leaks": [_told(business, scene, books) for scene in scenes if scene.leak and scene.id in business.log.traces],
        "oddities": [
            _told(business, scene, books) for scene in scenes if not scene.leak and scene.id in business.log.traces
        ],
    }  # fmt: skip
    texts = {
        "truth.json": json.dumps(truth, indent=1) + "\n",
        "roles.csv": roles_csv(business.shape, business.people),
        "teams.csv": teams_csv(business.people),
        "leave.csv": business.rota.leave_csv(business.people),
        "watched.csv": business.clientele.watched_csv(),
        "nabat.yml": nabat_yml(business.shape, business.terms, written),
    }
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    return truth


def _live(business: Business, scenes: Sequence[StagedScene], books: dict[str, set[int]], day: int) -> None:
    """Let a day happen."""
    business.begin_day(day)
    for scene in scenes:
        if play(business, scene, LEAK_KINDS if scene.leak else ODDITY_KINDS, day):
            books[scene.id].update(_own(business, scene))
    for person in business.people:
        workday(business, person, day)
    background.programs(business, day)
    background.health_checks(business, day)
    background.customers(business, day)
    background.scanners(business, day)


def _own(business: Business, scene: StagedScene) -> set[int]:
    keys = [business.caseload.key(person) for person in scene.people]
    keys += [scene.service.account] if scene.service else []
    return {client for key in keys for client in business.caseload.of(key)}


def _write(business: Business, files: Mapping[str, IO[bytes]], until: float) -> None:
    for file, text in business.log.due(until):
        files[file].write(text.encode())


def _told(business: Business, scene: StagedScene, books: dict[str, set[int]]) -> dict[str, Any]:
    """Return the truth about one scene."""
    trace = business.log.traces[scene.id]
    person = scene.people[0] if scene.people else None
    actors = scene.actors
    if not scene.people and not scene.service and business.shape.nobody and "audit" in business.logs:
        actors = [*actors, f"user:{business.shape.nobody}"]
    return {
        "id": scene.id,
        "kind": scene.kind,
        **({"strength": scene.strength, "quiet": scene.strength == "quiet"} if scene.leak else {}),
        "actor": actors[0],
        "actors": actors,
        "role": person.job.name if person else scene.service.kind if scene.service else "",
        "team": person.team if person else "",
        "portfolio": portfolio_name(person) if person else "",
        "service": business.shape.service,
        "services": [business.shape.service],
        "service_accounts": [scene.service.account] if scene.service else [],
        "source_ips": sorted(business.log.addresses[scene.id]),
        "own_share": round(len(trace.subjects & books[scene.id]) / max(len(trace.subjects), 1), 3),
        **trace.tell(),
    }
