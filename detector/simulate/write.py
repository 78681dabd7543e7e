"""Write a simulated company into a folder: three logs, nabat.yml, roles.csv and truth.json.

Comes in: where, how many days, a seed and the first day. Goes out: the files, byte for byte the same for the same
arguments. It does not read any clock.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from detector.simulate.arguments import Progress, check
from detector.simulate.log_lines import DAY, seconds
from detector.simulate.mutual import plans
from detector.simulate.mutual.company import Company, Truth
from detector.simulate.settings import replay_text
from detector.simulate.stage import Stage
from detector.simulate.visit import FILES
from detector.simulate.world import CANARIES, CLIENTS, build_world, roles_csv


def simulate(
    out: Path,
    days: int,
    seed: int,
    start: datetime,
    *,
    staff: int = 120,
    leaks: int = 12,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write ``days`` days of a simulated company into the folder ``out`` and return the truth.

    Args:
        out: Folder to write to; made when it is missing, files of the same names are replaced.
        days: How many days.
        seed: Same seed, same bytes.
        start: The first day; it begins at midnight UTC of that moment.
        staff: About how many people work there.
        leaks: How many leaks; every kind comes once before any comes twice. Fewer happen when nobody is left to do one.
        progress: Told (days done, days in all) after each day.

    Raises:
        InputError: An argument is out of range.
    """
    check(days, staff, leaks, start, least_staff=10)
    origin = seconds(start) // DAY * DAY
    stage = Stage(build_world(staff), seed, origin, launches=plans.plan_launches(seed, days))
    leaking = plans.plan_leaks(stage, days, leaks)
    odd = plans.plan_oddities(stage, days, leaking)
    company, truth = Company(stage, [*leaking, *odd]), Truth()
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = {name: stack.enter_context((out / name).open("wb", buffering=1 << 20)) for name in FILES}
        for day in range(days):
            company.play(day)
            _write(company, truth, files, stage.midnight(day + 1))
            if progress is not None:
                progress(day + 1, days)
    told = {
        "parameters": {
            "days": days, "seed": seed, "start": company.stage.date(0).isoformat(), "staff": staff, "leaks": leaks,
            "clients": CLIENTS, "canaries": [str(client) for client in CANARIES],
            "lines": truth.numbers, "launch_days": sorted(stage.date(day).isoformat() for day in stage.launches),
        },
        "leaks": truth.tell(stage, leaking),
        "oddities": truth.tell(stage, odd),
    }  # fmt: skip
    (out / "truth.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (out / "roles.csv").write_text(roles_csv(stage.world), encoding="utf-8")
    (out / "nabat.yml").write_text(replay_text(), encoding="utf-8")
    return told


def _write(company: Company, truth: Truth, files: Mapping[str, IO[bytes]], until: float) -> None:
    for name, rows in company.rows_until(until).items():
        files[name].write("".join([row[2] for row in rows]).encode())
        truth.note(name, rows)
