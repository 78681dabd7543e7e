"""Who begins on one day: honest newcomers, and a thief who gives himself names, judged by the shipped rules.

    python -m tests.bench.newcomers [--seeds 101 102 103 104] [--staff 120]

Comes in: seeds. Goes out: for each way in which people may begin in a simulated company, and for each way to share
3,000 clients among invented names in a day, how many incidents there were about whom, and on the day itself the most
new accounts that read three clients or more from one network. The figures stand in
docs/adr/0059-newcomers-by-the-day.md.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import argparse
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from detector.frames import wide_networks
from detector.runtime.components import build
from detector.simulate.log_lines import seconds
from detector.simulate.mutual.company import Company
from detector.simulate.settings import replay_text
from detector.simulate.stage import Stage
from detector.simulate.visit import FILES, Visit
from detector.simulate.world import StaffMember, World, build_world, dice, roles_csv
from tests.bench.judging import DAY, KEY, START, by_rules, events_of, incidents

BEGIN, LATER = 4, 9
"""Days, from a Monday on, on which they begin: a Friday; or the next Wednesday, when a week is known."""
NAT = "198.51.100.77"
_THEIRS = ("ip:", "user:new.", "user:thief-")
_NETWORKS = re.compile(r"(?m)^  networks:\n(?:    .*\n)+")
Play = Callable[[Stage, int], None]


@dataclass(frozen=True, slots=True)
class Case:
    """Something that happens from a day on.

    Attributes:
        begin: The day.
        hired: How many begin on that day.
        office: they sit in the named network of the house.
        unnamed: The networks have no names in the configuration.
        plain: The accounts of customers have no role.
        play: What else happens on a day.
    """

    name: str
    begin: int = BEGIN
    hired: int = 0
    office: bool = False
    unnamed: bool = False
    plain: bool = False
    play: Play = lambda stage, day: None


def invented(
    names: int, clients: int, *, addresses: int = 1, days: int = 1, ipv6: bool = False, seeded: int = 0
) -> Case:
    """Return a thief who shares clients out among names, spread evenly over days; all came by so many days before."""
    begin = LATER if seeded else BEGIN
    where = "2001:db8:7:{:x}::1" if ipv6 else "203.0.113.{}"

    def play(stage: Stage, day: int) -> None:
        if seeded and day == begin - seeded:
            for n in range(names):
                at = stage.midnight(day) + 43_200 + 60 * n
                Visit(stage.tape, dice(n), f"thief-{begin}-{n}", "", where.format(40), "Mozilla/5.0", at).crm(
                    "GET", "/static/logo.png", 200, 4_000
                )
        if not begin <= day < begin + days:
            return
        luck, each = dice("thief", stage.seed, day), names // days
        taken = [stage.any_client(luck) for _ in range(each * clients)]
        for n in range(each):
            address = where.format(40 + n % addresses)
            visit = Visit(stage.tape, luck, f"thief-{day}-{n}", "", address, "Mozilla/5.0", 0.0)
            for k in range(n * clients, (n + 1) * clients):  # one name after another
                visit.now = stage.midnight(day) + 86_400 * k / len(taken)
                visit.view(taken[k])

    how = [f"{names} names × {clients} clients"]
    how += [f"{addresses} {'networks of a /48' if ipv6 else 'addresses of a /24'}"] if addresses > 1 else []
    how += [f"{days} days"] if days > 1 else []
    how += [f"seen {seeded} days before"] if seeded else []
    return Case(", ".join(how), begin, play=play)


HONEST = (
    Case("nobody begins"),
    Case("a branch of 12", hired=12),
    Case("a call centre hires 30", hired=30),
    Case("a call centre hires 30, in the office", hired=30, office=True),
    Case("a call centre hires 38", LATER, hired=38),
    Case("a call centre hires 30, no network has a name", hired=30, unnamed=True),
    Case("no network has a name", LATER, unnamed=True),
    Case("customers have no role", LATER, plain=True),
)
THEFTS = (
    invented(200, 15),
    invented(50, 60),
    invented(100, 30),
    invented(600, 5),
    invented(1000, 3),
    invented(200, 15, addresses=50),
    invented(200, 15, addresses=50, ipv6=True),
    invented(200, 15, days=3),
    invented(45, 30),
    invented(40, 75),
    invented(38, 300),
    invented(38, 300, addresses=38),
    invented(1500, 2),
    invented(200, 15, seeded=2),
    invented(200, 15, seeded=8),
)


def write(folder: Path, case: Case, seed: int, staff: int) -> None:
    """Write a company in which this happens."""
    world = build_world(staff)
    hired = tuple(
        StaffMember(
            f"new.{n}", "operator", n, f"192.0.2.{10 + n}" if case.office else NAT, "day", 0.0, False, n % 5, False
        )
        for n in range(case.hired)
    )
    stage = Stage(world, seed, seconds(START))
    company = Company(stage)
    lines: dict[str, list[str]] = {name: [] for name in FILES}
    for day in range(case.begin + 3):
        stage.world = world if day < case.begin else World((*world.people, *hired))
        company.play(day)
        case.play(stage, day)
        for name, rows in company.rows_until(stage.midnight(day + 1)).items():
            lines[name] += [row[2] for row in rows]
    for name, texts in lines.items():
        text = "".join(texts)
        (folder / name).write_text(text.replace('"role":"customer"', '"role":""') if case.plain else text)
    (folder / "roles.csv").write_text(roles_csv(world))
    text = replay_text()
    (folder / "nabat.yml").write_text(_NETWORKS.sub("", text) if case.unnamed else text)


def most_newcomers(events: pl.DataFrame, begin: int) -> int:
    """Return the most accounts of one network that read clients that day, three or more, and none a week before."""
    reads = events.filter(pl.col("user.id").is_not_null() & (pl.col("subject.ids").list.len() > 0))
    customers = reads["user.roles"].list.contains("customer").fill_null(value=False)
    reads = reads.filter(~customers).with_columns(wide_networks(reads.filter(~customers)).alias("network"))
    day = (pl.col("@timestamp") - START).dt.total_days()
    first = reads.group_by("user.id").agg(day.min().alias("first"))
    young = reads.join(
        first.filter((pl.col("first") == begin) | (pl.col("first") >= max(7, begin - 6))), on="user.id"
    ).filter(day == begin)
    each = young.explode("subject.ids").group_by("network", "user.id").agg(pl.col("subject.ids").n_unique())
    many = each.drop_nulls("network").filter(pl.col("subject.ids") >= 3).group_by("network").len()
    return int(many["len"].max() or 0)  # type: ignore[arg-type]


def measure(case: Case, seed: int, staff: int) -> tuple[set[str], int]:
    """Return the rules behind incidents that name addresses or newcomers, and the most newcomers of one network."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, case, seed, staff)
        settings, events = events_of(folder)
        parts = build(settings, session_key=KEY)
        cases = incidents(parts, by_rules(parts, events), folder)
    told = {
        finding.title
        for _, findings in cases
        for finding in findings
        if finding.actor_id.startswith(_THEIRS) and finding.at >= START + case.begin * DAY
    }
    return told, most_newcomers(events, case.begin)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104])
    parser.add_argument("--staff", type=int, default=120)
    parser.add_argument("--only", default="", help="Part of the name of the cases to measure.")
    asked = parser.parse_args()
    for case in (*HONEST, *THEFTS):
        if asked.only not in case.name:
            continue
        found = [measure(case, seed, asked.staff) for seed in asked.seeds]
        rules = Counter(title for told, _ in found for title in told)
        print(f"{case.name}: {[most for _, most in found]} newcomers")
        for title, times in sorted(rules.items()):
            print(f"    {times} of {len(found)}: {title}", flush=True)


if __name__ == "__main__":
    main()
