"""A flood of critical findings of one kind: read in small turns, one incident that counts, and the thief beside it.

``python -m tests.flood`` does the same to a running service for ten minutes.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import ManualClock
from detector.runtime.app import App
from detector.schema.case.incidents import STORM_MATTER, IncidentKind
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import BULK_READ, CANARY, NIGHT, line, write_plan

NAMES, CARDS = 4_500, 150
PLANTED = 104_729


@pytest.mark.share(2)
def test_a_flood_is_one_incident_that_counts_and_the_thief_in_it_has_his_own(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    crm = {"name": "crm", "paths": [str(log)], "format": "combined", "service": "crm", "start": "beginning"}
    config = write_plan(tmp_path, sources=[crm | {"budget": "64KiB"}])  # little a turn, as when turns take long
    log.touch()
    clock = ManualClock(NIGHT)
    with App(load_settings(config), clock) as app:
        core = app.pipeline.core
        app.pipeline.core = replace(core, sequencer=replace(core.sequencer, most_released=500))
        app.turn()
        text = []
        for n in range(NAMES):
            at = NIGHT + timedelta(seconds=n * 60 / NAMES)
            text.append(line(at, PLANTED, f"n{n}", address=f"2001:db8:{n:x}::7"))
            if n % (NAMES // CARDS) == 0:
                text.append(line(at, 5_000 + n * CARDS // NAMES))
        log.write_text("".join(text))
        clock.move_to(NIGHT + timedelta(seconds=61))
        decided = []
        for _ in range(300):
            app.turn()
            assert app.pipeline.judged is not None
            decided.append(len(app.pipeline.judged.findings))
            clock.advance(timedelta(seconds=20))
            if app.pipeline.state.sequence.waiting.height == 0 and sum(decided) > NAMES:
                break
        with app.store.read() as unit:
            incidents, found = unit.incidents.newest(), list(unit.incidents.all_findings())
    assert sum(each.rule_id == CANARY for each in found) == NAMES
    own = [each for each in incidents if each.actor_id == "user:mallory"]
    assert [set(each.rules) for each in own] == [{BULK_READ}]
    (storm,) = [each for each in incidents if each.matter == STORM_MATTER]
    assert len(storm.related_actors) > 900
    people = [each for each in incidents if each.kind is not IncidentKind.BLIND_SPOT]
    assert len(people) == app.settings.group.storm_count + 2
    assert len([many for many in decided if many]) > 5
    assert max(decided) < 0.8 * NAMES  # of one commit
