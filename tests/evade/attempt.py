"""One try: a trick's lines among honest work, through replay or a running service, and what was said of them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from detector.clock import SystemClock
from detector.incident import load_playbooks
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.schema.case.incidents import Incident, IncidentKind, Scope
from detector.settings.loading.load_settings import load_settings
from detector.store import Journal, Store
from tests.evade.house import BEFORE, HONEST, Line, honest, in_order, write_config, written
from tests.evade.tricks import Lines, Trick
from tests.runtime.places import Daemon

ORIGIN = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
"""When a trick begins in replay: a Monday, by day."""
_UNSEEN = frozenset({IncidentKind.BLIND_SPOT, IncidentKind.HISTORY, IncidentKind.DRILL})
_CHUNK, _PAUSE = 400, 0.05
_PATIENCE = 40.0


Told = tuple[tuple[Incident, Scope], ...]
"""What was said of one try: the incidents with the scope of each."""
Way = Callable[[Trick, Lines, Path], Told]


def wronged(told: Told) -> list[str]:
    """Return the honest people an incident is about."""
    return sorted({each.actor_id for each, _ in told} & {f"user:{name}" for name in HONEST})


def try_in_replay(trick: Trick, made: Lines, folder: Path) -> Told:
    """Write the files and replay them."""
    lines = _around(trick, made, ORIGIN)
    config = write_config(folder, **trick.settings)
    for name, path in written(folder).items():
        path.write_bytes(b"".join(line.text for line in lines if line.log == name))
    return replayed(config, folder / "replay")


def replayed(config: Path, out: Path) -> Told:
    """Replay the logs of a configuration."""
    settings = load_settings(config)
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, []), out=out)).run()
    return _told(f"sqlite:///{out / 'nabat.db'}", out / "journal")


def try_live(trick: Trick, made: Lines, folder: Path) -> Told:
    """Run the service, write the lines in bursts as they would come by themselves, but without the time between."""
    config = write_config(folder, **trick.settings)
    settings = load_settings(config)
    for path in written(folder).values():
        path.touch()
    daemon = Daemon(config).start()
    try:
        # Files that are there at the very first start are read from their end: it must have seen them.
        until = time.monotonic() + _PATIENCE
        while not any((settings.state / "snapshots").glob("*")) and time.monotonic() < until:
            time.sleep(0.1)
        lines = _around(trick, made, _live_origin(trick, made))
        files = {name: path.open("ab", buffering=0) for name, path in written(folder).items()}
        for at in range(0, len(lines), _CHUNK):
            for line in lines[at : at + _CHUNK]:
                files[line.log].write(line.text)
            time.sleep(_PAUSE)
        for file in files.values():
            file.close()
        until = time.monotonic() + _PATIENCE
        while trick.missing(told := _told(settings.database_url, settings.state / "journal")):
            if time.monotonic() > until:
                break
            time.sleep(1.0)
        return told
    finally:
        daemon.end()


def _live_origin(trick: Trick, made: Lines) -> datetime:
    """Return when a trick begins, so that its last line is of now, or that it lies within yesterday."""
    now = SystemClock().now()
    if trick.one_day:
        return (now - timedelta(days=1)).replace(hour=ORIGIN.hour, minute=0, second=0, microsecond=0)
    last = max((line.at for line in made(now)), default=now)
    return now - (last - now) - timedelta(seconds=2)


def _around(trick: Trick, made: Lines, origin: datetime) -> list[Line]:
    """Return the trick's lines among those of honest people."""
    lines = list(made(origin))
    ends = max(line.at for line in lines)
    return in_order([*honest(origin - BEFORE, ends), *lines])


def _told(url: str, journal: Path) -> Told:
    store = Store.open(url, durable=False, busy_seconds=_PATIENCE)
    try:
        with store.read() as unit:
            incidents = unit.incidents.newest()
            behind = {each.id: unit.incidents.incident_findings(each.id) for each in incidents}
        kept = Journal(journal, store)
        scopes = IncidentScopes(kept, playbooks=load_playbooks())
        return tuple((each, scopes.scope(each, behind[each.id])) for each in incidents if each.kind not in _UNSEEN)
    finally:
        store.close()
