"""What the new configuration would have said about the logs it was made from.

Comes in: the file that was written, the logs, a folder. Goes out: incidents and counts of a replay, for a person to
read. A replay pages nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from detector.runtime.incidents.incident_deps import checklists
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes
from detector.runtime.replay.folder import JOURNAL
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Progress, Replay, Replayed, silent
from detector.runtime.replay.replay_store import open_database
from detector.schema.case.incidents import Incident, Scope
from detector.schema.detection.findings import Finding
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.loading.load_settings import load_settings
from detector.store import Journal

MOST_BYTES = 1 << 30
"""Logs larger than this are not replayed without being asked for: it would take minutes."""
_SPARE = (("database",), ("notify", "targets"), ("web",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What came out.

    Attributes:
        done: How much was read and found.
        incidents: The most severe first, each with whose data it touched.
        touches / clients: Requests that touched clients' data, and how many clients.
        left_out: What does not judge although it was meant to.
        weaker: Findings that opened no incident, the worst first: each an actor, what was said, and why.
    """

    done: Replayed
    incidents: tuple[tuple[Incident, Scope], ...]
    touches: int
    clients: int
    left_out: tuple[str, ...]
    weaker: tuple[Finding, ...] = ()


def too_large(files: Sequence[str]) -> int:
    """Return the bytes of the logs if they are more than a preview replays, else 0."""
    size = sum(Path(file).stat().st_size for file in files)
    return size if size > MOST_BYTES else 0


def preview(
    config: Path,
    files: Sequence[str],
    out: Path,
    on_progress: Progress = silent,
) -> Preview:
    """Replay the logs by the configuration.

    Raises:
        InputError: A file cannot be read, or the folder cannot be used.
        ConfigError: The configuration has a mistake.
        StoreError: What is found cannot be written.
    """
    settings = load_settings(config, spare=_SPARE)
    plan = ReplayPlan(settings=settings, logs=logs_of(settings, files), out=out)
    work = Replay(plan)
    done = work.run(on_progress)
    store = open_database(out)
    try:
        journal = Journal(out / JOURNAL, store, durable=False)
        with store.read() as unit:
            found = unit.incidents.newest(limit=1000)
            told = {each for alert in unit.incidents.all_alerts() if alert.incident_id for each in alert.finding_ids}
            weaker = [each for each in unit.incidents.all_findings() if each.id not in told]
            behind = {one.id: unit.incidents.incident_findings(one.id) for one in found}
        scopes = IncidentScopes(journal, CompanyLists.read(settings, only=("watched",)).watched, checklists(settings))
        scoped = [(one, scopes.scope(one, behind[one.id])) for one in found]
        touches, clients = _touched(journal)
    finally:
        store.close()
    return Preview(
        done=done,
        incidents=tuple(sorted(scoped, key=lambda one: (-one[0].severity.rank, -one[1].subjects, one[0].number))),
        touches=touches,
        clients=clients,
        left_out=tuple(map(str, work.left_out)),
        weaker=tuple(sorted(weaker, key=lambda one: (-one.severity.rank, -one.subject_count, -one.score, one.at))),
    )


def _touched(journal: Journal) -> tuple[int, int]:
    something = (pl.col("event.outcome") != "failure") & (pl.col("record.count") != 0).fill_null(value=True)
    touched = journal.scan().filter(something).select("subject.ids").collect()
    clients = touched.get_column("subject.ids").explode().drop_nulls().n_unique()
    return touched.height, clients
